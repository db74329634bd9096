/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "sxlib/framer.h"
#include "sxlib/stray.h"

static bool
is_filler(const uint8_t *p, size_t n)
{
	static const uint8_t fillers[] = { 0x00, 0x1a, 0x20, 0xe5, 0xff };

	return memchr(fillers, p[0], sizeof(fillers)) != NULL &&
	       (n == 1 || memcmp(p, p + 1, n - 1) == 0);
}

static bool
is_padding(const uint8_t *p, size_t n)
{
	return is_filler(p, n) ||
	       (p[0] == 0x1a && n > 1 && is_filler(p + 1, n - 1));
}

static bool
stray_is_text(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((p[i] < 0x20 || p[i] > 0x7e) && p[i] != '\t' &&
		    p[i] != '\n' && p[i] != '\r' && p[i] != 0x1a)
			return false;
	return true;
}

/* Is it only complete channel, common and real-time messages? */
static bool
is_midi(const uint8_t *p, size_t n)
{
	struct sx_framer f;
	struct sx_span span;

	sx_framer_init(&f);
	for (size_t at = 0; at < n;) {
		at += sx_framer_feed(&f, p + at, n - at, &span);
		if (span.kind == SX_SPAN_SYSEX || span.kind == SX_SPAN_STRAY ||
		    (span.kind != SX_SPAN_NONE && span.end != SX_END_WHOLE))
			return false;
	}
	sx_framer_cut(&f, SX_END_INPUT, &span);
	return span.kind == SX_SPAN_NONE;
}

enum sx_stray
sx_stray_kind(const uint8_t *p, size_t n)
{
	if (is_padding(p, n))
		return SX_STRAY_PADDING;
	if (memchr(p, 0xf7, n) != NULL)
		return SX_STRAY_REST;
	if (stray_is_text(p, n))
		return SX_STRAY_TEXT;
	return is_midi(p, n) ? SX_STRAY_MIDI : SX_STRAY_UNKNOWN;
}

const char *
sx_stray_text(enum sx_stray kind)
{
	static const char *const text[] = {
		[SX_STRAY_UNKNOWN] = "unknown bytes",
		[SX_STRAY_PADDING] = "padding",
		[SX_STRAY_TEXT] = "text",
		[SX_STRAY_MIDI] = "MIDI messages other than SysEx",
		[SX_STRAY_WRAPPING] = "a MacBinary wrapper",
		[SX_STRAY_REST] = "the rest of a message without its F0",
	};

	return text[kind];
}

static uint64_t
stray_be32(const uint8_t *p)
{
	return (uint64_t)p[0] << 24 | (uint64_t)p[1] << 16 |
	       (uint64_t)p[2] << 8 | p[3];
}

/* By "MacBinary II Standard", 1987: zeros at 0, 74 and 82, a name of 1 to 63
 * characters, two forks that are each padded to a multiple of
 * 128 bytes. */
bool
sx_macbinary(const uint8_t head[SX_MACBINARY], uint64_t size, uint64_t *data)
{
	uint64_t rest = size - SX_MACBINARY;

	if (size < SX_MACBINARY || head[0] != 0 || head[1] < 1 ||
	    head[1] > 63 || head[74] != 0 || head[82] != 0)
		return false;
	for (size_t i = 0; i < head[1]; i++)
		if (head[2 + i] < 0x20 || head[2 + i] == 0x7f)
			return false;
	*data = stray_be32(head + 83);
	/* Some files have lost part of their padding. */
	return *data > 0 && *data <= rest &&
	       stray_be32(head + 87) <= rest - *data;
}
