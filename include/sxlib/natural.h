/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_NATURAL_H
#define SXLIB_NATURAL_H

/* Compare two names in natural order, as strcmp() does: numbers in them compare
 * by value, so part2 sorts before part10. */
int sx_natural_order(const char *a, const char *b);

#endif
