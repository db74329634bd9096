/* SPDX-License-Identifier: ISC */
/* Playback without a port, and into a pseudo terminal. No result depends on
 * speed. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plug.h"
#include "scratch.h"
#include "sxlib/player.h"

#define SONG "song.mid"
/* The bytes of a track: { 0, ... } begins at once, and a tick of this division
 * is a millisecond. */
#define TRACK(...)                                  \
	(const uint8_t[])                           \
	{                                           \
		__VA_ARGS__, 0x00, 0xff, 0x2f, 0x00 \
	}
#define WRITE(...) write_song(TRACK(__VA_ARGS__), sizeof(TRACK(__VA_ARGS__)))

static void
write_song(const uint8_t *track, size_t n)
{
	uint8_t song[8192] = { 'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 0, 0, 1,
		500 >> 8, 500 & 0xff, 'M', 'T', 'r', 'k', 0, 0,
		(uint8_t)(n >> 8), (uint8_t)n };

	assert_true(22 + n <= sizeof(song));
	memcpy(song + 22, track, n);
	unlink(SONG);
	scratch_write(SONG, song, 22 + n);
}

/* A player of all of SONG, once, without a port. */
static struct sx_player
player(void)
{
	struct sx_err e = { 0 };
	struct sx_player p = { .path = SONG,
		.delay = -1,
		.speed = 1,
		.to = INT64_MAX,
		.loops = 1 };

	p.file = sx_file_open(SONG, NULL, &e);
	if (p.file == NULL)
		fail_msg("%s", e.msg);
	return p;
}

static void
done(struct sx_player *p)
{
	sx_player_free(p);
	sx_file_close(p->file);
	sx_session_close(p->session);
}

/* Play it without a port and check the counts. */
static void
expect(struct sx_player p, uint64_t events, uint64_t sysex, uint64_t bytes)
{
	struct sx_err e = { 0 };

	assert_int_equal(sx_player_begin(&p, &e), 0);
	assert_int_equal(sx_player_next(&p, 0, &e), 0);
	assert_int_equal(p.events, events);
	assert_int_equal(p.sysex, sysex);
	assert_int_equal(p.bytes, bytes);
	done(&p);
}

static void
test_count(void **state)
{
	struct sx_player p;

	(void)state;
	WRITE(0, 0x90, 60, 1, 10, 0xf7, 1, 0xfe, 10, 0xf0, 3, 0x43, 1, 0xf7, 10,
	    0x80, 60, 0);
	p = player();
	expect(p, 2, 1, 10);
	p = player();
	p.loops = 3;
	expect(p, 6, 3, 30);
	/* Endless playback is counted once. */
	p = player();
	p.loops = 0;
	expect(p, 2, 1, 10);
	p = player();
	p.no_sysex = true;
	expect(p, 2, 0, 6);
	p = player();
	p.sysex_only = true;
	expect(p, 0, 1, 4);
	p = player();
	p.from = 1000;
	expect(p, 1, 1, 7);
	p = player();
	p.to = 30000;
	expect(p, 1, 1, 7);
}

/* Active sensing is counted separately; the length. */
static void
test_facts(void **state)
{
	struct sx_err e = { 0 };
	struct sx_player p;

	(void)state;
	WRITE(0, 0xf7, 1, 0xfe, 0, 0xf7, 1, 0xfe, 100, 0xb0, 7, 1);
	p = player();
	p.speed = 2;
	assert_int_equal(sx_player_begin(&p, &e), 0);
	assert_int_equal(p.end, 100000);
	assert_int_equal(sx_player_length(&p), 50000);
	assert_int_equal(sx_player_next(&p, 0, &e), 0);
	assert_int_equal(p.left_out, 2);
	assert_int_equal(p.at, 100000);
	/* It is over. */
	assert_int_equal(sx_player_next(&p, 0, &e), 0);
	assert_int_equal(p.events, 1);
	done(&p);
	p = player();
	p.to = 70000;
	assert_int_equal(sx_player_begin(&p, &e), 0);
	assert_int_equal(p.end, 70000);
	assert_int_equal(sx_player_next(&p, 0, &e), -1);
	assert_int_equal(e.code, SX_EDATA);
	done(&p);
}

/* Give it a port and begin. Returns the other end of the port. */
static int
connect_player(struct sx_player *p, unsigned rate)
{
	struct sx_err e = { 0 };
	char name[PLUG_NAME];
	int unit;

	p->rate = rate;
	p->session = sx_session_new(&e);
	assert_non_null(p->session);
	p->port = sx_session_add(
	    p->session, plug_open(&unit, name, MIDI_IO_OUT), NULL, &e);
	assert_int_equal(p->port, 0);
	assert_int_equal(sx_session_start(p->session, &e), 0);
	assert_int_equal(sx_player_begin(p, &e), 0);
	return unit;
}

/* Read the output at the other end. */
static size_t
come(int unit, uint8_t *buf, size_t size)
{
	struct pollfd in = { .fd = unit, .events = POLLIN };
	size_t n = 0;
	ssize_t k;

	while (n < size && poll(&in, 1, 100) == 1) {
		k = read(unit, buf + n, size - n);
		assert_true(k > 0);
		n += (size_t)k;
	}
	return n;
}

static void
expect_bytes(struct sx_player *p, const uint8_t *want, size_t n)
{
	int unit = connect_player(p, 0);
	struct sx_err e = { 0 };
	uint8_t buf[256];

	if (sx_player_next(p, INT64_MAX, &e) != 0)
		fail_msg("%s", e.msg);
	assert_int_equal(come(unit, buf, sizeof(buf)), n);
	assert_memory_equal(buf, want, n);
	done(p);
	close(unit);
}

#define EXPECT_BYTES(p, ...)                              \
	expect_bytes(p, (const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void
test_played(void **state)
{
	struct sx_player p;

	(void)state;
	/* A note that still sounds is ended, in each pass. */
	WRITE(0, 0xb0, 7, 1, 1, 0x90, 60, 1);
	p = player();
	p.loops = 2;
	EXPECT_BYTES(&p, 0xb0, 7, 1, 0x90, 60, 1, 0x80, 60, 64, 0xb0, 7, 1,
	    0x90, 60, 1, 0x80, 60, 64);
	/* The state before the start is sent first, without notes, and only if
	 * needed. */
	WRITE(0, 0xb0, 7, 1, 0, 0x90, 60, 1, 1, 0xc0, 5, 5, 0xf0, 2, 0x43, 0xf7,
	    1, 0x80, 60, 0);
	p = player();
	p.from = 3000;
	EXPECT_BYTES(&p, 0xc0, 5, 0xb0, 7, 1, 0xf0, 0x43, 0xf7, 0x80, 60, 0);
	p = player();
	p.from = 3000;
	p.sysex_only = true;
	EXPECT_BYTES(&p, 0xf0, 0x43, 0xf7);
}

/* It returns at `until`, and continues. */
static void
test_until(void **state)
{
	struct sx_err e = { 0 };
	struct sx_player p;
	uint8_t buf[8];
	size_t times = 0;
	int unit, rc;

	(void)state;
	WRITE(0, 0xb0, 7, 1, 100, 0xb0, 7, 2);
	p = player();
	unit = connect_player(&p, 0);
	while ((rc = sx_player_next(&p, sx_now().mono + 1000, &e)) == 1)
		times++;
	assert_int_equal(rc, 0);
	assert_true(times > 0);
	assert_int_equal(come(unit, buf, sizeof(buf)), 6);
	done(&p);
	close(unit);
}

/* A signal within a SysEx message closes the message and ends the note. */
static void
test_signal(void **state)
{
	static const uint8_t head[] = { 0, 0x90, 60, 1, 0, 0xf0, 0xa0, 0x00,
		0x43 };
	static uint8_t track[4200], buf[4200];
	struct sx_err e = { 0 };
	struct sx_player p;
	size_t n;
	int unit;

	(void)state;
	memcpy(track, head, sizeof(head));
	memcpy(track + sizeof(head) + 4094, "\xf7\0\xff\x2f", 5);
	write_song(track, sizeof(head) + 4094 + 5);
	p = player();
	unit = connect_player(&p, MIDI_IO_DIN_RATE);
	assert_int_equal(sx_player_next(&p, sx_now().mono + 50000, &e), 1);
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	assert_int_equal(sx_player_next(&p, INT64_MAX, &e), 0);
	assert_int_equal(p.signal, SIGTERM);
	assert_true(p.cut);
	assert_int_equal(p.events, 1);
	assert_int_equal(p.sysex, 0);
	n = come(unit, buf, sizeof(buf));
	assert_in_range(n, 3 + 2 + 1 + 3, 3 + 4096);
	assert_memory_equal(buf, "\x90\x3c\x01\xf0\x43", 5);
	assert_memory_equal(buf + n - 5, "\0\xf7\x80\x3c\x40", 5);
	done(&p);
	close(unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_count, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_facts, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_played, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_until, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_signal, scratch_enter, scratch_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
