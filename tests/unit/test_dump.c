/* SPDX-License-Identifier: ISC */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/dump.h"

#define MS 1000

/*
 * A story is what arrives at which ms, and what must come out of it, as text:
 *   "{ BYTES }"  a dump and the bytes of its DATA steps
 *   "/"          between the messages of a dump
 *   "!why"       its damage;  "-n(BYTES)" a message not kept, n its verdict
 */
struct arrival {
	int ms;
	const char *bytes; /* NULL: end of the list; "~": a loss; "!": end of
			      the input */
};

/* A D-50 wants to send, sends, ends, or rejects. */
#define WSD "F0 41 00 14 40 F7"
#define DAT "F0 41 00 14 42 01 7F F7"
#define EOD "F0 41 00 14 45 F7"
#define RJC "F0 41 00 14 4F F7"

static const struct story {
	const char *name;
	struct sx_rules rules;
	struct arrival in[12];
	const char *out;
} stories[] = {
	{ "each message is a dump",
	    { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7 F0 42 02 F7" } },
	    "{F0 42 01 F7/}{F0 42 02 F7/}" },
	{ "messages less than the gap apart are one dump",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7" }, { 99, "F0 42 02 F7" } },
	    "{F0 42 01 F7/F0 42 02 F7/}" },
	{ "a gap ends a dump", { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7" }, { 100, "F0 42 02 F7" } },
	    "{F0 42 01 F7/}{F0 42 02 F7/}" },
	{ "the gap counts from F7 to F0, a slow message is none",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01" }, { 500, "02 F7" }, { 550, "F0 42 03 F7" } },
	    "{F0 42 01 02 F7/F0 42 03 F7/}" },
	{ "silence within a message that has begun in time ends no dump",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7" }, { 50, "F0 42 02" }, { 600, "" },
		{ 1200, "" }, { 1300, "03 F7" } },
	    "{F0 42 01 F7/F0 42 02 03 F7/}" },
	{ "silence ends a dump", { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7" }, { 100, "" }, { 101, "F8" } },
	    "{F0 42 01 F7/}" },
	{ "clock and notes do not prolong a dump",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7" }, { 60, "F8 90 40 40" },
		{ 120, "F0 42 02 F7" } },
	    "{F0 42 01 F7/}{F0 42 02 F7/}" },
	{ "realtime inside is taken out", { .split = SX_SPLIT_MESSAGE },
	    { { 0, "F0 42 F8 01 FE F7" } }, "{F0 42 01 F7/}" },
	{ "a cut message is damaged, the next is not",
	    { .split = SX_SPLIT_MESSAGE },
	    { { 0, "F0 42 01 F0 42 02 90 40 40 F0 42 F7" } },
	    "{F0 42 01/}!new F0{F0 42 02/}!status byte 90{F0 42 F7/}" },
	{ "a damaged message makes its group damaged",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7 F0 42 02" }, { 10, "F0 42 03 F7" } },
	    "{F0 42 01 F7/F0 42 02/F0 42 03 F7/}!new F0" },
	{ "the rest of a message", { .split = SX_SPLIT_MESSAGE },
	    { { 0, "01 02 F7 F0 42 F7 03 04 F7" } },
	    "{01 02 F7/}!no F0{F0 42 F7/}{03 04 F7/}!no F0" },
	{ "a lone F7 is nothing", { .split = SX_SPLIT_MESSAGE },
	    { { 0, "F7 F0 42 F7 F7 F8 F7" } }, "{F0 42 F7/}" },
	{ "a loss", { .split = SX_SPLIT_MESSAGE },
	    { { 0, "F0 42 01" }, { 1, "~" }, { 2, "02 F7 F0 42 F7" } },
	    "{F0 42 01/}!overrun{02 F7/}!no F0{F0 42 F7/}" },
	{ "a loss between messages, and beside one that it damages",
	    { .split = SX_SPLIT_MESSAGE },
	    { { 0, "F0 42 01 F7" }, { 1, "~" }, { 1, "~" },
		{ 2, "F0 42 02 F7 F8 F0 42" }, { 3, "~" }, { 3, "~" },
		{ 4, "90 40" }, { 5, "~" }, { 6, "F0 42 03 F7 F7" },
		{ 7, "~" } },
	    "{F0 42 01 F7/}?{F0 42 02 F7/}{F0 42/}!overrun?{F0 42 03 F7/}?" },
	{ "a loss between the messages of a group damages it",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7" }, { 1, "~" }, { 2, "F0 42 02 F7" },
		{ 900, "F0 42 03 F7" } },
	    "{F0 42 01 F7/?F0 42 02 F7/}!overrun{F0 42 03 F7/}" },
	{ "the end of the input ends an open group, whole",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7" }, { 1, "!" } }, "{F0 42 01 F7/}" },
	{ "the end of the input in a message",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7 F0 42" }, { 1, "!" } },
	    "{F0 42 01 F7/F0 42/}!end of input" },
	{ "what is no dump is not kept, and ends no group",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7 F0 7E 7F 06 01 F7 F0 42 02 F7" } },
	    "{F0 42 01 F7/-1(F0 7E 7F 06 01 F7)F0 42 02 F7/}" },
	{ "what is damaged is kept, whatever it has begun as",
	    { .split = SX_SPLIT_MESSAGE },
	    { { 0, "F0 7F 7F 01 01 21 00 00 00 90 40 40" },
		{ 10, "F0 7F 7F 01 01 01 02 03 04 05 06 07 08 09 0A 0B 0C" },
		{ 900, "0D 0E F0 7E 7F 06 01 F7 F0 7E 7F" }, { 1000, "!" } },
	    "{F0 7F 7F 01 01 21 00 00 00/}!status byte 90"
	    "{F0 7F 7F 01 01 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E/}"
	    "!new F0-1(F0 7E 7F 06 01 F7){F0 7E 7F/}!end of input" },
	{ "and in the group that it has come in",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7 F0 7F 7F 01 01 21 90 40 40 F0 42 02 F7" } },
	    "{F0 42 01 F7/F0 7F 7F 01 01 21/F0 42 02 F7/}!status byte 90" },
	{ "--all keeps it", { .split = SX_SPLIT_MESSAGE, .all = true },
	    { { 0, "F0 7E 7F 06 01 F7" } }, "{F0 7E 7F 06 01 F7/}" },
	{ "one maker only",
	    { .split = SX_SPLIT_MESSAGE,
		.makers = (const char *const[]){ "jomox" },
		.nmakers = 1 },
	    { { 0, "F0 42 01 F7 F0 31 7F 55 00 01 F7 01 F7" } },
	    "-2(F0 42 01 F7){F0 31 7F 55 00 01 F7/}{01 F7/}!no F0" },
	{ "another maker's cut message is not kept, one with a hole is",
	    { .split = SX_SPLIT_MESSAGE,
		.makers = (const char *const[]){ "jomox" },
		.nmakers = 1 },
	    { { 0, "F0 42 01 90 40 40 F0 42 02" }, { 1, "~" },
		{ 2, "F0 42 03 F7" } },
	    "-2(F0 42 01){F0 42 02/}!overrun-2(F0 42 03 F7)" },
	{ "complete objects stand alone among grouped messages",
	    { .split = SX_SPLIT_AUTO, .gap = 100 * MS },
	    { { 0, "F0 42 01 F7 F0 31 7F 5D 02 55 01 02 03 F7 F0 42 02 F7" } },
	    "{F0 42 01 F7/}{F0 31 7F 5D 02 55 01 02 03 F7/}{F0 42 02 F7/}" },
	{ "a dump and its store are one, each message",
	    { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 42 30 28 40 00 01 22 F7 F0 42 30 28 11 00 07 F7" },
		{ 50, "F0 42 30 28 40 00 01 22 F7" },
		{ 90, "F0 42 30 28 11 00 08 F7" } },
	    "{F0 42 30 28 40 00 01 22 F7/F0 42 30 28 11 00 07 F7/}{F0 42 30 28 "
	    "40 00 01 22 F7/F0 42 30 28 11 00 08 F7/}" },
	{ "a dump and its store are one, complete objects",
	    { .split = SX_SPLIT_AUTO, .gap = 100 * MS },
	    { { 0, "F0 42 30 28 40 00 01 22 F7 F0 42 30 28 11 00 07 F7" },
		{ 50, "F0 42 30 28 40 00 01 22 F7" },
		{ 90, "F0 42 30 28 11 00 08 F7" } },
	    "{F0 42 30 28 40 00 01 22 F7/F0 42 30 28 11 00 07 F7/}{F0 42 30 28 "
	    "40 00 01 22 F7/F0 42 30 28 11 00 08 F7/}" },
	{ "a store that comes after the gap is none of the dump",
	    { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 42 30 28 40 00 01 22 F7" }, { 100, "" },
		{ 101, "F0 42 30 28 11 00 07 F7" } },
	    "{F0 42 30 28 40 00 01 22 F7/}{F0 42 30 28 11 00 07 F7/}" },
	{ "nor is one that does not follow it directly",
	    { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 42 30 28 40 00 01 22 F7 F0 7E 7F 06 01 F7 F0 42 30 28 "
		   "11 00 07 F7" } },
	    "{F0 42 30 28 40 00 01 22 F7/}-1(F0 7E 7F 06 01 F7){F0 42 30 28 11 "
	    "00 07 F7/}" },
	{ "nor a second one", { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 42 30 28 40 00 01 22 F7 F0 42 30 28 11 00 07 F7 F0 42 "
		   "30 28 11 00 08 F7" } },
	    "{F0 42 30 28 40 00 01 22 F7/F0 42 30 28 11 00 07 F7/}{F0 42 30 28 "
	    "11 00 08 F7/}" },
	{ "nor one of another kind",
	    { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 42 30 28 40 00 01 22 F7 F0 42 30 28 1A 00 07 F7" } },
	    "{F0 42 30 28 40 00 01 22 F7/}{F0 42 30 28 1A 00 07 F7/}" },
	{ "nor one for another unit",
	    { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 42 30 28 40 00 01 22 F7 F0 42 31 28 11 00 07 F7" } },
	    "{F0 42 30 28 40 00 01 22 F7/}{F0 42 31 28 11 00 07 F7/}" },
	{ "two dumps, of which the second is stored",
	    { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 42 30 28 40 00 01 22 F7 F0 42 30 28 40 00 01 22 F7 F0 "
		   "42 30 28 11 00 07 F7" } },
	    "{F0 42 30 28 40 00 01 22 F7/}{F0 42 30 28 40 00 01 22 F7/F0 42 30 "
	    "28 11 00 07 F7/}" },
	{ "a dump that waits for its store ends with the input",
	    { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 42 30 28 40 00 01 22 F7" }, { 1, "!" } },
	    "{F0 42 30 28 40 00 01 22 F7/}" },
	{ "in a group a pair is one of many",
	    { .split = SX_SPLIT_GAP, .gap = 100 * MS },
	    { { 0, "F0 42 30 28 40 00 01 22 F7 F0 42 30 28 11 00 07 F7 F0 42 "
		   "01 F7" } },
	    "{F0 42 30 28 40 00 01 22 F7/F0 42 30 28 11 00 07 F7/F0 42 01 "
	    "F7/}" },
	{ "what waits for an answer in its middle is no damaged dump",
	    { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 44 00 00 70 30" }, { 700, "" }, { 900, "!" } },
	    "-1(F0 44 00 00 70 30)" },
	{ "and a dump when it goes on",
	    { .split = SX_SPLIT_MESSAGE, .gap = 100 * MS },
	    { { 0, "F0 44 00 00 70 30" }, { 700, "" },
		{ 900, "01 02 03 04 05 06 07 08 09 0A 0B F7" } },
	    "{F0 44 00 00 70 30 01 02 03 04 05 06 07 08 09 0A 0B F7/}" },
	{ "a beginning that stalls is handed on", { .split = SX_SPLIT_MESSAGE },
	    { { 0, "F0 42" }, { 600, "" }, { 700, "!" } },
	    "{F0 42/}!end of input" },
	{ "no gap ends a transfer, its end does",
	    { .split = SX_SPLIT_AUTO, .gap = 1000 * MS },
	    { { 0, "F0 42 F7" }, { 100, WSD }, { 100, "[" }, { 200, DAT },
		{ 5000, DAT }, { 5000, EOD }, { 5000, "]" }, { 5100, DAT } },
	    "{F0 42 F7/-1(" WSD ")}{" DAT "/" DAT "/-1(" EOD ")}{" DAT "/}" },
	{ "a transfer that breaks is damaged",
	    { .split = SX_SPLIT_AUTO, .gap = 1000 * MS },
	    { { 0, WSD }, { 0, "[" }, { 200, DAT }, { 5000, RJC },
		{ 5000, "|" }, { 5100, DAT } },
	    "-1(" WSD "){" DAT "/-1(" RJC ")}!interrupted{" DAT "/}" },
	{ "one that begins again, too",
	    { .split = SX_SPLIT_AUTO, .gap = 1000 * MS },
	    { { 0, WSD }, { 0, "[" }, { 200, DAT }, { 300, WSD }, { 300, "[" },
		{ 400, DAT }, { 500, EOD }, { 500, "]" } },
	    "-1(" WSD "){" DAT "/-1(" WSD ")}!interrupted{" DAT "/-1(" EOD
	    ")}" },
	{ "and one whose input ends",
	    { .split = SX_SPLIT_AUTO, .gap = 1000 * MS },
	    { { 0, WSD }, { 0, "[" }, { 200, DAT }, { 9000, "" },
		{ 9000, "!" } },
	    "-1(" WSD "){" DAT "/}!end of input" },
	{ "another maker's dump within is whole",
	    { .split = SX_SPLIT_AUTO, .gap = 1000 * MS },
	    { { 0, WSD }, { 0, "[" }, { 200, DAT }, { 300, "F0 42 F7" },
		{ 1400, "" }, { 1500, DAT }, { 1500, EOD }, { 1500, "]" } },
	    "-1(" WSD "){" DAT "/}!interrupted{F0 42 F7/}{" DAT "/-1(" EOD
	    ")}!interrupted" },
	{ "no transfer: each message is a dump", { .split = SX_SPLIT_MESSAGE },
	    { { 0, WSD }, { 0, "[" }, { 200, DAT }, { 300, DAT },
		{ 300, "|" } },
	    "-1(" WSD "){" DAT "/}{" DAT "/}" },
};

struct result {
	char text[4096];
	size_t pieces;
};

static void
put(struct result *r, const char *text)
{
	assert_true(strlen(r->text) + strlen(text) + 1 < sizeof(r->text));
	strcat(r->text, text);
}

static void
put_bytes(struct result *r, const uint8_t *p, size_t n)
{
	char byte[4];

	for (size_t i = 0; i < n; i++) {
		char last = r->text[0] ? r->text[strlen(r->text) - 1] : '{';

		snprintf(byte, sizeof(byte), "%s%02X",
		    strchr("{/()?", last) != NULL ? "" : " ", p[i]);
		put(r, byte);
	}
}

static void
take_steps(struct sx_collector *c, struct result *r)
{
	struct sx_step s;
	char text[SX_DAMAGE_TEXT];
	uint64_t bytes = 0;

	while (sx_collector_next(c, &s)) {
		if (s.kind == SX_STEP_DATA) {
			assert_true(s.len > 0);
			put(r, s.begins ? "{" : "");
			put_bytes(r, s.data, s.len);
		} else if (s.kind == SX_STEP_MESSAGE) {
			if (s.message->verdict == SX_KEEP) {
				put(r, "/");
				continue;
			}
			snprintf(text, sizeof(text), "-%d(",
			    (int)s.message->verdict);
			put(r, text);
			put_bytes(r, s.message->data, s.message->len);
			put(r, ")");
		} else if (s.kind == SX_STEP_LOSS) {
			put(r, "?");
		} else {
			put(r, "}");
			for (size_t i = 0; i < s.dump->messages; i++) {
				assert_int_equal(s.dump->pieces[i].off, bytes);
				bytes += s.dump->pieces[i].len;
			}
			assert_int_equal(bytes, s.dump->bytes);
			bytes = 0;
			if (sx_damage_text(s.dump->damage, text) != NULL) {
				put(r, "!");
				put(r, text);
			}
		}
	}
}

static void
span_in(struct sx_collector *c, const struct sx_span *span, int ms,
    struct result *r)
{
	struct sx_time t = { .mono = ms * MS, .wall = ms * MS };
	struct sx_err e = { 0 };

	assert_int_equal(sx_collector_span(c, span, t, false, &e), 0);
	take_steps(c, r);
}

/* The previous message begins a transfer, ends it, or breaks it. */
static bool
transfer_in(struct sx_collector *c, const char *text, struct result *r)
{
	static const char marks[] = "[]|";
	const char *mark = text[0] != '\0' ? strchr(marks, text[0]) : NULL;

	if (mark == NULL)
		return false;
	sx_collector_transfer(c, (enum sx_transfer)(mark - marks));
	take_steps(c, r);
	return true;
}

static void
feed(struct sx_collector *c, struct sx_framer *f, const struct arrival *a,
    size_t chunk, struct result *r)
{
	uint8_t in[64];
	size_t n = 0, took;
	char *end;
	struct sx_span span;

	if (transfer_in(c, a->bytes, r))
		return;
	if (a->bytes[0] == '~' || a->bytes[0] == '!') {
		sx_framer_cut(f,
		    a->bytes[0] == '~' ? SX_END_OVERRUN : SX_END_INPUT, &span);
		span_in(c, &span, a->ms, r);
		if (a->bytes[0] == '!')
			sx_collector_cut(c, SX_END_INPUT);
		return;
	}
	for (const char *p = a->bytes; *p != '\0'; p = end)
		in[n++] = (uint8_t)strtoul(p, &end, 16);
	for (size_t pos = 0; pos < n; pos += took) {
		took = sx_framer_feed(
		    f, in + pos, n - pos < chunk ? n - pos : chunk, &span);
		span_in(c, &span, a->ms, r);
	}
	sx_collector_tick(c, (struct sx_time){ a->ms * MS, a->ms * MS });
	take_steps(c, r);
}

static void
test_stories_at_every_chunk_size(void **state)
{
	struct sx_err e = { 0 };

	(void)state;
	for (size_t t = 0; t < sizeof(stories) / sizeof(*stories); t++)
		for (size_t chunk = 1; chunk < 24; chunk++) {
			struct result r = { "", 0 };
			struct sx_framer f;
			struct sx_collector *c =
			    sx_collector_new(&stories[t].rules, &e);

			assert_non_null(c);
			sx_framer_init(&f);
			for (const struct arrival *a = stories[t].in;
			     a->bytes != NULL; a++)
				feed(c, &f, a, chunk, &r);
			sx_collector_flush(c);
			take_steps(c, &r);
			sx_collector_free(c);
			if (strcmp(r.text, stories[t].out) != 0)
				fail_msg("%s, chunks of %zu: %s",
				    stories[t].name, chunk, r.text);
		}
}

static void
test_doubt_damages_a_message_with_whole_framing(void **state)
{
	static const uint8_t bytes[] = { 0xf0, 0x42, 0xf7 };
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_span span = { .kind = SX_SPAN_SYSEX,
		.end = SX_END_WHOLE,
		.first = true,
		.data = bytes,
		.len = 3 };
	struct sx_err e = { 0 };
	struct sx_collector *c = sx_collector_new(&rules, &e);
	struct result r = { "", 0 };

	(void)state;
	assert_int_equal(
	    sx_collector_span(c, &span, (struct sx_time){ 0 }, true, &e), 0);
	take_steps(c, &r);
	assert_string_equal(r.text, "{F0 42 F7/}!overrun");
	sx_collector_free(c);
}

/* A read may return only a clock byte, with a hole beside it. */
static void
test_doubt_about_a_clock_within_a_message(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool doubt;
	} reads[] = { { "\xf8", 1, true }, { "\xf0\x42", 2, false },
		{ "\xf8", 1, true }, { "\xf7", 1, false }, { "\xf8", 1, true },
		{ "\xf0\xf7", 2, false } };
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct sx_collector *c = sx_collector_new(&rules, &e);
	struct result r = { "", 0 };
	struct sx_framer f;
	struct sx_span span;

	(void)state;
	sx_framer_init(&f);
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		assert_int_equal(
		    sx_framer_feed(&f, (const uint8_t *)reads[i].bytes,
			reads[i].len, &span),
		    reads[i].len);
		assert_int_equal(sx_collector_span(c, &span,
				     (struct sx_time){ 0 }, reads[i].doubt, &e),
		    0);
		take_steps(c, &r);
	}
	assert_string_equal(r.text, "?{F0 42 F7/}!overrun?{F0 F7/}");
	sx_collector_free(c);
}

/* Bytes F8..FF inside messages: counted for each one and for the dump. */
static void
test_realtime_bytes_are_counted(void **state)
{
	static const uint8_t bytes[] = { 0xf8, 0xf0, 0xf8, 0x42, 0xfe, 0x01,
		0xff, 0xf7, 0xf8, 0xf0, 0x42, 0xf8, 0xf7, 0xf8 };
	struct sx_rules rules = { .split = SX_SPLIT_GAP, .gap = 1000 };
	struct sx_err e = { 0 };
	struct sx_collector *c = sx_collector_new(&rules, &e);
	size_t pos = 0, inside[2], messages = 0, dumps = 0;
	struct sx_framer f;
	struct sx_span span;
	struct sx_step s;

	(void)state;
	sx_framer_init(&f);
	while (pos < sizeof(bytes) || dumps == 0) {
		if (pos < sizeof(bytes)) {
			pos += sx_framer_feed(
			    &f, bytes + pos, sizeof(bytes) - pos, &span);
			assert_int_equal(sx_collector_span(c, &span,
					     (struct sx_time){ 0 }, false, &e),
			    0);
		} else {
			sx_collector_flush(c);
		}
		while (sx_collector_next(c, &s)) {
			if (s.kind == SX_STEP_MESSAGE && messages < 2)
				inside[messages++] = s.message->realtime;
			if (s.kind == SX_STEP_DUMP) {
				assert_int_equal(s.dump->realtime, 4);
				dumps++;
			}
		}
	}
	assert_int_equal(messages, 2);
	assert_int_equal(inside[0], 3);
	assert_int_equal(inside[1], 1);
	sx_collector_free(c);
}

static void
test_data_is_handed_on_before_the_message_ends(void **state)
{
	uint8_t bytes[SX_TRIAGE_BYTES + 4] = { 0xf0, 0x42 };
	struct sx_rules rules = { .split = SX_SPLIT_GAP, .gap = 1000 };
	struct sx_span span = { .kind = SX_SPAN_SYSEX,
		.first = true,
		.data = bytes,
		.len = SX_TRIAGE_BYTES - 1 };
	struct sx_err e = { 0 };
	struct sx_collector *c = sx_collector_new(&rules, &e);
	struct sx_time t = { 0 };
	struct sx_step s;
	const struct sx_facts *facts;

	(void)state;
	sx_collector_span(c, &span, t, false, &e);
	assert_int_equal(sx_collector_next(c, &s), 0);
	assert_int_equal(sx_collector_open(c, &facts), SX_TRIAGE_BYTES - 1);
	assert_null(facts);
	span.first = false;
	span.len = 1;
	sx_collector_span(c, &span, t, false, &e);
	assert_int_equal(sx_collector_next(c, &s), 1);
	assert_int_equal(s.kind, SX_STEP_DATA);
	assert_true(s.begins);
	assert_int_equal(s.len, SX_TRIAGE_BYTES);
	assert_int_equal(sx_collector_next(c, &s), 0);
	sx_collector_open(c, &facts);
	assert_non_null(facts);
	assert_string_equal(facts->maker, "Korg");
	span.len = 4;
	sx_collector_span(c, &span, t, false, &e);
	assert_int_equal(sx_collector_next(c, &s), 1);
	assert_false(s.begins);
	assert_int_equal(s.len, 4);
	sx_collector_free(c);
}

static void
test_facts_join(void **state)
{
	static const struct {
		enum sx_checksum a, b, want;
	} sums[] = {
		{ SX_CHECKSUM_OK, SX_CHECKSUM_OK, SX_CHECKSUM_OK },
		{ SX_CHECKSUM_OK, SX_CHECKSUM_BAD, SX_CHECKSUM_BAD },
		{ SX_CHECKSUM_BAD, SX_CHECKSUM_NONE, SX_CHECKSUM_BAD },
		{ SX_CHECKSUM_OK, SX_CHECKSUM_UNKNOWN, SX_CHECKSUM_UNKNOWN },
		{ SX_CHECKSUM_OK, SX_CHECKSUM_NONE, SX_CHECKSUM_OK },
		{ SX_CHECKSUM_NONE, SX_CHECKSUM_NONE, SX_CHECKSUM_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sums) / sizeof(*sums); i++) {
		struct sx_facts a = { .slot = 3,
			.checksum = sums[i].a,
			.device = "X",
			.kind = SX_KIND_KIT,
			.trust = SX_TRUST_SEEN,
			.slot_text = "4",
			.name = "SAME" };
		struct sx_facts b = a;

		b.checksum = sums[i].b;
		b.slot = 4;
		b.trust = SX_TRUST_INFERRED;
		snprintf(b.slot_text, sizeof(b.slot_text), "5");
		sx_facts_join(&a, &b);
		assert_int_equal(a.checksum, sums[i].want);
		assert_int_equal(a.slot, -1);
		assert_string_equal(a.slot_text, "");
		assert_string_equal(a.name, "SAME");
		assert_string_equal(a.device, "X");
		assert_int_equal(a.kind, SX_KIND_KIT);
		assert_int_equal(a.trust, SX_TRUST_INFERRED);
	}
}

/* For facts that a sender must obey, a dump has the strictest value of its
 * messages. */
static void
test_facts_join_what_must_be_heeded(void **state)
{
	static const struct sx_facts plain = {
		.unit = 1, .complete = true, .delay_ms = 50
	};
	struct sx_facts a = plain, b = plain;

	(void)state;
	sx_facts_join(&a, &b);
	assert_int_equal(a.unit, 1);
	assert_true(a.complete);
	assert_int_equal(a.delay_ms, 50);
	assert_null(a.danger);
	b = (struct sx_facts){ .unit = 2, .delay_ms = 200, .danger = "erases" };
	sx_facts_join(&a, &b);
	assert_int_equal(a.unit, -1);
	assert_false(a.complete);
	assert_int_equal(a.delay_ms, 200);
	assert_string_equal(a.danger, "erases");
	sx_facts_join(&b, &plain);
	assert_int_equal(b.unit, -1);
	assert_false(b.complete);
	assert_int_equal(b.delay_ms, 200);
	assert_string_equal(b.danger, "erases");
}

/* A pair has the slot of its second message; two pairs have no common slot. */
static void
test_summary(void **state)
{
	static const struct sx_facts tone = { .slot = -1,
		.unit = 1,
		.pair = 1,
		.device = "X",
		.name = "PIANO",
		.checksum = SX_CHECKSUM_NONE };
	struct sx_facts store = tone, other = tone;
	struct sx_summary s = { .dumps = 0 };

	(void)state;
	store.pair = -1;
	store.slot = 7;
	store.name[0] = '\0';
	snprintf(store.slot_text, sizeof(store.slot_text), "A08");
	assert_false(sx_summary_add(&s, &tone));
	assert_int_equal(s.all.slot, -1);
	assert_true(sx_summary_add(&s, &store));
	assert_int_equal(s.dumps, 1);
	assert_int_equal(s.all.slot, 7);
	assert_string_equal(s.all.slot_text, "A08");
	assert_string_equal(s.all.name, "PIANO");
	/* It is already stored: another store does not belong to it. */
	assert_false(sx_summary_add(&s, &store));
	s = (struct sx_summary){ .dumps = 0 };
	sx_summary_add(&s, &tone);
	sx_summary_add(&s, &store);
	other.unit = 2;
	sx_summary_add(&s, &other);
	assert_int_equal(s.all.unit, -1);
	store.unit = 2;
	store.slot = 9;
	assert_true(sx_summary_add(&s, &store));
	assert_int_equal(s.dumps, 2);
	assert_int_equal(s.all.slot, -1);
	assert_string_equal(s.all.name, "PIANO");
}

#define LONG_MESSAGE ((size_t)64 << 20)
#define PIECE	     ((size_t)64 << 10)

/* The result of a long message. */
struct long_result {
	uint64_t bytes; /* handed on as DATA */
	uint64_t sum;
	size_t most; /* memory in use at once, besides that at the start */
	size_t dumps, messages;
	struct sx_message message;
	struct sx_dump dump;
};

static size_t
memory_used(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void
take_long_steps(struct sx_collector *c, struct long_result *r)
{
	struct sx_step s;

	while (sx_collector_next(c, &s)) {
		for (size_t i = 0; s.kind == SX_STEP_DATA && i < s.len; i++)
			r->sum = r->sum * 31 + s.data[i];
		if (s.kind == SX_STEP_DATA)
			r->bytes += s.len;
		if (s.kind == SX_STEP_MESSAGE) {
			r->message = *s.message;
			r->messages++;
		}
		if (s.kind == SX_STEP_DUMP) {
			r->dump = *s.dump;
			r->dumps++;
		}
	}
}

/* Feed head, many data bytes, F7. Returns the sum of all. */
static uint64_t
feed_long(const struct sx_rules *rules, const char *head, size_t nhead,
    bool whole, struct long_result *r)
{
	static uint8_t data[PIECE];
	struct sx_time t = { .mono = 1 };
	struct sx_collector *c;
	struct sx_framer f;
	struct sx_span span;
	struct sx_err e = { 0 };
	size_t before = memory_used(), n, took;
	uint64_t sum = 0;

	*r = (struct long_result){ 0 };
	c = sx_collector_new(rules, &e);
	assert_non_null(c);
	sx_framer_init(&f);
	for (size_t at = 0; at < LONG_MESSAGE; at += n) {
		n = sizeof(data);
		for (size_t i = 0; i < n; i++)
			data[i] = (uint8_t)((at + i * 7) & 0x7f);
		if (at == 0)
			memcpy(data, head, nhead);
		if (at + n >= LONG_MESSAGE && whole)
			data[n - 1] = 0xf7;
		for (size_t i = 0; i < n; i++)
			sum = sum * 31 + data[i];
		for (size_t pos = 0; pos < n; pos += took) {
			took = sx_framer_feed(&f, data + pos, n - pos, &span);
			assert_int_equal(
			    sx_collector_span(c, &span, t, false, &e), 0);
			take_long_steps(c, r);
		}
		if (memory_used() - before > r->most)
			r->most = memory_used() - before;
	}
	sx_framer_cut(&f, SX_END_OVERRUN, &span);
	if (!whole)
		assert_int_equal(sx_collector_span(c, &span, t, false, &e), 0);
	sx_collector_flush(c);
	take_long_steps(c, r);
	sx_collector_free(c);
	return sum;
}

/* Its bytes are passed on, not held, and its facts are those of its head. */
static void
test_a_long_message_takes_little_memory(void **state)
{
	static const char machinedrum[] = "\xf0\x00\x20\x3c\x02\x00\x52";
	const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct long_result r;
	uint64_t sum =
	    feed_long(&rules, machinedrum, sizeof(machinedrum) - 1, true, &r);

	(void)state;
	assert_int_equal(r.bytes, LONG_MESSAGE);
	assert_int_equal(r.sum, sum);
	assert_in_range(r.most, 0, 2 * SX_BUFFERED_MOST + (1 << 20));
	assert_int_equal(r.dumps, 1);
	assert_int_equal(r.dump.bytes, LONG_MESSAGE);
	assert_int_equal(r.dump.damage.kind, SX_DAMAGE_NONE);
	assert_null(r.message.data);
	assert_string_equal(r.message.facts.device, "Machinedrum");
	assert_int_not_equal(r.message.facts.checksum, SX_CHECKSUM_OK);
}

/* No transport message is that long: it is kept, although it is not a dump by
 * its head. */
static void
test_a_long_message_that_is_no_dump_is_kept(void **state)
{
	static const char universal[] = "\xf0\x7f\x7f\x06\x01";
	const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct long_result r;
	uint64_t sum =
	    feed_long(&rules, universal, sizeof(universal) - 1, false, &r);

	(void)state;
	assert_int_equal(r.bytes, LONG_MESSAGE);
	assert_int_equal(r.sum, sum);
	assert_in_range(r.most, 0, 2 * SX_BUFFERED_MOST + (1 << 20));
	assert_int_equal(r.dump.damage.kind, SX_DAMAGE_OVERRUN);
}

/* A message of another maker is not held either. */
static void
test_a_long_message_of_another_maker(void **state)
{
	static const char *const makers[] = { "jomox" };
	const struct sx_rules rules = {
		.split = SX_SPLIT_MESSAGE, .makers = makers, .nmakers = 1
	};
	struct long_result r;

	(void)state;
	feed_long(&rules, "\xf0\x42\x30", 3, false, &r);
	assert_int_equal(r.bytes, 0);
	assert_int_equal(r.messages, 1);
	assert_int_equal(r.message.verdict, SX_OTHER_MAKER);
	assert_int_equal(r.message.len, LONG_MESSAGE);
	assert_in_range(r.most, 0, 2 * SX_BUFFERED_MOST + (1 << 20));
}

/* A dump of very many messages: those beyond the limit have no piece. */
static void
test_a_dump_of_many_messages_takes_little_memory(void **state)
{
	static const uint8_t message[] = { 0xf0, 0x7d, 0xf7 };
	const struct sx_rules rules = { .split = SX_SPLIT_GAP, .gap = 1000 };
	const size_t many = 20 * SX_PIECES_MOST;
	size_t before = memory_used();
	struct long_result r = { 0 };
	struct sx_framer f;
	struct sx_span span;
	struct sx_err e = { 0 };
	struct sx_collector *c = sx_collector_new(&rules, &e);

	(void)state;
	assert_non_null(c);
	sx_framer_init(&f);
	for (size_t i = 0; i < many; i++) {
		sx_framer_feed(&f, message, sizeof(message), &span);
		assert_int_equal(sx_collector_span(c, &span,
				     (struct sx_time){ 0 }, false, &e),
		    0);
		take_long_steps(c, &r);
	}
	assert_in_range(memory_used() - before, 0,
	    2 * SX_PIECES_MOST * sizeof(struct sx_piece));
	sx_collector_flush(c);
	take_long_steps(c, &r);
	assert_int_equal(r.dump.messages, many);
	assert_int_equal(r.dump.bytes, many * sizeof(message));
	assert_int_equal(sx_dump_pieces(&r.dump), SX_PIECES_MOST);
	sx_collector_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stories_at_every_chunk_size),
		cmocka_unit_test(
		    test_doubt_damages_a_message_with_whole_framing),
		cmocka_unit_test(test_doubt_about_a_clock_within_a_message),
		cmocka_unit_test(
		    test_data_is_handed_on_before_the_message_ends),
		cmocka_unit_test(test_realtime_bytes_are_counted),
		cmocka_unit_test(test_facts_join),
		cmocka_unit_test(test_facts_join_what_must_be_heeded),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_a_long_message_takes_little_memory),
		cmocka_unit_test(test_a_long_message_that_is_no_dump_is_kept),
		cmocka_unit_test(test_a_long_message_of_another_maker),
		cmocka_unit_test(
		    test_a_dump_of_many_messages_takes_little_memory),
	};

	return cmocka_run_group_tests_name("dump", tests, NULL, NULL);
}
