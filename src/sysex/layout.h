/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LAYOUT_H
#define SXLIB_LAYOUT_H

#include "sxlib/instrument.h"

/*
 * Reads and checks the contents of a message by its layout. Pure, and safe for
 * any bytes: missing fields are left out of the facts.
 */

/* Decode a complete message of n bytes. Its device has already initialized
 * facts. */
void sx_layout_decode(const struct sx_layout *l, const uint8_t *msg, size_t n,
    struct sx_facts *facts);

/* Decode what the first bytes alone contain: its slot. */
void sx_layout_skim(const struct sx_layout *l, const uint8_t *head, size_t have,
    size_t n, struct sx_facts *facts);

/* True if that needs more than the first `have` bytes of a message. */
bool sx_layout_needs_all(const struct sx_layout *l, size_t have);

/* Check its checksums and lengths. */
void sx_layout_judge(const struct sx_layout *l, const uint8_t *msg, size_t n,
    struct sx_facts *facts);
/* Recompute them where their rules are known. A checksum whose value means "do
 * not check" is left unchanged. */
void sx_layout_seal(const struct sx_layout *l, uint8_t *msg, size_t n);

/* True if the byte is after the manufacturer ID and before the F7. */
bool sx_layout_is_data(const uint8_t *msg, size_t n, size_t at);

/* An offset in a message of n bytes; n + 1 if it is before the start. */
size_t sx_layout_place(int32_t at, size_t n);

/* The slot in msg, or -1 if there is none or it is invalid, or not of
 * SX_SLOT_BYTES. */
long sx_slot_get(const struct sx_slot_at *s, const uint8_t *msg, size_t n);
/* Store a slot of SX_SLOT_BYTES, if the layout has one and it lies inside the
 * message. */
void sx_slot_put(const struct sx_slot_at *s, uint8_t *msg, size_t n, long slot);

/* Packed bytes p[0..n-1] and their encoding. */
struct sx_packed {
	const uint8_t *p;
	size_t n;
	uint8_t code; /* enum sx_code */
	bool rle;
};

/* The data region of a message; n 0 if there is none. */
struct sx_packed sx_layout_data(
    const struct sx_data_at *d, const uint8_t *msg, size_t n);
/* The position in p where byte i begins, and in *width the number of bytes of p
 * it needs. */
size_t sx_packed_place(const struct sx_packed *d, size_t i, size_t *width);
/* Byte i after unpacking, before run-length decoding, or -1 past the end. */
int sx_packed_byte(const struct sx_packed *d, size_t i);
/* The number of unpacked bytes, and the packed size of count bytes. */
size_t sx_packed_count(const struct sx_packed *d);
size_t sx_packed_size(uint8_t code, size_t count);
/*
 * Store byte i of the unpacked data of d, which describes the same bytes as p.
 * Unused bits are preserved, and a byte that already has this value is not
 * touched. Returns false if it is past the end or cannot be encoded.
 */
bool sx_packed_put(const struct sx_packed *d, uint8_t *p, size_t i, uint8_t c);

/*
 * Get the name of a message, or of a sound that begins at `begin` (an offset in
 * the data if the name is in the data): its characters in text (size bytes, not
 * terminated) and its region. Returns the number of characters; -1 if there is
 * no name.
 */
long sx_layout_name(const struct sx_name_at *at, const struct sx_data_at *d,
    const uint8_t *msg, size_t n, size_t begin, uint8_t *text, size_t size,
    struct sx_region *region);

/*
 * Store a name in a message or in a sound that begins at `begin`; a shorter one
 * is padded as before, with blanks or 00. Returns -1 and sets e (SX_EREFUSED)
 * if the unit cannot hold it, with what it could, or if the position or
 * encoding is not known.
 */
int sx_layout_name_put(const struct sx_name_at *at, const struct sx_data_at *d,
    uint8_t *msg, size_t n, size_t begin, const char *name, struct sx_err *e);
/* Check that the unit can hold the name. Returns -1 and sets e, with what it
 * could hold. */
int sx_layout_name_check(
    const struct sx_name_at *at, const char *name, struct sx_err *e);

/* SX_CHARS_JSON: get the name in a text in JSON of n bytes, as sx_layout_name()
 * does. */
long sx_json_name(const uint8_t *p, size_t n, uint8_t *text, size_t size,
    struct sx_region *region);

/* SX_CHARS_JUNO: the character for each number. */
extern const char sx_juno_chars[];

#endif
