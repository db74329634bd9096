/* SPDX-License-Identifier: ISC */
/* What comes in on one port, as lines: what belongs together is put together.
 */
#include "monitor.h"

/* What goes on by itself has stopped when it has not come for so long. An
 * instrument that sends FE sends something every 300 ms. */
#define CLOCK_US   1000000
#define SENSING_US 500000

static enum monitor_group
group_of(enum sx_midi_event event)
{
	static const enum monitor_group group[SX_MIDI_EVENTS] = {
		[SX_MIDI_NOTE_OFF] = GROUP_NOTE,
		[SX_MIDI_NOTE_ON] = GROUP_NOTE,
		[SX_MIDI_KEY_PRESSURE] = GROUP_PRESSURE,
		[SX_MIDI_CC] = GROUP_CC,
		[SX_MIDI_NRPN] = GROUP_CC,
		[SX_MIDI_RPN] = GROUP_CC,
		[SX_MIDI_PROGRAM] = GROUP_PROGRAM,
		[SX_MIDI_PRESSURE] = GROUP_PRESSURE,
		[SX_MIDI_BEND] = GROUP_BEND,
		[SX_MIDI_QUARTER_FRAME] = GROUP_MTC,
		[SX_MIDI_SONG_POSITION] = GROUP_SONG,
		[SX_MIDI_SONG_SELECT] = GROUP_SONG,
		[SX_MIDI_TUNE] = GROUP_OTHER,
		[SX_MIDI_END] = GROUP_OTHER,
		[SX_MIDI_CLOCK] = GROUP_CLOCK,
		[SX_MIDI_START] = GROUP_TRANSPORT,
		[SX_MIDI_CONTINUE] = GROUP_TRANSPORT,
		[SX_MIDI_STOP] = GROUP_TRANSPORT,
		[SX_MIDI_SENSING] = GROUP_SENSING,
		[SX_MIDI_RESET] = GROUP_OTHER,
		[SX_MIDI_UNDEFINED] = GROUP_OTHER,
	};

	return group[event];
}

/* A line about a port that is no single message. */
static struct monitor_line
line_of(const struct monitor_input *in, struct sx_time t,
    enum monitor_group group, const char *event)
{
	return (struct monitor_line){
		.time = t,
		.port = in->name,
		.group = group,
		.event = event,
		.midi = { .event = SX_MIDI_UNDEFINED,
		    .number = SX_MIDI_NONE,
		    .value = SX_MIDI_NONE,
		    .wide = SX_MIDI_NONE,
		    .bank = SX_MIDI_NONE },
	};
}

int64_t
monitor_rest_at(const struct monitor_input *in)
{
	int64_t at = INT64_MAX;

	if (in->tempo.ticks > 0)
		at = earlier(at, in->clock_at + CLOCK_US);
	if (in->running)
		at = earlier(at, in->code_at + CLOCK_US);
	if (in->sensing)
		at = earlier(at, in->byte_at + SENSING_US);
	return at;
}

void
monitor_tell_rests(
    struct monitor *m, struct monitor_input *in, struct sx_time t, bool ended)
{
	struct monitor_line l;

	if (in->tempo.ticks > 0 &&
	    (ended || t.mono >= in->clock_at + CLOCK_US)) {
		l = line_of(in, t, GROUP_CLOCK, "clock-stopped");
		l.ticks = in->tempo.ticks;
		in->tempo = (struct sx_tempo){ .ticks = 0 };
		monitor_show(m, &l);
	}
	if (in->running && (ended || t.mono >= in->code_at + CLOCK_US)) {
		l = line_of(in, t, GROUP_MTC, "mtc-stopped");
		l.text = in->code;
		in->running = false;
		in->timecode = (struct sx_timecode){ .run = 0 };
		monitor_show(m, &l);
	}
	if (in->sensing && (ended || t.mono >= in->byte_at + SENSING_US)) {
		l = line_of(in, t, GROUP_SENSING, "sensing-stopped");
		in->sensing = false;
		monitor_show(m, &l);
	}
}

static void
on_clock(struct monitor *m, struct monitor_input *in, struct sx_time t)
{
	struct monitor_line l = line_of(in, t, GROUP_CLOCK, "clock");

	in->clock_at = t.mono;
	l.bpm = sx_tempo_tick(&in->tempo, t.mono);
	if (l.bpm > 0)
		monitor_show(m, &l);
}

static void
on_sensing(struct monitor *m, struct monitor_input *in, struct sx_time t)
{
	struct monitor_line l = line_of(in, t, GROUP_SENSING, "sensing");

	if (!in->sensing)
		monitor_show(m, &l);
	in->sensing = true;
}

static void
on_quarter_frame(struct monitor *m, struct monitor_input *in, struct sx_time t,
    const struct sx_midi *midi)
{
	struct monitor_line l = line_of(in, t, GROUP_MTC, "mtc");
	struct sx_timecode *code = &in->timecode;
	bool news = sx_timecode_take(code, midi->number, midi->value);

	in->code_at = t.mono;
	in->running = code->known;
	if (code->known)
		snprintf(in->code, sizeof(in->code), "%02d:%02d:%02d:%02d @ %s",
		    code->hours, code->minutes, code->seconds, code->frames,
		    code->rate);
	l.text = in->code;
	if (news)
		monitor_show(m, &l);
}

/* A message that is no SysEx. */
static void
on_short(struct monitor *m, struct monitor_input *in, const struct sx_event *ev)
{
	const struct sx_span *span = &ev->span;
	struct monitor_line l = line_of(in, ev->now, GROUP_OTHER, NULL);

	sx_midi_decode(span->data, span->len, &l.midi);
	l.group = group_of(l.midi.event);
	l.event = sx_midi_text(l.midi.event);
	l.bytes = span->data;
	l.len = span->len;
	l.damage = sx_span_damage(span);
	if (span->kind == SX_SPAN_STRAY)
		l.damage.kind = SX_DAMAGE_NONE;
	else if (ev->doubt)
		l.damage.kind = SX_DAMAGE_OVERRUN;
	if (l.damage.kind != SX_DAMAGE_NONE || m->o.raw) {
		monitor_show(m, &l);
		return;
	}
	switch (l.midi.event) {
	case SX_MIDI_CLOCK:
		on_clock(m, in, ev->now);
		break;
	case SX_MIDI_SENSING:
		on_sensing(m, in, ev->now);
		break;
	case SX_MIDI_QUARTER_FRAME:
		on_quarter_frame(m, in, ev->now, &l.midi);
		break;
	default:
		if (!sx_controllers_take(&in->controllers, &l.midi)) {
			m->choices++;
			break;
		}
		l.event = sx_midi_text(l.midi.event);
		monitor_show(m, &l);
		break;
	}
}

static void
on_span(struct monitor *m, const struct sx_event *ev)
{
	struct monitor_input *in = &m->inputs[ev->port];
	const struct sx_span *span = &ev->span;
	bool lost = ev->doubt || span->end == SX_END_OVERRUN;
	struct monitor_line l = line_of(in, ev->now, GROUP_OTHER, "lost");

	monitor_tell_rests(m, in, ev->now, false);
	in->byte_at = ev->now.mono;
	/* What was chosen before may have been changed by what is missing. */
	if (lost)
		sx_controllers_init(&in->controllers);
	switch (span->kind) {
	case SX_SPAN_NONE:
		l.damage.kind = SX_DAMAGE_OVERRUN;
		monitor_show(m, &l);
		break;
	case SX_SPAN_CHANNEL:
	case SX_SPAN_COMMON:
	case SX_SPAN_REALTIME:
		on_short(m, in, ev);
		break;
	case SX_SPAN_STRAY:
		/* A lone F7; other stray bytes come as a message. */
		if (m->o.raw && span->first && span->len == 1 &&
		    span->data[0] == 0xf7)
			on_short(m, in, ev);
		break;
	case SX_SPAN_SYSEX:
		break;
	}
}

static void
on_sysex(struct monitor *m, const struct sx_event *ev)
{
	const struct sx_message *message = ev->step.message;
	struct monitor_line l =
	    line_of(&m->inputs[ev->port], message->time, GROUP_SYSEX, "sysex");

	if (message->verdict == SX_OTHER_MAKER) {
		m->hidden++;
		return;
	}
	l.sysex = message;
	l.bytes = message->data;
	l.len = message->len;
	l.damage = message->damage;
	if (l.damage.kind == SX_DAMAGE_NONE &&
	    message->facts.checksum == SX_CHECKSUM_BAD)
		m->damaged++;
	monitor_show(m, &l);
}

void
monitor_take(struct monitor *m, const struct sx_event *ev)
{
	if (ev->type == SX_EV_SPAN)
		on_span(m, ev);
	else if (ev->step.kind == SX_STEP_MESSAGE)
		on_sysex(m, ev);
}
