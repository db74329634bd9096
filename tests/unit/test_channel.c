/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/channel.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NONE	 SX_MIDI_NONE

/* Every status, whole and cut at each place. */
static void
test_decode(void **state)
{
	static const struct {
		uint8_t msg[3];
		size_t len;
		enum sx_midi_event event;
		int channel, number, value;
	} want[] = {
		{ { 0x80, 60, 10 }, 3, SX_MIDI_NOTE_OFF, 1, 60, 10 },
		{ { 0x9f, 0, 127 }, 3, SX_MIDI_NOTE_ON, 16, 0, 127 },
		{ { 0x93, 61, 0 }, 3, SX_MIDI_NOTE_OFF, 4, 61, 0 },
		{ { 0xa2, 62, 63 }, 3, SX_MIDI_KEY_PRESSURE, 3, 62, 63 },
		{ { 0xb0, 7, 100 }, 3, SX_MIDI_CC, 1, 7, 100 },
		{ { 0xc9, 5 }, 2, SX_MIDI_PROGRAM, 10, 5, NONE },
		{ { 0xd1, 77 }, 2, SX_MIDI_PRESSURE, 2, NONE, 77 },
		{ { 0xe0, 0, 64 }, 3, SX_MIDI_BEND, 1, NONE, 0 },
		{ { 0xe0, 0, 0 }, 3, SX_MIDI_BEND, 1, NONE, -8192 },
		{ { 0xe0, 127, 127 }, 3, SX_MIDI_BEND, 1, NONE, 8191 },
		{ { 0xf1, 0x35 }, 2, SX_MIDI_QUARTER_FRAME, 0, 3, 5 },
		{ { 0xf2, 1, 2 }, 3, SX_MIDI_SONG_POSITION, 0, NONE, 257 },
		{ { 0xf3, 9 }, 2, SX_MIDI_SONG_SELECT, 0, 9, NONE },
		{ { 0xf4 }, 1, SX_MIDI_UNDEFINED, 0, NONE, NONE },
		{ { 0xf5 }, 1, SX_MIDI_UNDEFINED, 0, NONE, NONE },
		{ { 0xf6 }, 1, SX_MIDI_TUNE, 0, NONE, NONE },
		{ { 0xf7 }, 1, SX_MIDI_END, 0, NONE, NONE },
		{ { 0xf8 }, 1, SX_MIDI_CLOCK, 0, NONE, NONE },
		{ { 0xf9 }, 1, SX_MIDI_UNDEFINED, 0, NONE, NONE },
		{ { 0xfa }, 1, SX_MIDI_START, 0, NONE, NONE },
		{ { 0xfb }, 1, SX_MIDI_CONTINUE, 0, NONE, NONE },
		{ { 0xfc }, 1, SX_MIDI_STOP, 0, NONE, NONE },
		{ { 0xfd }, 1, SX_MIDI_UNDEFINED, 0, NONE, NONE },
		{ { 0xfe }, 1, SX_MIDI_SENSING, 0, NONE, NONE },
		{ { 0xff }, 1, SX_MIDI_RESET, 0, NONE, NONE },
		{ { 0x90, 60 }, 2, SX_MIDI_NOTE_ON, 1, 60, NONE },
		{ { 0x90 }, 1, SX_MIDI_NOTE_ON, 1, NONE, NONE },
		{ { 0xb4, 7 }, 2, SX_MIDI_CC, 5, 7, NONE },
		{ { 0xc0 }, 1, SX_MIDI_PROGRAM, 1, NONE, NONE },
		{ { 0xe0, 5 }, 2, SX_MIDI_BEND, 1, NONE, NONE },
		{ { 0xf1 }, 1, SX_MIDI_QUARTER_FRAME, 0, NONE, NONE },
		{ { 0xf2, 1 }, 2, SX_MIDI_SONG_POSITION, 0, NONE, NONE },
	};
	struct sx_midi m;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		sx_midi_decode(want[i].msg, want[i].len, &m);
		assert_int_equal(m.event, want[i].event);
		assert_int_equal(m.channel, want[i].channel);
		assert_int_equal(m.number, want[i].number);
		assert_int_equal(m.value, want[i].value);
		assert_int_equal(m.wide, NONE);
		assert_int_equal(m.bank, NONE);
		assert_false(m.low);
	}
}

static void
test_texts(void **state)
{
	static const struct {
		int key;
		const char *name;
	} notes[] = { { 0, "C-1" }, { 6, "F#-1" }, { 21, "A0" }, { 60, "C4" },
		{ 69, "A4" }, { 127, "G9" } };
	char buf[SX_NOTE_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(notes); i++)
		assert_string_equal(
		    sx_note_text(notes[i].key, buf), notes[i].name);
	for (enum sx_midi_event i = 0; i < SX_MIDI_EVENTS; i++)
		for (enum sx_midi_event k = 0; k < i; k++)
			assert_string_not_equal(
			    sx_midi_text(i), sx_midi_text(k));
	assert_string_equal(sx_controller_text(1), "modulation wheel");
	assert_string_equal(sx_controller_text(33), "modulation wheel");
	assert_string_equal(sx_controller_text(64), "sustain pedal");
	assert_string_equal(sx_controller_text(127), "poly on");
	assert_null(sx_controller_text(3));
	assert_null(sx_controller_text(35));
	assert_null(sx_controller_text(119));
	assert_null(sx_controller_text(128));
	assert_null(sx_controller_text(NONE));
	assert_string_equal(sx_rpn_text(0), "pitch bend sensitivity");
	assert_string_equal(sx_rpn_text(61 << 7), "azimuth angle");
	assert_null(sx_rpn_text(7));
}

/* The meaning of each message of a sequence. */
static void
test_controllers(void **state)
{
	enum { HIDDEN = SX_MIDI_EVENTS };
	static const struct {
		const char *what; /* begins a new sequence */
		uint8_t msg[3];
		int event, number, value, wide, step, bank;
	} want[] = {
		{ "a controller and its lower half", { 0xb0, 1, 64 },
		    SX_MIDI_CC, 1, 64, NONE, 0, NONE },
		{ NULL, { 0xb0, 33, 5 }, SX_MIDI_CC, 33, 5, 8197, 0, NONE },
		{ NULL, { 0xb0, 33, 6 }, SX_MIDI_CC, 33, 6, 8198, 0, NONE },
		{ NULL, { 0xb1, 33, 6 }, SX_MIDI_CC, 33, 6, NONE, 0, NONE },
		{ "an NRPN of 14 bits", { 0xb0, 99, 1 }, HIDDEN, 0, 0, 0, 0,
		    0 },
		{ NULL, { 0xb0, 98, 2 }, HIDDEN, 0, 0, 0, 0, 0 },
		{ NULL, { 0xb0, 6, 64 }, SX_MIDI_NRPN, 130, 64, NONE, 0, NONE },
		{ NULL, { 0xb0, 38, 5 }, SX_MIDI_NRPN, 130, 5, 8197, 0, NONE },
		{ NULL, { 0xb0, 96, 9 }, SX_MIDI_NRPN, 130, NONE, NONE, 1,
		    NONE },
		{ NULL, { 0xb0, 97, 9 }, SX_MIDI_NRPN, 130, NONE, NONE, -1,
		    NONE },
		/* only one half of the number changes */
		{ NULL, { 0xb0, 98, 3 }, HIDDEN, 0, 0, 0, 0, 0 },
		{ NULL, { 0xb0, 38, 7 }, SX_MIDI_NRPN, 131, 7, NONE, 0, NONE },
		{ NULL, { 0xb0, 6, 8 }, SX_MIDI_NRPN, 131, 8, NONE, 0, NONE },
		{ "low before high, then on another channel", { 0xb5, 98, 127 },
		    HIDDEN, 0, 0, 0, 0, 0 },
		{ NULL, { 0xb5, 99, 126 }, HIDDEN, 0, 0, 0, 0, 0 },
		{ NULL, { 0xb6, 6, 1 }, SX_MIDI_CC, 6, 1, NONE, 0, NONE },
		{ NULL, { 0xb5, 6, 1 }, SX_MIDI_NRPN, 16255, 1, NONE, 0, NONE },
		{ "half a number is none", { 0xb0, 99, 1 }, HIDDEN, 0, 0, 0, 0,
		    0 },
		{ NULL, { 0xb0, 6, 64 }, SX_MIDI_CC, 6, 64, NONE, 0, NONE },
		{ NULL, { 0xb0, 96, 0 }, SX_MIDI_CC, 96, 0, NONE, 0, NONE },
		{ "an RPN, and the one that is none", { 0xb0, 101, 0 }, HIDDEN,
		    0, 0, 0, 0, 0 },
		{ NULL, { 0xb0, 100, 2 }, HIDDEN, 0, 0, 0, 0, 0 },
		{ NULL, { 0xb0, 6, 12 }, SX_MIDI_RPN, 2, 12, NONE, 0, NONE },
		{ NULL, { 0xb0, 100, 127 }, HIDDEN, 0, 0, 0, 0, 0 },
		{ NULL, { 0xb0, 101, 127 }, HIDDEN, 0, 0, 0, 0, 0 },
		{ NULL, { 0xb0, 6, 12 }, SX_MIDI_CC, 6, 12, NONE, 0, NONE },
		{ "127 127 is an NRPN", { 0xb0, 99, 127 }, HIDDEN, 0, 0, 0, 0,
		    0 },
		{ NULL, { 0xb0, 98, 127 }, HIDDEN, 0, 0, 0, 0, 0 },
		{ NULL, { 0xb0, 6, 1 }, SX_MIDI_NRPN, 16383, 1, NONE, 0, NONE },
		{ "NRPN and RPN do not mix", { 0xb0, 99, 1 }, HIDDEN, 0, 0, 0,
		    0, 0 },
		{ NULL, { 0xb0, 100, 2 }, HIDDEN, 0, 0, 0, 0, 0 },
		{ NULL, { 0xb0, 6, 3 }, SX_MIDI_CC, 6, 3, NONE, 0, NONE },
		{ "reset all controllers", { 0xb0, 99, 1 }, HIDDEN, 0, 0, 0, 0,
		    0 },
		{ NULL, { 0xb0, 98, 2 }, HIDDEN, 0, 0, 0, 0, 0 },
		{ NULL, { 0xb0, 121, 0 }, SX_MIDI_CC, 121, 0, NONE, 0, NONE },
		{ NULL, { 0xb0, 6, 3 }, SX_MIDI_CC, 6, 3, NONE, 0, NONE },
		{ "banks", { 0xc0, 5 }, SX_MIDI_PROGRAM, 5, NONE, NONE, 0,
		    NONE },
		{ NULL, { 0xb0, 0, 1 }, SX_MIDI_CC, 0, 1, NONE, 0, NONE },
		{ NULL, { 0xc0, 5 }, SX_MIDI_PROGRAM, 5, NONE, NONE, 0, 128 },
		{ NULL, { 0xb0, 32, 2 }, SX_MIDI_CC, 32, 2, 130, 0, NONE },
		{ NULL, { 0xc0, 6 }, SX_MIDI_PROGRAM, 6, NONE, NONE, 0, 130 },
		{ NULL, { 0xb0, 0, 3 }, SX_MIDI_CC, 0, 3, NONE, 0, NONE },
		{ NULL, { 0xc0, 6 }, SX_MIDI_PROGRAM, 6, NONE, NONE, 0, 384 },
		{ NULL, { 0xc1, 6 }, SX_MIDI_PROGRAM, 6, NONE, NONE, 0, NONE },
		{ NULL, { 0xff }, SX_MIDI_RESET, NONE, NONE, NONE, 0, NONE },
		{ NULL, { 0xc0, 6 }, SX_MIDI_PROGRAM, 6, NONE, NONE, 0, NONE },
		{ "the lower half of a bank alone", { 0xb0, 32, 2 }, SX_MIDI_CC,
		    32, 2, NONE, 0, NONE },
		{ NULL, { 0xc0, 6 }, SX_MIDI_PROGRAM, 6, NONE, NONE, 0, 2 },
		{ "what is none of these", { 0x90, 99, 1 }, SX_MIDI_NOTE_ON, 99,
		    1, NONE, 0, NONE },
		{ NULL, { 0xb0, 6, 1 }, SX_MIDI_CC, 6, 1, NONE, 0, NONE },
	};
	struct sx_controllers c;
	struct sx_midi m;
	size_t len;
	bool told;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		if (want[i].what != NULL)
			sx_controllers_init(&c);
		len = want[i].msg[0] == 0xff		? 1
		      : (want[i].msg[0] & 0xf0) == 0xc0 ? 2
							: 3;
		sx_midi_decode(want[i].msg, len, &m);
		told = sx_controllers_take(&c, &m);
		if (want[i].event == HIDDEN) {
			assert_false(told);
			continue;
		}
		assert_true(told);
		assert_int_equal(m.event, want[i].event);
		assert_int_equal(m.number, want[i].number);
		assert_int_equal(m.value, want[i].value);
		assert_int_equal(m.wide, want[i].wide);
		assert_int_equal(m.step, want[i].step);
		assert_int_equal(m.bank, want[i].bank);
	}
}

/* A truncated message changes nothing. */
static void
test_a_cut_message(void **state)
{
	static const uint8_t cut[] = { 0xb0, 99 };
	struct sx_controllers c, before;
	struct sx_midi m;

	(void)state;
	sx_controllers_init(&c);
	before = c;
	sx_midi_decode(cut, sizeof(cut), &m);
	assert_true(sx_controllers_take(&c, &m));
	assert_memory_equal(&c, &before, sizeof(c));
}

/* Ticks at an interval in us; the tempo that is reported. */
static void
test_tempo(void **state)
{
	struct sx_tempo b = { .ticks = 0 };
	double bpm = 0;
	int64_t t = 5;
	int news = 0;

	(void)state;
	/* 125 bpm, 20 ms per tick: reported once, after a beat. */
	for (int i = 0; i < 500; i++, t += 20000) {
		bpm = sx_tempo_tick(&b, t + (i % 2 == 0 ? 0 : 300));
		news += bpm > 0;
		if (bpm > 0) {
			assert_int_equal(i, 24);
			assert_true(fabs(bpm - 125) < 0.1);
		}
	}
	assert_int_equal(news, 1);
	/* Then 62.5 bpm: reported while it changes, correct in the end. */
	for (int i = 0; i < 500; i++, t += 40000) {
		bpm = sx_tempo_tick(&b, t);
		news += bpm > 0;
	}
	assert_true(news > 2 && news < 8);
	assert_true(fabs(b.told - 62.5) < 0.5);
	/* Ticks at the same time, or going backwards, are not a tempo. */
	b = (struct sx_tempo){ .ticks = 0 };
	for (int i = 0; i < 200; i++)
		assert_true(sx_tempo_tick(&b, 7 - i) == 0);
	b = (struct sx_tempo){ .ticks = 0 };
	for (int i = 0; i < 200; i++)
		assert_true(sx_tempo_tick(&b, i) == 0);
	assert_int_equal(b.ticks, 200);
}

/* The eight pieces of a time. */
static void
pieces(uint8_t p[8], int h, int m, int s, int f, int rate)
{
	const int all[8] = { f & 15, f >> 4, s & 15, s >> 4, m & 15, m >> 4,
		h & 15, h >> 4 | rate << 1 };

	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)all[i];
}

static int
play(struct sx_timecode *t, int h, int m, int s, int f, int rate, int direction)
{
	uint8_t p[8];
	int news = 0, k;

	pieces(p, h, m, s, f, rate);
	for (int i = 0; i < 8; i++) {
		k = direction > 0 ? i : 7 - i;
		news += sx_timecode_take(t, k, p[k]);
	}
	return news;
}

static void
test_timecode(void **state)
{
	struct sx_timecode t = { .run = 0 };

	(void)state;
	/* The end of one time, then a complete one. */
	assert_false(sx_timecode_take(&t, 6, 1));
	assert_false(sx_timecode_take(&t, 7, 2));
	assert_false(t.known);
	assert_int_equal(play(&t, 23, 59, 58, 24, 1, 1), 1);
	assert_int_equal(t.hours, 23);
	assert_int_equal(t.minutes, 59);
	assert_int_equal(t.seconds, 58);
	assert_int_equal(t.frames, 24);
	assert_string_equal(t.rate, "25");
	/* Continuing is not reported; a jump is. */
	assert_int_equal(play(&t, 23, 59, 59, 1, 1, 1), 0);
	assert_int_equal(t.seconds, 59);
	assert_int_equal(play(&t, 23, 59, 59, 3, 1, 1), 0);
	assert_int_equal(play(&t, 1, 0, 0, 0, 1, 1), 1);
	assert_int_equal(play(&t, 1, 0, 0, 2, 1, 1), 0);
	/* Backwards. */
	t = (struct sx_timecode){ .run = 0 };
	assert_int_equal(play(&t, 1, 2, 3, 28, 3, -1), 1);
	assert_string_equal(t.rate, "30");
	assert_int_equal(t.frames, 28);
	assert_int_equal(play(&t, 1, 2, 3, 26, 3, -1), 0);
	/* Drop frame: after 01:00:59;28 comes 01:01:00;02. */
	t = (struct sx_timecode){ .run = 0 };
	assert_int_equal(play(&t, 1, 0, 59, 28, 2, 1), 1);
	assert_string_equal(t.rate, "29.97 drop");
	assert_int_equal(play(&t, 1, 1, 0, 2, 2, 1), 0);
	/* A piece is missing: the time is not complete. */
	for (int i = 0; i < 8; i++)
		if (i != 4)
			assert_false(sx_timecode_take(&t, i, 0));
	assert_int_equal(t.minutes, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_controllers),
		cmocka_unit_test(test_a_cut_message),
		cmocka_unit_test(test_tempo),
		cmocka_unit_test(test_timecode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
