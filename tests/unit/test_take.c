/* SPDX-License-Identifier: ISC */
/* Takes: input as MIDI files. The files are parsed here, strictly by the
 * specification. */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/journal.h"
#include "scratch.h"
#include "smf_parse.h"
#include "store_help.h"
#include "sxlib/take.h"

static const char *const two_ports[] = { "left", "right" };

static struct sx_take *
take_open(enum sx_take_form form)
{
	struct sx_take_opts o = { .out = "take.mid",
		.form = form,
		.ports = two_ports,
		.nports = form == SX_TAKE_ONE ? 1 : 2 };
	struct sx_err e = { 0 };
	struct sx_take *t = sx_take_open(&o, &e);

	if (t == NULL)
		fail_msg("%s", e.msg);
	return t;
}

static struct sx_time
time_at(int64_t us)
{
	return (struct sx_time){ .mono = 77000000 + us, .wall = WALL + us };
}

static struct sx_framer framers[2];

/* Let n bytes arrive at once. */
static void
arrive(struct sx_take *t, unsigned port, int64_t us, const void *data, size_t n)
{
	const uint8_t *p = data;
	struct sx_err e = { 0 };
	struct sx_span span;
	size_t pos = 0;

	while (pos < n) {
		pos += sx_framer_feed(&framers[port], p + pos, n - pos, &span);
		if (span.kind != SX_SPAN_NONE &&
		    sx_take_span(t, port, &span, time_at(us), false, &e) == -1)
			fail_msg("%s", e.msg);
	}
}

static void
cut(struct sx_take *t, unsigned port, int64_t us, enum sx_end why)
{
	struct sx_span span;

	sx_framer_cut(&framers[port], why, &span);
	assert_int_equal(
	    sx_take_span(t, port, &span, time_at(us), false, NULL), 0);
}

static void
finish(struct sx_take *t, const char *want)
{
	struct sx_err e = { 0 };
	char *path;

	if (sx_take_finish(t, &path, &e) != 1)
		fail_msg("%s", e.msg);
	assert_string_equal(path, want);
	free(path);
	sx_take_close(t);
}

/* A track as text: "tick event" lines, texts in quotes. */
static void
print_track(FILE *out, const uint8_t *p, const uint8_t *end)
{
	uint64_t tick = 0;
	uint8_t status;
	uint32_t n;

	fprintf(out, "track\n");
	while (p < end) {
		tick += smf_vlq(&p, end);
		status = *p++;
		fprintf(out, "%" PRIu64 " %02X", tick, status);
		if (status == 0xff)
			fprintf(out, "%02X", *p);
		if (status == 0xff && *p <= 0x0f) {
			p++;
			n = smf_vlq(&p, end);
			fprintf(out, " '%.*s'\n", (int)n, (const char *)p);
			p += n;
			continue;
		}
		if (status == 0xff)
			p++;
		assert_true(status >= 0x80);
		n = status < 0xf0 ? (status & 0xe0) == 0xc0 ? 1 : 2
				  : smf_vlq(&p, end);
		assert_true(n <= (size_t)(end - p));
		for (uint32_t i = 0; i < n && i < 12; i++)
			fprintf(out, "%s%02X", i == 0 ? " " : "", p[i]);
		fprintf(out, n > 12 ? " and %u more\n" : "\n", n - 12);
		p += n;
	}
}

static void
file_is(const char *path, const char *head, const char *want)
{
	char *text, line[40] = "";
	size_t n, size, pos = 14;
	uint8_t *data = scratch_read(path, &n);
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_true(n > 22);
	assert_memory_equal(data, "MThd\0\0\0\6", 8);
	for (int i = 8; i < 14; i++)
		snprintf(line + strlen(line), 3, "%02X", data[i]);
	assert_string_equal(line, head);
	while (pos < n) {
		uint32_t len = smf_be(data + pos + 4, 4);

		assert_memory_equal(data + pos, "MTrk", 4);
		assert_true(len <= n - pos - 8);
		print_track(out, data + pos + 8, data + pos + 8 + len);
		pos += 8 + len;
	}
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, want);
	free(text);
	free(data);
}

#define NAME "0 FF03 '" TIME " left'\n0 FF51 075300\n"

/* All kinds of messages, in order; 125 bpm and 960 ticks per beat: 2000 ticks
 * per second. */
static void
play_all(struct sx_take *t, unsigned port)
{
	memset(framers, 0, sizeof(framers));
	/* an NRPN, running status */
	arrive(t, port, 0, "\xb3\x63\x01\x62\x02\x06\x7f", 7);
	arrive(t, port, 249, "\xc0\x05\xd1\x40\xe2\x01\x02", 7);
	arrive(t, port, 250, "\xf2\x01\x02\xfa", 4);
	/* a SysEx in pieces, a clock in it */
	arrive(t, port, 1000000, "\xf0", 1);
	arrive(t, port, 1000500, "\x42\xf8\x01", 3);
	arrive(t, port, 1001000, "\xf7\x90\x40\x7f", 4);
}

static void
test_type_0(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_ONE);

	(void)state;
	scratch_lists(".", "");
	play_all(t, 0);
	assert_int_equal(sx_take_facts(t)->events, 10);
	assert_int_equal(sx_take_facts(t)->sysex, 1);
	assert_int_equal(sx_take_facts(t)->bytes, 4);
	assert_int_equal(sx_take_facts(t)->damaged, 0);
	assert_int_equal(sx_take_facts(t)->length, 1001000);
	finish(t, "take.mid");
	scratch_lists(".", "take.mid ");
	file_is("take.mid", "0000000103C0",
	    "track\n" NAME "0 B3 6301\n0 B3 6202\n0 B3 067F\n0 C0 05\n"
	    "0 D1 40\n0 E2 0102\n1 F7 F20102\n1 F7 FA\n2000 F0 4201F7\n"
	    "2001 F7 F8\n2002 90 407F\n2002 FF2F\n");
}

static void
test_a_track_for_each_port(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_PORTS);

	(void)state;
	play_all(t, 1);
	arrive(t, 0, 2000000, "\x95\x01\x02", 3);
	finish(t, "take.mid");
	file_is("take.mid", "0001000303C0",
	    "track\n0 FF03 '" TIME "'\n0 FF51 075300\n0 FF2F\n"
	    "track\n0 FF03 'left'\n4000 95 0102\n4000 FF2F\n"
	    "track\n0 FF03 'right'\n0 B3 6301\n0 B3 6202\n0 B3 067F\n0 C0 05\n"
	    "0 D1 40\n0 E2 0102\n1 F7 F20102\n1 F7 FA\n2000 F0 4201F7\n"
	    "2001 F7 F8\n2002 90 407F\n2002 FF2F\n");
}

/* Ports are read one after the other: bytes that arrived before the first byte
 * read are at the beginning. */
static void
test_what_came_before_the_first(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_PORTS);

	(void)state;
	memset(framers, 0, sizeof(framers));
	arrive(t, 1, 50000, "\x91\x01\x02", 3);
	arrive(t, 0, 49000, "\x90\x03\x04", 3);
	arrive(t, 0, 50500, "\x90\x03\x05", 3);
	finish(t, "take.mid");
	file_is("take.mid", "0001000303C0",
	    "track\n0 FF03 '20261122T051530.173Z'\n0 FF51 075300\n0 FF2F\n"
	    "track\n0 FF03 'left'\n0 90 0304\n1 90 0305\n1 FF2F\n"
	    "track\n0 FF03 'right'\n0 91 0102\n0 FF2F\n");
}

static void
test_a_track_for_each_channel(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_CHANNELS);

	(void)state;
	play_all(t, 1);
	arrive(t, 0, 2000000, "\x9f\x01\x02", 3);
	finish(t, "take.mid");
	file_is("take.mid", "0001000703C0",
	    "track\n0 FF03 '" TIME "'\n0 FF51 075300\n0 FF2F\n"
	    "track\n0 FF03 'left: channel 16'\n4000 9F 0102\n4000 FF2F\n"
	    "track\n0 FF03 'right: SysEx'\n1 F7 F20102\n1 F7 FA\n"
	    "2000 F0 4201F7\n2001 F7 F8\n2001 FF2F\n"
	    "track\n0 FF03 'right: channel 1'\n0 C0 05\n2002 90 407F\n"
	    "2002 FF2F\n"
	    "track\n0 FF03 'right: channel 2'\n0 D1 40\n0 FF2F\n"
	    "track\n0 FF03 'right: channel 3'\n0 E2 0102\n0 FF2F\n"
	    "track\n0 FF03 'right: channel 4'\n0 B3 6301\n0 B3 6202\n"
	    "0 B3 067F\n0 FF2F\n");
}

/* Two ports at once: the pieces of one message are found among the others. */
static void
test_sysex_of_two_ports(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_PORTS);

	(void)state;
	memset(framers, 0, sizeof(framers));
	arrive(t, 0, 0, "\xf0\x01", 2);
	arrive(t, 1, 500, "\xf0\x11", 2);
	arrive(t, 0, 1000, "\x02", 1);
	arrive(t, 1, 1500, "\x12\xf7\x91\x12\x13", 5);
	arrive(t, 0, 2000, "\x03\xf7", 2);
	finish(t, "take.mid");
	file_is("take.mid", "0001000303C0",
	    "track\n0 FF03 '" TIME "'\n0 FF51 075300\n0 FF2F\n"
	    "track\n0 FF03 'left'\n0 F0 010203F7\n0 FF2F\n"
	    "track\n0 FF03 'right'\n1 F0 1112F7\n3 91 1213\n3 FF2F\n");
}

static void
test_damage(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_ONE);
	struct sx_span span;

	(void)state;
	memset(framers, 0, sizeof(framers));
	arrive(t, 0, 0, "\x05\x06\xf7", 3);	      /* a rest */
	arrive(t, 0, 500, "\xf0\x01\x90\x40\x41", 5); /* cut by a note */
	arrive(t, 0, 1000, "\xf0\x02", 2);	      /* by a new F0 */
	arrive(t, 0, 1500, "\xf0\x03\xf7\xf7", 4);    /* a lone F7 */
	arrive(t, 0, 2000, "\xf0\x04", 2);	      /* by a hole */
	cut(t, 0, 2500, SX_END_OVERRUN);
	arrive(t, 0, 3000, "\x07\xf7\xb0\x07", 4);
	cut(t, 0, 3500, SX_END_OVERRUN); /* a controller is cut */
	span = (struct sx_span){ .kind = SX_SPAN_NONE, .end = SX_END_OVERRUN };
	assert_int_equal(
	    sx_take_span(t, 0, &span, time_at(4000), false, NULL), 0);
	/* whole, but bytes are missing somewhere in it */
	span = (struct sx_span){ SX_SPAN_SYSEX, SX_END_OPEN, true, 0,
		(const uint8_t *)"\xf0\x08", 2 };
	assert_int_equal(
	    sx_take_span(t, 0, &span, time_at(4500), true, NULL), 0);
	span = (struct sx_span){ SX_SPAN_SYSEX, SX_END_WHOLE, false, 0,
		(const uint8_t *)"\xf7", 1 };
	assert_int_equal(
	    sx_take_span(t, 0, &span, time_at(5000), false, NULL), 0);
	arrive(t, 0, 5500, "\xf0", 1);
	cut(t, 0, 6000, SX_END_INTERRUPTED);
	assert_int_equal(sx_take_facts(t)->damaged, 8);
	assert_int_equal(sx_take_facts(t)->sysex, 6);
	assert_int_equal(sx_take_facts(t)->holes, 1);
	finish(t, "take.mid");
#define BAD(what) " FF01 'sxlib: damaged: " what "'\n"
	file_is("take.mid", "0000000103C0",
	    "track\n" NAME "0 F7 0506F7\n0" BAD("no F0") "1 F0 01\n1" BAD(
		"status byte 90") "1 90 4041\n"
				  "2 F0 02\n2" BAD("new F0") "3 F0 03F7\n3 F7 "
							     "F7\n"
							     "4 F0 04\n4" BAD("overrun") "6 F7 07F7\n6" BAD("no F0") "7 F7 B007\n7" BAD(
								 "overrun") "8 "
									    "FF"
									    "01"
									    " '"
									    "sx"
									    "li"
									    "b:"
									    " b"
									    "yt"
									    "es"
									    " w"
									    "er"
									    "e "
									    "lo"
									    "st"
									    " h"
									    "er"
									    "e'"
									    "\n"
									    "9 "
									    "F0"
									    " 0"
									    "8F"
									    "7"
									    "\n"
									    "9" BAD("overrun") "11 F0\n11" BAD(
										"interrupted") "11 FF2F\n");
}

/* A delta time has 28 bits. */
static void
test_long_silence(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_ONE);

	(void)state;
	memset(framers, 0, sizeof(framers));
	arrive(t, 0, 0, "\x90\x01\x02", 3);
	arrive(t, 0, INT64_C(600000000) * SX_TAKE_TICK_US, "\x80\x01\x02", 3);
	finish(t, "take.mid");
	file_is("take.mid", "0000000103C0",
	    "track\n" NAME "0 90 0102\n268435455 FF01 ''\n"
	    "536870910 FF01 ''\n600000000 80 0102\n600000000 FF2F\n");
}

/* Longer than an event can be: continued in F7 packets. */
static void
test_packets(void **state)
{
	struct sx_folder here;
	struct sx_journal j;
	struct sx_part *out;
	struct sx_take *t = take_open(SX_TAKE_ONE);
	char *names;
	uint8_t *data;
	size_t n;

	(void)state;
	memset(framers, 0, sizeof(framers));
	arrive(t, 0, 0, "\xf0\x01\x02\x03", 4);
	arrive(t, 0, 1000, "\x04\x05\x06\x07\xf7\x90\x01\x02", 8);
	assert_int_equal(sx_take_sync(t, NULL), 0);
	names = scratch_list(".");
	names[strcspn(names, " ")] = '\0';
	data = scratch_read(names, &n);
	assert_int_equal(sx_journal_open(&j, data, n, NULL), 0);
	assert_int_equal(sx_folder_open(&here, NULL, ".", false, NULL), 0);
	out = sx_part_create(&here, WALL, ".tmp", NULL, NULL);
	assert_non_null(out);
	assert_int_equal(sx_journal_write(&j, out, 3, NULL), 0);
	file_is(sx_part_path(out), "0000000103C0",
	    "track\n" NAME "0 F0 010203\n0 F7 040506\n0 F7 07F7\n2 90 0102\n"
	    "2 FF2F\n");
	sx_part_drop(out);
	sx_folder_close(&here);
	sx_journal_close(&j);
	sx_take_close(t);
	free(data);
	free(names);
}

static void
rescued(enum sx_take_form form, const char *want, uint64_t damaged)
{
	struct sx_take *t = take_open(form);
	struct sx_take_left left;
	struct sx_err e = { 0 };

	if (sx_take_rescue(t, &left, &e) != 1)
		fail_msg("%s", e.msg);
	assert_string_equal(left.path, want);
	assert_int_equal(left.facts.damaged, damaged);
	assert_null(left.kept);
	sx_take_left_done(&left);
	assert_int_equal(sx_take_rescue(t, &left, &e), 0);
	sx_take_close(t);
}

/* Killed at any byte of the journal: the events up to there become a file. */
static void
test_a_crash_at_every_byte(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_ONE);
	struct sx_take_left left;
	uint8_t *data;
	char *name;
	size_t n, files = 0;
	int rc;

	(void)state;
	play_all(t, 0);
	arrive(t, 0, 2000000, "\xf0\x01", 2);
	assert_int_equal(sx_take_sync(t, NULL), 0);
	/* It is locked: no other process recovers it. */
	name = scratch_list(".");
	name[strcspn(name, " ")] = '\0';
	assert_int_equal(sx_take_rescue(t, &left, NULL), 0);
	sx_take_close(t);
	data = scratch_read(name, &n);
	rescued(SX_TAKE_ONE, TIME "-take.mid", 1);
	file_is(TIME "-take.mid", "0000000103C0",
	    "track\n" NAME "0 B3 6301\n0 B3 6202\n0 B3 067F\n0 C0 05\n"
	    "0 D1 40\n0 E2 0102\n1 F7 F20102\n1 F7 FA\n2000 F0 4201F7\n"
	    "2001 F7 F8\n2002 90 407F\n4000 F0 01\n"
	    "4000" BAD("interrupted") "4000 FF2F\n");
	scratch_lists(".", TIME "-take.mid ");
	assert_int_equal(unlink(TIME "-take.mid"), 0);
	for (size_t cut_at = 0; cut_at <= n; cut_at++) {
		scratch_write(name, data, cut_at);
		t = take_open(SX_TAKE_CHANNELS);
		rc = sx_take_rescue(t, &left, NULL);
		sx_take_close(t);
		assert_int_not_equal(rc, -1);
		files += left.path != NULL;
		/* Not even its head is complete: it is not recognizable. */
		assert_true((left.kept != NULL) == (cut_at > 0 && cut_at < 28));
		if (left.path != NULL)
			assert_int_equal(unlink(left.path), 0);
		if (left.kept != NULL)
			assert_int_equal(unlink(left.kept), 0);
		sx_take_left_done(&left);
		scratch_lists(".", "");
	}
	/* from the first whole event on: 28 + 24 + 23 bytes */
	assert_int_equal(files, n + 1 - 75);
	free(data);
	free(name);
}

#define LEFT "20261122T051530.123Z-77"

static struct sx_take_left
rescue_one(void)
{
	struct sx_take *t = take_open(SX_TAKE_ONE);
	struct sx_take_left left, more;
	struct sx_err e = { 0 };

	if (sx_take_rescue(t, &left, &e) != 1)
		fail_msg("%s", e.msg);
	assert_int_equal(sx_take_rescue(t, &more, &e), 0);
	sx_take_close(t);
	return left;
}

/* A file that is not a journal is kept, and not read again. */
static void
test_a_journal_that_is_none(void **state)
{
	static const char text[] = "hello, this is no journal at all";
	struct sx_take_left left;

	(void)state;
	scratch_write(LEFT ".take.bad", "x", 1);
	scratch_write(LEFT ".take", text, 32);
	left = rescue_one();
	assert_null(left.path);
	assert_int_equal(left.lost, 32);
	assert_non_null(strstr(left.kept, LEFT "-2.take.bad"));
	sx_take_left_done(&left);
	scratch_lists(".", LEFT "-2.take.bad " LEFT ".take.bad ");
	scratch_holds(LEFT "-2.take.bad", text, 32);
	scratch_holds(LEFT ".take.bad", "x", 1);
}

#define TEXT(text) .data = (const uint8_t *)(text), .len = sizeof(text) - 1
#define THE_TAKE                                                     \
	{                                                            \
		.kind = SX_RECORD_TAKE, .at = WALL, TEXT("take.mid") \
	}
#define THE_PORT                                     \
	{                                            \
		.kind = SX_RECORD_PORT, TEXT("left") \
	}
#define NOTE(n)                                                 \
	{                                                       \
		.kind = SX_SPAN_CHANNEL, .at = 500 * (n),       \
		.span = { .end = SX_END_WHOLE, .first = true }, \
		TEXT("\x90\x01\x02")                            \
	}

static size_t
pack(uint8_t *bytes, const struct sx_journal_record *r, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		sx_journal_record_pack(bytes + n, &r[i]);
		n += SX_RECORD_HEAD;
		if (r[i].len > 0)
			memcpy(bytes + n, r[i].data, r[i].len);
		n += r[i].len;
	}
	return n;
}

/* Records with a good checksum that no sxlib would write, as the third of four.
 */
static void
test_a_journal_that_is_forged(void **state)
{
	static const struct sx_journal_record forged[] = {
		{ .kind = SX_SPAN_SYSEX,
		    .span = { .end = SX_END_WHOLE, .first = true } },
		{ .kind = SX_SPAN_SYSEX,
		    .span = { .end = SX_END_WHOLE, .first = true },
		    TEXT("\x42\xf7") },
		{ .kind = SX_RECORD_PORT, TEXT("again") },
		{ .kind = SX_RECORD_PORT, .port = 64, TEXT("too many") },
		{ .kind = SX_RECORD_TAKE, .at = WALL, TEXT("b.mid") },
		{ .kind = 15, .port = 255 },
		{ .kind = SX_SPAN_NONE, TEXT("x"), .port = 1 },
		{ .kind = SX_SPAN_CHANNEL,
		    .port = 200,
		    .span = { .end = SX_END_WHOLE },
		    TEXT("\x90\x01\x02") },
		{ .kind = SX_SPAN_CHANNEL,
		    .span = { .end = SX_END_WHOLE },
		    TEXT("\x01\x02\x03") },
		{ .kind = SX_SPAN_CHANNEL,
		    .span = { .end = SX_END_WHOLE },
		    TEXT("\x90\xff\x03") },
		{ .kind = SX_SPAN_CHANNEL,
		    .span = { .end = SX_END_WHOLE },
		    TEXT("\x90\x03") },
		{ .kind = SX_SPAN_CHANNEL,
		    .at = -1,
		    .span = { .end = SX_END_WHOLE },
		    TEXT("\x90\x01\x02") },
		{ .kind = SX_SPAN_CHANNEL,
		    .at = INT64_MAX,
		    .span = { .end = SX_END_WHOLE },
		    TEXT("\x90\x01\x02") },
		{ .kind = SX_SPAN_STRAY,
		    .span = { .end = (enum sx_end)99 },
		    TEXT("\x01") },
	};
	uint8_t bytes[300];

	(void)state;
	for (size_t i = 0; i < sizeof(forged) / sizeof(forged[0]); i++) {
		const struct sx_journal_record records[] = { THE_TAKE, THE_PORT,
			NOTE(0), forged[i], NOTE(1) };
		size_t n = pack(bytes, records, 3);
		struct sx_take_left left;

		n += pack(bytes + n, &forged[i], 1);
		n += pack(bytes + n, &records[4], 1);
		scratch_write(LEFT ".take", bytes, n);
		left = rescue_one();
		assert_int_equal(left.lost, SX_RECORD_HEAD + forged[i].len);
		assert_int_equal(left.facts.events, 2);
		assert_int_equal(left.facts.holes, 1);
		scratch_lists(".", LEFT ".take.bad " TIME "-take.mid ");
		scratch_holds(left.kept, bytes, n);
		file_is(left.path, "0000000103C0",
		    "track\n" NAME "0 90 0102\n"
		    "1 FF01 'sxlib: bytes were lost here'\n1 90 0102\n"
		    "1 FF2F\n");
		assert_int_equal(unlink(left.path), 0);
		assert_int_equal(unlink(left.kept), 0);
		sx_take_left_done(&left);
	}
}

/* Names that no sxlib would write lead to no other folder or file. */
static void
test_a_journal_with_a_forged_name(void **state)
{
	static const char *const names[] = { "sub/x.mid", "/../../x.mid",
		"/tmp/x.mid", "x.syx", "", ".mid", "take" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct sx_journal_record records[] = {
			{ .kind = SX_RECORD_TAKE,
			    .at = WALL,
			    .data = (const uint8_t *)names[i],
			    .len = strlen(names[i]) },
			THE_PORT, NOTE(0)
		};
		uint8_t bytes[300];
		struct sx_take_left left;

		scratch_write(LEFT ".take", bytes, pack(bytes, records, 3));
		left = rescue_one();
		assert_non_null(left.path);
		scratch_lists(".", TIME "-take.mid ");
		assert_int_equal(unlink(left.path), 0);
		sx_take_left_done(&left);
	}
}

/* A refused port record longer than all valid records: it once moved the
 * beginning past the end. */
static void
test_a_planted_journal(void **state)
{
	static uint8_t name[5000];
	const struct sx_journal_record records[] = { THE_TAKE,
		{ .kind = SX_RECORD_PORT,
		    .port = 7,
		    .data = name,
		    .len = sizeof(name) },
		{ .kind = SX_RECORD_PORT,
		    .port = 250,
		    .data = name,
		    .len = sizeof(name) },
		{ .kind = SX_SPAN_STRAY,
		    .port = 255,
		    .span = { .end = SX_END_WHOLE, .first = true },
		    .data = name,
		    .len = 1 } };
	static uint8_t bytes[20000];
	struct sx_take_left left;
	struct sx_journal_record r;
	size_t n = pack(bytes, records, 4), pos = n + 1;

	(void)state;
	assert_false(sx_journal_record_next(bytes, n, &pos, &r));
	scratch_write(LEFT ".take", bytes, n);
	left = rescue_one();
	assert_null(left.path);
	assert_int_equal(left.lost, SX_RECORD_HEAD + 5000 + SX_RECORD_HEAD + 1);
	sx_take_left_done(&left);
	scratch_lists(".", LEFT ".take.bad ");
}

/* ---- One bad bit ---- */

static const struct sx_journal_record whole[] = {
	THE_TAKE,
	THE_PORT,
	NOTE(0),
	{ .kind = SX_SPAN_SYSEX,
	    .at = 1000,
	    .span = { .first = true },
	    TEXT("\xf0\x11") },
	{ .kind = SX_SPAN_SYSEX, .at = 1500, TEXT("\x22\x23\x24") },
	{ .kind = SX_SPAN_REALTIME,
	    .at = 1500,
	    .span = { .end = SX_END_WHOLE, .first = true },
	    TEXT("\xfa") },
	{ .kind = SX_SPAN_SYSEX,
	    .at = 2000,
	    .span = { .end = SX_END_WHOLE },
	    TEXT("\x33\xf7") },
	NOTE(5),
	{ .kind = SX_SPAN_SYSEX,
	    .at = 3000,
	    .span = { .end = SX_END_WHOLE, .first = true },
	    TEXT("\xf0\x44\xf7") },
	{ .kind = SX_SPAN_COMMON,
	    .at = 3500,
	    .span = { .end = SX_END_WHOLE, .first = true },
	    TEXT("\xf3\x09") },
};
#define RECORDS (sizeof(whole) / sizeof(whole[0]))

/* Collect the data of all events in a file, back to back. */
static size_t
event_data(const char *path, uint8_t *out)
{
	size_t size, n = 0;
	uint8_t *data = scratch_read(path, &size), *end = data + size;
	const uint8_t *p = data + 22;

	while (p < end) {
		uint8_t status;
		uint32_t len;

		(void)smf_vlq(&p, end);
		status = *p++;
		if (status == 0xff) {
			p++;
			len = smf_vlq(&p, end);
			p += len;
			continue;
		}
		if (status != 0xf7)
			out[n++] = status;
		len = status < 0xf0 ? 2 : smf_vlq(&p, end);
		memcpy(out + n, p, len);
		n += len;
		p += len;
	}
	free(data);
	return n;
}

static bool
holds(const uint8_t *data, size_t n, const struct sx_journal_record *r)
{
	return memmem(data, n, r->data, r->len) != NULL;
}

/* Every record except the damaged one is in the file, and the journal is kept.
 */
static void
test_a_bad_bit_at_every_byte(void **state)
{
	uint8_t bytes[400], found[400];
	size_t n = pack(bytes, whole, RECORDS), end = 0, hit = 0, have;
	struct sx_take_left left;

	(void)state;
	for (size_t bit = 0; bit < 8 * n; bit++) {
		while (bit / 8 >= end + SX_RECORD_HEAD + whole[hit].len)
			end += SX_RECORD_HEAD + whole[hit++].len;
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		scratch_write(LEFT ".take", bytes, n);
		left = rescue_one();
		if (left.path == NULL || left.kept == NULL)
			fail_msg("bit %zu: nothing was kept", bit);
		assert_int_equal(left.lost, SX_RECORD_HEAD + whole[hit].len);
		scratch_holds(left.kept, bytes, n);
		have = event_data(left.path, found);
		for (size_t i = 2; i < RECORDS; i++)
			if (i != hit && !holds(found, have, &whole[i]))
				fail_msg(
				    "bit %zu: record %zu is missing", bit, i);
		assert_int_equal(unlink(left.path), 0);
		assert_int_equal(unlink(left.kept), 0);
		sx_take_left_done(&left);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/* A message open at a damaged record is damaged, and its rest does not belong
 * to it. */
static void
test_a_message_around_a_bad_bit(void **state)
{
	static const struct {
		size_t hit;
		const char *want;
		uint64_t damaged;
	} cases[] = {
#define LOST " FF01 'sxlib: bytes were lost here'\n"
#define END  "6 F0 44F7\n7 F7 F309\n7 FF2F\n"
		/* the port's name */
		{ 1,
		    "0 FF03 '" TIME " port 1'\n0 FF51 075300\n0" LOST
		    "0 90 0102\n2 F0 1122232433F7\n3 F7 FA\n"
		    "5 90 0102\n" END,
		    0 },
		/* the begin of a SysEx */
		{ 3,
		    NAME "0 90 0102\n3" LOST "3 F7 22232433F7\n3" BAD(
			"no F0") "3 F7 FA\n5 90 0102\n" END,
		    1 },
		/* its middle */
		{ 4,
		    NAME "0 90 0102\n2 F0 11\n2" BAD(
			"interrupted") "3" LOST
				       "3 F7 FA\n4 F7 33F7\n4" BAD(
					   "no F0") "5 90 0102\n" END,
		    2 },
		/* its end */
		{ 6,
		    NAME "0 90 0102\n2 F0 11222324\n2" BAD(
			"interrupted") "3 F7 FA\n5" LOST "5 90 0102\n" END,
		    1 },
	};
	uint8_t bytes[400];
	size_t n = pack(bytes, whole, RECORDS), at;
	struct sx_take_left left;
	char want[600];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		at = pack(bytes, whole, cases[i].hit);
		bytes[at] ^= 1;
		scratch_write(LEFT ".take", bytes, n);
		bytes[at] ^= 1;
		left = rescue_one();
		snprintf(want, sizeof(want), "track\n%s", cases[i].want);
		file_is(left.path, "0000000103C0", want);
		assert_int_equal(left.facts.damaged, cases[i].damaged);
		assert_int_equal(unlink(left.path), 0);
		assert_int_equal(unlink(left.kept), 0);
		sx_take_left_done(&left);
	}
}

/* Each start would make a file of a journal that cannot be removed. */
static void
test_a_journal_that_stays(void **state)
{
	uint8_t bytes[400];
	struct sx_take *t;
	struct sx_take_left left;
	struct sx_err e = { 0 };

	(void)state;
	scratch_write(LEFT ".take", bytes, pack(bytes, whole, RECORDS));
	t = take_open(SX_TAKE_ONE);
	disk.no_unlinks = true;
	assert_int_equal(sx_take_rescue(t, &left, &e), -1);
	disk.no_unlinks = false;
	assert_non_null(strstr(e.msg, "cannot remove"));
	assert_int_equal(sx_take_rescue(t, &left, &e), 0);
	sx_take_close(t);
}

/* The disk returns other bytes than were written: later ones would be dropped
 * silently. */
static void
test_a_journal_that_went_bad(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_ONE);
	struct sx_err e = { 0 };
	char *name, *path;
	int fd;

	(void)state;
	play_all(t, 0);
	assert_int_equal(sx_take_sync(t, NULL), 0);
	name = scratch_list(".");
	name[strcspn(name, " ")] = '\0';
	fd = open(name, O_WRONLY);
	assert_int_not_equal(fd, -1);
	assert_int_equal(pwrite(fd, "\xff", 1, 60), 1);
	close(fd);
	assert_int_equal(sx_take_finish(t, &path, &e), -1);
	assert_int_equal(e.code, SX_EDATA);
	assert_non_null(strstr(e.hint, name));
	sx_take_close(t);
	assert_true(scratch_exists(name));
	free(name);
}

/* Is the byte in a gap? */
static bool
is_lost(const struct sx_journal *j, size_t byte)
{
	for (size_t i = 0; i < j->ngaps; i++)
		if (byte >= j->gaps[i].begin && byte < j->gaps[i].end)
			return true;
	return byte >= j->size;
}

/* A record with one changed bit is rejected. */
static void
test_every_bit_is_checked(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_PORTS);
	struct sx_journal j;
	uint8_t *data;
	char *name;
	size_t n;

	(void)state;
	play_all(t, 0);
	assert_int_equal(sx_take_sync(t, NULL), 0);
	name = scratch_list(".");
	name[strcspn(name, " ")] = '\0';
	data = scratch_read(name, &n);
	assert_int_equal(sx_journal_open(&j, data, n, NULL), 0);
	assert_int_equal(j.size, n);
	sx_journal_close(&j);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (sx_journal_open(&j, data, n, NULL) == 0) {
			assert_true(is_lost(&j, bit / 8));
			sx_journal_close(&j);
		}
		data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	sx_take_close(t);
	free(data);
	free(name);
}

static void
test_the_file_is_never_replaced(void **state)
{
	struct sx_take_opts o = { "take.mid", SX_TAKE_ONE, two_ports, 1 };
	struct sx_take *t = take_open(SX_TAKE_ONE);
	struct sx_err e = { 0 };
	char *path;

	(void)state;
	play_all(t, 0);
	scratch_write("take.mid", "x", 1);
	finish(t, "take-2.mid");
	scratch_holds("take.mid", "x", 1);
	assert_null(sx_take_open(&o, &e));
	assert_int_equal(e.code, SX_EREFUSED);
	e.code = SX_OK;
	o.out = "take.syx";
	assert_int_equal(sx_take_check(o.out, &e), -1);
	assert_int_equal(e.code, SX_EUSAGE);
	e.code = SX_OK;
	o.out = "missing/take.mid";
	assert_int_equal(sx_take_check(o.out, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	/* no input: no file */
	assert_int_equal(unlink("take.mid"), 0);
	t = take_open(SX_TAKE_ONE);
	assert_int_equal(sx_take_finish(t, &path, NULL), 0);
	sx_take_close(t);
	scratch_lists(".", "take-2.mid ");
}

/* The journal stays, and is valid up to where the disk was full. */
static void
test_a_full_disk(void **state)
{
	struct sx_take *t = take_open(SX_TAKE_ONE);
	static uint8_t big[200000];
	struct sx_err e = { 0 };
	struct sx_span span = { SX_SPAN_SYSEX, SX_END_WHOLE, true, 0, big,
		sizeof(big) };
	char *path;

	(void)state;
	play_all(t, 0);
	assert_int_equal(sx_take_sync(t, NULL), 0);
	limit_size(100000);
	assert_int_equal(
	    sx_take_span(t, 0, &span, time_at(3000000), false, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	e.code = SX_OK;
	assert_int_equal(sx_take_finish(t, &path, &e), -1);
	assert_non_null(strstr(e.hint, ".take"));
	sx_take_close(t);
	limit_size(0);
	rescued(SX_TAKE_ONE, TIME "-take.mid", 0);
	file_is(TIME "-take.mid", "0000000103C0",
	    "track\n" NAME "0 B3 6301\n0 B3 6202\n0 B3 067F\n0 C0 05\n"
	    "0 D1 40\n0 E2 0102\n1 F7 F20102\n1 F7 FA\n2000 F0 4201F7\n"
	    "2001 F7 F8\n2002 90 407F\n2002 FF2F\n");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, store_setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		T(test_type_0),
		T(test_a_track_for_each_port),
		T(test_what_came_before_the_first),
		T(test_a_track_for_each_channel),
		T(test_sysex_of_two_ports),
		T(test_damage),
		T(test_long_silence),
		T(test_packets),
		T(test_a_crash_at_every_byte),
		T(test_a_journal_that_is_none),
		T(test_a_journal_that_is_forged),
		T(test_a_journal_with_a_forged_name),
		T(test_a_planted_journal),
		T(test_a_bad_bit_at_every_byte),
		T(test_a_message_around_a_bad_bit),
		T(test_a_journal_that_stays),
		T(test_a_journal_that_went_bad),
		T(test_every_bit_is_checked),
		T(test_the_file_is_never_replaced),
		T(test_a_full_disk),
	};

	return cmocka_run_group_tests_name("take", tests, NULL, NULL);
}
