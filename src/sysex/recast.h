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
/* The same the other way: make the body of such a dump that of a place in the
 * bank. */
int sx_recast_into(
    const struct sx_form *bank, struct sx_body *b, struct sx_err *e);

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
