/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/store/hextext.h"

static const struct {
	const char *text, *bytes;
	size_t n;
} good[] = {
	{ "", "", 0 },
	{ "\n\n # nothing", "", 0 },
	{ "F0 01 f7", "\xf0\x01\xf7", 3 },
	{ "f001F7", "\xf0\x01\xf7", 3 },
	{ "0xf0,0X01,\n0xF7", "\xf0\x01\xf7", 3 },
	{ "0xf001f7", "\xf0\x01\xf7", 3 },
	{ "0xf0 0x1 0X2 0xf7", "\xf0\x01\x02\xf7", 4 },
	{ "$f0 $1 7", "\xf0\x01\x07", 3 },
	{ "F0h 1H 00h", "\xf0\x01\x00", 3 },
	{ "\xef\xbb\xbf"
	  "f0",
	    "\xf0", 1 },
	{ "f0#f1\nf2#", "\xf0\xf2", 2 },
};

static void
test_good(void **state)
{
	struct sx_err e = { 0 };
	struct sx_hex hex;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(
		    sx_hex_parse(&hex, (const uint8_t *)good[i].text,
			strlen(good[i].text), &e),
		    0);
		assert_int_equal(hex.n, good[i].n);
		assert_memory_equal(hex.bytes, good[i].bytes, hex.n);
		assert_int_equal(hex.ntimes, 0);
		sx_hex_free(&hex);
	}
}

static void
test_bad(void **state)
{
	static const char *const bad[][2] = {
		{ "f0 zz", "line 1: 'zz'" },
		{ "f0\nf7 123\n", "line 2: '123'" },
		{ "0x", "line 1: '0x'" },
		{ "$", "line 1: '$'" },
		{ "h", "line 1: 'h'" },
		{ "f0;f7", "line 1: 'f0;f7'" },
		{ "\n\n\xff", "line 3: " },
		{ "hello", "line 1: 'hello'" },
	};
	struct sx_hex hex;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sx_err e = { 0 };

		assert_int_equal(sx_hex_parse(&hex, (const uint8_t *)bad[i][0],
				     strlen(bad[i][0]), &e),
		    -1);
		assert_int_equal(e.code, SX_EDATA);
		assert_non_null(strstr(e.msg, bad[i][1]));
		sx_hex_free(&hex);
	}
}

static void
test_times(void **state)
{
	static const char text[] = "# at 0.25\nf0 f7\n# at 1\n#at 2\n# at -1\n"
				   "# at nan\n# at 1e99\nf0\n# at 3.0000014";
	static const struct sx_hex_time want[] = { { 0, 250000 },
		{ 2, 1000000 }, { 2, 2000000 }, { 3, 3000001 } };
	struct sx_err e = { 0 };
	struct sx_hex hex;

	(void)state;
	assert_int_equal(
	    sx_hex_parse(&hex, (const uint8_t *)text, sizeof(text) - 1, &e), 0);
	assert_int_equal(hex.ntimes, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(hex.times[i].off, want[i].off);
		assert_int_equal(hex.times[i].at, want[i].at);
	}
	sx_hex_free(&hex);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
