/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "intake.h"
#include "outlet.h"
#include "pace.h"
#include "sxlib/framer.h"
#include "sxlib/session.h"

#define STUCK_US 5000000 /* an output that takes no byte for so long */
#define LOOK_US	 2000	 /* how often an output is asked what is queued */

struct port {
	struct midi_io *io;		/* NULL: the number is free */
	struct sx_collector *collector; /* NULL: output only */
	bool written;			/* something was sent to it */
	struct sx_framer framer;
	struct sx_traffic traffic;
	struct outlet outlet;
	bool wants_spans;
	bool has_span; /* to be told before the steps */
	struct sx_event span;
};

/* The message under way. */
struct outgoing {
	struct midi_io *io; /* NULL: none */
	const uint8_t *data;
	size_t len, sent;
	struct pace pace;
	int64_t delay;
	int64_t progress; /* when something was last seen to leave */
	int64_t over;	  /* when its last byte had left; 0: not yet */
	ssize_t queued; /* in the port when last looked; SSIZE_MAX: none yet */
	bool blocked;	/* the port has no room */
};

struct sx_session {
	struct port *ports;
	size_t nports;
	struct intake *intake;
	bool started;
	sigset_t signals_before;
	struct intake_record record; /* being taken apart, */
	size_t fed;		     /* as far as this */
	bool has_record, cut_after;
	bool has_ending; /* END or GONE, to be told when the steps are out */
	struct sx_event ending;
	struct sx_err why;
	int64_t reached; /* all that came until then has been given out */
	struct outgoing out;
	int watched;
};

struct sx_time
sx_now(void)
{
	struct timespec mono, wall;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &wall);
	return (struct sx_time){
		.mono = (int64_t)mono.tv_sec * 1000000 + mono.tv_nsec / 1000,
		.wall = (int64_t)wall.tv_sec * 1000000 + wall.tv_nsec / 1000,
	};
}

struct sx_session *
sx_session_new(struct sx_err *e)
{
	struct sx_session *s = calloc(1, sizeof(*s));
	struct sigaction hup;
	sigset_t set;

	if (s == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	s->watched = -1;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	/* Under nohup(1) it is ignored, and stays so. */
	if (sigaction(SIGHUP, NULL, &hup) == 0 && hup.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, &s->signals_before);
	s->intake = intake_new(e);
	if (s->intake == NULL) {
		sx_session_close(s);
		return NULL;
	}
	return s;
}

/* A number that is free, or -1 and e. */
static int
free_number(struct sx_session *s, struct sx_err *e)
{
	struct port *p;

	for (size_t i = 0; i < s->nports; i++)
		if (s->ports[i].io == NULL)
			return (int)i;
	p = realloc(s->ports, (s->nports + 1) * sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(e);
	s->ports = p;
	p[s->nports] = (struct port){ .io = NULL };
	return (int)s->nports++;
}

int
sx_session_add(struct sx_session *s, struct midi_io *io,
    const struct sx_rules *rules, struct sx_err *e)
{
	struct port port = { .io = io, .traffic.last_sysex = -1 };
	int number = free_number(s, e);

	if (number == -1)
		goto fail;
	sx_framer_init(&port.framer);
	if (rules != NULL) {
		port.collector = sx_collector_new(rules, e);
		if (port.collector == NULL ||
		    (s->started && midi_io_listen(io, e) == -1) ||
		    intake_add(s->intake, io, number, e) == -1)
			goto fail;
	}
	s->ports[number] = port;
	return number;
fail:
	sx_collector_free(port.collector);
	midi_io_close(io);
	return -1;
}

void
sx_session_remove(struct sx_session *s, int port)
{
	struct port *p = &s->ports[port];

	midi_io_close(p->io);
	sx_collector_free(p->collector);
	*p = (struct port){ .io = NULL };
}

void
sx_session_beat(struct sx_session *s, int fd, const char *text, int64_t every)
{
	intake_beat(s->intake, fd, text, every);
}

void
sx_session_spans(struct sx_session *s, int port)
{
	s->ports[port].wants_spans = true;
}

int
sx_session_start(struct sx_session *s, struct sx_err *e)
{
	for (size_t i = 0; i < s->nports; i++)
		if (s->ports[i].collector != NULL &&
		    midi_io_listen(s->ports[i].io, e) == -1)
			return -1;
	s->started = true;
	return intake_start(s->intake, e);
}

void
sx_session_close(struct sx_session *s)
{
	if (s == NULL)
		return;
	intake_free(s->intake);
	for (size_t i = 0; i < s->nports; i++) {
		midi_io_close(s->ports[i].io);
		sx_collector_free(s->ports[i].collector);
	}
	free(s->ports);
	pthread_sigmask(SIG_SETMASK, &s->signals_before, NULL);
	free(s);
}

static void
count(struct sx_traffic *t, const struct sx_span *span, int64_t mono)
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

static int
take_span(struct sx_session *s, int number, const struct sx_span *span,
    struct sx_time t, bool doubt, struct sx_err *e)
{
	struct port *p = &s->ports[number];

	count(&p->traffic, span, t.mono);
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
cut(struct sx_session *s, int number, enum sx_end why, struct sx_time t,
    struct sx_err *e)
{
	struct sx_span span;

	sx_framer_cut(&s->ports[number].framer, why, &span);
	return take_span(s, number, &span, t, false, e);
}

int
sx_session_cut(
    struct sx_session *s, int port, enum sx_end why, struct sx_err *e)
{
	if (cut(s, port, why, sx_now(), e) == -1)
		return -1;
	sx_collector_flush(s->ports[port].collector);
	return 0;
}

/* The port's input is over: tell so after the last steps. */
static int
end_port(struct sx_session *s, const struct intake_record *r, struct sx_err *e)
{
	bool gone = r->kind == INTAKE_GONE;

	if (cut(s, r->port, gone ? SX_END_UNPLUGGED : SX_END_INPUT, r->time,
		e) == -1)
		return -1;
	sx_collector_flush(s->ports[r->port].collector);
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
tick(struct sx_session *s, struct sx_time t)
{
	for (size_t i = 0; i < s->nports; i++)
		if (s->ports[i].collector != NULL)
			sx_collector_tick(s->ports[i].collector, t);
	s->reached = t.mono;
}

/* Begin with a record. 1: *ev is filled; 0: go on; -1. */
static int
open_record(struct sx_session *s, struct sx_event *ev, struct sx_err *e)
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
			return cut(s, r->port, SX_END_OVERRUN, r->time, e);
		return 0;
	case INTAKE_END:
	case INTAKE_GONE:
		return end_port(s, r, e);
	case INTAKE_STOP:
		ev->type = SX_EV_STOP;
		ev->signal = r->signal;
		return 1;
	case INTAKE_TICK:
		tick(s, r->time);
		return 0;
	}
	return 0;
}

/* Feed the next span of the open record to its port. */
static int
feed_record(struct sx_session *s, struct sx_err *e)
{
	const struct intake_record *r = &s->record;
	struct sx_span span;
	bool doubt = s->fed < r->doubt;

	if (s->fed == r->len) {
		s->has_record = false;
		return r->lost_after
			   ? cut(s, r->port, SX_END_OVERRUN, r->time, e)
			   : 0;
	}
	s->fed += sx_framer_feed(&s->ports[r->port].framer, r->data + s->fed,
	    r->len - s->fed, &span);
	return take_span(s, r->port, &span, r->time, doubt, e);
}

/* A span of any port, or a step of its collector. */
static bool
next_step(struct sx_session *s, struct sx_event *ev)
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

/* The port takes nothing now: is what was written to it leaving at least? -1 if
 * nothing has for too long. Else how much is still in it. */
static ssize_t
check_queue(struct outgoing *o, int64_t now, struct sx_err *e)
{
	ssize_t queued = midi_io_queued(o->io, e);

	if (queued == -1)
		return -1;
	if (queued < o->queued)
		o->progress = now;
	o->queued = queued;
	if (now - o->progress < STUCK_US)
		return queued;
	sx_fail(e, SX_EIO, 0, "%s takes no more bytes", midi_io_name(o->io));
	return sx_hint(e, "nothing has left for 5 seconds: check the cable "
			  "and that the unit is on");
}

static int
pump_bytes(struct outgoing *o, int64_t now, struct sx_err *e)
{
	size_t n = pace_allowed(&o->pace, o->sent, now);
	ssize_t w;

	o->blocked = false;
	if (n == 0)
		return 0;
	if (o->sent == 0)
		pace_begin(&o->pace, o->len, o->pace.rate, now);
	w = midi_io_write(o->io, o->data + o->sent, n, e);
	if (w == -1)
		return -1;
	if (w == 0) {
		o->blocked = true;
		return check_queue(o, now, e) == -1 ? -1 : 0;
	}
	o->sent += (size_t)w;
	o->queued = SSIZE_MAX;
	return 0;
}

/* Let go what may leave now. 1: the message is through; 0; -1. */
static int
pump(struct outgoing *o, int64_t now, struct sx_err *e)
{
	ssize_t queued;

	if (o->sent < o->len)
		return pump_bytes(o, now, e);
	if (o->over == 0) {
		queued = check_queue(o, now, e);
		if (queued != 0)
			return queued == -1 ? -1 : 0;
		o->over = now > pace_end(&o->pace) ? now : pace_end(&o->pace);
	}
	return now >= o->over + o->delay;
}

/* When the message under way wants to be looked after again. */
static int64_t
pump_due(const struct outgoing *o, int64_t now)
{
	if (o->io == NULL)
		return INT64_MAX;
	if (o->sent < o->len)
		return o->blocked ? o->progress + STUCK_US
				  : pace_due(&o->pace, o->sent);
	return o->over != 0 ? o->over + o->delay : now + LOOK_US;
}

/* Sleep until something comes, at most until mono time `until`. 1: `watched`
 * is readable. */
static int
wait_until(struct sx_session *s, int64_t until, struct sx_err *e)
{
	struct pollfd fds[2 + MIDI_IO_POLLFDS];
	struct timespec ts, *timeout = NULL;
	nfds_t n = 0;
	int64_t us;

	fds[n++] =
	    (struct pollfd){ .fd = intake_fd(s->intake), .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = s->watched, .events = POLLIN };
	if (s->out.io != NULL && s->out.blocked)
		n += midi_io_pollfds(
		    s->out.io, MIDI_IO_OUT, fds + n, MIDI_IO_POLLFDS);
	if (until != INT64_MAX) {
		us = until - sx_now().mono;
		us = us > 0 ? us : 0;
		ts = (struct timespec){ us / 1000000, us % 1000000 * 1000 };
		timeout = &ts;
	}
	if (ppoll(fds, n, timeout, NULL) == -1 && errno != EINTR)
		return sx_fail(e, SX_EIO, errno, "cannot wait for input");
	return s->watched != -1 && fds[1].revents != 0;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* With all records taken: wait for the next thing. 1: *ev; 0: look again. */
static int
idle(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e)
{
	int64_t tick_at = deadline;
	int64_t now = sx_now().mono;
	bool listens = false;
	int rc;

	if (deadline <= s->reached) {
		ev->type = SX_EV_QUIET;
		ev->now = sx_now();
		ev->now.mono = s->reached;
		return 1;
	}
	for (size_t i = 0; i < s->nports; i++) {
		if (s->ports[i].collector == NULL)
			continue;
		listens = true;
		tick_at = least(
		    tick_at, sx_collector_deadline(s->ports[i].collector));
	}
	if (tick_at <= now && !listens) {
		/* No need to ask whether anything has arrived. */
		s->reached = now;
		return 0;
	}
	if (tick_at <= now) {
		intake_tick(s->intake);
		tick_at = INT64_MAX;
	}
	rc = wait_until(s, least(tick_at, pump_due(&s->out, now)), e);
	if (rc == 1)
		ev->type = SX_EV_INPUT;
	return rc;
}

/* One thing: 1: *ev is filled; 0: go on; -1. */
static int
advance(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e)
{
	int rc;

	if (next_step(s, ev))
		return 1;
	if (s->has_ending) {
		s->has_ending = false;
		*ev = s->ending;
		return 1;
	}
	if (s->out.io != NULL) {
		rc = pump(&s->out, sx_now().mono, e);
		if (rc == 1) {
			s->out.io = NULL;
			ev->type = SX_EV_SENT;
		}
		if (rc != 0)
			return rc;
	}
	if (s->has_record)
		return feed_record(s, e);
	if (intake_take(s->intake, &s->record))
		return open_record(s, ev, e);
	return idle(s, ev, deadline, e);
}

int
sx_session_step(struct sx_session *s, struct sx_event *ev)
{
	*ev = (struct sx_event){ .now = sx_now() };
	return next_step(s, ev);
}

int
sx_session_next(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e)
{
	int rc;

	do {
		*ev = (struct sx_event){ .port = -1 };
		rc = advance(s, ev, deadline, e);
	} while (rc == 0);
	if (rc == -1)
		return -1;
	if (ev->now.mono == 0)
		ev->now = s->has_record ? s->record.time : sx_now();
	return 0;
}

void
sx_session_traffic(const struct sx_session *s, int port, struct sx_traffic *t)
{
	*t = s->ports[port].traffic;
}

size_t
sx_session_incoming(
    const struct sx_session *s, int port, const struct sx_facts **facts)
{
	return sx_collector_open(s->ports[port].collector, facts);
}

size_t
sx_session_backlog(struct sx_session *s)
{
	return intake_backlog(s->intake) +
	       (s->has_record ? s->record.len - s->fed : 0);
}

int
sx_session_send(struct sx_session *s, int port, const uint8_t *data, size_t n,
    unsigned rate, int64_t delay_us, struct sx_err *e)
{
	int64_t now = sx_now().mono;

	if (s->out.io != NULL)
		return sx_fail(e, SX_EIO, 0, "a message is under way already");
	s->out = (struct outgoing){
		.io = s->ports[port].io,
		.data = data,
		.len = n,
		.delay = delay_us,
		.progress = now,
		.queued = SSIZE_MAX,
	};
	pace_begin(&s->out.pace, n, rate, now);
	s->ports[port].written = true;
	return 0;
}

size_t
sx_session_sent(const struct sx_session *s)
{
	return s->out.sent;
}

/* Hand n bytes to a port and see them off, for 5 s at most without progress. */
static int
see_off(struct midi_io *io, const uint8_t *data, size_t n, struct sx_err *e)
{
	struct outgoing o = { .io = io,
		.data = data,
		.len = n,
		.queued = SSIZE_MAX,
		.progress = sx_now().mono };
	int rc;

	pace_begin(&o.pace, n, 0, o.progress);
	while ((rc = pump(&o, sx_now().mono, e)) == 0)
		poll(NULL, 0, LOOK_US / 1000);
	return rc == 1 ? midi_io_drain(io, e) : -1;
}

int
sx_session_abort(struct sx_session *s, struct sx_err *e)
{
	static const uint8_t eox = 0xf7;
	struct midi_io *io = s->out.io;
	size_t sent = s->out.sent;

	s->out.io = NULL;
	if (io == NULL || sent == 0 ||
	    (sent == s->out.len && midi_io_queued(io, NULL) == 0))
		return 0;
	if (midi_io_drop(io, e) == -1 || see_off(io, &eox, 1, e) == -1)
		return -1;
	return 1;
}

ssize_t
sx_session_write(struct sx_session *s, int port, const uint8_t *data, size_t n,
    unsigned rate, int64_t *due, struct sx_err *e)
{
	struct port *p = &s->ports[port];

	return outlet_write(&p->outlet, p->io, data, n, rate, due, e);
}

int
sx_session_drain(struct sx_session *s, struct sx_err *e)
{
	for (size_t i = 0; i < s->nports; i++)
		if (s->ports[i].io != NULL && s->ports[i].written &&
		    see_off(s->ports[i].io, NULL, 0, e) == -1)
			return -1;
	return 0;
}

void
sx_session_watch(struct sx_session *s, int fd)
{
	s->watched = fd;
}
