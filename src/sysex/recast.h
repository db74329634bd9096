/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SYSEX_RECAST_H
#define SXLIB_SYSEX_RECAST_H

#include "body.h"

/* What recast.c and its parts share. */

/* The message that a sound is in, or the first of several; `bank`: of the
 * sound at s->index. -1 and e. */
int sx_recast_read(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_form *form, struct sx_err *e);

/* Is it a bank that is spread over messages? */
bool sx_recast_is_memory(const struct sx_form *form);

/* The sound of a bank in one message as the body of its own dump, of the kind
 * *as. -1 and e: no such dump is known. */
int sx_recast_body(const struct sx_form *bank, size_t i,
    struct sx_message_kind *as, struct sx_body *b, size_t *dropped,
    struct sx_err *e);
/* The same the other way: make the body of such a dump, and of the one before
 * it (more->p may be NULL), that of a place in the bank. */
int sx_recast_into(const struct sx_form *bank, struct sx_body *b,
    const struct sx_body *more, struct sx_err *e);

/* recast_more.c: the part of a packed voice, in place of it. */
int sx_recast_unpack(
    enum sx_voice v, struct sx_body *b, size_t *dropped, struct sx_err *e);
/* What the message before that of a bank's sound holds; b->p NULL: there is no
 * such message, or nothing in it. */
int sx_recast_more(const struct sx_form *bank, size_t i, struct sx_body *b,
    size_t *dropped, struct sx_err *e);
/* That message, if it is not empty for all sounds of the bank. */
int sx_recast_put_more(const struct sx_form *bank, size_t i,
    struct sx_messages *out, struct sx_err *e);
/* Is it such a message, for whichever bank of its instrument? */
bool sx_recast_is_more(const struct sx_form *form);
/* A sound's own messages, which a bank of that kind can hold: the body of that
 * one, and of the one before it, if there is one. */
int sx_recast_bodies(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_body *b, struct sx_body *more, struct sx_err *e);

/* See that what was made is right, and of the same device as `form`. -1, and
 * *out is empty. */
int sx_recast_prove(const struct sx_devices *user, const struct sx_form *form,
    struct sx_messages *out, struct sx_err *e);

/* recast_memory.c: the memory whose edit buffer a message is of; false: of
 * none. The bytes in all those of an edit buffer. */
bool sx_memory_of_buffer(const struct sx_form *form, struct sx_message_kind *f);
int sx_memory_gather(const struct sx_devices *user, const uint8_t *p, size_t n,
    struct sx_body *b, struct sx_err *e);

/* Of a memory, the bytes of a sound; its dump for the edit
 * buffer; and put the bytes of one back into its messages. */
int sx_memory_take(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_body *b, struct sx_err *e);
int sx_memory_send(const struct sx_form *form, const struct sx_body *b,
    struct sx_messages *out, struct sx_err *e);
int sx_memory_put(const struct sx_devices *user, struct sx_messages *bank,
    long index, const struct sx_body *b, struct sx_err *e);

#endif
