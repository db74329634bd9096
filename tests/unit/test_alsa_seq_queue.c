/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/midi_io/alsa_seq_queue.h"

/*
 * The kernel's queue, as sound/core/seq of Linux 6.12 reads it: events with
 * these numbers of SysEx bytes, and a mark if one was lost.
 */
#define QUEUE_FD 7777
#define CELL	 sizeof(snd_seq_event_t)

static size_t events[64];
static size_t nevents, at;
static bool mark;
static size_t lost_before = SIZE_MAX; /* set the mark when this one is read */

static size_t
cells_of(size_t bytes)
{
	return 1 + (bytes + CELL - 1) / CELL;
}

/* Replace the C library's functions, which headers may define inline. */
ssize_t queue_read(int fd, void *buf, size_t n) __asm__("read");
int queue_poll(struct pollfd *fds, nfds_t n, int timeout) __asm__("poll");

ssize_t
queue_read(int fd, void *buf, size_t n)
{
	uint8_t *to = buf;
	snd_seq_event_t ev = { .type = SND_SEQ_EVENT_SYSEX,
		.flags = SND_SEQ_EVENT_LENGTH_VARIABLE };

	if (fd != QUEUE_FD)
		return syscall(SYS_read, fd, buf, n);
	if (mark) {
		mark = false;
		at = nevents;
		errno = ENOSPC;
		return -1;
	}
	while (at < nevents && n - (size_t)(to - (uint8_t *)buf) >=
				   cells_of(events[at]) * CELL) {
		ev.data.ext.len = (unsigned)events[at];
		memcpy(to, &ev, sizeof(ev));
		memset(to + CELL, (int)at, events[at]);
		to += cells_of(events[at]) * CELL;
		mark |= at == lost_before;
		at++;
	}
	if (to == buf && n > 0) {
		errno = EAGAIN;
		return -1;
	}
	return to - (uint8_t *)buf;
}

int
queue_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	(void)timeout;
	assert_int_equal(n, 1);
	assert_int_equal(fds->fd, QUEUE_FD);
	fds->revents = at < nevents ? POLLIN : 0;
	return fds->revents != 0;
}

static void
queue_up(struct alsa_seq_queue *q, const size_t *sizes, size_t n)
{
	assert_int_equal(alsa_seq_queue_init(q, QUEUE_FD), 0);
	memcpy(events, sizes, n * sizeof(*sizes));
	nevents = n;
	at = 0;
	mark = false;
	lost_before = SIZE_MAX;
}

/* Check that the batch has the events from `first` on. Returns their number. */
static size_t
take_batch(struct alsa_seq_queue *q, size_t first)
{
	const snd_seq_event_t *ev;
	size_t n = 0;

	while ((ev = alsa_seq_queue_next(q)) != NULL) {
		assert_int_equal(ev->data.ext.len, events[first + n]);
		assert_int_equal(*(const uint8_t *)ev->data.ext.ptr, first + n);
		n++;
	}
	return n;
}

static void
test_events_of_any_size_come_in_order(void **state)
{
	static const size_t sizes[] = { 256, 1, 256, 256, 5000, 256, 3, 55944,
		256, 28, 29, 1736, 1737 };
	const size_t n = sizeof(sizes) / sizeof(sizes[0]);
	struct alsa_seq_queue q;
	size_t got = 0;

	(void)state;
	queue_up(&q, sizes, n);
	while (got < n) {
		assert_int_equal(alsa_seq_queue_read(&q), 0);
		assert_false(q.hole || q.doubt);
		got += take_batch(&q, got);
	}
	assert_int_equal(got, n);
	assert_int_equal(alsa_seq_queue_read(&q), -EAGAIN);
	assert_int_equal(q.n, 0);
	alsa_seq_queue_free(&q);
}

static void
test_a_loss_before_a_read_empties_the_queue(void **state)
{
	static const size_t sizes[] = { 256, 256 };
	struct alsa_seq_queue q;

	(void)state;
	queue_up(&q, sizes, 2);
	mark = true;
	assert_int_equal(alsa_seq_queue_read(&q), 0);
	assert_true(q.hole);
	assert_false(q.doubt);
	assert_int_equal(take_batch(&q, 0), 0);
	assert_int_equal(alsa_seq_queue_read(&q), -EAGAIN);
	assert_false(q.hole);
	alsa_seq_queue_free(&q);
}

/* A batch with events from both sides of the hole is in doubt as a whole. */
static void
test_a_loss_during_a_read_is_not_missed(void **state)
{
	static const size_t sizes[] = { 256, 256, 256, 256, 256, 256, 256 };
	struct alsa_seq_queue q;

	(void)state;
	queue_up(&q, sizes, 7);
	lost_before = 1;
	assert_int_equal(alsa_seq_queue_read(&q), 0);
	assert_true(q.hole && q.doubt);
	assert_int_equal(take_batch(&q, 0), 5);
	assert_int_equal(alsa_seq_queue_read(&q), -EAGAIN);
	assert_false(q.hole || q.doubt);
	alsa_seq_queue_free(&q);
}

/* An event larger than the queue is lost, and no other event follows to wake
 * the reader. */
static void
test_a_loss_is_seen_without_a_read(void **state)
{
	static const size_t sizes[] = { 256 };
	struct alsa_seq_queue q;

	(void)state;
	queue_up(&q, sizes, 1);
	alsa_seq_queue_look(&q);
	assert_false(q.hole);
	assert_int_equal(at, 0);
	mark = true;
	alsa_seq_queue_look(&q);
	assert_true(q.hole);
	assert_false(q.doubt);
	alsa_seq_queue_free(&q);
}

static void
test_more_can_be_added_to_a_batch(void **state)
{
	size_t sizes[64], n = 0;
	struct alsa_seq_queue q;
	int rc;

	(void)state;
	for (size_t i = 0; i < 64; i++)
		sizes[i] = 256;
	queue_up(&q, sizes, 64);
	assert_int_equal(alsa_seq_queue_read(&q), 0);
	while ((rc = alsa_seq_queue_more(&q)) == 0)
		n++;
	assert_int_equal(rc, -EAGAIN);
	assert_true(n > 5);
	assert_int_equal(take_batch(&q, 0), 64);
	/* Until the next event might have no room. */
	for (nevents = at = 0, n = 0; n < 6; n++) {
		events[nevents++] = 50000;
		rc = alsa_seq_queue_more(&q);
		if (rc != 0)
			break;
	}
	assert_int_equal(rc, -ENOBUFS);
	alsa_seq_queue_free(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_of_any_size_come_in_order),
		cmocka_unit_test(test_a_loss_before_a_read_empties_the_queue),
		cmocka_unit_test(test_a_loss_during_a_read_is_not_missed),
		cmocka_unit_test(test_a_loss_is_seen_without_a_read),
		cmocka_unit_test(test_more_can_be_added_to_a_batch),
	};

	return cmocka_run_group_tests_name("alsa_seq_queue", tests, NULL, NULL);
}
