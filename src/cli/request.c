/* SPDX-License-Identifier: ISC */
/* Stores fetched dumps as files and reports them. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "receive.h"
#include "sxlib/auto.h"
#include "sxlib/fetch.h"
#include "sxlib/record.h"
#include "sxlib/targets.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

#define PATIENCE_US 2000000
#define PAIR_US	    250000 /* the second message of a pair follows by then */
#define DEAF_MOST   3	   /* unanswered targets before anything has come */
/* Bytes of unrequested dumps kept in memory to recognize duplicates. */
#define COPIES_MOST ((size_t)64 << 20)
#define LEFT_TEXT   32

struct request {
	struct receive_opts keep; /* first, as its options expect */
	struct cli *c;
	struct sx_wanted wanted;
	long retries;		   /* after the first attempt */
	char device[SX_FACT_TEXT]; /* found by "auto" */
	bool resume;
	char port_name[MIDI_IO_NAME];
	struct finisher finisher;
	struct keeper keeper;
	struct sx_targets targets;
	struct sx_fetch fetch; /* with the session and the store */
	int64_t begun;	       /* mono */
	int64_t draw_at;
	size_t no_dumps;
	uint64_t bytes; /* of all dumps received */
	enum status status;
};

/* ---- What to request ---- */

_Static_assert(offsetof(struct request, keep) == 0, "as for receive");

static const struct option_row request_options[] = {
	OPTION_PORT(struct request, keep.port),
	OPTION_OUT,
	{ 0, "resume", NULL, "skip dumps already complete in the folder",
	    OPT_FLAG(struct request, resume) },
	{ 0, "retries", "N", "number of retries; default 2",
	    OPT_COUNT(struct request, retries, 0, 1000) },
	{ 't', "timeout", "S",
	    "silence that ends the wait for an answer; default 2",
	    OPT_SECONDS(struct request, fetch.asker.patience, 1000) },
	{ 0, "delay", "MS", "pause before the next request",
	    OPT_MS(struct request, fetch.asker.delay, 0) },
	{ 0, "id", "N", "the unit's device number or channel",
	    OPT_COUNT(struct request, wanted.id, 0, 127) },
	{ 0, "hex", "BYTES",
	    "send this request; {slot} is each of SLOTS, 0-127",
	    OPT_TEXT(struct request, wanted.hex) },
	{ 0, "all", NULL, "also keep answers that are not dumps",
	    OPT_FLAG(struct request, keep.rules.all) },
	OPTION_FORMAT,
	OPTIONS_NAMES,
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "also report each request",
	    OPT_COMMON(verbose) },
	OPTIONS_END,
};

static int
request_check(const struct request *r)
{
	struct cli *c = r->c;
	const bool hex = r->wanted.hex != NULL;
	const struct opt_rule rules[] = {
		{ r->resume && hex,
		    "--resume cannot recognize answers to --hex" },
		{ r->keep.rules.all && !hex, "--all only applies to --hex" },
		{ r->wanted.id != -1 && hex,
		    "--hex already contains the device number" },
		{ false, NULL },
	};

	if (opt_is_standard(r->keep.port))
		return opt_fail(c,
		    "--port -: requests and results both use standard output");
	if (r->resume && !sx_store_is_folder(r->keep.store.out)) {
		opt_fail(c, "--resume needs a folder: --out is '%.200s'",
		    r->keep.store.out);
		return sx_hint(&c->err,
		    "a single output file is never overwritten or appended to");
	}
	return opt_check(c, rules) == -1 ? -1 : receive_check(c, &r->keep);
}

/*
 * Identify the devices on the port, and nothing more: sets r->device if there
 * is exactly one. Returns -1 and sets c->err if there is none, several, or one
 * that cannot be queried.
 */
static int
request_auto(struct request *r)
{
	struct cli *c = r->c;
	struct sx_units found = { 0 };
	struct sx_talk t = { 0 };
	int rc = talk_open(&t, c, r->keep.port);
	enum sx_auto what;
	char text[256];
	bool one;

	if (rc == 0)
		rc = sx_who_ask(
		    &t, user_devices(c), r->fetch.asker.patience, &found);
	if (rc == 0) {
		what = sx_auto_choose(user_devices(c), &found, r->device);
		one = what == SX_AUTO_ONE;
		for (size_t i = 0; i < found.n; i++)
			say(c, "%s%s%s", one ? t.port_name : "",
			    one ? ": " : "  ",
			    sx_unit_text(
				text, sizeof(text), &found.list[i].id));
		rc = sx_auto_check(what, t.port_name, &found, &c->err);
		if (one && r->wanted.id == -1)
			r->wanted.id =
			    sx_auto_unit(user_devices(c), &found, r->device);
	}
	sx_units_free(&found);
	sx_talk_close(&t);
	return rc;
}

static int
request_parse_words(struct request *r)
{
	struct cli *c = r->c;
	char everything[] = "all";
	char *const both[] = { r->device, everything };
	struct sx_wanted *w = &r->wanted;
	int rc;

	w->user = w->hex == NULL ? user_devices(c) : NULL;
	w->words = c->argv + c->next;
	w->nwords = (size_t)(c->argc - c->next);
	if (w->hex == NULL && w->nwords > 0 &&
	    strcmp(w->words[0], "auto") == 0) {
		if (w->nwords > 1)
			return opt_fail(c,
			    "auto requests everything: '%.40s' goes with the "
			    "name of a device",
			    w->words[1]);
		if (request_auto(r) == -1)
			return -1;
		w->words = both;
		w->nwords = 2;
	}
	rc = sx_targets_parse(&r->targets, w, &c->err);
	w->words = NULL; /* they may point to locals */
	r->keep.count = (long)w->dumps;
	return rc;
}

/*
 * Parse the command line. A device that cannot be queried has a
 * wanted.panel, and the number of its dumps in keep.count. Returns 0; -1 and
 * sets c->err (empty for --help).
 */
static int
request_parse(struct request *r)
{
	struct sx_asker *a = &r->fetch.asker;

	r->keep = (struct receive_opts)RECEIVE_OPTS;
	r->retries = 2;
	r->wanted.id = -1;
	a->patience = PATIENCE_US;
	a->delay = -1;
	if (opt_parse(r->c, r) == -1 || request_check(r) == -1)
		return -1;
	/* An answer to --hex may have several messages: silence ends it. */
	r->keep.rules.split =
	    r->wanted.hex != NULL ? SX_SPLIT_AUTO : SX_SPLIT_MESSAGE;
	if (r->keep.rules.gap > a->patience / 2)
		r->keep.rules.gap = a->patience / 2;
	return request_parse_words(r);
}

/* ---- Messages to the user ---- */

/* Report the source of these requests, if it is not a manual, and what "all"
 * does not include. */
static void
request_say_source(struct request *r)
{
	const struct sx_request_row *row = &r->targets.list[0].q.row;
	struct sx_request_row other;

	if (row->trust == SX_TRUST_INFERRED)
		say(r->c, "the requests for the %s are inferred, from %s",
		    row->device, row->source);
	for (size_t i = 0; r->wanted.everything &&
			   sx_request_row(user_devices(r->c), i, &other);
	     i++)
		if (other.lacks != NULL &&
		    strcmp(other.device, row->device) == 0)
			warn(r->c, "this does not include, of the %s: %s",
			    row->device, other.lacks);
}

/* Report a retry; with --verbose, each request. */
static void
request_say_asking(struct request *r, const char *target)
{
	const struct sx_asker *a = &r->fetch.asker;

	if (a->tries > 0)
		say(r->c, "%s%s: retrying (%u of %u)",
		    a->unanswered ? "no answer for " : "", target, a->tries + 1,
		    a->retries + 1);
	if (r->c->verbose)
		say(r->c, "requesting %s", target);
}

static void
request_say_stranger(
    struct request *r, const struct sx_fetch_event *ev, const char *target)
{
	const struct sx_dump *d = &ev->got.dump;
	const struct sx_asker *a = &r->fetch.asker;
	struct sx_record record = sx_record_of_dump(d, NULL);
	char what[512];

	sx_record_text(what, sizeof(what), &record);
	if (ev->of != SX_NO_TARGET &&
	    r->targets.list[ev->of].state == SX_TARGET_GOT)
		warn(r->c,
		    "%s was received again with different contents: kept as "
		    "well",
		    target);
	else if (ev->answer == SX_ANSWER_UNIT && d->facts.unit != -1)
		warn(r->c,
		    "unit %d was queried, but this is from unit %d (use --id "
		    "%d), kept under its own name: %s",
		    a->targets[a->at].q.unit, d->facts.unit, d->facts.unit,
		    what);
	else
		warn(r->c,
		    "not what was requested, kept under its own name: %s",
		    what);
}

/* Report that the answer for a target was cut off or damaged. */
static void
request_say_damaged(
    struct request *r, const struct sx_fetch_event *ev, const char *target)
{
	bool ours = r->targets.list[ev->of].state == SX_TARGET_CUT;
	char why[SX_DAMAGE_TEXT];

	warn(r->c, "%s was received %s: %s", target,
	    ours ? "incomplete" : "damaged", sx_damage_text(ev->damage, why));
}

static void
request_say_no_dump(struct request *r, const struct sx_facts *facts)
{
	r->no_dumps++;
	if (facts->waits && !r->keeper.t.shaken)
		say_handshake(r->c, facts, NULL);
	r->keeper.t.shaken |= facts->waits;
}

static void
request_say_fetched(struct request *r, const struct sx_fetch_event *ev)
{
	char target[SX_TARGET_TEXT] = "";

	if (ev->of != SX_NO_TARGET)
		sx_target_text(&r->targets.list[ev->of], target);
	switch (ev->type) {
	case SX_FETCH_ASKING:
		request_say_asking(r, target);
		break;
	case SX_FETCH_ANSWER:
		if (ev->late)
			say(r->c, "%s arrived late", target);
		break;
	case SX_FETCH_STRANGER:
		request_say_stranger(r, ev, target);
		break;
	case SX_FETCH_BAD:
		warn(r->c, "%s was received with %s", target,
		    ev->odd_length ? "an unexpected length"
				   : "a wrong checksum");
		break;
	case SX_FETCH_DAMAGED:
		request_say_damaged(r, ev, target);
		break;
	case SX_FETCH_DROPPED:
		warn(r->c, "%s is complete now: its damaged copy is dropped",
		    target);
		break;
	case SX_FETCH_NO_DUMP:
		request_say_no_dump(r, &ev->message->facts);
		break;
	case SX_FETCH_LOSS:
		tell_loss(&r->keeper.t);
		break;
	case SX_FETCH_GAVE_UP:
		warn(r->c, "%s: giving up",
		    r->fetch.endless > 0
			? "endless message"
			: "messages without a pause, none of them the answer");
		break;
	case SX_FETCH_ENDED:
		say(r->c, "end of input");
		break;
	case SX_FETCH_GONE:
		r->status = status_worse(r->status, warn_of(r->c, ev->why));
		break;
	case SX_FETCH_STOPPED:
		r->c->signal = ev->signal;
		break;
	case SX_FETCH_QUIET:
	case SX_FETCH_KEEP:
	case SX_FETCH_SETTLE:
		break;
	}
}

/* Print "what: pattern A03, A07". */
static void
request_say_state(
    struct request *r, enum sx_target_state state, const char *what)
{
	char *text = sx_targets_text(&r->targets, state);

	if (text != NULL)
		warn(r->c, "%s: %s", what, text);
	free(text);
}

static void
request_say_silence(struct request *r)
{
	const struct sx_request_row *row = &r->targets.list[0].q.row;
	const char *panel = NULL;
	struct sx_traffic t;

	if (row->what != NULL)
		panel = sx_request_panel(user_devices(r->c), row->device);
	if (panel != NULL)
		say(r->c, "%s", panel);
	sx_session_traffic(r->fetch.session, r->fetch.port, &t);
	if (t.bytes == 0)
		say(r->c, "nothing received: a request needs cables to the "
			  "unit's MIDI in and MIDI out, and the unit may need "
			  "SysEx enabled");
	else if (r->fetch.asker.echoes > 0 && t.sysex > 0)
		say(r->c, "received the requests themselves: is the MIDI out "
			  "connected to the MIDI in, or the unit's thru?");
	else if (t.sysex == 0)
		say(r->c, "received MIDI, but no SysEx: the cable from the "
			  "unit works, the one to it may not");
}

/* Would --resume find any received dump? */
static bool
request_resumes(const struct request *r)
{
	const struct sx_targets *t = &r->targets;

	if (r->wanted.hex != NULL || !sx_store_is_folder(r->keep.store.out))
		return false;
	for (size_t i = 0; i < t->n; i++)
		if ((t->list[i].state == SX_TARGET_GOT ||
			t->list[i].state == SX_TARGET_THERE) &&
		    sx_request_tells_slot(&t->list[i].q.row))
			return true;
	return false;
}

static void
request_say_outcome(struct request *r)
{
	const struct sx_targets *t = &r->targets;
	const struct sx_asker *a = &r->fetch.asker;
	size_t there = sx_targets_count(t, SX_TARGET_THERE);
	size_t got = sx_targets_count(t, SX_TARGET_GOT) + there;

	request_say_state(r, SX_TARGET_SILENT, "no answer");
	request_say_state(r, SX_TARGET_BAD, "damaged or with a wrong checksum");
	request_say_state(r, SX_TARGET_CUT,
	    r->c->signal != 0 && !r->keeper.t.interrupted
		? "stopped before the answer"
		: "incomplete");
	request_say_state(r, SX_TARGET_OPEN, "not requested");
	if (got == there && sx_targets_count(t, SX_TARGET_SILENT) > 0)
		request_say_silence(r);
	if (a->doubled > 0)
		say(r->c, "%zu duplicate message%s: kept once", a->doubled,
		    plural(a->doubled));
	if (a->strangers > 0)
		say(r->c, "%zu dump%s not requested: kept", a->strangers,
		    plural(a->strangers));
	if (r->no_dumps > 0)
		say(r->c, "not kept: %zu message%s that %s", r->no_dumps,
		    plural(r->no_dumps),
		    r->no_dumps == 1 ? "is not a dump" : "are not dumps");
	tell_interrupted(&r->keeper.t);
	if (t->n > 1 || got < t->n)
		say(r->c, "received %zu of %zu, %" PRIu64 " bytes in %.1f s%s",
		    got, t->n, r->bytes,
		    (double)(sx_now().mono - r->begun) / 1e6,
		    got < t->n && request_resumes(r)
			? "; run the same command with --resume to request "
			  "the others"
			: "");
	/* Unrequested dumps count, too, if they were kept. */
	if (sx_targets_count(t, SX_TARGET_BAD) + r->keeper.k.damaged +
		r->keeper.k.bad >
	    r->fetch.endless)
		r->status = status_worse(r->status, ST_DAMAGED);
	if (got < t->n)
		r->status = status_worse(r->status, ST_INCOMPLETE);
}

/* Return ", 12 s left" or ", 3:20 left", estimated from what has come so far;
 * "" before anything has come. */
static const char *
request_time_left(const struct request *r, int64_t now, char text[LEFT_TEXT])
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
request_draw(struct request *r, int64_t now)
{
	size_t at = r->fetch.asker.at;
	char text[SX_TARGET_TEXT], left[LEFT_TEXT];
	size_t bytes = sx_fetch_coming(&r->fetch);

	progress(r->c, "%zu of %zu, %s: %zu bytes, %" PRIu64 " in all%s",
	    at + 1, r->targets.n, sx_target_text(&r->targets.list[at], text),
	    bytes, r->bytes + bytes, request_time_left(r, now, left));
}

/* ---- Fetching ---- */

/* Store dumps. Returns -1 and sets c->err on failure. */
static int
request_keep(struct request *r, struct sx_fetch_event *ev)
{
	r->bytes += ev->got.part != NULL ? ev->got.dump.bytes : 0;
	if (ev->got.part != NULL)
		return keeper_add(&r->keeper, &ev->got);
	if (ev->type == SX_FETCH_SETTLE)
		sx_keeping_settle(&r->keeper.keeping);
	return keeper_run(&r->keeper);
}

static int
request_fetch_all(struct request *r)
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
		request_say_fetched(r, &ev);
		if (request_keep(r, &ev) == -1)
			return -1;
		finisher_step(&r->finisher);
		if (ev.type == SX_FETCH_ASKING && has_progress(r->c))
			r->draw_at = 0;
		if (progress_is_due(r->c, sx_now().mono, &r->draw_at))
			request_draw(r, sx_now().mono);
	}
}

/* Find the targets that are files already. Dumps that do not tell their slot
 * cannot be found. */
static int
request_find_stored(struct request *r)
{
	const struct sx_targets *t = &r->targets;

	for (size_t i = 0; i < t->n; i++)
		if (!sx_request_tells_slot(&t->list[i].q.row)) {
			say(r->c,
			    "a %s of the %s does not tell its slot: all are "
			    "requested",
			    t->list[i].q.row.what, t->list[i].q.row.device);
			break;
		}
	return sx_targets_find(
	    &r->targets, r->keep.store.out, user_devices(r->c), &r->c->err);
}

static int
request_open_port(struct request *r)
{
	struct sx_fetch *f = &r->fetch;

	f->session = sx_session_new(&r->c->err);
	if (f->session == NULL)
		return -1;
	f->port = user_port_add(r->c, f->session, r->keep.port,
	    MIDI_IO_IN | MIDI_IO_OUT, &r->keep.rules, r->port_name);
	return f->port == -1 ? -1 : 0;
}

/* In a first run the {n} of an answer is its position among all targets; with
 * --resume, numbers continue after the highest one, or from --first. */
static void
request_set_fetch(struct request *r)
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
request_start(struct request *r)
{
	struct sx_err *e = &r->c->err;

	r->keep.rules.devices = user_devices(r->c);
	if (r->wanted.hex == NULL)
		r->keep.rules.gap = sx_earlier(r->keep.rules.gap, PAIR_US);
	if (sx_store_check(&r->keep.store, e) == -1 ||
	    request_open_port(r) == -1)
		return -1;
	r->fetch.store = sx_store_open(&r->keep.store, e);
	if (r->fetch.store == NULL)
		return -1;
	if (finisher_open(&r->finisher, r->c, r->fetch.session, r->keep.exec,
		r->keep.exec_timeout) == -1)
		return -1;
	keeper_init(&r->keeper, r->c, &r->keep, &r->finisher, r->fetch.store);
	r->keeper.t.port_name = r->port_name;
	recover(r->c, r->keep.rules.devices, r->fetch.store, NULL);
	if (r->resume && request_find_stored(r) == -1)
		return -1;
	request_set_fetch(r);
	request_say_source(r);
	return sx_session_start(r->fetch.session, e);
}

/* Receive from a device that does not answer requests. */
static enum status
request_receive_instead(struct request *r)
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
		return request_receive_instead(&r);
	if (request_start(&r) == 0) {
		size_t there = sx_targets_count(&r.targets, SX_TARGET_THERE);

		if (there > 0)
			say(c, "%zu of %zu already exist", there, r.targets.n);
		(void)request_fetch_all(&r); /* errors are in c->err */
		progress(c, "%s", "");
		if (keeper_finish(&r.keeper) == -1)
			r.status = ST_FAILED;
		request_say_outcome(&r);
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
