/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_VOICE_H
#define SXLIB_VOICE_H

#include <stdbool.h>

#include "sxlib/instrument.h"

/*
 * Yamaha's FM voices: a bank packs several values into a byte, a separate dump
 * has one byte per value. Six operators: DX7 manual, "Voice data format" (VMEM,
 * VCED); four: DX21, DX100 and TX81Z manuals; both also in
 * github.com/jpcaruana/jsynthlib. The additional TX81Z parameters (ACED) follow
 * the voice; jsynthlib, YamahaTX81zBankDriver.
 */

/* Size of a voice in a bank and in a separate dump; 0: not one of these. */
size_t sx_voice_packed(enum sx_voice v);
size_t sx_voice_single(enum sx_voice v);

/* True if any bit of the part v is set. */
bool sx_voice_used(enum sx_voice v, const uint8_t *packed);
/* Check that there is nothing after the part v. Returns -1 and sets e
 * (SX_EREFUSED) if there is. */
int sx_voice_check(enum sx_voice v, const uint8_t *packed, struct sx_err *e);

/* Convert a bank voice to a separate dump. Adds to *dropped the number of bits
 * that are set but have no meaning there. */
void sx_voice_unpack(
    enum sx_voice v, const uint8_t *packed, uint8_t *single, size_t *dropped);
/* The inverse: sets only its bytes in the bank. Returns -1 and sets e if a
 * value is too large for its place there. */
int sx_voice_pack(
    enum sx_voice v, const uint8_t *single, uint8_t *packed, struct sx_err *e);

#endif
