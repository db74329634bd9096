/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_BOOK_H
#define SXLIB_BOOK_H

#include "sxlib/instrument.h"

/*
 * Instruments as they are kept: each is a record of numbers that have as few
 * bytes as they need, beside texts of which there is one copy each. That is
 * small, the same on every machine, and holds no addresses, so that what is
 * built in costs nothing at start. No value is too large for it. Records are
 * trusted: only sx_book_add() makes them.
 */
struct sx_book {
	uint8_t *bytes; /* the records, one behind the other */
	size_t n, room;
	char *texts; /* each ends in a 00 */
	size_t ntexts, texts_room;
	bool failed; /* memory has ended */
};

/* Add an instrument, as sx_devices_add() is given it. -1 and e: memory ends;
 * the book is of no use then. */
int sx_book_add(struct sx_book *b, const struct sx_instrument *in,
    const struct sx_message_kind *formats,
    const struct sx_request_row *requests,
    const struct sx_identity_row *identities, struct sx_err *e);
/* What it holds; the struct itself is the caller's. */
void sx_book_free(struct sx_book *b);

/* The record behind this one, if there is one. */
struct sx_mark sx_book_behind(struct sx_mark m);
/* Of an instrument, what is looked for in many of them. */
struct sx_front {
	uint16_t nformats, nrequests;
	const char *alias;	/* or NULL */
	struct sx_mark formats; /* the record of the first */
};
struct sx_front sx_book_front(struct sx_mark in);

/* What a record says, into a struct of zeros. */
void sx_book_instrument(struct sx_mark m, struct sx_instrument *in);
void sx_book_format(struct sx_mark m, struct sx_message_kind *f);

/* Of the record of an instrument or a format: sx_mask_fits(), and
 * sx_mask_reach(), of its mask. */
bool sx_book_fits(struct sx_mark m, const uint8_t *msg, size_t n);
size_t sx_book_reach(struct sx_mark m);
bool sx_book_same_mask(struct sx_mark a, struct sx_mark b);
/* The bytes that a format has: min and max of struct sx_message_kind. */
void sx_book_size(struct sx_mark format, uint32_t *min, uint32_t *max);

#endif
