/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_BODY_H
#define SXLIB_BODY_H

#include "layout.h"
#include "sxlib/recast.h"
#include "sxlib/sounds.h"

/* A message and what is known about it. The bytes are borrowed. */
struct sx_form {
	const uint8_t *msg;
	size_t n;
	struct sx_facts facts;
	struct sx_message_kind f; /* what NULL: unknown */
	struct sx_instrument in;
};

/* Returns false and sets e if the message is incomplete, its checksum is wrong,
 * or no instrument is known for it. */
bool sx_form_read(const struct sx_devices *user, const uint8_t *msg, size_t n,
    struct sx_form *form, struct sx_err *e);
/* Find an instrument's message kind by name; false if there is none. */
bool sx_form_named(const struct sx_instrument *in, const char *what,
    struct sx_message_kind *f);
/* Find the kind whose `buffer` is this one. */
bool sx_form_stored(const struct sx_instrument *in, const char *buffer,
    struct sx_message_kind *f);

/* The bytes of a sound, as stored in a message, or unpacked. */
struct sx_body {
	uint8_t *p; /* owned */
	size_t n;
	uint8_t code; /* enum sx_code */
	bool rle;
};
void sx_body_free(struct sx_body *b);

/* Get the body of a message that is a sound. Returns -1 and sets e if its
 * position is not known. */
int sx_body_of_message(
    const struct sx_form *form, struct sx_body *b, struct sx_err *e);
/* Get the body of sound i of a bank in one message, unpacked. */
int sx_body_of_item(
    const struct sx_form *bank, size_t i, struct sx_body *b, struct sx_err *e);
/* Store it as sound i in msg, which is a copy of bank->msg. */
int sx_body_put_item(const struct sx_form *bank, uint8_t *msg, size_t i,
    const struct sx_body *b, struct sx_err *e);
/* Unpack it if it is packed. Returns -1 and sets e if that is not possible. */
int sx_body_unpack(struct sx_body *b, struct sx_err *e);

/*
 * Append to *out a message of this kind with this body, for the unit of `from`
 * and (if the kind has one) this slot. Returns -1 and sets e if its header or
 * checksum is not known.
 */
int sx_body_message(const struct sx_form *from, const struct sx_message_kind *f,
    const struct sx_body *b, long slot, struct sx_messages *out,
    struct sx_err *e);

/* Append room for n bytes. Returns NULL and sets e if memory runs out. */
uint8_t *sx_messages_grow(struct sx_messages *m, size_t n, struct sx_err *e);

/* Return the length of the message at the start of p[0..n-1], or 0. */
size_t sx_message_length(const uint8_t *p, size_t n);

#endif
