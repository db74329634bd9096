/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "sxlib/monitor.h"

/* Silence after which clock, time code or active sensing has stopped. An
 * instrument that sends FE sends something every 300 ms. */
#define CLOCK_US   1000000
#define SENSING_US 500000

enum monitor_step {
	STEP_NEXT, /* wait for an event */
	STEP_REST, /* before it, show streams that have stopped */
	STEP_TAKE, /* show the event itself */
	STEP_CUT,  /* at the end, cut open messages */
	STEP_OVER,
};

static enum sx_monitor_group
monitor_group(enum sx_midi_event event)
{
	static const enum sx_monitor_group group[SX_MIDI_EVENTS] = {
		[SX_MIDI_NOTE_OFF] = SX_GROUP_NOTE,
		[SX_MIDI_NOTE_ON] = SX_GROUP_NOTE,
		[SX_MIDI_KEY_PRESSURE] = SX_GROUP_PRESSURE,
		[SX_MIDI_CC] = SX_GROUP_CC,
		[SX_MIDI_NRPN] = SX_GROUP_CC,
		[SX_MIDI_RPN] = SX_GROUP_CC,
		[SX_MIDI_PROGRAM] = SX_GROUP_PROGRAM,
		[SX_MIDI_PRESSURE] = SX_GROUP_PRESSURE,
		[SX_MIDI_BEND] = SX_GROUP_BEND,
		[SX_MIDI_QUARTER_FRAME] = SX_GROUP_MTC,
		[SX_MIDI_SONG_POSITION] = SX_GROUP_SONG,
		[SX_MIDI_SONG_SELECT] = SX_GROUP_SONG,
		[SX_MIDI_TUNE] = SX_GROUP_OTHER,
		[SX_MIDI_END] = SX_GROUP_OTHER,
		[SX_MIDI_CLOCK] = SX_GROUP_CLOCK,
		[SX_MIDI_START] = SX_GROUP_TRANSPORT,
		[SX_MIDI_CONTINUE] = SX_GROUP_TRANSPORT,
		[SX_MIDI_STOP] = SX_GROUP_TRANSPORT,
		[SX_MIDI_SENSING] = SX_GROUP_SENSING,
		[SX_MIDI_RESET] = SX_GROUP_OTHER,
		[SX_MIDI_UNDEFINED] = SX_GROUP_OTHER,
	};

	return group[event];
}

/* Make a line about a port, not about a single message. */
static struct sx_monitor_line
monitor_line(const struct sx_monitor_port *p, struct sx_time t,
    enum sx_monitor_group group, const char *event)
{
	return (struct sx_monitor_line){
		.time = t,
		.port = p->name,
		.group = group,
		.event = event,
		.midi = { .event = SX_MIDI_UNDEFINED,
		    .number = SX_MIDI_NONE,
		    .value = SX_MIDI_NONE,
		    .wide = SX_MIDI_NONE,
		    .bank = SX_MIDI_NONE },
	};
}

void
sx_monitor_begin(struct sx_monitor *m)
{
	for (size_t i = 0; i < m->nports; i++)
		sx_controllers_init(&m->ports[i].controllers);
	m->open = m->nports;
	m->shown_at = sx_now().mono;
}

/* ---- Streams: clock, time code, active sensing ---- */

/* Return when the next stream counts as stopped; INT64_MAX: none is running. */
static int64_t
monitor_rest_at(const struct sx_monitor_port *p)
{
	int64_t at = INT64_MAX;

	if (p->tempo.ticks > 0)
		at = p->clock_at + CLOCK_US;
	if (p->running && p->code_at + CLOCK_US < at)
		at = p->code_at + CLOCK_US;
	if (p->sensing && p->byte_at + SENSING_US < at)
		at = p->byte_at + SENSING_US;
	return at;
}

/* Get the line of the next stream that has stopped by t, or because the port
 * has ended. Returns false if there is none. */
static bool
monitor_rest(struct sx_monitor_port *p, struct sx_time t, bool ended,
    struct sx_monitor_line *l)
{
	if (p->tempo.ticks > 0 && (ended || t.mono >= p->clock_at + CLOCK_US)) {
		*l = monitor_line(p, t, SX_GROUP_CLOCK, "clock-stopped");
		l->ticks = p->tempo.ticks;
		p->tempo = (struct sx_tempo){ .ticks = 0 };
		return true;
	}
	if (p->running && (ended || t.mono >= p->code_at + CLOCK_US)) {
		*l = monitor_line(p, t, SX_GROUP_MTC, "mtc-stopped");
		l->text = p->code;
		p->running = false;
		p->timecode = (struct sx_timecode){ .run = 0 };
		return true;
	}
	if (p->sensing && (ended || t.mono >= p->byte_at + SENSING_US)) {
		*l = monitor_line(p, t, SX_GROUP_SENSING, "sensing-stopped");
		p->sensing = false;
		return true;
	}
	return false;
}

static bool
monitor_clock(
    struct sx_monitor_port *p, struct sx_time t, struct sx_monitor_line *l)
{
	*l = monitor_line(p, t, SX_GROUP_CLOCK, "clock");
	p->clock_at = t.mono;
	l->bpm = sx_tempo_tick(&p->tempo, t.mono);
	return l->bpm > 0;
}

static bool
monitor_sensing(
    struct sx_monitor_port *p, struct sx_time t, struct sx_monitor_line *l)
{
	const bool news = !p->sensing;

	*l = monitor_line(p, t, SX_GROUP_SENSING, "sensing");
	p->sensing = true;
	return news;
}

static bool
monitor_quarter_frame(
    struct sx_monitor_port *p, struct sx_time t, struct sx_monitor_line *l)
{
	struct sx_timecode *code = &p->timecode;
	bool news = sx_timecode_take(code, l->midi.number, l->midi.value);

	*l = monitor_line(p, t, SX_GROUP_MTC, "mtc");
	p->code_at = t.mono;
	p->running = code->known;
	if (code->known)
		snprintf(p->code, sizeof(p->code), "%02d:%02d:%02d:%02d @ %s",
		    code->hours, code->minutes, code->seconds, code->frames,
		    code->rate);
	l->text = p->code;
	return news;
}

/* ---- Messages: true with a line in *l ---- */

/* Is it a controller of the instrument at the port? */
static bool
monitor_knob(struct sx_monitor_port *p, struct sx_monitor_line *l)
{
	struct sx_midi *m = &l->midi;
	uint8_t *high;

	if (m->event != SX_MIDI_CC || m->value == SX_MIDI_NONE ||
	    !sx_knob_find(p->knobs, m->number, &l->knob))
		return false;
	l->has_knob = true;
	if (l->knob.high == -1)
		return true;
	high = &p->high[m->channel - 1][l->knob.high];
	if (m->number == l->knob.high)
		*high = (uint8_t)(m->value + 1);
	else if (*high > 0)
		m->wide = (*high - 1) << 7 | m->value;
	m->low = m->number == l->knob.low;
	return true;
}

/* A message that is not SysEx. */
static bool
monitor_short(struct sx_monitor *m, struct sx_monitor_line *l)
{
	struct sx_monitor_port *p = &m->ports[m->in.port];
	const struct sx_span *span = &m->in.span;
	const struct sx_time t = m->in.now;

	*l = monitor_line(p, t, SX_GROUP_OTHER, NULL);
	sx_midi_decode(span->data, span->len, &l->midi);
	l->group = monitor_group(l->midi.event);
	l->event = sx_midi_text(l->midi.event);
	l->bytes = span->data;
	l->len = span->len;
	l->damage = sx_span_damage(span);
	if (span->kind == SX_SPAN_STRAY)
		l->damage.kind = SX_DAMAGE_NONE;
	else if (m->in.doubt)
		l->damage.kind = SX_DAMAGE_OVERRUN;
	if (l->damage.kind != SX_DAMAGE_NONE || m->raw)
		return true;
	switch (l->midi.event) {
	case SX_MIDI_CLOCK:
		return monitor_clock(p, t, l);
	case SX_MIDI_SENSING:
		return monitor_sensing(p, t, l);
	case SX_MIDI_QUARTER_FRAME:
		return monitor_quarter_frame(p, t, l);
	default:
		break;
	}
	if (monitor_knob(p, l))
		return true;
	if (!sx_controllers_take(&p->controllers, &l->midi)) {
		m->choices++;
		return false;
	}
	l->event = sx_midi_text(l->midi.event);
	return true;
}

static bool
monitor_span(struct sx_monitor *m, struct sx_monitor_line *l)
{
	struct sx_monitor_port *p = &m->ports[m->in.port];
	const struct sx_span *span = &m->in.span;

	p->byte_at = m->in.now.mono;
	/* The missing bytes may have changed what was selected before. */
	if (m->in.doubt || span->end == SX_END_OVERRUN) {
		sx_controllers_init(&p->controllers);
		memset(p->high, 0, sizeof(p->high));
	}
	switch (span->kind) {
	case SX_SPAN_NONE:
		*l = monitor_line(p, m->in.now, SX_GROUP_OTHER, "lost");
		l->damage.kind = SX_DAMAGE_OVERRUN;
		return true;
	case SX_SPAN_CHANNEL:
	case SX_SPAN_COMMON:
	case SX_SPAN_REALTIME:
		return monitor_short(m, l);
	case SX_SPAN_STRAY:
		/* A lone F7; other stray bytes arrive as a message. */
		return m->raw && span->first && span->len == 1 &&
		       span->data[0] == 0xf7 && monitor_short(m, l);
	case SX_SPAN_SYSEX:
		break;
	}
	return false;
}

static bool
monitor_sysex(struct sx_monitor *m, struct sx_monitor_line *l)
{
	const struct sx_message *message = m->in.step.message;

	if (m->in.step.kind != SX_STEP_MESSAGE)
		return false;
	if (message->verdict == SX_OTHER_MAKER) {
		m->hidden++;
		return false;
	}
	*l = monitor_line(
	    &m->ports[m->in.port], message->time, SX_GROUP_SYSEX, "sysex");
	l->sysex = message;
	l->bytes = message->data;
	l->len = message->len;
	l->damage = message->damage;
	if (l->damage.kind == SX_DAMAGE_NONE &&
	    message->facts.checksum == SX_CHECKSUM_BAD)
		m->damaged++;
	return true;
}

/* Is the line shown? Errors pass every filter. */
static bool
monitor_shows(struct sx_monitor *m, const struct sx_monitor_line *l)
{
	bool wrong = l->damage.kind != SX_DAMAGE_NONE;

	m->damaged += wrong;
	if (m->over)
		return false;
	if (!wrong && ((m->without >> l->group & 1) ||
			  (l->midi.channel > 0 &&
			      !(m->channels >> l->midi.channel & 1)))) {
		m->hidden++;
		return false;
	}
	m->shown++;
	m->shown_at = m->now;
	if (m->count > 0 && m->shown == m->count)
		m->over = true;
	return true;
}

/* ---- Steps: return 1 and set *ev, 0, or -1 and set e ---- */

/* Return when the timeout ends. An incoming SysEx message extends it: it will
 * be shown. */
static int64_t
monitor_timeout(const struct sx_monitor *m)
{
	const struct sx_facts *facts;
	struct sx_traffic t;
	int64_t since = m->shown_at;

	if (m->timeout == 0)
		return INT64_MAX;
	for (size_t i = 0; i < m->nports; i++) {
		if (sx_session_incoming(m->session, (int)i, &facts) == 0)
			continue;
		sx_session_traffic(m->session, (int)i, &t);
		since = t.last_sysex > since ? t.last_sysex : since;
	}
	return since + m->timeout;
}

/* Before the event, show streams that have stopped: on its port, or on all
 * ports when time has passed. */
static void
monitor_came(struct sx_monitor *m)
{
	const enum sx_event_type type = m->in.type;

	m->step = STEP_REST;
	m->rest = m->rest_end = 0;
	if (type == SX_EV_QUIET) {
		m->rest_end = m->nports;
	} else if (type == SX_EV_SPAN || type == SX_EV_END ||
		   type == SX_EV_GONE) {
		m->rest = (size_t)m->in.port;
		m->rest_end = m->rest + 1;
	}
}

static int
monitor_next(struct sx_monitor *m, struct sx_err *e)
{
	int64_t until, rest;

	if (m->over) {
		m->step = STEP_OVER;
		return 0;
	}
	until = monitor_timeout(m);
	for (size_t i = 0; i < m->nports; i++) {
		rest = monitor_rest_at(&m->ports[i]);
		until = rest < until ? rest : until;
	}
	if (sx_session_next(m->session, &m->in, until, e) == -1)
		return -1;
	m->now = m->in.now.mono;
	monitor_came(m);
	return 0;
}

static int
monitor_tell_rest(struct sx_monitor *m, struct sx_monitor_event *ev)
{
	const bool ended = m->in.type == SX_EV_END || m->in.type == SX_EV_GONE;

	ev->type = SX_MONITOR_LINE;
	while (m->rest < m->rest_end) {
		if (!monitor_rest(
			&m->ports[m->rest], m->in.now, ended, &ev->line))
			m->rest++;
		else if (monitor_shows(m, &ev->line))
			return 1;
	}
	m->step = STEP_TAKE;
	return 0;
}

/* A port has ended, or is gone; the others continue. */
static int
monitor_close(struct sx_monitor *m, struct sx_monitor_event *ev)
{
	m->ports[m->in.port].over = true;
	if (--m->open == 0)
		m->over = true;
	ev->type = SX_MONITOR_GONE;
	ev->why = m->in.why;
	return m->in.type == SX_EV_GONE;
}

static void
monitor_end(struct sx_monitor *m, enum sx_end why)
{
	m->step = STEP_CUT;
	m->cutting = true;
	m->why = why;
}

static int
monitor_take(struct sx_monitor *m, struct sx_monitor_event *ev)
{
	m->step = m->cutting ? STEP_CUT : STEP_NEXT;
	switch (m->in.type) {
	case SX_EV_SPAN:
		return monitor_span(m, &ev->line) &&
		       monitor_shows(m, &ev->line);
	case SX_EV_STEP:
		return monitor_sysex(m, &ev->line) &&
		       monitor_shows(m, &ev->line);
	case SX_EV_QUIET:
		if (m->in.now.mono >= monitor_timeout(m))
			monitor_end(m, SX_END_TIMEOUT);
		return 0;
	case SX_EV_END:
	case SX_EV_GONE:
		return monitor_close(m, ev);
	case SX_EV_STOP:
		monitor_end(m, SX_END_INTERRUPTED);
		return 0;
	case SX_EV_SENT:
	case SX_EV_WAKE:
	case SX_EV_RELOAD:
	case SX_EV_INPUT:
		break;
	}
	return 0;
}

/* At the end, cut and show the open messages of each port. */
static int
monitor_cut(struct sx_monitor *m, struct sx_err *e)
{
	if (m->cut > 0 && sx_session_step(m->session, &m->in)) {
		monitor_came(m);
		return 0;
	}
	while (m->cut < m->nports && m->ports[m->cut].over)
		m->cut++;
	if (m->cut == m->nports) {
		m->step = STEP_OVER;
		return 0;
	}
	return sx_session_cut(m->session, (int)m->cut++, m->why, e);
}

int
sx_monitor_next(
    struct sx_monitor *m, struct sx_monitor_event *ev, struct sx_err *e)
{
	int rc = 0;

	ev->type = SX_MONITOR_LINE;
	while (rc == 0 && m->step != STEP_OVER) {
		switch ((enum monitor_step)m->step) {
		case STEP_NEXT:
			rc = monitor_next(m, e);
			break;
		case STEP_REST:
			rc = monitor_tell_rest(m, ev);
			break;
		case STEP_TAKE:
			rc = monitor_take(m, ev);
			break;
		case STEP_CUT:
			rc = monitor_cut(m, e);
			break;
		case STEP_OVER:
			break;
		}
	}
	return rc;
}
