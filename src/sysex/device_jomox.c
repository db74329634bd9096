/* SPDX-License-Identifier: ISC */
/*
 * JoMoX transmits 31, the ID of Viscount. The two documented products begin
 * F0 31 7F, so that much is taken for JoMoX; no Viscount format is published.
 */
#include <stdio.h>

#include "device_row.h"

/* Nothing is published on the pace; 150 to 200 ms are a cautious start. */
#define PACE 200

static const struct sx_format xbase09[] = {
	{ SX_BYTE(4, 0x00), .kind = SX_KIND_BANK, .trust = SX_TRUST_DOCUMENTED,
	    .checksum = SX_CHECKSUM_NONE, .complete = true,
	    .note = "the whole memory" },
	{ SX_BYTE(3, 0x55), .kind = SX_KIND_UNKNOWN, .trust = SX_TRUST_INFERRED,
	    .source = "its header resembles the XBase 09's",
	    .note = "XBase 09 style" },
};

const struct sx_device sx_xbase09 = {
	.row = { .maker = 0x31,
	    .maker_name = "Jomox",
	    .device = "XBase 09",
	    .kinds = "bank",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "XBase 09 OS 2.09 manual, p. 36",
	    .checksum = "none",
	    .delay_ms = PACE },
	.value = { 0xf0, 0x31, 0x7f, 0x55 },
	.mask = { 0xff, 0xff, 0xff, 0xff },
	SX_FORMATS(xbase09),
};

/* F0 31 7F product type 55 number-high number-low 77 ... */
static void
read_number(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	sx_read_slot(facts, msg[6] << 7 | msg[7], 6, 2);
}

#define TYPE(type) SX_BYTE(4, type), SX_BYTE(5, 0x55)

static const struct sx_format alpha_base[] = {
	{ TYPE(0x01), .kind = SX_KIND_PRESET, .trust = SX_TRUST_DOCUMENTED,
	    .checksum = SX_CHECKSUM_NONE, .complete = true },
	{ TYPE(0x02), .kind = SX_KIND_PATTERN, .trust = SX_TRUST_DOCUMENTED,
	    .checksum = SX_CHECKSUM_NONE, .complete = true },
	{ TYPE(0x03), SX_BYTE(8, 0x77), .min = 10, .kind = SX_KIND_SAMPLE,
	    .trust = SX_TRUST_DOCUMENTED, .checksum = SX_CHECKSUM_NONE,
	    .complete = true, .decode = read_number },
	{ TYPE(0x10), SX_BYTE(8, 0x77), .min = 10, .kind = SX_KIND_FIRMWARE,
	    .trust = SX_TRUST_DOCUMENTED, .checksum = SX_CHECKSUM_NONE,
	    .note = "one block of an operating system", .decode = read_number },
};

const struct sx_device sx_alpha_base = {
	.row = { .maker = 0x31,
	    .maker_name = "Jomox",
	    .device = "Alpha Base",
	    .kinds = "preset, pattern, sample, firmware",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "Alpha Base OS 1.0 manual, p. 116",
	    .checksum = "none",
	    .delay_ms = PACE },
	.value = { 0xf0, 0x31, 0x7f, 0x5d },
	.mask = { 0xff, 0xff, 0xff, 0xff },
	SX_FORMATS(alpha_base),
};

static void
name_product(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	if (n > 3 && msg[3] < 0x80)
		snprintf(facts->device, sizeof(facts->device), "product %02X",
		    msg[3]);
}

static const struct sx_format other[] = {
	{ TYPE(0x01), .kind = SX_KIND_PRESET, .trust = SX_TRUST_INFERRED },
	{ TYPE(0x02), .kind = SX_KIND_PATTERN, .trust = SX_TRUST_INFERRED },
	{ TYPE(0x03), .kind = SX_KIND_SAMPLE, .trust = SX_TRUST_INFERRED },
	{ TYPE(0x10), .kind = SX_KIND_FIRMWARE, .trust = SX_TRUST_INFERRED },
};

const struct sx_device sx_jomox_other = {
	.row = { .maker = 0x31,
	    .maker_name = "Jomox",
	    .device = "(other products)",
	    .kinds = "preset, pattern, sample, firmware",
	    .trust = SX_TRUST_INFERRED,
	    .source = "their header, if it is like the Alpha Base's",
	    .delay_ms = PACE },
	.value = { 0xf0, 0x31, 0x7f },
	.mask = { 0xff, 0xff, 0xff },
	SX_FORMATS(other),
	.name = name_product,
};

static const struct sx_format viscount[] = {
	{ SX_BYTE(1, 0x31), .trust = SX_TRUST_INFERRED },
};

const struct sx_device sx_viscount = {
	.row = { .maker = 0x31,
	    .maker_name = SX_MAKERS_31,
	    .device = "(" SX_MAKERS_31 ")",
	    .kinds = "unknown",
	    .trust = SX_TRUST_INFERRED,
	    .source = "MIDI Association ID table; JoMoX manuals",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x31 },
	.mask = { 0xff, 0xff },
	SX_FORMATS(viscount),
};
