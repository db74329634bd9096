/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_KNOBS_H
#define SXLIB_KNOBS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The controllers of an instrument, as its page names them: "109 Noise, 90/91
 * M1 Pitch". A pair is one value: the first controller has the high bits, the
 * second the low 7. Pure.
 */

struct sx_knob {
	const char *name; /* points into the text, not NUL-terminated */
	size_t len;
	int high, low; /* controller numbers; high -1: not a pair */
};

/* Parse the next knob at *at and advance *at past it. Returns 1; 0 at the end
 * of the text; -1 if it is malformed there. */
int sx_knob_next(const char **at, struct sx_knob *k);

/* Is the text well formed: no controller listed twice, and a name for each? */
bool sx_knobs_valid(const char *text);

/* Find the knob that a controller belongs to; false if none. text may be
 * NULL. */
bool sx_knob_find(const char *text, int controller, struct sx_knob *k);

#endif
