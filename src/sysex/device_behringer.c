/* SPDX-License-Identifier: ISC */
/* Behringer Wave: .. 74 command [bank program] version data.. checksum F7. The
 * unit keeps no names: those in its dumps are sixteen times "1". */
#include "device_row.h"

#define BANK 100 /* programs in a bank */

static void
read_sum(const uint8_t *msg, size_t n, size_t data, struct sx_facts *facts)
{
	sx_read_checksum(
	    facts, msg[n - 2], sx_sum(msg, data, n - 2) & 0x7f, n - 2, 1);
}

static void
read_buffer(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_sum(msg, n, 11, facts);
}

static void
read_program(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_read_slot(facts, msg[10] * BANK + msg[11], 10, 2);
	read_sum(msg, n, 13, facts);
}

#define COMMAND(c) SX_BYTE(8, 0x74), SX_BYTE(9, c)

static const struct sx_format wave[] = {
	{ COMMAND(0x08), .min = 13, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN, .note = "edit buffer",
	    .decode = read_buffer },
	{ COMMAND(0x06), .min = 15, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_DOCUMENTED, .decode = read_program },
	{ COMMAND(0x05), .max = 13, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .checksum = SX_CHECKSUM_NONE,
	    .passing = true },
	{ COMMAND(0x07), .max = 11, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .checksum = SX_CHECKSUM_NONE,
	    .passing = true },
};

const struct sx_device sx_behringer_wave = {
	.row = { .maker = 0x002032,
	    .device = "Wave",
	    .kinds = "preset, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "Wave manual, as in KnobKraft-orm; an edit buffer",
	    .checksum = "sum of the data, 7 bits",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x00, 0x20, 0x32, 0x00, 0x01, 0x39 },
	.mask = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	SX_FORMATS(wave),
};
