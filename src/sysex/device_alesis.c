/* SPDX-License-Identifier: ISC */
#include "device_row.h"

#define DUMP(message, is)                                  \
	SX_BYTE(5, message), .kind = SX_KIND_##is,         \
			     .trust = SX_TRUST_DOCUMENTED, \
			     .checksum = SX_CHECKSUM_NONE
#define ASK(message)                                  \
	SX_BYTE(5, message), .kind = SX_KIND_REQUEST, \
			     .trust = SX_TRUST_DOCUMENTED, .passing = true

/* User bank 0, then the presets in ROM and the card. */
static void
read_program(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	sx_read_slot(facts, msg[6] * 128 + msg[7], 6, 2);
}

static const struct sx_format andromeda[] = {
	{ DUMP(0x00, PRESET), .min = 9, .decode = read_program },
	{ DUMP(0x02, PRESET), .note = "edit buffer" },
	{ DUMP(0x06, PRESET), .note = "edit buffer of a mix" },
	{ DUMP(0x08, GLOBAL) },
	{ ASK(0x01), .max = 9 },
	{ ASK(0x03), .max = 8 },
	{ ASK(0x07), .max = 8 },
	{ ASK(0x09), .max = 8 },
	{ ASK(0x0a), .max = 8 },
};

const struct sx_device sx_andromeda = {
	.row = { .maker = 0x0100000e,
	    .device = "Andromeda",
	    .kinds = "preset, global, request",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "A6 MIDI SysEx Specification of 2002-05-23",
	    .checksum = "none",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x00, 0x00, 0x0e, 0x1d },
	.mask = { 0xff, 0xff, 0xff, 0xff, 0xff },
	SX_FORMATS(andromeda),
};
