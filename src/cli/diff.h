/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DIFF_H
#define SXLIB_DIFF_H

#include "items.h"

/* Messages of two files that stand for the same; one may be NULL. */
struct pair {
	const struct sx_item *a, *b;
};

/*
 * Pair the messages of two files by maker, device, kind and slot. Where several
 * have these in common, those that are the same belong together, then those of
 * the same name, then they go in their order; so do bytes of no message. In
 * the order of A, then what only B has. malloc'ed, *n gets their number; NULL
 * if memory ends.
 */
struct pair *pair_up(
    const struct item_list *a, const struct item_list *b, size_t *n);

struct diff_counts {
	size_t same, different, only_a, only_b;
};

/* Write what differs to stdout as the command does, and count. -1 and
 * c->err. */
int diff_lists(struct cli *c, const struct item_list *a,
    const struct item_list *b, struct diff_counts *n);

#endif
