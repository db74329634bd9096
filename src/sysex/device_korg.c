/* SPDX-License-Identifier: ISC */
/* F0 42 3n model function ... F7, n the channel. None has a checksum. */
#include <stdio.h>

#include "device_row.h"

#define HEAD(model)                             \
	.value = { 0xf0, 0x42, 0x30, (model) }, \
	.mask = { 0xff, 0xff, 0xf0, 0xff }

#define FUNCTION(at, f) SX_BYTE(at, f), .checksum = SX_CHECKSUM_NONE
#define DUMP(f, is, how_sure) \
	FUNCTION(4, f), .kind = SX_KIND_##is, .trust = SX_TRUST_##how_sure
/* clang-format off */
#define ASK(f)                                               \
	{ FUNCTION(4, f), .max = 7, .kind = SX_KIND_REQUEST, \
	    .trust = SX_TRUST_DOCUMENTED, .passing = true }
/* clang-format on */

static const struct sx_format m1[] = {
	{ DUMP(0x4c, BANK, SEEN), .complete = true, .note = "all programs" },
	{ DUMP(0x4d, BANK, SEEN), .complete = true,
	    .note = "all combinations" },
	{ DUMP(0x50, BANK, DOCUMENTED), .complete = true, .note = "all data" },
	{ DUMP(0x51, GLOBAL, DOCUMENTED), .complete = true },
	{ DUMP(0x48, SONG, DOCUMENTED), .complete = true,
	    .note = "all sequences" },
	{ DUMP(0x40, PRESET, DOCUMENTED) },
	ASK(0x0e),
	ASK(0x0f),
	ASK(0x10),
	ASK(0x12),
	ASK(0x18),
	ASK(0x1c),
	ASK(0x1d),
};

const struct sx_device sx_m1 = {
	.row = { .maker = 0x42,
	    .device = "M1",
	    .kinds = "bank, global, song, preset, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "M1R manual, p. 125; banks of programs and combinations",
	    .checksum = "none",
	    .delay_ms = 200 },
	HEAD(0x19),
	SX_FORMATS(m1),
};

static void
read_dw8000_write(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	sx_read_slot(facts, msg[5], 5, 1);
}

static const struct sx_format dw8000[] = {
	{ DUMP(0x40, PRESET, SEEN), .min = 57, .max = 57 },
	/* Part of a bank: without it the program before it is stored nowhere.
	 */
	{ DUMP(0x11, PRESET, SEEN), .min = 7, .max = 7,
	    .note = "stores the program before it",
	    .decode = read_dw8000_write },
};

const struct sx_device sx_dw8000 = {
	.row = { .maker = 0x42,
	    .device = "DW-8000",
	    .kinds = "preset",
	    .trust = SX_TRUST_SEEN,
	    .source = "a bank of 64 programs",
	    .checksum = "none",
	    .delay_ms = 75 },
	HEAD(0x03),
	SX_FORMATS(dw8000),
};

/* Programs are numbered 001 to 500 on the display. */
static void
read_xd_number(const uint8_t *msg, struct sx_facts *facts)
{
	int number = msg[7] | msg[8] << 7;

	sx_read_slot(facts, number, 7, 2);
	snprintf(
	    facts->slot_text, sizeof(facts->slot_text), "%03d", number + 1);
}

/* "PROG" and 12 bytes of name, 8-in-7 (ASCII: the order of the high bits does
 * not matter). */
static void
read_xd_name(const uint8_t *msg, size_t n, size_t data, struct sx_facts *facts)
{
	uint8_t text[12];
	size_t i, at = data + sx_packed_at(4);

	if (n < data + sx_packed_at(15) + 2)
		return;
	for (i = 0; i < sizeof(text); i++)
		text[i] = msg[data + sx_packed_at(4 + i)];
	sx_read_name(
	    facts, text, sizeof(text), at, data + sx_packed_at(15) + 1 - at);
}

static void
read_xd_program(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_xd_number(msg, facts);
	read_xd_name(msg, n, 9, facts);
}

static void
read_xd_buffer(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_xd_name(msg, n, 7, facts);
}

static const struct sx_format logue[] = {
	{ FUNCTION(6, 0x4c), .min = 10, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN, .decode = read_xd_program },
	{ FUNCTION(6, 0x40), .min = 8, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_DOCUMENTED, .note = "current program",
	    .decode = read_xd_buffer },
	{ FUNCTION(6, 0x51), .kind = SX_KIND_GLOBAL,
	    .trust = SX_TRUST_INFERRED },
	{ FUNCTION(6, 0x0e), .max = 8, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
	{ FUNCTION(6, 0x10), .max = 8, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
	{ FUNCTION(6, 0x1c), .max = 10, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
};

/* Its messages are those of the minilogue xd. */
const struct sx_device sx_minilogue = {
	.row = { .maker = 0x42,
	    .device = "minilogue",
	    .kinds = "preset, global, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/coffeeshopped/synth-editors; Korg's MIDI "
		      "implementation as others cite it",
	    .checksum = "none",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x42, 0x30, 0x00, 0x01, 0x2c },
	.mask = { 0xff, 0xff, 0xf0, 0xff, 0xff, 0xff },
	SX_FORMATS(logue),
};

const struct sx_device sx_minilogue_xd = {
	.row = { .maker = 0x42,
	    .device = "minilogue xd",
	    .kinds = "preset, global, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "minilogue xd MIDI implementation; a program",
	    .checksum = "none",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x42, 0x30, 0x00, 0x01, 0x51 },
	.mask = { 0xff, 0xff, 0xf0, 0xff, 0xff, 0xff },
	SX_FORMATS(logue),
};

static const struct sx_format microkorg[] = {
	{ DUMP(0x40, PRESET, INFERRED), .note = "current program" },
	{ DUMP(0x4c, BANK, INFERRED), .complete = true,
	    .note = "all programs" },
	{ DUMP(0x51, GLOBAL, INFERRED), .complete = true },
	{ DUMP(0x50, BANK, INFERRED), .complete = true, .note = "all data" },
	{ FUNCTION(4, 0x0e), .max = 6, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
	{ FUNCTION(4, 0x0f), .max = 6, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
	{ FUNCTION(4, 0x10), .max = 6, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
	{ FUNCTION(4, 0x1c), .max = 6, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
};

const struct sx_device sx_microkorg = {
	.row = { .maker = 0x42,
	    .device = "microKORG / MS2000",
	    .kinds = "preset, bank, global, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/christofmuc/KnobKraft-orm; "
		      "github.com/eclab/edisyn",
	    .checksum = "none",
	    .delay_ms = 400 },
	HEAD(0x58),
	SX_FORMATS(microkorg),
};

static void
read_wavestation(const uint8_t *msg, unsigned of_bank, struct sx_facts *facts)
{
	sx_read_slot(facts, msg[5] * (long)of_bank + msg[6], 5, 2);
	snprintf(facts->slot_text, sizeof(facts->slot_text), "%c%02d",
	    'A' + msg[5] % 26, msg[6]);
}

static void
read_patch(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	read_wavestation(msg, 35, facts);
}

static void
read_performance(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	read_wavestation(msg, 50, facts);
}

#define BRINGS(message, is) \
	SX_BYTE(4, message), .kind = SX_KIND_##is, .trust = SX_TRUST_DOCUMENTED

static const struct sx_format wavestation[] = {
	{ BRINGS(0x40, PRESET), .min = 9, .note = "patch",
	    .decode = read_patch },
	{ BRINGS(0x49, PRESET), .min = 9, .note = "performance",
	    .decode = read_performance },
	{ BRINGS(0x4c, BANK), .min = 8, .note = "35 patches" },
	{ BRINGS(0x4d, BANK), .min = 8, .note = "50 performances" },
	{ BRINGS(0x54, BANK), .min = 8, .note = "wave sequences", .slot = 5 },
	{ BRINGS(0x50, BANK), .note = "all data" },
	{ BRINGS(0x51, SETTINGS), .note = "system" },
	{ BRINGS(0x5a, SETTINGS), .note = "micro tune scales" },
	/* Part of a bank: without them nothing is stored. */
	{ BRINGS(0x11, PRESET), .max = 8,
	    .note = "stores the patch before it" },
	{ BRINGS(0x1a, PRESET), .max = 8,
	    .note = "stores the performance before it" },
	{ SX_BITS(4, 0x00, 0x60), .max = 8, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
};

const struct sx_device sx_wavestation = {
	.row = { .maker = 0x42,
	    .device = "Wavestation",
	    .kinds = "preset, bank, settings, request",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "Wavestation SR MIDI System Exclusive Format; "
		      "github.com/eclab/edisyn",
	    .delay_ms = 300 },
	HEAD(0x28),
	SX_FORMATS(wavestation),
};

/* Of this one only the pace is known. */
const struct sx_device sx_03rw = {
	.row = { .maker = 0x42,
	    .device = "03R/W",
	    .kinds = "unknown",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/christofmuc/KnobKraft-orm",
	    .delay_ms = 400 },
};
