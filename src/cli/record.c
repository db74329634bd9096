/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "finisher.h"
#include "sxlib/record.h"
#include "sxlib/recorder.h"
#include "sxlib/session.h"
#include "sxlib/take.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

struct recording {
	struct cli *c;
	const char **ports; /* owned */
	size_t nports;
	const char *out;
	long type; /* -1: not given */
	bool tracks;
	struct sx_recorder recorder; /* with the other options */
	char names[SX_TAKE_PORTS_MOST][MIDI_IO_NAME];
	struct finisher finisher;
	int64_t draw_at;
	enum status status;
};

static const struct option_row record_options[] = {
	{ 'p', "port", "PORT", "record from this port; repeatable",
	    OPT_TEXTS(struct recording, ports, nports) },
	{ 'o', "out", "FILE.mid", "the MIDI file",
	    OPT_TEXT(struct recording, out) },
	{ 't', "timeout", "S", "stop after S seconds without input",
	    OPT_SECONDS(struct recording, recorder.timeout, 1000) },
	{ 0, "type", "TYPE",
	    "0: one track; 1: a track per port; default 0 for one port",
	    OPT_COUNT(struct recording, type, 0, 1) },
	{ 0, "tracks", NULL, "a track per channel, and one for SysEx",
	    OPT_FLAG(struct recording, tracks) },
	{ 0, "snapshot", NULL, "only what the knobs are set to: last values",
	    OPT_FLAG(struct recording, recorder.snapshot) },
	{ 0, "clock", NULL, "also keep MIDI clock and time code",
	    OPT_FLAG(struct recording, recorder.clock) },
	{ 0, "sensing", NULL, "also keep active sensing",
	    OPT_FLAG(struct recording, recorder.sensing) },
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "report each SysEx message",
	    OPT_COMMON(verbose) },
	OPTIONS_END,
};

static int
record_check(struct recording *r)
{
	const bool snapshot = r->recorder.snapshot;
	struct sx_err *e = &r->c->err;

	if (r->nports > SX_TAKE_PORTS_MOST)
		return opt_fail(r->c, "more than %d ports", SX_TAKE_PORTS_MOST);
	if (r->out == NULL) {
		opt_fail(r->c, "missing --out FILE");
		return sx_hint(e, "such as --out take.mid");
	}
	if (r->type == 0 && (r->tracks || r->nports > 1))
		return opt_fail(r->c,
		    "--type 0 has one track, but %s needs more",
		    r->tracks ? "--tracks" : "more than one --port");
	if (snapshot &&
	    (r->tracks || r->recorder.clock || r->recorder.sensing ||
		r->type == 1 || r->nports > 1))
		return opt_fail(r->c,
		    "--snapshot is one track, of one port, without clock or "
		    "sensing");
	return 0;
}

/* Returns -1 and sets c->err (empty for --help). */
static int
record_parse(struct recording *r)
{
	struct cli *c = r->c;

	r->type = -1;
	if (opt_parse(c, r) == -1 || opt_no_arguments(c) == -1 ||
	    record_check(r) == -1)
		return -1;
	/* $SXLIB_PORT, or the only port. */
	return r->nports == 0 ? opt_take_texts(c, record_options, r, NULL) : 0;
}

static void
record_draw(struct recording *r)
{
	const struct sx_take_facts *f = sx_take_facts(r->recorder.take);
	int64_t s = f->length / 1000000;

	r->draw_at = INT64_MAX;
	if (!has_progress(r->c))
		return;
	r->draw_at = sx_now().mono + PROGRESS_US;
	progress(r->c,
	    "%" PRIu64 " events, %" PRIu64 " SysEx (%" PRIu64
	    " bytes), %" PRId64 ":%02" PRId64,
	    f->events, f->sysex, f->bytes, s / 60, s % 60);
}

static void
record_tell_message(struct recording *r, const struct sx_message *m)
{
	struct sx_record record = sx_record_of_message(m);
	char text[512];

	if (m->damage.kind != SX_DAMAGE_NONE)
		warn(r->c, "%s", sx_record_text(text, sizeof(text), &record));
	else if (r->c->verbose || m->facts.checksum == SX_CHECKSUM_BAD)
		say(r->c, "%s", sx_record_text(text, sizeof(text), &record));
}

static void
record_tell(struct recording *r, const struct sx_recorder_event *ev)
{
	const struct sx_recorder *rec = &r->recorder;

	switch (ev->type) {
	case SX_RECORDER_QUIET:
		record_draw(r);
		break;
	case SX_RECORDER_MESSAGE:
		record_tell_message(r, ev->message);
		break;
	case SX_RECORDER_NOTHING:
		say(r->c, "%s",
		    rec->clock_left + rec->sensing_left + rec->others_left > 0
			? "only clock or active sensing, nothing to record: "
			  "the cable works"
			: "nothing received: check the cable and the unit's "
			  "MIDI out");
		break;
	case SX_RECORDER_GONE:
		r->status = status_worse(r->status, warn_of(r->c, ev->why));
		if (!ev->last)
			say(r->c, "recording continues on the other ports");
		break;
	}
}

static int
record(struct recording *r)
{
	struct sx_recorder_event ev;
	int rc;

	r->recorder.ports = r->nports;
	r->recorder.archiver = r->finisher.saver.archiver;
	sx_recorder_begin(&r->recorder);
	while ((rc = sx_recorder_next(
		    &r->recorder, &ev, r->draw_at, &r->c->err)) == 1)
		record_tell(r, &ev);
	return rc;
}

static void
record_say_left(struct recording *r, const struct sx_take_left *left)
{
	const struct sx_take_facts *f = &left->facts;

	if (left->path != NULL)
		say(r->c,
		    "recovered from an earlier run: %s: %" PRIu64
		    " events, %" PRIu64 " SysEx, %.1f s",
		    left->path, f->events, f->sysex, (double)f->length / 1e6);
	if (left->kept == NULL)
		return;
	warn(r->c,
	    "%s: %" PRIu64 " byte%s of an earlier recording cannot be read; %s",
	    left->kept, left->lost, plural(left->lost),
	    left->path != NULL ? "the rest was recovered"
			       : "nothing else was in it");
	r->status = status_worse(r->status, ST_DAMAGED);
}

/* Recover journals left by an earlier run. */
static void
record_rescue(struct recording *r)
{
	struct sx_take_left left;
	struct sx_err e = { 0 };
	int rc;

	while ((rc = sx_take_rescue(r->recorder.take, &left, &e)) != 0) {
		if (rc == -1) {
			warn_rescue(r->c, &e);
			continue;
		}
		record_say_left(r, &left);
		sx_take_left_done(&left);
	}
}

static int
record_open_port(struct recording *r, size_t i)
{
	const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE,
		.all = true,
		.devices = user_devices(r->c) };
	int port = user_port_add(r->c, r->recorder.session, r->ports[i],
	    MIDI_IO_IN, &rules, r->names[i]);

	if (port == -1)
		return -1;
	sx_session_spans(r->recorder.session, port);
	return 0;
}

static int
record_start(struct recording *r)
{
	const char *names[SX_TAKE_PORTS_MOST];
	struct sx_take_opts opts = {
		.out = r->out,
		.form = r->recorder.snapshot		? SX_TAKE_SNAPSHOT
			: r->tracks			? SX_TAKE_CHANNELS
			: r->type == 1 || r->nports > 1 ? SX_TAKE_PORTS
							: SX_TAKE_ONE,
		.ports = names,
		.nports = r->nports,
	};
	struct sx_err *e = &r->c->err;

	if (sx_take_check(r->out, e) == -1)
		return -1;
	r->recorder.session = sx_session_new(e);
	if (r->recorder.session == NULL)
		return -1;
	for (size_t i = 0; i < r->nports; i++) {
		if (record_open_port(r, i) == -1)
			return -1;
		names[i] = r->names[i];
	}
	r->recorder.take = sx_take_open(&opts, e);
	if (r->recorder.take == NULL)
		return -1;
	record_rescue(r);
	if (finisher_open(&r->finisher, r->c, r->recorder.session, NULL, 0) ==
	    -1)
		return -1;
	if (sx_session_start(r->recorder.session, e) == -1)
		return -1;
	for (size_t i = 0; i < r->nports; i++)
		say(r->c, "listening on %s", r->names[i]);
	record_draw(r);
	return 0;
}

static void
record_print_result(struct recording *r, const char *path)
{
	const struct sx_take_facts *f = sx_take_facts(r->recorder.take);
	struct line_text line;

	if (!r->c->json) {
		say_path(r->c, path);
		return;
	}
	if (!line_open(&line, r->c))
		return;
	print_json_pair(line.f, "{", "file", path);
	fprintf(line.f,
	    ", \"events\": %" PRIu64 ", \"sysex\": %" PRIu64
	    ", \"bytes\": %" PRIu64 ", \"seconds\": %.3f, "
	    "\"damaged\": %" PRIu64 ", \"holes\": %" PRIu64
	    ", \"left_out\": %" PRIu64 "}\n",
	    f->events, f->sysex, f->bytes, (double)f->length / 1e6, f->damaged,
	    f->holes, r->recorder.clock_left + r->recorder.sensing_left);
	(void)line_say(&line, r->c);
}

/* Report the contents, what was not recorded, and problems. */
static enum status
record_summarise(struct recording *r)
{
	const struct sx_take_facts *f = sx_take_facts(r->recorder.take);
	const struct sx_recorder *rec = &r->recorder;
	struct cli *c = r->c;

	say(c,
	    "%" PRIu64 " event%s and %" PRIu64 " SysEx (%" PRIu64
	    " bytes) in %.1f s",
	    f->events, plural(f->events), f->sysex, f->bytes,
	    (double)f->length / 1e6);
	if (rec->others_left > 0)
		say(c,
		    "not in a snapshot: %" PRIu64
		    " message%s that set no value",
		    rec->others_left, plural(rec->others_left));
	if (rec->clock_left > 0)
		say(c,
		    "not kept: %" PRIu64
		    " clock and time code (--clock keeps them)",
		    rec->clock_left);
	if (rec->sensing_left > 0)
		say(c,
		    "not kept: %" PRIu64
		    " active sensing (--sensing keeps them)",
		    rec->sensing_left);
	if (f->damaged > 0)
		warn(c, "%" PRIu64 " damaged message%s, marked in the file",
		    f->damaged, plural(f->damaged));
	if (f->holes > 0)
		warn(c,
		    "bytes were lost at %" PRIu64 " place%s (overrun), marked "
		    "in the file",
		    f->holes, plural(f->holes));
	return f->damaged + f->holes + rec->wrong > 0 ? ST_DAMAGED : ST_OK;
}

/* Write the file from what was recorded, even after a failure. */
static enum status
record_finish(struct recording *r)
{
	enum status status;
	char *path;
	int rc = sx_take_finish(r->recorder.take, &path, &r->c->err);

	if (rc == -1 && path == NULL)
		return ST_FAILED;
	status = record_summarise(r);
	if (rc == 0) {
		say(r->c, "nothing was recorded, no file created");
		return ST_INCOMPLETE;
	}
	record_print_result(r, path);
	free(path);
	return rc == -1 ? ST_FAILED : status;
}

static enum status
run_record(struct cli *c)
{
	struct recording r = { .c = c };

	if (record_parse(&r) == 0 && record_start(&r) == 0) {
		if (record(&r) == -1)
			r.status = ST_FAILED;
		r.status = status_worse(r.status, record_finish(&r));
		progress(c, "%s", "");
		finisher_end(&r.finisher);
	}
	finisher_free(&r.finisher);
	sx_session_close(r.recorder.session);
	sx_take_close(r.recorder.take);
	free((void *)r.ports);
	return r.status;
}

const struct command cmd_record = {
	.name = "record",
	.synopsis = "[--port PORT]... --out FILE.mid [options]",
	.summary = "Record MIDI input to a MIDI file",
	.options = record_options,
	.run = run_record,
};
