/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/learn.h"
#include "sxlib/teach.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A message F0 7D and these bytes. */
struct message {
	uint8_t bytes[64];
	size_t n;
};

static struct message
message(const void *bytes, size_t n)
{
	struct message m = { { 0xf0, 0x7d }, 0 };

	memcpy(m.bytes + 2, bytes, n);
	m.bytes[2 + n] = 0xf7;
	m.n = n + 3;
	return m;
}

struct slot_row {
	long slots[3];
	uint8_t bytes[3][3];
	struct sx_slot_found want; /* low 0: none */
};

static void
forms_of_slots(void **state)
{
	static const struct slot_row rows[] = {
		{ { 1, 2, 100 }, { { 1, 9 }, { 2, 9 }, { 100, 9 } },
		    { { .low = 2 }, 0 } },
		{ { 1, 2, 128 }, { { 0, 9 }, { 1, 9 }, { 127, 9 } },
		    { { .low = 2 }, 1 } },
		{ { 2, 130, 500 }, { { 0, 2 }, { 1, 2 }, { 3, 116 } },
		    { { .low = 3, .high = 2 }, 0 } },
		{ { 2, 130, 500 }, { { 2, 0 }, { 2, 1 }, { 116, 3 } },
		    { { .low = 2, .high = 3 }, 0 } },
		{ { 1, 129, 16384 }, { { 0, 0 }, { 0, 1 }, { 127, 127 } },
		    { { .low = 2, .high = 3 }, 1 } },
		{ { 0, 117, 299 }, { { 0, 0 }, { 1, 17 }, { 2, 99 } },
		    { { .low = 3, .high = 2, .radix = 100 }, 0 } },
		{ { 1, 65, 200 }, { { 0, 0 }, { 1, 0 }, { 3, 7 } },
		    { { .low = 3, .high = 2, .radix = 64 }, 1 } },
		{ { 0, 27, 40 }, { { 0, 0 }, { 1, 3 }, { 1, 16 } },
		    { { .low = 3, .high = 2, .radix = 24 }, 0 } },
		{ { 0, 117, 299 }, { { 0, 9, 0 }, { 1, 9, 17 }, { 2, 9, 99 } },
		    { { .low = 4, .high = 2, .radix = 100 }, 0 } },
		{ { 0, 117, 299 }, { { 48, 0 }, { 49, 17 }, { 50, 99 } },
		    { { .low = 3, .high = 2, .radix = 100, .from = 48 }, 0 } },
		{ { 0, 3, 9 }, { { 64, 5 }, { 67, 5 }, { 73, 5 } },
		    { { .low = 2, .from = 64 }, 0 } },
		{ { 1, 4, 10 }, { { 64, 5 }, { 67, 5 }, { 73, 5 } },
		    { { .low = 2, .from = 64 }, 1 } },
		{ { 200, 203, 209 }, { { 0, 5 }, { 3, 5 }, { 9, 5 } },
		    { { .low = 2 }, 200 } },
		{ { 1, 2, 3 }, { { 9, 5 }, { 9, 5 }, { 9, 5 } }, { { 0 }, 0 } },
		{ { 5, 5, 5 }, { { 5, 5 }, { 5, 5 }, { 5, 5 } }, { { 0 }, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct message m[3];
		struct sx_sample s[3] = { 0 };
		struct sx_slot_found found[4];
		size_t n;

		for (size_t k = 0; k < 3; k++) {
			m[k] = message(rows[i].bytes[k], 3);
			s[k] = (struct sx_sample){ .msg = m[k].bytes,
				.n = m[k].n,
				.slot = rows[i].slots[k] };
		}
		n = sx_learn_slot(s, 3, found, COUNT(found));
		if (n != (rows[i].want.at.low != 0))
			fail_msg("row %zu: %zu places", i, n);
		if (n == 1 && (memcmp(&found[0].at, &rows[i].want.at,
				   sizeof(found[0].at)) != 0 ||
				  found[0].less != rows[i].want.less))
			fail_msg("row %zu: %d %d x%d from %d, less %ld", i,
			    found[0].at.high, found[0].at.low,
			    found[0].at.radix, found[0].at.from, found[0].less);
	}
}

static void
all_places_of_a_slot(void **state)
{
	struct message m[] = { message("\x03\x01\x03\x03", 4),
		message("\x09\x01\x09\x09", 4) };
	struct sx_sample s[] = { { m[0].bytes, m[0].n, 3, NULL },
		{ m[1].bytes, m[1].n, 9, NULL } };
	struct sx_slot_found found[2];

	(void)state;
	assert_int_equal(sx_learn_slot(s, 2, found, 2), 3);
	assert_int_equal(found[0].at.low, 2);
	assert_int_equal(found[1].at.low, 4);
	assert_int_equal(sx_learn_slot(s, 0, found, 2), 0);
}

static void
banks_of_a_known_size(void **state)
{
	struct message m[] = { message("\x00\x05\x40", 3),
		message("\x01\x05\x40", 3), message("\x02\x07\x40", 3) };
	struct sx_sample s[] = { { m[0].bytes, m[0].n, 5, NULL },
		{ m[1].bytes, m[1].n, 21, NULL },
		{ m[2].bytes, m[2].n, 39, NULL } };
	struct sx_slot_found found[2];

	(void)state;
	assert_int_equal(sx_learn_bank_slot(s, 3, 16, found, 2), 1);
	assert_int_equal(found[0].at.high, 2);
	assert_int_equal(found[0].at.low, 3);
	assert_int_equal(found[0].at.radix, 16);
	assert_int_equal(sx_learn_bank_slot(s, 3, 32, found, 2), 0);
}

static size_t
learn(const char *const *texts, const size_t *sizes, const char *const *names,
    size_t n, struct sx_name_found found[4])
{
	struct message m[4];
	struct sx_sample s[4];

	for (size_t k = 0; k < n; k++) {
		m[k] = message(texts[k], sizes[k]);
		s[k] = (struct sx_sample){ m[k].bytes, m[k].n, -1, names[k] };
	}
	return sx_learn_name(s, n, 3, found, 4);
}

static void
plain_names(void **state)
{
	const char *texts[] = { "\x01\x02ORGAN   \x7f",
		"\x01\x02SYN LEAD\x7f" };
	const size_t sizes[] = { 11, 11 };
	const char *both[] = { "ORGAN", "SYN LEAD" };
	const char *one[] = { "ORGAN", NULL };
	const char *wrong[] = { "ORGAN", "SYN BASS" };
	const char *none[] = { NULL, NULL };
	struct sx_name_found found[4];

	(void)state;
	assert_int_equal(learn(texts, sizes, both, 2, found), 1);
	assert_int_equal(found[0].name.at, 4);
	assert_int_equal(found[0].name.len, 8);
	assert_false(found[0].name.in_data);
	assert_int_equal(found[0].place, 4);
	assert_int_equal(learn(texts, sizes, one, 2, found), 1);
	assert_int_equal(found[0].name.len, 8);
	assert_int_equal(learn(texts, sizes, wrong, 2, found), 0);
	assert_int_equal(learn(texts, sizes, none, 2, found), 0);
}

/* The trailing blanks of one name must not extend into the bytes after another.
 */
static void
a_name_is_as_long_as_all_allow(void **state)
{
	const char *texts[] = { "ORGAN   \x20\x20\x01", "SYN LEAD\x10\x11\x01",
		"PAD\0\0\0\0\0\0\0\0" };
	const size_t sizes[] = { 11, 11, 11 };
	const char *names[] = { "ORGAN", "SYN LEAD", "PAD" };
	struct sx_name_found found[4];

	(void)state;
	assert_int_equal(learn(texts, sizes, names, 3, found), 1);
	assert_int_equal(found[0].name.len, 8);
}

static void
two_places_are_two(void **state)
{
	const char *texts[] = { "PIANO\x01PIANO\x01" };
	const size_t sizes[] = { 12 };
	const char *names[] = { "PIANO" };
	struct sx_name_found found[4];

	(void)state;
	assert_int_equal(learn(texts, sizes, names, 1, found), 2);
	assert_int_equal(found[0].place, 2);
	assert_int_equal(found[1].place, 8);
}

/* Groups of seven: the order of the high bits is only known where a wrong order
 * would change the name. */
static void
codes_that_read_alike(void **state)
{
	const char *texts[] = { "\x41\x01\x02"
				"BRASS\x00 1   \x7f\x7f",
		"\x40\x01\x02"
		"BRASS\x00 1   \x7f\x7f" };
	const size_t sizes[] = { 16, 16 };
	const char *names[] = { "BRASS 1" };
	struct sx_name_found found[4];

	(void)state;
	/* 41: the first and the last byte of the group, in either order. */
	assert_int_equal(learn(texts, sizes, names, 1, found), 1);
	assert_int_equal(found[0].data.code, SX_CODE_7OF8);
	assert_int_equal(found[0].data.from, 2);
	assert_int_equal(found[0].name.at, 2);
	/* 40: the first (8in7), or the last, which is an S. */
	assert_int_equal(learn(texts + 1, sizes, names, 1, found), 1);
	assert_int_equal(found[0].data.code, SX_CODE_8IN7);
}

static void
other_characters(void **state)
{
	/* D-50: A is 1, a is 27, a blank 0. */
	const char *d50[] = { "\x06\x1b\x28\x2e\x1b\x2d\x33\x00\x00\x00" };
	const size_t sizes[] = { 10 };
	const char *names[] = { "Fantasy" };
	struct sx_name_found found[4];

	(void)state;
	assert_int_equal(learn(d50, sizes, names, 1, found), 1);
	assert_int_equal(found[0].name.chars, SX_CHARS_D50);
	assert_int_equal(found[0].name.at, 2);
}

/* Another base is only tried near the head of a message: further on, matching
 * bytes prove nothing. */
static void
other_bases_far_on(void **state)
{
	static const long slots[] = { 3, 4, 9 };
	uint8_t bytes[3][SX_TRIAGE_BYTES + 9];
	struct sx_sample s[3] = { 0 };
	struct sx_slot_found found[4];

	(void)state;
	for (size_t at = SX_TRIAGE_BYTES - 1; at <= SX_TRIAGE_BYTES; at++) {
		for (size_t k = 0; k < 3; k++) {
			memset(bytes[k], 1, sizeof(bytes[k]));
			memcpy(bytes[k], "\xf0\x7d", 2);
			bytes[k][at] = (uint8_t)(slots[k] + 0x20);
			bytes[k][sizeof(bytes[k]) - 1] = 0xf7;
			s[k].msg = bytes[k];
			s[k].n = sizeof(bytes[k]);
			s[k].slot = slots[k];
		}
		if (at == SX_TRIAGE_BYTES) {
			assert_int_equal(sx_learn_slot(s, 3, found, 4), 0);
			continue;
		}
		assert_int_equal(sx_learn_slot(s, 3, found, 4), 1);
		assert_int_equal(found[0].at.low, at);
		assert_int_equal(found[0].at.from, 0x20);
	}
}

/* The first eight places are listed, and that there are more. */
static void
places_that_are_not_clear(void **state)
{
	struct sx_teach t = { .slot = { .n = 1, .at = { 5 } } };
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(sx_teach_clear(&t, &e), 0);
	t.name =
	    (struct sx_taught_places){ 9, { 10, 20, 30, 40, 50, 60, 70, 80 } };
	assert_int_equal(sx_teach_clear(&t, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	assert_string_equal(e.msg,
	    "--name is ambiguous: 9 places match, at offsets 10, 20, 30, 40, "
	    "50, 60, 70, 80, ...");
	e = (struct sx_err){ 0 };
	t.slot = (struct sx_taught_places){ 2, { 3, 5 } };
	assert_int_equal(sx_teach_clear(&t, &e), -1);
	assert_string_equal(
	    e.msg, "--slot is ambiguous: 2 places match, at offsets 3, 5");
	assert_string_equal(e.hint, "add dumps from other slots");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_of_slots),
		cmocka_unit_test(all_places_of_a_slot),
		cmocka_unit_test(other_bases_far_on),
		cmocka_unit_test(banks_of_a_known_size),
		cmocka_unit_test(plain_names),
		cmocka_unit_test(a_name_is_as_long_as_all_allow),
		cmocka_unit_test(two_places_are_two),
		cmocka_unit_test(codes_that_read_alike),
		cmocka_unit_test(other_characters),
		cmocka_unit_test(places_that_are_not_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
