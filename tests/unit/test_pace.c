/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/session/pace.h"

#define US 1000000

/* Send n bytes with the pacer, waking `late` us after each due time, and check
 * the rule at every step. Returns the time of the last byte. */
static int64_t
run(size_t n, unsigned rate, int64_t late)
{
	struct pace p;
	int64_t now = 5 * US, begun = now;
	size_t sent = 0, k;

	pace_begin(&p, n, rate, now);
	while (sent < n) {
		if (pace_due(&p, sent) + late > now)
			now = pace_due(&p, sent) + (sent > 0 ? late : 0);
		k = pace_allowed(&p, sent, now);
		assert_true(k > 0);
		sent += k;
		assert_true(sent <= n);
		assert_true(
		    (double)sent <=
			(double)rate * (double)(now - begun) / US + 48 ||
		    rate > 3125);
	}
	return now - begun;
}

static void
test_wire_time_within_two_percent(void **state)
{
	static const size_t sizes[] = { 300, 1000, 4104, 65536 };
	static const unsigned rates[] = { 66, 1000, 3125, 31250, 1000000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (size_t k = 0; k < sizeof(rates) / sizeof(*rates); k++) {
			double wire = (double)sizes[i] / rates[k] * US;
			double took = (double)run(sizes[i], rates[k], 0);

			assert_true(took <= wire);
			assert_true(took >= wire * 0.98 - 100);
		}
}

static void
test_small_lateness_costs_no_time(void **state)
{
	double wire = 65536.0 / 3125 * US;

	(void)state;
	assert_true((double)run(65536, 3125, 5000) <= wire * 1.02);
}

static void
test_after_a_stall_only_48_bytes_are_caught_up(void **state)
{
	struct pace p;

	(void)state;
	pace_begin(&p, 10000, 3125, 0);
	assert_in_range(pace_allowed(&p, 0, 0), 1, 48);
	assert_in_range(pace_allowed(&p, 3, 2 * US), 36, 48);
	/* From there it continues at the speed of the wire. */
	assert_int_equal(pace_allowed(&p, 51, 2 * US), 0);
	assert_in_range(pace_due(&p, 51), 2 * US + 1, 2 * US + 10000);
}

static void
test_max_is_everything_at_once(void **state)
{
	struct pace p;

	(void)state;
	pace_begin(&p, 123456, 0, 7);
	assert_int_equal(pace_allowed(&p, 0, 7), 123456);
	assert_int_equal(pace_allowed(&p, 123000, 7), 456);
	assert_int_equal(pace_end(&p), 7);
}

static void
test_the_end_is_that_of_the_wire(void **state)
{
	struct pace p;

	(void)state;
	pace_begin(&p, 3125, 3125, 100);
	assert_int_equal(pace_end(&p), US + 100);
}

/* Timed messages leave at once while the wire keeps up, else at its speed. */
static void
test_messages_at_their_times(void **state)
{
	static const unsigned rates[] = { 1, 66, 1000, 3125, 31250, 12345 };

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		struct pace_wire w = { 0 };
		int64_t now = 5 * US, begun = now, due;
		size_t sent = 0, room;

		for (; sent < PACE_AHEAD; sent += 3) {
			assert_true(
			    pace_wire_room(&w, PACE_AHEAD, rates[i], now) >= 3);
			assert_true(
			    pace_wire_due(&w, PACE_AHEAD, 3, rates[i]) <= now);
			pace_wire_take(&w, 3, rates[i], now);
		}
		assert_int_equal(
		    pace_wire_room(&w, PACE_AHEAD, rates[i], now), 0);
		while (sent < 10000) {
			due = pace_wire_due(&w, PACE_AHEAD, 12, rates[i]);
			assert_true(due > now);
			room =
			    pace_wire_room(&w, PACE_AHEAD, rates[i], due - 100);
			assert_true(room < 12);
			now = due + 2;
			room = pace_wire_room(&w, PACE_AHEAD, rates[i], now);
			assert_in_range(room, 12, 13);
			pace_wire_take(&w, room, rates[i], now);
			sent += room;
			assert_true(
			    (double)sent <=
			    (double)rates[i] * (double)(now - begun) / US +
				PACE_AHEAD);
		}
		assert_true((double)(now - begun) / US * rates[i] >
			    (double)sent * 0.99 - PACE_AHEAD);
		now += 100 * US;
		assert_int_equal(
		    pace_wire_room(&w, PACE_AHEAD, rates[i], now), PACE_AHEAD);
		assert_true(pace_wire_room(&w, PACE_AHEAD, 0, now) > 1000000);
		/* Idle time is not made up for. */
		pace_wire_take(&w, PACE_AHEAD, rates[i], now);
		assert_int_equal(
		    pace_wire_room(&w, PACE_AHEAD, rates[i], now), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_time_within_two_percent),
		cmocka_unit_test(test_small_lateness_costs_no_time),
		cmocka_unit_test(
		    test_after_a_stall_only_48_bytes_are_caught_up),
		cmocka_unit_test(test_max_is_everything_at_once),
		cmocka_unit_test(test_the_end_is_that_of_the_wire),
		cmocka_unit_test(test_messages_at_their_times),
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
