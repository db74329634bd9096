/* SPDX-License-Identifier: ISC */
/*
 * F0 40 channel function 00 model where number data.. checksum F7: function 20
 * brings one patch, 21 all of a kind, and 00 and 01 ask for them.
 */
#include <stdio.h>

#include "device_row.h"

#define HEAD(model)                                         \
	.value = { 0xf0, 0x40, 0x00, 0x00, 0x00, (model) }, \
	.mask = { 0xff, 0xff, 0xf0, 0x00, 0xff, 0xff }
/* clang-format off */
#define ASK                                                  \
	{ SX_BITS(3, 0x00, 0x7e), .max = 9, .kind = SX_KIND_REQUEST, \
	    .trust = SX_TRUST_INFERRED, .passing = true }
#define BRINGS(function, is)                                 \
	SX_BYTE(3, function), .kind = SX_KIND_##is,          \
	    .trust = SX_TRUST_INFERRED
/* clang-format on */

/* Number, as the display shows it, and name. */
static void
read_patch(const uint8_t *msg, unsigned of_bank, struct sx_facts *facts)
{
	uint8_t slot = msg[7] & 0x3f;

	sx_read_slot(facts, slot, 7, 1);
	snprintf(facts->slot_text, sizeof(facts->slot_text), "%c%u",
	    'A' + slot / of_bank, slot % of_bank + 1);
	sx_read_name(facts, msg + 8, 10, 8, 10);
}

static void
read_k1_single(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_patch(msg, 8, facts);
	sx_read_checksum(
	    facts, msg[n - 2], (0xa5 + sx_sum(msg, 8, n - 2)) & 0x7f, n - 2, 1);
}

static void
read_k1_multi(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	read_patch(msg, 8, facts);
}

static const struct sx_format k1[] = {
	{ SX_BYTE(3, 0x20), SX_BITS(7, 0x00, 0x40), .min = 97, .max = 97,
	    .kind = SX_KIND_PRESET, .trust = SX_TRUST_SEEN, .complete = true,
	    .decode = read_k1_single },
	{ BRINGS(0x20, PRESET), SX_BITS(7, 0x40, 0x40), .min = 20,
	    .note = "multi", .decode = read_k1_multi },
	{ BRINGS(0x21, BANK) },
	ASK,
};

const struct sx_device sx_kawai_k1 = {
	.row = { .maker = 0x40,
	    .device = "K1",
	    .kinds = "preset, bank, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "2 singles; github.com/christofmuc/KnobKraft-orm",
	    .checksum = "A5 + sum of the data, 7 bits",
	    .delay_ms = 150 },
	HEAD(0x03),
	SX_FORMATS(k1),
};

static void
read_k4(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	read_patch(msg, 16, facts);
}

/* Byte 6: 00 internal, 02 external; 01 and 03 effects and the drums. */
static const struct sx_format k4[] = {
	{ BRINGS(0x20, PRESET), SX_BITS(6, 0x00, 0x01), SX_BITS(7, 0x00, 0x40),
	    .min = 140, .max = 140, .decode = read_k4 },
	{ BRINGS(0x20, PRESET), SX_BITS(6, 0x00, 0x01), SX_BITS(7, 0x40, 0x40),
	    .min = 86, .max = 86, .note = "multi", .decode = read_k4 },
	{ BRINGS(0x20, KIT), SX_BITS(6, 0x01, 0x01), SX_BYTE(7, 0x20),
	    .note = "drums" },
	{ BRINGS(0x20, PRESET), SX_BITS(6, 0x01, 0x01), .min = 10,
	    .note = "effect", .slot = 7 },
	{ BRINGS(0x21, BANK) },
	{ BRINGS(0x22, BANK), .note = "all" },
	ASK,
};

const struct sx_device sx_kawai_k4 = {
	.row = { .maker = 0x40,
	    .device = "K4",
	    .kinds = "preset, kit, bank, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/christofmuc/KnobKraft-orm; "
		      "github.com/jpcaruana/jsynthlib",
	    .delay_ms = 200 },
	HEAD(0x04),
	SX_FORMATS(k4),
};
