/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECAST_H
#define SXLIB_RECAST_H

#include "sxlib/instrument.h"

/*
 * A sound in its other forms: a place in a bank, a dump of its own, the dump of
 * an edit buffer, the dump of another slot. Pure. All by what the instruments'
 * pages say (docs/instruments.md): a form that is not known is refused, with
 * what is missing, and bytes whose meaning is not known are carried over as
 * they are. Lengths and checksums are made anew, and each result is decoded
 * again: it must be what was meant.
 *
 * Where a function returns -1, e is filled: SX_EREFUSED if it cannot be done,
 * or SX_ENOMEM; *out is empty then.
 */

/* Whole messages, one behind the other, malloc'ed. */
struct sx_messages {
	uint8_t *bytes;
	size_t n;
	size_t dropped; /* bits set in a bank's voice that have no meaning, and
			   no place in a dump of its own */
};
/* Good for a zeroed one, and again. */
void sx_messages_free(struct sx_messages *m);

/* Where a sound is. Borrowed. */
struct sx_sound_at {
	/* Whole messages: all those of the sound, in their order; or the bank
	 * that it is in, which is one message or all those of a memory. */
	const uint8_t *bytes;
	size_t n;
	long index; /* in the bank, from 0 (of a memory: its slot); -1: the
		       messages are the sound */
};

/* As a dump of its own, as the unit would send it: from a bank the message that
 * its page names, in its slot if that has one; else as it is. */
int sx_recast_single(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_messages *out, struct sx_err *e);

/* For the edit buffer: it is heard, and nothing is overwritten. */
int sx_recast_buffer(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_messages *out, struct sx_err *e);

/*
 * The slots that it can be stored in. -1 and e: its format has none, or sxlib
 * does not know its slots or checksum from a document or real dumps.
 */
int sx_recast_slots(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_slots *slots, struct sx_err *e);
/* As a dump for this one of them, from 0. */
int sx_recast_slot(const struct sx_devices *user, const struct sx_sound_at *s,
    long slot, struct sx_messages *out, struct sx_err *e);

/*
 * All of s->bytes, with another name for the sound and nothing else changed but
 * checksums. SX_EREFUSED: also a name that the unit cannot hold, with what it
 * can.
 */
int sx_recast_name(const struct sx_devices *user, const struct sx_sound_at *s,
    const char *name, struct sx_messages *out, struct sx_err *e);

/*
 * A bank of these sounds, in this order. It is of the kind of the first bank
 * that one of them is in, whose other bytes it gets; else the bank that its
 * page knows for such dumps. Where an instrument has no bank, its dumps one
 * behind the other, in the slots from that of the first one on.
 *
 * fill, or NULL, takes the places that are left. SX_EDATA: too few sounds
 * without it, or too many; *missing, if not NULL, gets how many too few.
 * SX_EREFUSED: they are of several instruments, or cannot be put together.
 */
int sx_recast_bank(const struct sx_devices *user, const struct sx_sound_at *s,
    size_t n, const struct sx_sound_at *fill, struct sx_messages *out,
    size_t *missing, struct sx_err *e);

/* Is there a bank in one message, or a memory, that these sounds can be put
 * into? Else sx_recast_bank() puts them one behind the other. */
bool sx_recast_has_bank(
    const struct sx_devices *user, const struct sx_sound_at *s, size_t n);

/*
 * The bytes that are the sound itself, without header, slot, name and checksum,
 * unpacked: the same for the same sound, however it is packed, as far as that
 * is known. names: with its name.
 */
int sx_recast_content(const struct sx_devices *user,
    const struct sx_sound_at *s, bool names, struct sx_messages *out,
    struct sx_err *e);

#endif
