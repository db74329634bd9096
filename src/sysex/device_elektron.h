/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DEVICE_ELEKTRON_H
#define SXLIB_DEVICE_ELEKTRON_H

#include "device_row.h"

/*
 * What Elektron's products from 02 up share: F0 00 20 3C product channel
 * command ... A dump ends in checksum and length, 14 bits each, high first.
 */

#define ELEKTRON 0x00203c

#define SX_ELEKTRON_HEAD(product)                       \
	.value = { 0xf0, 0x00, 0x20, 0x3c, (product) }, \
	.mask = { 0xff, 0xff, 0xff, 0xff, 0xff }

#define SLOT_AT 9
#define DATA	10 /* where the data of a dump begins */
#define FOOTER	5  /* checksum, length, F7 */

#define CHECKSUM "sum and length, 14 bits each"
#define MANUAL	 "Machinedrum and Monomachine manuals, Appendix C"
#define OS_FILE	 "Elektron's OS files, as read by elektron-firmware-tool"

/* Their own dumps need no pause on USB; on DIN 50 ms are a cautious guess. */
#define PACE_USB 0
#define PACE_DIN 50
/* An OS is written while it comes: 1.4 times the wire time of a packet. */
#define PACE_OS 20

#define COMMAND(c, is) SX_BYTE(6, c), .kind = SX_KIND_##is
/* An object that was seen, that a manual lists, or that others' code knows. */
#define SEEN(c, is) COMMAND(c, is), .trust = SX_TRUST_SEEN, .complete = true
#define LISTED(c, is) \
	COMMAND(c, is), .trust = SX_TRUST_DOCUMENTED, .complete = true
#define INFERRED(c, is) \
	COMMAND(c, is), .trust = SX_TRUST_INFERRED, .complete = true
/* clang-format off */
#define OS_PACKET                                                  \
	SX_BITS(6, 0x7e, 0x7e), .kind = SX_KIND_FIRMWARE,          \
	    .trust = SX_TRUST_INFERRED, .source = OS_FILE,         \
	    .delay_ms = PACE_OS, .note = "part of an operating system"
/* clang-format on */

/* Checksum, over the bytes from `from` on, and length. */
void sx_elektron_footer(
    const uint8_t *msg, size_t n, size_t from, struct sx_facts *facts);
void sx_elektron_slot(const uint8_t *msg, size_t n, struct sx_facts *facts);
/* The same, and how the displays show it: from 1 on. */
void sx_elektron_numbered_slot(
    const uint8_t *msg, size_t n, struct sx_facts *facts);
/* The same, and how the displays show it: A01 to H16. */
void sx_elektron_pattern_slot(
    const uint8_t *msg, size_t n, struct sx_facts *facts);

#endif
