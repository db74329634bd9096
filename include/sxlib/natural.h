/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_NATURAL_H
#define SXLIB_NATURAL_H

/* The order of two names: numbers in them count as such, so that part2 is
 * before part10. */
int sx_natural_order(const char *a, const char *b);

#endif
