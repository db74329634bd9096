/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LAYOUT_H
#define SXLIB_LAYOUT_H

#include "sxlib/instrument.h"

/*
 * What a message holds, read and judged by its layout. Pure, and safe with any
 * bytes: what is not there is left out of the facts.
 */

/* Of a whole message of n bytes. facts have been begun by its device. */
void sx_layout_decode(const struct sx_layout *l, const uint8_t *msg, size_t n,
    struct sx_facts *facts);

/* The same from its first bytes alone, as far as these tell: its slot. */
void sx_layout_skim(const struct sx_layout *l, const uint8_t *head, size_t have,
    size_t n, struct sx_facts *facts);

/* Would that need more than the first `have` bytes of a message? */
bool sx_layout_needs_all(const struct sx_layout *l, size_t have);

/* Its checksums and lengths. */
void sx_layout_judge(const struct sx_layout *l, const uint8_t *msg, size_t n,
    struct sx_facts *facts);
/* Make them anew, as far as their rules are known. One that says that it is not
 * to be checked goes on saying so. */
void sx_layout_seal(const struct sx_layout *l, uint8_t *msg, size_t n);

/* Is it a byte behind the maker's ID, and before the F7? */
bool sx_layout_is_data(const uint8_t *msg, size_t n, size_t at);

/* An offset in a message of n bytes; n + 1 if it is before its begin. */
size_t sx_layout_place(int32_t at, size_t n);

/* The slot in msg, or -1: there is none, or it is none. */
long sx_slot_get(const struct sx_slot_at *s, const uint8_t *msg, size_t n);
/* Write a slot to its place, if there is one and it lies in the message. */
void sx_slot_put(const struct sx_slot_at *s, uint8_t *msg, size_t n, long slot);

/* Packed bytes p[0..n-1], and how. */
struct sx_packed {
	const uint8_t *p;
	size_t n;
	uint8_t code; /* enum sx_code */
	bool rle;
};

/* What is in the data of a message; n 0 if there is nothing. */
struct sx_packed sx_layout_data(
    const struct sx_data_at *d, const uint8_t *msg, size_t n);
/* Where in p byte i begins, and how many bytes of p it needs. */
size_t sx_packed_place(const struct sx_packed *d, size_t i, size_t *width);
/* Byte i of what they unpack to before run lengths, or -1 behind the end. */
int sx_packed_byte(const struct sx_packed *d, size_t i);
/* How many of these there are, and how many bytes so many are packed into. */
size_t sx_packed_count(const struct sx_packed *d);
size_t sx_packed_size(uint8_t code, size_t count);
/*
 * Write byte i of what d, the same bytes, unpacks to. Bits without a meaning
 * stay, and so does a byte that has this value already. false: it is behind the
 * end, or cannot be written so.
 */
bool sx_packed_put(const struct sx_packed *d, uint8_t *p, size_t i, uint8_t c);

/*
 * A name of a message, or of a sound that begins at `begin` (in the data if the
 * name is): its characters into text (size bytes, not ended), region where it
 * was found, and their number. -1: there is no name.
 */
long sx_layout_name(const struct sx_name_at *at, const struct sx_data_at *d,
    const uint8_t *msg, size_t n, size_t begin, uint8_t *text, size_t size,
    struct sx_region *region);

/*
 * Write a name to its place, of a message or of a sound that begins at `begin`;
 * what is behind a shorter one becomes what was there before, blanks or 00. -1
 * and e (SX_EREFUSED): the unit cannot hold it, and what it could; or where or
 * how it stands is not known.
 */
int sx_layout_name_put(const struct sx_name_at *at, const struct sx_data_at *d,
    uint8_t *msg, size_t n, size_t begin, const char *name, struct sx_err *e);
/* Can the unit hold it? -1 and e, with what it can. */
int sx_layout_name_check(
    const struct sx_name_at *at, const char *name, struct sx_err *e);

/* SX_CHARS_JUNO: the character of each number. */
extern const char sx_juno_chars[];

#endif
