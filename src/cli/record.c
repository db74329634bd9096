/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "own.h"
#include "record.h"
#include "sxlib/session.h"

#define SYNC_US 1000000 /* at most this much of a take is unsynced */
#define DRAW_US 200000
#define HINT_US 5000000

struct recorder {
	struct cli *c;
	struct record_opts o;
	struct sx_session *session;
	char names[SX_TAKE_PORTS_MOST][128];
	size_t open; /* ports whose input has not ended */
	struct sx_take *take;
	uint64_t clock, sensing; /* messages left out */
	uint64_t wrong;		 /* whole SysEx, wrong checksum or length */
	int64_t last;		 /* when something to be kept came, mono */
	int64_t sync_at, draw_at, hint_at;
	enum status status;
	bool over;
};

/* Messages that tell the time, and no music. */
static bool
is_left_out(struct recorder *r, const struct sx_span *span)
{
	uint8_t b = span->len > 0 ? span->data[0] : 0;

	if (b == 0xfe && !r->o.sensing) {
		r->sensing++;
		return true;
	}
	if ((b == 0xf8 || b == 0xf1) && !r->o.clock) {
		r->clock++;
		return true;
	}
	return false;
}

static int
on_span(struct recorder *r, const struct sx_event *ev)
{
	const struct sx_span *span = &ev->span;
	bool run = span->kind == SX_SPAN_SYSEX || span->kind == SX_SPAN_STRAY;

	if (!run && is_left_out(r, span))
		return 0;
	r->last = ev->now.mono;
	if (r->sync_at == INT64_MAX)
		r->sync_at = ev->now.mono + SYNC_US;
	return sx_take_span(
	    r->take, (unsigned)ev->port, span, ev->now, ev->doubt, &r->c->err);
}

static void
on_step(struct recorder *r, const struct sx_step *step)
{
	const struct sx_message *m = step->message;
	struct record record;
	char text[512];

	if (step->kind != SX_STEP_MESSAGE)
		return;
	record = message_record(m);
	r->wrong += m->damage.kind == SX_DAMAGE_NONE &&
		    m->facts.checksum == SX_CHECKSUM_BAD;
	if (m->damage.kind != SX_DAMAGE_NONE)
		warn(r->c, "%s", describe(text, sizeof(text), &record));
	else if (r->c->verbose || m->facts.checksum == SX_CHECKSUM_BAD)
		say(r->c, "%s", describe(text, sizeof(text), &record));
}

static int
take_event(struct recorder *r, const struct sx_event *ev)
{
	if (ev->type == SX_EV_SPAN)
		return on_span(r, ev);
	on_step(r, &ev->step);
	return 0;
}

/* The end: what is open is cut, and kept. */
static int
cut_all(struct recorder *r, enum sx_end why)
{
	struct sx_event ev;

	r->over = true;
	for (int i = 0; i < (int)r->o.nports; i++) {
		if (sx_session_cut(r->session, i, why, &r->c->err) == -1)
			return -1;
		while (sx_session_step(r->session, &ev))
			if (take_event(r, &ev) == -1)
				return -1;
	}
	return 0;
}

static void
draw(struct recorder *r, int64_t now)
{
	const struct sx_take_facts *f = sx_take_facts(r->take);
	int64_t s = f->length / 1000000;

	r->draw_at = INT64_MAX;
	if (!has_progress(r->c))
		return;
	r->draw_at = now + DRAW_US;
	progress(r->c,
	    "%" PRIu64 " events, %" PRIu64 " SysEx (%" PRIu64
	    " bytes), %" PRId64 ":%02" PRId64,
	    f->events, f->sysex, f->bytes, s / 60, s % 60);
}

/* While nothing comes: what is seen of the ports. */
static void
hint(struct recorder *r)
{
	bool any = r->clock + r->sensing > 0;

	r->hint_at = INT64_MAX;
	if (sx_take_facts(r->take)->length > 0 || r->last >= 0)
		return;
	say(r->c, "%s",
	    any ? "clock or active sensing, but nothing to record: the cable "
		  "works"
		: "no bytes at all: check the cable and the unit's MIDI out");
}

static int
on_time(struct recorder *r, int64_t now)
{
	if (now >= r->sync_at) {
		if (sx_take_sync(r->take, &r->c->err) == -1)
			return -1;
		r->sync_at = INT64_MAX;
	}
	if (now >= r->draw_at)
		draw(r, now);
	if (now >= r->hint_at)
		hint(r);
	return 0;
}

static int64_t
timeout_at(const struct recorder *r, int64_t listening)
{
	if (r->o.timeout == 0)
		return INT64_MAX;
	return r->o.timeout + (r->last > listening ? r->last : listening);
}

/* A port has no more input. */
static void
close_port(struct recorder *r, const struct sx_event *ev)
{
	r->over = --r->open == 0;
	if (ev->type != SX_EV_GONE)
		return;
	r->status = status_worse(r->status, warn_of(r->c, ev->why));
	if (!r->over)
		say(r->c, "the others go on");
}

static int
loop(struct recorder *r)
{
	int64_t listening = sx_now().mono, until;
	struct sx_event ev;

	while (!r->over) {
		until = earlier(earlier(r->sync_at, r->draw_at),
		    earlier(r->hint_at, timeout_at(r, listening)));
		if (sx_session_next(r->session, &ev, until, &r->c->err) == -1)
			return -1;
		if (ev.type == SX_EV_STOP)
			return cut_all(r, SX_END_INTERRUPTED);
		if (ev.type == SX_EV_QUIET &&
		    ev.now.mono >= timeout_at(r, listening))
			return cut_all(r, SX_END_TIMEOUT);
		if (ev.type == SX_EV_END || ev.type == SX_EV_GONE)
			close_port(r, &ev);
		if ((ev.type == SX_EV_SPAN || ev.type == SX_EV_STEP) &&
		    take_event(r, &ev) == -1)
			return -1;
		if (on_time(r, ev.now.mono) == -1)
			return -1;
	}
	return 0;
}

/* Journals that a run before this one left behind. */
static void
rescue(struct recorder *r)
{
	struct sx_take_facts f;
	struct sx_err e = { 0 };
	char *path;
	int rc;

	while ((rc = sx_take_rescue(r->take, &path, &f, &e)) != 0) {
		if (rc == -1) {
			warn_error(r->c, &e);
			continue;
		}
		say(r->c,
		    "rescued from an earlier run: %s: %" PRIu64
		    " events, %" PRIu64 " SysEx, %.1f s",
		    path, f.events, f.sysex, (double)f.length / 1e6);
		free(path);
	}
}

static int
open_port(struct recorder *r, size_t i)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE,
		.all = true,
		.devices = own_devices(r->c) };
	struct midi_io *io;
	int port;

	io = own_port_open(r->c, r->o.ports[i], MIDI_IO_IN);
	if (io == NULL)
		return -1;
	snprintf(r->names[i], sizeof(r->names[i]), "%s", midi_io_name(io));
	port = sx_session_add(r->session, io, &rules, &r->c->err);
	if (port == -1)
		return -1;
	sx_session_spans(r->session, port);
	r->open++;
	return 0;
}

static int
start(struct recorder *r)
{
	const char *names[SX_TAKE_PORTS_MOST];
	struct sx_take_opts opts = {
		.out = r->o.out,
		.form = r->o.tracks			    ? SX_TAKE_CHANNELS
			: r->o.type == 1 || r->o.nports > 1 ? SX_TAKE_PORTS
							    : SX_TAKE_ONE,
		.ports = names,
		.nports = r->o.nports,
	};
	struct sx_err *e = &r->c->err;

	if (sx_take_check(r->o.out, e) == -1)
		return -1;
	r->session = sx_session_new(e);
	if (r->session == NULL)
		return -1;
	for (size_t i = 0; i < r->o.nports; i++) {
		if (open_port(r, i) == -1)
			return -1;
		names[i] = r->names[i];
	}
	r->take = sx_take_open(&opts, e);
	if (r->take == NULL)
		return -1;
	rescue(r);
	if (sx_session_start(r->session, e) == -1)
		return -1;
	for (size_t i = 0; i < r->o.nports; i++)
		say(r->c, "listening on %s", r->names[i]);
	r->hint_at = sx_now().mono + HINT_US;
	draw(r, sx_now().mono);
	return 0;
}

static void
print_result(struct recorder *r, const char *path)
{
	const struct sx_take_facts *f = sx_take_facts(r->take);

	if (!r->c->json) {
		say_path(r->c, path);
		return;
	}
	progress(r->c, "%s", "");
	fputs("{\"file\": ", stdout);
	print_json_text(stdout, path);
	printf(", \"events\": %" PRIu64 ", \"sysex\": %" PRIu64
	       ", \"bytes\": %" PRIu64 ", \"seconds\": %.3f, "
	       "\"damaged\": %" PRIu64 ", \"holes\": %" PRIu64
	       ", \"left_out\": %" PRIu64 "}\n",
	    f->events, f->sysex, f->bytes, (double)f->length / 1e6, f->damaged,
	    f->holes, r->clock + r->sensing);
	flush_result(r->c);
}

/* What it was, what was not kept, and what is wrong with it. */
static enum status
summarise(struct recorder *r)
{
	const struct sx_take_facts *f = sx_take_facts(r->take);
	struct cli *c = r->c;

	say(c,
	    "%" PRIu64 " event%s and %" PRIu64 " SysEx (%" PRIu64
	    " bytes) in %.1f s",
	    f->events, plural(f->events), f->sysex, f->bytes,
	    (double)f->length / 1e6);
	if (r->clock > 0)
		say(c,
		    "not kept: %" PRIu64
		    " clock and time code (--clock keeps them)",
		    r->clock);
	if (r->sensing > 0)
		say(c,
		    "not kept: %" PRIu64
		    " active sensing (--sensing keeps them)",
		    r->sensing);
	if (f->damaged > 0)
		warn(c, "%" PRIu64 " damaged message%s, marked in the file",
		    f->damaged, plural(f->damaged));
	if (f->holes > 0)
		warn(c,
		    "bytes were lost at %" PRIu64 " place%s (overrun), marked "
		    "in the file",
		    f->holes, plural(f->holes));
	return f->damaged + f->holes + r->wrong > 0 ? ST_DAMAGED : ST_OK;
}

/* Make the file of what there is, even after a failure. */
static enum status
finish(struct recorder *r)
{
	enum status status;
	char *path = NULL;
	int rc = sx_take_finish(r->take, &path, &r->c->err);

	if (rc == -1)
		return ST_FAILED;
	status = summarise(r);
	if (rc == 0) {
		say(r->c, "nothing was recorded, and there is no file");
		return ST_INCOMPLETE;
	}
	print_result(r, path);
	free(path);
	return status;
}

static enum status
run_record(struct cli *c)
{
	struct recorder r = {
		.c = c, .last = -1, .sync_at = INT64_MAX, .hint_at = INT64_MAX
	};

	if (record_parse(c, &r.o) == 0 && start(&r) == 0) {
		if (loop(&r) == -1)
			r.status = ST_FAILED;
		r.status = status_worse(r.status, finish(&r));
		progress(c, "%s", "");
	}
	sx_session_close(r.session);
	sx_take_close(r.take);
	return r.status;
}

const struct command cmd_record = {
	.name = "record",
	.synopsis = "[--port PORT]... --out FILE.mid [options]",
	.summary = "Record all that comes in as a MIDI file",
	.options = record_options,
	.run = run_record,
};
