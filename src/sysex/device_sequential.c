/* SPDX-License-Identifier: ISC */
#include "device_row.h"

#define NAME_MAX_LEN 32

/* Groups of seven bytes, each followed by one more of unknown meaning; the
 * name ends at its NUL. */
static void
read_tempest(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	uint8_t text[NAME_MAX_LEN];
	size_t i, len = 0;

	for (i = 0; 6 + i + 1 < n && len < sizeof(text); i++) {
		if (i % 8 == 7)
			continue;
		if (msg[6 + i] == 0) {
			sx_read_name(facts, text, len, 6, i);
			return;
		}
		text[len++] = msg[6 + i];
	}
}

static const struct sx_format tempest[] = {
	{ SX_BYTE(3, 0x63), .min = 8, .kind = SX_KIND_SOUND,
	    .trust = SX_TRUST_SEEN, .note = "from flash memory",
	    .decode = read_tempest },
	{ SX_BYTE(3, 0x60), .kind = SX_KIND_SOUND, .trust = SX_TRUST_INFERRED,
	    .note = "from RAM" },
};

const struct sx_device sx_tempest = {
	.row = { .maker = 0x01,
	    .device = "Tempest",
	    .kinds = "sound",
	    .trust = SX_TRUST_SEEN,
	    .source = "a sound; github.com/christofmuc/KnobKraft-orm",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x01, 0x28 },
	.mask = { 0xff, 0xff, 0xff },
	SX_FORMATS(tempest),
};
