/* SPDX-License-Identifier: ISC */
/*
 * Roland has two families. The newer: F0 41 device model command address data
 * checksum F7, where the model is a byte behind up to three of 00, and command
 * 11 asks (RQ1) and 12 brings (DT1). The older: F0 41 operation channel model
 * ..., without a checksum.
 */
#include <stdio.h>

#include "device_row.h"

#define ID	 0xf0, 0x41
#define ID_MASK	 0xff, 0xff
#define CHECKSUM "128 - sum of address and data, 7 bits"

/* Where the command of the newer family is. */
static size_t
command_at(const uint8_t *msg, size_t n)
{
	size_t i = 3;

	while (i < 6 && i + 1 < n && msg[i] == 0)
		i++;
	return i + 1;
}

static void
read_dt1(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	size_t from = command_at(msg, n) + 1;

	if (n < from + 3)
		return;
	sx_read_checksum(
	    facts, msg[n - 2], -sx_sum(msg, from, n - 2) & 0x7f, n - 2, 1);
}

/* The common block of a tone: address 19 x1 00 00, then a name of 12. */
static void
read_jdxi_tone(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_dt1(msg, n, facts);
	sx_read_name(facts, msg + 12, 12, 12, 12);
}

#define DT1(at) SX_BYTE(at, 0x12), .decode = read_dt1
/* clang-format off */
#define RQ1(at)                                                      \
	SX_BYTE(at, 0x11), .kind = SX_KIND_REQUEST, .passing = true, \
	    .decode = read_dt1
/* clang-format on */

static const struct sx_format d50[] = {
	{ DT1(4), SX_BITS(5, 0x00, 0x7d), .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN },
	{ DT1(4), .trust = SX_TRUST_SEEN },
	{ RQ1(4), .trust = SX_TRUST_SEEN },
};

static const struct sx_format one_byte_model[] = {
	{ DT1(4), .trust = SX_TRUST_SEEN },
	{ RQ1(4), .trust = SX_TRUST_SEEN },
};

/* A block of a patch in memory: its number is in the address. */
static void
read_jv880_patch(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_dt1(msg, n, facts);
	sx_read_slot(facts, msg[6] & 0x3f, 6, 1);
	snprintf(facts->slot_text, sizeof(facts->slot_text), "%02d",
	    (msg[6] & 0x3f) + 1);
}

static void
read_jv1080_patch(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_dt1(msg, n, facts);
	sx_read_slot(facts, msg[6], 6, 1);
	snprintf(
	    facts->slot_text, sizeof(facts->slot_text), "%03d", msg[6] + 1);
}

static const struct sx_format jv880[] = {
	{ SX_BYTE(4, 0x12), SX_BYTE(5, 0x01), SX_BITS(6, 0x40, 0x40),
	    SX_BITS(7, 0x20, 0x70), .min = 12, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_INFERRED, .decode = read_jv880_patch },
	{ DT1(4), .trust = SX_TRUST_SEEN },
	{ RQ1(4), .trust = SX_TRUST_SEEN },
};

static const struct sx_format jv1080[] = {
	{ SX_BYTE(4, 0x12), SX_BYTE(5, 0x11), .min = 12, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_INFERRED, .decode = read_jv1080_patch },
	{ DT1(4), .trust = SX_TRUST_SEEN },
	{ RQ1(4), .trust = SX_TRUST_SEEN },
};

static const struct sx_format jdxi[] = {
	{ SX_BYTE(7, 0x12), SX_BYTE(8, 0x19), SX_BITS(9, 0x01, 0x1f),
	    SX_BYTE(10, 0x00), SX_BYTE(11, 0x00), .min = 26,
	    .kind = SX_KIND_PRESET, .trust = SX_TRUST_SEEN,
	    .decode = read_jdxi_tone },
	{ DT1(7), SX_BITS(8, 0x18, 0x7e), .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN },
	{ DT1(7), .trust = SX_TRUST_SEEN },
	{ RQ1(7), .trust = SX_TRUST_SEEN },
};

/* The longest model first: a 00 can only be part of it. */
static const struct sx_format other[] = {
	{ DT1(7), SX_BYTE(3, 0), SX_BYTE(4, 0), SX_BYTE(5, 0),
	    .trust = SX_TRUST_INFERRED },
	{ RQ1(7), SX_BYTE(3, 0), SX_BYTE(4, 0), SX_BYTE(5, 0),
	    .trust = SX_TRUST_INFERRED },
	{ DT1(6), SX_BYTE(3, 0), SX_BYTE(4, 0), .trust = SX_TRUST_INFERRED },
	{ RQ1(6), SX_BYTE(3, 0), SX_BYTE(4, 0), .trust = SX_TRUST_INFERRED },
	{ DT1(5), SX_BYTE(3, 0), .trust = SX_TRUST_INFERRED },
	{ RQ1(5), SX_BYTE(3, 0), .trust = SX_TRUST_INFERRED },
	{ DT1(4), .trust = SX_TRUST_INFERRED },
	{ RQ1(4), .trust = SX_TRUST_INFERRED },
};

#define MODEL(code) .value = { ID, 0x00, code }, .mask = { ID_MASK, 0x00, 0xff }

const struct sx_device sx_d50 = {
	.row = { .maker = 0x41,
	    .device = "D-50",
	    .kinds = "preset, unknown, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "7 messages of an edit buffer",
	    .checksum = CHECKSUM,
	    .delay_ms = 25 },
	MODEL(0x14),
	SX_FORMATS(d50),
};

const struct sx_device sx_mt32 = {
	.row = { .maker = 0x41,
	    .device = "MT-32 / D-10 / D-110",
	    .kinds = "unknown, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/eclab/edisyn; dosbox-x pull 4513",
	    .checksum = CHECKSUM,
	    /* MT-32 revision 0: 40; D-110: 100 after a patch. */
	    .delay_ms = 100 },
	MODEL(0x16),
	SX_FORMATS(one_byte_model),
};

const struct sx_device sx_u220 = {
	.row = { .maker = 0x41,
	    .device = "U-20 / U-220",
	    .kinds = "unknown, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/eclab/edisyn",
	    .checksum = CHECKSUM,
	    .delay_ms = 100 },
	MODEL(0x2b),
	SX_FORMATS(one_byte_model),
};

const struct sx_device sx_jv880 = {
	.row = { .maker = 0x41,
	    .device = "JV-80 / JV-880",
	    .kinds = "preset, unknown, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/eclab/edisyn",
	    .checksum = CHECKSUM,
	    .delay_ms = 300 },
	MODEL(0x46),
	SX_FORMATS(jv880),
};

const struct sx_device sx_jv1080 = {
	.row = { .maker = 0x41,
	    .device = "JV-1080",
	    .kinds = "preset, unknown, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "DT1 messages of a JV-1080",
	    .checksum = CHECKSUM,
	    .delay_ms = -1 },
	MODEL(0x6a),
	SX_FORMATS(jv1080),
};

const struct sx_device sx_jdxi = {
	.row = { .maker = 0x41,
	    .device = "JD-Xi",
	    .kinds = "preset, unknown, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "5 messages of a tone",
	    .checksum = CHECKSUM,
	    .delay_ms = -1 },
	.value = { ID, 0x00, 0x00, 0x00, 0x00, 0x0e },
	.mask = { ID_MASK, 0x00, 0xff, 0xff, 0xff, 0xff },
	SX_FORMATS(jdxi),
};

static void
name_model(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	size_t i, end = command_at(msg, n), used;

	snprintf(facts->device, sizeof(facts->device), "model");
	for (i = 3; i < end; i++) {
		used = 5 + 3 * (i - 3);
		snprintf(facts->device + used, sizeof(facts->device) - used,
		    " %02X", msg[i]);
	}
}

const struct sx_device sx_roland_other = {
	.row = { .maker = 0x41,
	    .device = "(other models)",
	    .kinds = "unknown, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = "the frame that Roland's models since 1987 share",
	    .checksum = CHECKSUM,
	    .delay_ms = -1 },
	.value = { ID },
	.mask = { ID_MASK },
	SX_FORMATS(other),
	.name = name_model,
};

static void
read_tone_name(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	sx_read_name(facts, msg + 7, 10, 7, 10);
}

static void
read_tone_number(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	sx_read_slot(facts, msg[8], 8, 1);
}

#define OPERATION(op) SX_BYTE(2, op), .checksum = SX_CHECKSUM_NONE

static const struct sx_format jx8p[] = {
	{ OPERATION(0x35), .min = 67, .max = 67, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN, .note = "all parameters (APR)",
	    .decode = read_tone_name },
	/* Part of a bank: without it the tone before it is stored nowhere. */
	{ OPERATION(0x34), .min = 11, .max = 11, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN, .note = "stores the tone before it (PGR)",
	    .decode = read_tone_number },
	{ OPERATION(0x36), .kind = SX_KIND_PARAMETER, .passing = true,
	    .trust = SX_TRUST_INFERRED, .note = "single parameter (IPR)" },
	{ OPERATION(0x37), .kind = SX_KIND_BANK, .trust = SX_TRUST_INFERRED,
	    .note = "bulk dump (BLD)" },
};

const struct sx_device sx_jx8p = {
	.row = { .maker = 0x41,
	    .device = "JX-8P",
	    .kinds = "preset, parameter, bank",
	    .trust = SX_TRUST_SEEN,
	    .source = "a bank of 32 tones",
	    .checksum = "none",
	    .delay_ms = -1 },
	.value = { ID, 0x30, 0x00, 0x21 },
	.mask = { ID_MASK, 0xf0, 0xf0, 0xff },
	SX_FORMATS(jx8p),
};

static const struct sx_format mks70[] = {
	{ OPERATION(0x35), .kind = SX_KIND_PRESET, .trust = SX_TRUST_INFERRED,
	    .note = "all parameters (APR)" },
	{ OPERATION(0x37), .kind = SX_KIND_BANK, .trust = SX_TRUST_INFERRED,
	    .note = "bulk dump (BLD)" },
	{ OPERATION(0x3a), .kind = SX_KIND_PRESET, .trust = SX_TRUST_SEEN },
};

const struct sx_device sx_mks70 = {
	.row = { .maker = 0x41,
	    .device = "MKS-70",
	    .kinds = "preset, bank",
	    .trust = SX_TRUST_SEEN,
	    .source = "dumps of an MKS-70",
	    .checksum = "none",
	    .delay_ms = -1 },
	.value = { ID, 0x30, 0x00, 0x24 },
	.mask = { ID_MASK, 0xf0, 0xf0, 0xff },
	SX_FORMATS(mks70),
};
