/* SPDX-License-Identifier: ISC */
#include "device_row.h"

#define NAME_AT	 0x84
#define NAME_LEN 10

/* Ten characters, with a byte of high bits after the first. */
static void
read_ms70(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	uint8_t text[NAME_LEN];
	size_t i, from = NAME_AT + 2;

	(void)n;
	text[0] = msg[NAME_AT];
	for (i = 1; i < NAME_LEN; i++) {
		if (i == 8)
			from++;
		text[i] = msg[from++];
	}
	sx_read_name(facts, text, NAME_LEN, NAME_AT, from - NAME_AT);
}

static const struct sx_format zoom_ms[] = {
	{ SX_BYTE(3, 0x61), SX_BYTE(4, 0x28), .min = 146, .max = 146,
	    .kind = SX_KIND_PRESET, .trust = SX_TRUST_SEEN, .note = "MS-70CDR",
	    .decode = read_ms70 },
	{ SX_BYTE(3, 0x58), SX_BYTE(4, 0x28), .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_INFERRED, .note = "MS-50G" },
	{ SX_BYTE(3, 0x5f), SX_BYTE(4, 0x28), .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_INFERRED, .note = "MS-60B" },
};

const struct sx_device sx_zoom_ms = {
	.row = { .maker = 0x52,
	    .device = "MS series",
	    .kinds = "preset",
	    .trust = SX_TRUST_SEEN,
	    .source = "a patch; github.com/g200kg/zoom-ms-utility",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x52 },
	.mask = { 0xff, 0xff },
	SX_FORMATS(zoom_ms),
};
