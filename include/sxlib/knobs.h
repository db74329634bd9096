/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_KNOBS_H
#define SXLIB_KNOBS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The controllers of an instrument, as its page names them: "109 Noise, 90/91
 * M1 Pitch". A pair is one value: the first controller has its high bits, the
 * second the low 7. Pure.
 */

struct sx_knob {
	const char *name; /* in the text, not ended by a NUL */
	size_t len;
	int high, low; /* controllers; high -1: it is no pair */
};

/* The next knob of the text at *at, which moves behind it: 1. 0: there is none.
 * -1: the text is malformed there. */
int sx_knob_next(const char **at, struct sx_knob *k);

/* Is the text complete and right: each controller once, none without a name? */
bool sx_knobs_valid(const char *text);

/* The knob that this controller belongs to. text may be NULL. */
bool sx_knob_find(const char *text, int controller, struct sx_knob *k);

#endif
