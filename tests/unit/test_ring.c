/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/midi_io/ring.h"

/*
 * A model of the kernel's ring, as in rawmidi.c: bytes without room are
 * discarded; a read first frees the room and then copies, piece by piece, and
 * the driver may deliver at any moment. The ring holds the numbers of bytes in
 * the stream instead of bytes, so that each hole and each wrong byte is
 * detectable.
 */
#define SIZE  64
#define HOLES 4096

struct kernel {
	uint64_t ring[SIZE];
	size_t head, avail; /* the next to be read; bytes available */
	uint64_t sent, lost;
	size_t overruns; /* since the last status */
	bool counts; /* kernel 6.1: overruns are exact; else never reported */
	bool proc;   /* "Rx bytes" is available */

	uint32_t seed;
	unsigned calm; /* the driver delivers at one of this many moments */
	size_t most;   /* bytes that it delivers at a moment */
	bool pauses;   /* of the reader, at any moment, for longer */

	/* Of the last read. */
	uint64_t right[SIZE], got[SIZE];
	size_t n;
};

static uint32_t
random_below(struct kernel *k, uint32_t n)
{
	k->seed ^= k->seed << 13;
	k->seed ^= k->seed >> 17;
	k->seed ^= k->seed << 5;
	return k->seed % n;
}

static void
deliver(struct kernel *k, size_t n)
{
	for (; n > 0; n--, k->sent++) {
		if (k->avail < SIZE) {
			k->ring[(k->head + k->avail++) % SIZE] = k->sent;
			continue;
		}
		k->lost++;
		k->overruns += k->counts;
	}
}

/* The driver may deliver now. */
static void
moment(struct kernel *k)
{
	if (k->most == 0)
		return;
	if (k->pauses && random_below(k, 100) == 0)
		deliver(k, random_below(k, 3 * SIZE));
	else if (random_below(k, k->calm) == 0)
		deliver(k, 1 + random_below(k, (uint32_t)k->most));
}

static int
status(void *port, size_t *avail, size_t *overruns, struct sx_err *e)
{
	struct kernel *k = port;

	(void)e;
	moment(k);
	*avail = k->avail;
	*overruns = k->overruns;
	k->overruns = 0;
	moment(k);
	return 0;
}

static int64_t
arrived(void *port)
{
	struct kernel *k = port;
	int64_t n;

	if (!k->proc)
		return -1;
	moment(k);
	n = (int64_t)k->sent;
	moment(k);
	return n;
}

static ssize_t
take(void *port, uint8_t *buf, size_t max, struct sx_err *e)
{
	struct kernel *k = port;
	size_t piece, from;

	(void)e;
	moment(k);
	for (k->n = 0; k->n < max && k->avail > 0; k->n += piece) {
		from = k->head;
		piece = SIZE - from;
		piece = piece < max - k->n ? piece : max - k->n;
		piece = piece < k->avail ? piece : k->avail;
		memcpy(
		    k->right + k->n, k->ring + from, piece * sizeof(*k->ring));
		k->head = (from + piece) % SIZE;
		k->avail -= piece;
		for (size_t i = 0; i < piece; i++) {
			moment(k);
			k->got[k->n + i] = k->ring[from + i];
			buf[k->n + i] = (uint8_t)k->got[k->n + i];
		}
		moment(k);
	}
	return (ssize_t)k->n;
}

static const struct ring_source source = { status, arrived, take };

struct reader {
	struct ring ring;
	uint64_t next;	 /* the next number if nothing is missing */
	bool told;	 /* a hole, no byte since */
	bool unsure;	 /* the last byte was in doubt */
	uint64_t at;	 /* bytes read */
	size_t holes;	 /* that there were */
	uint64_t *where; /* places of holes, and of holes reported in vain */
	uint64_t *vain;
	size_t nvain;
	size_t doubtful; /* bytes */
	size_t wrong;	 /* of these */
};

/* Read once: every hole must be reported, every byte right or in doubt. */
static void
read_once(struct reader *r, struct kernel *k, size_t max)
{
	struct midi_io_in in = { 0 };
	uint8_t buf[SIZE];

	k->n = 0;
	assert_int_equal(
	    ring_read(&r->ring, &source, k, buf, max, &in, NULL), 0);
	assert_int_equal(in.len, k->n);
	assert_true(in.doubt <= in.len && !in.lost_before);
	r->doubtful += in.doubt;
	for (size_t i = 0; i < in.len; i++, r->at++) {
		assert_int_equal(buf[i], (uint8_t)k->got[i]);
		if (k->got[i] != k->right[i]) {
			assert_true(i < in.doubt);
			r->wrong++;
		}
		if (k->right[i] != r->next) {
			/* Or a byte beside it is in doubt. */
			assert_true(r->told || r->unsure || i < in.doubt);
			assert_true(r->holes < HOLES);
			r->where[r->holes++] = r->at;
		} else if (r->told) {
			assert_true(r->nvain < HOLES);
			r->vain[r->nvain++] = r->at;
		}
		r->told = false;
		r->unsure = i < in.doubt;
		r->next = k->right[i] + 1;
	}
	r->told |= in.lost_after;
}

/* No more input: read everything available. */
static void
finish(struct reader *r, struct kernel *k)
{
	k->most = 0;
	do
		read_once(r, k, SIZE);
	while (k->n > 0);
	if (r->next != k->sent) {
		assert_true(r->told || r->unsure);
		r->where[r->holes++] = r->at;
	}
	assert_int_equal(r->ring.consumed, k->sent - k->lost);
	if (k->proc || k->counts)
		assert_int_equal(r->ring.lost, k->lost);
}

/* A hole reported in vain is within the length of one read of a real one. */
static void
near_a_hole(const struct reader *r, uint64_t place)
{
	for (size_t i = 0; i < r->holes; i++)
		if (place < r->where[i] + SIZE && r->where[i] < place + SIZE)
			return;
	fail_msg("no hole near %ju", (uintmax_t)place);
}

static struct reader
run(struct kernel k, size_t reads)
{
	static uint64_t where[HOLES], vain[HOLES];
	struct reader r = {
		.ring = { .size = SIZE }, .where = where, .vain = vain
	};

	for (size_t i = 0; i < reads; i++) {
		moment(&k);
		read_once(&r, &k, 1 + random_below(&k, 40));
	}
	finish(&r, &k);
	return r;
}

/* Pauses fill the ring; otherwise there is room. */
static void
test_holes_are_found_where_they_are(void **state)
{
	size_t holes = 0, vain = 0;
	struct reader r;

	(void)state;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		struct kernel k = { .seed = seed,
			.counts = seed % 2 == 0,
			.proc = seed % 4 != 0,
			.calm = 40,
			.most = 8,
			.pauses = true };

		r = run(k, 5000);
		for (size_t i = 0; i < r.nvain && k.proc; i++)
			near_a_hole(&r, r.vain[i]);
		holes += r.holes;
		vain += r.nvain;
	}
	assert_true(holes > 10000);
	assert_true(vain < holes);
}

/* More arrives than can be read: the reader is always behind, and the driver
 * close after it. */
static void
test_a_ring_that_is_always_full(void **state)
{
	size_t wrong = 0, doubtful = 0, holes = 0;
	struct reader r;

	(void)state;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		struct kernel k = { .seed = seed,
			.counts = seed % 2 == 0,
			.proc = seed % 4 != 0,
			.calm = 2,
			.most = 3 };

		r = run(k, 1000);
		wrong += r.wrong;
		doubtful += r.doubtful;
		holes += r.holes;
	}
	assert_true(wrong > 1000);
	assert_true(doubtful < 4 * wrong);
	assert_true(holes > 1000);
}

/* There is always room: no byte is in doubt. */
static void
test_nothing_is_made_up(void **state)
{
	struct reader r;

	(void)state;
	for (uint32_t seed = 1; seed <= 20; seed++) {
		struct kernel k = { .seed = seed,
			.counts = seed % 2 == 0,
			.proc = seed % 4 > 1,
			.calm = 60,
			.most = 8 };

		r = run(k, 5000);
		assert_int_equal(r.holes + r.nvain + r.wrong + r.ring.lost, 0);
	}
}

/* Full to the last byte, but nothing lost, as /proc shows. */
static void
test_full_is_not_lost(void **state)
{
	struct kernel k = { .proc = true };
	struct reader r = { .ring = { .size = SIZE } };

	(void)state;
	deliver(&k, SIZE);
	while (k.avail > 0)
		read_once(&r, &k, 16);
	assert_int_equal(r.ring.consumed, SIZE);
	assert_int_equal(r.ring.lost, 0);
	assert_int_equal(r.doubtful, 0);
	assert_false(r.told);
}

/* More holes than can be remembered: the rest is in doubt, none goes
 * unreported. */
static void
test_too_many_holes(void **state)
{
	static uint64_t where[HOLES], vain[HOLES];
	struct kernel k = { .proc = true };
	struct reader r = {
		.ring = { .size = SIZE }, .where = where, .vain = vain
	};

	(void)state;
	for (int i = 0; i < SIZE; i++) {
		deliver(&k, SIZE);
		read_once(&r, &k, 1);
	}
	assert_int_equal(r.ring.holes, RING_HOLES);
	finish(&r, &k);
	assert_int_equal(r.holes, SIZE - 1);
	assert_in_range(r.doubtful, 1, 2 * SIZE);
}

/* Overruns that do not match a full ring. */
static void
test_overruns_without_a_place(void **state)
{
	struct kernel k = { .overruns = 3 };
	struct reader r = { .ring = { .size = SIZE } };

	(void)state;
	deliver(&k, 10);
	read_once(&r, &k, 4);
	assert_int_equal(r.doubtful, 4);
	deliver(&k, 10);
	read_once(&r, &k, SIZE);
	assert_int_equal(r.doubtful, 10);
	deliver(&k, 10);
	read_once(&r, &k, SIZE);
	assert_int_equal(r.doubtful, 10);
}

static void
test_a_ring_of_unknown_size(void **state)
{
	struct kernel k = { .proc = true };
	struct reader r = { 0 };

	(void)state;
	deliver(&k, SIZE);
	read_once(&r, &k, SIZE);
	assert_int_equal(r.at, SIZE);
	assert_int_equal(r.doubtful, 0);
}

/* Contents of the ring before and after reads. */
static size_t held[4];

static int
next_status(void *port, size_t *avail, size_t *overruns, struct sx_err *e)
{
	size_t *at = port;

	(void)e;
	*avail = held[*at < 3 ? (*at)++ : 3];
	*overruns = 0;
	return 0;
}

static int64_t
arrivals_unknown(void *port)
{
	(void)port;
	return -1;
}

static ssize_t
zeros(void *port, uint8_t *buf, size_t n, struct sx_err *e)
{
	(void)port, (void)e;
	memset(buf, 0, n);
	return (ssize_t)n;
}

/* During the read more arrived than there was room for: that many of its first
 * bytes may be new ones. No more are in doubt. */
static void
test_a_ring_that_fills_while_it_is_read(void **state)
{
	static const struct ring_source filling = { next_status,
		arrivals_unknown, zeros };
	static const struct {
		size_t before, after, doubt;
	} t[] = { { 20, 30, 0 }, { 20, 44, 0 }, { 20, 48, 4 }, { 20, 63, 19 } };
	uint8_t buf[SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct ring r = { .size = SIZE };
		struct midi_io_in in = { 0 };
		size_t at = 0;

		held[0] = t[i].before;
		held[1] = held[2] = held[3] = t[i].after;
		assert_int_equal(
		    ring_read(&r, &filling, &at, buf, SIZE, &in, NULL), 0);
		assert_int_equal(in.len, t[i].before);
		assert_int_equal(in.doubt, t[i].doubt);
	}
}

/* Sizes of requested reads: little from a full ring, none past its end. */
static size_t asked;

static int
big_status(void *port, size_t *avail, size_t *overruns, struct sx_err *e)
{
	(void)e;
	*avail = *(size_t *)port;
	*overruns = 0;
	return 0;
}

static int64_t
none_arrived(void *port)
{
	(void)port;
	return 0;
}

static ssize_t
big_read(void *port, uint8_t *buf, size_t n, struct sx_err *e)
{
	(void)buf, (void)e;
	*(size_t *)port -= n;
	asked = n;
	return (ssize_t)n;
}

static void
test_how_much_is_read(void **state)
{
	static const struct ring_source big = { big_status, none_arrived,
		big_read };
	static const struct {
		size_t avail, max, want;
		uint64_t consumed;
	} cases[] = {
		{ 100000, 65536, 4096, 0 },
		{ 99999, 65536, 32768, 0 },
		{ 40000, 65536, 40000, 0 },
		{ 40000, 100, 100, 0 },
		{ 40000, 65536, 7, 299993 },
		{ 100000, 65536, 4096, 300000 },
	};
	struct midi_io_in in;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ring r = { .size = 100000,
			.consumed = cases[i].consumed };
		size_t avail = cases[i].avail;

		in = (struct midi_io_in){ 0 };
		assert_int_equal(
		    ring_read(&r, &big, &avail, NULL, cases[i].max, &in, NULL),
		    0);
		assert_int_equal(asked, cases[i].want);
		assert_int_equal(in.doubt, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holes_are_found_where_they_are),
		cmocka_unit_test(test_a_ring_that_is_always_full),
		cmocka_unit_test(test_nothing_is_made_up),
		cmocka_unit_test(test_full_is_not_lost),
		cmocka_unit_test(test_too_many_holes),
		cmocka_unit_test(test_overruns_without_a_place),
		cmocka_unit_test(test_a_ring_of_unknown_size),
		cmocka_unit_test(test_a_ring_that_fills_while_it_is_read),
		cmocka_unit_test(test_how_much_is_read),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
