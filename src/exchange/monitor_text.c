/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/monitor.h"
#include "sxlib/record.h"
#include "sxlib/text.h"

const char *
sx_monitor_name(const struct sx_monitor_line *l, char buf[SX_MONITOR_NAME_TEXT])
{
	const int n = l->midi.number;

	snprintf(buf, SX_MONITOR_NAME_TEXT, "%.*s", (int)l->knob.len,
	    l->has_knob ? l->knob.name : "");
	if (l->has_knob)
		return buf;
	if (n == SX_MIDI_NONE || l->sysex != NULL)
		return NULL;
	switch (l->midi.event) {
	case SX_MIDI_NOTE_ON:
	case SX_MIDI_NOTE_OFF:
	case SX_MIDI_KEY_PRESSURE:
		return sx_note_text(n, buf);
	case SX_MIDI_CC:
		return sx_controller_text(n);
	case SX_MIDI_RPN:
		return sx_rpn_text(n);
	default:
		return NULL;
	}
}

struct monitor_words {
	char *buf;
	size_t size;
};

static void __attribute__((format(printf, 2, 3)))
monitor_add(const struct monitor_words *w, const char *fmt, ...)
{
	const size_t used = strlen(w->buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->buf + used, w->size - used, fmt, ap);
	va_end(ap);
}

/* Print the number of an NRPN or RPN as manuals do, high:low, and as one
 * number. */
static void
monitor_parameter(
    const struct monitor_words *w, const struct sx_midi *m, const char *name)
{
	monitor_add(w, "%d:%d (%d)%s%s", m->number >> 7, m->number & 127,
	    m->number, name != NULL ? " " : "", name != NULL ? name : "");
	if (m->step != 0)
		monitor_add(w, " %s 1", m->step > 0 ? "+" : "-");
	else if (m->wide != SX_MIDI_NONE)
		monitor_add(w, " = %d", m->wide);
	else
		monitor_add(w, "%s = %d", m->low ? " low" : "", m->value);
}

static void
monitor_control(
    const struct monitor_words *w, const struct sx_midi *m, const char *name)
{
	monitor_add(w, "%d%s%s%s = %d", m->number, name != NULL ? " " : "",
	    name != NULL ? name : "", m->low ? " low" : "", m->value);
	if (m->wide != SX_MIDI_NONE)
		monitor_add(w, " (14 bits: %d)", m->wide);
}

/* A controller of the instrument: "91 M1 Pitch = 173". */
static void
monitor_own_control(const struct monitor_words *w,
    const struct sx_monitor_line *l, const char *name)
{
	const struct sx_midi *m = &l->midi;
	char safe[2 * SX_MONITOR_NAME_TEXT];

	monitor_add(
	    w, "%d %s", m->number, sx_text_safe(safe, sizeof(safe), name));
	if (m->wide != SX_MIDI_NONE)
		monitor_add(w, " = %d", m->wide);
	else
		monitor_add(w, "%s = %d",
		    l->knob.high == -1 ? ""
		    : m->low	       ? " low"
				       : " high",
		    m->value);
}

static void
monitor_program(const struct monitor_words *w, const struct sx_midi *m)
{
	monitor_add(w, "%d", m->number);
	if (m->bank != SX_MIDI_NONE)
		monitor_add(w, "  bank %d", m->bank);
}

static void
monitor_numbers(const struct monitor_words *w, const struct sx_monitor_line *l)
{
	const struct sx_midi *m = &l->midi;
	char buf[SX_MONITOR_NAME_TEXT];
	const char *name = sx_monitor_name(l, buf);

	switch (m->event) {
	case SX_MIDI_NOTE_ON:
	case SX_MIDI_NOTE_OFF:
		monitor_add(w, "%s %d  velocity %d", name, m->number, m->value);
		break;
	case SX_MIDI_KEY_PRESSURE:
		monitor_add(w, "%s %d  %d", name, m->number, m->value);
		break;
	case SX_MIDI_CC:
		if (l->has_knob)
			monitor_own_control(w, l, name);
		else
			monitor_control(w, m, name);
		break;
	case SX_MIDI_NRPN:
	case SX_MIDI_RPN:
		monitor_parameter(w, m, name);
		break;
	case SX_MIDI_PROGRAM:
		monitor_program(w, m);
		break;
	case SX_MIDI_SONG_SELECT:
		monitor_add(w, "%d", m->number);
		break;
	case SX_MIDI_QUARTER_FRAME:
		if (l->bytes != NULL)
			monitor_add(w, "piece %d = %d", m->number, m->value);
		break;
	case SX_MIDI_PRESSURE:
		monitor_add(w, "%d", m->value);
		break;
	case SX_MIDI_BEND:
		monitor_add(w, "%+d", m->value);
		break;
	case SX_MIDI_SONG_POSITION:
		monitor_add(w, "%d (beat %d and %d sixteenths)", m->value,
		    m->value / 4 + 1, m->value % 4);
		break;
	default:
		break;
	}
}

char *
sx_monitor_text(char *buf, size_t size, const struct sx_monitor_line *l)
{
	const struct monitor_words w = { buf, size };
	const bool damaged = l->damage.kind != SX_DAMAGE_NONE;
	char damage[SX_DAMAGE_TEXT];

	buf[0] = '\0';
	if (l->sysex != NULL) {
		const struct sx_record record = sx_record_of_message(l->sysex);

		return sx_record_text(buf, size, &record);
	}
	/* A message that was cut lacks some of its numbers. */
	if (l->bytes != NULL && damaged)
		monitor_add(
		    &w, "DAMAGED: %s", sx_damage_text(l->damage, damage));
	else
		monitor_numbers(&w, l);
	if (l->bpm > 0)
		monitor_add(&w, "%.1f bpm", l->bpm);
	if (l->text != NULL)
		monitor_add(&w, "%s", l->text);
	if (l->ticks > 0)
		monitor_add(&w, "after %" PRIu64 " tick%s", l->ticks,
		    l->ticks == 1 ? "" : "s");
	if (l->bytes == NULL && damaged)
		monitor_add(&w, "BYTES LOST HERE");
	return buf;
}
