/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_BODY_H
#define SXLIB_BODY_H

#include "layout.h"
#include "sxlib/recast.h"
#include "sxlib/sounds.h"

/* A message, with what is known of it. Borrowed bytes. */
struct sx_form {
	const uint8_t *msg;
	size_t n;
	struct sx_facts facts;
	struct sx_message_kind f; /* what NULL: nothing is known */
	struct sx_instrument in;
};

/* false and e: it is not whole, its checksum is wrong, or no instrument is
 * known for it. */
bool sx_form_read(const struct sx_devices *user, const uint8_t *msg, size_t n,
    struct sx_form *form, struct sx_err *e);
/* The kind of message of this name of an instrument; false: there is none. */
bool sx_form_named(const struct sx_instrument *in, const char *what,
    struct sx_message_kind *f);
/* The kind of which `buffer` is this one. */
bool sx_form_stored(const struct sx_instrument *in, const char *buffer,
    struct sx_message_kind *f);

/* The bytes that are a sound, as they stand in a message, or unpacked. */
struct sx_body {
	uint8_t *p; /* owned */
	size_t n;
	uint8_t code; /* enum sx_code */
	bool rle;
};
void sx_body_free(struct sx_body *b);

/* Of a message that is a sound. -1 and e: where they stand is not known. */
int sx_body_of_message(
    const struct sx_form *form, struct sx_body *b, struct sx_err *e);
/* Of sound i of a bank in one message, unpacked. */
int sx_body_of_item(
    const struct sx_form *bank, size_t i, struct sx_body *b, struct sx_err *e);
/* Put it in the place of sound i, in msg, which is a copy of bank->msg. */
int sx_body_put_item(const struct sx_form *bank, uint8_t *msg, size_t i,
    const struct sx_body *b, struct sx_err *e);
/* Unpack it, if it is packed. -1 and e: it cannot be. */
int sx_body_unpack(struct sx_body *b, struct sx_err *e);

/*
 * A message of this kind with this body, for the unit that `from` is of and (if
 * it has one) this slot. bank: what it is taken from, or NULL. -1 and e: what
 * it begins with, or its checksum, is not known. Appended to *out.
 */
int sx_body_message(const struct sx_form *from, const struct sx_message_kind *f,
    const struct sx_body *b, long slot, struct sx_messages *out,
    struct sx_err *e);

/* Room for n bytes behind the others; NULL and e. */
uint8_t *sx_messages_grow(struct sx_messages *m, size_t n, struct sx_err *e);

/* The length of the message that p[0..n-1] begins with; 0: it is none. */
size_t sx_message_length(const uint8_t *p, size_t n);

#endif
