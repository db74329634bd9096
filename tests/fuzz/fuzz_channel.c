/* SPDX-License-Identifier: ISC */
/*
 * Messages other than SysEx, decoded and combined: numbers must be within the
 * range of their bits for any input, cut anywhere. Input: MIDI.
 */
#include "fuzz.h"
#include "sxlib/channel.h"
#include "sxlib/framer.h"

static void
within(int n, int least, int most)
{
	MUST(n == SX_MIDI_NONE || (n >= least && n <= most));
}

static void
sound(const struct sx_midi *m)
{
	char note[SX_NOTE_TEXT];
	const char *name;

	MUST(m->event < SX_MIDI_EVENTS && sx_midi_text(m->event) != NULL);
	MUST(m->channel >= 0 && m->channel <= 16);
	within(m->number, 0,
	    m->event == SX_MIDI_NRPN || m->event == SX_MIDI_RPN ? 16383 : 127);
	if (m->event == SX_MIDI_BEND)
		within(m->value, -8192, 8191);
	else
		within(m->value, 0,
		    m->event == SX_MIDI_SONG_POSITION ? 16383 : 127);
	within(m->wide, 0, 16383);
	within(m->bank, 0, 16383);
	MUST(
	    m->wide == SX_MIDI_NONE || (m->low && (m->wide & 127) == m->value));
	MUST(m->step == 0 || m->event == SX_MIDI_NRPN ||
	     m->event == SX_MIDI_RPN);
	MUST(m->step >= -1 && m->step <= 1);
	name = sx_controller_text(m->number);
	MUST(name == NULL || name[0] != '\0');
	name = sx_rpn_text(m->number);
	MUST(name == NULL || name[0] != '\0');
	if (m->number != SX_MIDI_NONE)
		MUST(strlen(sx_note_text(m->number & 127, note)) >= 2);
}

struct port {
	struct sx_controllers controllers;
	struct sx_tempo tempo;
	struct sx_timecode code;
	int64_t t;
};

static void
take(struct port *p, const struct sx_span *span)
{
	struct sx_midi m;
	double bpm;
	int number;

	sx_midi_decode(span->data, span->len, &m);
	sound(&m);
	number = m.number;
	if (!sx_controllers_take(&p->controllers, &m))
		MUST(m.event == SX_MIDI_CC && number >= 98 && number <= 101);
	sound(&m);
	if (m.event == SX_MIDI_CLOCK) {
		bpm = sx_tempo_tick(&p->tempo, p->t);
		MUST(bpm >= 0 && bpm <= 1000);
	}
	if (m.event == SX_MIDI_QUARTER_FRAME && m.value != SX_MIDI_NONE &&
	    sx_timecode_take(&p->code, m.number, m.value)) {
		MUST(p->code.hours <= 31 && p->code.minutes <= 63);
		MUST(p->code.seconds <= 63 && p->code.frames <= 31);
		MUST(p->code.rate != NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct port p = { .t = 0 };
	struct sx_framer f;
	struct sx_span span;
	size_t pos = 0;

	sx_framer_init(&f);
	sx_controllers_init(&p.controllers);
	while (pos < n) {
		p.t += in[pos] * 100;
		pos += sx_framer_feed(&f, in + pos, n - pos, &span);
		if (span.kind == SX_SPAN_CHANNEL ||
		    span.kind == SX_SPAN_COMMON ||
		    span.kind == SX_SPAN_REALTIME)
			take(&p, &span);
	}
	sx_framer_cut(&f, SX_END_INPUT, &span);
	if (span.kind == SX_SPAN_CHANNEL || span.kind == SX_SPAN_COMMON)
		take(&p, &span);
	return 0;
}
