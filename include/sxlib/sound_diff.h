/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SOUND_DIFF_H
#define SXLIB_SOUND_DIFF_H

#include "sxlib/pairs.h"
#include "sxlib/pick.h"

/* Differences between sounds, regardless of packing. No I/O. */

struct sx_sound_diff {
	const struct sx_pick *a, *b; /* set by the caller, borrowed */
	size_t same, different, only_a, only_b; /* so far */
	/* Private. */
	size_t at;
	struct sx_messages content[2], bare[2];
};

/* Two sounds, or one that only one side has. */
struct sx_sound_pair {
	long a, b; /* indices into the picks, from 0; -1: missing */
	/* Their unpacked bytes, valid until the next call; both NULL if one of
	 * the sounds is missing. */
	const struct sx_messages *content_a, *content_b;
};

/*
 * The next pair that differs. The first sound of A is compared with the first
 * of B, and so on; the slot does not matter. Returns 1 and sets *pair; 0 if
 * there are no more; -1 and sets e if the sounds belong to different
 * instruments (SX_EREFUSED) or the layout of their contents is not known.
 */
int sx_sound_diff_next(
    struct sx_sound_diff *d, struct sx_sound_pair *pair, struct sx_err *e);
/* The runs in the contents of a pair that has both. */
void sx_sound_pair_runs(struct sx_runs *r, const struct sx_sound_pair *pair);
/* True if this difference is in the name. */
bool sx_sound_diff_is_name(
    const struct sx_sound_diff *d, const struct sx_run *run);
/* Safe to call at any time. */
void sx_sound_diff_end(struct sx_sound_diff *d);

#endif
