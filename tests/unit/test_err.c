/* SPDX-License-Identifier: ISC */
/* The error value keeps the first failure, and both ends of a long text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/err.h"

static void
first_stays(void **state)
{
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(
	    sx_fail(&e, SX_EIO, ENOENT, "cannot open '%s'", "a"), -1);
	assert_int_equal(sx_fail(&e, SX_EDATA, 0, "another"), -1);
	assert_int_equal(sx_hint(&e, "%d words", 2), -1);
	assert_int_equal(sx_hint(&e, "more words"), -1);
	assert_int_equal(sx_fail(NULL, SX_EDATA, 0, "another"), -1);
	assert_int_equal(sx_hint(NULL, "another"), -1);
	assert_int_equal(e.code, SX_EIO);
	assert_int_equal(e.sys, ENOENT);
	assert_string_equal(
	    e.msg, "cannot open 'a': No such file or directory");
	assert_string_equal(e.hint, "2 words");
}

/* Paths of every length: the middle is left out if they do not fit. */
static void
long_paths(void **state)
{
	char path[PATH_MAX], want[PATH_MAX + 64];

	(void)state;
	for (size_t n = 1; n < sizeof(path); n++) {
		struct sx_err e = { 0 };
		const char *gap;

		memset(path, 'x', n);
		path[0] = 'A';
		path[n - 1] = 'Z';
		path[n] = '\0';
		sx_fail(&e, SX_EIO, EACCES, "cannot open '%s'", path);
		snprintf(want, sizeof(want),
		    "cannot open '%s': Permission denied", path);
		if (strlen(want) < SX_ERR_TEXT) {
			assert_string_equal(e.msg, want);
			continue;
		}
		assert_int_equal(strlen(e.msg), SX_ERR_TEXT - 1);
		gap = strstr(e.msg, " ... ");
		assert_non_null(gap);
		assert_memory_equal(e.msg, want, (size_t)(gap - e.msg));
		assert_string_equal(
		    gap + 5, want + strlen(want) - strlen(gap + 5));
	}
}

/* No character is split, wherever the gap begins and ends. */
static void
characters(void **state)
{
	(void)state;
	for (int shift = 0; shift < 3; shift++) {
		char text[1200], *p = text;
		struct sx_err e = { 0 };
		const char *gap;

		p = mempcpy(p, "ab", (size_t)shift);
		for (int i = 0; i < 300; i++)
			p = mempcpy(p, "\xe2\x82\xac", 3);
		*p = '\0';
		sx_hint(&e, "%s", text);
		gap = strstr(e.hint, " ... ");
		assert_non_null(gap);
		assert_int_equal((gap - e.hint - shift) % 3, 0);
		assert_int_equal(strlen(gap + 5) % 3, 0);
		assert_true(strlen(e.hint) > SX_HINT_TEXT - 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_stays),
		cmocka_unit_test(long_paths),
		cmocka_unit_test(characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
