/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <string.h>

#include "sxlib/instrument.h"
#include "sxlib/knobs.h"

static void
test_find(void **state)
{
	static const char text[] = "90/91 M1 Pitch , 109 Noise,100/101 A 1>2";
	struct sx_knob k;

	(void)state;
	assert_true(sx_knobs_valid(text));
	assert_true(sx_knob_find(text, 91, &k));
	assert_int_equal(k.high, 90);
	assert_int_equal(k.low, 91);
	assert_int_equal(k.len, 8);
	assert_memory_equal(k.name, "M1 Pitch", 8);
	assert_true(sx_knob_find(text, 90, &k));
	assert_true(sx_knob_find(text, 109, &k));
	assert_int_equal(k.high, -1);
	assert_memory_equal(k.name, "Noise", k.len);
	assert_true(sx_knob_find(text, 101, &k));
	assert_int_equal(k.len, 5);
	assert_false(sx_knob_find(text, 1, &k));
	assert_false(sx_knob_find(NULL, 1, &k));
}

static void
test_wrong(void **state)
{
	static const char *const wrong[] = { "x", "128 A", "1/128 A", "1", "1 ",
		"1 ,2 B", "1/ A", "1/1 A", "1 A, 1 B", "1/2 A, 2 B", "1A",
		"-1 A" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (sx_knobs_valid(wrong[i]))
			fail_msg("%s", wrong[i]);
	assert_true(sx_knobs_valid(""));
}

/* Built-in knobs have a source and a trust. */
static void
test_built_in(void **state)
{
	struct sx_instrument in;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; sx_instrument(NULL, i, &in); i++) {
		if (in.knobs == NULL)
			continue;
		n++;
		assert_true(sx_knobs_valid(in.knobs));
		assert_non_null(in.knobs_source);
		assert_int_not_equal(in.knobs_trust, SX_TRUST_NONE);
	}
	assert_true(n >= 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_built_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
