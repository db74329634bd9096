/* SPDX-License-Identifier: ISC */
#include "stream.h"

static uint32_t
mix(uint32_t x)
{
	x = (x ^ (x >> 16)) * 0x7feb352dU;
	x = (x ^ (x >> 15)) * 0x846ca68bU;
	return x ^ (x >> 16);
}

size_t
stream_size(const struct stream *s, uint32_t message)
{
	uint32_t r = mix(s->seed * 0x9e3779b9U + message);

	return s->min + r % (s->max - s->min + 1);
}

void
stream_fill(const struct stream *s, uint32_t message, uint8_t *buf)
{
	size_t size = stream_size(s, message), i = STREAM_NUMBER;
	uint32_t key = mix(s->seed ^ mix(message)), r = 0;

	buf[0] = 0xf0;
	buf[1] = STREAM_ID;
	if (size >= STREAM_HEAD + 2)
		for (int shift = 21; shift >= 0; shift -= 7)
			buf[i++] = (uint8_t)(message >> shift & 0x7f);
	for (; i < size - 1; i++) {
		if (i % 4 == 0 || r == 0)
			r = mix(key + (uint32_t)i);
		buf[i] = r & 0x7f;
		r >>= 8;
	}
	buf[size - 1] = 0xf7;
}

uint32_t
stream_number(const uint8_t *p, size_t n)
{
	uint32_t number = 0;

	if (n < STREAM_HEAD || p[0] != 0xf0 || p[1] != STREAM_ID)
		return UINT32_MAX;
	for (size_t i = STREAM_NUMBER; i < STREAM_HEAD; i++)
		number = number << 7 | p[i];
	return number;
}
