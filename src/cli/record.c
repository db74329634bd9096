/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "finisher.h"
#include "record.h"
#include "sxlib/record.h"
#include "sxlib/recorder.h"
#include "sxlib/session.h"
#include "term/json.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

struct recorder {
	struct cli *c;
	struct record_opts o;
	struct sx_session *session;
	char names[SX_TAKE_PORTS_MOST][MIDI_IO_NAME];
	struct finisher finisher;
	struct sx_take *take;
	struct sx_recorder recorder;
	int64_t draw_at;
	enum status status;
};

static void
draw(struct recorder *r)
{
	const struct sx_take_facts *f = sx_take_facts(r->take);
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
tell_message(struct recorder *r, const struct sx_message *m)
{
	struct sx_record record = sx_record_of_message(m);
	char text[512];

	if (m->damage.kind != SX_DAMAGE_NONE)
		warn(r->c, "%s", sx_record_text(text, sizeof(text), &record));
	else if (r->c->verbose || m->facts.checksum == SX_CHECKSUM_BAD)
		say(r->c, "%s", sx_record_text(text, sizeof(text), &record));
}

static void
tell(struct recorder *r, const struct sx_recorder_event *ev)
{
	const struct sx_recorder *rec = &r->recorder;

	switch (ev->type) {
	case SX_RECORDER_QUIET:
		draw(r);
		break;
	case SX_RECORDER_MESSAGE:
		tell_message(r, ev->message);
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
record(struct recorder *r)
{
	struct sx_recorder_event ev;
	int rc;

	r->recorder = (struct sx_recorder){ .session = r->session,
		.ports = r->o.nports,
		.take = r->take,
		.archiver = r->finisher.saver.archiver,
		.clock = r->o.clock,
		.sensing = r->o.sensing,
		.snapshot = r->o.snapshot,
		.timeout = r->o.timeout };
	sx_recorder_begin(&r->recorder);
	while ((rc = sx_recorder_next(
		    &r->recorder, &ev, r->draw_at, &r->c->err)) == 1)
		tell(r, &ev);
	return rc;
}

static void
say_left(struct recorder *r, const struct sx_take_left *left)
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

/* Journals that a run before this one left behind. */
static void
rescue(struct recorder *r)
{
	struct sx_take_left left;
	struct sx_err e = { 0 };
	int rc;

	while ((rc = sx_take_rescue(r->take, &left, &e)) != 0) {
		if (rc == -1) {
			warn_rescue(r->c, &e);
			continue;
		}
		say_left(r, &left);
		sx_take_left_done(&left);
	}
}

static int
open_port(struct recorder *r, size_t i)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE,
		.all = true,
		.devices = user_devices(r->c) };
	struct midi_io *io;
	int port;

	io = user_port_open(r->c, r->o.ports[i], MIDI_IO_IN);
	if (io == NULL)
		return -1;
	snprintf(r->names[i], sizeof(r->names[i]), "%s", midi_io_name(io));
	port = sx_session_add(r->session, io, &rules, &r->c->err);
	if (port == -1)
		return -1;
	sx_session_spans(r->session, port);
	return 0;
}

static int
start(struct recorder *r)
{
	const char *names[SX_TAKE_PORTS_MOST];
	struct sx_take_opts opts = {
		.out = r->o.out,
		.form = r->o.snapshot			    ? SX_TAKE_SNAPSHOT
			: r->o.tracks			    ? SX_TAKE_CHANNELS
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
	if (finisher_open(&r->finisher, r->c, r->session, NULL, 0) == -1)
		return -1;
	if (sx_session_start(r->session, e) == -1)
		return -1;
	for (size_t i = 0; i < r->o.nports; i++)
		say(r->c, "listening on %s", r->names[i]);
	draw(r);
	return 0;
}

static void
print_result(struct recorder *r, const char *path)
{
	const struct sx_take_facts *f = sx_take_facts(r->take);
	char *line = NULL;
	size_t size;
	FILE *out;

	if (!r->c->json) {
		say_path(r->c, path);
		return;
	}
	out = open_memstream(&line, &size);
	if (out == NULL) {
		sx_fail_memory(&r->c->err);
		return;
	}
	fputs("{\"file\": ", out);
	print_json_text(out, path);
	fprintf(out,
	    ", \"events\": %" PRIu64 ", \"sysex\": %" PRIu64
	    ", \"bytes\": %" PRIu64 ", \"seconds\": %.3f, "
	    "\"damaged\": %" PRIu64 ", \"holes\": %" PRIu64
	    ", \"left_out\": %" PRIu64 "}\n",
	    f->events, f->sysex, f->bytes, (double)f->length / 1e6, f->damaged,
	    f->holes, r->recorder.clock_left + r->recorder.sensing_left);
	if (fclose(out) == EOF)
		sx_fail_memory(&r->c->err);
	else
		say_line(r->c, line);
	free(line);
}

/* What it was, what was not kept, and what is wrong with it. */
static enum status
summarise(struct recorder *r)
{
	const struct sx_take_facts *f = sx_take_facts(r->take);
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

/* Make the file of what there is, even after a failure. */
static enum status
finish(struct recorder *r)
{
	enum status status;
	char *path;
	int rc = sx_take_finish(r->take, &path, &r->c->err);

	if (rc == -1 && path == NULL)
		return ST_FAILED;
	status = summarise(r);
	if (rc == 0) {
		say(r->c, "nothing was recorded, no file created");
		return ST_INCOMPLETE;
	}
	print_result(r, path);
	free(path);
	return rc == -1 ? ST_FAILED : status;
}

static enum status
run_record(struct cli *c)
{
	struct recorder r = { .c = c };

	if (record_parse(c, &r.o) == 0 && start(&r) == 0) {
		if (record(&r) == -1)
			r.status = ST_FAILED;
		r.status = status_worse(r.status, finish(&r));
		progress(c, "%s", "");
		finisher_end(&r.finisher);
	}
	finisher_free(&r.finisher);
	sx_session_close(r.session);
	sx_take_close(r.take);
	return r.status;
}

const struct command cmd_record = {
	.name = "record",
	.synopsis = "[--port PORT]... --out FILE.mid [options]",
	.summary = "Record MIDI input to a MIDI file",
	.options = record_options,
	.run = run_record,
};
