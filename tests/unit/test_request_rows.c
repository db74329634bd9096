/* SPDX-License-Identifier: ISC */
/* The rows of requests: their bytes and answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sysex/layout.h"
#include "request_help.h"
#include "request_table.h"
#include "sxlib/instrument.h"

/* The request for the second slot, or the only one, as documented, and the
 * beginning of its answer. */
static const struct {
	const char *device, *what, *request, *answer;
} asked[] = {
	{ "Machinedrum", "pattern", "F0 00 20 3C 02 00 68 01 F7",
	    "F0 00 20 3C 02 00 67 03 01 01" },
	{ "Machinedrum", "kit", "F0 00 20 3C 02 00 53 01 F7",
	    "F0 00 20 3C 02 00 52 04 01 01" },
	{ "Machinedrum", "song", "F0 00 20 3C 02 00 6A 01 F7",
	    "F0 00 20 3C 02 00 69 02 02 01" },
	{ "Machinedrum", "global", "F0 00 20 3C 02 00 51 01 F7",
	    "F0 00 20 3C 02 00 50 06 01 01" },
	{ "Monomachine", "pattern", "F0 00 20 3C 03 00 68 01 F7",
	    "F0 00 20 3C 03 00 67 05 01 01" },
	{ "Monomachine", "waveform", "F0 00 20 3C 03 00 5E 01 F7",
	    "F0 00 20 3C 03 00 5D 01 01 01" },
	{ "Analog Four", "pattern",
	    "F0 00 20 3C 06 00 64 01 01 01 00 00 00 05 F7",
	    "F0 00 20 3C 06 00 54 01 01 01" },
	{ "Analog Rytm", "kit", "F0 00 20 3C 07 00 62 01 01 01 00 00 00 05 F7",
	    "F0 00 20 3C 07 00 52 01 01 01" },
	{ "Analog Rytm", "kit-buffer",
	    "F0 00 20 3C 07 00 68 01 01 00 00 00 00 05 F7",
	    "F0 00 20 3C 07 00 58 01 01 00" },
	{ "Analog Rytm", "settings",
	    "F0 00 20 3C 07 00 66 01 01 00 00 00 00 05 F7",
	    "F0 00 20 3C 07 00 56 01 01 00" },
	{ "Digitakt", "pattern", "F0 00 20 3C 0A 00 60 01 01 01 00 00 00 05 F7",
	    "F0 00 20 3C 0A 00 50 01 01 01" },
	{ "Digitakt II", "sound",
	    "F0 00 20 3C 14 00 63 01 01 01 00 00 00 05 F7",
	    "F0 00 20 3C 14 00 53 01 01 01" },
	{ "M1", "programs", "F0 42 30 19 1C 00 F7", "F0 42 30 19 4C" },
	{ "M1", "combinations", "F0 42 30 19 1D 00 F7", "F0 42 30 19 4D" },
	{ "M1", "everything", "F0 42 30 19 0F 00 F7", "F0 42 30 19 50" },
	{ "minilogue xd", "preset", "F0 42 30 00 01 51 1C 01 00 F7",
	    "F0 42 30 00 01 51 4C 01 00" },
	{ "DX21 / TX81Z / DX11", "bank", "F0 43 20 04 F7", "F0 43 00 04 20" },
	{ "Blofeld", "preset", "F0 3E 13 7F 00 00 01 F7",
	    "F0 3E 13 05 10 00 01" },
	{ "Blofeld", "global", "F0 3E 13 7F 04 F7", "F0 3E 13 00 14 00" },
	{ "Virus", "single", "F0 00 20 33 01 10 30 01 01 F7",
	    "F0 00 20 33 01 00 10 01 01" },
	{ "Prophet '08", "preset", "F0 01 23 05 00 01 F7",
	    "F0 01 23 02 00 01" },
	{ "Mopho", "buffer", "F0 01 25 06 F7", "F0 01 25 03 00" },
	{ "Tetra", "preset", "F0 01 26 05 00 01 F7", "F0 01 26 02 00 01" },
	{ "Tetra", "combo", "F0 01 26 21 01 F7", "F0 01 26 22 01" },
	{ "Tetra", "combo-buffer", "F0 01 26 38 F7", "F0 01 26 37" },
	{ "Prophet 12", "preset", "F0 01 2A 05 00 01 F7", "F0 01 2A 02 00 01" },
	{ "Prophet Rev2", "preset", "F0 01 2F 05 00 01 F7",
	    "F0 01 2F 02 00 01" },
	{ "Prophet X", "preset", "F0 01 30 05 00 01 F7", "F0 01 30 02 00 01" },
	{ "Prophet X", "buffer", "F0 01 30 06 F7", "F0 01 30 03" },
	{ "Pro 3", "preset", "F0 01 31 05 00 01 F7", "F0 01 31 02 00 01" },
	{ "Voyager", "bank", "F0 04 01 00 04 F7", "F0 04 01 00 01" },
	{ "Voyager", "preset", "F0 04 01 00 06 01 F7", "F0 04 01 00 03 01" },
	{ "Voyager", "buffer", "F0 04 01 00 05 F7", "F0 04 01 00 02" },
	{ "ESQ-1", "bank", "F0 0F 02 00 0A F7", "F0 0F 02 00 02" },
	{ "ESQ-1", "buffer", "F0 0F 02 00 09 F7", "F0 0F 02 00 01" },
	{ "Matrix-6 / Matrix-1000", "patch", "F0 10 06 04 01 01 F7",
	    "F0 10 06 01 01" },
	{ "Matrix-6 / Matrix-1000", "master", "F0 10 06 04 03 00 F7",
	    "F0 10 06 03 03" },
	{ "Proteus/1", "preset", "F0 18 04 00 00 41 00 F7",
	    "F0 18 04 00 01 41 00" },
	{ "Proteus/1", "tuning", "F0 18 04 00 04 F7", "F0 18 04 00 05" },
	{ "Proteus/1", "program-map", "F0 18 04 00 06 F7", "F0 18 04 00 07" },
	{ "Microwave II / XT", "preset", "F0 3E 0E 7F 00 00 01 7F F7",
	    "F0 3E 0E 00 10 00 01" },
	{ "Microwave II / XT", "multi", "F0 3E 0E 7F 01 00 01 7F F7",
	    "F0 3E 0E 00 11 00 01" },
	{ "Microwave II / XT", "global", "F0 3E 0E 7F 04 00 F7",
	    "F0 3E 0E 00 14" },
	{ "Microwave II / XT", "buffer", "F0 3E 0E 7F 00 20 00 7F F7",
	    "F0 3E 0E 00 10 20 00" },
	{ "K1", "single", "F0 40 00 00 00 03 00 01 F7",
	    "F0 40 00 20 00 03 00 01" },
	{ "K1", "multi", "F0 40 00 00 00 03 00 41 F7",
	    "F0 40 00 20 00 03 00 41" },
	{ "K1", "singles-i", "F0 40 00 01 00 03 00 20 F7",
	    "F0 40 00 21 00 03 00 20" },
	{ "K4", "single", "F0 40 00 00 00 04 00 01 F7",
	    "F0 40 00 20 00 04 00 01" },
	{ "K4", "multi", "F0 40 00 00 00 04 00 41 F7",
	    "F0 40 00 20 00 04 00 41" },
	{ "K4", "effect", "F0 40 00 00 00 04 01 01 F7",
	    "F0 40 00 20 00 04 01 01" },
	{ "K4", "drum", "F0 40 00 00 00 04 01 20 F7",
	    "F0 40 00 20 00 04 01 20" },
	{ "microKORG / MS2000", "programs", "F0 42 30 58 1C F7",
	    "F0 42 30 58 4C" },
	{ "microKORG / MS2000", "global", "F0 42 30 58 0E F7",
	    "F0 42 30 58 51" },
	{ "microKORG / MS2000", "everything", "F0 42 30 58 0F F7",
	    "F0 42 30 58 50" },
	{ "microKORG / MS2000", "buffer", "F0 42 30 58 10 F7",
	    "F0 42 30 58 40" },
	{ "Wavestation", "performance", "F0 42 30 28 19 00 01 F7",
	    "F0 42 30 28 49 00 01" },
	{ "Wavestation", "patch", "F0 42 30 28 10 00 01 F7",
	    "F0 42 30 28 40 00 01" },
	{ "Wavestation", "sequences", "F0 42 30 28 0C 01 F7",
	    "F0 42 30 28 54 01" },
	{ "minilogue", "preset", "F0 42 30 00 01 2C 1C 01 00 F7",
	    "F0 42 30 00 01 2C 4C 01 00" },
	{ "minilogue", "global", "F0 42 30 00 01 2C 0E F7",
	    "F0 42 30 00 01 2C 51" },
	{ "minilogue", "buffer", "F0 42 30 00 01 2C 10 F7",
	    "F0 42 30 00 01 2C 40" },
	{ "DX7", "bank", "F0 43 20 09 F7", "F0 43 00 09 20 00" },
	{ "DX7", "supplement", "F0 43 20 06 F7", "F0 43 00 06 08 60" },
	{ "DX7", "performances", "F0 43 20 7E 4C 4D 20 20 38 39 37 33 50 4D F7",
	    "F0 43 00 7E 0C 6A 4C 4D 20 20 38 39 37 33 50 4D" },
	{ "DX7", "system", "F0 43 20 7E 4C 4D 20 20 38 39 37 33 53 20 F7",
	    "F0 43 00 7E 00 5F 4C 4D 20 20 38 39 37 33 53 20" },
	{ "DX7", "buffer", "F0 43 20 00 F7", "F0 43 00 00 01 1B" },
	{ "Bass Station II", "preset", "F0 00 20 29 00 33 00 41 01 F7",
	    "F0 00 20 29 00 33 00 01 01" },
	{ "Bass Station II", "buffer", "F0 00 20 29 00 33 00 40 F7",
	    "F0 00 20 29 00 33 00 00 00" },
	{ "Andromeda", "preset", "F0 00 00 0E 1D 01 00 01 F7",
	    "F0 00 00 0E 1D 00 00 01" },
	{ "Andromeda", "global", "F0 00 00 0E 1D 09 00 F7",
	    "F0 00 00 0E 1D 08" },
	{ "Andromeda", "buffer", "F0 00 00 0E 1D 03 10 F7",
	    "F0 00 00 0E 1D 02 10" },
	/* 128 - (08 + 02 + 01 + 76) = 7F */
	{ "MT-32 / D-10 / D-110", "timbre",
	    "F0 41 10 16 11 08 02 00 00 01 76 7F F7", NULL },
	{ "MT-32 / D-10 / D-110", "patches",
	    "F0 41 10 16 11 05 00 00 00 08 00 73 F7", NULL },
	/* As sent to an XP-60, except for the address. */
	{ "JV-1080", "patch", "F0 41 10 6A 11 11 01 00 00 00 00 18 00 56 F7",
	    NULL },
	{ "JV-80 / JV-880", "patch",
	    "F0 41 10 46 11 01 41 20 00 00 00 0C 00 12 F7", NULL },
};

static size_t
bytes_of(const char *text, uint8_t *out)
{
	size_t n = 0;
	char *end;

	for (; *text != '\0'; text = end + (*end == ' '))
		out[n++] = (uint8_t)strtoul(text, &end, 16);
	return n;
}

static void
test_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(asked); i++) {
		uint8_t want[SX_REQUEST_BYTES];
		size_t n = bytes_of(asked[i].request, want);
		struct sx_request q =
		    second_of(row_of(asked[i].device, asked[i].what));

		if (q.len != n || memcmp(q.msg, want, n) != 0)
			fail_msg("%s, %s: not %s", asked[i].device,
			    asked[i].what, asked[i].request);
	}
}

/* The bytes sent equal those of other programs, for many instruments. */
static void
test_table(void **state)
{
	size_t devices = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY(request_table); i++) {
		uint8_t want[SX_REQUEST_WIRE + 64], wire[SX_REQUEST_WIRE];
		size_t n = bytes_of(request_table[i].bytes, want), got, ns = 0;
		struct sx_request_row row =
		    row_of(request_table[i].device, request_table[i].what);
		struct sx_request q;
		long *slots = NULL;

		if (request_table[i].slot[0] != '\0')
			assert_int_equal(
			    sx_slots_parse(&row.slots, request_table[i].slot,
				&slots, &ns, NULL),
			    0);
		sx_request_make(
		    &row, ns == 1 ? slots[0] : -1, request_table[i].unit, &q);
		free(slots);
		got = sx_request_wire(&q, wire);
		if (got != n || memcmp(wire, want, n) != 0)
			fail_msg("%s %s %s: not %s", request_table[i].device,
			    request_table[i].what, request_table[i].slot,
			    request_table[i].bytes);
		devices += i == 0 || strcmp(request_table[i].device,
					 request_table[i - 1].device) != 0;
	}
	assert_true(devices >= 80);
}

/* Make an answer of 60 bytes with this beginning. */
static size_t
answer_of(const char *begin, uint8_t msg[64])
{
	size_t n = bytes_of(begin, msg);

	memset(msg + n, 0x11, 60 - n);
	msg[59] = 0xf7;
	return 60;
}

static void
test_answers(void **state)
{
	uint8_t msg[64];
	long slot;

	(void)state;
	for (size_t i = 0; i < ARRAY(asked); i++) {
		const struct sx_request_row of =
		    row_of(asked[i].device, asked[i].what);
		const struct sx_request_row *row = &of;
		struct sx_request q = second_of(of), back;
		struct sx_facts facts;
		struct sx_received got = { 0 };
		size_t n;

		if (asked[i].answer == NULL)
			continue;
		n = answer_of(asked[i].answer, msg);
		assert_int_equal(
		    sx_request_judge(&q, msg, n, &got, &slot), SX_ANSWER_WHOLE);
		assert_int_equal(slot, row->slots.count > 0 ? 1 : -1);
		/* The dump yields its request again. */
		sx_device_decode(NULL, msg, n, &facts);
		assert_string_equal(facts.device, row->device);
		if (facts.kind != row->kind)
			fail_msg("%s, %s: its answer is a %s", row->device,
			    row->what, sx_kind_text(facts.kind));
		assert_true(
		    sx_request_for_message(NULL, msg, n, &facts, &back));
		assert_string_equal(back.row.device, row->device);
		assert_string_equal(back.row.what, row->what);
		assert_int_equal(back.slot, q.slot);
		/* Its own request is not an answer, nor is a cut or a different
		 * one. */
		assert_int_equal(sx_request_judge(&q, q.msg, q.len, &got, NULL),
		    SX_ANSWER_NOT);
		assert_int_equal(sx_request_judge(&q, msg, n - 1, &got, NULL),
		    SX_ANSWER_NOT);
		if (row->slots.count < 3)
			continue;
		sx_request_make(row, 2, -1, &q);
		assert_int_equal(
		    sx_request_judge(&q, msg, n, &got, &slot), SX_ANSWER_OTHER);
		assert_int_equal(slot, 1);
	}
}

/* The device, kind and slot of a row must match those of its messages, or
 * neither --resume nor file names would work. */
static void
test_rows(void **state)
{
	struct sx_request_row row, other;
	struct sx_instrument in;

	(void)state;
	for (size_t i = 0; sx_request_row(NULL, i, &row); i++) {
		struct sx_request q = second_of(row);
		size_t found = 0;

		for (size_t k = 0; sx_instrument(NULL, k, &in); k++)
			found += strcmp(in.row.device, row.device) == 0 &&
				 in.row.maker == row.maker;
		assert_int_equal(found, 1);
		assert_non_null(row.source);
		assert_true(row.trust >= SX_TRUST_INFERRED);
		/* A program change alone, or SysEx. */
		assert_true(q.len == 0 ? q.before_len > 1
				       : q.len >= 4 && q.len <= sizeof(q.msg));
		assert_true(q.len == 0 ||
			    (q.msg[0] == 0xf0 && q.msg[q.len - 1] == 0xf7));
		for (size_t k = 1; k + 1 < q.len; k++)
			assert_true(q.msg[k] < 0x80);
		for (size_t k = 0; sx_request_row(NULL, k, &other); k++)
			assert_true(k == i ||
				    strcmp(row.device, other.device) != 0 ||
				    strcmp(row.what, other.what) != 0);
	}
}

/* Each slot of each row has a different request, and is recognized in the
 * answer. */
static void
test_every_slot(void **state)
{
	struct sx_request_row of, *row = &of;
	uint8_t msg[64];

	(void)state;
	for (size_t i = 0; sx_request_row(NULL, i, row); i++) {
		uint8_t wire[SX_REQUEST_WIRE], last[SX_REQUEST_WIRE];
		struct sx_request q;
		char text[SX_SLOT_TEXT];

		for (long s = 0; s < row->slots.count; s++) {
			long *list = NULL;
			size_t n = 0;

			sx_request_make(row, s, -1, &q);
			n = sx_request_wire(&q, wire);
			if (s > 0)
				assert_memory_not_equal(wire, last, n);
			memcpy(last, wire, n);
			n = 0;
			sx_slot_text(&row->slots, s, text);
			assert_int_equal(
			    sx_slots_parse(&row->slots, text, &list, &n, NULL),
			    0);
			assert_int_equal(n, 1);
			assert_int_equal(list[0], s);
			free(list);
		}
	}
	/* Banks: A128 and B001 of a Blofeld. */
	of = row_of("Blofeld", "preset");
	answer_of("F0 3E 13 00 10 01 00", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), 128);
	answer_of("F0 3E 13 00 10 7F 00", msg); /* an edit buffer */
	assert_int_equal(sx_request_slot_of(row, msg, 60), -1);
	of = row_of("Virus", "single");
	answer_of("F0 00 20 33 01 00 10 02 05", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), 133);
	answer_of("F0 00 20 33 01 00 10 00 05", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), -1);
	of = row_of("Wavestation", "patch");
	answer_of("F0 42 30 28 40 01 22", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), 69);
	answer_of("F0 42 30 28 40 04 00", msg); /* RAM3 */
	assert_int_equal(sx_request_slot_of(row, msg, 60), -1);
	/* 99 programs per bank, where others have 128. */
	of = row_of("Prophet 12", "preset");
	answer_of("F0 01 2A 02 01 00", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), 99);
	answer_of("F0 01 2A 02 00 63", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), -1);
	/* A preset in ROM, one of another bank, and a multi instead of a
	 * single. */
	of = row_of("Proteus/1", "preset");
	answer_of("F0 18 04 00 01 3F 00", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), -1);
	of = row_of("Andromeda", "preset");
	answer_of("F0 00 00 0E 1D 00 01 00", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), -1);
	of = row_of("K1", "single");
	answer_of("F0 40 00 20 00 03 00 40", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), -1);
}

#define ANSWER_MOST 65536 /* bytes; samplers send longer ones */

/* Make the answer to a request for this slot, with the longest length. */
static size_t
answer_for(
    const struct sx_request_row *row, long slot, uint8_t msg[ANSWER_MOST])
{
	size_t most = row->most != 0 ? row->most : 600;
	size_t n = most < ANSWER_MOST ? most : ANSWER_MOST;

	memset(msg, 0, n);
	memcpy(msg, row->ask.answer.value, SX_TRIAGE_BYTES);
	msg[n - 1] = 0xf7;
	sx_slot_put(&row->ask.found, msg, n, slot);
	return n;
}

/* The slot of a dump has the same name when shown, requested and sent to. */
static void
test_slots_have_one_name(void **state)
{
	static uint8_t msg[ANSWER_MOST];
	struct sx_request_row of, *row = &of;
	char want[SX_SLOT_TEXT], shown[SX_SLOT_TEXT];
	struct sx_facts facts;
	size_t n, seen = 0;

	(void)state;
	for (size_t i = 0; sx_request_row(NULL, i, row); i++) {
		const long last = row->slots.count - 1;
		const long slots[] = { 0, 1, last / 2, last };

		if (row->ask.range.span != 0 || row->ask.found.low == 0)
			continue;
		for (size_t k = 0; last >= 0 && k < 4; k++) {
			n = answer_for(row, slots[k], msg);
			sx_device_decode(NULL, msg, n, &facts);
			if (facts.slot == -1)
				continue;
			seen++;
			sx_slot_text(&row->slots, slots[k], want);
			snprintf(shown, sizeof(shown), "%ld", facts.slot);
			if (facts.slot_text[0] != '\0')
				snprintf(shown, sizeof(shown), "%s",
				    facts.slot_text);
			if (strcmp(shown, want) != 0)
				fail_msg("%s %s: slot %ld is '%s', shown as "
					 "'%s'",
				    row->device, row->what, slots[k], want,
				    shown);
		}
	}
	assert_true(seen > 100);
}

/* Rows that fetch edit buffers, stored nowhere, and other rows of the same
 * units. */
static void
test_buffers(void **state)
{
	static const struct {
		const char *device, *what;
		bool buffer;
	} rows[] = { { "Prophet '08", "buffer", true },
		{ "Prophet '08", "preset", false },
		{ "Prophet '08", "global", false },
		{ "Machinedrum", "kit", false } };
	struct sx_request_row row;
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; sx_request_row(NULL, i, &row); i++)
		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
			if (strcmp(row.device, rows[k].device) == 0 &&
			    strcmp(row.what, rows[k].what) == 0) {
				assert_int_equal(
				    sx_request_is_buffer(NULL, &row),
				    rows[k].buffer);
				seen++;
			}
	assert_int_equal(seen, sizeof(rows) / sizeof(rows[0]));
	row = (struct sx_request_row){ .what = NULL };
	assert_false(sx_request_is_buffer(NULL, &row));
}

/* Consecutive dumps of several makers: of an edit buffer, or not. */
static void
test_dumps_of_buffers(void **state)
{
	static const struct {
		const char *begin;
		int buffer, untold;
	} dumps[] = {
		{ "F0 42 30 00 01 2C 40 00", 1, 0 },	/* minilogue, program */
		{ "F0 42 30 00 01 2C 4C 05 00", 0, 0 }, /* the same in a slot */
		{ "F0 42 30 00 01 2C 51", 0, 0 },	/* its settings */
		{ "F0 01 23 03", 1, 0 },		/* Prophet '08 */
		{ "F0 01 23 02 00 01", 0, 0 },
		{ "F0 42 30 00 01 2C 40 00", 1, 0 },
		{ "F0 41 10 16 12 05 02 00 00", 0, 0 }, /* MT-32, an address */
		{ "F0 43 00 00 01 1B", 0, 0 }, /* DX7: no request is known */
		{ "F0 7D 01", 0, 0 },	       /* no maker */
		{ "F0 01 23 03", 1, 0 },
		{ "F0 44 00 00 70 30", 0, 1 }, /* CZ, a tone */
		{ "F0 42 30 00 01 2C 40 00", 1, 0 },
	};
	struct sx_edit_buffers b = { .user = NULL };
	struct sx_err e = { 0 };
	struct sx_facts facts;
	uint8_t msg[64];
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY(dumps); i++) {
		n = answer_of(dumps[i].begin, msg);
		sx_device_decode(NULL, msg, n, &facts);
		assert_int_equal(sx_edit_buffers_have(&b, msg, n, &facts, &e),
		    dumps[i].buffer);
		assert_int_equal(sx_edit_buffers_untold(&b, msg, n, &facts, &e),
		    dumps[i].untold);
	}
	for (size_t i = 0; i < ARRAY(asked); i++) {
		struct sx_request q;

		if (asked[i].answer == NULL)
			continue;
		n = answer_of(asked[i].answer, msg);
		sx_device_decode(NULL, msg, n, &facts);
		assert_true(sx_request_for_message(NULL, msg, n, &facts, &q));
		assert_int_equal(sx_edit_buffers_have(&b, msg, n, &facts, &e),
		    sx_request_is_buffer(NULL, &q.row));
	}
	sx_edit_buffers_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slots_have_one_name),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_slot),
		cmocka_unit_test(test_buffers),
		cmocka_unit_test(test_dumps_of_buffers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
