/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "sxlib/framer.h"

#define HIGH_BITS 0x8080808080808080u

size_t
sx_find_status(const uint8_t *p, size_t n)
{
	size_t i = 0;
	uint64_t word;

	for (; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if (word & HIGH_BITS)
			break;
	}
	while (i < n && p[i] < 0x80)
		i++;
	return i;
}

void
sx_framer_init(struct sx_framer *f)
{
	*f = (struct sx_framer){ .open = SX_SPAN_NONE };
}

/* How the status byte b ends an open message. */
static enum sx_end
end_by(uint8_t b)
{
	return b == 0xf0 ? SX_END_NEW_F0 : SX_END_STATUS;
}

/* Return the length of the channel or common message that status opens. */
static uint8_t
message_length(uint8_t status)
{
	switch (status & 0xf0) {
	case 0xc0:
	case 0xd0:
		return 2;
	case 0xf0:
		break;
	default:
		return 3;
	}
	switch (status) {
	case 0xf1:
	case 0xf3:
		return 2;
	case 0xf2:
		return 3;
	default: /* F6, and F4 and F5, which are undefined */
		return 1;
	}
}

/* Read a SysEx or stray run; in[0..off-1] is known to belong to it. */
static size_t
feed_run(struct sx_framer *f, const uint8_t *in, size_t n, size_t off,
    struct sx_span *span)
{
	size_t stop = off + sx_find_status(in + off, n - off);

	span->kind = f->open;
	span->data = in;
	span->len = stop;
	if (stop == n || in[stop] >= 0xf8)
		return stop;
	f->open = SX_SPAN_NONE;
	if (in[stop] == 0xf7) {
		span->len = stop + 1;
		span->end = SX_END_WHOLE;
		return stop + 1;
	}
	span->end = end_by(in[stop]);
	span->status = in[stop];
	return stop;
}

static void
close_message(struct sx_framer *f, enum sx_end end, struct sx_span *span)
{
	span->kind = f->open;
	span->end = end;
	span->first = true;
	span->data = f->message;
	span->len = f->have;
	f->open = SX_SPAN_NONE;
	f->have = 0;
}

/* Read the data bytes of a channel or common message. */
static size_t
feed_message(
    struct sx_framer *f, const uint8_t *in, size_t n, struct sx_span *span)
{
	size_t i = 0;

	while (f->have < f->need && i < n && in[i] < 0x80)
		f->message[f->have++] = in[i++];
	if (f->have == f->need) {
		close_message(f, SX_END_WHOLE, span);
	} else if (i < n && in[i] < 0xf8) {
		close_message(f, end_by(in[i]), span);
		span->status = in[i];
	}
	return i;
}

static size_t
open_message(struct sx_framer *f, uint8_t status, const uint8_t *data, size_t n,
    struct sx_span *span)
{
	f->open = status < 0xf0 ? SX_SPAN_CHANNEL : SX_SPAN_COMMON;
	f->running = status < 0xf0 ? status : 0;
	f->message[0] = status;
	f->have = 1;
	f->need = message_length(status);
	return feed_message(f, data, n, span);
}

size_t
sx_framer_feed(
    struct sx_framer *f, const uint8_t *in, size_t n, struct sx_span *span)
{
	uint8_t b = in[0];

	*span = (struct sx_span){ .kind = SX_SPAN_NONE };
	if (b >= 0xf8) {
		f->realtime = b;
		span->kind = SX_SPAN_REALTIME;
		span->end = SX_END_WHOLE;
		span->first = true;
		span->data = &f->realtime;
		span->len = 1;
		return 1;
	}
	if (f->open == SX_SPAN_SYSEX || f->open == SX_SPAN_STRAY)
		return feed_run(f, in, n, 0, span);
	if (f->open != SX_SPAN_NONE)
		return feed_message(f, in, n, span);
	if (b < 0x80 && f->running != 0)
		return open_message(f, f->running, in, n, span);
	if (b >= 0x80 && b != 0xf0 && b != 0xf7)
		return 1 + open_message(f, b, in + 1, n - 1, span);
	f->open = b == 0xf0 ? SX_SPAN_SYSEX : SX_SPAN_STRAY;
	f->running = 0;
	span->first = true;
	return feed_run(f, in, n, b == 0xf0, span);
}

void
sx_framer_cut(struct sx_framer *f, enum sx_end why, struct sx_span *span)
{
	*span = (struct sx_span){ .kind = f->open, .end = why };
	if (f->open == SX_SPAN_CHANNEL || f->open == SX_SPAN_COMMON)
		close_message(f, why, span);
	f->open = SX_SPAN_NONE;
	f->running = 0;
}
