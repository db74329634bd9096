/* SPDX-License-Identifier: ISC */
/* What is fetched becomes files, and is told of. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "request.h"
#include "sxlib/midi_io.h"
#include "term/say.h"
#include "user.h"

#define PAIR_US	  250000 /* the second message of a pair follows by then */
#define DEAF_MOST 3	 /* things asked for in vain before anything has come */
/* So much of what nobody has asked for is in memory, to be known if it comes
 * again. */
#define COPIES_MOST ((size_t)64 << 20)

#define LEFT_TEXT 32

/* ", 12 s left" or ", 3:20 left", as what has come so far has taken; "" before
 * anything has. */
static const char *
time_left(const struct request *r, int64_t now, char text[LEFT_TEXT])
{
	int64_t us = sx_targets_left(&r->targets, now - r->begun);
	double left = (double)us / 1e6;

	text[0] = '\0';
	if (us != -1 && left < 60)
		snprintf(text, LEFT_TEXT, ", %.0f s left", left);
	else if (us != -1)
		snprintf(text, LEFT_TEXT, ", %.0f:%02.0f left",
		    floor(left / 60), floor(fmod(left, 60)));
	return text;
}

static void
draw(struct request *r, int64_t now)
{
	size_t at = r->fetch.asker.at;
	char text[SX_TARGET_TEXT], left[LEFT_TEXT];
	size_t bytes = sx_fetch_coming(&r->fetch);

	progress(r->c, "%zu of %zu, %s: %zu bytes, %" PRIu64 " in all%s",
	    at + 1, r->targets.n, sx_target_text(&r->targets.list[at], text),
	    bytes, r->bytes + bytes, time_left(r, now, left));
}

/* Make files of what there is to keep. -1 and c->err. */
static int
keep(struct request *r, struct sx_fetch_event *ev)
{
	r->bytes += ev->got.part != NULL ? ev->got.dump.bytes : 0;
	if (ev->got.part != NULL)
		return keeper_add(&r->keeper, &ev->got);
	if (ev->type == SX_FETCH_SETTLE)
		sx_keeping_settle(&r->keeper.keeping);
	return keeper_run(&r->keeper);
}

static int
fetch_all(struct request *r)
{
	struct sx_fetch_event ev;
	int64_t until;
	int rc;

	r->begun = sx_now().mono;
	for (;;) {
		until = sx_earlier(r->draw_at, finisher_due(&r->finisher));
		rc = sx_fetch_next(&r->fetch, &ev, until, &r->c->err);
		if (rc != 1)
			return rc;
		say_fetched(r, &ev);
		if (keep(r, &ev) == -1)
			return -1;
		finisher_step(&r->finisher);
		if (ev.type == SX_FETCH_ASKING && has_progress(r->c))
			r->draw_at = 0;
		if (progress_is_due(r->c, sx_now().mono, &r->draw_at))
			draw(r, sx_now().mono);
	}
}

static int
open_port(struct request *r)
{
	struct sx_fetch *f = &r->fetch;
	struct sx_err *e = &r->c->err;
	struct midi_io *io;

	f->session = sx_session_new(e);
	if (f->session == NULL)
		return -1;
	io = user_port_open(r->c, r->keep.port, MIDI_IO_IN | MIDI_IO_OUT);
	if (io == NULL)
		return -1;
	snprintf(r->port_name, sizeof(r->port_name), "%s", midi_io_name(io));
	f->port = sx_session_add(f->session, io, &r->keep.rules, e);
	return f->port == -1 ? -1 : 0;
}

/* A first run gives each answer the {n} of its place among all; what --resume
 * still has to ask for goes on after the highest, or from --first. */
static void
set_fetch(struct request *r)
{
	struct sx_asker *a = &r->fetch.asker;

	r->fetch.archiver = r->finisher.saver.archiver;
	r->fetch.numbered = !r->resume || r->keep.store.first != -1;
	a->targets = r->targets.list;
	a->n = r->targets.n;
	a->answers = r->wanted.hex != NULL ? SX_ANSWERS_ANY : SX_ANSWERS_ROW;
	a->retries = (unsigned)r->retries;
	a->going = a->patience;
	a->deaf = DEAF_MOST;
	a->linger = true;
	a->remember = COPIES_MOST;
}

static int
start(struct request *r)
{
	struct sx_err *e = &r->c->err;

	r->keep.rules.devices = user_devices(r->c);
	if (r->wanted.hex == NULL)
		r->keep.rules.gap = sx_earlier(r->keep.rules.gap, PAIR_US);
	if (sx_store_check(&r->keep.store, e) == -1 || open_port(r) == -1)
		return -1;
	r->fetch.store = sx_store_open(&r->keep.store, e);
	if (r->fetch.store == NULL)
		return -1;
	if (finisher_open(&r->finisher, r->c, r->fetch.session, r->keep.exec,
		r->keep.exec_timeout) == -1)
		return -1;
	keeper_init(&r->keeper, r->c, &r->keep, &r->finisher, r->fetch.store);
	r->keeper.t.port_name = r->port_name;
	recover(r->c, r->keep.rules.devices, r->fetch.store);
	if (r->resume && sx_targets_find(&r->targets, r->keep.store.out,
			     user_devices(r->c), e) == -1)
		return -1;
	set_fetch(r);
	say_source(r);
	return sx_session_start(r->fetch.session, e);
}

/* A device that answers no request. */
static enum status
receive_instead(struct request *r)
{
	say(r->c, "%s", r->wanted.panel);
	r->keep.rules.split = SX_SPLIT_AUTO;
	return receive_run(r->c, &r->keep);
}

static void
request_free(struct request *r)
{
	sx_fetch_free(&r->fetch);
	keeper_free(&r->keeper);
	finisher_free(&r->finisher);
	sx_session_close(r->fetch.session);
	if (!r->finisher.saver.stuck)
		sx_store_close(r->fetch.store);
	sx_targets_free(&r->targets);
}

static enum status
run_request(struct cli *c)
{
	struct request r = { .c = c, .draw_at = INT64_MAX };

	if (request_parse(&r) == -1) {
		sx_targets_free(&r.targets);
		return ST_OK;
	}
	if (r.wanted.panel != NULL)
		return receive_instead(&r);
	if (start(&r) == 0) {
		size_t there = sx_targets_count(&r.targets, SX_TARGET_THERE);

		if (there > 0)
			say(c, "%zu of %zu already exist", there, r.targets.n);
		(void)fetch_all(&r); /* c->err says what failed */
		progress(c, "%s", "");
		if (keeper_finish(&r.keeper) == -1)
			r.status = ST_FAILED;
		say_outcome(&r);
		finisher_end(&r.finisher);
	}
	request_free(&r);
	return r.status;
}

const struct command cmd_request = {
	.name = "request",
	.synopsis = "[--port PORT] [--out X] [options] DEVICE KIND [SLOTS] | "
		    "auto | --hex BYTES [SLOTS]",
	.summary = "Request dumps from an instrument",
	.options = request_options,
	.run = run_request,
};
