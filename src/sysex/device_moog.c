/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "device_row.h"

#define NAME_AT	 84
#define NAME_LEN 24

/* The Voyager packs its bytes into one stream of 7 bits each, lowest first. */
static uint8_t
stream_byte(const uint8_t *p, size_t i)
{
	size_t bit = i * 8;
	unsigned two = (unsigned)p[bit / 7] | (unsigned)p[bit / 7 + 1] << 7;

	return (uint8_t)(two >> bit % 7);
}

static void
read_name(const uint8_t *msg, size_t n, size_t data, struct sx_facts *facts)
{
	uint8_t text[NAME_LEN];
	size_t i, from = data + NAME_AT * 8 / 7;
	size_t to = data + (NAME_AT + NAME_LEN) * 8 / 7 + 1;

	if (to + 1 > n)
		return;
	for (i = 0; i < sizeof(text); i++)
		text[i] = stream_byte(msg + data, NAME_AT + i);
	sx_read_name(facts, text, sizeof(text), from, to - from);
}

static void
read_panel(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_name(msg, n, 5, facts);
}

static void
read_preset(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_read_slot(facts, msg[5], 5, 1);
	snprintf(
	    facts->slot_text, sizeof(facts->slot_text), "%03d", msg[5] + 1);
	read_name(msg, n, 6, facts);
}

static const struct sx_format voyager[] = {
	{ SX_BYTE(4, 0x01), .kind = SX_KIND_BANK, .trust = SX_TRUST_SEEN,
	    .complete = true, .note = "128 presets" },
	{ SX_BYTE(4, 0x02), .kind = SX_KIND_PRESET, .trust = SX_TRUST_INFERRED,
	    .note = "the panel", .decode = read_panel },
	{ SX_BYTE(4, 0x03), .min = 7, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_INFERRED, .decode = read_preset },
	{ SX_BITS(4, 0x04, 0x7e), .max = 7, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
	{ SX_BYTE(4, 0x06), .max = 7, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
};

const struct sx_device sx_voyager = {
	.row = { .maker = 0x04,
	    .device = "Voyager",
	    .kinds = "bank, preset, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "a bank; github.com/christofmuc/KnobKraft-orm",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x04, 0x01 },
	.mask = { 0xff, 0xff, 0xff },
	SX_FORMATS(voyager),
};
