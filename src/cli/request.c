/* SPDX-License-Identifier: ISC */
/*
 * One request after the other: each is out until its answer is whole, or
 * nothing of it has come for a time that grows with its size and with each byte
 * that comes. Whatever comes meanwhile is taken in as receive does it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "own.h"
#include "request.h"
#include "sxlib/midi_io.h"

#define SYNC_US	     1000000
#define DRAW_US	     200000
#define REST_US	     250000 /* the rest of what was damaged passes by */
#define WIRE_MOST_US 3000000
#define DEAF_MOST    3 /* things asked for in vain before anything has come */

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void
draw(struct request *r, int64_t now)
{
	const struct sx_facts *facts;
	size_t bytes = sx_session_incoming(r->session, r->port, &facts);
	size_t number = (size_t)(r->current - r->wishes.list) + 1;
	char text[WISH_TEXT];

	r->draw_at = r->drawing ? now + DRAW_US : INT64_MAX;
	progress(r->c, "%zu of %zu, %s: %zu bytes", number, r->wishes.n,
	    wish_text(r->current, text), bytes + (size_t)r->pieces.dump.bytes);
}

/* What is due at mono time now, whatever has come. */
static int
on_time(struct request *r, int64_t now)
{
	if (r->part != NULL && now >= r->sync_at) {
		if (sx_part_sync(r->part, &r->c->err) == -1)
			return -1;
		r->sync_at = now + SYNC_US;
	}
	if (r->keeper.nwaiting > 0 && sx_session_backlog(r->session) == 0 &&
	    keeper_settle(&r->keeper) == -1)
		return -1;
	if (now >= r->draw_at)
		draw(r, now);
	return 0;
}

/* End what is coming in; all that has come is kept. */
static int
cut(struct request *r, enum sx_end why)
{
	struct sx_event ev;

	if (sx_session_cut(r->session, r->port, why, &r->c->err) == -1)
		return -1;
	while (sx_session_step(r->session, &ev))
		if (take_step(r, &ev) == -1)
			return -1;
	return take_rest(r);
}

static int
on_event(struct request *r, const struct sx_event *ev)
{
	switch (ev->type) {
	case SX_EV_STEP:
		return take_step(r, ev);
	case SX_EV_SENT:
		r->sent = true;
		return 0;
	case SX_EV_END:
		r->over = true;
		say(r->c, "the input ended");
		return take_rest(r);
	case SX_EV_GONE:
		r->over = true;
		r->status = status_worse(r->status, warn_of(r->c, ev->why));
		return take_rest(r);
	case SX_EV_STOP:
		r->over = true;
		r->c->signal = ev->signal;
		if (sx_session_abort(r->session, &r->c->err) == -1)
			return -1;
		return cut(r, SX_END_INTERRUPTED);
	case SX_EV_QUIET:
	case SX_EV_INPUT:
	case SX_EV_SPAN:
		break;
	}
	return 0;
}

/* The next event: 1, or 0 if mono time until has come; -1. */
static int
next(struct request *r, int64_t until)
{
	int64_t due = earlier(until, earlier(r->sync_at, r->draw_at));
	struct sx_event ev;

	if (r->keeper.nwaiting > 0)
		due = 0;
	if (sx_session_next(r->session, &ev, due, &r->c->err) == -1 ||
	    on_event(r, &ev) == -1 || on_time(r, ev.now.mono) == -1)
		return -1;
	return ev.type != SX_EV_QUIET || ev.now.mono < until;
}

/* Take in what comes until mono time until. */
static int
pass(struct request *r, int64_t until)
{
	int rc = 1;

	while (rc == 1 && !r->over)
		rc = next(r, until);
	return rc;
}

/* Until nothing has come for a while, so that the next request is not taken
 * for the cause of what is left of this one. */
static int
pass_rest(struct request *r)
{
	struct sx_traffic t;
	int64_t since = sx_now().mono;

	while (!r->over) {
		sx_session_traffic(r->session, r->port, &t);
		since = later(since, t.last_sysex);
		if (sx_now().mono >= since + REST_US)
			break;
		if (pass(r, since + REST_US) == -1)
			return -1;
	}
	return 0;
}

/* How long an answer of this size may take to begin: an interface may keep it
 * until it is whole. */
static int64_t
wire_time(size_t bytes)
{
	return earlier(
	    (int64_t)bytes * 1000000 / MIDI_IO_DIN_RATE, WIRE_MOST_US);
}

/* Wait for the answer to what has been sent. */
static int
await_answer(struct request *r)
{
	const struct sx_request_row *row = r->current->q.row;
	int64_t asked = sx_now().mono, until;
	int rc = 1;

	asked += wire_time(row != NULL ? row->most : 0);
	while (rc == 1 && r->attempt == ATTEMPT_WAITS && !r->over) {
		until = later(asked, r->heard) + r->o.patience;
		rc = next(r, until);
	}
	return rc == -1 ? -1 : 0;
}

static int
ask_once(struct request *r)
{
	struct wish *w = r->current;
	char text[WISH_TEXT];

	r->attempt = ATTEMPT_WAITS;
	r->sent = false;
	r->heard = 0;
	w->asked = true;
	if (r->c->verbose)
		say(r->c, "asking for %s", wish_text(w, text));
	if (sx_session_send(r->session, r->port, w->q.msg, w->q.len,
		MIDI_IO_DIN_RATE, 0, &r->c->err) == -1)
		return -1;
	while (!r->sent && !r->over)
		if (next(r, INT64_MAX) == -1)
			return -1;
	if (await_answer(r) == -1)
		return -1;
	if (r->attempt == ATTEMPT_WAITS && !r->over &&
	    cut(r, SX_END_TIMEOUT) == -1)
		return -1;
	if (r->attempt == ATTEMPT_DAMAGED && !r->over && pass_rest(r) == -1)
		return -1;
	return r->over ? 0 : take_rest(r);
}

static int
ask(struct request *r)
{
	const struct sx_request_row *row = r->current->q.row;
	int64_t delay = r->o.delay;

	if (delay == -1)
		delay = row != NULL ? row->delay_ms * 1000 : 0;
	for (long i = 0; i <= r->o.retries && !r->over; i++) {
		if (i > 0)
			say_again(r, i);
		if (r->drawing)
			draw(r, sx_now().mono);
		r->last = i == r->o.retries;
		if (ask_once(r) == -1)
			return -1;
		/* A piece that comes now is none of the next answer. */
		if (pass(r, sx_now().mono + delay) == -1 || take_rest(r) == -1)
			return -1;
		if (r->current->state == WISH_GOT)
			break;
	}
	if (r->current->state == WISH_OPEN && !r->over)
		r->current->state = WISH_SILENT;
	r->attempt = ATTEMPT_NONE;
	return take_settle(r);
}

/* Has nothing ever come, however often it was asked? */
static bool
is_deaf(const struct request *r)
{
	struct sx_traffic t;

	sx_session_traffic(r->session, r->port, &t);
	return t.sysex == 0 &&
	       wishes_count(&r->wishes, WISH_SILENT) >= DEAF_MOST;
}

static int
ask_all(struct request *r)
{
	for (size_t i = 0; i < r->wishes.n && !r->over && !is_deaf(r); i++) {
		if (r->wishes.list[i].state != WISH_OPEN)
			continue;
		r->current = &r->wishes.list[i];
		if (ask(r) == -1)
			return -1;
	}
	/* A dump that somebody has begun meanwhile is taken to its end. */
	while (!r->over) {
		const struct sx_facts *facts;
		int64_t until = later(r->heard, 0) + r->o.patience;

		if (sx_session_backlog(r->session) +
			sx_session_incoming(r->session, r->port, &facts) ==
		    0)
			break;
		if (next(r, until) != 1)
			return cut(r, SX_END_TIMEOUT);
	}
	return 0;
}

static int
start(struct request *r)
{
	struct sx_err *e = &r->c->err;
	struct midi_io *io;

	r->o.keep.rules.devices = own_devices(r->c);
	if (sx_store_check(&r->o.keep.store, e) == -1)
		return -1;
	r->session = sx_session_new(e);
	if (r->session == NULL)
		return -1;
	io = own_port_open(r->c, r->o.keep.port, MIDI_IO_IN | MIDI_IO_OUT);
	if (io == NULL)
		return -1;
	snprintf(r->port_name, sizeof(r->port_name), "%s", midi_io_name(io));
	r->port = sx_session_add(r->session, io, &r->o.keep.rules, e);
	if (r->port == -1)
		return -1;
	r->store = sx_store_open(&r->o.keep.store, e);
	if (r->store == NULL)
		return -1;
	r->keeper = (struct keeper){ .c = r->c,
		.o = &r->o.keep,
		.port_name = r->port_name,
		.store = r->store };
	keeper_rescue(&r->keeper);
	if (r->o.resume && wishes_find(r->c, &r->o, &r->wishes) == -1)
		return -1;
	r->drawing = has_progress(r->c);
	say_source(r);
	return sx_session_start(r->session, e);
}

/* A device that answers no request. */
static enum status
receive_instead(struct request *r)
{
	struct receive_opts o = r->o.keep;

	say(r->c, "%s", r->o.panel);
	o.rules.split = SX_SPLIT_AUTO;
	return receive_run(r->c, &o);
}

static void
request_free(struct request *r)
{
	if (r->part != NULL)
		sx_part_release(r->part);
	taken_release(&r->pieces);
	bad_free(r);
	keeper_free(&r->keeper);
	sx_session_close(r->session);
	sx_store_close(r->store);
	wishes_free(&r->wishes);
	wishes_free(&r->strangers);
}

static enum status
run_request(struct cli *c)
{
	struct request r = {
		.c = c,
		.sync_at = INT64_MAX,
		.draw_at = INT64_MAX,
	};

	if (request_parse(c, &r.o, &r.wishes) == -1) {
		wishes_free(&r.wishes);
		return ST_OK;
	}
	if (r.o.panel != NULL)
		return receive_instead(&r);
	r.current = r.wishes.list;
	if (start(&r) == 0) {
		size_t there = wishes_count(&r.wishes, WISH_THERE);

		if (there > 0)
			say(c, "%zu of %zu are here already", there,
			    r.wishes.n);
		if (ask_all(&r) == 0 && take_settle(&r) == -1)
			r.status = ST_FAILED;
		progress(c, "%s", "");
		if (keeper_finish(&r.keeper) == -1)
			r.status = ST_FAILED;
		say_end(&r);
	}
	request_free(&r);
	return r.status;
}

const struct command cmd_request = {
	.name = "request",
	.synopsis = "[--port PORT] [--out X] [options] DEVICE KIND [SLOTS] | "
		    "--hex BYTES [SLOTS]",
	.summary = "Ask an instrument for its dumps",
	.options = request_options,
	.run = run_request,
};
