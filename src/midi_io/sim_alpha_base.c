/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sim.h"

/*
 * Jomox Alpha Base. The header of its dumps is in its manual (OS 1.0, p. 116):
 * F0 31 7F 5D, 01 preset or 02 pattern, 55. The bytes from there to F7, and
 * their number, are not: the data here is filler.
 */

enum { HEADER = 6, KIND_AT = 4, PRESET = 0x01, PATTERN = 0x02 };

static const uint8_t header[HEADER] = { 0xf0, 0x31, 0x7f, 0x5d, 0x00, 0x55 };

/* Marsaglia's xorshift32. */
static uint32_t
next_random(uint32_t x)
{
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

/* Make patterns and presets in turn. */
static uint8_t *
alpha_base_dump(unsigned n, size_t *len)
{
	uint32_t x = next_random(n * 2654435761U + 1);
	size_t data = 1000 + x % 1000;
	uint8_t *msg = malloc(HEADER + data + 1);

	if (msg == NULL)
		return NULL;
	memcpy(msg, header, HEADER);
	msg[KIND_AT] = n % 2 == 0 ? PATTERN : PRESET;
	for (size_t i = 0; i < data; i++) {
		x = next_random(x);
		msg[HEADER + i] = x & 0x7f;
	}
	msg[HEADER + data] = 0xf7;
	*len = HEADER + data + 1;
	return msg;
}

static bool
alpha_base_stores(const uint8_t *msg, size_t len)
{
	return len > HEADER && memcmp(msg, header, KIND_AT) == 0 &&
	       (msg[KIND_AT] == PATTERN || msg[KIND_AT] == PRESET) &&
	       msg[HEADER - 1] == header[HEADER - 1] && msg[len - 1] == 0xf7;
}

const struct sim_instrument midi_io_sim_alpha_base = {
	.name = "alpha-base",
	.title = "Jomox Alpha Base (simulated, filler data)",
	.dump = alpha_base_dump,
	.stores = alpha_base_stores,
};
