/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_H
#define SXLIB_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"

/*
 * Dumps out, as files. While a dump comes in its bytes are in a part; it
 * becomes a file by fsync, a rename that cannot replace, and fsync of the
 * folder. A file under its final name is whole, always; nothing is ever
 * overwritten. All calls block on the disk.
 */

enum sx_format {
	SX_FORMAT_SYX,
	SX_FORMAT_MID,
	SX_FORMAT_BYTES, /* out is one file, whatever its suffix of 3 letters,
			    and whatever the bytes are */
};

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
	 * For who has to go on whatever becomes of the disk: parts keep their
	 * bytes in memory as well, so many for all of the store's parts, and
	 * can be written anew. out is a folder, and is first opened by
	 * sx_store_reopen(). 0: not so.
	 */
	size_t memory;
	/* {n} of the next dump, shared by the stores of several folders and
	 * raised where one has a higher number; then what is rescued is named
	 * and numbered like the rest, too. NULL: each store has its own. */
	long *counter;
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
 * a call: 1 and *stored and *dump (both until the next call; free
 * stored->path), 0 when there are no more, -1: one part could not be taken in,
 * e says which and why, it stays as it is; go on calling.
 */
int sx_store_rescue(struct sx_store *s, const struct sx_devices *own,
    struct sx_stored *stored, const struct sx_dump **dump, struct sx_err *e);

/*
 * The part of one dump: {time}-{pid}.part, raw SysEx, locked, private; or
 * {time}-{pid}.damaged.part, see sx_part_mark().
 */
struct sx_part;

/* Begin a part for a dump that began at t. Makes the file. NULL on failure. */
struct sx_part *sx_part_begin(
    struct sx_store *s, struct sx_time t, struct sx_err *e);
/* With opts.memory, where no file can be made: a part that is in memory only,
 * and fails until it is renewed. NULL and e: memory ends. */
struct sx_part *sx_part_hold(
    struct sx_store *s, struct sx_time t, struct sx_err *e);
/* Add n bytes. After a failure what was added before is still there. */
int sx_part_append(
    struct sx_part *p, const uint8_t *data, size_t n, struct sx_err *e);
/* With opts.memory: are all of its bytes in memory? Also after a failure. */
bool sx_part_held(const struct sx_part *p);
/* After a failure: write all that is held in memory to a new file. -1 and e: it
 * is as it was. */
int sx_part_renew(struct sx_part *p, struct sx_err *e);
/* Held in memory: close its file until it is renewed, since many may wait and
 * descriptors are few. The file stays, for the next start after a crash. */
void sx_part_park(struct sx_part *p);
/*
 * The dump is damaged, which its bytes may not show: where some are missing in
 * the middle, what is before and after looks like one message. A later start
 * that takes the part in knows by its name. Does nothing if that is known
 * already. -1 and e: it goes on under the name that it has.
 */
int sx_part_mark(struct sx_part *p, struct sx_err *e);
/* Make what it holds survive a power cut. Does nothing if it does already. */
int sx_part_sync(struct sx_part *p, struct sx_err *e);
/* Its bytes, mapped until the part is kept or dropped; *n gets their number.
 * NULL and e filled on failure, which a disk that cannot be read is, or if it
 * is empty. */
const uint8_t *sx_part_map(struct sx_part *p, size_t *n, struct sx_err *e);
/* Its path, until it is marked, kept or dropped; NULL for "-". */
const char *sx_part_path(const struct sx_part *p);

/*
 * The dump is there as a whole (or damaged as a whole: dump->damage): give it
 * its name. Consumes p if it returns 0. On failure p still exists, and its
 * file stays for the next start if it is released.
 */
int sx_part_keep(struct sx_part *p, const struct sx_dump *dump,
    struct sx_stored *stored, struct sx_err *e);
/*
 * For many dumps at once: from hold to settle, names are given without making
 * each survive a power cut by itself; after settle, all of them do.
 */
void sx_store_hold(struct sx_store *s);
int sx_store_settle(struct sx_store *s, struct sx_err *e);

/* Forget the dump and remove its file. p may be NULL. */
void sx_part_drop(struct sx_part *p);
/* Free p, but leave its file where it is, for the next start. */
void sx_part_release(struct sx_part *p);

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

/* Does a path end so, in letters of either case, with something before it? */
bool sx_path_has_suffix(const char *path, const char *suffix);

/* Text reduced to letters, digits, '-', '_' and '.', safe as a part of a file
 * name on any file system: never empty runs, never a leading '-' or '.'. Writes
 * at most size bytes with the NUL. */
void sx_name_safe(char *buf, size_t size, const char *text);

#endif
