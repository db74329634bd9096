/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_NEAREST_H
#define SXLIB_NEAREST_H

#include <stddef.h>

/* Which of the known words was meant by a misspelled one? */
struct sx_nearest {
	const char *word; /* set by the caller */
	const char *best; /* the nearest so far; NULL: none is near */
	size_t away;	  /* private */
};

void sx_nearest_try(struct sx_nearest *s, const char *known);

#endif
