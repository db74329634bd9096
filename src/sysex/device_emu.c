/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "device_row.h"

#define NAME_LEN 12

/* Number and characters are two bytes each, the low one first. */
static void
read_preset(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	long number = msg[5] | msg[6] << 7;
	uint8_t text[NAME_LEN];

	(void)n;
	sx_read_slot(facts, number, 5, 2);
	snprintf(facts->slot_text, sizeof(facts->slot_text), "%03ld", number);
	for (size_t i = 0; i < NAME_LEN; i++)
		text[i] = (uint8_t)(msg[7 + 2 * i] | msg[8 + 2 * i] << 7);
	sx_read_name(facts, text, NAME_LEN, 7, 2 * NAME_LEN);
}

static const struct sx_format proteus[] = {
	{ SX_BYTE(4, 0x01), .min = 33, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_DOCUMENTED, .complete = true,
	    .decode = read_preset },
	{ SX_BYTE(4, 0x05), .kind = SX_KIND_SETTINGS,
	    .trust = SX_TRUST_DOCUMENTED, .complete = true,
	    .note = "tuning table" },
	{ SX_BYTE(4, 0x07), .kind = SX_KIND_SETTINGS,
	    .trust = SX_TRUST_DOCUMENTED, .complete = true,
	    .note = "program map" },
	{ SX_BYTE(4, 0x00), .max = 8, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
	{ SX_BITS(4, 0x04, 0x7d), .max = 6, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
};

const struct sx_device sx_proteus1 = {
	.row = { .maker = 0x18,
	    .device = "Proteus/1",
	    .kinds = "preset, settings, request",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "Proteus manual, p. 119",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x18, 0x04 },
	.mask = { 0xff, 0xff, 0xff },
	SX_FORMATS(proteus),
};
