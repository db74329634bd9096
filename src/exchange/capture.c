/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "sxlib/capture.h"

#define LOOK_US	       5000000 /* how often to check a silent port */
#define LOOK_INSIDE_US 20000   /* for units that wait inside a message */

enum phase {
	CAPTURE_INPUT,
	CAPTURE_CUT,	/* deliver what was cut */
	CAPTURE_SETTLE, /* make files of all dumps */
	CAPTURE_OVER
};

static int
capture_tell(struct sx_capture_event *ev, enum sx_capture_type type)
{
	ev->type = type;
	return 1;
}

int
sx_capture_begin(struct sx_capture *c, int64_t gap, struct sx_err *e)
{
	sx_session_coalesce(c->session, gap);
	if (sx_session_start(c->session, e) == -1)
		return -1;
	c->listening = sx_now().mono;
	c->look_at = c->listening + LOOK_US;
	return 0;
}

/* ---- Input ---- */

/* Report bytes dropped after a cut: before the next dump, and at the end. */
static void
capture_skipped(struct sx_capture *c)
{
	struct sx_traffic t;

	sx_session_traffic(c->session, c->port, &t);
	sx_keeper_skipped(&c->keeper, t.skipped);
}

/* Send a reply, and what is left of earlier ones. A reply without room is
 * dropped and counted. */
static int
capture_reply(
    struct sx_capture *c, const uint8_t *reply, size_t len, struct sx_err *e)
{
	ssize_t n;

	if (len > sizeof(c->reply) - c->nreply) {
		c->unanswered++;
	} else if (len > 0) {
		memcpy(c->reply + c->nreply, reply, len);
		c->nreply += len;
	}
	c->reply_due = INT64_MAX;
	if (c->nreply == 0)
		return 0;
	n = sx_session_write(
	    c->session, c->port, c->reply, c->nreply, 0, &c->reply_due, e);
	if (n == -1)
		return -1;
	c->nreply -= (size_t)n;
	memmove(c->reply, c->reply + n, c->nreply);
	return 0;
}

/* The dump is as long as the transfer. */
static void
capture_transfer(struct sx_capture *c, enum sx_shake what)
{
	static const enum sx_transfer transfers[] = {
		[SX_SHAKE_BEGINS] = SX_TRANSFER_BEGINS,
		[SX_SHAKE_ENDS] = SX_TRANSFER_ENDS,
		[SX_SHAKE_LOST] = SX_TRANSFER_BREAKS,
		[SX_SHAKE_CANCELLED] = SX_TRANSFER_BREAKS,
	};

	if (what == SX_SHAKE_BEGINS || what == SX_SHAKE_ENDS ||
	    what == SX_SHAKE_LOST || what == SX_SHAKE_CANCELLED)
		sx_session_transfer(c->session, c->port, transfers[what]);
}

/* Answer a handshake message. Returns 1 and sets *what if m is one. */
static int
capture_shake(struct sx_capture *c, const struct sx_message *m,
    enum sx_shake *what, struct sx_err *e)
{
	uint8_t reply[SX_SHAKE_BYTES];
	size_t len;

	if (m->data == NULL || m->damage.kind != SX_DAMAGE_NONE)
		return 0;
	*what = sx_shaker_take(&c->shaker, m->data, m->len, reply, &len);
	capture_transfer(c, *what);
	if (capture_reply(c, reply, len, e) == -1)
		return -1;
	return *what != SX_SHAKE_NOT;
}

/* A Casio waits inside its message, and sends nothing until it is answered. */
static int
capture_shake_inside(struct sx_capture *c, struct sx_err *e)
{
	uint8_t head[SX_TRIAGE_BYTES], reply[SX_SHAKE_BYTES];
	size_t len, n = sx_session_head(c->session, c->port, head);
	bool inside = sx_shaker_inside(head, n, reply, &len);

	if (!inside || c->inside) {
		c->inside = inside;
		return 0;
	}
	c->inside = true;
	return capture_reply(c, reply, len, e);
}

/* End the input: cut the open message. */
static int
capture_end(struct sx_capture *c, enum sx_end why, struct sx_err *e)
{
	c->phase = CAPTURE_CUT;
	/* Do not leave the unit waiting. */
	if (c->answers) {
		uint8_t reply[SX_SHAKE_BYTES];
		size_t len;

		sx_shaker_cancel(&c->shaker, reply, &len);
		if (capture_reply(c, reply, len, e) == -1)
			return -1;
	}
	return sx_session_cut(c->session, c->port, why, e);
}

/* Process a step. Returns 1 if ev is to be returned. */
static int
capture_step(struct sx_capture *c, const struct sx_event *in,
    struct sx_capture_event *ev, struct sx_err *e)
{
	const struct sx_step *step = &in->step;
	struct sx_keeper *k = &c->keeper;
	size_t backlog = 0, out = k->out;
	int rc;

	if (step->begins) {
		capture_skipped(c);
		backlog = sx_session_backlog(c->session);
	}
	rc = sx_keeper_step(k, step, in->now.mono, backlog, e);
	c->added |= k->out > out;
	if (rc == 1)
		rc = sx_session_cut(c->session, c->port, SX_END_UNKEPT, e);
	if (rc == -1)
		return -1;
	if (step->kind == SX_STEP_DUMP && c->count > 0 &&
	    k->whole == c->count && c->phase == CAPTURE_INPUT)
		c->phase = CAPTURE_SETTLE;
	if (c->answers && step->kind == SX_STEP_MESSAGE) {
		rc = capture_shake(c, step->message, &ev->shake, e);
		if (rc == -1)
			return -1;
		if (rc == 1) {
			ev->message = step->message;
			return capture_tell(ev, SX_CAPTURE_SHAKEN);
		}
	}
	if (step->kind == SX_STEP_MESSAGE &&
	    step->message->verdict != SX_KEEP) {
		ev->message = step->message;
		return capture_tell(ev, SX_CAPTURE_NOT_KEPT);
	}
	return 0;
}

static int64_t
capture_timeout(const struct sx_capture *c)
{
	struct sx_traffic t;

	if (c->timeout == 0)
		return INT64_MAX;
	sx_session_traffic(c->session, c->port, &t);
	return c->timeout +
	       (t.last_sysex > c->listening ? t.last_sysex : c->listening);
}

static int
capture_event(struct sx_capture *c, const struct sx_event *in,
    struct sx_capture_event *ev, struct sx_err *e)
{
	switch (in->type) {
	case SX_EV_STEP:
		c->what = in->step.kind == SX_STEP_DATA ? SX_CAPTURE_GROWN
							: SX_CAPTURE_ENDED;
		return capture_step(c, in, ev, e);
	case SX_EV_QUIET:
		if (in->now.mono >= capture_timeout(c))
			return capture_end(c, SX_END_TIMEOUT, e);
		return 0;
	case SX_EV_END:
		c->phase = CAPTURE_SETTLE;
		return 0;
	case SX_EV_GONE:
		c->phase = CAPTURE_SETTLE;
		c->gone = true;
		ev->why = in->why;
		return capture_tell(ev, SX_CAPTURE_GONE);
	case SX_EV_STOP:
		if (capture_end(c, SX_END_INTERRUPTED, e) == -1)
			return -1;
		ev->signal = in->signal;
		return capture_tell(ev, SX_CAPTURE_STOPPED);
	case SX_EV_SPAN:
	case SX_EV_SENT:
	case SX_EV_WAKE:
	case SX_EV_RELOAD:
	case SX_EV_INPUT:
		break;
	}
	return 0;
}

/* ---- Time ---- */

enum sx_seen
sx_capture_news(struct sx_capture *c)
{
	enum sx_seen seen;
	struct sx_traffic t;

	sx_session_traffic(c->session, c->port, &t);
	seen = t.sysex > 0    ? SX_SEEN_SYSEX
	       : t.bytes == 0 ? SX_SEEN_NOTHING
	       : t.other == 0 ? SX_SEEN_CLOCK
			      : SX_SEEN_OTHER;
	if (seen == SX_SEEN_SYSEX)
		c->look_at = INT64_MAX;
	if (seen == SX_SEEN_SYSEX || seen == c->seen)
		return SX_SEEN_NO_NEWS;
	c->seen = seen;
	return seen;
}

static bool
capture_look(struct sx_capture *c, struct sx_capture_event *ev)
{
	if (c->now.mono < c->look_at)
		return false;
	c->look_at = c->now.mono + LOOK_US;
	ev->seen = sx_capture_news(c);
	if (ev->seen == SX_SEEN_NO_NEWS)
		return false;
	return capture_tell(ev, SX_CAPTURE_NOTHING_YET);
}

static int
capture_take_back(struct sx_capture *c, struct sx_job *job, struct sx_err *e)
{
	return job != NULL ? sx_keeper_take_back(&c->keeper, job, e) : 0;
}

/* After each event: first take finished files, then report it. */
static int
capture_after(
    struct sx_capture *c, struct sx_capture_event *ev, struct sx_err *e)
{
	struct sx_job *job = sx_saver_next(c->saver);

	if (job != NULL)
		return capture_take_back(c, job, e);
	if (capture_look(c, ev))
		return 1;
	c->after = false;
	ev->now = c->now;
	return capture_tell(ev, c->what);
}

static int
capture_input(struct sx_capture *c, struct sx_capture_event *ev, int64_t until,
    struct sx_err *e)
{
	struct sx_keeper *k = &c->keeper;
	struct sx_event in;
	size_t out;
	int rc;

	if (c->after)
		return capture_after(c, ev, e);
	until = sx_earlier(until, sx_earlier(sx_keeper_due(k), c->look_at));
	until = sx_earlier(until, capture_timeout(c));
	if (c->nreply > 0) {
		if (capture_reply(c, NULL, 0, e) == -1)
			return -1;
		until = sx_earlier(until, c->reply_due);
	}
	/* A message that stops causes no event. */
	if (c->answers)
		until = sx_earlier(until, sx_now().mono + LOOK_INSIDE_US);
	if (sx_session_next(c->session, &in, until, e) == -1 ||
	    (c->answers && capture_shake_inside(c, e) == -1))
		return -1;
	c->what = SX_CAPTURE_QUIET;
	c->now = in.now;
	rc = capture_event(c, &in, ev, e);
	if (rc == -1 || c->phase != CAPTURE_INPUT)
		return rc;
	c->after = true;
	out = k->out;
	if (sx_keeper_tick(k, in.now.mono, sx_session_backlog(c->session), e) ==
	    -1)
		return -1;
	c->added |= k->out > out;
	return rc;
}

/* ---- The end ---- */

/* Deliver what was cut. */
static int
capture_rest(
    struct sx_capture *c, struct sx_capture_event *ev, struct sx_err *e)
{
	struct sx_event in;

	if (sx_session_step(c->session, &in))
		return capture_step(c, &in, ev, e);
	c->phase = CAPTURE_SETTLE;
	return 0;
}

/* Make files of all dumps. */
static int
capture_keep(
    struct sx_capture *c, struct sx_capture_event *ev, struct sx_err *e)
{
	static const enum sx_capture_type types[] = {
		[SX_KEEPING_KEEPER] = SX_CAPTURE_KEEPER,
		[SX_KEEPING_WAITING] = SX_CAPTURE_QUIET,
		[SX_KEEPING_LEFT] = SX_CAPTURE_LEFT,
		[SX_KEEPING_FILE] = SX_CAPTURE_FILE,
		[SX_KEEPING_FINAL] = SX_CAPTURE_FINAL,
	};
	struct sx_keeping *k = &c->keeping;
	struct sx_keeping_event kept;
	int rc;

	if (k->keeper == NULL) {
		k->keeper = &c->keeper;
		k->saver = c->saver;
		sx_keeping_finish(k);
	}
	rc = sx_keeping_next(k, &kept, e);
	if (rc == 0)
		c->phase = CAPTURE_OVER;
	if (rc != 1)
		return rc;
	ev->keeper = kept.keeper;
	ev->stored = kept.stored;
	return capture_tell(ev, types[kept.type]);
}

static int
capture_phase(struct sx_capture *c, struct sx_capture_event *ev, int64_t until,
    struct sx_err *e)
{
	switch (c->phase) {
	case CAPTURE_INPUT:
		return capture_input(c, ev, until, e);
	case CAPTURE_CUT:
		return capture_rest(c, ev, e);
	case CAPTURE_SETTLE:
		return capture_keep(c, ev, e);
	default:
		c->summed_up = true;
		capture_skipped(c);
		return 0;
	}
}

/* If too many dumps wait, wait until half of them are files. */
static int
capture_room(struct sx_capture *c, struct sx_err *e)
{
	struct sx_job *job;

	if (sx_saver_room(c->saver, &job) == 1)
		return capture_take_back(c, job, e);
	c->added = false;
	return 0;
}

int
sx_capture_end(struct sx_capture *c)
{
	c->keeping.failed |= c->phase == CAPTURE_SETTLE;
	if (c->phase < CAPTURE_SETTLE)
		c->phase = CAPTURE_SETTLE;
	c->added = c->after = false;
	return -1;
}

int
sx_capture_next(struct sx_capture *c, struct sx_capture_event *ev,
    int64_t until, struct sx_err *e)
{
	int rc;

	*ev = (struct sx_capture_event){ .now = c->now };
	do {
		if (sx_keeper_next(&c->keeper, &ev->keeper))
			return capture_tell(ev, SX_CAPTURE_KEEPER);
		if (c->summed_up)
			return 0;
		rc = c->added ? capture_room(c, e)
			      : capture_phase(c, ev, until, e);
	} while (rc == 0);
	return rc == -1 ? sx_capture_end(c) : rc;
}

void
sx_capture_free(struct sx_capture *c)
{
	sx_keeping_free(&c->keeping);
	sx_keeper_free(&c->keeper);
}
