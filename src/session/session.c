/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "session_priv.h"
#include "sleep.h"

#define LOOK_US 50000 /* how often to check `watched` during a stream */

/* With 32 bits, clock_gettime() fails from 2038 on; otherwise it cannot. */
_Static_assert(sizeof(time_t) >= 8, "time_t ends in 2038");

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
	s->wake_at = INT64_MAX;
	for (size_t i = 0; i < SX_WATCH_MOST; i++)
		s->watched[i] = -1;
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

/* Return a free number, or -1 and set e. */
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
	stream_out_init(&port.stream_out);
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
sx_session_coalesce(struct sx_session *s, int64_t gap)
{
	intake_coalesce(s->intake, gap);
}

void
sx_session_reloads(struct sx_session *s)
{
	intake_reloads(s->intake);
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

/* Is a message in progress that has not failed? */
static bool
is_sending(const struct sx_session *s)
{
	return s->out.io != NULL && s->failure.code == SX_OK;
}

/* Sleep until something arrives, at most until mono time `until`. Returns 1 if
 * *which of `watched` is readable. */
static int
wait_until(struct sx_session *s, int64_t until, enum sx_watched *which,
    struct sx_err *e)
{
	struct pollfd fds[1 + SX_WATCH_MOST + MIDI_IO_POLLFDS];
	nfds_t n = 0;
	int64_t us = SESSION_FOREVER;

	fds[n++] =
	    (struct pollfd){ .fd = intake_fd(s->intake), .events = POLLIN };
	for (size_t i = 0; i < SX_WATCH_MOST; i++)
		fds[n++] =
		    (struct pollfd){ .fd = s->watched[i], .events = POLLIN };
	if (is_sending(s) && s->out.blocked)
		n += midi_io_pollfds(
		    s->out.io, MIDI_IO_OUT, fds + n, MIDI_IO_POLLFDS);
	if (until != INT64_MAX) {
		us = until - sx_now().mono;
		us = us > 0 ? us : 0;
	}
	if (session_sleep(fds, n, us) == -1 && errno != EINTR)
		return sx_fail(e, SX_EIO, errno, "cannot wait for input");
	for (size_t i = 0; i < SX_WATCH_MOST; i++)
		if (s->watched[i] != -1 && fds[1 + i].revents != 0) {
			*which = (enum sx_watched)i;
			return 1;
		}
	return 0;
}

static int64_t
session_least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int
tell_failure(struct sx_session *s, struct sx_err *e)
{
	if (e != NULL && e->code == SX_OK)
		*e = s->failure;
	s->failure = (struct sx_err){ 0 };
	return -1;
}

/* Send what may leave of the message in progress. Returns 1 when it is done,
 * else 0. */
static int
session_pump(struct sx_session *s)
{
	int64_t now = sx_now().mono;
	int rc = sender_pump(&s->out, now, &s->failure);

	if (rc == -1)
		s->failed_at = now;
	if (rc == 1)
		s->out.io = NULL;
	return rc == 1;
}

/* Report what is due at the time that was reached. Returns 1 and sets *ev, 0 if
 * nothing is, or -1 and sets e. */
static int
tell_due(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e)
{
	if (s->failure.code != SX_OK && s->failed_at <= s->reached)
		return tell_failure(s, e);
	if (deadline > s->reached)
		return 0;
	ev->type = SX_EV_QUIET;
	ev->now = sx_now();
	ev->now.mono = s->reached;
	return 1;
}

/* Return when something is due next. *listens: at least one port has input. */
static int64_t
next_due(const struct sx_session *s, int64_t deadline, bool *listens)
{
	int64_t at = s->failure.code != SX_OK ? s->failed_at : deadline;

	*listens = false;
	for (size_t i = 0; i < s->nports; i++) {
		if (s->ports[i].collector == NULL)
			continue;
		*listens = true;
		at = session_least(
		    at, sx_collector_deadline(s->ports[i].collector));
	}
	return at;
}

/*
 * Report what is due before the next record is taken: a stream that never
 * pauses always has another one. Once for each tick, so that the stream goes
 * on, too. Returns as tell_due().
 */
static int
session_heed(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e)
{
	int64_t now = sx_now().mono;
	bool listens;
	int rc = 0;

	if (s->heeded < s->reached) {
		s->heeded = s->reached;
		rc = tell_due(s, ev, deadline, e);
	}
	if (rc == 0 && next_due(s, deadline, &listens) <= now)
		intake_tick(s->intake);
	if (rc != 0 || now - s->looked < LOOK_US)
		return rc;
	s->looked = now;
	rc = wait_until(s, 0, &ev->watched, e);
	if (rc == 1)
		ev->type = SX_EV_INPUT;
	return rc;
}

/* All records were taken: wait for the next thing. Returns 1 and sets *ev, 0 to
 * look again, or -1 and sets e. */
static int
session_idle(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e)
{
	bool listens;
	int64_t tick_at = next_due(s, deadline, &listens);
	int64_t now = sx_now().mono;
	int rc = tell_due(s, ev, deadline, e);

	if (rc != 0)
		return rc;
	if (tick_at <= now && !listens) {
		/* No need to ask whether anything has arrived. */
		s->reached = now;
		return 0;
	}
	if (tick_at <= now) {
		intake_tick(s->intake);
		tick_at = INT64_MAX;
	}
	if (is_sending(s))
		tick_at = session_least(tick_at, sender_due(&s->out, now));
	tick_at = session_least(tick_at, s->wake_at);
	rc = wait_until(s, tick_at, &ev->watched, e);
	if (rc == 1)
		ev->type = SX_EV_INPUT;
	return rc;
}

/* Do one thing. Returns 1 and sets *ev, 0 to go on, or -1 and sets e. */
static int
session_advance(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e)
{
	int rc;

	if (session_step(s, ev))
		return 1;
	if (s->has_ending) {
		s->has_ending = false;
		*ev = s->ending;
		return 1;
	}
	if (s->wake_at != INT64_MAX && s->wake_at <= sx_now().mono) {
		s->wake_at = INT64_MAX;
		ev->type = SX_EV_WAKE;
		return 1;
	}
	if (is_sending(s) && session_pump(s)) {
		ev->type = SX_EV_SENT;
		return 1;
	}
	if (s->has_record)
		return session_feed_record(s, e);
	if (sx_session_backlog(s) > 0) {
		rc = session_heed(s, ev, deadline, e);
		if (rc != 0)
			return rc;
	}
	if (intake_take(s->intake, &s->record))
		return session_open_record(s, ev, e);
	return session_idle(s, ev, deadline, e);
}

int
sx_session_step(struct sx_session *s, struct sx_event *ev)
{
	*ev = (struct sx_event){ .now = sx_now() };
	return session_step(s, ev);
}

int
sx_session_next(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e)
{
	int rc;

	do {
		*ev = (struct sx_event){ .port = -1 };
		rc = session_advance(s, ev, deadline, e);
	} while (rc == 0);
	if (rc == -1)
		return -1;
	if (ev->now.mono == 0)
		ev->now = s->has_record ? s->record.time : sx_now();
	return 0;
}

size_t
sx_session_backlog(struct sx_session *s)
{
	return intake_backlog(s->intake) +
	       (s->has_record ? s->record.len - s->fed : 0);
}

/* Refuse to send as fast as the port accepts where bytes would be lost. */
static int
session_check_rate(const struct midi_io *io, unsigned rate, struct sx_err *e)
{
	if (rate > 0 || midi_io_any_rate(io))
		return 0;
	sx_fail(e, SX_EREFUSED, 0,
	    "%s may lose bytes at --rate max: it does not report how much it "
	    "can take",
	    midi_io_name(io));
	return sx_hint(e, "use --rate din, the speed of a MIDI cable");
}

int
sx_session_send(struct sx_session *s, int port, const uint8_t *data, size_t n,
    unsigned rate, int64_t delay_us, struct sx_err *e)
{
	if (s->out.io != NULL)
		return sx_fail(e, SX_EIO, 0, "a message is already being sent");
	if (session_check_rate(s->ports[port].io, rate, e) == -1)
		return -1;
	sender_begin(&s->out, s->ports[port].io, data, n, rate, delay_us);
	s->ports[port].written = true;
	return 0;
}

size_t
sx_session_sent(const struct sx_session *s)
{
	return s->out.sent;
}

int
sx_session_abort(struct sx_session *s, struct sx_err *e)
{
	return sender_abort(&s->out, e);
}

ssize_t
sx_session_write(struct sx_session *s, int port, const uint8_t *data, size_t n,
    unsigned rate, int64_t *due, struct sx_err *e)
{
	struct port *p = &s->ports[port];

	if (session_check_rate(p->io, rate, e) == -1)
		return -1;
	p->written = true;
	return stream_out_write(&p->stream_out, p->io, data, n, rate, due, e);
}

void
sx_session_ahead(struct sx_session *s, int port, size_t n)
{
	stream_out_ahead(&s->ports[port].stream_out, n);
}

int
sx_session_check(struct sx_session *s, int port, struct sx_err *e)
{
	return midi_io_queued(s->ports[port].io, e) == -1 ? -1 : 0;
}

void
sx_session_wake(struct sx_session *s, int64_t at)
{
	s->wake_at = at;
}

int
sx_session_drain(struct sx_session *s, struct sx_err *e)
{
	for (size_t i = 0; i < s->nports; i++)
		if (s->ports[i].io != NULL && s->ports[i].written &&
		    sender_see_off(s->ports[i].io, NULL, 0, e) == -1)
			return -1;
	return 0;
}

void
sx_session_watch(struct sx_session *s, enum sx_watched what, int fd)
{
	s->watched[what] = fd;
}

int64_t
sx_session_stopped(const struct sx_session *s)
{
	return intake_stopped(s->intake);
}
