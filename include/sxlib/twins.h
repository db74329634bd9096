/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TWINS_H
#define SXLIB_TWINS_H

#include "sxlib/pick.h"
#include "sxlib/same.h"

/*
 * Sounds that a collection holds several times, at least one of them inside a
 * bank or under several names; sounds that are messages of their own and the
 * same in name are messages that are the same (same.h). However each is packed,
 * its bytes are compared, not only hashes.
 */
struct sx_twins {
	/* Set by the caller, borrowed: all of it has been read and given out.
	 * Files that are the same as another one take no part. */
	const struct sx_same *same;

	size_t sounds; /* so far: that were looked at, */
	size_t groups; /* and groups that were given out */

	/* Private. */
	struct sx_twin_sound *list;
	size_t n, cap, at, end;
	bool read;
};

/* A member of a group; the first is its first. */
struct sx_twin {
	bool first;
	size_t n;		   /* members of its group */
	bool same_name, same_slot; /* of all of them */
	const char *path, *ref;	   /* "FILE:REF" refers to it */
	const char *name, *slot_text;
	const char *device, *maker;
	size_t bytes; /* of the sound itself */
};

/* The next member, group by group. Reads files again, blocks on the disk. 1 and
 * *twin, valid until sx_twins_end(); 0: there are no more; -1 and e. */
int sx_twins_next(struct sx_twins *t, struct sx_twin *twin, struct sx_err *e);
void sx_twins_end(struct sx_twins *t);

#endif
