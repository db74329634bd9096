/* SPDX-License-Identifier: ISC */
/* Slots as typed, answers of several messages, names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "request_help.h"
#include "sxlib/instrument.h"

static const struct sx_slots patterns = {
	.count = 128, .first = 1, .bank = 16, .digits = 2
};
static const struct sx_slots kits = { .count = 64, .first = 1 };
static const struct sx_slots zero = { .count = 128 };
static const struct sx_slots none;

static const struct {
	const struct sx_slots *slots;
	const char *text, *want; /* want: numbers, or NULL: invalid */
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
		struct sx_received got = { 0 };

		for (size_t k = 0; k < 6 && runs[i].order[k] != -1; k++) {
			size_t n = packet((unsigned)runs[i].order[k], msg);

			assert_int_equal(
			    sx_request_judge(&q, msg, n, &got, NULL),
			    runs[i].want[k]);
		}
	}
}

/* Make a DT1 of a JV-1080's patch 2, with `data` bytes for this block. */
static size_t
block(unsigned i, size_t data, uint8_t msg[300])
{
	const uint8_t head[] = { 0xf0, 0x41, 0x10, 0x6a, 0x12, 0x11, 0x01,
		(uint8_t)(i > 0 ? 0x0e + 2 * i : 0), 0x00 };

	memcpy(msg, head, sizeof(head));
	memset(msg + sizeof(head), 0x22, data + 1);
	msg[sizeof(head) + data + 1] = 0xf7;
	return sizeof(head) + data + 2;
}

/* Models differ in the length of the first block. The last block ends the
 * answer, unless an earlier one is lost. */
static void
test_models(void **state)
{
	static const struct {
		size_t first; /* its bytes */
		int lost;     /* a block; -1: none */
		bool whole;
	} runs[] = { { 72, -1, true }, { 73, -1, true }, { 74, -1, true },
		{ 75, -1, false }, { 72, 0, false }, { 74, 2, false },
		{ 74, 4, false } };
	struct sx_request q = second_of(row_of("JV-1080", "patch"));
	uint8_t msg[300];

	(void)state;
	for (size_t i = 0; i < ARRAY(runs); i++) {
		enum sx_answer answer = SX_ANSWER_NOT;
		struct sx_received got = { 0 };
		size_t n;
		long slot;

		for (unsigned k = 0; k < 5; k++) {
			if ((int)k == runs[i].lost)
				continue;
			assert_int_not_equal(answer, SX_ANSWER_WHOLE);
			n = block(k, k == 0 ? runs[i].first : 129, msg);
			answer = sx_request_judge(&q, msg, n, &got, &slot);
			assert_int_equal(slot, 1);
		}
		assert_int_equal(answer == SX_ANSWER_WHOLE, runs[i].whole);
	}
}

/* As many bytes as the whole, but one block twice and another one missing. */
static void
test_twice_and_lost(void **state)
{
	static const struct {
		unsigned order[5];
		bool odd[5];
	} runs[] = { { { 0, 1, 1, 3, 4 }, { false, false, true } },
		{ { 0, 2, 2, 3, 4 }, { false, false, true } },
		{ { 0, 3, 1, 2, 4 }, { false, false, true, true } } };
	struct sx_request q = second_of(row_of("JV-1080", "patch"));
	uint8_t msg[300];

	(void)state;
	for (size_t i = 0; i < ARRAY(runs); i++) {
		struct sx_received got = { 0 };

		for (size_t k = 0; k < 5; k++) {
			unsigned at = runs[i].order[k];
			size_t n = block(at, at == 0 ? 72 : 129, msg);

			assert_int_equal(
			    sx_request_judge(&q, msg, n, &got, NULL),
			    runs[i].odd[k] ? SX_ANSWER_ODD : SX_ANSWER_PIECE);
		}
	}
}

/* Addresses between the data of a slot and the next slot belong to no slot. */
static void
test_addresses_between_slots(void **state)
{
	const struct sx_request_row row = row_of("JV-1080", "patch");
	const struct sx_range *r = &row.ask.range;
	uint8_t msg[300];
	size_t n = block(0, 72, msg);

	(void)state;
	assert_int_equal(r->width, 4);
	assert_true(r->span < r->step);
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t off = i % 2 == 0 ? r->span - 1 : r->span;
		uint32_t address = r->address + i / 2 * r->step + off;

		for (size_t k = 4; k > 0; k--, address >>= 7)
			msg[r->at + k - 1] = address & 0x7f;
		assert_int_equal(sx_request_slot_of(&row, msg, n),
		    i % 2 == 0 ? (long)i / 2 : -1);
	}
	/* Addresses before the first slot neither. */
	memcpy(msg + r->at, "\x10\x7f\x7f\x7f", 4);
	assert_int_equal(sx_request_slot_of(&row, msg, n), -1);
}

/* A DT1 of any address yields the RQ1 for exactly that address. */
static void
test_address(void **state)
{
	static const uint8_t want[] = { 0xf0, 0x41, 0x10, 0x16, 0x11, 0x05,
		0x02, 0x00, 0x00, 0x02, 0x00, 0x77, 0xf7 };
	struct sx_facts facts;
	struct sx_request q;
	uint8_t msg[300];
	struct sx_received got = { 0 };
	size_t n = packet(1, msg);

	(void)state;
	sx_device_decode(NULL, msg, n, &facts);
	assert_true(sx_request_for_message(NULL, msg, n, &facts, &q));
	assert_int_equal(q.len, sizeof(want));
	assert_memory_equal(q.msg, want, sizeof(want));
	assert_int_equal(
	    sx_request_judge(&q, msg, n, &got, NULL), SX_ANSWER_WHOLE);
	msg[2] = 0x1f; /* from a unit with another number */
	assert_true(sx_request_for_message(NULL, msg, n, &facts, &q));
	assert_int_equal(q.msg[2], 0x1f);
}

static void
test_numbers(void **state)
{
	struct sx_request_row row = row_of("MT-32 / D-10 / D-110", "system");
	struct sx_request q;

	(void)state;
	sx_request_make(&row, -1, 32, &q);
	assert_int_equal(q.msg[2], 0x1f);
	row = row_of("M1", "global");
	sx_request_make(&row, -1, 16, &q);
	assert_int_equal(q.msg[2], 0x3f);
	row = row_of("Blofeld", "global");
	sx_request_make(&row, -1, 3, &q);
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
		    sx_device_called(NULL, called[i].device, called[i].text),
		    called[i].want);
	assert_non_null(sx_request_panel(NULL, "alpha base"));
	assert_non_null(sx_request_panel(NULL, "mbrane"));
	assert_non_null(sx_request_panel(NULL, "DX7"));
	assert_null(sx_request_panel(NULL, "machinedrum"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_models),
		cmocka_unit_test(test_twice_and_lost),
		cmocka_unit_test(test_addresses_between_slots),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
