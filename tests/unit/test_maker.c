/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/maker.h"

#define VOCE 0x01000031 /* 00 00 31 */

static void
test_id_of_message(void **state)
{
	static const struct {
		uint8_t msg[6];
		size_t n, len;
		sx_maker_id id;
	} cases[] = {
		{ { 0xf0, 0x31, 0x7f }, 3, 1, 0x31 },
		{ { 0xf0, 0x00, 0x20, 0x3c }, 4, 3, 0x00203c },
		{ { 0xf0, 0x00, 0x00, 0x31 }, 4, 3, VOCE },
		{ { 0xf0, 0x00, 0x20 }, 3, 0, 0 },
		{ { 0xf0, 0x00, 0x00, 0x00, 0x12 }, 5, 0, 0 },
		{ { 0xf0, 0x00, 0x20, 0xf7 }, 4, 0, 0 },
		{ { 0xf0, 0x00, 0xf7 }, 3, 0, 0 },
		{ { 0xf0, 0xf7 }, 2, 0, 0 },
		{ { 0xf0 }, 1, 0, 0 },
		{ { 0 }, 0, 0, 0 },
		{ { 0x31, 0x31, 0x7f }, 3, 0, 0 },
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = 99;
		assert_int_equal(
		    sx_maker_of(cases[i].msg, cases[i].n, &len), cases[i].id);
		assert_int_equal(len, cases[i].len);
		assert_int_equal(
		    sx_maker_of(cases[i].msg, cases[i].n, NULL), cases[i].id);
	}
}

static void
test_table(void **state)
{
	size_t i, n;
	const struct sx_maker *table = sx_maker_table(&n);

	(void)state;
	assert_int_equal(n, 798);
	for (i = 0; i < n; i++) {
		assert_true(i == 0 || table[i].id > table[i - 1].id);
		assert_ptr_equal(sx_maker_find(table[i].id), &table[i]);
		assert_true(table[i].name[0] != '\0');
		assert_true(table[i].brand[0] != '\0');
		assert_true(strlen(table[i].brand) < 64);
		assert_null(strpbrk(table[i].brand, "()"));
		assert_true(strchr(" ,", table[i].brand[0]) == NULL);
		assert_true(
		    strchr(" ,", table[i].brand[strlen(table[i].brand) - 1]) ==
		    NULL);
	}
	assert_null(sx_maker_find(0));
	assert_null(sx_maker_find(0x45));
	assert_null(sx_maker_find(0x0100007e + 0x100));
}

static void
test_brand(void **state)
{
	static const struct {
		sx_maker_id id;
		const char *brand;
	} cases[] = {
		{ 0x01, "Sequential" },
		{ 0x04, "Moog" },
		{ 0x0f, "Ensoniq" },
		{ 0x29, "PPG" },
		{ 0x31, "Viscount" },
		{ 0x3e, "Waldorf" },
		{ 0x41, "Roland" },
		{ 0x42, "Korg" },
		{ 0x43, "Yamaha" },
		{ 0x47, "Akai" },
		{ 0x7e, "Universal" },
		{ 0x7f, "Universal" },
		{ VOCE, "Voce" },
		{ 0x0100000e, "Alesis" },
		{ 0x0100003f, "Ad Lib" },
		{ 0x00010c, "Line 6" },
		{ 0x002004, "B\xc3\xb6hm electronic" },
		{ 0x002029, "Novation" },
		{ 0x002032, "Behringer" },
		{ 0x002033, "Access" },
		{ 0x00203c, "Elektron" },
		{ 0x00207a, "\"MIDI-hardware\" R.Sowa" },
		{ 0x002174, "Komires" },
		{ 0x00222d, "Beyerdynamic" },
		{ 0x004806, "BLACK" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
		    sx_maker_find(cases[i].id)->brand, cases[i].brand);
	assert_string_equal(sx_maker_find(0x00203c)->name, "Elektron ESI AB");
}

static void
test_id_text(void **state)
{
	char buf[SX_MAKER_ID_TEXT];

	(void)state;
	assert_string_equal(sx_maker_id_text(0x31, buf), "31");
	assert_string_equal(sx_maker_id_text(0x00203c, buf), "00203c");
	assert_string_equal(sx_maker_id_text(VOCE, buf), "000031");
	assert_string_equal(sx_maker_id_text(0x01, buf), "01");
	assert_string_equal(sx_maker_id_text(0, buf), "");
}

static void
test_matches(void **state)
{
	static const struct {
		const char *text;
		sx_maker_id id;
		bool matches;
	} cases[] = {
		{ "31", 0x31, true },
		{ "31", VOCE, false },
		{ "000031", VOCE, true },
		{ "000031", 0x31, false },
		{ "00203c", 0x00203c, true },
		{ "00203C", 0x00203c, true },
		{ "00 20 3C", 0x00203c, true },
		{ "0020", 0x00203c, false },
		{ "00203c41", 0x00203c, false },
		{ "jomox", 0x31, true },
		{ "JoMoX", 0x31, true },
		{ "viscount", 0x31, true },
		{ "jomox", 0x32, false },
		{ "elektron", 0x00203c, true },
		{ "elektra", 0x00203c, true },
		{ "Elektra", 0x00203c, true },
		{ "elektra", 0x31, false },
		{ "korg", 0x42, true },
		{ "moog", 0x04, true },
		{ "music", 0x04, true },
		{ "oog", 0x04, false },
		{ "novation", 0x002029, true },
		{ "hardware", 0x00207a, true },
		{ "dave smith", 0x01, true },
		{ "boss", 0x41, true },
		{ "edirol", 0x41, true },
		{ "boss", 0x42, false },
		{ "digitech", 0x000010, true },
		{ "strymon", 0x000155, true },
		{ "", 0x42, false },
		{ " ", 0x42, false },
		{ "korg", 0, false },
		{ "viscount or jomox", 0x31, true },
		{ "Viscount or Jomox", 0x3e, false },
		{ "or", 0x31, false },
		{ "Viscount or", 0x31, false },
		{ "00", 0, false },
		/* A valid ID, but not assigned. */
		{ "7a", 0x7a, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (sx_maker_matches(cases[i].id, cases[i].text) !=
		    cases[i].matches)
			fail_msg("\"%s\" and %x", cases[i].text,
			    (unsigned)cases[i].id);
}

static void
test_count(void **state)
{
	(void)state;
	assert_int_equal(sx_maker_count("jomox"), 1);
	assert_int_equal(sx_maker_count("elektra"), 1);
	assert_int_equal(sx_maker_count("boss"), 1);
	assert_int_equal(sx_maker_count("john bowen"), 1);
	assert_true(sx_maker_matches(0x001234, "Bowen"));
	assert_int_equal(sx_maker_count("31"), 1);
	assert_int_equal(sx_maker_count("7a"), 1);
	assert_true(sx_maker_count("audio") > 5);
	assert_int_equal(sx_maker_count("no such maker"), 0);
	assert_int_equal(sx_maker_count(""), 0);
	assert_int_equal(sx_maker_count("00"), 0);
	assert_int_equal(sx_maker_count("80"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_id_of_message),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_brand),
		cmocka_unit_test(test_id_text),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
