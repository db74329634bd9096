/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/config.h"
#include "sxlib/example.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
parts_of_an_example(void **state)
{
	struct sx_expected want[SX_EXPECTED_MOST];
	bool is_bytes;
	size_t input, n;

	(void)state;
	assert_null(sx_example_parse(
	    "F0 7D 01F7  -> slot 130", &input, &is_bytes, want, &n));
	assert_int_equal(input, 10);
	assert_true(is_bytes);
	assert_int_equal(n, 1);
	assert_string_equal(want[0].slot, "130");
	assert_false(want[0].has_name);
	assert_null(sx_example_parse(
	    "a kit.syx -> 45 \"A \"b\"", &input, &is_bytes, want, &n));
	assert_int_equal(input, 9);
	assert_false(is_bytes);
	assert_string_equal(want[0].slot, "45");
	assert_string_equal(want[0].name, "A \"b");
	assert_null(sx_example_parse("b -> sound 1 \"\", sound 32 \"X, Y\"",
	    &input, &is_bytes, want, &n));
	assert_int_equal(n, 2);
	assert_int_equal(want[0].sound, 1);
	assert_true(want[0].has_name);
	assert_int_equal(want[1].sound, 32);
	assert_string_equal(want[1].name, "X, Y");
}

static void
examples_that_are_none(void **state)
{
	static const char *const bad[] = { "", "x", " -> 1", "x ->", "x -> ",
		"x -> 1 2", "x -> 1,", "x -> slot", "x -> sound \"A\"",
		"x -> sound 0 \"A\"", "x -> sound 1", "x -> \"A", "x -> 1 \"A",
		"x -> 12345678901234567890" };
	struct sx_expected want[SX_EXPECTED_MOST];
	bool is_bytes;
	size_t input, n;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (sx_example_parse(bad[i], &input, &is_bytes, want, &n) ==
		    NULL)
			fail_msg("'%s' is taken", bad[i]);
}

static const char page[] = "example = of nothing\n"
			   "[One]\n"
			   "mask = F0 7D 01\n"
			   "slot = 3\n"
			   "example = F0 7D 01 05 F7 -> slot 5\n"
			   "[Two]\n"
			   "mask = F0 7D 02\n"
			   "trust = seen\n"
			   "[:kit]\n"
			   "match = @3 01\n"
			   "slot = 4\n"
			   "shown = 1-128\n"
			   "example = F0 7D 02 01 05 F7 -> 6\n"
			   "example-2 = F0 7D 02 01 05 F7 -> 5\n"
			   "example-3 = F0 7D 02 02 05 F7 -> 6\n";

static void
examples_of_a_page(void **state)
{
	static const struct {
		const char *device, *what, *key, *problem;
		size_t line;
	} want[] = {
		{ "One", NULL, "example", NULL, 5 },
		{ "Two", "kit", "example", NULL, 13 },
		{ "Two", "kit", "example-2",
		    "p.conf:14: example-2: slot 6: expected slot 5", 14 },
		{ "Two", "kit", "example-3",
		    "p.conf:15: example-3: found another message of Two: "
		    "expected [:kit] of Two",
		    15 },
	};
	const char *text = strchr(page, '\n') + 1;
	struct sx_devices *d = sx_devices_new(NULL);
	char whole[sizeof(page) + 1];
	struct sx_config *f;
	struct sx_examples *x;
	struct sx_example e;

	(void)state;
	/* A comment in place of the line outside any section. */
	snprintf(whole, sizeof(whole), "#\n%s", text);
	f = sx_config_memory("p.conf", whole, strlen(whole), NULL);
	while (sx_config_device(f, d, NULL) == 1)
		;
	x = sx_examples_open("p.conf", whole, strlen(whole), NULL);
	assert_non_null(x);
	for (size_t i = 0; i < COUNT(want); i++) {
		struct sx_err err = { 0 };

		assert_true(sx_examples_next(x, &e));
		assert_string_equal(e.device, want[i].device);
		assert_string_equal(e.key, want[i].key);
		assert_int_equal(e.line, want[i].line);
		assert_int_equal(e.what == NULL, want[i].what == NULL);
		if (e.what != NULL)
			assert_string_equal(e.what, want[i].what);
		assert_int_equal(sx_example_run(x, &e, d, &err),
		    want[i].problem != NULL ? -1 : 0);
		if (want[i].problem != NULL)
			assert_string_equal(err.msg, want[i].problem);
	}
	assert_false(sx_examples_next(x, &e));
	assert_int_equal(sx_examples_count(x), 4);
	assert_int_equal(sx_examples_seen(x), 8);
	sx_examples_close(x);
	sx_config_close(f);
	sx_devices_free(d);
}

static void
examples_of_broken_pages(void **state)
{
	struct sx_examples *x =
	    sx_examples_open("p.conf", page, strlen(page), NULL);
	struct sx_example e;

	(void)state;
	/* A key outside any section belongs to no instrument. */
	assert_true(sx_examples_next(x, &e));
	assert_string_equal(e.device, "One");
	sx_examples_close(x);
	x = sx_examples_open("p.conf", "[A]\nb\n[:c]\nexample = x\n", 23, NULL);
	while (sx_examples_next(x, &e))
		assert_string_equal(e.value, "x");
	sx_examples_close(x);
	sx_examples_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_an_example),
		cmocka_unit_test(examples_that_are_none),
		cmocka_unit_test(examples_of_a_page),
		cmocka_unit_test(examples_of_broken_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
