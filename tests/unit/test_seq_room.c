/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sound/asequencer.h>
#include <sys/ioctl.h>

#include "../../src/midi_io/seq_room.h"

#define CELL sizeof(struct snd_seq_event)

/* The sequencer's answer; pool < 0: no such client. */
static int asked_for, pool, available;

int
ioctl(int fd, unsigned long request, ...)
{
	struct snd_seq_client_pool *p;
	va_list ap;

	(void)fd;
	va_start(ap, request);
	p = va_arg(ap, struct snd_seq_client_pool *);
	va_end(ap);
	assert_int_equal(request, SNDRV_SEQ_IOCTL_GET_CLIENT_POOL);
	asked_for = p->client;
	if (pool < 0) {
		errno = ENOENT;
		return -1;
	}
	p->input_pool = pool;
	p->input_free = available;
	return 0;
}

static void
test_half_of_the_queue_stays_free(void **state)
{
	static const struct {
		int pool, available;
		size_t len;
		bool room;
	} cases[] = {
		{ -1, 0, 100000, true }, /* it has just gone */
		{ 0, 0, 100000, true },	 /* it has no queue */
		{ 200, 200, 100000, true },
		{ 200, 199, 1, true },
		{ 200, 102, 1, true },
		{ 200, 101, 1, false },
		{ 200, 101, 0, true },
		{ 200, 102, CELL, true },
		{ 200, 102, CELL + 1, false },
		{ 200, 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pool = cases[i].pool;
		available = cases[i].available;
		assert_int_equal(seq_room(7, 129, cases[i].len), cases[i].room);
		assert_int_equal(asked_for, 129);
	}
}

static void
test_cells_in_use(void **state)
{
	static const struct {
		int pool, available;
		size_t queued;
	} cases[] = {
		{ -1, 0, 0 }, /* it has just gone */
		{ 0, 0, 0 }, { 200, 200, 0 }, { 200, 189, 11 }, { 200, 0, 200 },
		{ 200, 201, 0 }, /* not what is expected */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pool = cases[i].pool;
		available = cases[i].available;
		assert_int_equal(seq_queued(7, 129), cases[i].queued);
		assert_int_equal(asked_for, 129);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_half_of_the_queue_stays_free),
		cmocka_unit_test(test_cells_in_use),
	};

	return cmocka_run_group_tests_name("seq_room", tests, NULL, NULL);
}
