/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_VOICE_H
#define SXLIB_VOICE_H

#include <stdbool.h>

#include "sxlib/instrument.h"

/*
 * Yamaha's FM voices: in a bank several values share a byte, in a dump of their
 * own each has one. Six operators: DX7 manual, "Voice data format" (VMEM,
 * VCED); four: DX21, DX100 and TX81Z manuals; both the same in
 * github.com/jpcaruana/jsynthlib. What a TX81Z has besides (ACED) stands behind
 * the latter; jsynthlib, YamahaTX81zBankDriver.
 */

/* Bytes of a voice in a bank, and in a dump of its own; 0: it is none of these.
 */
size_t sx_voice_packed(enum sx_voice v);
size_t sx_voice_single(enum sx_voice v);

/* Is any bit set of what it is about? */
bool sx_voice_used(enum sx_voice v, const uint8_t *packed);
/* -1 and e (SX_EREFUSED): behind that there is more. */
int sx_voice_check(enum sx_voice v, const uint8_t *packed, struct sx_err *e);

/* What a dump of its own holds. *dropped: bits that are set and have no meaning
 * to it. */
void sx_voice_unpack(
    enum sx_voice v, const uint8_t *packed, uint8_t *single, size_t *dropped);
/* What a bank holds: only those bytes of it. -1 and e: a value is larger than
 * its place there. */
int sx_voice_pack(
    enum sx_voice v, const uint8_t *single, uint8_t *packed, struct sx_err *e);

#endif
