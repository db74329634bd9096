/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_PART_H
#define SXLIB_STORE_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "folder.h"
#include "sxlib/store.h"

/*
 * A file in the making: open, locked, named {time}-{pid} and a suffix, until
 * it gets its final name. sxlib/store.h has the calls that are public. Private
 * to src/store; folders are borrowed and must outlive their parts.
 */
struct sx_part {
	struct sx_store *store;		/* of sx_part_begin(), else NULL */
	const struct sx_folder *folder; /* NULL: in memory only */
	char *path;			/* NULL: in memory only */
	const char *name;		/* its last component */
	int fd;
	int64_t wall; /* that of its name */
	uint64_t size;
	uint64_t given; /* bytes that are on standard output already */
	bool dirty;	/* holds what has not been synced */
	bool entered;	/* its name has been synced */
	bool marked;	/* as damaged */
	int broken;	/* errno of what made it unusable: it stays so */
	uint8_t *map;
	size_t mapped;
	/* held.c: */
	bool held; /* all its bytes are in memory, too */
	struct sx_budget *budget;
	uint8_t *copy;
	size_t copied, room;
};

/* What the parts of a store may hold in memory. */
struct sx_budget {
	size_t most, used;
};

/* Hold what is added from now on, if the budget allows. */
void sx_held_begin(struct sx_part *p, struct sx_budget *budget);
void sx_held_add(struct sx_part *p, const uint8_t *data, size_t n);
void sx_held_end(struct sx_part *p);
/* Its file cannot be written to. */
void sx_held_failed(struct sx_part *p);

#define SX_PART_SUFFIX	 ".part" /* raw SysEx */
#define SX_MARKED_SUFFIX ".damaged.part"
#define SX_TEMP_SUFFIX	 ".tmp"	 /* made out of what is still there */
#define SX_TAKE_SUFFIX	 ".take" /* a journal, see journal.h */

#define SX_DAMAGED_SUFFIX ".damaged.syx"

/* The k-th name of the parts that a process begins at a time, k from 1. */
#define SX_PART_NAME 96
void sx_part_nth_name(
    char buf[SX_PART_NAME], int64_t wall, unsigned k, const char *suffix);

/* A new, empty one. folder NULL: in memory. NULL and e filled on failure. */
struct sx_part *sx_part_create(const struct sx_folder *folder, int64_t wall,
    const char *suffix, struct sx_err *e);

/*
 * Take over what another run has left. 1: *p is it, locked; 0: it is not ours
 * to take (in use, gone, no regular file); -1 and e.
 */
int sx_part_adopt(const struct sx_folder *folder, const char *name,
    struct sx_part **p, struct sx_err *e);

/* Close its file, if it has one, and leave it where it is. */
void sx_part_forget_file(struct sx_part *p);

/* Is this the name of a part, or with SX_TEMP_SUFFIX of a temporary file? */
bool sx_part_named(const char *name, const char *suffix);

/* Take the size from the file, which something else has written to. */
int sx_part_measure(struct sx_part *p);

/* Put n bytes in the place of those at off. */
int sx_part_patch(struct sx_part *p, const uint8_t *data, size_t n,
    uint64_t off, struct sx_err *e);

/* Add all of src to p. On failure p is as it was before. */
int sx_part_copy(struct sx_part *p, struct sx_part *src, struct sx_err *e);

/* Sync its bytes, and not its name. */
int sx_part_flush(struct sx_part *p, struct sx_err *e);

/* place.c: */

/*
 * Sync p and rename it to `name` in `folder`, for good. 0, and p is good for
 * sx_part_release() only; 1 if the name is taken; -1 and e. On 1 and -1 p is
 * as it was, except that if only a sync after the rename failed the file has
 * its new name.
 */
int sx_part_commit(struct sx_part *p, const struct sx_folder *folder,
    const char *name, struct sx_err *e);

/*
 * Commit under the first free name of `stem`suffix, `stem`-2suffix, ... where
 * stem is relative to folder and may begin with folders, which are made.
 * *path gets the path, malloc'ed. 0, or -1 and e.
 */
int sx_part_place(struct sx_part *p, const struct sx_folder *folder,
    const char *stem, const char *suffix, char **path, struct sx_err *e);

#endif
