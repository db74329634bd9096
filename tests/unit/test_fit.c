/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/fit.h"

static void
test_width(void **state)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
		{ "", 0 }, { "E.PIANO 1", 9 }, { "\xc3\xbc", 1 }, /* u umlaut */
		{ "u\xcc\x88", 1 },		   /* the same, combined */
		{ "\xe6\x97\xa5\xe6\x9c\xac", 4 }, /* Japanese */
		{ "\xf0\x9f\x8e\xb9", 2 },	   /* emoji */
		{ "\xff", 1 },			   /* invalid */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(sx_fit_width(cases[i].text), cases[i].width);
}

static void
test_cut(void **state)
{
	static const struct {
		const char *text, *cut;
		size_t width, size;
	} cases[] = {
		{ "E.PIANO 1", "E.PIANO 1", 9, 32 },
		{ "E.PIANO 1", "E.PIAN..", 8, 32 },
		{ "E.PIANO 1", "..", 2, 32 },
		{ "E.PIANO 1", ".", 1, 32 },
		{ "E.PIANO 1", "", 0, 32 },
		{ "", "", 0, 32 },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\xe6\x97\xa5..", 5,
		    32 }, /* half a character is not shown */
		{ "u\xcc\x88", "u\xcc\x88", 1, 32 },
		{ "\xff\xff", "\xff\xff", 2, 32 },
		{ "\xff\xff\xff", "..", 2, 32 },
		{ "E.PIANO 1", "E.PI", 9, 5 },
	};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(sx_fit_cut(buf, cases[i].size,
					cases[i].text, cases[i].width),
		    cases[i].cut);
}

static void
test_wrap(void **state)
{
	static const struct {
		const char *text;
		size_t width, first, indent;
		const char *lines;
	} cases[] = {
		{ "one two three", 20, 0, 2, "one two three" },
		{ "one two three", 13, 0, 2, "one two three" },
		{ "one two three", 12, 0, 2, "one two\n  three" },
		{ "one two three", 7, 0, 2, "one two\n  three" },
		{ "one  two", 4, 0, 0, "one\ntwo" },
		{ "  one two", 6, 0, 4, "  one\n    two" },
		{ "one two three", 12, 6, 6, "one\n      two\n      three" },
		{ "a /a/long/path b", 8, 0, 2, "a\n  /a/long/path\n  b" },
		{ "/a/long/path", 8, 6, 2, "\n  /a/long/path" },
		{ "/a/long/path", 8, 6, 6, "/a/long/path" },
		{ "one two ", 4, 0, 0, "one\ntwo " },
		{ "one two", 0, 0, 0, "one\ntwo" },
		{ "", 10, 0, 2, "" },
		{ "one two", SIZE_MAX, 30, 30, "one two" },
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
		    sx_fit_wrap(buf, sizeof(buf), cases[i].text, cases[i].width,
			cases[i].first, cases[i].indent),
		    cases[i].lines);
	assert_string_equal(
	    sx_fit_wrap(buf, 8, "one two three", 4, 0, 2), "one\n  t");
}

#define COLUMNS 4

struct table_case {
	size_t width;
	struct sx_fit_column in[COLUMNS];
	size_t widths[COLUMNS], lines[COLUMNS];
};

static void
test_columns(void **state)
{
	static const struct table_case cases[] = {
		/* all fit */
		{ 40,
		    { { .need = 10 }, { .need = 10 }, { .need = 8 },
			{ .need = 6 } },
		    { 10, 10, 8, 6 }, { 0, 0, 0, 0 } },
		/* the widest column that may be cut is cut first */
		{ 40,
		    { { .need = 10 }, { .need = 12, .least = 8 },
			{ .need = 10, .least = 8 }, { .need = 6 } },
		    { 10, 9, 9, 6 }, { 0, 0, 0, 0 } },
		/* cutting does not suffice: nothing is cut, columns move */
		{ 30,
		    { { .need = 10 }, { .need = 12, .least = 8 },
			{ .need = 10, .least = 8 }, { .need = 6 } },
		    { 10, 12, 10, 6 }, { 0, 0, 1, 1 } },
		/* prose in the last column takes the remaining width */
		{ 60,
		    { { .need = 10 }, { .need = 10 }, { .need = 8 },
			{ .need = 90, .prose = true } },
		    { 10, 10, 8, 26 }, { 0, 0, 0, 0 } },
		/* it gets its own line if that is too narrow */
		{ 40,
		    { { .need = 10 }, { .need = 10 }, { .need = 8 },
			{ .need = 90, .prose = true } },
		    { 10, 10, 8, 36 }, { 0, 0, 0, 1 } },
		/* a column that can neither be cut nor wrapped is too wide */
		{ 30,
		    { { .need = 10 }, { .need = 50 }, { .need = 8 },
			{ .need = 50, .least = 8 } },
		    { 10, 50, 8, 26 }, { 0, 1, 2, 3 } },
		/* a terminal without width */
		{ 0,
		    { { .need = 10 }, { .need = 10 }, { .need = 10 },
			{ .need = 30, .least = 8 } },
		    { 10, 10, 10, 16 }, { 0, 1, 2, 3 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct table_case c = cases[i];

		sx_fit_columns(c.in, COLUMNS, c.width);
		for (size_t k = 0; k < COLUMNS; k++) {
			assert_int_equal(c.in[k].width, c.widths[k]);
			assert_int_equal(c.in[k].line, c.lines[k]);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_columns),
	};

	return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
