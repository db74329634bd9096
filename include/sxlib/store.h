/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_H
#define SXLIB_STORE_H

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"

/*
 * Stores dumps as files. While a dump is being received its bytes are in a
 * part. The part becomes a file by fsync, a rename that cannot replace, and
 * fsync of the folder. A file under its final name is always complete; nothing
 * is ever overwritten. All calls block on the disk.
 */

/* Longest time for which bytes of a growing part may stay unsynced. */
#define SX_SYNC_US 1000000

enum sx_format {
	SX_FORMAT_SYX,
	SX_FORMAT_MID,
	SX_FORMAT_BYTES, /* out is a single file with any suffix of 3 letters
			    and any contents */
};

/* Memory that parts may use, shared by one or more stores. A single part uses
 * at most half of it and at most SX_MEMORY_PART. */
#define SX_MEMORY_PART ((size_t)32 << 20)
struct sx_memory {
	size_t most; /* bytes */
	atomic_size_t used;
};

/* Set m->most to a quarter of the memory that is free now, within the cgroup's
 * limit. Memory already in use stays allowed. */
void sx_memory_measure(struct sx_memory *m);

/* Highest start value of {n}, so that it never overflows; a higher number in a
 * name is not one of ours. */
#define SX_NUMBER_MOST (LONG_MAX / 10)

/* The values of {n}, for stores with the same template. Each is given once,
 * even across processes that use the template in that folder. */
struct sx_numbers;

/* Shared by `out` and the folders in it; `out` need not exist yet. Returns NULL
 * and sets e if memory runs out. Free after the stores; sx_numbers_free()
 * accepts NULL. */
struct sx_numbers *sx_numbers_new(const char *out, struct sx_err *e);
void sx_numbers_free(struct sx_numbers *n);

struct sx_store_opts {
	/*
	 * A folder (ends in '/', exists as a folder, or has no .syx or .mid
	 * suffix): one file per dump. FILE.syx: all dumps in one file.
	 * FILE.mid: all dumps in one file, one track each. "-": raw SysEx on
	 * standard output.
	 */
	const char *out;
	enum sx_format format; /* of files in a folder */
	const char *name;      /* template without suffix; NULL: the default */
	const char *label;     /* {label}; NULL: none */
	long first;	       /* {n} of the first dump; -1: continue after the
				  highest existing number */
	const char *suffix;    /* of complete dumps in a folder, borrowed; NULL:
				  ".syx" */
	bool number_all;       /* damaged dumps use a number, too */
	/* Input comes from files that remain. An unfinished dump is therefore
	 * removed instead of being left for crash recovery. In a .mid, times
	 * count from 0 and not from the first message; a dump that FILE.mid
	 * cannot hold is refused (SX_EREFUSED). */
	bool copy;
	/*
	 * For callers that must survive disk errors: parts also keep their
	 * bytes in memory while there is room, and can be rewritten. out must
	 * be a folder, and sx_store_reopen() opens it first. Borrowed; NULL:
	 * off.
	 */
	struct sx_memory *memory;
	/* With memory: out is a folder that the user named and that exists at
	 * the start. If it is gone, its disk is: sx_store_reopen() does not
	 * create it. */
	bool existing;
	/* {n} shared by stores whose folders are inside the folder of these
	 * numbers or are that folder; recovered dumps are then named and
	 * numbered like the others. Borrowed; NULL: each store numbers
	 * separately. */
	struct sx_numbers *numbers;
};

struct sx_store;

/*
 * Check opts without creating anything: the template parses, a file that the
 * user named does not exist, an existing folder is writable. Returns -1 and
 * sets e (SX_EUSAGE, SX_EREFUSED, SX_EIO).
 */
int sx_store_check(const struct sx_store_opts *opts, struct sx_err *e);
/* Is or becomes `out` of sx_store_opts a folder? */
bool sx_store_is_folder(const char *out);

/* Check again and create the folder if it is missing. opts is copied. Returns
 * NULL and sets e on failure. */
struct sx_store *sx_store_open(
    const struct sx_store_opts *opts, struct sx_err *e);

/*
 * With opts.memory: open the folder, for the first time or after a failure; it
 * may be on another disk by then. A missing folder is created, but not its
 * parent; with opts.existing neither is. Returns -1 and sets e on failure; the
 * store is unchanged.
 */
int sx_store_reopen(struct sx_store *s, struct sx_err *e);

/* The disk that holds the dumps, its size, and its free space in bytes. Returns
 * false if unknown. */
bool sx_store_room(
    const struct sx_store *s, dev_t *disk, uint64_t *size, uint64_t *room);

/* Where a dump was stored. Free path with free(). */
struct sx_stored {
	char *path;	 /* NULL for "-" */
	uint64_t offset; /* of the dump in its file; 0 in a separate file */
	bool final; /* the path is complete and synced now; false: only after
		       sx_store_finish() (FILE.syx, FILE.mid) */
	const char *note; /* why a complete dump is a .syx and not a .mid, or
			     NULL */
};

/*
 * Recover the parts that crashed runs left in the store's folder: those that no
 * living process has locked. Complete messages become files under default
 * names; everything else, and all of a marked part, becomes damaged files.
 * user: the user's devices, or NULL, borrowed until the store is closed. Stores
 * one file per call, in the order in which the dumps began. Returns 1 and sets
 * *stored and *dump (both valid until the next call; free stored->path); 0 if
 * there are no more, and everything returned then survives a power failure; -1
 * and sets e if a part could not be recovered: it is left unchanged; keep
 * calling.
 */
int sx_store_rescue(struct sx_store *s, const struct sx_devices *user,
    struct sx_stored *stored, const struct sx_dump **dump, struct sx_err *e);

/* The name of the part to recover next; NULL: none, and the next call reports
 * whether all were synced. Borrowed until that call. */
const char *sx_store_rescue_peek(
    struct sx_store *s, const struct sx_devices *user);

/*
 * Recovery for several stores, in the order in which the parts of all of them
 * began.
 */
struct sx_recovery {
	/* Set by the caller, all borrowed. */
	struct sx_store **stores;
	size_t n;
	const struct sx_devices *devices; /* the user's, or NULL */
	/* Private. */
	bool peeked;
	size_t ended;
	struct sx_recovered *list;
	size_t found, at;
};

/* A recovered dump, now a file. */
struct sx_recovered {
	struct sx_stored stored;
	struct sx_dump dump; /* without its pieces */
};

/*
 * Returns 1 and sets *out, borrowed until sx_recovery_end(): it survives a
 * power failure, as do all that follow it. 0 if there are no more. -1 and sets
 * e if a part could not be recovered; keep calling.
 */
int sx_recovery_next(
    struct sx_recovery *r, const struct sx_recovered **out, struct sx_err *e);
void sx_recovery_end(struct sx_recovery *r);

/* True if the store writes to a disk. */
bool sx_store_on_disk(const struct sx_store *s);
/* True if all dumps go into one file. */
bool sx_store_gathers(const struct sx_store *s);

/*
 * Finish: FILE.syx and FILE.mid get their names. One file per call (a .mid
 * holds at most 1,000 tracks, so there may be several). Returns 1 and sets
 * *stored; 0 when done; -1 and sets e on failure: the bytes stay in their part.
 */
int sx_store_finish(
    struct sx_store *s, struct sx_stored *stored, struct sx_err *e);
/* Free s, which may be NULL. What was not finished stays in its part. */
void sx_store_close(struct sx_store *s);

/*
 * Format a time as used in names: "20261122T051530.123Z" (21 bytes with the
 * NUL). wall is in microseconds since 1970.
 */
#define SX_TIME_NAME 21
void sx_time_name(int64_t wall, char buf[SX_TIME_NAME]);
/* The inverse: the time at the start of text, or -1. */
int64_t sx_time_parse(const char *text);
/* Parse a time typed by the user, in UTC: a day ("2026-11-22"), a day and a
 * time ("2026-11-22T05:15:30"), or as in names. Returns INT64_MIN if it is not
 * a time. */
int64_t sx_time_typed(const char *text);
/* A timespec in microseconds since 1970, clamped to the end of the year 9999
 * and to the same distance before 1970. */
int64_t sx_time_of(const struct timespec *t);

/* True if path ends in suffix, ignoring case, with something before it. */
bool sx_path_has_suffix(const char *path, const char *suffix);
/* The separator between a folder and a name in it: "" if the folder ends in
 * '/', else "/". Static. */
const char *sx_path_slash(const char *folder);

/* True for the name of a dump file: .syx, .sysex, .sds, .mid, .midi, .smf, .kar
 * or .rmi, in any case, and not hidden. */
bool sx_is_dump_name(const char *name);
/* True if the name marks the contents as damaged, even if they look
 * complete. */
bool sx_is_damaged_name(const char *path);

/* Reduce text to letters, digits, '-', '_' and '.', safe as part of a file name
 * on any file system: other characters become '-', never two in a row, and
 * there is no '-' or '.' at either end. May leave nothing. Writes at most size
 * bytes with the NUL. */
void sx_name_safe(char *buf, size_t size, const char *text);

#endif
