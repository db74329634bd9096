/* SPDX-License-Identifier: ISC */
/*
 * F0 3E model device command ... checksum F7. The checksum is the sum of the
 * data, 7 bits, but where the data begins differs, and 7F stands for "not
 * checked".
 */
#include <stdio.h>

#include "device_row.h"

#define HEAD(model) \
	.value = { 0xf0, 0x3e, (model) }, .mask = { 0xff, 0xff, 0xff }

#define UNCHECKED 0x7f
#define NOT_GIVEN "its checksum says that it is not to be checked"

static void
read_pulse(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	unsigned sum = sx_sum(msg, 6, n - 2) & 0x7f;

	sx_read_slot(facts, msg[5], 5, 1);
	if (msg[n - 2] == UNCHECKED && sum != UNCHECKED)
		facts->note = NOT_GIVEN;
	else
		sx_read_checksum(facts, msg[n - 2], sum, n - 2, 1);
}

static const struct sx_format pulse[] = {
	{ SX_BYTE(4, 0x00), .min = 9, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN, .decode = read_pulse },
	{ SX_BYTE(4, 0x01), .min = 9, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_INFERRED, .note = "stored in its slot",
	    .decode = read_pulse },
	{ SX_BYTE(4, 0x08), .kind = SX_KIND_GLOBAL,
	    .trust = SX_TRUST_INFERRED },
	{ SX_BITS(4, 0x40, 0x7e), .max = 8, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
	{ SX_BYTE(4, 0x48), .max = 8, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
};

const struct sx_device sx_pulse = {
	.row = { .maker = 0x3e,
	    .device = "Pulse",
	    .kinds = "preset, global, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "a sound; github.com/christofmuc/KnobKraft-orm",
	    .checksum = "sum of the data, 7 bits; 7F: not checked",
	    .delay_ms = -1 },
	HEAD(0x0b),
	SX_FORMATS(pulse),
};

/* The sum's first byte is not known. */
static void
read_m(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	if (msg[n - 2] == UNCHECKED)
		facts->note = NOT_GIVEN;
	sx_read_name(facts, msg + 6, 23, 6, 23);
}

static const struct sx_format m[] = {
	{ SX_BYTE(4, 0x72), .min = 512, .max = 512, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN, .decode = read_m },
	{ SX_BYTE(4, 0x74), .max = 9, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
};

const struct sx_device sx_waldorf_m = {
	.row = { .maker = 0x3e,
	    .device = "M",
	    .kinds = "preset, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "a sound; github.com/christofmuc/KnobKraft-orm",
	    /* After a store. */
	    .delay_ms = 7000 },
	HEAD(0x30),
	SX_FORMATS(m),
};

static const struct sx_format kyra[] = {
	{ SX_BITS(4, 0x00, 0x3f), .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_INFERRED },
	{ SX_BYTE(4, 0x20), .max = 9, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_INFERRED, .passing = true },
};

const struct sx_device sx_kyra = {
	.row = { .maker = 0x3e,
	    .device = "Kyra",
	    .kinds = "preset, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/christofmuc/KnobKraft-orm",
	    .delay_ms = 200 },
	HEAD(0x22),
	SX_FORMATS(kyra),
};

/* Location and data. */
static void
read_microwave(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	unsigned sum = sx_sum(msg, 5, n - 2) & 0x7f;

	if (msg[4] != 0x14 && msg[5] < 2) {
		sx_read_slot(facts, msg[5] * 128 + msg[6], 5, 2);
		snprintf(facts->slot_text, sizeof(facts->slot_text), "%c%03d",
		    'A' + msg[5], msg[6] + 1);
	}
	if (msg[n - 2] == UNCHECKED && sum != UNCHECKED)
		facts->note = NOT_GIVEN;
	else
		sx_read_checksum(facts, msg[n - 2], sum, n - 2, 1);
}

#define DUMP(message, is)                                                    \
	SX_BYTE(4, message), .kind = SX_KIND_##is,                           \
			     .trust = SX_TRUST_DOCUMENTED, .complete = true, \
			     .decode = read_microwave

static const struct sx_format microwave2[] = {
	{ DUMP(0x10, BANK), SX_BYTE(5, 0x10), .note = "all sounds" },
	{ DUMP(0x10, PRESET), .min = 265, .max = 265 },
	{ DUMP(0x11, PRESET), .min = 265, .note = "multi" },
	{ DUMP(0x14, GLOBAL), .min = 39, .max = 39 },
	{ SX_BITS(4, 0x00, 0x78), .max = 9, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
	{ SX_BITS(4, 0x20, 0x78), .max = 10, .kind = SX_KIND_PARAMETER,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
};

const struct sx_device sx_microwave2 = {
	.row = { .maker = 0x3e,
	    .device = "Microwave II / XT",
	    .kinds = "preset, bank, global, request, parameter",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "MicroWave II, XT, XTk manual, pp. 106-108",
	    .checksum = "sum of the data, 7 bits; 7F: not checked",
	    .delay_ms = -1 },
	HEAD(0x0e),
	SX_FORMATS(microwave2),
};

/* Banks A to H; 7F is an edit buffer. */
static void
read_blofeld(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	unsigned sum = sx_sum(msg, 7, n - 2) & 0x7f;

	if (msg[5] < 8) {
		sx_read_slot(facts, msg[5] * 128 + msg[6], 5, 2);
		snprintf(facts->slot_text, sizeof(facts->slot_text), "%c%03d",
		    'A' + msg[5], msg[6] + 1);
	}
	if (msg[n - 2] == UNCHECKED && sum != UNCHECKED)
		facts->note = NOT_GIVEN;
	else
		sx_read_checksum(facts, msg[n - 2], sum, n - 2, 1);
}

static const struct sx_format blofeld[] = {
	{ SX_BYTE(4, 0x10), .min = 10, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_DOCUMENTED, .complete = true,
	    .decode = read_blofeld },
	{ SX_BYTE(4, 0x14), .kind = SX_KIND_GLOBAL,
	    .trust = SX_TRUST_DOCUMENTED, .complete = true },
	{ SX_BYTE(4, 0x00), .max = 10, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
	{ SX_BYTE(4, 0x04), .max = 10, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
	{ SX_BYTE(4, 0x20), .max = 10, .kind = SX_KIND_PARAMETER,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
};

const struct sx_device sx_blofeld = {
	.row = { .maker = 0x3e,
	    .device = "Blofeld",
	    .kinds = "preset, global, request, parameter",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "Blofeld System Exclusive Specifications 1.04",
	    .checksum = "sum of the data, 7 bits; 7F: not checked",
	    .delay_ms = 100 },
	HEAD(0x13),
	SX_FORMATS(blofeld),
};
