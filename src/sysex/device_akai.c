/* SPDX-License-Identifier: ISC */
#include "device_row.h"

static void
read_number(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	sx_read_slot(facts, msg[3], 3, 1);
}

static const struct sx_format ax80[] = {
	{ SX_BYTE(2, 0x7e), .min = 50, .max = 50, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_SEEN, .decode = read_number },
};

const struct sx_device sx_ax80 = {
	.row = { .maker = 0x47,
	    .device = "AX80",
	    .kinds = "preset",
	    .trust = SX_TRUST_SEEN,
	    .source = "a bank of 64 programs, with the Tauntek firmware",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x47, 0x7e },
	.mask = { 0xff, 0xff, 0xff },
	SX_FORMATS(ax80),
};
