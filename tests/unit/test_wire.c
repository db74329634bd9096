/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/midi_io/wire.h"

#define SECOND 1000000

static void
test_bytes_leave_at_din_speed(void **state)
{
	struct wire w = { .size = 10000 };

	(void)state;
	assert_int_equal(wire_buffered(&w, 0, 5 * SECOND), 0);
	wire_put(&w, 6250, 5 * SECOND);
	assert_int_equal(wire_buffered(&w, 0, 5 * SECOND), 6250);
	assert_int_equal(wire_buffered(&w, 0, 6 * SECOND), 3125);
	wire_put(&w, 1000, 6 * SECOND);
	assert_int_equal(wire_buffered(&w, 0, 6 * SECOND), 4125);
	assert_int_equal(wire_buffered(&w, 0, 7 * SECOND), 1000);
	assert_int_equal(wire_buffered(&w, 0, 8 * SECOND), 0);
	assert_int_equal(wire_buffered(&w, 0, 1000 * (int64_t)SECOND), 0);
}

/* It does not own bytes that it has no room for. */
static void
test_it_holds_no_more_than_its_size(void **state)
{
	struct wire w = { .size = 6250 };

	(void)state;
	wire_put(&w, 1048576, 0);
	assert_int_equal(wire_buffered(&w, 1000000, SECOND), 6250);
	assert_int_equal(wire_buffered(&w, 1, 9 * SECOND), 6250);
	assert_int_equal(wire_buffered(&w, 0, 10 * SECOND), 3125);
	assert_int_equal(wire_buffered(&w, 0, 11 * SECOND), 0);
}

static void
test_a_driver_without_a_buffer_holds_nothing(void **state)
{
	struct wire w = { 0 };

	(void)state;
	wire_put(&w, 100000, SECOND);
	assert_int_equal(wire_buffered(&w, 0, SECOND), 0);
	assert_int_equal(wire_buffered(&w, 5000, SECOND), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_leave_at_din_speed),
		cmocka_unit_test(test_it_holds_no_more_than_its_size),
		cmocka_unit_test(test_a_driver_without_a_buffer_holds_nothing),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
