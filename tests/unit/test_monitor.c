/* SPDX-License-Identifier: ISC */
/* Input as lines: over a pipe or a pseudo terminal, in this process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka.h wants these first */
#include <cmocka.h>

#include "input.h"
#include "plug.h"
#include "sxlib/monitor.h"

struct bench {
	struct sx_session *session;
	struct sx_monitor m;
	struct sx_monitor_port port;
	struct sx_err e;
};

static void
bench_open(struct bench *b, struct midi_io *io)
{
	static const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE,
		.all = true };

	memset(b, 0, sizeof(*b));
	b->session = sx_session_new(&b->e);
	assert_non_null(b->session);
	assert_int_equal(sx_session_add(b->session, io, &rules, &b->e), 0);
	sx_session_spans(b->session, 0);
	b->port.name = "in";
	b->m = (struct sx_monitor){ .session = b->session,
		.ports = &b->port,
		.nports = 1,
		.channels = ~0u };
}

static void
begin(struct bench *b)
{
	sx_monitor_begin(&b->m);
	assert_int_equal(sx_session_start(b->session, &b->e), 0);
}

/* Get the next line, which must have this event. */
static struct sx_monitor_line
line(struct bench *b, const char *event)
{
	struct sx_monitor_event ev;

	assert_int_equal(sx_monitor_next(&b->m, &ev, &b->e), 1);
	assert_int_equal(ev.type, SX_MONITOR_LINE);
	assert_string_equal(ev.line.event, event);
	assert_string_equal(ev.line.port, "in");
	return ev.line;
}

static void
over(struct bench *b)
{
	struct sx_monitor_event ev;

	assert_int_equal(sx_monitor_next(&b->m, &ev, &b->e), 0);
}

#define INPUT                                                                 \
	0x90, 60, 100, 0x81, 61, 0, 0xb0, 0, 3, 0xc0, 5, 0xf0, 0x7d, 1, 0xf7, \
	    0xb0, 99, 1, 98, 2, 6, 7

/* Bank and program share a line, as do the parts of an NRPN. */
static void
put_together(void **state)
{
	static const uint8_t in[] = { INPUT };
	struct sx_monitor_line l;
	struct bench b;

	(void)state;
	input_set(in, sizeof(in));
	bench_open(&b, input_open());
	begin(&b);
	l = line(&b, "note-on");
	assert_int_equal(l.midi.channel, 1);
	assert_int_equal(l.midi.number, 60);
	assert_int_equal(l.midi.value, 100);
	l = line(&b, "note-off");
	assert_int_equal(l.midi.channel, 2);
	l = line(&b, "cc");
	l = line(&b, "program");
	assert_int_equal(l.midi.number, 5);
	l = line(&b, "sysex");
	assert_non_null(l.sysex);
	assert_int_equal(l.len, 4);
	while (strcmp(l.event, "nrpn") != 0) {
		struct sx_monitor_event ev;

		assert_int_equal(sx_monitor_next(&b.m, &ev, &b.e), 1);
		l = ev.line;
	}
	assert_int_equal(l.midi.number, 1 << 7 | 2);
	over(&b);
	sx_session_close(b.session);
}

static void
left_out(void **state)
{
	static const uint8_t in[] = { INPUT };
	struct bench b;

	(void)state;
	input_set(in, sizeof(in));
	bench_open(&b, input_open());
	b.m.without = ~(1u << SX_GROUP_NOTE);
	b.m.channels = 1u << 2;
	begin(&b);
	(void)line(&b, "note-off");
	over(&b);
	assert_int_equal(b.m.shown, 1);
	assert_true(b.m.hidden > 0);
	sx_session_close(b.session);
}

static void
a_count(void **state)
{
	static const uint8_t in[] = { INPUT };
	struct bench b;

	(void)state;
	input_set(in, sizeof(in));
	bench_open(&b, input_open());
	b.m.count = 2;
	begin(&b);
	(void)line(&b, "note-on");
	(void)line(&b, "note-off");
	over(&b);
	sx_session_close(b.session);
}

/* A message cut by the end is shown as damaged, regardless of the filter. */
static void
a_cut(void **state)
{
	static const uint8_t in[] = { 0xf0, 0x7d, 1, 2 };
	struct sx_monitor_line l;
	struct bench b;

	(void)state;
	input_set(in, sizeof(in));
	bench_open(&b, input_open());
	b.m.without = ~0u;
	begin(&b);
	l = line(&b, "sysex");
	assert_int_equal(l.damage.kind, SX_DAMAGE_INPUT);
	over(&b);
	assert_int_equal(b.m.damaged, 1);
	sx_session_close(b.session);
}

static void
an_unplugging(void **state)
{
	struct sx_monitor_event ev;
	char name[PLUG_NAME];
	struct bench b;
	int unit;

	(void)state;
	bench_open(&b, plug_open(&unit, name, MIDI_IO_IN));
	begin(&b);
	assert_int_equal(write(unit, "\x90\x3c\x40", 3), 3);
	(void)line(&b, "note-on");
	close(unit);
	assert_int_equal(sx_monitor_next(&b.m, &ev, &b.e), 1);
	assert_int_equal(ev.type, SX_MONITOR_GONE);
	assert_int_equal(ev.why->code, SX_EPORT);
	over(&b);
	sx_session_close(b.session);
}

static void
a_timeout(void **state)
{
	char name[PLUG_NAME];
	struct bench b;
	int unit;

	(void)state;
	bench_open(&b, plug_open(&unit, name, MIDI_IO_IN));
	b.m.timeout = 20000;
	begin(&b);
	over(&b);
	assert_int_equal(b.m.shown, 0);
	sx_session_close(b.session);
	close(unit);
}

/* Check the text of a message's line and the name of its number. */
static void
says(const char *text, const char *name, const void *message, size_t n)
{
	struct sx_monitor_line l = { .bytes = message, .len = n };
	char buf[SX_MONITOR_TEXT], name_buf[SX_MONITOR_NAME_TEXT];
	const char *got;

	sx_midi_decode(message, n, &l.midi);
	assert_string_equal(sx_monitor_text(buf, sizeof(buf), &l), text);
	got = sx_monitor_name(&l, name_buf);
	if (name == NULL)
		assert_null(got);
	else
		assert_string_equal(got, name);
}

static void
in_words(void **state)
{
	struct sx_monitor_line l = { .bpm = 120.04 };
	char buf[SX_MONITOR_TEXT];

	(void)state;
	says("C4 60  velocity 100", "C4", "\x90\x3c\x64", 3);
	says("C-1 0  velocity 0", "C-1", "\x80\x00\x00", 3);
	says("F#-1 6  7", "F#-1", "\xa0\x06\x07", 3);
	says("74 brightness = 3", "brightness", "\xb0\x4a\x03", 3);
	says("3 = 3", NULL, "\xb0\x03\x03", 3);
	says("5", NULL, "\xc0\x05", 2);
	says("-8192", NULL, "\xe0\x00\x00", 3);
	says("+1", NULL, "\xe0\x01\x40", 3);
	says("133 (beat 34 and 1 sixteenths)", NULL, "\xf2\x05\x01", 3);
	says("piece 2 = 5", NULL, "\xf1\x25", 2);
	says("", NULL, "\xfa", 1);
	l.midi.event = SX_MIDI_UNDEFINED;
	assert_string_equal(sx_monitor_text(buf, sizeof(buf), &l), "120.0 bpm");
	assert_string_equal(sx_monitor_text(buf, 6, &l), "120.0");
	l = (struct sx_monitor_line){ .ticks = 1,
		.midi.event = SX_MIDI_UNDEFINED };
	assert_string_equal(
	    sx_monitor_text(buf, sizeof(buf), &l), "after 1 tick");
	l = (struct sx_monitor_line){ .damage = { SX_DAMAGE_OVERRUN, 0 },
		.midi.event = SX_MIDI_UNDEFINED };
	assert_string_equal(
	    sx_monitor_text(buf, sizeof(buf), &l), "BYTES LOST HERE");
}

/* A parameter as in manuals, and a controller named by the instrument. */
static void
parameters_in_words(void **state)
{
	struct sx_monitor_line l = { .bytes = (const uint8_t *)"",
		.midi = { .event = SX_MIDI_NRPN,
		    .number = 1 << 7 | 2,
		    .value = 7,
		    .wide = SX_MIDI_NONE } };
	char buf[SX_MONITOR_TEXT], name[SX_MONITOR_NAME_TEXT];

	(void)state;
	assert_string_equal(
	    sx_monitor_text(buf, sizeof(buf), &l), "1:2 (130) = 7");
	l.midi.step = -1;
	assert_string_equal(
	    sx_monitor_text(buf, sizeof(buf), &l), "1:2 (130) - 1");
	l.midi = (struct sx_midi){
		.event = SX_MIDI_RPN, .number = 0, .value = 2, .wide = 258
	};
	assert_string_equal(sx_monitor_text(buf, sizeof(buf), &l),
	    "0:0 (0) pitch bend sensitivity = 258");
	l.midi = (struct sx_midi){ .event = SX_MIDI_CC,
		.number = 90,
		.value = 1,
		.wide = SX_MIDI_NONE };
	assert_true(sx_knob_find("90/91 M1 Pitch", 90, &l.knob));
	l.has_knob = true;
	assert_string_equal(sx_monitor_name(&l, name), "M1 Pitch");
	assert_string_equal(
	    sx_monitor_text(buf, sizeof(buf), &l), "90 M1 Pitch high = 1");
	l.midi.low = true;
	l.midi.wide = 173;
	assert_string_equal(
	    sx_monitor_text(buf, sizeof(buf), &l), "90 M1 Pitch = 173");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_together),
		cmocka_unit_test(left_out),
		cmocka_unit_test(a_count),
		cmocka_unit_test(a_cut),
		cmocka_unit_test(an_unplugging),
		cmocka_unit_test(a_timeout),
		cmocka_unit_test(in_words),
		cmocka_unit_test(parameters_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
