/* SPDX-License-Identifier: ISC */
/* 8-bit bytes, packed into 7-bit bytes. */
#include <string.h>

#include "layout.h"

struct sx_packed
sx_layout_data(const struct sx_data_at *d, const uint8_t *msg, size_t n)
{
	size_t from = sx_layout_place(d->from, n);
	size_t to = sx_layout_place(d->to, n);

	if (from >= to || to > n)
		return (struct sx_packed){ .p = msg };
	return (struct sx_packed){ msg + from, to - from, d->code, d->rle };
}

/* Inlined: used for each character of each name. */
static inline size_t
packed_place(const struct sx_packed *d, size_t i, size_t *width)
{
	*width = 1;
	switch (d->code) {
	case SX_CODE_8IN7:
	case SX_CODE_8IN7_LOW:
	case SX_CODE_7OF8:
		return i + i / 7 + 1; /* sx_packed_at() */
	case SX_CODE_NIBBLES:
	case SX_CODE_NIBBLES_HIGH:
	case SX_CODE_PAIRS:
		*width = 2;
		return 2 * i;
	case SX_CODE_STREAM:
		*width = 2;
		return i * 8 / 7;
	case SX_CODE_BASE64:
		*width = 2;
		return i / 3 * 4 + i % 3;
	default:
		return i;
	}
}

size_t
sx_packed_place(const struct sx_packed *d, size_t i, size_t *width)
{
	return packed_place(d, i, width);
}

/* Return the six bits of a Base64 character; -1 if it is not one. */
static int
packed_base64_bits(unsigned c)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != 0 ? strchr(set, (int)c) : NULL;

	return at != NULL ? (int)(at - set) : -1;
}

/* Return the byte that begins in the first of two characters. */
static int
packed_base64_byte(unsigned first, unsigned second, size_t place)
{
	int high = packed_base64_bits(first), low = packed_base64_bits(second);

	if (high == -1 || low == -1)
		return -1;
	return (high << (2 + 2 * place) | low >> (4 - 2 * place)) & 0xff;
}

int
sx_packed_byte(const struct sx_packed *d, size_t i)
{
	size_t width, at = packed_place(d, i, &width);
	unsigned first, second;

	if (at + width > d->n)
		return -1;
	first = d->p[at];
	second = d->p[at + width - 1];
	switch (d->code) {
	case SX_CODE_8IN7:
		return (int)(first | (d->p[i / 7 * 8] << (1 + i % 7) & 0x80));
	case SX_CODE_8IN7_LOW:
		return (int)(first | (d->p[i / 7 * 8] << (7 - i % 7) & 0x80));
	case SX_CODE_NIBBLES:
		return (int)((first | second << 4) & 0xff);
	case SX_CODE_NIBBLES_HIGH:
		return (int)((first << 4 | second) & 0xff);
	case SX_CODE_PAIRS:
		return (int)((first | second << 7) & 0xff);
	case SX_CODE_BASE64:
		return packed_base64_byte(first, second, i % 3);
	case SX_CODE_STREAM:
		return (int)((first | second << 7) >> i * 8 % 7 & 0xff);
	default:
		return (int)first;
	}
}

size_t
sx_packed_count(const struct sx_packed *d)
{
	size_t width, most = d->n;

	/* Bytes of 7 bits hold no more than this. */
	if (d->code != SX_CODE_PLAIN && d->code != SX_CODE_7OF8)
		most = d->n * 7 / 8 + 1;
	for (; most > 0; most--)
		if (sx_packed_place(d, most - 1, &width) + width <= d->n)
			break;
	return most;
}

size_t
sx_packed_size(uint8_t code, size_t count)
{
	const struct sx_packed d = { .code = code };
	size_t width, at;

	if (count == 0)
		return 0;
	if (code == SX_CODE_STREAM)
		return (count * 8 + 6) / 7;
	at = sx_packed_place(&d, count - 1, &width);
	return at + width;
}

/* Store eight bits in p[0] and p[1], from bit `shift` of p[0] on. */
static void
packed_put_stream(uint8_t *p, size_t shift, uint8_t c)
{
	unsigned mask = 0xffU << shift, value = (unsigned)c << shift;

	p[0] = (uint8_t)((p[0] & ~mask & 0x7f) | (value & 0x7f));
	p[1] = (uint8_t)((p[1] & ~(mask >> 7) & 0x7f) | (value >> 7 & 0x7f));
}

static void
put_high_bit(uint8_t *high, size_t bit, uint8_t c)
{
	*high = (uint8_t)((*high & ~(1U << bit)) | (unsigned)(c >> 7) << bit);
}

bool
sx_packed_put(const struct sx_packed *d, uint8_t *p, size_t i, uint8_t c)
{
	size_t width, at = sx_packed_place(d, i, &width);
	int was = sx_packed_byte(d, i);

	if (was == c || was == -1)
		return was == c;
	switch (d->code) {
	case SX_CODE_8IN7:
		put_high_bit(&p[i / 7 * 8], 6 - i % 7, c);
		p[at] = c & 0x7f;
		return true;
	case SX_CODE_8IN7_LOW:
		put_high_bit(&p[i / 7 * 8], i % 7, c);
		p[at] = c & 0x7f;
		return true;
	case SX_CODE_NIBBLES:
		p[at] = c & 0x0f;
		p[at + 1] = c >> 4;
		return true;
	case SX_CODE_NIBBLES_HIGH:
		p[at] = c >> 4;
		p[at + 1] = c & 0x0f;
		return true;
	case SX_CODE_PAIRS:
		p[at] = c & 0x7f;
		p[at + 1] = c >> 7;
		return true;
	case SX_CODE_STREAM:
		packed_put_stream(p + at, i * 8 % 7, c);
		return true;
	default:
		if (c > 0x7f)
			return false;
		p[at] = c;
		return true;
	}
}
