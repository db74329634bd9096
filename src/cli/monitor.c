/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "monitor.h"
#include "own.h"

/* What goes on by itself has stopped when it has not come for so long. An
 * instrument that sends FE sends something every 300 ms. */
#define CLOCK_US   1000000
#define SENSING_US 500000

struct input {
	char name[128];
	struct sx_controllers controllers;
	struct sx_tempo tempo;
	struct sx_timecode timecode;
	char code[48];			    /* the time of it, as it was last */
	bool sensing, running;		    /* FE and F1 are coming */
	int64_t byte_at, clock_at, code_at; /* mono: the last one of each */
	bool over;
};

struct monitor {
	struct cli *c;
	struct monitor_opts o;
	struct monitor_form form;
	struct sx_session *session;
	struct input *inputs;
	size_t ninputs, open;
	size_t shown, hidden, choices, damaged;
	int64_t shown_at; /* mono */
	enum status status;
	bool over;
};

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

/* Print a line, unless it is filtered. What is wrong never is. */
static void
show(struct monitor *m, const struct monitor_line *l)
{
	bool wrong = l->damage.kind != SX_DAMAGE_NONE;

	m->damaged += wrong;
	if (m->over)
		return;
	if (!wrong && ((m->o.hidden >> l->group & 1) ||
			  (l->midi.channel > 0 &&
			      !(m->o.channels >> l->midi.channel & 1)))) {
		m->hidden++;
		return;
	}
	monitor_print(&m->form, l);
	m->shown++;
	m->shown_at = l->time.mono;
	if (m->o.count > 0 && m->shown == (size_t)m->o.count)
		m->over = true;
	/* Nobody reads it any more. */
	if (m->c->out_errno != 0)
		m->over = true;
}

/* A line about a port that is no single message. */
static struct monitor_line
line_of(const struct input *in, struct sx_time t, enum monitor_group group,
    const char *event)
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

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When the next of what goes on by itself is overdue. */
static int64_t
rest_at(const struct input *in)
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

/* Tell what has not come until t, or will never because the port has ended. */
static void
tell_rests(struct monitor *m, struct input *in, struct sx_time t, bool ended)
{
	struct monitor_line l;

	if (in->tempo.ticks > 0 &&
	    (ended || t.mono >= in->clock_at + CLOCK_US)) {
		l = line_of(in, t, GROUP_CLOCK, "clock-stopped");
		l.ticks = in->tempo.ticks;
		in->tempo = (struct sx_tempo){ .ticks = 0 };
		show(m, &l);
	}
	if (in->running && (ended || t.mono >= in->code_at + CLOCK_US)) {
		l = line_of(in, t, GROUP_MTC, "mtc-stopped");
		l.text = in->code;
		in->running = false;
		in->timecode = (struct sx_timecode){ .run = 0 };
		show(m, &l);
	}
	if (in->sensing && (ended || t.mono >= in->byte_at + SENSING_US)) {
		l = line_of(in, t, GROUP_SENSING, "sensing-stopped");
		in->sensing = false;
		show(m, &l);
	}
}

static void
on_clock(struct monitor *m, struct input *in, struct sx_time t)
{
	struct monitor_line l = line_of(in, t, GROUP_CLOCK, "clock");

	in->clock_at = t.mono;
	l.bpm = sx_tempo_tick(&in->tempo, t.mono);
	if (l.bpm > 0)
		show(m, &l);
}

static void
on_sensing(struct monitor *m, struct input *in, struct sx_time t)
{
	struct monitor_line l = line_of(in, t, GROUP_SENSING, "sensing");

	if (!in->sensing)
		show(m, &l);
	in->sensing = true;
}

static void
on_quarter_frame(struct monitor *m, struct input *in, struct sx_time t,
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
		show(m, &l);
}

/* A message that is no SysEx. */
static void
on_short(struct monitor *m, struct input *in, const struct sx_event *ev)
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
		show(m, &l);
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
		show(m, &l);
		break;
	}
}

static void
on_span(struct monitor *m, const struct sx_event *ev)
{
	struct input *in = &m->inputs[ev->port];
	const struct sx_span *span = &ev->span;
	bool lost = ev->doubt || span->end == SX_END_OVERRUN;
	struct monitor_line l = line_of(in, ev->now, GROUP_OTHER, "lost");

	tell_rests(m, in, ev->now, false);
	in->byte_at = ev->now.mono;
	/* What was chosen before may have been changed by what is missing. */
	if (lost)
		sx_controllers_init(&in->controllers);
	switch (span->kind) {
	case SX_SPAN_NONE:
		l.damage.kind = SX_DAMAGE_OVERRUN;
		show(m, &l);
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
	show(m, &l);
}

static void
on_message(struct monitor *m, const struct sx_event *ev)
{
	if (ev->type == SX_EV_SPAN)
		on_span(m, ev);
	else if (ev->step.kind == SX_STEP_MESSAGE)
		on_sysex(m, ev);
}

/* The end: what is open on a port is cut, and shown so. */
static int
finish(struct monitor *m, enum sx_end why)
{
	struct sx_event ev;

	for (size_t i = 0; i < m->ninputs; i++) {
		if (m->inputs[i].over)
			continue;
		if (sx_session_cut(m->session, (int)i, why, &m->c->err) == -1)
			return -1;
		while (sx_session_step(m->session, &ev))
			on_message(m, &ev);
	}
	m->over = true;
	return 0;
}

/* A port has ended, or is gone; the others go on. */
static void
on_end(struct monitor *m, const struct sx_event *ev)
{
	struct sx_err e;

	tell_rests(m, &m->inputs[ev->port], ev->now, true);
	if (ev->type == SX_EV_GONE) {
		e = *ev->why;
		m->status = status_worse(m->status, status_of(&e));
		warn_error(m->c, &e);
	}
	m->inputs[ev->port].over = true;
	m->open--;
	if (m->open == 0)
		m->over = true;
}

static int64_t
timeout_at(const struct monitor *m)
{
	return m->o.timeout > 0 ? m->shown_at + m->o.timeout : INT64_MAX;
}

static int
on_event(struct monitor *m, const struct sx_event *ev)
{
	switch (ev->type) {
	case SX_EV_SPAN:
	case SX_EV_STEP:
		on_message(m, ev);
		return 0;
	case SX_EV_QUIET:
		for (size_t i = 0; i < m->ninputs; i++)
			tell_rests(m, &m->inputs[i], ev->now, false);
		if (ev->now.mono >= timeout_at(m))
			return finish(m, SX_END_TIMEOUT);
		return 0;
	case SX_EV_END:
	case SX_EV_GONE:
		on_end(m, ev);
		return 0;
	case SX_EV_STOP:
		return finish(m, SX_END_INTERRUPTED);
	case SX_EV_SENT:
	case SX_EV_INPUT:
		break;
	}
	return 0;
}

static int
loop(struct monitor *m)
{
	struct sx_event ev;
	int64_t until;

	while (!m->over) {
		until = timeout_at(m);
		for (size_t i = 0; i < m->ninputs; i++)
			until = earlier(until, rest_at(&m->inputs[i]));
		if (sx_session_next(m->session, &ev, until, &m->c->err) == -1 ||
		    on_event(m, &ev) == -1)
			return -1;
	}
	return 0;
}

static int
add_input(struct monitor *m, const char *port)
{
	struct input *in = &m->inputs[m->ninputs];
	struct midi_io *io = own_port_open(m->c, port, MIDI_IO_IN);
	int width;

	if (io == NULL)
		return -1;
	snprintf(in->name, sizeof(in->name), "%s", midi_io_name(io));
	sx_controllers_init(&in->controllers);
	if (sx_session_add(m->session, io, &m->o.rules, &m->c->err) == -1)
		return -1;
	sx_session_spans(m->session, (int)m->ninputs);
	m->ninputs++;
	m->open++;
	width = (int)strlen(in->name);
	if (m->o.nports > 1 && width > m->form.port_column)
		m->form.port_column = width;
	return 0;
}

static int
start(struct monitor *m)
{
	m->inputs = calloc(m->o.nports, sizeof(*m->inputs));
	if (m->inputs == NULL)
		return sx_fail_memory(&m->c->err);
	m->o.rules.devices = own_devices(m->c);
	m->session = sx_session_new(&m->c->err);
	if (m->session == NULL)
		return -1;
	for (size_t i = 0; i < m->o.nports; i++)
		if (add_input(m, m->o.ports[i]) == -1)
			return -1;
	m->form.began = m->form.before = m->shown_at = sx_now().mono;
	if (sx_session_start(m->session, &m->c->err) == -1)
		return -1;
	m->form.colour = has_colour(stdout) && !m->c->json;
	for (size_t i = 0; i < m->ninputs; i++)
		say(m->c, "listening on %s", m->inputs[i].name);
	return 0;
}

static void
say_rest(struct monitor *m)
{
	if (m->hidden > 0)
		say(m->c, "not shown: %zu line%s that %s not asked for",
		    m->hidden, plural(m->hidden),
		    m->hidden == 1 ? "was" : "were");
	if (m->choices > 0)
		say(m->c,
		    "not shown: %zu control change%s that choose%s a parameter "
		    "(--raw shows them)",
		    m->choices, plural(m->choices), m->choices == 1 ? "s" : "");
	if (m->damaged > 0)
		m->status = status_worse(m->status, ST_DAMAGED);
	if (m->shown == 0 || m->shown < (size_t)m->o.count)
		m->status = status_worse(m->status, ST_INCOMPLETE);
}

static enum status
run_monitor(struct cli *c)
{
	struct monitor m = { .c = c };

	m.form = (struct monitor_form){ .c = c, .opts = &m.o };
	if (monitor_parse(c, &m.o) == 0 && start(&m) == 0) {
		if (loop(&m) == -1)
			m.status = ST_FAILED;
		say_rest(&m);
	}
	sx_session_close(m.session);
	free(m.inputs);
	monitor_opts_free(&m.o);
	return m.status;
}

const struct command cmd_monitor = {
	.name = "monitor",
	.synopsis = "[--port PORT]... [options]",
	.summary = "Show what comes in, decoded, live",
	.options = monitor_options,
	.run = run_monitor,
};
