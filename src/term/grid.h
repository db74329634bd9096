/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_GRID_H
#define SXLIB_TERM_GRID_H

#include "sxlib/sounds.h"
#include "sxlib/steps.h"

/* The drawings of show --grid below a message. */

/* Draw the steps of a pattern, one line per track; on a narrow terminal in
 * several blocks. */
void print_steps(const struct sx_steps *s);

/* The slots of a bank. Zero it; free it with grid_free(). */
struct grid {
	struct grid_slot {
		char name[SX_FACT_TEXT], label[24];
		bool there;
	} * slots;
	size_t n; /* up to the last one present */
};

/* Returns -1 if memory runs out. */
int grid_add(struct grid *g, const struct sx_sound *sound);
/* Draw as many columns as fit, a power of two, aligned over all rows: from the
 * first slot present, "." for a missing one. */
void print_grid(const struct grid *g);
void grid_free(struct grid *g);

#endif
