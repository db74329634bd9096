/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LEARN_H
#define SXLIB_LEARN_H

#include "sxlib/instrument.h"

/*
 * Where dumps hold what their owner knows of them: the number of a slot, the
 * name on the display. Pure. Offsets and forms are those of a page.
 */

/* A whole message. Borrowed texts. */
struct sx_sample {
	const uint8_t *msg;
	size_t n;
	long slot;	  /* as the display counts; -1: not known */
	const char *name; /* as the display shows it; NULL: not known */
};

struct sx_slot_found {
	struct sx_slot_at at;
	long less; /* what the display calls slot 0 */
};

/*
 * Find the form of slot that holds the numbers of all samples: one byte, or two
 * of 7 bits in either order; then the same one less, as where the display
 * counts from 1; then a bank and a number in it (`x100`), a byte that begins
 * elsewhere (`from`), both, or a display that does. What is simpler is taken:
 * all places of the first form that has any are found. found gets the first
 * `most` of them. Returns how many there are; 0 also if all numbers are the
 * same.
 */
size_t sx_learn_slot(const struct sx_sample *samples, size_t n,
    struct sx_slot_found *found, size_t most);

/*
 * The same with banks of so many: slot / bank is the bank. Only forms in which
 * that matters not or is so.
 */
size_t sx_learn_bank_slot(const struct sx_sample *samples, size_t n, long bank,
    struct sx_slot_found *found, size_t most);

struct sx_name_found {
	struct sx_data_at data; /* from 0: the name is not in packed data */
	struct sx_name_at name;
	size_t place; /* offset of its first character in the first message */
};

/*
 * Find the place that holds the names of all samples that have one: as plain
 * characters, every second to fourth byte, or packed by any code of a page;
 * then in other character sets. The name is as long as the blanks behind it
 * allow. Data are said to begin at or in front of `header`, where the bytes end
 * that all messages have at their begin. found gets the first `most` places.
 * Returns how many there are, 0 also if no sample has a name.
 */
size_t sx_learn_name(const struct sx_sample *samples, size_t n, size_t header,
    struct sx_name_found *found, size_t most);

#endif
