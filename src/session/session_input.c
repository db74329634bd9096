/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "session_priv.h"

static void
session_count(struct sx_traffic *t, const struct sx_span *span, int64_t mono)
{
	switch (span->kind) {
	case SX_SPAN_SYSEX:
	case SX_SPAN_STRAY:
		t->sysex += span->len;
		if (span->len > 0)
			t->last_sysex = mono;
		break;
	case SX_SPAN_REALTIME:
		if (span->data[0] == 0xfe)
			t->sensing++;
		else if (span->data[0] <= 0xfc)
			t->clock++;
		else
			t->other++;
		break;
	case SX_SPAN_CHANNEL:
	case SX_SPAN_COMMON:
		t->other += span->len;
		break;
	case SX_SPAN_NONE:
		break;
	}
}

/* Is this the rest of a message that is not kept? */
static bool
session_skips(struct port *p, const struct sx_span *span)
{
	if (!p->skipping || span->kind == SX_SPAN_REALTIME)
		return false;
	p->skipping = span->kind == SX_SPAN_STRAY && span->end == SX_END_OPEN;
	if (span->kind != SX_SPAN_STRAY)
		return false;
	p->traffic.skipped += span->len;
	return true;
}

static int
session_on_span(struct sx_session *s, int number, const struct sx_span *span,
    struct sx_time t, bool doubt, struct sx_err *e)
{
	const struct sx_span hole = { .end = SX_END_OVERRUN };
	struct port *p = &s->ports[number];

	session_count(&p->traffic, span, t.mono);
	if (session_skips(p, span)) {
		if (span->end != SX_END_OVERRUN && !doubt)
			return 0;
		span = &hole;
	}
	p->has_span = p->wants_spans && (span->kind != SX_SPAN_NONE ||
					    span->end == SX_END_OVERRUN);
	if (p->has_span)
		p->span = (struct sx_event){ .type = SX_EV_SPAN,
			.port = number,
			.now = t,
			.span = *span,
			.doubt = doubt };
	return sx_collector_span(p->collector, span, t, doubt, e);
}

static int
session_cut(struct sx_session *s, int number, enum sx_end why, struct sx_time t,
    struct sx_err *e)
{
	struct sx_span span;

	sx_framer_cut(&s->ports[number].framer, why, &span);
	return session_on_span(s, number, &span, t, false, e);
}

int
sx_session_cut(
    struct sx_session *s, int port, enum sx_end why, struct sx_err *e)
{
	struct port *p = &s->ports[port];
	bool open =
	    p->framer.open == SX_SPAN_SYSEX || p->framer.open == SX_SPAN_STRAY;

	if (session_cut(s, port, why, sx_now(), e) == -1)
		return -1;
	/* The open message continues behind the cut. */
	p->skipping = why == SX_END_UNKEPT && (open || p->skipping);
	sx_collector_cut(p->collector, why);
	return 0;
}

/* End a port's input, to be reported after the last steps. */
static int
end_port(struct sx_session *s, const struct intake_record *r, struct sx_err *e)
{
	bool gone = r->kind == INTAKE_GONE;
	enum sx_end why = gone ? SX_END_UNPLUGGED : SX_END_INPUT;

	if (session_cut(s, r->port, why, r->time, e) == -1)
		return -1;
	sx_collector_cut(s->ports[r->port].collector, why);
	if (gone)
		memcpy(&s->why, r->data, sizeof(s->why));
	s->ending = (struct sx_event){
		.type = gone ? SX_EV_GONE : SX_EV_END,
		.port = r->port,
		.now = r->time,
		.why = &s->why,
	};
	s->has_ending = true;
	return 0;
}

static void
session_tick(struct sx_session *s, struct sx_time t)
{
	for (size_t i = 0; i < s->nports; i++)
		if (s->ports[i].collector != NULL)
			sx_collector_tick(s->ports[i].collector, t);
	s->reached = t.mono;
}

int
session_open_record(struct sx_session *s, struct sx_event *ev, struct sx_err *e)
{
	const struct intake_record *r = &s->record;

	s->fed = 0;
	switch (r->kind) {
	case INTAKE_BYTES:
		s->has_record = true;
		s->ports[r->port].traffic.bytes += r->len;
		s->ports[r->port].traffic.holes +=
		    r->lost_before + r->lost_after;
		if (r->lost_before)
			return session_cut(
			    s, r->port, SX_END_OVERRUN, r->time, e);
		return 0;
	case INTAKE_END:
	case INTAKE_GONE:
		return end_port(s, r, e);
	case INTAKE_STOP:
		ev->type = SX_EV_STOP;
		ev->signal = r->signal;
		return 1;
	case INTAKE_RELOAD:
		ev->type = SX_EV_RELOAD;
		return 1;
	case INTAKE_TICK:
		session_tick(s, r->time);
		return 0;
	}
	return 0;
}

/* Return how many of n bytes are real-time messages that are only counted. */
static size_t
count_realtime(struct port *p, const uint8_t *data, size_t n, int64_t mono)
{
	struct sx_span span = { .kind = SX_SPAN_REALTIME, .len = 1 };
	size_t i = 0;

	if (p->wants_spans || p->framer.open == SX_SPAN_SYSEX ||
	    p->framer.open == SX_SPAN_STRAY)
		return 0;
	for (; i < n && data[i] >= 0xf8; i++) {
		span.data = data + i;
		session_count(&p->traffic, &span, mono);
	}
	return i;
}

int
session_feed_record(struct sx_session *s, struct sx_err *e)
{
	const struct intake_record *r = &s->record;
	struct sx_span span;
	bool doubt = s->fed < r->doubt;

	if (s->fed == r->len) {
		s->has_record = false;
		return r->lost_after
			   ? session_cut(s, r->port, SX_END_OVERRUN, r->time, e)
			   : 0;
	}
	if (!doubt)
		s->fed += count_realtime(&s->ports[r->port], r->data + s->fed,
		    r->len - s->fed, r->time.mono);
	if (s->fed == r->len)
		return 0;
	s->fed += sx_framer_feed(&s->ports[r->port].framer, r->data + s->fed,
	    r->len - s->fed, &span);
	return session_on_span(s, r->port, &span, r->time, doubt, e);
}

bool
session_step(struct sx_session *s, struct sx_event *ev)
{
	struct sx_collector *c;

	for (size_t i = 0; i < s->nports; i++) {
		c = s->ports[i].collector;
		if (s->ports[i].has_span) {
			s->ports[i].has_span = false;
			*ev = s->ports[i].span;
			return true;
		}
		if (c != NULL && sx_collector_next(c, &ev->step)) {
			ev->type = SX_EV_STEP;
			ev->port = (int)i;
			return true;
		}
	}
	return false;
}

void
sx_session_traffic(const struct sx_session *s, int port, struct sx_traffic *t)
{
	*t = s->ports[port].traffic;
}

void
sx_session_transfer(struct sx_session *s, int port, enum sx_transfer what)
{
	sx_collector_transfer(s->ports[port].collector, what);
}

size_t
sx_session_head(
    const struct sx_session *s, int port, uint8_t head[SX_TRIAGE_BYTES])
{
	return sx_collector_head(s->ports[port].collector, head);
}

size_t
sx_session_incoming(
    const struct sx_session *s, int port, const struct sx_facts **facts)
{
	return sx_collector_open(s->ports[port].collector, facts);
}
