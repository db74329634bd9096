/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SYSEX_RECAST_H
#define SXLIB_SYSEX_RECAST_H

#include "body.h"

/* Shared by recast.c and its helpers. */

/*
 * Read the message that contains a sound, or the first of several. Returns -1
 * and sets e on failure, also if s->index is that of a bank's sound and it is
 * not a bank.
 */
int sx_recast_read(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_form *form, struct sx_err *e);

/* True if it is a bank spread over several messages. */
bool sx_recast_is_memory(const struct sx_form *form);

/* Convert the sound of a bank in one message to the body of a separate dump, of
 * kind *as. Returns -1 and sets e if no such dump is known. */
int sx_recast_body(const struct sx_form *bank, size_t i,
    struct sx_message_kind *as, struct sx_body *b, size_t *dropped,
    struct sx_err *e);
/* The inverse: convert the body of such a dump, with that of the dump before it
 * (more->p may be NULL), to a place in the bank. */
int sx_recast_into(const struct sx_form *bank, struct sx_body *b,
    const struct sx_body *more, struct sx_err *e);

/* recast_more.c: replace a packed voice by its unpacked part v. */
int sx_recast_unpack(
    enum sx_voice v, struct sx_body *b, size_t *dropped, struct sx_err *e);
/* The contents of the extra message that precedes the dump of a bank's sound;
 * b->p NULL: there is no such message, or it is empty. */
int sx_recast_more(const struct sx_form *bank, size_t i, struct sx_body *b,
    size_t *dropped, struct sx_err *e);
/* Append that message, if any sound of the bank has such contents. Returns 0;
 * -1 and sets e on failure. */
int sx_recast_put_more(const struct sx_form *bank, size_t i,
    struct sx_messages *out, struct sx_err *e);
/* True if it is such an extra message, for any bank of its instrument. */
bool sx_recast_is_more(const struct sx_form *form);
/* The bodies of a separately dumped sound that a bank of that kind can hold:
 * its own, and that of the extra message before it, if there is one. */
int sx_recast_bodies(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_body *b, struct sx_body *more, struct sx_err *e);

/* Verify that the result is valid and of the same device as `form`. Returns -1
 * and empties *out if not. */
int sx_recast_prove(const struct sx_devices *user, const struct sx_form *form,
    struct sx_messages *out, struct sx_err *e);

/* recast_memory.c: sx_memory_of_buffer() finds the memory whose edit buffer the
 * message belongs to; false if there is none. sx_memory_gather() collects the
 * bytes of all messages of an edit buffer. */
bool sx_memory_of_buffer(const struct sx_form *form, struct sx_message_kind *f);
int sx_memory_gather(const struct sx_devices *user, const uint8_t *p, size_t n,
    struct sx_body *b, struct sx_err *e);

/* For a memory: get the bytes of a sound; make its dump for the edit buffer;
 * store the bytes of a sound in the memory's messages. */
int sx_memory_take(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_body *b, struct sx_err *e);
int sx_memory_send(const struct sx_form *form, const struct sx_body *b,
    struct sx_messages *out, struct sx_err *e);
int sx_memory_put(const struct sx_devices *user, struct sx_messages *bank,
    long index, const struct sx_body *b, struct sx_err *e);

#endif
