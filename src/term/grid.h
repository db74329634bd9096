/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_GRID_H
#define SXLIB_TERM_GRID_H

#include "sxlib/sounds.h"
#include "sxlib/steps.h"

/* What show --grid draws under a message. */

/* The steps of a pattern, a line for each track; on a narrow terminal in blocks
 * below each other. */
void print_steps(const struct sx_steps *s);

/* The slots of a bank. Zero it; free it with grid_free(). */
struct grid {
	struct grid_slot {
		char name[SX_FACT_TEXT], label[24];
		bool there;
	} * slots;
	size_t n; /* up to the last one that is there */
};

/* -1: out of memory. */
int grid_add(struct grid *g, const struct sx_sound *sound);
/* As many beside each other as fit, a power of two, each below that of the row
 * before; from the first one that is there on, "." where there is none. */
void print_grid(const struct grid *g);
void grid_free(struct grid *g);

#endif
