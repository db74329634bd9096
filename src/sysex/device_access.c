/* SPDX-License-Identifier: ISC */
/* Access Virus: F0 00 20 33 01 device command bank program data.. ck F7. */
#include "device_row.h"

#define DATA	 9
#define BLOCK	 256 /* data bytes of a single before the TI */
#define CHECKSUM "sum from the device ID on, 7 bits"

static void
read_sum(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	if (msg[7] != 0)
		sx_read_slot(facts, (msg[7] - 1) * 128 + msg[8], 7, 2);
	sx_read_checksum(
	    facts, msg[n - 2], sx_sum(msg, 5, n - 2) & 0x7f, n - 2, 1);
}

/* A single of the TI goes on after the older models' checksum and has a
 * second one. */
static void
read_single(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	size_t first = DATA + BLOCK;

	if (n > first + 2)
		sx_read_checksum(
		    facts, msg[first], sx_sum(msg, 5, first) & 0x7f, first, 1);
	if (facts->checksum != SX_CHECKSUM_BAD)
		read_sum(msg, n, facts);
	if (n >= first + 2)
		sx_read_name(facts, msg + DATA + 240, 10, DATA + 240, 10);
}

static const struct sx_format virus[] = {
	{ SX_BYTE(6, 0x10), .min = 11, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN, .note = "single", .decode = read_single },
	{ SX_BYTE(6, 0x11), .min = 11, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_DOCUMENTED, .note = "multi", .decode = read_sum },
	{ SX_BITS(6, 0x30, 0x78), .max = 12, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true,
	    .source = "github.com/dsp56300/gearmulator, virusLib" },
};

const struct sx_device sx_virus = {
	.row = { .maker = 0x002033,
	    .device = "Virus",
	    .kinds = "preset, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "Virus classic manual, p. 354; a single of a TI",
	    .checksum = CHECKSUM,
	    .delay_ms = -1 },
	.value = { 0xf0, 0x00, 0x20, 0x33, 0x01 },
	.mask = { 0xff, 0xff, 0xff, 0xff, 0xff },
	SX_FORMATS(virus),
};
