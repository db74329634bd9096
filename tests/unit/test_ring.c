/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../../src/midi_io/ring.h"

/*
 * A model of the kernel's ring: it keeps the oldest, and what it holds are not
 * bytes but their numbers in the stream, so that each hole can be seen.
 */
#define SIZE 64

struct model {
	uint64_t number[SIZE];
	size_t avail;
	uint64_t arrived, lost;
	size_t overruns; /* as counted since the last status */
	bool counts;	 /* kernel 6.1: overruns are exact; else never told */
};

static void
arrive(struct model *m, size_t n)
{
	for (; n > 0; n--, m->arrived++) {
		if (m->avail < SIZE) {
			m->number[m->avail++] = m->arrived;
			continue;
		}
		m->lost++;
		m->overruns += m->counts;
	}
}

static void
take(struct model *m, size_t n, uint64_t *out)
{
	assert_true(n <= m->avail);
	for (size_t i = 0; i < n; i++)
		out[i] = m->number[i];
	for (size_t i = n; i < m->avail; i++)
		m->number[i - n] = m->number[i];
	m->avail -= n;
}

struct reader {
	struct ring ring;
	uint64_t next; /* the number that would come if nothing were lost */
	bool told;     /* a loss has been told, and no byte has come since */
	size_t holes;
};

/* Read once, as alsa.c does; `late` bytes arrive between status and read. */
static void
read_once(struct reader *r, struct model *m, size_t max, bool proc, size_t late)
{
	struct midi_io_in in = { 0 };
	uint64_t got[SIZE];
	size_t overruns = m->overruns, n;
	int64_t arrived = -1;

	m->overruns = 0;
	if (ring_suspect(&r->ring, m->avail) && proc)
		arrived = (int64_t)m->arrived;
	ring_look(&r->ring, m->avail, overruns, arrived);
	n = ring_room(&r->ring, m->avail, max);
	arrive(m, late);
	take(m, n, got);
	ring_took(&r->ring, n, &in);

	assert_int_equal(in.len, n);
	assert_false(in.doubt);
	r->told |= in.lost_before;
	for (size_t i = 0; i < n; i++) {
		if (got[i] != r->next) {
			assert_true(r->told); /* no hole goes unseen */
			r->holes++;
		} else {
			assert_false(r->told); /* and none is made up */
		}
		r->told = false;
		r->next = got[i] + 1;
	}
	r->told |= in.lost_after;
}

static uint32_t
next_random(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

/* A reader that now and then sleeps for too long, between two reads. */
static void
run(uint32_t seed, bool counts, bool proc, bool late)
{
	struct model m = { .counts = counts };
	struct reader r = { .ring = { .size = SIZE } };
	uint32_t x = seed;

	for (int i = 0; i < 20000; i++) {
		size_t burst = next_random(&x) % 8;
		size_t max = 1 + next_random(&x) % 40, during = 0;

		if (next_random(&x) % 50 == 0)
			burst = SIZE / 2 + next_random(&x) % (2 * SIZE);
		else if (late && m.avail < SIZE && next_random(&x) % 50 == 0)
			during = SIZE + 1 + next_random(&x) % SIZE;
		if (!proc && m.avail + burst == SIZE)
			burst = 0; /* full to the brim looks like a loss */
		arrive(&m, burst);
		read_once(&r, &m, max, proc, during);
		/* A sleep within a read, and the ring full again after it,
		 * cannot be told from a sleep after it. */
		while (during > 0 && m.avail > 0)
			read_once(&r, &m, SIZE, proc, 0);
	}
	while (m.avail > 0)
		read_once(&r, &m, SIZE, proc, 0);
	assert_true(r.holes > 100);
	if (proc || counts)
		assert_int_equal(r.ring.lost, m.lost);
}

static void
test_holes_are_found_where_they_are(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 20; seed++) {
		run(seed, true, true, true);
		run(seed, false, true, true);
		run(seed, true, false, true);
		run(seed, false, false, false);
	}
}

/* Full to the last byte and nothing lost: /proc tells that it was not. */
static void
test_full_is_not_lost(void **state)
{
	struct model m = { .counts = false };
	struct reader r = { .ring = { .size = SIZE } };

	(void)state;
	arrive(&m, SIZE);
	while (m.avail > 0)
		read_once(&r, &m, 16, true, 0);
	assert_int_equal(r.ring.taken, SIZE);
	assert_int_equal(r.ring.lost, 0);
	assert_false(r.told);
}

/* More holes than are remembered: the rest is in doubt, none is silent. */
static void
test_too_many_holes(void **state)
{
	struct ring r = { .size = 1000 };
	struct midi_io_in in;
	size_t told = 0;

	(void)state;
	for (int i = 0; i < RING_HOLES + 10; i++) {
		ring_look(&r, 1000, 1, -1);
		assert_int_equal(ring_room(&r, 1000, 1), 1);
		ring_took(&r, 1, &in);
		assert_int_equal(in.doubt, i >= RING_HOLES);
	}
	while (r.taken < 1000 + RING_HOLES + 9) {
		in = (struct midi_io_in){ 0 };
		ring_took(&r, ring_room(&r, 1000, 1000), &in);
		told += in.lost_after;
		if (r.holes == 0)
			assert_true(in.doubt);
	}
	assert_int_equal(told, RING_HOLES);
	ring_took(&r, 1, &in);
	assert_false(in.doubt);
}

/* Overruns that fit no full ring, or a ring of unknown size. */
static void
test_overruns_without_a_place(void **state)
{
	struct ring r = { .size = 1000 };
	struct midi_io_in in = { 0 };

	(void)state;
	ring_look(&r, 10, 3, -1);
	ring_took(&r, 4, &in);
	assert_true(in.doubt);
	ring_took(&r, 6, &in);
	assert_true(in.doubt);
	ring_took(&r, 1, &in);
	assert_false(in.doubt);

	r = (struct ring){ .size = 0 };
	ring_look(&r, 10, 0, -1);
	assert_int_equal(ring_room(&r, 10, 100), 10);
	ring_took(&r, 10, &in);
	assert_false(in.doubt || in.lost_before || in.lost_after);
}

/* The kernel copies new bytes in place of old ones if the driver catches up
 * with a read from a full ring. */
static void
test_what_may_have_been_overwritten_is_doubtful(void **state)
{
	struct ring r = { .size = 100000 };

	(void)state;
	assert_true(ring_full(&r, 100000));
	assert_int_equal(ring_room(&r, 100000, 65536), 4096);
	assert_false(ring_overwritten(&r, 4096, 100000 - 4096));
	assert_true(ring_overwritten(&r, 4096, 100000 - 4096 + 1));
	assert_false(ring_full(&r, 99999));
	assert_int_equal(ring_room(&r, 99999, 65536), 32768);
	assert_int_equal(ring_room(&r, 40000, 65536), 40000);
	assert_int_equal(ring_room(&r, 40000, 100), 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holes_are_found_where_they_are),
		cmocka_unit_test(test_full_is_not_lost),
		cmocka_unit_test(test_too_many_holes),
		cmocka_unit_test(test_overruns_without_a_place),
		cmocka_unit_test(
		    test_what_may_have_been_overwritten_is_doubtful),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
