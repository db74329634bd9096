/* SPDX-License-Identifier: ISC */
/* Text from elsewhere, made safe for a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/text.h"

static const struct {
	const char *text, *safe;
} rows[] = {
	{ "", "" },
	{ "Bass 1", "Bass 1" },
	{ "\xc3\xa9\xe2\x99\xaa\xf0\x9f\x8e\xb9",
	    "\xc3\xa9\xe2\x99\xaa\xf0\x9f\x8e\xb9" },
	/* Control characters: of ASCII, DEL, CSI as one byte and as two. */
	{ "a\x1b[2J\r\n\x7f", "a\\x1b[2J\\x0d\\x0a\\x7f" },
	{ "\x9b", "\\x9b" },
	{ "\xc2\x9b", "\\xc2\\x9b" },
	/* Invalid UTF-8: truncated, overlong, a surrogate, beyond the last code
	   point. */
	{ "\xe2\x99", "\\xe2\\x99" },
	{ "\xc0\xaf", "\\xc0\\xaf" },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
	{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
	/* A change of direction, a line separator, an invisible space. A joiner
	   is kept. */
	{ "evil\xe2\x80\xaexys.syx", "evil\\xe2\\x80\\xaexys.syx" },
	{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6" },
	{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },
	{ "\xe2\x80\x8b", "\\xe2\\x80\\x8b" },
	{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },
	{ "\xe2\x80\x8d", "\xe2\x80\x8d" },
};

static void
safe_text(void **state)
{
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
		    sx_text_safe(buf, sizeof(buf), rows[i].text), rows[i].safe);
}

/* Whole characters and escapes, as many as fit. */
static void
text_that_is_too_long(void **state)
{
	static const char *const cut[] = { "", "", "a", "a", "a", "a", "a\\x1b",
		"a\\x1b", "a\\x1b\xc3\xa9", "a\\x1b\xc3\xa9" };
	char buf[16];

	(void)state;
	for (size_t size = 1; size < sizeof(cut) / sizeof(cut[0]); size++)
		assert_string_equal(
		    sx_text_safe(buf, size, "a\x1b\xc3\xa9"), cut[size]);
	assert_string_equal(sx_text_safe(buf, 1, "Bass 1"), "");
	assert_string_equal(sx_text_safe(buf, 6, "Bass 1"), "Bass ");
	assert_string_equal(sx_text_safe(buf, 7, "Bass 1\x1b"), "Bass 1");
	assert_string_equal(sx_text_safe(buf, 10, "Bass 1\x1b"), "Bass 1");
	assert_string_equal(sx_text_safe(buf, 11, "Bass 1\x1b"), "Bass 1\\x1b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(safe_text),
		cmocka_unit_test(text_that_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
