/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sxlib/natural.h"

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

/* Each sorts before the next. */
static void
test_order(void **state)
{
	static const char *const sorted[] = { "", "-", "0", "00", "00a", "01",
		"1", "1-2", "1-10", "1a", "2", "9", "010", "10", "99a1", "99b0",
		"100", "a", "a01", "a1", "a1b", "a2", "a10b2", "a10b10",
		"a99999999999999999999998", "a99999999999999999999999",
		"a100000000000000000000000", "b", "\xc3\xa4" };
	const size_t n = sizeof(sorted) / sizeof(sorted[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			assert_int_equal(
			    sign(sx_natural_order(sorted[i], sorted[k])),
			    (i > k) - (i < k));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
