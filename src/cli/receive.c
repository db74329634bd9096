/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "receive.h"
#include "sxlib/capture.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

struct receive {
	struct cli *c;
	struct receive_opts o;
	char port_name[MIDI_IO_NAME];
	struct sx_session *session;
	struct sx_store *store;
	struct finisher finisher;
	struct sx_capture capture;
	struct teller teller;
	size_t unanswered; /* unsent replies, as reported */
	int64_t draw_at;
	bool drawing, stopped; /* stopped: by a signal */
	enum status status;
};

static void
receive_worsen(struct receive *r, enum status status)
{
	r->status = status_worse(r->status, status);
}

/* Return the number of complete dumps so far. */
static long
receive_whole(const struct receive *r)
{
	return (long)r->capture.keeper.whole;
}

/* ---- Events ---- */

static void
receive_draw_by(struct receive *r, int64_t at)
{
	if (r->drawing)
		r->draw_at = sx_earlier(r->draw_at, at);
}

static void
receive_draw(struct receive *r, int64_t now)
{
	const struct sx_facts *facts;
	size_t bytes = sx_session_incoming(r->session, r->capture.port, &facts);
	char number[64] = "", what[256] = "";

	r->draw_at = INT64_MAX;
	if (bytes > 0)
		receive_draw_by(r, now + PROGRESS_US);
	if (r->o.count > 0)
		snprintf(number, sizeof(number),
		    "dump %ld of %ld: ", receive_whole(r) + 1, r->o.count);
	if (facts != NULL)
		snprintf(what, sizeof(what), "%s%s%s, ", facts->maker,
		    facts->device[0] != '\0' ? " " : "", facts->device);
	if (bytes > 0)
		progress(r->c, "%s%s%zu bytes", number, what, bytes);
	else if (r->capture.keeper.first.part != NULL)
		progress(
		    r->c, "%sstart the same dump again on the unit", number);
	else if (r->o.count > 0)
		progress(r->c, "%sstart it on the unit", number);
	else
		progress(
		    r->c, "waiting for a dump (%ld so far)", receive_whole(r));
}

static void
receive_say_seen(struct cli *c, enum sx_seen seen)
{
	static const char *const texts[] = {
		[SX_SEEN_NOTHING] = "nothing received: check the cable and the "
				    "unit's MIDI out",
		[SX_SEEN_CLOCK] = "clock and active sensing, but no SysEx: the "
				  "cable works, start the dump on the unit",
		[SX_SEEN_OTHER] = "MIDI messages, but no SysEx: the cable "
				  "works, start the dump on the unit",
	};

	if (texts[seen] != NULL)
		say(c, "%s", texts[seen]);
}

/* Warn that the unit gets no answer. */
static void
receive_tell_unanswered(struct receive *r)
{
	size_t n = r->capture.unanswered;

	if (n == r->unanswered)
		return;
	if (r->unanswered == 0)
		warn(r->c, "the port takes no bytes: the unit gets no answer");
	r->unanswered = n;
	receive_worsen(r, ST_FAILED);
}

/* Returns -1 and sets c->err if memory runs out. */
static int
receive_tell_event(struct receive *r, const struct sx_capture_event *ev)
{
	receive_tell_unanswered(r);
	switch (ev->type) {
	case SX_CAPTURE_QUIET:
		break;
	case SX_CAPTURE_GROWN:
		receive_draw_by(r, ev->now.mono + PROGRESS_US);
		break;
	case SX_CAPTURE_ENDED:
		receive_draw_by(r, 0);
		break;
	case SX_CAPTURE_KEEPER:
		return tell(&r->teller, &ev->keeper);
	case SX_CAPTURE_SHAKEN:
		tell_shake(&r->teller, ev->shake, r->capture.shaker.blocks);
		break;
	case SX_CAPTURE_NOT_KEPT:
		tell_message(&r->teller, ev->message);
		break;
	case SX_CAPTURE_NOTHING_YET:
		receive_say_seen(r->c, ev->seen);
		break;
	case SX_CAPTURE_GONE:
		receive_worsen(r, warn_of(r->c, ev->why));
		break;
	case SX_CAPTURE_STOPPED:
		r->stopped = true;
		if (r->o.count > 0)
			r->c->signal = ev->signal;
		break;
	case SX_CAPTURE_LEFT:
		tell_left(&r->teller, r->capture.saver);
		break;
	case SX_CAPTURE_FILE:
		tell_file(&r->teller, ev->stored->path);
		break;
	case SX_CAPTURE_FINAL:
		tell_final(&r->teller);
		break;
	}
	return 0;
}

/* Capture until the end; then all complete dumps are files, even after a
 * failure. */
static void
receive_capture(struct receive *r)
{
	struct sx_capture_event ev;
	int64_t until;
	int rc;

	do {
		until = sx_earlier(r->draw_at, finisher_due(&r->finisher));
		rc = sx_capture_next(&r->capture, &ev, until, &r->c->err);
		if (rc == 1 && receive_tell_event(r, &ev) == -1)
			rc = sx_capture_end(&r->capture);
		if (rc == -1)
			receive_worsen(r, ST_FAILED);
		if (rc == -1 || ev.type > SX_CAPTURE_ENDED)
			continue;
		finisher_step(&r->finisher);
		if (ev.now.mono >= r->draw_at)
			receive_draw(r, ev.now.mono);
	} while (rc != 0);
}

/* ---- Start and end ---- */

static int
receive_open_all(struct receive *r)
{
	struct sx_err *e = &r->c->err;

	r->o.rules.devices = user_devices(r->c);
	if (sx_store_check(&r->o.store, e) == -1)
		return -1;
	r->session = sx_session_new(e);
	if (r->session == NULL)
		return -1;
	r->capture.port = user_port_add(r->c, r->session, r->o.port,
	    r->o.handshake ? MIDI_IO_IN | MIDI_IO_OUT : MIDI_IO_IN, &r->o.rules,
	    r->port_name);
	if (r->capture.port == -1)
		return -1;
	/* The port exists; only now create files. */
	r->store = sx_store_open(&r->o.store, e);
	if (r->store == NULL)
		return -1;
	return finisher_open(
	    &r->finisher, r->c, r->session, r->o.exec, r->o.exec_timeout);
}

static int
receive_start(struct receive *r)
{
	struct sx_capture *cap = &r->capture;

	if (receive_open_all(r) == -1)
		return -1;
	cap->session = r->session;
	cap->saver = &r->finisher.saver;
	cap->keeper.store = r->store;
	cap->keeper.archiver = cap->saver->archiver;
	cap->keeper.max_dump = r->o.max_dump;
	cap->keeper.twice = r->o.twice;
	cap->count = (size_t)r->o.count;
	cap->timeout = r->o.timeout;
	cap->answers = r->o.handshake;
	r->teller = (struct teller){ .c = r->c,
		.k = &cap->keeper,
		.label = r->o.store.label,
		.port_name = r->port_name,
		.hook = r->finisher.hook };
	recover(r->c, r->o.rules.devices, r->store, NULL);
	if (sx_capture_begin(cap, r->o.rules.gap, &r->c->err) == -1)
		return -1;
	r->drawing = has_progress(r->c);
	say(r->c, "listening on %s", r->port_name);
	receive_draw_by(r, 0);
	return 0;
}

/* --twice: leave the first dump? After a failure it may be the only copy. */
static bool
receive_leaves_first(const struct receive *r)
{
	return r->c->err.code != SX_OK || r->capture.gone;
}

static void
receive_say_first(struct receive *r)
{
	const struct sx_pending *first = &r->capture.keeper.first;
	const char *path = sx_pending_path(first);

	if (receive_leaves_first(r) && path != NULL)
		warn(r->c,
		    "%" PRIu64 " bytes were received only once (--twice): they "
		    "are in '%s', and the next start recovers them",
		    first->dump.bytes, path);
	else
		warn(r->c,
		    "%" PRIu64
		    " bytes were received only once and are not kept (--twice)",
		    first->dump.bytes);
}

/* After a signal: report what was saved and what was cut off. */
static void
receive_say_interrupted(struct receive *r)
{
	const struct sx_keeper *k = &r->capture.keeper;

	if (!r->stopped)
		return;
	if (r->o.count == 0 && (k->whole > 0 || k->damaged > 0))
		say(r->c, "stopped: %ld whole dump%s saved, %zu damaged",
		    receive_whole(r), plural((uint64_t)receive_whole(r)),
		    k->damaged);
	tell_interrupted(&r->teller);
}

/* Report what was not kept, and what came too late. */
static void
receive_say_rest(struct receive *r)
{
	const struct sx_keeper *k = &r->capture.keeper;
	size_t left = r->finisher.saver.left;
	const struct sx_facts *facts;
	size_t beyond =
	    sx_session_backlog(r->session) +
	    sx_session_incoming(r->session, r->capture.port, &facts);

	if (r->o.count > 0 && receive_whole(r) == r->o.count && beyond > 0)
		say(r->c, "%zu bytes after dump %ld were read but not kept",
		    beyond, receive_whole(r));
	tell_rest(&r->teller);
	if (r->unanswered > 0)
		warn(r->c, "%zu answer%s could not be sent", r->unanswered,
		    plural(r->unanswered));
	receive_say_interrupted(r);
	if (k->first.part != NULL) {
		receive_say_first(r);
		receive_worsen(r, ST_INCOMPLETE);
	}
	if (k->whole == 0 && !sx_keeper_hurt(k) && k->first.part == NULL)
		receive_say_seen(r->c, sx_capture_news(&r->capture));
	if (sx_keeper_hurt(k))
		receive_worsen(r, ST_DAMAGED);
	if (k->whole == 0 || receive_whole(r) < r->o.count || left > 0)
		receive_worsen(r, ST_INCOMPLETE);
	/* Dumps waiting in memory for a reader are lost. */
	if (left > 0 && !sx_store_on_disk(r->store))
		receive_worsen(r, ST_FAILED);
	if (r->o.count > 0 && receive_whole(r) < r->o.count)
		say(r->c, "received %ld of %ld dumps", receive_whole(r),
		    r->o.count);
}

enum status
receive_run(struct cli *c, const struct receive_opts *o)
{
	struct receive r = {
		.c = c,
		.o = *o,
		.draw_at = INT64_MAX,
	};

	if (receive_start(&r) == 0) {
		receive_capture(&r);
		receive_say_rest(&r);
		progress(c, "%s", "");
		finisher_end(&r.finisher);
	}
	if (!receive_leaves_first(&r))
		sx_pending_drop(&r.capture.keeper.first);
	sx_capture_free(&r.capture);
	teller_free(&r.teller);
	finisher_free(&r.finisher);
	sx_session_close(r.session);
	if (!r.finisher.saver.stuck)
		sx_store_close(r.store);
	return r.status;
}

/* ---- Options ---- */

const char *const receive_formats[] = { "syx", "mid", NULL };

static const struct option_row receive_options[] = {
	OPTION_PORT(struct receive_opts, port),
	OPTION_OUT,
	{ 'n', "count", "N", "stop after N complete dumps",
	    OPT_COUNT(struct receive_opts, count, 1, LONG_MAX) },
	{ 't', "timeout", "S", "stop after S seconds without SysEx",
	    OPT_SECONDS(struct receive_opts, timeout, 1000) },
	OPTION_FORMAT,
	OPTIONS_KEPT,
	{ 0, "handshake", NULL, "answer units that wait for an answer",
	    OPT_FLAG(struct receive_opts, handshake) },
	{ 0, "twice", NULL, "keep a dump only if received twice the same",
	    OPT_FLAG(struct receive_opts, twice) },
	OPTIONS_NAMES,
	OPTION_MAX_DUMP("default: no limit"),
	OPTIONS_TOLD,
	OPTIONS_END,
};

/* A dump for standard output waits in memory until it is complete. */
#define STDOUT_MOST ((uint64_t)256 << 20)

int
receive_check(struct cli *c, const struct receive_opts *o)
{
	bool to_stdout = strcmp(o->store.out, "-") == 0;
	const struct opt_rule rules[] = {
		{ to_stdout && c->json,
		    "--json and --out - both use standard output" },
		{ to_stdout && o->exec != NULL,
		    "--exec needs files, but --out is -" },
		{ false, NULL },
	};

	return opt_check(c, rules);
}

static int
receive_check_alone(struct cli *c, const struct receive_opts *o)
{
	if (opt_no_arguments(c) == -1)
		return -1;
	if (o->timeout > 0 && o->rules.split != SX_SPLIT_MESSAGE &&
	    o->timeout < o->rules.gap) {
		opt_fail(c, "--timeout is shorter than --gap (%g ms)",
		    (double)o->rules.gap / 1e3);
		return sx_hint(&c->err, "dumps could end too early: use a "
					"shorter --gap or --split message");
	}
	return receive_check(c, o);
}

/* Returns -1 and sets c->err (empty for --help). */
static int
receive_parse(struct cli *c, struct receive_opts *o)
{
	int rc;

	*o = (struct receive_opts)RECEIVE_OPTS;
	rc = opt_parse(c, o);
	if (strcmp(o->store.out, "-") == 0 &&
	    (o->max_dump == 0 || o->max_dump > STDOUT_MOST))
		o->max_dump = STDOUT_MOST;
	return rc == -1 ? -1 : receive_check_alone(c, o);
}

static enum status
run_receive(struct cli *c)
{
	struct receive_opts o;
	enum status status = ST_OK;

	if (receive_parse(c, &o) == 0)
		status = receive_run(c, &o);
	free((void *)(uintptr_t)o.rules.makers);
	return status;
}

const struct command cmd_receive = {
	.name = "receive",
	.synopsis = "[--port PORT] [--out X] [options]",
	.summary = "Receive SysEx dumps, each to its own file",
	.options = receive_options,
	.run = run_receive,
};
