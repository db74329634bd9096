/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PAIRS_H
#define SXLIB_PAIRS_H

#include "sxlib/fields.h"
#include "sxlib/items.h"

/* What differs between two files, message by message. No I/O. */

/* Messages of two files that stand for the same; one may be NULL. */
struct sx_pair {
	const struct sx_item *a, *b;
};

/*
 * Pair the messages of two files by maker, device, kind and slot. Where several
 * have these in common, those that are the same belong together, then those of
 * the same name, then they go in their order; so do bytes of no message. In
 * the order of A, then what only B has. any_unit: messages for, or of,
 * different units may be the same, see sx_diff. malloc'ed, *n gets their
 * number; NULL if memory ends.
 */
struct sx_pair *sx_pair_up(const struct sx_items *a, const struct sx_items *b,
    bool any_unit, size_t *n);

struct sx_diff {
	const struct sx_items *a, *b; /* set by the caller, borrowed */
	/* So is this: the number of the unit, where it is known to stand, and a
	 * checksum that is right do not count. */
	bool any_unit;
	size_t same, different, only_a, only_b; /* so far */
	/* private */
	struct sx_pair *pairs;
	size_t n, at;
};

/* The next pair that is not the same. 1 and *pair, until sx_diff_end(). 0:
 * there are no more. -1 and e: memory ends. */
int sx_diff_next(
    struct sx_diff *d, const struct sx_pair **pair, struct sx_err *e);
/* Good at any time. */
void sx_diff_end(struct sx_diff *d);

/* Bytes that differ, one after the other, of one field, in both or in only one
 * of the two. */
struct sx_run {
	size_t off, len;
	enum sx_field field; /* SX_FIELDS: in the payload, or not known */
};

/* The runs of two messages, or of any other bytes. Private. */
struct sx_runs {
	const uint8_t *a, *b;
	size_t na, nb, at;
	struct sx_region fields_a[SX_FIELDS], fields_b[SX_FIELDS];
};

/* Begin with those of a pair, of which none is NULL; borrowed. */
void sx_runs_of_pair(struct sx_runs *r, const struct sx_pair *pair);
/* The same for bytes without fields. */
void sx_runs_of_bytes(struct sx_runs *r, const uint8_t *a, size_t na,
    const uint8_t *b, size_t nb);
/* The next one; false: there are no more. */
bool sx_runs_next(struct sx_runs *r, struct sx_run *run);

#endif
