/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SOUNDS_H
#define SXLIB_SOUNDS_H

#include "sxlib/instrument.h"

/*
 * The sounds inside of banks whose layout is known. Pure. What is not known is
 * not made up: a sound that is cut, or a bank of another form, is not there.
 */

/* Plain values. The name is bytes as they came, up to 63 of them: escape before
 * showing. */
struct sx_sound {
	size_t index; /* in its bank, from 0 */
	long slot;    /* from 0, as far as the bank tells; else the index */
	char slot_text[SX_SLOT_TEXT]; /* as on the display; or "" */
	char name[SX_FACT_TEXT];      /* or "" */
	struct sx_region at;	  /* its bytes in the message; len 0: of several
				     messages, or packed with others */
	struct sx_region name_at; /* the same for its name */
	size_t first, last;	  /* of several messages: their numbers */
};

/* A bank that is read. Valid as long as its message. */
struct sx_bank {
	const uint8_t *msg;
	size_t n, count; /* of its sounds */
	struct sx_message_kind kind;
};

/* sx_bank_count(), and b, to get its sounds with less work for each. */
size_t sx_bank_open(struct sx_bank *b, const struct sx_facts *facts,
    const uint8_t *msg, size_t n);
/* Sound i < b->count. */
void sx_bank_get(const struct sx_bank *b, size_t i, struct sx_sound *sound);

/*
 * How many sounds a whole message of n bytes holds; 0: it is no bank, or none
 * of a form that is known. facts are those of the message.
 */
size_t sx_bank_count(
    const struct sx_facts *facts, const uint8_t *msg, size_t n);
/* Sound i < sx_bank_count(). */
void sx_bank_sound(const struct sx_facts *facts, const uint8_t *msg, size_t n,
    size_t i, struct sx_sound *sound);

/*
 * A bank that is spread over many messages by address (Roland): its bytes are
 * put together as the messages come, in any order.
 */
struct sx_memory;

/* NULL and e: memory ends. */
struct sx_memory *sx_memory_new(struct sx_err *e);
void sx_memory_free(struct sx_memory *m);
/* As it was when it was new. */
void sx_memory_clear(struct sx_memory *m);

/*
 * Take the next whole message; number is the caller's for it, and rises. 1: it
 * is a part of such a bank; 0: it is not, and nothing has changed; -1 and e:
 * memory ends. A part of another instrument's bank, or of another unit's,
 * begins anew.
 */
int sx_memory_add(struct sx_memory *m, const struct sx_facts *facts,
    const uint8_t *msg, size_t n, size_t number, struct sx_err *e);

/* The next sound that has come completely and was not returned before: true.
 * One of which a byte in use changes later is returned again, as it is then;
 * addresses that hold nothing change nothing. */
bool sx_memory_next(struct sx_memory *m, struct sx_sound *sound);

/* The bytes in use of sound i, as they came, *n of them, until the next _add.
 * NULL: not all of them have come. */
const uint8_t *sx_memory_bytes(const struct sx_memory *m, size_t i, size_t *n);

#endif
