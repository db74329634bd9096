/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/session/queue.h"

static bool
readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void
test_posting(void **state)
{
	struct queue q;

	(void)state;
	assert_int_equal(queue_init(&q), 0);
	for (int i = 0; i < 3; i++) {
		queue_post(q.ready);
		queue_post(q.ready);
		assert_true(readable(q.ready));
		queue_unpost(q.ready);
		assert_false(readable(q.ready));
		/* It does not wait for a post either. */
		queue_unpost(q.ready);
	}
	queue_free(&q);
}

/* The reader is woken once, and only if it has found nothing. */
static void
test_waking(void **state)
{
	struct intake_record r = { .kind = INTAKE_TICK }, got;
	struct queue q;

	(void)state;
	assert_int_equal(queue_init(&q), 0);
	for (int i = 0; i < 3; i++) {
		assert_false(queue_take(&q, &got));
		assert_false(readable(q.ready));
		queue_put(&q, &r, NULL);
		assert_true(readable(q.ready));
		assert_true(queue_take(&q, &got));
		assert_false(readable(q.ready));
		queue_put(&q, &r, NULL);
		assert_false(readable(q.ready));
		assert_true(queue_take(&q, &got));
	}
	queue_free(&q);
}

/* Serial lines deliver single bytes. */
static void
test_a_single_byte(void **state)
{
	struct intake_record r = { .kind = INTAKE_BYTES, .len = 1 }, got;
	struct queue q;

	(void)state;
	assert_int_equal(queue_init(&q), 0);
	queue_put(&q, &r, "\xf7");
	assert_true(queue_take(&q, &got));
	assert_int_equal(got.len, 1);
	assert_memory_equal(got.data, "\xf7", 1);
	queue_free(&q);
}

static uint8_t
byte_at(size_t i)
{
	return (uint8_t)(i * 7 + (i >> 8));
}

/* Records of all sizes, up to that of a block, with the reader sometimes close,
 * sometimes far behind. */
static void
test_in_order_whole_and_counted(void **state)
{
	enum { RECORDS = 3000 };
	struct intake_record r = { .kind = INTAKE_BYTES };
	size_t put = 0, taken = 0, ntaken = 0, room, most = 0;
	struct queue q;
	uint8_t *at;

	(void)state;
	assert_int_equal(queue_init(&q), 0);
	for (size_t i = 0; i < RECORDS; i++) {
		at = queue_room(&q, i % 50, &room);
		assert_non_null(at);
		assert_true(room >= i % 50);
		most = room > most ? room : most;
		/* Every tenth record takes all the room. */
		r.len = i % 10 == 9 ? room : i % 50;
		r.port = (int)i;
		for (size_t k = 0; k < r.len; k++)
			at[k] = byte_at(put++);
		queue_publish(&q, &r);
		assert_int_equal(queue_bytes(&q), put - taken);
		while (i % 500 == 499 || ntaken + 40 < i) {
			if (!queue_take(&q, &r))
				break;
			assert_int_equal(r.port, ntaken++);
			for (size_t k = 0; k < r.len; k++)
				assert_int_equal(r.data[k], byte_at(taken++));
			assert_int_equal(queue_bytes(&q), put - taken);
		}
	}
	assert_int_equal(ntaken, RECORDS);
	assert_int_equal(taken, put);
	assert_true(most > 100000);
	queue_free(&q);
}

/* One byte per record: the heads take far more memory than the bytes. */
static void
test_the_heads_are_counted(void **state)
{
	enum { RECORDS = 100000 };
	struct intake_record r = { .kind = INTAKE_BYTES, .len = 1 };
	struct queue q;

	(void)state;
	assert_int_equal(queue_init(&q), 0);
	assert_int_equal(queue_memory(&q), 0);
	for (size_t i = 0; i < RECORDS; i++)
		queue_put(&q, &r, "x");
	assert_int_equal(queue_bytes(&q), RECORDS);
	assert_true(queue_memory(&q) >= RECORDS * sizeof(r));
	while (queue_take(&q, &r))
		;
	assert_int_equal(queue_bytes(&q), 0);
	/* The last block stays. */
	assert_true(queue_memory(&q) < (1 << 20));
	queue_free(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_posting),
		cmocka_unit_test(test_waking),
		cmocka_unit_test(test_a_single_byte),
		cmocka_unit_test(test_in_order_whole_and_counted),
		cmocka_unit_test(test_the_heads_are_counted),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
