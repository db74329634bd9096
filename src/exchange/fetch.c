/* SPDX-License-Identifier: ISC */
/*
 * What the asker wants is done here, on a port, and what comes goes through
 * parts: an answer of several messages is in one from the first on, and what
 * turns out not to be one of them gets a part of its own.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sxlib/fetch.h"
#include "sxlib/midi_io.h"
#include "sxlib/targets.h"

#define SYNC_US	    1000000 /* at most this much of a growing dump is unsynced */
#define LATE_US	    10000000 /* after a time that is up, while more comes */
#define ANSWER_MOST ((uint64_t)16 << 20) /* no answer is as long */

/* An answer that is no good. */
struct sx_fetched {
	struct sx_pending pending;
	size_t of;
};

static int
fetch_tell(struct sx_fetch_event *ev, enum sx_fetch_type type)
{
	ev->type = type;
	return 1;
}

/* ---- Dumps as they are kept ---- */

/* The {n} of dumps nobody waits for comes behind those of all others. */
static void
fetch_stranger(
    struct sx_fetch *f, const struct sx_dump *d, struct sx_dump *stranger)
{
	*stranger = *d;
	if (f->numbered)
		stranger->nth = f->asker.n + ++f->beyond;
}

/* Where an answer does not say its slot, that is the one that was asked for. */
static struct sx_dump
fetch_answer(const struct sx_fetch *f, size_t of, const struct sx_dump *d)
{
	const struct sx_target *t = &f->asker.targets[of];
	struct sx_dump answer = *d;
	struct sx_facts *facts = &answer.facts;
	char text[SX_TARGET_SLOT];

	if (facts->slot == -1)
		facts->slot = t->q.slot;
	if (facts->slot == t->q.slot && facts->slot_text[0] == '\0')
		snprintf(facts->slot_text, sizeof(facts->slot_text), "%.15s",
		    sx_target_slot(t, text));
	if (f->numbered)
		answer.nth = of + 1;
	return answer;
}

/* It waits for a better one. Consumes the part. */
static int
fetch_hold(struct sx_fetch *f, size_t of, struct sx_part *part,
    const struct sx_dump *d, bool unfit, struct sx_err *e)
{
	struct sx_dump answer = fetch_answer(f, of, d);
	struct sx_fetched *p = realloc(f->bad, (f->nbad + 1) * sizeof(*f->bad));

	if (p == NULL)
		sx_fail_memory(e);
	else
		f->bad = p;
	if (p == NULL || sx_part_sync(part, e) == -1)
		goto fail;
	p += f->nbad;
	*p = (struct sx_fetched){ .of = of };
	if (sx_pending_set(&p->pending, part, &answer, e) == -1)
		goto fail;
	p->pending.unfit = unfit;
	f->nbad++;
	return 0;
fail:
	sx_part_release(part);
	return -1;
}

/* One more piece of an answer, in its part or in one of its own. */
static int
fetch_add_piece(struct sx_fetch *f, struct sx_part *part,
    const struct sx_dump *d, struct sx_err *e)
{
	if (f->pieces.part != NULL)
		return sx_pending_add(&f->pieces, d, e);
	if (sx_pending_set(&f->pieces, part, d, e) == 0)
		return 0;
	sx_part_release(part);
	return -1;
}

/* Take the pieces away as one dump, which is valid until the next call. */
static struct sx_part *
fetch_take_pieces(struct sx_fetch *f, struct sx_dump *all)
{
	struct sx_part *part = f->pieces.part;

	*all = f->pieces.dump;
	free(f->given);
	f->given = f->pieces.pieces;
	f->pieces = (struct sx_pending){ 0 };
	return part;
}

/* ---- What comes in ---- */

static int
fetch_begin(struct sx_fetch *f, const struct sx_step *step, struct sx_err *e)
{
	f->bytes = f->off = 0;
	f->began = step->time;
	f->joined =
	    f->pieces.part != NULL && f->asker.attempt == SX_ATTEMPT_WAITS;
	if (f->joined)
		f->off = f->pieces.dump.bytes;
	f->part =
	    f->joined ? f->pieces.part : sx_part_begin(f->store, step->time, e);
	return f->part != NULL ? 0 : -1;
}

static int
fetch_data(struct sx_fetch *f, const struct sx_step *step, int64_t now,
    struct sx_err *e)
{
	if (step->begins) {
		if (fetch_begin(f, step, e) == -1)
			return -1;
		f->sync_at = now + SYNC_US;
	}
	if (f->part == NULL ||
	    sx_part_append(f->part, step->data, step->len, e) == -1)
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
		.began = d->time.mono,
		.now = sx_now().mono };

	if (d->damage.kind == SX_DAMAGE_NONE) {
		in.data = sx_part_map(f->part, &in.len, e);
		if (in.data == NULL)
			return -1;
		in.data += f->off;
		in.len -= (size_t)f->off;
	}
	return sx_asker_take(&f->asker, &in, came, e);
}

/* A part for the dump alone, if it shares one with pieces that it does not
 * belong to. */
static struct sx_part *
fetch_own_part(struct sx_fetch *f, const struct sx_dump *d,
    const struct sx_came *came, struct sx_err *e)
{
	struct sx_part *part = f->part;
	bool piece = came->as == SX_CAME_PIECE || came->piece;

	f->part = NULL;
	f->sync_at = INT64_MAX;
	if (!f->joined || piece)
		return part;
	return sx_part_split(part, f->off, d->time, e);
}

static int
fetch_take_answer(struct sx_fetch *f, struct sx_part *part,
    const struct sx_dump *d, const struct sx_came *came,
    struct sx_fetch_event *ev, struct sx_err *e)
{
	struct sx_dump all = *d;

	if (came->piece) {
		if (fetch_add_piece(f, part, d, e) == -1)
			return -1;
		part = fetch_take_pieces(f, &all);
	}
	ev->of = came->of;
	if (came->as == SX_CAME_BAD) {
		if (fetch_hold(f, came->of, part, &all, came->again, e) == -1)
			return -1;
		return fetch_tell(ev, SX_FETCH_BAD);
	}
	ev->late = came->late;
	if (came->known) {
		sx_part_drop(part);
		return came->late ? fetch_tell(ev, SX_FETCH_ANSWER) : 0;
	}
	ev->part = part;
	ev->dump = fetch_answer(f, came->of, &all);
	return fetch_tell(ev, SX_FETCH_ANSWER);
}

/* The dump has ended: 1 and *ev, 0 if there is nothing to tell, -1. */
static int
fetch_take_dump(struct sx_fetch *f, const struct sx_dump *d,
    struct sx_fetch_event *ev, struct sx_err *e)
{
	struct sx_came came;
	struct sx_part *part;

	if (f->part == NULL || fetch_judge(f, d, &came, e) == -1)
		return -1;
	part = fetch_own_part(f, d, &came, e);
	if (part == NULL)
		return -1;
	switch (came.as) {
	case SX_CAME_ECHO:
	case SX_CAME_TWICE:
		sx_part_drop(part);
		return 0;
	case SX_CAME_PIECE:
		return fetch_add_piece(f, part, d, e);
	case SX_CAME_ANSWER:
	case SX_CAME_BAD:
		return fetch_take_answer(f, part, d, &came, ev, e);
	case SX_CAME_DAMAGED:
	case SX_CAME_REST:
		ev->of = came.of;
		ev->damage = d->damage;
		if (fetch_hold(f, came.of, part, d, false, e) == -1)
			return -1;
		return came.as == SX_CAME_DAMAGED
			   ? fetch_tell(ev, SX_FETCH_DAMAGED)
			   : 0;
	case SX_CAME_STRANGER:
		break;
	}
	ev->of = came.of;
	ev->answer = came.answer;
	ev->part = part;
	fetch_stranger(f, d, &ev->dump);
	return fetch_tell(ev, d->damage.kind == SX_DAMAGE_NONE
				  ? SX_FETCH_STRANGER
				  : SX_FETCH_KEEP);
}

/* A message has ended. Those that are kept are judged as dumps. */
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
		return f->part == NULL ? fetch_tell(ev, SX_FETCH_LOSS) : 0;
	}
	return 0;
}

/* 1 and *ev; 0; -1 and e. */
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
	case SX_EV_INPUT:
		return fetch_tell(ev, SX_FETCH_QUIET);
	case SX_EV_QUIET:
	case SX_EV_SPAN:
		break;
	}
	return 0;
}

/* ---- What the asker wants ---- */

static int
fetch_sync(struct sx_fetch *f, int64_t now, struct sx_err *e)
{
	if (f->part == NULL || now < f->sync_at)
		return 0;
	f->sync_at = now + SYNC_US;
	return sx_archiver_sync(f->archiver, f->part, e);
}

/* Has its time passed? Where more and more comes nothing says so. */
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
		 sx_session_backlog(f->session) + (f->part != NULL);
	sx_session_traffic(f->session, f->port, &t);
	sx_asker_passed(&f->asker, now, coming, t.last_sysex);
}

/* Take in what comes: 1 and *ev; 0: look again at what is to be done; -1. */
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

/* The dump that is coming in goes on in a part of its own. */
static int
fetch_part_ways(struct sx_fetch *f, struct sx_err *e)
{
	struct sx_part *part = sx_part_split(f->part, f->off, f->began, e);

	if (part == NULL)
		return -1;
	f->part = part;
	f->joined = false;
	f->off = 0;
	return 0;
}

/* No more comes of an answer that has come in part. */
static int
fetch_give_up(struct sx_fetch *f, struct sx_fetch_event *ev, struct sx_err *e)
{
	struct sx_part *part;
	struct sx_dump all;

	ev->of = f->asker.at;
	ev->damage = f->asker.damage;
	if (f->joined && f->part != NULL && fetch_part_ways(f, e) == -1)
		return -1;
	part = fetch_take_pieces(f, &all);
	all.damage = f->asker.damage;
	sx_asker_done(&f->asker, sx_now().mono);
	if (fetch_hold(f, ev->of, part, &all, false, e) == -1)
		return -1;
	return fetch_tell(ev, SX_FETCH_DAMAGED);
}

/* What is held is dropped where there is a good one, which is on the disk. */
static int
fetch_settle_one(struct sx_fetch *f, struct sx_fetch_event *ev)
{
	struct sx_fetched *bad = &f->bad[f->next_bad++];

	ev->of = bad->of;
	if (f->asker.targets[bad->of].state == SX_TARGET_GOT) {
		sx_pending_drop(&bad->pending);
		return fetch_tell(ev, SX_FETCH_DROPPED);
	}
	ev->part = bad->pending.part;
	ev->dump = bad->pending.dump;
	ev->unfit = bad->pending.unfit;
	free(f->given);
	f->given = bad->pending.pieces;
	bad->pending = (struct sx_pending){ 0 };
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
	if (f->part != NULL && f->part != f->pieces.part)
		sx_part_release(f->part);
	sx_pending_release(&f->pieces);
	for (size_t i = 0; i < f->nbad; i++)
		sx_pending_release(&f->bad[i].pending);
	free(f->bad);
	free(f->given);
	sx_asker_free(&f->asker);
}
