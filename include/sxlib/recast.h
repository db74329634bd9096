/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECAST_H
#define SXLIB_RECAST_H

#include "sxlib/instrument.h"

/*
 * Converts a sound between its forms: a place in a bank, a separate dump, a
 * dump for the edit buffer, a dump for another slot. Pure. Uses only what the
 * instruments' pages define (docs/instruments.md): a conversion to an undefined
 * form is refused, and the error says what the page lacks. Bytes of unknown
 * meaning are copied unchanged. Lengths and checksums are recomputed, and each
 * result is decoded again to verify it.
 *
 * Functions that return int return 0, or -1 and set e: SX_EREFUSED if the
 * conversion is impossible, SX_ENOMEM; *out is empty then.
 */

/* Whole messages, back to back, malloc'ed. */
struct sx_messages {
	uint8_t *bytes;
	size_t n;
	size_t dropped; /* nonzero bits of a bank's voice that have no meaning
			   and no place in a separate dump */
};
/* m may be zeroed or freed already. */
void sx_messages_free(struct sx_messages *m);

/* Location of a sound. Borrowed. */
struct sx_sound_at {
	/* Whole messages: all those of the sound, in order; or the bank that
	 * contains it, one message or all messages of a memory. */
	const uint8_t *bytes;
	size_t n;
	long index; /* in the bank, from 0 (of a memory: its slot); -1: the
		       messages are the sound */
};

/* As a separate dump, as the unit would send it. From a bank: the message that
 * its page names, with its slot if that has one; otherwise unchanged. */
int sx_recast_single(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_messages *out, struct sx_err *e);

/* As a dump for the edit buffer: the unit plays it and overwrites no slot. */
int sx_recast_buffer(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_messages *out, struct sx_err *e);

/*
 * The slots that the sound can be stored in. Returns -1 and sets e if its
 * format has no slots, if neither a document nor real dumps nor the user's page
 * confirm it, or if its checksum rule is unknown.
 */
int sx_recast_slots(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_slots *slots, struct sx_err *e);
/* As a dump for one of these slots, from 0. */
int sx_recast_slot(const struct sx_devices *user, const struct sx_sound_at *s,
    long slot, struct sx_messages *out, struct sx_err *e);

/*
 * All of s->bytes with the sound renamed; nothing else changes but checksums.
 * Also SX_EREFUSED if the unit cannot store the name; e says what it can store.
 */
int sx_recast_name(const struct sx_devices *user, const struct sx_sound_at *s,
    const char *name, struct sx_messages *out, struct sx_err *e);

/*
 * A bank of these sounds, in order. If one of them is in a bank, the result is
 * a copy of the first such bank with the sounds replaced; otherwise it is the
 * bank that the page defines for such dumps. For an instrument without banks it
 * is the separate dumps back to back; those of one kind get consecutive slots,
 * starting at that of the first one.
 *
 * fill, or NULL, is used for the remaining places. SX_EDATA: too few sounds and
 * no fill, or too many; *missing, if not NULL, is set to how many are missing,
 * or were filled. A K5000 bank may have fewer. SX_EREFUSED: the sounds are of
 * several instruments, or cannot be combined.
 */
int sx_recast_bank(const struct sx_devices *user, const struct sx_sound_at *s,
    size_t n, const struct sx_sound_at *fill, struct sx_messages *out,
    size_t *missing, struct sx_err *e);

/* Can sx_recast_bank() put these sounds into a bank, one message or a memory?
 * Otherwise it returns separate dumps back to back. */
bool sx_recast_has_bank(
    const struct sx_devices *user, const struct sx_sound_at *s, size_t n);

/*
 * The unpacked bytes of the sound itself, without header, slot, name and
 * checksum: identical for identical sounds in any packing, as far as the
 * formats are known. names: include the name.
 */
int sx_recast_content(const struct sx_devices *user,
    const struct sx_sound_at *s, bool names, struct sx_messages *out,
    struct sx_err *e);

#endif
