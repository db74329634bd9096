/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_NEAREST_H
#define SXLIB_NEAREST_H

#include <stddef.h>

/* Finds the known word nearest to a misspelled one: call sx_nearest_try() for
 * each known word. */
struct sx_nearest {
	const char *word; /* set by the caller */
	const char *best; /* nearest so far; NULL: none is close */
	size_t away;	  /* private */
};

void sx_nearest_try(struct sx_nearest *s, const char *known);

#endif
