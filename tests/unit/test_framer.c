/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/framer.h"

/*
 * Streams and their expected output as text: each message when it ends. "x" is
 * a SysEx, "s" a stray run, "c" a channel, "m" a common message, "r" a
 * real-time byte; "!90" cut by status 90, "!F0" by a new F0, "!" by the end of
 * the input; "~" alone in a stream is a loss of bytes there, "!~" cut by it.
 */
static const struct stream {
	const char *name, *in, *out;
} streams[] = {
	{ "empty", "", "" },
	{ "a whole message", "F0 01 02 F7", "x F0 01 02 F7." },
	{ "no data at all", "F0 F7", "x F0 F7." },
	{ "two messages", "F0 01 F7 F0 02 F7", "x F0 01 F7.x F0 02 F7." },
	{ "realtime inside", "F0 01 F8 02 FE FF 03 F7",
	    "r F8.r FE.r FF.x F0 01 02 03 F7." },
	{ "realtime next to F0 and F7", "F8 F0 FA 01 FC F7 F8",
	    "r F8.r FA.r FC.x F0 01 F7.r F8." },
	{ "undefined realtime F9 and FD", "F0 F9 01 FD F7",
	    "r F9.r FD.x F0 01 F7." },
	{ "cut by a note", "F0 01 02 90 40 41 F7",
	    "x F0 01 02!90.c 90 40 41.s F7." },
	{ "cut by a new F0", "F0 01 F0 02 F7", "x F0 01!F0.x F0 02 F7." },
	{ "cut at once by a new F0", "F0 F0 F7", "x F0!F0.x F0 F7." },
	{ "cut by F4, data after it", "F0 01 F4 02 F7",
	    "x F0 01!F4.m F4.s 02 F7." },
	{ "cut by F5", "F0 01 F5", "x F0 01!F5.m F5." },
	{ "cut by tune request", "F0 01 F6 F7", "x F0 01!F6.m F6.s F7." },
	{ "cut by the end", "F0 01 02", "x F0 01 02!." },
	{ "a lone F7", "F7", "s F7." },
	{ "F7 twice", "F0 01 F7 F7", "x F0 01 F7.s F7." },
	{ "a missed beginning", "01 02 F7 F0 03 F7", "s 01 02 F7.x F0 03 F7." },
	{ "a missed beginning with clock", "01 F8 02 F7", "r F8.s 01 02 F7." },
	{ "a missed beginning, cut", "01 02 F0 03 F7",
	    "s 01 02!F0.x F0 03 F7." },
	{ "a missed beginning, to the end", "01 02", "s 01 02!." },
	{ "data after F7", "F0 01 F7 02 03 F7", "x F0 01 F7.s 02 03 F7." },
	{ "data, cut by a note", "01 90 02 03", "s 01!90.c 90 02 03." },
	{ "running status", "90 01 02 03 04", "c 90 01 02.c 90 03 04." },
	{ "running status, two bytes", "C1 01 02", "c C1 01.c C1 02." },
	{ "realtime in a channel message", "90 F8 01 FE 02 03 F8 04",
	    "r F8.r FE.c 90 01 02.r F8.c 90 03 04." },
	{ "SysEx clears running status", "90 01 02 F0 F7 03 04",
	    "c 90 01 02.x F0 F7.s 03 04!." },
	{ "F4 clears running status", "90 01 02 F4 03 04",
	    "c 90 01 02.m F4.s 03 04!." },
	{ "a lone F7 clears running status", "90 01 02 F7 03",
	    "c 90 01 02.s F7.s 03!." },
	{ "common messages", "F1 01 F2 02 03 F3 04 F6",
	    "m F1 01.m F2 02 03.m F3 04.m F6." },
	{ "data after a common message", "F1 01 02", "m F1 01.s 02!." },
	{ "a channel message, cut", "90 01 80 02 03",
	    "c 90 01!80.c 80 02 03." },
	{ "a channel message, cut by F0", "E0 01 F0 02 F7",
	    "c E0 01!F0.x F0 02 F7." },
	{ "a channel message, cut by F7", "B0 F7", "c B0!F7.s F7." },
	{ "a common message, cut by the end", "F2 01", "m F2 01!." },
	{ "all channel messages",
	    "80 1 2 90 1 2 A0 1 2 B0 1 2 C0 1 D0 1 E0 1 2",
	    "c 80 01 02.c 90 01 02.c A0 01 02.c B0 01 02.c C0 01.c D0 01."
	    "c E0 01 02." },
	{ "a loss in a SysEx", "F0 01 ~ 02 F7 F0 03 F7",
	    "x F0 01!~.s 02 F7.x F0 03 F7." },
	{ "a loss between messages", "F0 01 F7 ~ F0 02 F7",
	    "x F0 01 F7.x F0 02 F7." },
	{ "a loss in a rest", "F0 ~ 01 ~ 02 F7", "x F0!~.s 01!~.s 02 F7." },
	{ "a loss clears running status", "90 01 02 ~ 03 04",
	    "c 90 01 02.s 03 04!." },
	{ "a loss in a channel message", "90 01 ~ 02", "c 90 01!~.s 02!." },
	{ "longer than a word", "F0 1 2 3 4 5 6 7 8 9 A B C D E F 10 F8 11 F7",
	    "r F8.x F0 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 "
	    "F7." },
};

#define LOSS 0x100

/* Convert the text of a stream to numbers. Returns how many. */
static size_t
parse(const char *text, unsigned *out, size_t max)
{
	size_t n = 0;
	char *end;

	while (*text != '\0') {
		assert_true(n < max);
		if (*text == '~') {
			out[n++] = LOSS;
			text++;
		} else {
			out[n++] = (unsigned)strtoul(text, &end, 16);
			text = end;
		}
		while (*text == ' ')
			text++;
	}
	return n;
}

/* The output so far. */
struct result {
	char text[2048];
	char open[2048]; /* bytes of the open SysEx or stray run */
	enum sx_span_kind kind;
};

static void
add(char *to, size_t size, const char *fmt, unsigned value)
{
	size_t n = strlen(to);

	assert_true(n + 8 < size);
	snprintf(to + n, size - n, fmt, value);
}

static void
add_text(char *to, size_t size, const char *text)
{
	size_t n = strlen(to);

	assert_true(n + strlen(text) < size);
	snprintf(to + n, size - n, "%s", text);
}

static void
take(struct result *r, const struct sx_span *s)
{
	static const char letter[] = " xscmr";
	bool run = s->kind == SX_SPAN_SYSEX || s->kind == SX_SPAN_STRAY;
	char bytes[64] = "";

	if (s->kind == SX_SPAN_NONE) {
		assert_int_equal(s->len, 0);
		return;
	}
	if (run) {
		assert_true(s->first == (r->kind == SX_SPAN_NONE));
		assert_true(s->first || s->kind == r->kind);
		r->kind = s->end == SX_END_OPEN ? s->kind : SX_SPAN_NONE;
	}
	for (size_t i = 0; i < s->len; i++)
		add(run ? r->open : bytes,
		    run ? sizeof(r->open) : sizeof(bytes), " %02X", s->data[i]);
	if (s->end == SX_END_OPEN)
		return;
	add(r->text, sizeof(r->text), "%c", (unsigned char)letter[s->kind]);
	add_text(r->text, sizeof(r->text), run ? r->open : bytes);
	if (run)
		r->open[0] = '\0';
	if (s->end == SX_END_STATUS)
		add(r->text, sizeof(r->text), "!%02X", s->status);
	else if (s->end == SX_END_NEW_F0)
		add_text(r->text, sizeof(r->text), "!F0");
	else if (s->end == SX_END_OVERRUN)
		add_text(r->text, sizeof(r->text), "!~");
	else if (s->end == SX_END_INPUT)
		add_text(r->text, sizeof(r->text), "!");
	add_text(r->text, sizeof(r->text), ".");
}

static void
feed_all(struct sx_framer *f, const uint8_t *in, size_t n, struct result *r)
{
	struct sx_span span;
	size_t pos = 0, zeros = 0, took;

	while (pos < n) {
		took = sx_framer_feed(f, in + pos, n - pos, &span);
		assert_true(took <= n - pos);
		/* Consuming nothing twice in a row would be an endless loop. */
		zeros = took == 0 ? zeros + 1 : 0;
		assert_true(zeros < 2);
		pos += took;
		take(r, &span);
	}
}

static void
test_streams_at_every_chunk_size(void **state)
{
	unsigned in[64];
	uint8_t chunk[64];
	struct sx_framer f;
	struct sx_span span;

	(void)state;
	for (size_t t = 0; t < sizeof(streams) / sizeof(*streams); t++) {
		size_t n = parse(streams[t].in, in, 64);

		for (size_t size = 1; size <= n + 1; size++) {
			struct result r = { .kind = SX_SPAN_NONE };
			size_t k = 0;

			sx_framer_init(&f);
			for (size_t i = 0; i <= n; i++) {
				bool loss = i < n && in[i] == LOSS;

				if (k == size || i == n || loss) {
					feed_all(&f, chunk, k, &r);
					k = 0;
				}
				if (loss) {
					sx_framer_cut(
					    &f, SX_END_OVERRUN, &span);
					take(&r, &span);
				} else if (i < n) {
					chunk[k++] = (uint8_t)in[i];
				}
			}
			sx_framer_cut(&f, SX_END_INPUT, &span);
			take(&r, &span);
			if (strcmp(r.text, streams[t].out) != 0)
				fail_msg("%s, chunks of %zu: %s",
				    streams[t].name, size, r.text);
		}
	}
}

static void
test_find_status_at_every_alignment(void **state)
{
	uint8_t buf[96];

	(void)state;
	for (size_t from = 0; from < 16; from++)
		for (size_t n = 0; n < 64; n++)
			for (size_t at = 0; at <= n; at++) {
				memset(buf, 0x7f, sizeof(buf));
				/* Beyond the end: must not be read. */
				buf[from + n] = 0xff;
				if (at < n)
					buf[from + at] = 0x80;
				assert_int_equal(
				    sx_find_status(buf + from, n), at);
			}
}

/* An obviously right framer: one byte at a time, into whole messages. */
struct slow {
	struct result r;
	uint8_t bytes[4096];
	size_t n;
	char kind; /* of the open message, 0: none */
	unsigned need, running;
};

static void
slow_end(struct slow *s, const char *why)
{
	if (s->kind == 0)
		return;
	add(s->r.text, sizeof(s->r.text), "%c", (unsigned char)s->kind);
	for (size_t i = 0; i < s->n; i++)
		add(s->r.text, sizeof(s->r.text), " %02X", s->bytes[i]);
	add_text(s->r.text, sizeof(s->r.text), why);
	add_text(s->r.text, sizeof(s->r.text), ".");
	s->kind = 0;
	s->n = 0;
}

static void
slow_byte(struct slow *s, uint8_t b)
{
	char why[8];

	if (b >= 0xf8) {
		add(s->r.text, sizeof(s->r.text), "r %02X.", b);
		return;
	}
	if (b >= 0x80) {
		if (b == 0xf7 && (s->kind == 'x' || s->kind == 's')) {
			s->bytes[s->n++] = b;
			slow_end(s, "");
			return;
		}
		snprintf(why, sizeof(why), "!%02X", b);
		slow_end(s, why);
		s->running = b < 0xf0 ? b : 0;
	}
	if (s->kind == 0 && b < 0x80 && s->running != 0)
		s->bytes[s->n++] = (uint8_t)s->running;
	if (s->kind == 0) {
		unsigned status = s->n > 0 ? s->running : b;

		s->kind = status == 0xf0		    ? 'x'
			  : status < 0x80 || status == 0xf7 ? 's'
			  : status < 0xf0		    ? 'c'
							    : 'm';
		s->need =
		    (status & 0xe0) == 0xc0 || status == 0xf1 || status == 0xf3
			? 2
		    : status < 0xf0 || status == 0xf2 ? 3
						      : 1;
	}
	s->bytes[s->n++] = b;
	if (s->kind == 's' && b == 0xf7)
		slow_end(s, "");
	if ((s->kind == 'c' || s->kind == 'm') && s->n == s->need)
		slow_end(s, "");
}

static void
test_random_streams_against_the_slow_framer(void **state)
{
	static const uint8_t likely[] = { 0xf0, 0xf7, 0xf0, 0xf7, 0xf8, 0xfe,
		0x90, 0xc0, 0xf1, 0xf2, 0xf4, 0xf6 };
	uint8_t in[120];
	unsigned x = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct slow slow = { .kind = 0 };
		struct result r = { .kind = SX_SPAN_NONE };
		struct sx_framer f;
		struct sx_span span;

		for (size_t i = 0; i < sizeof(in); i++) {
			x = x * 1664525 + 1013904223;
			in[i] = (x >> 24) % 4 == 0
				    ? likely[(x >> 8) % sizeof(likely)]
				    : (uint8_t)((x >> 16) & 0x7f);
			slow_byte(&slow, in[i]);
		}
		slow_end(&slow, "!");
		sx_framer_init(&f);
		for (size_t i = 0, n; i < sizeof(in); i += n) {
			x = x * 1664525 + 1013904223;
			n = 1 + (x >> 20) % 20;
			if (n > sizeof(in) - i)
				n = sizeof(in) - i;
			feed_all(&f, in + i, n, &r);
		}
		sx_framer_cut(&f, SX_END_INPUT, &span);
		take(&r, &span);
		assert_string_equal(r.text, slow.r.text);
	}
}

/* No size limit and no copy: a span points into the bytes fed. */
static void
test_a_long_message_is_not_copied(void **state)
{
	size_t n = (size_t)5 << 20;
	uint8_t *in = malloc(n);
	struct sx_framer f;
	struct sx_span span;

	(void)state;
	assert_non_null(in);
	memset(in, 0x55, n);
	in[0] = 0xf0;
	in[n - 1] = 0xf7;
	sx_framer_init(&f);
	assert_int_equal(sx_framer_feed(&f, in, n, &span), n);
	assert_ptr_equal(span.data, in);
	assert_int_equal(span.len, n);
	assert_int_equal(span.kind, SX_SPAN_SYSEX);
	assert_int_equal(span.end, SX_END_WHOLE);
	free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams_at_every_chunk_size),
		cmocka_unit_test(test_find_status_at_every_alignment),
		cmocka_unit_test(test_random_streams_against_the_slow_framer),
		cmocka_unit_test(test_a_long_message_is_not_copied),
	};

	return cmocka_run_group_tests_name("framer", tests, NULL, NULL);
}
