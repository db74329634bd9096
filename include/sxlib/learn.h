/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LEARN_H
#define SXLIB_LEARN_H

#include "sxlib/instrument.h"

/*
 * Finds where dumps hold what their owner knows about them: the slot number and
 * the name on the display. Pure. Offsets and forms are those of a page.
 */

/* A whole message. Pointers are borrowed. */
struct sx_sample {
	const uint8_t *msg;
	size_t n;
	long slot;	  /* as on the display; -1: unknown */
	const char *name; /* as on the display; NULL: unknown */
};

struct sx_slot_found {
	struct sx_slot_at at;
	long less; /* number on the display of slot 0 */
};

/*
 * Find the slot encoding that matches the numbers of all samples. Tries,
 * simplest first: one byte, or two 7-bit bytes in either order; the same with a
 * display that counts from 1; a bank and a number within it (`x100`); a byte
 * with another first value (`from`); both; a display that starts at another
 * number. Only the places of the first form that matches are reported. Stores
 * the first `most` of them in found and returns how many there are; 0 also if
 * all samples have the same number.
 */
size_t sx_learn_slot(const struct sx_sample *samples, size_t n,
    struct sx_slot_found *found, size_t most);

/*
 * The same for banks of known size: the bank is slot / bank. Only the forms
 * that do not depend on a bank size, or use this one; slot 0 is 0 on the
 * display.
 */
size_t sx_learn_bank_slot(const struct sx_sample *samples, size_t n, long bank,
    struct sx_slot_found *found, size_t most);

struct sx_name_found {
	struct sx_data_at data; /* from 0: the name is not in packed data */
	struct sx_name_at name;
	size_t place; /* offset of its first character in the first message */
};

/*
 * Find where the names of all samples that have one are: as plain characters,
 * every second to fourth byte, or packed in any code of a page but base64; then
 * in the character sets seven, six, d50 and digits. The length includes the
 * blanks or zeros after the name as far as all samples allow it. Data is
 * assumed to begin at or before `header`, the end of the bytes common to the
 * start of all messages. Stores the first `most` places in found and returns
 * how many there are; 0 also if no sample has a name, or one is empty or too
 * long.
 */
size_t sx_learn_name(const struct sx_sample *samples, size_t n, size_t header,
    struct sx_name_found *found, size_t most);

#endif
