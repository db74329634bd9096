/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_K5000_H
#define SXLIB_K5000_H

#include <stddef.h>
#include <stdint.h>

/*
 * The single of a Kawai K5000, in its own dump and in a bank: a checksum, 81
 * bytes and 86 for each source, whose number is byte 51; a source whose wave
 * (14 bits at 28) is 512 is additive and has 806 bytes more, behind the
 * sources, with a checksum of their own. Seen in a bank of 98 singles, all of
 * whose 194 checksums are right.
 */

#define SX_K5000_BITS                                            \
	19 /* bytes before the singles of a bank: a bit for each \
	      slot, the lowest first */

/* Bytes of the single at p; 0: it is cut. */
size_t sx_k5000_size(const uint8_t *p, size_t n);
/* The same without additive parts: what its checksum, byte 0, is of. */
size_t sx_k5000_sources(const uint8_t *p, size_t n);

#endif
