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
 * A file in the making: open, locked, named {time}-{pid} and a suffix, until
 * it gets its final name: {time}-{pid}.part, raw SysEx, or
 * {time}-{pid}.damaged.part, where its bytes do not show that it is damaged.
 * Private to src/store (sxlib/pending.h is for others); folders are borrowed
 * and must outlive their parts.
 */
struct sx_part {
	struct sx_store *store;		/* of sx_part_begin(), else NULL */
	const struct sx_folder *folder; /* NULL: in memory only */
	char *path;			/* NULL: in memory only */
	const char *name;		/* its last component */
	int fd;
	int64_t wall; /* that of its name */
	uint64_t size;
	uint64_t links; /* names that it had when it was taken over */
	uint64_t given; /* bytes that are on standard output already */
	bool dirty;	/* holds what has not been synced */
	bool entered;	/* its name has been synced */
	bool marked;	/* as damaged */
	bool linked;	/* keeps its name when it gets another one */
	int broken;	/* errno of what made it unusable: it stays so */
	bool torn;	/* ... a write, and nothing else */
	bool placed;	/* has its final name, whatever became of the syncs */
	struct sx_part_sync *syncing; /* on another thread, or NULL */
	uint8_t *map;
	size_t mapped;
	void
	    *lock; /* a map of SX_PART_LOCK bytes while it is parked, or NULL */
	/* part_memory.c: */
	bool buffered; /* all its bytes are in memory, too */
	struct sx_memory *memory;
	uint8_t *copy;
	size_t copied, room;
};

#define SX_PART_LOCK 1 /* of a file, of which a map is at least a page */

/* Begin a part for a dump that began at t. Makes the file. NULL on failure. */
struct sx_part *sx_part_begin(
    struct sx_store *s, struct sx_time t, struct sx_err *e);
/* Add n bytes. After a failure what was added before is still there. */
int sx_part_append(
    struct sx_part *p, const uint8_t *data, size_t n, struct sx_err *e);
/* Make what it holds survive a power cut. Does nothing if it does already, or
 * if sx_archiver_sync() has been asked to. */
int sx_part_sync(struct sx_part *p, struct sx_err *e);
/* Its bytes, mapped until the part is kept or dropped; *n gets their number.
 * NULL and e filled on failure, which a disk that cannot be read is, or if it
 * is empty. */
const uint8_t *sx_part_map(struct sx_part *p, size_t *n, struct sx_err *e);
/*
 * The bytes from off on become a part of their own, of a dump that began at t;
 * p ends there. A start after a crash takes them in once. Not with opts.memory.
 * NULL and e: p is as it was.
 */
struct sx_part *sx_part_split(
    struct sx_part *p, uint64_t off, struct sx_time t, struct sx_err *e);
/* Forget the dump and remove its file. p may be NULL. */
void sx_part_drop(struct sx_part *p);
/* Free p, but leave its file where it is, for the next start. */
void sx_part_release(struct sx_part *p);

/* Hold what is added from now on, if memory, which may be NULL, allows. */
void sx_part_memory_begin(struct sx_part *p, struct sx_memory *memory);
void sx_part_memory_add(struct sx_part *p, const uint8_t *data, size_t n);
/* No more is added: give the room for more back. */
void sx_part_memory_trim(struct sx_part *p);
void sx_part_memory_end(struct sx_part *p);
/* Its file cannot be written to. */
void sx_part_memory_failed(struct sx_part *p);

#define SX_PART_SUFFIX	 ".part" /* raw SysEx */
#define SX_MARKED_SUFFIX ".damaged.part"
#define SX_TEMP_SUFFIX	 ".tmp"	     /* made out of what is still there */
#define SX_TAKE_SUFFIX	 ".take"     /* a journal, see journal.h */
#define SX_BAD_SUFFIX	 ".take.bad" /* one that is not all understood */
#define SX_SPOOL_SUFFIX	 ".spool"    /* see spool.h */

#define SX_PIECE_SUFFIX	       ".piece" /* a dump of a part of several */
#define SX_MARKED_PIECE_SUFFIX ".damaged.piece"

#define SX_DAMAGED_SUFFIX ".damaged.syx"

/* The k-th name of the parts that a process begins at a time, k from 1. */
#define SX_PART_NAME 96
void sx_part_nth_name(
    char buf[SX_PART_NAME], int64_t wall, unsigned k, const char *suffix);

/*
 * A new, empty one. folder NULL: in memory. *k, unless k is NULL: of the names
 * for that time, the first to try, and then the one that it got. NULL and e
 * filled on failure.
 */
struct sx_part *sx_part_create(const struct sx_folder *folder, int64_t wall,
    const char *suffix, unsigned *k, struct sx_err *e);

/* The same under this name. */
struct sx_part *sx_part_create_named(
    const struct sx_folder *folder, const char *name, struct sx_err *e);

/*
 * All of p is about to be added to the end of `all`. Its new name says so: a
 * start after a crash compares the two, and takes in the bytes only once.
 */
int sx_part_join(
    struct sx_part *p, const struct sx_part *all, struct sx_err *e);

/*
 * Take over what another run has left. 1: *p is it, locked; 0: it is not ours
 * to take (in use, gone, no regular file); -1 and e. Another user's is refused
 * (SX_EREFUSED) unless root asks, and so is one that has further names, but for
 * a .tmp, which only goes.
 */
int sx_part_adopt(const struct sx_folder *folder, const char *name,
    struct sx_part **p, struct sx_err *e);

/* The same, whatever names it has. */
int sx_part_adopt_linked(const struct sx_folder *folder, const char *name,
    struct sx_part **p, struct sx_err *e);

/* As sx_part_drop(): -1 and e if its file cannot be removed. */
int sx_part_remove(struct sx_part *p, struct sx_err *e);

/* After a write has failed: cut the part off at `size`, where it was whole, so
 * that it can be used again. false: it cannot. */
bool sx_part_cut_back(struct sx_part *p, uint64_t size);

/* Close its file, if it has one, and leave it where it is. */
void sx_part_forget_file(struct sx_part *p);

/* part_name.c: */

/* The length of time, process and count, which all names of parts begin with;
 * 0: name does not. */
size_t sx_part_stem(const char *name);
/* Is that followed by this suffix? */
bool sx_part_named(const char *name, const char *suffix);
/* The name of a part whose bytes are also in another file, see sx_part_join(),
 * and back: false, it is not one. */
void sx_part_joined_name(
    char buf[SX_PART_NAME], const char *name, uint64_t inode, uint64_t off);
bool sx_part_is_joined(const char *name, uint64_t *inode, uint64_t *off);
/* The same for the i-th dump of a part, which began ms after it. */
void sx_part_piece_name(char buf[SX_PART_NAME], const char *name, size_t i,
    int64_t ms, bool marked);
bool sx_part_is_piece(const char *name, int64_t *ms, bool *marked);
/* The name of a file that is made of a part, or of such a piece. */
void sx_part_temp_name(char buf[SX_PART_NAME], const char *name);
bool sx_part_is_temp(const char *name);

/* Take the size from the file, which something else has written to. */
int sx_part_measure(struct sx_part *p);

/* Put n bytes in the place of those at off. */
int sx_part_patch(struct sx_part *p, const uint8_t *data, size_t n,
    uint64_t off, struct sx_err *e);

/* Has it large holes? No sxlib leaves any: nothing is to be read of it, however
 * long it says that it is. */
bool sx_part_is_sparse(const struct sx_part *p);

/* Add the n bytes of src from off on, or all of it, to p. On failure p is as it
 * was before. */
int sx_part_copy_some(struct sx_part *p, const struct sx_part *src,
    uint64_t off, uint64_t n, struct sx_err *e);
int sx_part_copy(
    struct sx_part *p, const struct sx_part *src, struct sx_err *e);

/* Sync its bytes, and not its name. */
int sx_part_flush(struct sx_part *p, struct sx_err *e);

/*
 * A sync of a part that goes on growing, on another thread. It has descriptors
 * of its own, so that the part may be kept or dropped meanwhile.
 */
struct sx_part_sync {
	int fd;
	int folder;		 /* -1: its name need not be synced */
	bool name_first;	 /* it is marked: before its bytes */
	int error, folder_error; /* errno; 0: done */
	atomic_bool done;
	atomic_int owners;
};

/* Begin one: 1 and *sync, to be given to sx_part_sync_end(); 0: there is
 * nothing to sync, or one is under way; -1 and e: this cannot be, or the one
 * before has failed. */
int sx_part_sync_begin(
    struct sx_part *p, struct sx_part_sync **sync, struct sx_err *e);
/* Its errors are filled in; the part takes notice at its next call. */
void sx_part_sync_end(struct sx_part_sync *sync);

/* place.c: */

/*
 * Sync p and rename it to `name` in `folder`, for good. What is to be synced
 * after that is added to `owed`; NULL: it is synced. 0, and p is good for
 * sx_part_release() only; 1 if the name is taken; -1 and e. On 1 and -1 p is
 * as it was, except that if only a sync after the rename failed the file has
 * its new name: p->placed.
 */
int sx_part_commit(struct sx_part *p, const struct sx_folder *folder,
    const char *name, struct sx_sync_set *owed, struct sx_err *e);

/* Add what has to be synced for its name in `folder` to last. -1 and e. */
int sx_part_owe(const struct sx_part *p, const struct sx_folder *folder,
    struct sx_sync_set *owed, struct sx_err *e);

/*
 * Commit under the first free name of `stem`suffix, `stem`-2suffix, ... where
 * stem is relative to folder and may begin with folders, which are made; in
 * folder itself if one of these is a link to another disk.
 * *path gets the path, malloc'ed. 0, or -1 and e; with `owed`, *path is set
 * even then if p->placed.
 */
int sx_part_place(struct sx_part *p, const struct sx_folder *folder,
    const char *stem, const char *suffix, struct sx_sync_set *owed, char **path,
    struct sx_err *e);

/* What the keeper and the archiver do with parts: */

/* With opts.memory, where no file can be made: a part that is in memory only,
 * and fails until it is renewed. NULL and e: memory ends. */
struct sx_part *sx_part_hold(
    struct sx_store *s, struct sx_time t, struct sx_err *e);

/* With opts.memory: are all of its bytes in memory? Also after a failure. */
bool sx_part_buffered(const struct sx_part *p);

/* After a failure, of a part that is held no longer: be content with what its
 * file has. Returns how many bytes that is; 0: none, and it is as it was. */
uint64_t sx_part_settle(struct sx_part *p);

/* After a failure: write all that is held in memory to a new file. -1 and e: it
 * is as it was. */
int sx_part_renew(struct sx_part *p, struct sx_err *e);

/* Held in memory: close its file until it is renewed, since many may wait and
 * descriptors are few. The file stays, for the next start after a crash, and is
 * locked as long as this process lives. */
void sx_part_park(struct sx_part *p);

/*
 * The dump is damaged, which its bytes may not show: where some are missing in
 * the middle, what is before and after looks like one message. A later start
 * that takes the part in knows by its name. Does nothing if that is known
 * already. -1 and e: it goes on under the name that it has.
 */
int sx_part_mark(struct sx_part *p, struct sx_err *e);

/* The n bytes from off on, into buf. -1 and e: they cannot be read. A part may
 * be larger than memory: so much of it is read at a time. */
#define SX_PART_PIECE ((size_t)64 << 10)
int sx_part_read(const struct sx_part *p, uint64_t off, uint8_t *buf, size_t n,
    struct sx_err *e);

/* Its path, until it is marked, kept or dropped; NULL for "-". */
const char *sx_part_path(const struct sx_part *p);

/*
 * The dump is there as a whole (or damaged as a whole: dump->damage): give it
 * its name. Consumes p if it returns 0. On failure p still exists, and its
 * file stays for the next start if it is released.
 */
int sx_part_keep(struct sx_part *p, const struct sx_dump *dump,
    struct sx_stored *stored, struct sx_err *e);

/* The order in which parts began, from their names: <0, 0, >0. */
int sx_part_order(const char *a, const char *b);

#endif
