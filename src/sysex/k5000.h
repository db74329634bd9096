/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_K5000_H
#define SXLIB_K5000_H

#include <stddef.h>
#include <stdint.h>

/*
 * The single of a Kawai K5000, in a single dump and in a bank: a checksum, 81
 * bytes, and 86 for each source, whose number is byte 51. A source whose wave
 * (14 bits at 28) is 512 is additive and has 806 more bytes, after the sources,
 * with a separate checksum. Verified with a bank of 98 singles, whose 194
 * checksums are all right.
 */

#define SX_K5000_BITS                                            \
	19 /* bytes before the singles of a bank: a bit for each \
	      slot, the lowest first */

/* Size of the single at p; 0 if it is truncated. */
size_t sx_k5000_size(const uint8_t *p, size_t n);
/* The same without additive parts: the range of its checksum, byte 0. */
size_t sx_k5000_sources(const uint8_t *p, size_t n);

#endif
