/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ARRANGE_H
#define SXLIB_ARRANGE_H

#include "sxlib/pick.h"

/* Sounds put together, and named anew, as new files. */

struct sx_arranged {
	struct sx_messages bytes; /* of the new file */
	int64_t time;		  /* of the file of the first sound */
	size_t sounds;
	size_t missing; /* after a failure: too few sounds by so many */
};
void sx_arranged_free(struct sx_arranged *a);

/*
 * One bank of the sounds that n references name, in this order: see
 * sx_recast_bank(). fill, or NULL: the sound for what is left. All sounds of
 * one file whose instrument has no bank are that file's messages, as they are.
 * Blocks on the disk. -1 and e. Free *a whatever this returns.
 */
int sx_arrange_bank(struct sx_arranged *a, char *const *refs, size_t n,
    const char *fill, const struct sx_devices *user, struct sx_err *e);

/*
 * The file that ref is in, all of its bytes, with another name for that one
 * sound. -1 and e: also if ref names several, or the bytes do not stand in the
 * file as they are.
 */
int sx_arrange_rename(struct sx_arranged *a, const char *ref, const char *name,
    const struct sx_devices *user, struct sx_err *e);

#endif
