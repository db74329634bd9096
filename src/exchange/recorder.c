/* SPDX-License-Identifier: ISC */
#include "sxlib/recorder.h"
#include "sxlib/snapshot.h"

#define HINT_US 5000000

enum recorder_step { STEP_LISTEN, STEP_CUT, STEP_OVER };

void
sx_recorder_begin(struct sx_recorder *r)
{
	r->open = r->ports;
	r->last = -1;
	r->listening = sx_now().mono;
	r->sync_at = INT64_MAX;
	r->hint_at = r->listening + HINT_US;
}

/* Leave out clock, time code and active sensing. Returns true if it did. */
static bool
recorder_leaves_out(struct sx_recorder *r, const struct sx_span *span)
{
	uint8_t b = span->len > 0 ? span->data[0] : 0;

	if (b == 0xfe && !r->sensing) {
		r->sensing_left++;
		return true;
	}
	if ((b == 0xf8 || b == 0xf1) && !r->clock) {
		r->clock_left++;
		return true;
	}
	return false;
}

static int
recorder_span(
    struct sx_recorder *r, const struct sx_event *in, struct sx_err *e)
{
	const struct sx_span *span = &in->span;
	bool run = span->kind == SX_SPAN_SYSEX || span->kind == SX_SPAN_STRAY;

	if (!run && recorder_leaves_out(r, span))
		return 0;
	if (r->snapshot &&
	    (span->kind != SX_SPAN_CHANNEL || span->end != SX_END_WHOLE ||
		!sx_snapshot_wants(span->data))) {
		r->others_left += span->end != SX_END_OPEN;
		return 0;
	}
	r->last = in->now.mono;
	if (r->sync_at == INT64_MAX)
		r->sync_at = in->now.mono + SX_SYNC_US;
	return sx_take_span(
	    r->take, (unsigned)in->port, span, in->now, in->doubt, e);
}

/* Take a span or a step. Returns 1 and sets *ev, 0, or -1 and sets e. */
static int
recorder_take(struct sx_recorder *r, const struct sx_event *in,
    struct sx_recorder_event *ev, struct sx_err *e)
{
	const struct sx_message *m = in->step.message;

	if (in->type == SX_EV_SPAN)
		return recorder_span(r, in, e);
	if (in->step.kind != SX_STEP_MESSAGE)
		return 0;
	r->wrong += m->damage.kind == SX_DAMAGE_NONE &&
		    m->facts.checksum == SX_CHECKSUM_BAD;
	ev->type = SX_RECORDER_MESSAGE;
	ev->message = m;
	return 1;
}

/* At the end, cut and keep open messages. */
static int
recorder_cut(
    struct sx_recorder *r, struct sx_recorder_event *ev, struct sx_err *e)
{
	struct sx_event in;

	if (sx_session_step(r->session, &in))
		return recorder_take(r, &in, ev, e);
	if (r->cut == r->ports)
		r->step = STEP_OVER;
	else
		return sx_session_cut(r->session, (int)r->cut++, r->why, e);
	return 0;
}

static void
recorder_end(struct sx_recorder *r, enum sx_end why)
{
	r->step = STEP_CUT;
	r->why = why;
}

static int64_t
recorder_timeout(const struct sx_recorder *r)
{
	if (r->timeout == 0)
		return INT64_MAX;
	return r->timeout + (r->last > r->listening ? r->last : r->listening);
}

/* Return the earliest time at which something is due. */
static int64_t
recorder_until(const struct sx_recorder *r, int64_t until)
{
	const int64_t due[] = { r->sync_at, r->hint_at, recorder_timeout(r) };

	for (size_t i = 0; i < sizeof(due) / sizeof(*due); i++)
		until = due[i] < until ? due[i] : until;
	return until;
}

/* Handle the end of a port's input. */
static int
recorder_close(struct sx_recorder *r, const struct sx_event *in,
    struct sx_recorder_event *ev)
{
	if (--r->open == 0)
		r->step = STEP_OVER;
	if (in->type != SX_EV_GONE)
		return 0;
	ev->type = SX_RECORDER_GONE;
	ev->why = in->why;
	ev->last = r->open == 0;
	return 1;
}

/* Do what is due. Returns 1 and sets *ev, 0, or -1 and sets e. */
static int
recorder_time(struct sx_recorder *r, struct sx_recorder_event *ev,
    int64_t until, struct sx_err *e)
{
	if (r->now >= r->sync_at) {
		if (sx_archiver_sync_take(r->archiver, r->take, e) == -1)
			return -1;
		r->sync_at = INT64_MAX;
	}
	if (r->now >= r->hint_at) {
		r->hint_at = INT64_MAX;
		ev->type = SX_RECORDER_NOTHING;
		return r->last < 0;
	}
	ev->type = SX_RECORDER_QUIET;
	return r->now >= until;
}

static int
recorder_listen(struct sx_recorder *r, struct sx_recorder_event *ev,
    int64_t until, struct sx_err *e)
{
	struct sx_event in;
	int rc = recorder_time(r, ev, until, e);

	if (rc != 0)
		return rc;
	if (sx_session_next(r->session, &in, recorder_until(r, until), e) == -1)
		return -1;
	r->now = in.now.mono;
	switch (in.type) {
	case SX_EV_STOP:
		recorder_end(r, SX_END_INTERRUPTED);
		return 0;
	case SX_EV_QUIET:
		if (r->now >= recorder_timeout(r))
			recorder_end(r, SX_END_TIMEOUT);
		return 0;
	case SX_EV_END:
	case SX_EV_GONE:
		return recorder_close(r, &in, ev);
	case SX_EV_SPAN:
	case SX_EV_STEP:
		return recorder_take(r, &in, ev, e);
	case SX_EV_SENT:
	case SX_EV_WAKE:
	case SX_EV_RELOAD:
	case SX_EV_INPUT:
		break;
	}
	return 0;
}

int
sx_recorder_next(struct sx_recorder *r, struct sx_recorder_event *ev,
    int64_t until, struct sx_err *e)
{
	int rc = 0;

	while (rc == 0 && r->step != STEP_OVER)
		rc = r->step == STEP_CUT ? recorder_cut(r, ev, e)
					 : recorder_listen(r, ev, until, e);
	return rc;
}
