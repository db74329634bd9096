/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_PART_H
#define SXLIB_STORE_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stdatomic.h>

#include "folder.h"
#include "sxlib/store.h"
#include "sync.h"

/*
 * A file being written: open, locked, and named {time}-{pid} and a suffix until
 * it gets its final name: {time}-{pid}.part, raw SysEx, or
 * {time}-{pid}.damaged.part if its bytes do not show that it is damaged.
 * Private to src/store (others use sxlib/pending.h); folders are borrowed and
 * must outlive their parts.
 */
struct sx_part {
	struct sx_store *store;		/* set by sx_part_begin(), else NULL */
	const struct sx_folder *folder; /* NULL: in memory only */
	char *path;			/* NULL: in memory only */
	const char *name;		/* its last component */
	int fd;
	int64_t wall; /* the time in its name */
	uint64_t size;
	uint64_t links; /* link count when it was adopted */
	uint64_t given; /* bytes already written to standard output */
	bool dirty;	/* has unsynced bytes */
	bool entered;	/* its name is synced */
	bool marked;	/* as damaged */
	bool linked;	/* keeps its old name when it gets another one */
	int broken;	/* errno of what made it unusable; 0: usable */
	bool torn;	/* ... which was only a failed write */
	bool placed;	/* has its final name, even if a sync failed */
	struct sx_part_sync *syncing; /* on another thread, or NULL */
	uint8_t *map;
	size_t mapped;
	void
	    *lock; /* a map of SX_PART_LOCK bytes while it is parked, or NULL */
	bool parked; /* its file, which is this one, holds all of it */
	dev_t dev;
	ino_t ino;
	/* part_memory.c: */
	bool buffered; /* all its bytes are also in memory */
	struct sx_memory *memory;
	uint8_t *copy;
	size_t copied, room;
};

#define SX_PART_LOCK 1 /* bytes of the file; a map is at least a page */

/* Create the part of a dump that began at t, with its file. Returns NULL and
 * sets e on failure. */
struct sx_part *sx_part_begin(
    struct sx_store *s, struct sx_time t, struct sx_err *e);
/* Append n bytes. After a failure, bytes appended earlier are still there. */
int sx_part_append(
    struct sx_part *p, const uint8_t *data, size_t n, struct sx_err *e);
/* Make its contents survive a power failure. Does nothing if they already do,
 * or if sx_archiver_sync() was called for it. */
int sx_part_sync(struct sx_part *p, struct sx_err *e);
/* Map its bytes until the part is kept or dropped; *n is their number. Returns
 * NULL and sets e on failure, including a disk that cannot be read and an empty
 * part. */
const uint8_t *sx_part_map(struct sx_part *p, size_t *n, struct sx_err *e);
/*
 * Split the bytes from off on into a separate part, for a dump that began at t;
 * p ends at off. Recovery after a crash uses them only once. Not with
 * opts.memory. Returns NULL and sets e on failure; p is unchanged.
 */
struct sx_part *sx_part_split(
    struct sx_part *p, uint64_t off, struct sx_time t, struct sx_err *e);
/* Discard the dump and remove its file. p may be NULL. */
void sx_part_drop(struct sx_part *p);
/* Free p but leave its file for the next start. */
void sx_part_release(struct sx_part *p);

/* Also keep the bytes added from now on in memory, if memory, which may be
 * NULL, has room. */
void sx_part_memory_begin(struct sx_part *p, struct sx_memory *memory);
void sx_part_memory_add(struct sx_part *p, const uint8_t *data, size_t n);
/* Nothing more will be added: release spare room. */
void sx_part_memory_trim(struct sx_part *p);
void sx_part_memory_end(struct sx_part *p);
/* Its file cannot be written. */
void sx_part_memory_failed(struct sx_part *p);

#define SX_PART_SUFFIX	 ".part" /* raw SysEx */
#define SX_MARKED_SUFFIX ".damaged.part"
#define SX_TEMP_SUFFIX	 ".tmp"	     /* made from a part that still exists */
#define SX_TAKE_SUFFIX	 ".take"     /* a journal, see journal.h */
#define SX_BAD_SUFFIX	 ".take.bad" /* a journal with undecodable bytes */
#define SX_SPOOL_SUFFIX	 ".spool"    /* see spool.h */

#define SX_PIECE_SUFFIX	       ".piece" /* one of several dumps in a part */
#define SX_MARKED_PIECE_SUFFIX ".damaged.piece"

#define SX_DAMAGED_SUFFIX ".damaged.syx"

/* The k-th name, from 1, for parts that a process begins at the same time. */
#define SX_PART_NAME 96
void sx_part_nth_name(
    char buf[SX_PART_NAME], int64_t wall, unsigned k, const char *suffix);

/*
 * Create an empty part. folder NULL: in memory. k, if not NULL: *k is the first
 * name to try for that time, and is set to the one used. Returns NULL and sets
 * e on failure.
 */
struct sx_part *sx_part_create(const struct sx_folder *folder, int64_t wall,
    const char *suffix, unsigned *k, struct sx_err *e);

/* The same with this name. */
struct sx_part *sx_part_create_named(
    const struct sx_folder *folder, const char *name, struct sx_err *e);

/*
 * Rename p before all of it is appended to `all`. After a crash, recovery
 * recognizes the name, compares the two, and uses the bytes only once.
 */
int sx_part_join(
    struct sx_part *p, const struct sx_part *all, struct sx_err *e);

/*
 * Adopt a part of another run. Returns 1 and sets *p, locked; 0 if it must be
 * left alone (in use, gone, not a regular file); -1 and sets e. Refuses
 * (SX_EREFUSED) another user's file unless run by root, and a file with further
 * links, except a .tmp, which is only removed.
 */
int sx_part_adopt(const struct sx_folder *folder, const char *name,
    struct sx_part **p, struct sx_err *e);

/* The same, regardless of links. */
int sx_part_adopt_linked(const struct sx_folder *folder, const char *name,
    struct sx_part **p, struct sx_err *e);

/* As sx_part_drop(), but returns -1 and sets e if the file cannot be
 * removed. */
int sx_part_remove(struct sx_part *p, struct sx_err *e);

/* After a failed write: truncate the part to `size`, where it was intact, so
 * that it is usable again. Returns false if it cannot be. */
bool sx_part_cut_back(struct sx_part *p, uint64_t size);

/* Close its file, if it has one, and leave it in place. */
void sx_part_forget_file(struct sx_part *p);

/* part_name.c: */

/* The length of the time, process and count that every part name begins with; 0
 * if name does not. */
size_t sx_part_stem(const char *name);
/* True if exactly this suffix follows that. */
bool sx_part_named(const char *name, const char *suffix);
/* The name of a part whose bytes are also in another file, see sx_part_join(),
 * and the inverse, which returns false for other names. */
void sx_part_joined_name(
    char buf[SX_PART_NAME], const char *name, uint64_t inode, uint64_t off);
bool sx_part_is_joined(const char *name, uint64_t *inode, uint64_t *off);
/* The same for the i-th dump of a part, which began ms milliseconds after
 * it. */
void sx_part_piece_name(char buf[SX_PART_NAME], const char *name, size_t i,
    int64_t ms, bool marked);
bool sx_part_is_piece(const char *name, int64_t *ms, bool *marked);
/* The name of a file made from a part or from such a piece. */
void sx_part_temp_name(char buf[SX_PART_NAME], const char *name);
bool sx_part_is_temp(const char *name);

/* Update the size from the file, which was written by something else. */
int sx_part_measure(struct sx_part *p);

/* Overwrite n bytes at off. */
int sx_part_patch(struct sx_part *p, const uint8_t *data, size_t n,
    uint64_t off, struct sx_err *e);

/* True if it has large holes. sxlib never writes any: do not read such a file,
 * whatever its size. */
bool sx_part_is_sparse(const struct sx_part *p);

/* Append n bytes of src from off on, or all of it, to p. On failure p is
 * unchanged. */
int sx_part_copy_some(struct sx_part *p, const struct sx_part *src,
    uint64_t off, uint64_t n, struct sx_err *e);
int sx_part_copy(
    struct sx_part *p, const struct sx_part *src, struct sx_err *e);

/* Sync its bytes but not its name. */
int sx_part_flush(struct sx_part *p, struct sx_err *e);

/*
 * A sync of a growing part on another thread. It has duplicate descriptors, so
 * the part may be kept or dropped meanwhile.
 */
struct sx_part_sync {
	int fd;
	int folder;		 /* -1: its name need not be synced */
	bool name_first;	 /* it is marked: sync the name before the
				    bytes */
	int error, folder_error; /* errno; 0: success */
	atomic_bool done;
	atomic_int owners;
};

/* Start one. Returns 1 and sets *sync, to be passed to sx_part_sync_end(); 0 if
 * there is nothing to sync or one is in progress; -1 and sets e if it cannot be
 * started or the previous one failed. */
int sx_part_sync_begin(
    struct sx_part *p, struct sx_part_sync **sync, struct sx_err *e);
/* End one, with its errors filled in; the part notices at its next call. */
void sx_part_sync_end(struct sx_part_sync *sync);

/* place.c: */

/*
 * Sync p and rename it to `name` in `folder`, permanently. What must be synced
 * after that is added to `owed`; NULL: it is synced at once. Returns 0, and p
 * can only be released; 1 if the name exists; -1 and sets e. On 1 and -1 p is
 * unchanged, except that the file has its new name if only a sync after the
 * rename failed: p->placed.
 */
int sx_part_commit(struct sx_part *p, const struct sx_folder *folder,
    const char *name, struct sx_sync_set *owed, struct sx_err *e);

/* Add what must be synced to make its name in `folder` durable. Returns -1 and
 * sets e on failure. */
int sx_part_owe(const struct sx_part *p, const struct sx_folder *folder,
    struct sx_sync_set *owed, struct sx_err *e);

/*
 * Commit under the first free name of `stem`suffix, `stem`-2suffix, ... stem is
 * relative to folder and may begin with folders, which are created; if one of
 * these is a link to another disk, the file goes into folder itself. *path is
 * set to the path; the caller frees it. Returns 0, or -1 and sets e; with
 * `owed`, *path is set even then if p->placed.
 */
int sx_part_place(struct sx_part *p, const struct sx_folder *folder,
    const char *stem, const char *suffix, struct sx_sync_set *owed, char **path,
    struct sx_err *e);

/* For the keeper and the archiver: */

/* With opts.memory, if no file can be created: a part in memory only, whose
 * file operations fail until it is renewed. Returns NULL and sets e if memory
 * runs out. */
struct sx_part *sx_part_hold(
    struct sx_store *s, struct sx_time t, struct sx_err *e);

/* With opts.memory: true if all of its bytes are in memory, also after a
 * failure. */
bool sx_part_buffered(const struct sx_part *p);

/* After a failure of a part that is no longer in memory: continue with what its
 * file contains. Returns the number of bytes; 0: none, and it is unchanged. */
uint64_t sx_part_settle(struct sx_part *p);

/* After a failure: write the copy in memory to a new file. Returns -1 and sets
 * e on failure; it is unchanged. */
int sx_part_renew(struct sx_part *p, struct sx_err *e);

/* Close the file of a part held in memory until it is renewed, because many may
 * wait and descriptors are few. The file stays for recovery after a crash and
 * is locked while this process lives. */
void sx_part_park(struct sx_part *p);

/*
 * Mark the dump as damaged where its bytes may not show it: if some are missing
 * in the middle, the rest looks like one message. Recovery recognizes the name.
 * Does nothing if it is already marked. Returns -1 and sets e on failure; it
 * continues under its old name.
 */
int sx_part_mark(struct sx_part *p, struct sx_err *e);

/* Read n bytes at off into buf. Returns -1 and sets e on failure. A part may be
 * larger than memory: read it in pieces of this size. */
#define SX_PART_PIECE ((size_t)64 << 10)
int sx_part_read(const struct sx_part *p, uint64_t off, uint8_t *buf, size_t n,
    struct sx_err *e);

/* Its path, until it is marked, kept or dropped; NULL for "-". */
const char *sx_part_path(const struct sx_part *p);

/*
 * The dump is complete (or finally damaged: dump->damage): give it its name.
 * Returns 0 and consumes p. On failure p still exists, and its file stays for
 * the next start if it is released.
 */
int sx_part_keep(struct sx_part *p, const struct sx_dump *dump,
    struct sx_stored *stored, struct sx_err *e);

/* Compare part names by when the parts began: <0, 0, >0. */
int sx_part_order(const char *a, const char *b);

#endif
