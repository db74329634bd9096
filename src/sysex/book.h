/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_BOOK_H
#define SXLIB_BOOK_H

#include "sxlib/instrument.h"

/*
 * Compact storage of instruments: each is a record of numbers with variable
 * length, next to a table of texts without duplicates. It is small, the same on
 * every machine, and contains no addresses, so built-in records cost nothing at
 * startup. Any value can be encoded. Records are trusted: only sx_book_add()
 * makes them.
 */
struct sx_book {
	uint8_t *bytes; /* the records, in sequence */
	size_t n, room;
	char *texts; /* each ends with a 00 */
	size_t ntexts, texts_room;
	bool failed; /* memory ran out */
};

/* Add an instrument, with the arguments of sx_devices_add(). Returns -1 and
 * sets e if memory runs out; the book is then unusable. */
int sx_book_add(struct sx_book *b, const struct sx_instrument *in,
    const struct sx_message_kind *formats,
    const struct sx_request_row *requests,
    const struct sx_identity_row *identities, struct sx_err *e);
/* Free its contents; the struct itself is the caller's. */
void sx_book_free(struct sx_book *b);

/* The next record, if there is one. */
struct sx_mark sx_book_behind(struct sx_mark m);
/* The fields of an instrument that searches need. */
struct sx_front {
	uint16_t nformats, nrequests;
	const char *alias;	/* or NULL */
	struct sx_mark formats; /* the record of the first */
};
struct sx_front sx_book_front(struct sx_mark in);
/* The manufacturer ID in its row. */
sx_maker_id sx_book_maker(struct sx_mark in);

/* Decode a record into a zeroed struct. */
void sx_book_instrument(struct sx_mark m, struct sx_instrument *in);
void sx_book_format(struct sx_mark m, struct sx_message_kind *f);

/* For the record of an instrument or a format: sx_mask_fits() and
 * sx_mask_reach() of its mask. */
bool sx_book_fits(struct sx_mark m, const uint8_t *msg, size_t n);
size_t sx_book_reach(struct sx_mark m);
bool sx_book_same_mask(struct sx_mark a, struct sx_mark b);
/* The size of a format: min and max of struct sx_message_kind. */
void sx_book_size(struct sx_mark format, uint32_t *min, uint32_t *max);

#endif
