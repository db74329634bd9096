/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PAIRS_H
#define SXLIB_PAIRS_H

#include "sxlib/fields.h"
#include "sxlib/items.h"

/* The differences between two files, message by message. No I/O. */

/* Corresponding messages of two files; either may be NULL. */
struct sx_pair {
	const struct sx_item *a, *b;
};

/*
 * Pair the messages of two files by maker, device, kind and slot. If several
 * share these, identical ones are paired first, then those with the same name,
 * then the rest in order. Bytes outside messages are paired the same way. The
 * result follows the order of A, then lists what only B has. any_unit: messages
 * for or from different units may be the same, see struct sx_diff. Returns a
 * malloc'ed array of *n, or NULL if out of memory.
 */
struct sx_pair *sx_pair_up(const struct sx_items *a, const struct sx_items *b,
    bool any_unit, size_t *n);

struct sx_diff {
	const struct sx_items *a, *b; /* set by the caller, borrowed */
	/* Set by the caller: ignore the unit number, where its position is
	 * known, and correct checksums. */
	bool any_unit;
	size_t same, different, only_a, only_b; /* so far */
	/* private */
	struct sx_pair *pairs;
	size_t n, at;
};

/* Get the next pair that differs. Returns 1 and sets *pair, which is valid
 * until sx_diff_end(); 0 if there are no more; -1 and sets e if out of
 * memory. */
int sx_diff_next(
    struct sx_diff *d, const struct sx_pair **pair, struct sx_err *e);
/* May be called at any time. */
void sx_diff_end(struct sx_diff *d);

/* Consecutive differing bytes of one field, either present in both or in only
 * one of the two. */
struct sx_run {
	size_t off, len;
	enum sx_field field; /* SX_FIELDS: payload, or unknown */
};

/* The runs of two messages, or of any other bytes. Private. */
struct sx_runs {
	const uint8_t *a, *b;
	size_t na, nb, at;
	struct sx_region fields_a[SX_FIELDS], fields_b[SX_FIELDS];
};

/* Start with the runs of a pair; neither message may be NULL. Borrowed. */
void sx_runs_of_pair(struct sx_runs *r, const struct sx_pair *pair);
/* The same for bytes without fields, borrowed. */
void sx_runs_of_bytes(struct sx_runs *r, const uint8_t *a, size_t na,
    const uint8_t *b, size_t nb);
/* Get the next run; false if there are no more. */
bool sx_runs_next(struct sx_runs *r, struct sx_run *run);
/* Describe the remaining runs: "12 bytes differ in 3 runs". Returns buf. */
#define SX_RUNS_TEXT 80
char *sx_runs_text(char buf[SX_RUNS_TEXT], const struct sx_runs *r);

#endif
