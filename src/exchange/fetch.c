/* SPDX-License-Identifier: ISC */
/*
 * Carries out the asker's actions on a port. Input goes into parts: an answer
 * of several messages into one from its first message on, and a message that
 * turns out not to belong to it is moved to a part of its own.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sxlib/fetch.h"
#include "sxlib/midi_io.h"
#include "sxlib/targets.h"

#define LATE_US	    10000000		 /* past a deadline, while more comes */
#define ANSWER_MOST ((uint64_t)16 << 20) /* longer than any answer */

/* A bad answer, or a doubtful one, held. */
struct sx_fetched {
	struct sx_pending pending;
	size_t of;
	bool doubtful;
	size_t copy;
	enum sx_answer answer;
};

static int
fetch_tell(struct sx_fetch_event *ev, enum sx_fetch_type type)
{
	ev->type = type;
	return 1;
}

/* ---- Keeping dumps ---- */

/* Number unrequested dumps ({n}) after all targets. */
static void
fetch_stranger(struct sx_fetch *f, struct sx_dump *d)
{
	if (f->numbered)
		d->nth = f->asker.n + ++f->beyond;
}

/* An answer that does not carry its slot is of the requested one. */
static void
fetch_answer(const struct sx_fetch *f, size_t of, struct sx_dump *d)
{
	const struct sx_target *t = &f->asker.targets[of];
	struct sx_facts *facts = &d->facts;
	char text[SX_TARGET_SLOT];

	if (facts->slot == -1)
		facts->slot = t->q.slot;
	if (facts->slot == t->q.slot && facts->slot_text[0] == '\0')
		snprintf(facts->slot_text, sizeof(facts->slot_text), "%.15s",
		    sx_target_slot(t, text));
	if (f->numbered)
		d->nth = of + 1;
}

/* Hold an answer until its target is settled. Consumes got. */
static int
fetch_hold(struct sx_fetch *f, const struct sx_fetched *held,
    struct sx_pending *got, struct sx_err *e)
{
	struct sx_fetched *p = realloc(f->bad, (f->nbad + 1) * sizeof(*f->bad));

	if (p == NULL)
		sx_fail_memory(e);
	else
		f->bad = p;
	if (p == NULL || sx_pending_sync(got, NULL, e) == -1) {
		sx_pending_release(got);
		return -1;
	}
	p[f->nbad] = *held;
	p[f->nbad++].pending = *got;
	return 0;
}

static int
fetch_hold_bad(
    struct sx_fetch *f, size_t of, struct sx_pending *got, struct sx_err *e)
{
	const struct sx_fetched held = { .of = of };

	fetch_answer(f, of, &got->dump);
	return fetch_hold(f, &held, got, e);
}

static int
fetch_hold_doubtful(struct sx_fetch *f, const struct sx_came *came,
    struct sx_pending *got, struct sx_err *e)
{
	const struct sx_fetched held = { .of = came->doubt,
		.doubtful = true,
		.copy = came->copy,
		.answer = came->answer };

	return fetch_hold(f, &held, got, e);
}

/* Move a dump out of where it was held. */
static struct sx_pending
fetch_move(struct sx_pending *from)
{
	struct sx_pending got = *from;

	*from = (struct sx_pending){ 0 };
	return got;
}

/* ---- Input ---- */

static int
fetch_begin(struct sx_fetch *f, const struct sx_step *step, struct sx_err *e)
{
	f->bytes = 0;
	f->began = step->time;
	if (f->pieces.part != NULL && f->asker.attempt == SX_ATTEMPT_WAITS)
		f->in = &f->pieces;
	else if (sx_pending_begin(&f->alone, f->store, step->time, e) == 0)
		f->in = &f->alone;
	else
		return -1;
	return 0;
}

static int
fetch_data(struct sx_fetch *f, const struct sx_step *step, int64_t now,
    struct sx_err *e)
{
	if (step->begins) {
		if (fetch_begin(f, step, e) == -1)
			return -1;
		f->sync_at = now + SX_SYNC_US;
	}
	if (f->in == NULL ||
	    sx_pending_append(f->in, step->data, step->len, e) == -1)
		return -1;
	f->bytes += step->len;
	if (f->bytes <= ANSWER_MOST || f->cut_endless)
		return 0;
	f->endless++;
	f->cut_endless = true;
	return sx_session_cut(f->session, f->port, SX_END_UNKEPT, e);
}

static int
fetch_judge(struct sx_fetch *f, const struct sx_dump *d, struct sx_came *came,
    struct sx_err *e)
{
	struct sx_arrival in = { .damage = d->damage,
		.bad_sum = d->facts.checksum == SX_CHECKSUM_BAD,
		.odd_length = d->facts.odd_length,
		.began = d->time.mono,
		.now = sx_now().mono };

	if (d->damage.kind == SX_DAMAGE_NONE) {
		in.data = sx_pending_rest(f->in, &in.len, e);
		if (in.data == NULL)
			return -1;
	}
	return sx_asker_take(&f->asker, &in, came, e);
}

/* Move the incoming dump to a part of its own. */
static int
fetch_part_ways(struct sx_fetch *f, struct sx_err *e)
{
	if (f->in != &f->pieces)
		return 0;
	if (sx_pending_split(&f->pieces, &f->alone, f->began, e) == -1)
		return -1;
	f->in = &f->alone;
	return 0;
}

/* End a dump: it joins the pieces, or becomes *got. */
static int
fetch_end(struct sx_fetch *f, const struct sx_dump *d,
    const struct sx_came *came, struct sx_pending *got, struct sx_err *e)
{
	const bool piece = came->as == SX_CAME_PIECE || came->piece;

	if ((!piece && fetch_part_ways(f, e) == -1) ||
	    sx_pending_add(f->in, d, e) == -1)
		return -1;
	if (f->in == &f->alone)
		*(piece ? &f->pieces : got) = fetch_move(&f->alone);
	f->in = NULL;
	f->sync_at = INT64_MAX;
	return 0;
}

static int
fetch_take_answer(struct sx_fetch *f, struct sx_pending *got,
    const struct sx_came *came, struct sx_fetch_event *ev, struct sx_err *e)
{
	ev->of = came->of;
	if (came->as == SX_CAME_BAD) {
		ev->odd_length = got->dump.facts.checksum != SX_CHECKSUM_BAD;
		got->unfit = came->again;
		if (fetch_hold_bad(f, came->of, got, e) == -1)
			return -1;
		return fetch_tell(ev, SX_FETCH_BAD);
	}
	ev->late = came->late;
	if (came->known) {
		sx_pending_drop(got);
		return came->late ? fetch_tell(ev, SX_FETCH_ANSWER) : 0;
	}
	fetch_answer(f, came->of, &got->dump);
	ev->got = *got;
	return fetch_tell(ev, SX_FETCH_ANSWER);
}

/* Take a finished dump. Returns 1 and sets *ev, 0 if there is nothing to
 * report, or -1. */
static int
fetch_take_dump(struct sx_fetch *f, const struct sx_dump *d,
    struct sx_fetch_event *ev, struct sx_err *e)
{
	struct sx_pending got = { 0 };
	struct sx_came came;

	if (f->in == NULL || fetch_judge(f, d, &came, e) == -1 ||
	    fetch_end(f, d, &came, &got, e) == -1)
		return -1;
	if (came.piece)
		got = fetch_move(&f->pieces);
	switch (came.as) {
	case SX_CAME_ECHO:
	case SX_CAME_TWICE:
		sx_pending_drop(&got);
		return 0;
	case SX_CAME_PIECE:
		return 0;
	case SX_CAME_ANSWER:
	case SX_CAME_BAD:
		return fetch_take_answer(f, &got, &came, ev, e);
	case SX_CAME_DAMAGED:
	case SX_CAME_REST:
		ev->of = came.of;
		ev->damage = d->damage;
		if (fetch_hold_bad(f, came.of, &got, e) == -1)
			return -1;
		return came.as == SX_CAME_DAMAGED
			   ? fetch_tell(ev, SX_FETCH_DAMAGED)
			   : 0;
	case SX_CAME_STRANGER:
		if (came.doubt != SX_NO_TARGET)
			return fetch_hold_doubtful(f, &came, &got, e);
		break;
	}
	ev->of = came.of;
	ev->answer = came.answer;
	fetch_stranger(f, &got.dump);
	ev->got = got;
	return fetch_tell(ev, d->damage.kind == SX_DAMAGE_NONE
				  ? SX_FETCH_STRANGER
				  : SX_FETCH_KEEP);
}

/* Take a finished message. Kept ones are judged as dumps. */
static int
fetch_take_message(
    struct sx_fetch *f, const struct sx_message *m, struct sx_fetch_event *ev)
{
	if (m->verdict == SX_KEEP)
		return 0;
	if (m->data != NULL && sx_asker_is_echo(&f->asker, m->data, m->len)) {
		f->asker.echoes++;
		return 0;
	}
	ev->message = m;
	return fetch_tell(ev, SX_FETCH_NO_DUMP);
}

static int
fetch_step(struct sx_fetch *f, const struct sx_step *step,
    struct sx_fetch_event *ev, struct sx_err *e)
{
	int rc;

	switch (step->kind) {
	case SX_STEP_DATA:
		return fetch_data(f, step, ev->now.mono, e);
	case SX_STEP_MESSAGE:
		return fetch_take_message(f, step->message, ev);
	case SX_STEP_DUMP:
		rc = fetch_take_dump(f, step->dump, ev, e);
		if (f->cut_endless) {
			f->cut_endless = false;
			sx_asker_endless(&f->asker, sx_now().mono);
		}
		return rc;
	case SX_STEP_LOSS:
		return f->in == NULL ? fetch_tell(ev, SX_FETCH_LOSS) : 0;
	}
	return 0;
}

/* Process an event. Returns 1 and sets *ev, 0, or -1 and sets e. */
static int
fetch_take(struct sx_fetch *f, const struct sx_event *in,
    struct sx_fetch_event *ev, struct sx_err *e)
{
	const int64_t now = sx_now().mono;

	ev->now = in->now;
	switch (in->type) {
	case SX_EV_STEP:
		return fetch_step(f, &in->step, ev, e);
	case SX_EV_SENT:
		f->sending = f->announced = false;
		sx_asker_sent(&f->asker, now);
		return 0;
	case SX_EV_END:
		sx_asker_over(&f->asker, SX_END_INPUT, now);
		return fetch_tell(ev, SX_FETCH_ENDED);
	case SX_EV_GONE:
		sx_asker_over(&f->asker, SX_END_UNPLUGGED, now);
		ev->why = in->why;
		return fetch_tell(ev, SX_FETCH_GONE);
	case SX_EV_STOP:
		sx_asker_over(&f->asker, SX_END_INTERRUPTED, now);
		ev->signal = in->signal;
		return fetch_tell(ev, SX_FETCH_STOPPED);
	case SX_EV_WAKE:
	case SX_EV_RELOAD:
	case SX_EV_INPUT:
		return fetch_tell(ev, SX_FETCH_QUIET);
	case SX_EV_QUIET:
	case SX_EV_SPAN:
		break;
	}
	return 0;
}

/* ---- The asker's actions ---- */

static int
fetch_sync(struct sx_fetch *f, int64_t now, struct sx_err *e)
{
	if (f->in == NULL || now < f->sync_at)
		return 0;
	f->sync_at = now + SX_SYNC_US;
	return sx_pending_sync(f->in, f->archiver, e);
}

/* Has the asker's deadline passed? While more and more arrives, no QUIET says
 * so. */
static void
fetch_look_at_time(struct sx_fetch *f, const struct sx_event *in)
{
	const int64_t now = sx_now().mono;
	const struct sx_facts *facts;
	struct sx_traffic t;
	size_t coming;

	if (f->asker.todo != SX_ASKER_LISTEN)
		return;
	if (in->type != SX_EV_QUIET) {
		if (now - LATE_US >= f->asker.deadline)
			sx_asker_passed(&f->asker, now, 1, now);
		return;
	}
	if (in->now.mono < f->asker.deadline)
		return;
	coming = sx_session_incoming(f->session, f->port, &facts) +
		 sx_session_backlog(f->session) + (f->in != NULL);
	sx_session_traffic(f->session, f->port, &t);
	sx_asker_passed(&f->asker, now, coming, t.last_sysex);
}

/* Process input. Returns 1 and sets *ev, 0 to see what the asker wants now, or
 * -1. */
static int
fetch_listen(struct sx_fetch *f, struct sx_fetch_event *ev, int64_t until,
    int64_t deadline, struct sx_err *e)
{
	int64_t due = sx_earlier(until, sx_earlier(deadline, f->sync_at));
	struct sx_event in;
	int rc;

	if (sx_session_next(f->session, &in, due, e) == -1)
		return -1;
	rc = fetch_take(f, &in, ev, e);
	if (rc == -1 || fetch_sync(f, in.now.mono, e) == -1)
		return -1;
	fetch_look_at_time(f, &in);
	if (rc == 0 && in.now.mono >= until)
		return fetch_tell(ev, SX_FETCH_QUIET);
	return rc;
}

static int
fetch_send(struct sx_fetch *f, struct sx_fetch_event *ev, int64_t until,
    struct sx_err *e)
{
	struct sx_asker *a = &f->asker;

	if (!f->announced) {
		f->announced = true;
		ev->of = a->at;
		return fetch_tell(ev, SX_FETCH_ASKING);
	}
	if (!f->sending && sx_session_send(f->session, f->port, a->wire, a->len,
			       MIDI_IO_DIN_RATE, 0, e) == -1)
		return -1;
	f->sending = true;
	return fetch_listen(f, ev, until, INT64_MAX, e);
}

static int
fetch_cut(struct sx_fetch *f, struct sx_fetch_event *ev, struct sx_err *e)
{
	struct sx_event in;
	int rc;

	if (!f->cutting) {
		if (f->asker.end == SX_END_INTERRUPTED &&
		    sx_session_abort(f->session, e) == -1)
			return -1;
		if (sx_session_cut(f->session, f->port, f->asker.end, e) == -1)
			return -1;
		f->cutting = true;
	}
	while (sx_session_step(f->session, &in)) {
		rc = fetch_take(f, &in, ev, e);
		if (rc != 0)
			return rc;
	}
	f->cutting = false;
	sx_asker_done(&f->asker, sx_now().mono);
	return 0;
}

/* Give up an answer of which only a part has arrived. */
static int
fetch_give_up(struct sx_fetch *f, struct sx_fetch_event *ev, struct sx_err *e)
{
	const bool of_other = f->asker.of_other;
	struct sx_pending all;

	ev->of = f->asker.at;
	ev->damage = f->asker.damage;
	if (fetch_part_ways(f, e) == -1)
		return -1;
	all = fetch_move(&f->pieces);
	all.dump.damage = f->asker.damage;
	sx_asker_done(&f->asker, sx_now().mono);
	if (of_other) {
		fetch_stranger(f, &all.dump);
		ev->of = SX_NO_TARGET;
		ev->got = all;
		return fetch_tell(ev, SX_FETCH_KEEP);
	}
	if (fetch_hold_bad(f, ev->of, &all, e) == -1)
		return -1;
	return fetch_tell(ev, SX_FETCH_DAMAGED);
}

/* Drop a doubtful answer if the confirmed one on disk is the same; else report
 * it as a dump that was not requested. */
static int
fetch_settle_doubt(
    struct sx_fetch *f, struct sx_fetched *held, struct sx_fetch_event *ev)
{
	if (sx_asker_is_copy(&f->asker, held->of, held->copy)) {
		sx_pending_drop(&held->pending);
		return 0;
	}
	ev->answer = held->answer;
	ev->got = fetch_move(&held->pending);
	fetch_stranger(f, &ev->got.dump);
	f->kept_bad = true;
	return fetch_tell(ev, SX_FETCH_STRANGER);
}

/* Drop a held answer if a good one is on disk; else report it to be kept. */
static int
fetch_settle_one(struct sx_fetch *f, struct sx_fetch_event *ev)
{
	struct sx_fetched *bad = &f->bad[f->next_bad++];

	if (bad->doubtful)
		return fetch_settle_doubt(f, bad, ev);
	ev->of = bad->of;
	if (f->asker.targets[bad->of].state == SX_TARGET_GOT) {
		sx_pending_drop(&bad->pending);
		return fetch_tell(ev, SX_FETCH_DROPPED);
	}
	ev->got = fetch_move(&bad->pending);
	f->kept_bad = true;
	return fetch_tell(ev, SX_FETCH_KEEP);
}

static int
fetch_settle(struct sx_fetch *f, struct sx_fetch_event *ev)
{
	const struct sx_asker *a = &f->asker;

	if (!f->settling) {
		f->settling = true;
		return fetch_tell(ev, SX_FETCH_SETTLE);
	}
	if (f->next_bad < f->nbad)
		return fetch_settle_one(f, ev);
	f->nbad = f->next_bad = 0;
	if (f->kept_bad) {
		f->kept_bad = false;
		return fetch_tell(ev, SX_FETCH_SETTLE);
	}
	f->settling = false;
	sx_asker_done(&f->asker, sx_now().mono);
	if (f->gave_up ||
	    (a->why != SX_ASKER_FLOOD && a->why != SX_ASKER_ENDLESS))
		return 0;
	f->gave_up = true;
	return fetch_tell(ev, SX_FETCH_GAVE_UP);
}

static int
fetch_do(struct sx_fetch *f, struct sx_fetch_event *ev, int64_t until,
    struct sx_err *e)
{
	switch (f->asker.todo) {
	case SX_ASKER_SEND:
		return fetch_send(f, ev, until, e);
	case SX_ASKER_LISTEN:
		return fetch_listen(f, ev, until, f->asker.deadline, e);
	case SX_ASKER_CUT:
		return fetch_cut(f, ev, e);
	case SX_ASKER_GIVE_UP:
		return fetch_give_up(f, ev, e);
	case SX_ASKER_SETTLE:
		return fetch_settle(f, ev);
	case SX_ASKER_DONE:
		break;
	}
	return 0;
}

int
sx_fetch_next(struct sx_fetch *f, struct sx_fetch_event *ev, int64_t until,
    struct sx_err *e)
{
	int rc = 0;

	if (!f->begun) {
		f->begun = true;
		f->sync_at = INT64_MAX;
		sx_asker_begin(&f->asker, sx_now().mono);
	}
	*ev = (struct sx_fetch_event){ .of = SX_NO_TARGET };
	while (rc == 0 && f->asker.todo != SX_ASKER_DONE)
		rc = fetch_do(f, ev, until, e);
	return rc;
}

size_t
sx_fetch_coming(const struct sx_fetch *f)
{
	const struct sx_facts *facts;

	return sx_session_incoming(f->session, f->port, &facts) +
	       (size_t)f->pieces.dump.bytes;
}

void
sx_fetch_free(struct sx_fetch *f)
{
	sx_pending_release(&f->alone);
	sx_pending_release(&f->pieces);
	for (size_t i = 0; i < f->nbad; i++)
		sx_pending_release(&f->bad[i].pending);
	free(f->bad);
	sx_asker_free(&f->asker);
}
