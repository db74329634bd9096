/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SOUNDS_H
#define SXLIB_SOUNDS_H

#include "sxlib/instrument.h"

/*
 * The sounds in banks whose layout is known. Pure. Nothing is guessed: a
 * truncated sound, or a bank of another format, is not reported.
 */

/* Plain values. The name is raw bytes, up to 63: escape it before display. */
struct sx_sound {
	size_t index; /* in its bank, from 0 */
	long slot;    /* from 0, if the bank has slot numbers; else the index;
			 -1: unknown, its message does not contain it */
	char slot_text[SX_SLOT_TEXT]; /* as displayed; or "" */
	char name[SX_FACT_TEXT];      /* or "" */
	struct sx_region at;	      /* its bytes in the message; len 0: spread
					 over messages, or packed together with
					 others */
	struct sx_region name_at;     /* position of its name, as `at` */
	size_t first, last;	      /* numbers of its messages, if there are
					 several */
};

/* An open bank. Valid as long as its message. */
struct sx_bank {
	const uint8_t *msg;
	size_t n, count; /* count: sounds in it */
	struct sx_message_kind kind;
};

/* Like sx_bank_count(), and initializes b, which makes access to the sounds
 * cheaper. */
size_t sx_bank_open(struct sx_bank *b, const struct sx_facts *facts,
    const uint8_t *msg, size_t n);
/* Get sound i < b->count. */
void sx_bank_get(const struct sx_bank *b, size_t i, struct sx_sound *sound);

/*
 * The number of sounds in a complete message of n bytes; 0 if it is not a bank
 * or its format is not known. facts are those of the message.
 */
size_t sx_bank_count(
    const struct sx_facts *facts, const uint8_t *msg, size_t n);
/* Get sound i < sx_bank_count(). */
void sx_bank_sound(const struct sx_facts *facts, const uint8_t *msg, size_t n,
    size_t i, struct sx_sound *sound);

/*
 * A bank spread over many messages by address (Roland). Assembles its bytes
 * from messages in any order.
 */
struct sx_memory;

/* Returns NULL and sets e if memory runs out. */
struct sx_memory *sx_memory_new(struct sx_err *e);
void sx_memory_free(struct sx_memory *m);
/* Reset to the initial state. */
void sx_memory_clear(struct sx_memory *m);

/*
 * Add the next complete message. number is the caller's and must increase.
 * Returns 1 if the message belongs to such a bank; 0 if it does not, and
 * nothing has changed; -1 and sets e if memory runs out. A message for the bank
 * of another instrument or unit starts over.
 */
int sx_memory_add(struct sx_memory *m, const struct sx_facts *facts,
    const uint8_t *msg, size_t n, size_t number, struct sx_err *e);

/* Fetch the next sound that is complete and was not returned before; false if
 * there are no more. If a byte that the sound uses changes later, the sound is
 * returned again with the new contents. Bytes at unused addresses have no
 * effect. */
bool sx_memory_next(struct sx_memory *m, struct sx_sound *sound);

/* The raw used bytes of sound i, *n of them, valid until the next _add. NULL if
 * some are still missing. */
const uint8_t *sx_memory_bytes(const struct sx_memory *m, size_t i, size_t *n);

#endif
