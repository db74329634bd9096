/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sim.h"

/*
 * Yamaha DX7s, according to its manual, pp. 93-96: it sends the voice in its
 * edit buffer or its 32 voices on request. The voices are filler except for
 * their names; it answers with the last dump sent to it.
 */

enum { FORMAT_AT = 3, DATA = 6, VOICES = 32, PACKED = 128, SINGLE = 155 };
enum { ONE_VOICE = 0x00, ALL_VOICES = 0x09 };

static bool
is_dump(const uint8_t *msg, size_t len, uint8_t format)
{
	size_t data = format == ONE_VOICE ? SINGLE : VOICES * PACKED;

	return len == DATA + data + 2 && msg[1] == 0x43 &&
	       (msg[2] & 0x70) == 0 && msg[FORMAT_AT] == format;
}

static bool
dx7_stores(const uint8_t *msg, size_t len)
{
	return is_dump(msg, len, ONE_VOICE) || is_dump(msg, len, ALL_VOICES);
}

static void
put_name(uint8_t *p, size_t voice)
{
	memcpy(p, "SIM        ", 10);
	p[4] = (uint8_t)('0' + (voice + 1) / 10);
	p[5] = (uint8_t)('0' + (voice + 1) % 10);
}

static uint8_t *
dx7_make(uint8_t channel, uint8_t format, size_t *n)
{
	size_t data = format == ONE_VOICE ? SINGLE : VOICES * PACKED;
	uint8_t *msg = calloc(DATA + data + 2, 1);
	unsigned sum = 0;

	if (msg == NULL)
		return NULL;
	*n = DATA + data + 2;
	msg[0] = 0xf0;
	msg[1] = 0x43;
	msg[2] = channel;
	msg[FORMAT_AT] = format;
	msg[4] = data >> 7 & 0x7f;
	msg[5] = data & 0x7f;
	if (format == ONE_VOICE)
		put_name(msg + DATA + 145, 0);
	for (size_t i = 0; format == ALL_VOICES && i < VOICES; i++) {
		msg[DATA + i * PACKED] = (uint8_t)(99 - i);
		put_name(msg + DATA + i * PACKED + 118, i);
	}
	for (size_t i = 0; i < data; i++)
		sum += msg[DATA + i];
	msg[DATA + data] = -sum & 0x7f;
	msg[DATA + data + 1] = 0xf7;
	return msg;
}

static uint8_t *
dx7_answer(const uint8_t *msg, size_t len, const uint8_t *stored,
    size_t nstored, size_t *n)
{
	uint8_t *copy;

	if (len != 5 || msg[1] != 0x43 || (msg[2] & 0x70) != 0x20 ||
	    (msg[FORMAT_AT] != ONE_VOICE && msg[FORMAT_AT] != ALL_VOICES))
		return NULL;
	if (!is_dump(stored, nstored, msg[FORMAT_AT]))
		return dx7_make(msg[2] & 0x0f, msg[FORMAT_AT], n);
	copy = malloc(nstored);
	if (copy == NULL)
		return NULL;
	memcpy(copy, stored, nstored);
	*n = nstored;
	return copy;
}

const struct sim_instrument midi_io_sim_dx7 = {
	.name = "dx7",
	.title = "Simulated Yamaha DX7s",
	.stores = dx7_stores,
	.answer = dx7_answer,
};
