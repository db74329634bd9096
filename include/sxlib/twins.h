/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TWINS_H
#define SXLIB_TWINS_H

#include "sxlib/pick.h"
#include "sxlib/same.h"

/*
 * Sounds that a collection contains several times, at least one of them inside
 * a bank or under several names. Sounds in separate messages that also have the
 * same name are found as duplicate messages instead (same.h). Bytes are
 * compared, not only hashes, regardless of packing.
 */
struct sx_twins {
	/* Set by the caller, borrowed; all its members must have been read and
	 * returned. Files that duplicate another one are ignored. */
	const struct sx_same *same;

	size_t sounds; /* so far: sounds examined */
	size_t groups; /* and groups returned */

	/* Private. */
	struct sx_twin_sound *list;
	size_t n, cap, at, end;
	bool read;
};

/* A member of a group. */
struct sx_twin {
	bool first;
	size_t n;		   /* members of its group */
	bool same_name, same_slot; /* for the whole group */
	const char *path, *ref;	   /* "FILE:REF" is its reference */
	const char *name, *slot_text;
	const char *device, *maker;
	size_t bytes; /* of the sound only */
};

/* Return the next member, group by group. Reads files again and blocks on the
 * disk. Returns 1 and sets *twin, valid until sx_twins_end(); 0 if there are no
 * more; -1 and sets e on failure. */
int sx_twins_next(struct sx_twins *t, struct sx_twin *twin, struct sx_err *e);
void sx_twins_end(struct sx_twins *t);

#endif
