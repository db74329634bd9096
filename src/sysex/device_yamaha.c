/* SPDX-License-Identifier: ISC */
/*
 * F0 43 sn format ...: s = 0 a dump, 1 a parameter, 2 a request; n the
 * channel. Dumps carry a count, hh << 7 | ll, and end in a checksum.
 */
#include "device_row.h"

#define YAMAHA	 .value = { 0xf0, 0x43 }, .mask = { 0xff, 0xff }
#define CHECKSUM "negative sum of the data, 7 bits, and a count"
#define MDX	 "github.com/BobanSpasic/MDX_Tool, untDXUtils.pas"

/* count bytes from msg[from] on, counted at msg[at], then checksum and F7. */
static void
read_counted(const uint8_t *msg, size_t n, size_t at, size_t from,
    struct sx_facts *facts)
{
	sx_read_length(
	    facts, (size_t)(msg[at] << 7 | msg[at + 1]), n - from - 2, at, 2);
	sx_read_checksum(
	    facts, msg[n - 2], -sx_sum(msg, from, n - 2) & 0x7f, n - 2, 1);
}

static void
read_dx(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_counted(msg, n, 4, 6, facts);
}

static void
read_dx7_voice(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_dx(msg, n, facts);
	sx_read_name(facts, msg + 151, 10, 151, 10);
}

#define DUMP(format) SX_BITS(2, 0x00, 0xf0), SX_BYTE(3, format)

/* Behind the count "LM  8973" and two letters more, which are counted. */
#define NAMED(a, b)                                                    \
	DUMP(0x7e), SX_BYTE(6, 'L'), SX_BYTE(7, 'M'), SX_BYTE(8, ' '), \
	    SX_BYTE(9, ' '), SX_BYTE(10, '8'), SX_BYTE(11, '9'),       \
	    SX_BYTE(12, '7'), SX_BYTE(13, '3'), SX_BYTE(14, a),        \
	    SX_BYTE(15, b), .min = 18, .trust = SX_TRUST_DOCUMENTED,   \
			    .source = "DX7s manual, p. 93"

static const struct sx_format dx7[] = {
	{ DUMP(0x00), .min = 163, .max = 163, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_INFERRED, .source = MDX,
	    .decode = read_dx7_voice },
	{ DUMP(0x05), .min = 8, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_INFERRED, .source = MDX,
	    .note = "supplement of a DX7II voice", .decode = read_dx },
	{ DUMP(0x06), .min = 8, .kind = SX_KIND_BANK,
	    .trust = SX_TRUST_INFERRED, .source = MDX,
	    .note = "supplements of 32 DX7II voices", .decode = read_dx },
	{ NAMED('P', 'M'), .kind = SX_KIND_BANK,
	    .note = "32 performances of a DX7II", .decode = read_dx },
	{ NAMED('P', 'E'), .kind = SX_KIND_PRESET,
	    .note = "performance of a DX7II", .decode = read_dx },
	{ NAMED('S', ' '), .kind = SX_KIND_SETTINGS,
	    .note = "system setup of a DX7II", .decode = read_dx },
	{ DUMP(0x09), .min = 8, .max = 4104, .kind = SX_KIND_BANK,
	    .trust = SX_TRUST_SEEN, .complete = true, .note = "32 voices",
	    .decode = read_dx },
};

const struct sx_device sx_dx7 = {
	.row = { .maker = 0x43,
	    .device = "DX7",
	    .kinds = "preset, bank, settings",
	    .trust = SX_TRUST_SEEN,
	    .source = "a bank of 32 voices; DX7s manual, p. 93",
	    .checksum = CHECKSUM,
	    .delay_ms = 50 },
	YAMAHA,
	SX_FORMATS(dx7),
};

static const struct sx_format dx_4op[] = {
	{ DUMP(0x03), .min = 8, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_INFERRED, .decode = read_dx },
	{ DUMP(0x04), .min = 8, .kind = SX_KIND_BANK,
	    .trust = SX_TRUST_INFERRED, .note = "32 voices",
	    .decode = read_dx },
};

const struct sx_device sx_dx_4op = {
	.row = { .maker = 0x43,
	    .device = "DX21 / TX81Z / DX11",
	    .kinds = "preset, bank",
	    .trust = SX_TRUST_INFERRED,
	    .source = MDX,
	    .checksum = CHECKSUM,
	    .delay_ms = 50 },
	YAMAHA,
	SX_FORMATS(dx_4op),
};

static const struct sx_format tx7[] = {
	{ DUMP(0x01), .min = 8, .kind = SX_KIND_SETTINGS,
	    .trust = SX_TRUST_INFERRED, .note = "function data of a voice",
	    .decode = read_dx },
	{ DUMP(0x02), .min = 8, .kind = SX_KIND_SETTINGS,
	    .trust = SX_TRUST_INFERRED, .note = "function data of 32 voices",
	    .decode = read_dx },
};

const struct sx_device sx_tx7 = {
	.row = { .maker = 0x43,
	    .device = "TX7",
	    .kinds = "settings",
	    .trust = SX_TRUST_INFERRED,
	    .source = MDX,
	    .checksum = CHECKSUM,
	    .delay_ms = 50 },
	YAMAHA,
	SX_FORMATS(tx7),
};

/* F0 43 0n 7F 1C hh ll model address.. data.. checksum F7; the model and the
 * address are counted. */
static void
read_reface(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_counted(msg, n, 5, 7, facts);
}

static void
read_reface_voice(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_reface(msg, n, facts);
	sx_read_name(facts, msg + 11, 10, 11, 10);
}

static const struct sx_format reface_dx[] = {
	{ SX_BYTE(7, 0x05), SX_BYTE(8, 0x30), SX_BYTE(9, 0x00),
	    SX_BYTE(10, 0x00), .min = 23, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN, .note = "common block of a voice",
	    .decode = read_reface_voice },
	{ SX_BYTE(7, 0x05), SX_BYTE(8, 0x31), .min = 13, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN, .note = "operator block of a voice",
	    .decode = read_reface },
	{ SX_BYTE(7, 0x05), SX_BITS(8, 0x0e, 0x7e), .min = 13,
	    .kind = SX_KIND_PRESET, .trust = SX_TRUST_SEEN,
	    .note = "header or footer of a voice", .decode = read_reface },
	{ SX_BYTE(7, 0x05), SX_BYTE(8, 0x00), .min = 13,
	    .kind = SX_KIND_SETTINGS, .trust = SX_TRUST_INFERRED,
	    .note = "system settings", .decode = read_reface },
};

const struct sx_device sx_reface_dx = {
	.row = { .maker = 0x43,
	    .device = "reface DX",
	    .kinds = "preset, settings",
	    .trust = SX_TRUST_SEEN,
	    .source = "7 messages of a voice",
	    .checksum = CHECKSUM,
	    .delay_ms = -1 },
	.value = { 0xf0, 0x43, 0x00, 0x7f, 0x1c, 0x00, 0x00, 0x05 },
	.mask = { 0xff, 0xff, 0xf0, 0xff, 0xff, 0x00, 0x00, 0xff },
	SX_FORMATS(reface_dx),
};

static const struct sx_format reface[] = {
	{ SX_BYTE(4, 0x1c), .min = 13, .trust = SX_TRUST_INFERRED,
	    .decode = read_reface },
};

const struct sx_device sx_reface = {
	.row = { .maker = 0x43,
	    .device = "reface",
	    .kinds = "unknown",
	    .trust = SX_TRUST_INFERRED,
	    .source = "the reface DX's frame with another model",
	    .checksum = CHECKSUM,
	    .delay_ms = -1 },
	.value = { 0xf0, 0x43, 0x00, 0x7f, 0x1c },
	.mask = { 0xff, 0xff, 0xf0, 0xff, 0xff },
	SX_FORMATS(reface),
};

static const struct sx_format fs1r[] = {
	{ SX_BITS(2, 0x10, 0xf0), .kind = SX_KIND_PARAMETER,
	    .trust = SX_TRUST_INFERRED, .passing = true },
	{ SX_BITS(2, 0x20, 0xf0), .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
};

const struct sx_device sx_fs1r = {
	.row = { .maker = 0x43,
	    .device = "FS1R",
	    .kinds = "parameter, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/christofmuc/KnobKraft-orm; "
		      "github.com/eclab/edisyn",
	    .delay_ms = 170 },
	.value = { 0xf0, 0x43, 0x00, 0x5e },
	.mask = { 0xff, 0xff, 0x00, 0xff },
	SX_FORMATS(fs1r),
};

static const struct sx_format other[] = {
	{ SX_BITS(2, 0x10, 0xf0), .kind = SX_KIND_PARAMETER,
	    .trust = SX_TRUST_INFERRED, .passing = true },
	{ SX_BITS(2, 0x20, 0xf0), .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
};

const struct sx_device sx_yamaha_other = {
	.row = { .maker = 0x43,
	    .device = "(other models)",
	    .kinds = "parameter, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = MDX,
	    .delay_ms = -1 },
	YAMAHA,
	SX_FORMATS(other),
};
