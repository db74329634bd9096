/* SPDX-License-Identifier: ISC */
/* Requests: the bytes of each row, slots as people write them, what answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/request.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* The request for the second slot, or for the only one, as the documents print
 * it, and the beginning of what answers that. */
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
	/* 128 - (08 + 02 + 01 + 76) = 7F */
	{ "MT-32 / D-10 / D-110", "timbre",
	    "F0 41 10 16 11 08 02 00 00 01 76 7F F7", NULL },
	{ "MT-32 / D-10 / D-110", "patches",
	    "F0 41 10 16 11 05 00 00 00 08 00 73 F7", NULL },
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

static const struct sx_request_row *
row_of(const char *device, const char *what)
{
	const struct sx_request_row *row;

	for (size_t i = 0; (row = sx_request_row(i)) != NULL; i++)
		if (strcmp(row->device, device) == 0 &&
		    strcmp(row->what, what) == 0)
			return row;
	fail_msg("no row: %s, %s", device, what);
	return NULL;
}

static struct sx_request
second_of(const struct sx_request_row *row)
{
	struct sx_request q;

	sx_request_make(row, row->slots.count > 0 ? 1 : -1, -1, &q);
	return q;
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

/* An answer of 60 bytes that begins so. */
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
		const struct sx_request_row *row =
		    row_of(asked[i].device, asked[i].what);
		struct sx_request q = second_of(row), back;
		struct sx_facts facts;
		size_t got = 0, n;

		if (asked[i].answer == NULL)
			continue;
		n = answer_of(asked[i].answer, msg);
		assert_int_equal(
		    sx_request_judge(&q, msg, n, &got, &slot), SX_ANSWER_WHOLE);
		assert_int_equal(slot, row->slots.count > 0 ? 1 : -1);
		/* The dump leads back to its request. */
		sx_device_decode(NULL, msg, n, &facts);
		assert_true(sx_request_for_message(msg, n, &facts, &back));
		assert_ptr_equal(back.row, row);
		assert_int_equal(back.slot, q.slot);
		/* Its own request is no answer, nor a cut or another one. */
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

/* What a row says of a device must be what its messages are known as, or
 * neither --resume nor the file names fit. */
static void
test_rows(void **state)
{
	const struct sx_request_row *row, *other;
	const struct sx_device_row *const *devices;
	size_t n;

	(void)state;
	devices = sx_device_rows(&n);
	for (size_t i = 0; (row = sx_request_row(i)) != NULL; i++) {
		struct sx_request q = second_of(row);
		size_t found = 0;

		for (size_t k = 0; k < n; k++)
			found += strcmp(devices[k]->device, row->device) == 0 &&
				 devices[k]->maker == row->maker;
		assert_int_equal(found, 1);
		assert_non_null(row->source);
		assert_true(row->trust >= SX_TRUST_INFERRED);
		assert_true(q.len >= 5 && q.len <= sizeof(q.msg));
		assert_int_equal(q.msg[0], 0xf0);
		assert_int_equal(q.msg[q.len - 1], 0xf7);
		for (size_t k = 1; k + 1 < q.len; k++)
			assert_true(q.msg[k] < 0x80);
		for (size_t k = 0; (other = sx_request_row(k)) != NULL; k++)
			assert_true(k == i ||
				    strcmp(row->device, other->device) != 0 ||
				    strcmp(row->what, other->what) != 0);
	}
}

/* Each slot of each row is asked for by other bytes, and known again. */
static void
test_every_slot(void **state)
{
	const struct sx_request_row *row;
	uint8_t msg[64];

	(void)state;
	for (size_t i = 0; (row = sx_request_row(i)) != NULL; i++) {
		struct sx_request before, q;
		char text[SX_SLOT_TEXT];

		for (long s = 0; s < row->slots.count; s++) {
			long *list = NULL;
			size_t n = 0;

			sx_request_make(row, s, -1, &q);
			if (s > 0)
				assert_memory_not_equal(
				    q.msg, before.msg, q.len);
			before = q;
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
	row = row_of("Blofeld", "preset");
	answer_of("F0 3E 13 00 10 01 00", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), 128);
	answer_of("F0 3E 13 00 10 7F 00", msg); /* an edit buffer */
	assert_int_equal(sx_request_slot_of(row, msg, 60), -1);
	row = row_of("Virus", "single");
	answer_of("F0 00 20 33 01 00 10 02 05", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), 133);
	answer_of("F0 00 20 33 01 00 10 00 05", msg);
	assert_int_equal(sx_request_slot_of(row, msg, 60), -1);
}

static const struct sx_slots patterns = { 128, 1, 16, 2 };
static const struct sx_slots kits = { 64, 1, 0, 0 };
static const struct sx_slots zero = { 128, 0, 0, 0 };
static const struct sx_slots none;

static const struct {
	const struct sx_slots *slots;
	const char *text, *want; /* want: numbers, or NULL if it is wrong */
} written[] = {
	{ &patterns, "A01", "0" },
	{ &patterns, "a1", "0" },
	{ &patterns, "H16", "127" },
	{ &patterns, "A15-B02", "14 15 16 17" },
	{ &patterns, "A01-3", "0 1 2" },
	{ &patterns, "B2-3,A1", "17 18 0" },
	{ &patterns, "A1,A1-A2,A1", "0 1" },
	{ &patterns, "H",
	    "112 113 114 115 116 117 118 119 120 121 122 123 "
	    "124 125 126 127" },
	{ &patterns, "", NULL },
	{ &patterns, "A00", NULL },
	{ &patterns, "A17", NULL },
	{ &patterns, "I01", NULL },
	{ &patterns, "1", NULL },
	{ &patterns, "A01-", NULL },
	{ &patterns, "-A01", NULL },
	{ &patterns, "A02-A01", NULL },
	{ &patterns, "A01,", NULL },
	{ &patterns, "A01 ", NULL },
	{ &patterns, "A99999999999999999999", NULL },
	{ &kits, "1", "0" },
	{ &kits, "01", "0" },
	{ &kits, "63-64", "62 63" },
	{ &kits, "0", NULL },
	{ &kits, "65", NULL },
	{ &kits, "60-65", NULL },
	{ &kits, "A01", NULL },
	{ &kits, "-1", NULL },
	{ &kits, "+1", NULL },
	{ &zero, "0,127", "0 127" },
	{ &zero, "128", NULL },
	{ &none, "1", NULL },
	{ &none, "all", NULL },
};

static void
test_slots(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(written); i++) {
		char got[512] = "";
		struct sx_err e = { 0 };
		long *list = NULL;
		size_t n = 0;
		int rc = sx_slots_parse(
		    written[i].slots, written[i].text, &list, &n, &e);

		for (size_t k = 0; k < n; k++)
			snprintf(got + strlen(got), sizeof(got) - strlen(got),
			    "%s%ld", k > 0 ? " " : "", list[k]);
		free(list);
		if ((rc == 0) != (written[i].want != NULL) ||
		    (rc == 0 && strcmp(got, written[i].want) != 0))
			fail_msg("'%s': %d, %s", written[i].text, rc, got);
		if (rc == -1)
			assert_int_equal(e.code, SX_EUSAGE);
	}
}

/* DT1s of 256 bytes for 1024: F0 41 10 16 12 address data checksum F7. */
static size_t
packet(unsigned i, uint8_t msg[300])
{
	const uint8_t head[] = { 0xf0, 0x41, 0x10, 0x16, 0x12, 0x05,
		(uint8_t)(2 * i), 0x00 };

	memcpy(msg, head, sizeof(head));
	memset(msg + sizeof(head), 0x22, 257);
	msg[265] = 0xf7;
	return 266;
}

static void
test_pieces(void **state)
{
	static const struct {
		int order[6];
		enum sx_answer want[6];
	} runs[] = {
		{ { 0, 1, 2, 3, -1, -1 },
		    { SX_ANSWER_PIECE, SX_ANSWER_PIECE, SX_ANSWER_PIECE,
			SX_ANSWER_WHOLE } },
		{ { 0, 2, 3, -1, -1, -1 },
		    { SX_ANSWER_PIECE, SX_ANSWER_ODD, SX_ANSWER_ODD } },
		{ { 0, 0, 1, -1, -1, -1 },
		    { SX_ANSWER_PIECE, SX_ANSWER_ODD, SX_ANSWER_PIECE } },
		{ { 1, -1, -1, -1, -1, -1 }, { SX_ANSWER_ODD } },
		{ { 4, -1, -1, -1, -1, -1 }, { SX_ANSWER_OTHER } },
	};
	struct sx_request q =
	    second_of(row_of("MT-32 / D-10 / D-110", "patches"));
	uint8_t msg[300];

	(void)state;
	assert_int_equal(q.data, 1024);
	for (size_t i = 0; i < ARRAY(runs); i++) {
		size_t got = 0;

		for (size_t k = 0; k < 6 && runs[i].order[k] != -1; k++) {
			size_t n = packet((unsigned)runs[i].order[k], msg);

			assert_int_equal(
			    sx_request_judge(&q, msg, n, &got, NULL),
			    runs[i].want[k]);
		}
	}
}

/* A DT1 of any address leads to the RQ1 for just that. */
static void
test_address(void **state)
{
	static const uint8_t want[] = { 0xf0, 0x41, 0x10, 0x16, 0x11, 0x05,
		0x02, 0x00, 0x00, 0x02, 0x00, 0x77, 0xf7 };
	struct sx_facts facts;
	struct sx_request q;
	uint8_t msg[300];
	size_t got = 0, n = packet(1, msg);

	(void)state;
	sx_device_decode(NULL, msg, n, &facts);
	assert_true(sx_request_for_message(msg, n, &facts, &q));
	assert_int_equal(q.len, sizeof(want));
	assert_memory_equal(q.msg, want, sizeof(want));
	assert_int_equal(
	    sx_request_judge(&q, msg, n, &got, NULL), SX_ANSWER_WHOLE);
	msg[2] = 0x1f; /* of a unit with another number */
	assert_true(sx_request_for_message(msg, n, &facts, &q));
	assert_int_equal(q.msg[2], 0x1f);
}

static void
test_numbers(void **state)
{
	const struct sx_request_row *row =
	    row_of("MT-32 / D-10 / D-110", "system");
	struct sx_request q;

	(void)state;
	sx_request_make(row, -1, 32, &q);
	assert_int_equal(q.msg[2], 0x1f);
	row = row_of("M1", "global");
	sx_request_make(row, -1, 16, &q);
	assert_int_equal(q.msg[2], 0x3f);
	row = row_of("Blofeld", "global");
	sx_request_make(row, -1, 3, &q);
	assert_int_equal(q.msg[3], 3);
}

static void
test_names(void **state)
{
	static const struct {
		const char *device, *text;
		int want;
	} called[] = {
		{ "Machinedrum", "machinedrum", 2 },
		{ "Machinedrum", "Machine", 1 },
		{ "Machinedrum", "md", 2 },
		{ "Monomachine", "md", 0 },
		{ "Analog Four", "analog-four", 2 },
		{ "Analog Four", "AnalogFour", 2 },
		{ "Digitakt II", "digitakt", 1 },
		{ "Digitakt", "digitakt", 2 },
		{ "MT-32 / D-10 / D-110", "mt-32", 1 },
		{ "Prophet '08", "prophet 08", 2 },
		{ "Machinedrum", "", 0 },
		{ "Machinedrum", "-", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY(called); i++)
		assert_int_equal(
		    sx_device_called(called[i].device, called[i].text),
		    called[i].want);
	assert_non_null(sx_request_panel("alpha base"));
	assert_non_null(sx_request_panel("mbrane"));
	assert_null(sx_request_panel("machinedrum"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_slot),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
