/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/html.h"

/* malloc'ed */
static char *
html(const char *text)
{
	char *buf = NULL;
	size_t size;
	FILE *f = open_memstream(&buf, &size);

	assert_non_null(f);
	sx_html_text(f, text);
	assert_int_equal(fclose(f), 0);
	return buf;
}

static void
test_text(void **state)
{
	static const struct {
		const char *text, *html;
	} cases[] = {
		{ "", "" },
		{ "Alpha Base", "Alpha Base" },
		{ "<script>alert('x')</script>",
		    "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" },
		{ "\" onload=\"x", "&quot; onload=&quot;x" },
		{ "&lt;&#60;", "&amp;lt;&amp;#60;" },
		{ "a`b=c/d\\", "a`b=c/d\\" },
		/* control characters: C0, DEL, C1 */
		{ "a\tb\nc\r\x1b[31m", "a\\u0009b\\u000ac\\u000d\\u001b[31m" },
		{ "\x7f\xc2\x80\xc2\x9b", "\\u007f\\u0080\\u009b" },
		/* letters, and the last characters before and after those */
		{ "\xc2\xa0\xc3\xbc\xe6\x97\xa5",
		    "\xc2\xa0\xc3\xbc\xe6\x97\xa5" },
		{ "\xf0\x9f\x8e\xb9", "\xf0\x9f\x8e\xb9" },
		/* invalid: alone, truncated, overlong, surrogates, too large */
		{ "\x80", "\\x80" },
		{ "\xc3", "\\xc3" },
		{ "\xe6\x97<", "\\xe6\\x97&lt;" },
		{ "\xc0\xbc", "\\xc0\\xbc" },
		{ "\xe0\x80\xbc", "\\xe0\\x80\\xbc" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		/* direction, line separators, invisible ones, no characters */
		{ "a\xe2\x80\xaetxt.syx", "a\\u202etxt.syx" },
		{ "\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8f\xd8\x9c",
		    "\\u2066\\u2069\\u200f\\u061c" },
		{ "\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029" },
		{ "\xe2\x80\x8b\xef\xbb\xbf\xc2\xad", "\\u200b\\ufeff\\u00ad" },
		{ "\xef\xbf\xbe\xf0\x9f\xbf\xbf\xf3\xa0\x81\x81",
		    "\\ufffe\\u1ffff\\ue0041" },
		/* the neighbors of these code points are shown */
		{ "\xe2\x80\xa7\xe2\x80\xaf\xef\xbf\xbd",
		    "\xe2\x80\xa7\xe2\x80\xaf\xef\xbf\xbd" },
		{ "\xe2\x80\x8c\xe2\x80\x8d", "\xe2\x80\x8c\xe2\x80\x8d" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = html(cases[i].text);

		assert_string_equal(got, cases[i].html);
		free(got);
	}
}

/* No bytes become markup, and all output is printable. */
static void
test_every_pair_of_bytes(void **state)
{
	char text[3] = "";

	(void)state;
	for (unsigned i = 0x101; i < 0x10000; i++) {
		char *got;

		text[0] = (char)(i >> 8);
		text[1] = (char)i;
		got = html(text);
		for (const char *p = got; *p != '\0'; p++) {
			assert_null(strchr("<>\"'", *p));
			assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
		}
		free(got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_every_pair_of_bytes),
	};

	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
