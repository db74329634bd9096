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
 * Dumps out, as files. While a dump comes in its bytes are in a part; it
 * becomes a file by fsync, a rename that cannot replace, and fsync of the
 * folder. A file under its final name is whole, always; nothing is ever
 * overwritten. All calls block on the disk.
 */

/* At most so much of what still grows, in time, is not synced. */
#define SX_SYNC_US 1000000

enum sx_format {
	SX_FORMAT_SYX,
	SX_FORMAT_MID,
	SX_FORMAT_BYTES, /* out is one file, whatever its suffix of 3 letters,
			    and whatever the bytes are */
};

/* What parts may hold in memory, for one store or several; one of them no more
 * than half of it, nor than SX_MEMORY_PART. */
#define SX_MEMORY_PART ((size_t)32 << 20)
struct sx_memory {
	size_t most; /* bytes */
	atomic_size_t used;
};

/* Set m->most to a quarter of the memory that is free now: what a cgroup allows
 * counts, too. What is in use stays allowed. */
void sx_memory_measure(struct sx_memory *m);

/* {n} begins there at most, so that it never ends; a higher one in a name is
 * none of ours. */
#define SX_NUMBER_MOST (LONG_MAX / 10)

/* The numbers that {n} stands for, for stores with one template. None is given
 * twice, also not by other processes that use the template there. */
struct sx_numbers;

/* `out` and the folders in it share them; it need not be there yet. NULL and e:
 * memory ends. Free after the stores; n may be NULL. */
struct sx_numbers *sx_numbers_new(const char *out, struct sx_err *e);
void sx_numbers_free(struct sx_numbers *n);

struct sx_store_opts {
	/*
	 * A folder (ends in '/', is one, or has no .syx or .mid suffix): a file
	 * for each dump. FILE.syx: all dumps in it. FILE.mid: all dumps in it,
	 * a track each. "-": raw SysEx on standard output.
	 */
	const char *out;
	enum sx_format format; /* of the files in a folder */
	const char *name;      /* template without suffix; NULL: the default */
	const char *label;     /* {label}; NULL: none */
	long first;	       /* {n} of the first dump; -1: go on after the
				  highest there is */
	const char *suffix;    /* of whole dumps in a folder, borrowed; NULL:
				  ".syx" */
	bool number_all;       /* damaged dumps use up a number as well */
	/* What comes in is read from files that stay. So what is not finished
	 * is nothing that a start after a crash must take in, and goes. In a
	 * .mid, times count from 0, not from the first message; a dump that
	 * FILE.mid cannot hold is refused (SX_EREFUSED). */
	bool copy;
	/*
	 * For callers that must survive disk errors: parts keep their bytes in
	 * memory as well, as far as there is room, and can be written anew. out
	 * is a folder, and is first opened by sx_store_reopen(). Borrowed;
	 * NULL: not so.
	 */
	struct sx_memory *memory;
	/* {n} for the stores of several folders, which are in the folder of
	 * these numbers or are it; then what is rescued is named and numbered
	 * like the rest, too. Borrowed; NULL: each store has its own. */
	struct sx_numbers *numbers;
};

struct sx_store;

/*
 * Check opts without touching anything: the template parses, a file that the
 * user named does not exist, a folder that exists can be written to. -1 and e
 * (SX_EUSAGE, SX_EREFUSED, SX_EIO).
 */
int sx_store_check(const struct sx_store_opts *opts, struct sx_err *e);

/* Check again, then make the folder if it is missing. opts is copied. NULL and
 * e filled on failure. */
struct sx_store *sx_store_open(
    const struct sx_store_opts *opts, struct sx_err *e);

/*
 * With opts.memory: open the folder, for the first time or after something has
 * failed; it may be on another disk by now. It is made if it is missing, but
 * not the one that it is in. -1 and e: the store is as it was.
 */
int sx_store_reopen(struct sx_store *s, struct sx_err *e);

/* The disk where the dumps go, its size, and the bytes that it has room for.
 * false: nobody knows. */
bool sx_store_room(
    const struct sx_store *s, dev_t *disk, uint64_t *size, uint64_t *room);

/* What a dump became. Free path with free(). */
struct sx_stored {
	char *path;	 /* NULL for "-" */
	uint64_t offset; /* of the dump in its file: 0 in a file of its own */
	bool final; /* the path is whole and synced now; false: it will be when
		       the store is finished (FILE.syx, FILE.mid) */
	const char *note; /* why a whole dump is a .syx and no .mid, or NULL */
};

/*
 * Take in the parts of runs that crashed: parts in the store's folder that no
 * living process holds locked. Whole messages become files under default
 * names, the rest damaged ones, as does all of a part that is marked. own are
 * the user's own devices, or NULL, borrowed until the store is closed. One file
 * a call, in the order in which they began: 1 and *stored and *dump (both until
 * the next call; free stored->path), 0 when there are no more, and all that
 * were given out survive a power cut; -1: one part could not be taken in, e
 * says which and why, it stays as it is; go on calling.
 */
int sx_store_rescue(struct sx_store *s, const struct sx_devices *user,
    struct sx_stored *stored, const struct sx_dump **dump, struct sx_err *e);

/* The name of the part that is next to be taken in; NULL: none is, and the next
 * call tells whether all were safe. Borrowed until that. */
const char *sx_store_rescue_peek(
    struct sx_store *s, const struct sx_devices *user);

/*
 * The same for several stores, in the order in which the parts of all of them
 * began.
 */
struct sx_recovery {
	/* Set by the caller, all borrowed. */
	struct sx_store **stores;
	size_t n;
	const struct sx_devices *devices; /* the user's own, or NULL */
	/* Private. */
	bool peeked;
	size_t ended;
	struct sx_recovered *list;
	size_t found, at;
};

/* A dump that is a file now. */
struct sx_recovered {
	struct sx_stored stored;
	struct sx_dump dump; /* without its pieces */
};

/*
 * 1 and *out, borrowed until the end: it survives a power cut, as do all that
 * come out after it. 0: there are no more. -1 and e: one part could not be
 * taken in; go on calling.
 */
int sx_recovery_next(
    struct sx_recovery *r, const struct sx_recovered **out, struct sx_err *e);
void sx_recovery_end(struct sx_recovery *r);

/* Does what is handed over to the store go to a disk? */
bool sx_store_on_disk(const struct sx_store *s);
/* Do all dumps go into one file? */
bool sx_store_gathers(const struct sx_store *s);

/*
 * The end: FILE.syx and FILE.mid get their names now. One file a call (there
 * may be more than one .mid: at most 1,000 tracks each): 1 and *stored, 0 when
 * all is done, -1 and e on failure (its bytes stay in their part).
 */
int sx_store_finish(
    struct sx_store *s, struct sx_stored *stored, struct sx_err *e);
/* Frees s; s may be NULL. What was not finished stays in its part. */
void sx_store_close(struct sx_store *s);

/*
 * A dump's time as in names: "20261122T051530.123Z" (21 bytes with the NUL).
 * wall in microseconds since 1970.
 */
#define SX_TIME_NAME 21
void sx_time_name(int64_t wall, char buf[SX_TIME_NAME]);
/* The other way: the time that text begins with, or -1. */
int64_t sx_time_parse(const char *text);
/* A time as people type it, in UTC: a day ("2026-11-22"), a day and a time
 * ("2026-11-22T05:15:30"), or as in names. INT64_MIN: it is none. */
int64_t sx_time_typed(const char *text);
/* The time of a file, or of a clock, in microseconds since 1970. What is after
 * 9999, or as long before 1970, is cut to just that. */
int64_t sx_time_of(const struct timespec *t);

/* Does a path end so, in letters of either case, with something before it? */
bool sx_path_has_suffix(const char *path, const char *suffix);

/* Is this the name of a dump file: .syx, .sysex, .sds, .mid, .midi, .smf, .kar
 * or .rmi, in any case, and not hidden? */
bool sx_is_dump_name(const char *name);
/* Does it say that what is in it is damaged, however whole it looks? */
bool sx_is_damaged_name(const char *path);

/* Text reduced to letters, digits, '-', '_' and '.', safe as a part of a file
 * name on any file system: never empty runs, never a leading '-' or '.'. Writes
 * at most size bytes with the NUL. */
void sx_name_safe(char *buf, size_t size, const char *text);

#endif
