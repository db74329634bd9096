/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <string.h>

#include "sxlib/snapshot.h"

struct bytes {
	uint8_t data[512];
	size_t n;
};

static int
put(void *arg, const uint8_t *message, size_t n)
{
	struct bytes *b = arg;

	assert_true(b->n + n <= sizeof(b->data));
	memcpy(b->data + b->n, message, n);
	b->n += n;
	return 0;
}

#define B(...)                                               \
	{                                                    \
		(const uint8_t[]){ __VA_ARGS__ },            \
		    sizeof((const uint8_t[]){ __VA_ARGS__ }) \
	}

static const struct {
	const char *name;
	struct {
		const uint8_t *data;
		size_t n;
	} in, want;
} cases[] = {
	{ "the last value, in the order of last arrival",
	    B(0xb0, 20, 1, 0xb0, 21, 2, 0xb0, 20, 3),
	    B(0xb0, 21, 2, 0xb0, 20, 3) },
	{ "each channel has its own",
	    B(0xb0, 20, 1, 0xb1, 20, 2, 0xe1, 5, 6, 0xc1, 9, 0xe1, 7, 8),
	    B(0xb0, 20, 1, 0xb1, 20, 2, 0xc1, 9, 0xe1, 7, 8) },
	{ "notes and pressure are none",
	    B(0x90, 60, 1, 0xa0, 60, 1, 0xd0, 5, 0xb0, 7, 1, 0x80, 60, 0),
	    B(0xb0, 7, 1) },
	{ "high before low, where the later one came",
	    B(0xb0, 33, 5, 0xb0, 20, 1, 0xb0, 1, 6, 0xb0, 21, 1),
	    B(0xb0, 20, 1, 0xb0, 1, 6, 0xb0, 33, 5, 0xb0, 21, 1) },
	{ "a bank before its program", B(0xb0, 0, 1, 0xb0, 32, 2, 0xc0, 3),
	    B(0xb0, 0, 1, 0xb0, 32, 2, 0xc0, 3) },
	/* An MBrane 11: pairs of controllers where other units select an NRPN.
	 */
	{ "98 to 101 and 120 to 123 are controllers",
	    B(0xb0, 90, 1, 0xb0, 91, 45, 0xb0, 100, 0, 0xb0, 101, 9, 0xb0, 99,
		4, 0xb0, 98, 3, 0xb0, 96, 1, 0xb0, 97, 2, 0xb0, 120, 5, 0xb0,
		123, 1),
	    B(0xb0, 90, 1, 0xb0, 91, 45, 0xb0, 100, 0, 0xb0, 101, 9, 0xb0, 99,
		4, 0xb0, 98, 3, 0xb0, 96, 1, 0xb0, 97, 2, 0xb0, 120, 5, 0xb0,
		123, 1) },
	{ "NRPN: the last value of each, with its choice",
	    B(0xb0, 99, 1, 0xb0, 98, 2, 0xb0, 6, 3, 0xb0, 38, 4, 0xb0, 98, 5,
		0xb0, 6, 6, 0xb0, 98, 2, 0xb0, 6, 7),
	    B(0xb0, 99, 1, 0xb0, 98, 5, 0xb0, 6, 6, 0xb0, 99, 1, 0xb0, 98, 2,
		0xb0, 6, 7, 0xb0, 38, 4) },
	{ "RPN, and none chosen at the end",
	    B(0xb0, 101, 0, 0xb0, 100, 0, 0xb0, 6, 12, 0xb0, 101, 127, 0xb0,
		100, 127, 0xb0, 6, 1),
	    B(0xb0, 101, 0, 0xb0, 100, 0, 0xb0, 6, 12, 0xb0, 101, 127, 0xb0,
		100, 127, 0xb0, 6, 1) },
};

static void
test_cases(void **state)
{
	static const size_t lengths[8] = { 3, 3, 3, 3, 2, 2, 3, 1 };
	struct sx_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sx_snapshot *s = sx_snapshot_new(&e);
		const uint8_t *p = cases[i].in.data;
		struct bytes got = { .n = 0 };

		assert_non_null(s);
		for (size_t at = 0; at < cases[i].in.n;
		     at += lengths[p[at] >> 4 & 7])
			assert_int_equal(sx_snapshot_take(s, p + at, &e), 0);
		assert_int_equal(sx_snapshot_put(s, put, &got), 0);
		if (got.n != cases[i].want.n ||
		    memcmp(got.data, cases[i].want.data, got.n) != 0)
			fail_msg("%s: %zu bytes", cases[i].name, got.n);
		sx_snapshot_free(s);
	}
}

/* All values together fit. */
static void
test_all(void **state)
{
	struct sx_err e = { 0 };
	struct sx_snapshot *s = sx_snapshot_new(&e);
	uint8_t m[3];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (unsigned i = 0; i < 16 * 128; i++) {
			m[0] = (uint8_t)(0xb0 | i / 128);
			m[1] = (uint8_t)(i % 128);
			m[2] = (uint8_t)round;
			if (m[1] < 96 && m[1] != 6 && m[1] != 38)
				assert_int_equal(sx_snapshot_take(s, m, &e), 0);
		}
	assert_int_equal(sx_snapshot_count(s), 16 * 94);
	assert_true(sx_snapshot_wants((const uint8_t[]){ 0xef, 0, 0 }));
	assert_false(sx_snapshot_wants((const uint8_t[]){ 0x90, 0, 0 }));
	sx_snapshot_free(s);
	sx_snapshot_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
