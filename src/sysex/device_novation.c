/* SPDX-License-Identifier: ISC */
#include "device_row.h"

#define KNOBKRAFT "github.com/christofmuc/KnobKraft-orm"
#define ID	  0xf0, 0x00, 0x20, 0x29
#define ID_MASK	  0xff, 0xff, 0xff, 0xff
#define PRESET(how_sure)                                      \
	.kind = SX_KIND_PRESET, .trust = SX_TRUST_##how_sure, \
	.checksum = SX_CHECKSUM_NONE
#define ASK                                                  \
	.kind = SX_KIND_REQUEST, .trust = SX_TRUST_INFERRED, \
	.checksum = SX_CHECKSUM_NONE, .passing = true, .max = 15

static void
read_peak(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	sx_read_name(facts, msg + 16, 16, 16, 16);
}

static const struct sx_format peak[] = {
	{ SX_BITS(8, 0x00, 0x7e), .min = 33, PRESET(SEEN),
	    .decode = read_peak },
	{ SX_BITS(8, 0x40, 0x7e), ASK },
};

const struct sx_device sx_novation_peak = {
	.row = { .maker = 0x002029,
	    .device = "Peak",
	    .kinds = "preset, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "a patch; " KNOBKRAFT,
	    .checksum = "none",
	    .delay_ms = -1 },
	.value = { ID, 0x01, 0x10, 0x00, 0x7e },
	.mask = { ID_MASK, 0xff, 0xff, 0xff, 0xff },
	SX_FORMATS(peak),
};

const struct sx_device sx_novation_summit = {
	.row = { .maker = 0x002029,
	    .device = "Summit",
	    .kinds = "preset, request",
	    .trust = SX_TRUST_INFERRED,
	    .source = KNOBKRAFT,
	    .checksum = "none",
	    .delay_ms = -1 },
	.value = { ID, 0x01, 0x11, 0x01, 0x33 },
	.mask = { ID_MASK, 0xff, 0xff, 0xff, 0xff },
	SX_FORMATS(peak),
};

/* Banks A to D are 1 to 4; 0 is the edit buffer. */
static void
read_ultranova(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	if (msg[11] != 0)
		sx_read_slot(facts, (msg[11] - 1) * 128 + msg[12], 11, 2);
	sx_read_name(facts, msg + 15, 16, 15, 16);
}

static const struct sx_format ultranova[] = {
	{ SX_BITS(7, 0x00, 0x7e), .min = 32, PRESET(SEEN),
	    .decode = read_ultranova },
	{ SX_BITS(7, 0x40, 0x7e), ASK },
};

const struct sx_device sx_ultranova = {
	.row = { .maker = 0x002029,
	    .device = "UltraNova",
	    .kinds = "preset, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "a patch; " KNOBKRAFT,
	    .checksum = "none",
	    .delay_ms = 100 },
	.value = { ID, 0x03, 0x01, 0x7f },
	.mask = { ID_MASK, 0xff, 0xff, 0xff },
	SX_FORMATS(ultranova),
};

static void
read_bass_station(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	if (msg[7] == 0x01)
		sx_read_slot(facts, msg[8], 8, 1);
	sx_read_name(facts, msg + 137, 16, 137, 16);
}

static const struct sx_format bass_station[] = {
	{ SX_BITS(7, 0x00, 0x7e), .min = 154, .max = 154, PRESET(SEEN),
	    .decode = read_bass_station },
	{ SX_BITS(7, 0x40, 0x7e), ASK },
};

const struct sx_device sx_bass_station = {
	.row = { .maker = 0x002029,
	    .device = "Bass Station II",
	    .kinds = "preset, request",
	    .trust = SX_TRUST_SEEN,
	    .source = "factory patches; " KNOBKRAFT,
	    .checksum = "none",
	    .delay_ms = 100 },
	.value = { ID, 0x00, 0x33, 0x00 },
	.mask = { ID_MASK, 0xff, 0xff, 0xff },
	SX_FORMATS(bass_station),
};

const struct sx_device sx_a_station = {
	.row = { .maker = 0x002029,
	    .device = "A-Station",
	    .kinds = "unknown",
	    .trust = SX_TRUST_INFERRED,
	    .source = KNOBKRAFT,
	    .delay_ms = 100 },
};

const struct sx_device sx_novation_sl = {
	.row = { .maker = 0x002029,
	    .device = "SL",
	    .kinds = "unknown",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/eclab/edisyn",
	    .delay_ms = 750 },
};
