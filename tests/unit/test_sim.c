/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/midi_io/backend.h"
#include "../../src/midi_io/sim.h"

#define FAST "sim:alpha-base?first=0.01&interval=0.01&rate=1000000"

enum {
	BOTH = MIDI_IO_IN | MIDI_IO_OUT,
	PATIENCE = 20000, /* ms until a test gives up waiting */
	PATTERN = 0x02,
	PRESET = 0x01,
};

struct dump {
	uint8_t bytes[8192];
	size_t len;
};

static struct midi_io *
open_sim(const char *spec)
{
	struct sx_err e = { 0 };
	struct midi_io *io = midi_io_open(spec, BOTH, &e);

	if (io == NULL)
		fail_msg("%s: %s", spec, e.msg);
	return io;
}

/* Bytes read beyond the end of a dump. */
struct rest {
	uint8_t bytes[1024];
	size_t at, len;
};

/* Read up to an F7, in pieces of at most `step` bytes. */
static void
read_dump(struct midi_io *io, size_t step, struct rest *r, struct dump *d)
{
	struct pollfd fds[MIDI_IO_POLLFDS];
	struct midi_io_in in;
	struct sx_err e = { 0 };
	size_t n;

	for (d->len = 0; d->len == 0 || d->bytes[d->len - 1] != 0xf7;) {
		assert_true(d->len < sizeof(d->bytes));
		if (r->at < r->len) {
			d->bytes[d->len++] = r->bytes[r->at++];
			continue;
		}
		n = midi_io_pollfds(io, MIDI_IO_IN, fds, MIDI_IO_POLLFDS);
		assert_int_equal(n, 1);
		assert_int_equal(poll(fds, n, PATIENCE), 1);
		assert_int_equal(midi_io_read(io, r->bytes, step, &in, &e), 0);
		assert_true(in.len <= step);
		assert_false(in.end || in.lost_before || in.lost_after);
		r->at = 0;
		r->len = in.len;
	}
}

static void
assert_same(const struct dump *a, const struct dump *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->bytes, b->bytes, a->len);
}

/* devices.md: F0 31 7F 5D, 01 or 02, 55, data, F7. */
static void
assert_alpha_base(const struct dump *d, uint8_t kind)
{
	const uint8_t head[] = { 0xf0, 0x31, 0x7f, 0x5d, kind, 0x55 };

	assert_true(d->len > 1000);
	assert_memory_equal(d->bytes, head, sizeof(head));
	for (size_t i = 1; i < d->len - 1; i++)
		assert_true(d->bytes[i] < 0x80);
	assert_int_equal(d->bytes[d->len - 1], 0xf7);
}

static void
write_all(struct midi_io *io, const uint8_t *p, size_t n)
{
	struct pollfd fds[MIDI_IO_POLLFDS];
	struct sx_err e = { 0 };
	ssize_t put;
	size_t k;

	while (n > 0) {
		k = midi_io_pollfds(io, MIDI_IO_OUT, fds, MIDI_IO_POLLFDS);
		assert_int_equal(k, 1);
		assert_int_equal(poll(fds, k, PATIENCE), 1);
		put = midi_io_write(io, p, n, &e);
		assert_true(put >= 0);
		p += put;
		n -= (size_t)put;
	}
}

/* Patterns and presets alternate; the same ones at any time and reading speed.
 */
static void
test_dumps_are_the_same_each_time(void **state)
{
	struct midi_io *a = open_sim(FAST), *b = open_sim(FAST);
	struct sx_err e = { 0 };
	struct dump first, before = { .len = 0 }, d, again;
	struct rest of_a = { 0 }, of_b = { 0 };

	(void)state;
	assert_true(midi_io_simulated(a));
	assert_int_equal(midi_io_listen(a, &e), 0);
	assert_int_equal(midi_io_listen(b, &e), 0);
	for (int i = 0; i < 6; i++) {
		read_dump(a, 1024, &of_a, &d);
		read_dump(b, i % 2 == 0 ? 1 : 7, &of_b, &again);
		assert_alpha_base(&d, i % 2 == 0 ? PATTERN : PRESET);
		assert_same(&d, &again);
		if (i == 0)
			first = d;
		else
			assert_false(d.len == first.len &&
				     memcmp(d.bytes, first.bytes, d.len) == 0);
		assert_false(d.len == before.len &&
			     memcmp(d.bytes, before.bytes, d.len) == 0);
		before = d;
	}
	midi_io_close(a);
	midi_io_close(b);
}

static void
test_twice(void **state)
{
	struct midi_io *io = open_sim(FAST "&twice");
	struct sx_err e = { 0 };
	struct dump a, b, c;
	struct rest r = { 0 };

	(void)state;
	assert_int_equal(midi_io_listen(io, &e), 0);
	read_dump(io, 1024, &r, &a);
	read_dump(io, 1024, &r, &b);
	read_dump(io, 1024, &r, &c);
	assert_alpha_base(&a, PATTERN);
	assert_same(&a, &b);
	assert_alpha_base(&c, PRESET);
	midi_io_close(io);
}

/* Nothing arrives before listen(), nor sooner than the wire allows. */
static void
test_not_before_its_time(void **state)
{
	struct midi_io *io = open_sim("sim:alpha-base?first=3600");
	struct pollfd fds[MIDI_IO_POLLFDS];
	struct midi_io_in in;
	struct sx_err e = { 0 };
	uint8_t buf[64];

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    midi_io_pollfds(io, MIDI_IO_IN, fds, MIDI_IO_POLLFDS), 1);
		assert_int_equal(poll(fds, 1, 0), 0);
		assert_int_equal(
		    midi_io_read(io, buf, sizeof(buf), &in, &e), 0);
		assert_int_equal(in.len, 0);
		assert_int_equal(midi_io_listen(io, &e), 0);
	}
	assert_int_equal(midi_io_arrived(io), -1);
	midi_io_close(io);
}

/* A dump sent to it is the next that it sends; everything else is ignored. */
static void
test_takes_dumps_back(void **state)
{
	static const uint8_t other[] = { 0xf0, 0x31, 0x7f, 0x5d, 0x10, 0x55,
		0x01, 0xf7, 0x90, 0x40, 0x40, 0xf7, 0x01 };
	static const uint8_t cut[] = { 0xf0, 0x31, 0x7f, 0x5d, 0x02, 0x55, 0x01,
		0x90, 0x40, 0x40, 0xf7 };
	struct midi_io *io = open_sim(FAST);
	struct sx_err e = { 0 };
	struct dump sent = { .len = 6000 }, d;
	struct rest r = { 0 };
	uint8_t clock = 0xf8;

	(void)state;
	memcpy(sent.bytes, cut, 6);
	for (size_t i = 6; i < sent.len; i++)
		sent.bytes[i] = i & 0x7f;
	sent.bytes[sent.len - 1] = 0xf7;
	write_all(io, other, sizeof(other));
	write_all(io, sent.bytes, 3000);
	write_all(io, &clock, 1);
	write_all(io, sent.bytes + 3000, 3000);
	write_all(io, cut, sizeof(cut));
	assert_int_equal(midi_io_drain(io, &e), 0);
	assert_int_equal(midi_io_queued(io, &e), 0);
	assert_int_equal(midi_io_listen(io, &e), 0);
	read_dump(io, 512, &r, &d);
	assert_same(&d, &sent);
	read_dump(io, 512, &r, &d);
	assert_alpha_base(&d, PATTERN);
	midi_io_close(io);
}

/* Its queue is bounded, and drop() empties it. */
static void
test_queue(void **state)
{
	static const uint8_t bytes[100000];
	struct midi_io *io = open_sim("sim:alpha-base?rate=1");
	struct pollfd fds[MIDI_IO_POLLFDS];
	struct sx_err e = { 0 };
	ssize_t put = midi_io_write(io, bytes, sizeof(bytes), &e), queued;

	(void)state;
	assert_true(put > 0 && put < (ssize_t)sizeof(bytes));
	queued = midi_io_queued(io, &e);
	assert_true(queued > 0 && queued <= put);
	assert_int_equal(
	    midi_io_pollfds(io, MIDI_IO_OUT, fds, MIDI_IO_POLLFDS), 1);
	assert_int_equal(midi_io_drop(io, &e), 0);
	assert_int_equal(midi_io_queued(io, &e), 0);
	assert_int_equal(midi_io_drain(io, &e), 0);
	midi_io_close(io);
}

/* Return after how many ms poll() on its port wakes; -1: never. */
static int64_t
wakes_in(struct midi_io *io, unsigned dir)
{
	struct pollfd fds[MIDI_IO_POLLFDS];
	struct itimerspec its;

	assert_int_equal(midi_io_pollfds(io, dir, fds, MIDI_IO_POLLFDS), 1);
	assert_int_equal(timerfd_gettime(fds[0].fd, &its), 0);
	if (its.it_value.tv_sec == 0 && its.it_value.tv_nsec == 0)
		return poll(fds, 1, 100) == 1 ? 0 : -1;
	return its.it_value.tv_sec * 1000 + its.it_value.tv_nsec / 1000000;
}

/* poll() does not wake before 32 bytes are due, nor much later. */
static void
test_it_wakes_when_the_wire_is_through(void **state)
{
	static const uint8_t bytes[5000];
	struct midi_io *io = open_sim("sim:alpha-base?rate=1&first=500");
	struct midi_io *fast = open_sim("sim:alpha-base?first=500");
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(wakes_in(io, MIDI_IO_IN), -1);
	assert_int_equal(wakes_in(io, MIDI_IO_OUT), 0);
	assert_int_equal(midi_io_listen(io, &e), 0);
	assert_in_range(wakes_in(io, MIDI_IO_IN), 502000, 532000);
	assert_int_equal(midi_io_listen(fast, &e), 0);
	assert_in_range(wakes_in(fast, MIDI_IO_IN), 470000, 500100);
	/* Its queue is full after these. */
	assert_int_equal(midi_io_write(io, bytes, 4000, &e), 4000);
	assert_int_equal(wakes_in(io, MIDI_IO_OUT), 0);
	assert_in_range(midi_io_write(io, bytes, 1000, &e), 96, 200);
	assert_in_range(wakes_in(io, MIDI_IO_OUT), 2000, 32000);
	assert_int_equal(midi_io_drop(io, &e), 0);
	assert_int_equal(wakes_in(io, MIDI_IO_OUT), 0);
	midi_io_close(io);
	midi_io_close(fast);
}

/* No byte leaves sooner than the wire allows. */
static void
test_the_wire_takes_its_time(void **state)
{
	static const uint8_t bytes[300];
	struct midi_io *io = open_sim("sim:alpha-base?rate=1000");
	struct timespec begun, ended;
	struct sx_err e = { 0 };

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &begun);
	assert_int_equal(midi_io_write(io, bytes, sizeof(bytes), &e), 300);
	assert_int_equal(midi_io_drain(io, &e), 0);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	assert_true((ended.tv_sec - begun.tv_sec) * 1000 +
			(ended.tv_nsec - begun.tv_nsec) / 1000000 >=
		    299);
	midi_io_close(io);
}

enum { KIT = 0x52, KIT_REQUEST = 0x53, KIT_BYTES = 1233 };

/* Appendix C of the manual: F0 00 20 3C 02 00, 52, version and revision, slot,
 * data, checksum and length of 14 bits each, F7. */
static void
assert_kit(const struct dump *d, uint8_t slot, const char *name)
{
	const uint8_t head[] = { 0xf0, 0x00, 0x20, 0x3c, 0x02, 0x00, KIT, 4, 1,
		slot };
	const uint8_t *tail = d->bytes + KIT_BYTES - 5;
	unsigned sum = 0, kinds = 0;

	assert_int_equal(d->len, KIT_BYTES);
	assert_memory_equal(d->bytes, head, sizeof(head));
	assert_string_equal((const char *)d->bytes + sizeof(head), name);
	for (const uint8_t *p = d->bytes + 9; p < tail; p++) {
		assert_true(*p < 0x80);
		sum += *p;
		kinds |= 1U << (*p & 0x1f);
	}
	assert_int_equal(kinds, UINT32_MAX);
	assert_int_equal(tail[0] << 7 | tail[1], sum & 0x3fff);
	assert_int_equal(tail[2] << 7 | tail[3], KIT_BYTES - 10);
}

/* A request from one thread wakes another one that waits for input. */
static void
ask(struct midi_io *io, const uint8_t *request, size_t n, struct rest *r,
    struct dump *d)
{
	struct sx_err e = { 0 };

	assert_int_equal(wakes_in(io, MIDI_IO_IN), -1);
	write_all(io, request, n);
	assert_int_equal(midi_io_drain(io, &e), 0);
	assert_true(wakes_in(io, MIDI_IO_IN) >= 0);
	read_dump(io, 1024, r, d);
}

static void
ask_kit(struct midi_io *io, uint8_t slot, struct rest *r, struct dump *d)
{
	const uint8_t request[] = { 0xf0, 0x00, 0x20, 0x3c, 0x02, 0x00,
		KIT_REQUEST, slot, 0xf7 };

	ask(io, request, sizeof(request), r, d);
}

static void
test_gives_what_it_is_asked_for(void **state)
{
	struct midi_io *io = open_sim("sim:machinedrum?rate=1000000");
	struct sx_err e = { 0 };
	struct dump first, other, again, sent;
	struct rest r = { 0 };
	const uint8_t not_there[] = { 0xf0, 0x00, 0x20, 0x3c, 0x02, 0x00,
		KIT_REQUEST, 64, 0xf7 };

	(void)state;
	assert_int_equal(midi_io_listen(io, &e), 0);
	ask_kit(io, 0, &r, &first);
	assert_kit(&first, 0, "KIT 01");
	ask_kit(io, 63, &r, &other);
	assert_kit(&other, 63, "KIT 64");
	assert_memory_not_equal(
	    first.bytes + 100, other.bytes + 100, KIT_BYTES - 200);
	write_all(io, not_there, sizeof(not_there));
	assert_int_equal(midi_io_drain(io, &e), 0);
	/* The dump sent last is returned for its slot, and for no other. */
	sent = first;
	sent.bytes[500] ^= 1;
	write_all(io, sent.bytes, sent.len);
	ask_kit(io, 63, &r, &again);
	assert_same(&again, &other);
	ask_kit(io, 0, &r, &again);
	assert_same(&again, &sent);
	midi_io_close(io);
}

/* A DX7s returns its voice and its bank, and the dumps sent to it. */
static void
test_edit_buffer(void **state)
{
	static const uint8_t ask_voice[] = { 0xf0, 0x43, 0x23, 0x00, 0xf7 };
	static const uint8_t ask_bank[] = { 0xf0, 0x43, 0x23, 0x09, 0xf7 };
	struct midi_io *io = open_sim("sim:dx7?rate=1000000");
	struct sx_err e = { 0 };
	struct dump voice, bank, again;
	struct rest r = { 0 };
	unsigned sum = 0;

	(void)state;
	assert_int_equal(midi_io_listen(io, &e), 0);
	ask(io, ask_voice, sizeof(ask_voice), &r, &voice);
	assert_int_equal(voice.len, 163);
	assert_memory_equal(voice.bytes, "\xf0\x43\x03\x00\x01\x1b", 6);
	for (size_t i = 6; i < 162; i++)
		sum += voice.bytes[i];
	assert_int_equal(sum & 0x7f, 0);
	voice.bytes[6] ^= 1;
	write_all(io, voice.bytes, voice.len);
	ask(io, ask_bank, sizeof(ask_bank), &r, &bank);
	assert_int_equal(bank.len, 4104);
	ask(io, ask_voice, sizeof(ask_voice), &r, &again);
	assert_same(&again, &voice);
	midi_io_close(io);
}

/* The first, then the second descriptor is not available. */
static void
test_without_descriptors(void **state)
{
	struct rlimit before, few;
	struct sx_err e = { 0 };
	int next = dup(STDERR_FILENO);

	(void)state;
	assert_int_not_equal(next, -1);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	for (int i = 0; i < 2; i++) {
		few = before;
		few.rlim_cur = (rlim_t)(next + i);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		assert_null(midi_io_open(FAST, BOTH, &e));
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
		assert_int_equal(e.code, SX_EIO);
		assert_int_equal(e.sys, EMFILE);
	}
	assert_int_equal(dup(STDERR_FILENO), next);
	close(next);
}

static void *
write_dumps(void *arg)
{
	static const uint8_t dump[] = { 0xf0, 0x31, 0x7f, 0x5d, 0x01, 0x55,
		0x7d, 0x7d, 0xf7 };

	for (int i = 0; i < 200; i++)
		write_all(arg, dump, sizeof(dump));
	return NULL;
}

/* One thread reads while another writes: each dump stays whole. */
static void
test_two_threads(void **state)
{
	struct midi_io *io =
	    open_sim("sim:alpha-base?first=0&interval=0&rate=1000000");
	struct sx_err e = { 0 };
	struct dump d;
	struct rest r = { 0 };
	pthread_t writer;

	(void)state;
	assert_int_equal(midi_io_listen(io, &e), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_dumps, io), 0);
	for (int i = 0; i < 50; i++) {
		read_dump(io, 512, &r, &d);
		if (d.len == 9)
			assert_int_equal(d.bytes[6], 0x7d);
		else
			assert_alpha_base(&d, d.bytes[4]);
	}
	assert_int_equal(pthread_join(writer, NULL), 0);
	midi_io_close(io);
}

static void
test_options(void **state)
{
	static const struct {
		const char *text;
		struct sim_options o;
	} good[] = {
		{ "first=0.05", { SIM_SECOND / 20, 7, 7, 7 } },
		{ "interval=12", { 7, 12 * SIM_SECOND, 7, 7 } },
		{ "rate=100000&twice", { 7, 7, 100000, 2 } },
		{ "interval=0&first=0.000000001", { 1, 0, 7, 7 } },
		{ "interval=1.5000000009", { 7, SIM_SECOND * 3 / 2, 7, 7 } },
	};
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "", "unknown option ''" },
		{ "&", "unknown option ''" },
		{ "=1", "unknown option ''" },
		{ "speed=2", "unknown option 'speed'" },
		{ "Twice", "unknown option 'Twice'" },
		{ "twice&", "unknown option ''" },
		{ "twice=1", "'twice' of a simulated port: invalid value '1'" },
		{ "rate", "'rate' of a simulated port: invalid value ''" },
		{ "rate=", "invalid value ''" },
		{ "rate=0", "invalid value '0'" },
		{ "rate=-1", "invalid value '-1'" },
		{ "rate=max",
		    "'rate' of a simulated port: invalid value 'max'" },
		{ "rate=100000001", "invalid value" },
		{ "first=", "'first' of a simulated port: invalid value ''" },
		{ "first=.5", "invalid value '.5'" },
		{ "first=1.2.3", "invalid value" },
		{ "first=-1", "invalid value" },
		{ "first=1s", "invalid value" },
		{ "first=99999999999999999999", "invalid value" },
		{ "interval=1,5",
		    "'interval' of a simulated port: invalid value" },
	};
	struct sim_options o;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		o = (struct sim_options){ 7, 7, 7, 7 };
		assert_int_equal(sim_parse(good[i].text, &o, NULL), 0);
		assert_memory_equal(&o, &good[i].o, sizeof(o));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sx_err e = { 0 };

		assert_int_equal(sim_parse(bad[i].text, &o, &e), -1);
		assert_int_equal(e.code, SX_EUSAGE);
		assert_non_null(strstr(e.msg, bad[i].why));
		assert_non_null(strstr(e.hint, "interval=SECONDS"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dumps_are_the_same_each_time),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_not_before_its_time),
		cmocka_unit_test(test_takes_dumps_back),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_it_wakes_when_the_wire_is_through),
		cmocka_unit_test(test_the_wire_takes_its_time),
		cmocka_unit_test(test_gives_what_it_is_asked_for),
		cmocka_unit_test(test_edit_buffer),
		cmocka_unit_test(test_without_descriptors),
		cmocka_unit_test(test_two_threads),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
