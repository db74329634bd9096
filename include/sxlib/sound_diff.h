/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SOUND_DIFF_H
#define SXLIB_SOUND_DIFF_H

#include "sxlib/pairs.h"
#include "sxlib/pick.h"

/* What differs between sounds, however each is packed. No I/O. */

struct sx_sound_diff {
	const struct sx_pick *a, *b; /* set by the caller, borrowed */
	size_t same, different, only_a, only_b; /* so far */
	/* Private. */
	size_t at;
	struct sx_messages content[2], bare[2];
};

/* Two sounds, or what only one side has. */
struct sx_sound_pair {
	long a, b; /* of the picks, from 0; -1: there is none */
	/* Their bytes, unpacked, until the next call; NULL where one is
	 * missing.
	 */
	const struct sx_messages *content_a, *content_b;
};

/*
 * The next pair that is not the same: the first of A with the first of B, and
 * so on. A sound in another slot is the same. 1 and *pair; 0: there are no
 * more. -1 and e: they are of different instruments (SX_EREFUSED), or what they
 * hold is not known.
 */
int sx_sound_diff_next(
    struct sx_sound_diff *d, struct sx_sound_pair *pair, struct sx_err *e);
/* Is what differs there the name? */
bool sx_sound_diff_is_name(
    const struct sx_sound_diff *d, const struct sx_run *run);
/* Good at any time. */
void sx_sound_diff_end(struct sx_sound_diff *d);

#endif
