/* SPDX-License-Identifier: ISC */
#include "device_row.h"

#define PROGRAM	 204 /* nibbles */
#define NAME_LEN 6

/* Nibbles, the low one first. */
static void
read_program(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	uint8_t text[NAME_LEN];
	size_t i;

	(void)n;
	for (i = 0; i < NAME_LEN; i++)
		text[i] = (uint8_t)(msg[5 + 2 * i] | msg[6 + 2 * i] << 4);
	sx_read_name(facts, text, NAME_LEN, 5, 2 * NAME_LEN);
}

static const struct sx_format esq1[] = {
	{ SX_BYTE(4, 0x01), .min = 6 + PROGRAM, .max = 6 + PROGRAM,
	    .kind = SX_KIND_PRESET, .trust = SX_TRUST_SEEN,
	    .checksum = SX_CHECKSUM_NONE, .decode = read_program },
	{ SX_BYTE(4, 0x02), .min = 6 + 40 * PROGRAM, .max = 6 + 40 * PROGRAM,
	    .kind = SX_KIND_BANK, .trust = SX_TRUST_DOCUMENTED,
	    .checksum = SX_CHECKSUM_NONE, .complete = true,
	    .note = "40 programs" },
	{ SX_BYTE(4, 0x09), .max = 6, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .checksum = SX_CHECKSUM_NONE,
	    .passing = true },
	{ SX_BYTE(4, 0x0a), .max = 6, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .checksum = SX_CHECKSUM_NONE,
	    .passing = true },
};

const struct sx_device sx_esq1 = {
	.row = { .maker = 0x0f,
	    .device = "ESQ-1",
	    .kinds = "preset, bank, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "ESQ-1 manual, pp. A-5 to A-9; a program",
	    .checksum = "none",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x0f, 0x02 },
	.mask = { 0xff, 0xff, 0xff },
	SX_FORMATS(esq1),
};
