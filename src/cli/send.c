/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "send.h"
#include "sxlib/record.h"
#include "term/json.h"
#include "term/say.h"
#include "user.h"

#define BY_HAND_US 120000000
#define RETRIES	   2

static int
send_take_hex(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	struct send *s = opts;

	(void)row;
	if (s->list.hex != NULL)
		return opt_fail(c,
		    "--hex can be given once; it may contain several messages");
	s->list.hex = arg;
	return 0;
}

static const struct option_row send_options[] = {
	OPTION_PORT(struct send, port),
	{ 0, "delay", "MS",
	    "pause after each message; default by device, else 60",
	    OPT_MS(struct send, pace.delay, 0) },
	{ 0, "rate", "din|max|BYTES", "bytes per second; default din",
	    OPT_RATE(struct send, pace.rate) },
	{ 0, "hex", "TEXT", "send these bytes; - reads them from stdin",
	    OPT_BY(send_take_hex) },
	{ 0, "to", "SLOTS", "send to these slots instead: B03, B01-B16, buffer",
	    OPT_TEXT(struct send, to) },
	{ 0, "id", "N", "send to the unit with this number instead",
	    OPT_COUNT(struct send, id, 0, 127) },
	{ 0, "handshake", NULL, "wait for the unit to take each block",
	    OPT_FLAG(struct send, handshake) },
	{ 0, "verify", NULL, "read it back and compare",
	    OPT_FLAG(struct send, verify) },
	{ 0, "retries", "N", "--verify: number of retries; default 2",
	    OPT_COUNT(struct send, retries, 0, 1000) },
	{ 't', "timeout", "S", "--verify: wait S seconds for a manual dump",
	    OPT_SECONDS(struct send, back.patience, 0) },
	{ 0, "wait", "S", "show answers within S seconds",
	    OPT_SECONDS(struct send, wait, 0) },
	{ 0, "step", NULL, "wait for Enter before each file",
	    OPT_FLAG(struct send, out.by_file) },
	{ 0, "dry-run", NULL,
	    "only report what would be sent and how long it takes",
	    OPT_FLAG(struct send, dry_run) },
	{ 0, "firmware", NULL, "allow an OS upgrade",
	    OPT_FLAG(struct send, firmware) },
	{ 0, "yes", NULL, "do not confirm an OS upgrade",
	    OPT_FLAG(struct send, yes) },
	{ 0, "no-identify", NULL,
	    "do not identify the unit before an OS upgrade",
	    OPT_FLAG(struct send, no_identify) },
	{ 0, "force", NULL, "send despite problems",
	    OPT_FLAG(struct send, list.force) },
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "report each message when sent",
	    OPT_COMMON(verbose) },
	OPTIONS_END,
};

static bool
send_reads_standard(const struct send *s)
{
	const struct cli *c = s->c;
	const char *hex = s->list.hex;

	for (int i = c->next; i < c->argc; i++)
		if (strcmp(c->argv[i], "-") == 0)
			return true;
	return hex != NULL && strcmp(hex, "-") == 0;
}

static int
send_check_opts(struct send *s)
{
	struct cli *c = s->c;
	bool hex = s->list.hex != NULL, step = s->out.by_file;
	bool has_files = c->next < c->argc;
	bool takes_in = s->wait >= 0 || s->verify;
	bool standard = send_reads_standard(s);
	bool port = opt_is_standard(s->port);
	const struct opt_rule rules[] = {
		{ !has_files && !hex, "missing FILE" },
		{ has_files && hex, "--hex and files are mutually exclusive" },
		{ step && hex, "--step and --hex are mutually exclusive" },
		{ step && standard, "--step and - both use standard input" },
		{ s->handshake &&
			(takes_in || s->to != NULL || step || s->firmware),
		    "--handshake goes with none of --verify, --wait, --to, "
		    "--step and --firmware" },
		{ s->verify && s->wait >= 0,
		    "--verify and --wait are mutually exclusive" },
		{ !s->verify && (s->back.patience >= 0 || s->retries >= 0),
		    "--timeout and --retries need --verify" },
		{ port && c->json,
		    "--json and --port - both use standard output" },
		{ port && takes_in,
		    "--port - and the answers both use standard output" },
		{ false, NULL },
	};

	return opt_check(c, rules);
}

static int
send_parse(struct send *s)
{
	s->pace.delay = s->pace.rate = -1;
	s->wait = s->back.patience = -1;
	s->id = s->retries = -1;
	if (opt_parse(s->c, s) == -1 || send_check_opts(s) == -1)
		return -1;
	if (s->back.patience == -1)
		s->back.patience = BY_HAND_US;
	s->back.retries = s->retries == -1 ? RETRIES : (unsigned)s->retries;
	return 0;
}

/* Send nothing if there is any problem that was not explicitly allowed. */
static int
send_refuse(struct send *s)
{
	struct cli *c = s->c;
	const struct sx_load *list = &s->list;
	const struct sx_outgoing *m;

	if (list->firmware != SX_NO_FIRMWARE && !s->firmware) {
		m = &list->messages[list->firmware];
		return sx_refuse_firmware(list->files[m->file], &m->facts,
		    "use --firmware to allow it", &c->err);
	}
	if (list->firmware != SX_NO_FIRMWARE && upgrade_check(s) == -1)
		return -1;
	return list->wrong > 0 && !s->list.force ? sx_refuse_faults(&c->err)
						 : 0;
}

/* With --dry-run, the time is the file's; hex text has none. */
static int64_t
send_time_of(const struct send *s, const struct sx_outgoing *m)
{
	if (!s->dry_run)
		return sx_now().wall;
	return s->list.hex == NULL ? m->time : -1;
}

struct sx_record
send_record(const struct send *s, const struct sx_outgoing *m)
{
	return (struct sx_record){
		.file = s->list.files[m->file],
		.port = s->talk.port_name[0] != '\0' ? s->talk.port_name : NULL,
		.time = send_time_of(s, m),
		.offset = (int64_t)m->offset,
		.bytes = m->wire_len,
		.messages = 1,
		.facts = &m->facts,
	};
}

static void
send_dry_run(struct send *s)
{
	char text[512];
	int64_t us = 0;

	for (size_t i = 0; i < s->list.nmessages; i++) {
		const struct sx_outgoing *m = &s->list.messages[i];
		struct sx_record record = send_record(s, m);

		us += sx_load_time(&s->pace, m);
		if (s->c->json)
			print_json(stdout, &record);
		else
			say_result(s->c, "%s: offset %" PRIu64 ": %s, %.3f s",
			    record.file, m->offset,
			    sx_record_text(text, sizeof(text), &record),
			    (double)sx_load_time(&s->pace, m) / 1e6);
	}
	flush_result(s->c);
	say(s->c,
	    "%zu message%s, %" PRIu64 " bytes would take %.3f s; nothing was "
	    "sent",
	    s->list.nmessages, plural(s->list.nmessages), s->out.all,
	    (double)us / 1e6);
}

/* Draw progress, also between many short messages. */
static void
send_draw(struct send *s)
{
	int64_t left;
	uint64_t gone;

	if (!progress_is_due(s->c, sx_now().mono, &s->draw_at))
		return;
	gone = sx_send_progress(&s->out, &left);
	progress(s->c,
	    "message %zu of %zu, %" PRIu64 " of %" PRIu64 " bytes, %.0f s left",
	    s->out.at + 1, s->list.nmessages, gone, s->out.all,
	    (double)left / 1e6);
}

/* Report where sending stopped early. */
static void
send_say_where(struct send *s)
{
	const struct sx_send *out = &s->out;
	const struct sx_outgoing *m =
	    out->at < s->list.nmessages ? &s->list.messages[out->at] : NULL;
	const char *file = m != NULL ? s->list.files[m->file] : "";
	bool inside = m != NULL && out->gone > 0;

	if (inside)
		warn(s->c,
		    "stopped in message %zu of %zu ('%s', offset %" PRIu64
		    ") after %zu of %zu bytes%s",
		    out->at + 1, s->list.nmessages, file, m->offset, out->gone,
		    m->wire_len, out->closed ? "; closed with F7" : "");
	else
		warn(s->c, "stopped after %zu of %zu message%s", out->at,
		    s->list.nmessages, plural(s->list.nmessages));
	if (m != NULL && !inside)
		warn(s->c, "next: '%s', offset %" PRIu64, file, m->offset);
	if (s->upgrade.os != NULL && (inside || out->at > 0))
		upgrade_stopped(s);
	else if (inside)
		warn(s->c,
		    "the unit may have stored a broken dump: send it again");
}

/* --step: wait until the user has prepared the unit for the next file. */
static int
send_wait_for_enter(struct send *s)
{
	const size_t file = s->list.messages[s->out.at].file;
	struct sx_event ev;
	char byte = '\0';
	ssize_t n = 1;

	warn(s->c, "file %zu of %zu, %s: make the unit ready, then press Enter",
	    file + 1, s->list.nfiles, s->list.files[file]);
	sx_session_watch(s->talk.session, SX_WATCH_USER, STDIN_FILENO);
	while (byte != '\n' && n > 0) {
		if (sx_session_next(
			s->talk.session, &ev, INT64_MAX, &s->c->err) == -1 ||
		    sx_talk_take(&s->talk, &ev) == -1)
			return -1;
		if (ev.type == SX_EV_INPUT)
			n = read(STDIN_FILENO, &byte, 1);
	}
	sx_session_watch(s->talk.session, SX_WATCH_USER, -1);
	if (n > 0)
		return 1;
	return sx_fail(&s->c->err, SX_EIO, n == -1 ? errno : 0,
	    "standard input ended while waiting for Enter");
}

static void
send_report_sent(struct send *s)
{
	struct sx_record record = send_record(s, &s->list.messages[s->out.at]);
	char text[512];

	if (s->c->json) {
		progress(s->c, "%s", "");
		print_json(stdout, &record);
		flush_result(s->c);
	}
	if (s->c->verbose)
		say(s->c, "sent: %s",
		    sx_record_text(text, sizeof(text), &record));
}

static int
send_all(struct send *s)
{
	enum sx_send_event what;
	bool stopped;
	int rc;

	s->begun = sx_now().mono;
	s->draw_at = has_progress(s->c) ? s->begun + PROGRESS_US : INT64_MAX;
	do {
		rc = sx_send_next(&s->out, &what, s->draw_at);
		stopped = s->out.stopped;
		if (rc == 1 && what == SX_SEND_FILE) {
			rc = send_wait_for_enter(s);
			stopped = rc == -1;
			continue;
		}
		if (rc == 1)
			send_draw(s);
		if (rc == 1 && what == SX_SEND_SENT)
			send_report_sent(s);
	} while (rc == 1);
	if (stopped)
		send_say_where(s);
	if (rc == -1)
		return -1;
	say(s->c, "sent %zu message%s, %" PRIu64 " bytes in %.1f s to %s",
	    s->list.nmessages, plural(s->list.nmessages), s->out.bytes,
	    (double)(sx_now().mono - s->begun) / 1e6, s->talk.port_name);
	return 0;
}

static int
send_load_all(struct send *s)
{
	struct cli *c = s->c;
	struct sx_load *list = &s->list;
	struct sx_load_to to = { .load = list, .slots = s->to };
	struct sx_load_to unit = { .load = list, .unit = (int)s->id };

	list->paths = c->argv + c->next;
	list->npaths = (size_t)(c->argc - c->next);
	list->hex_name = "--hex";
	list->buffer = s->to != NULL && strcmp(s->to, "buffer") == 0;
	list->to = list->buffer ? NULL : s->to;
	/* --to and --id rewrite `data`, so it must be what is sent. */
	list->realtime = list->force && s->to == NULL && s->id == -1;
	if (send_load(c, list) == -1 || send_refuse(s) == -1 ||
	    (list->to != NULL && list->sounds == 0 &&
		send_move(s, &to) == -1) ||
	    (s->id != -1 && send_move(s, &unit) == -1) ||
	    (s->verify && send_verify_plan(s) == -1))
		return -1;
	s->out.talk = &s->talk;
	s->out.load = list;
	s->out.pace = &s->pace;
	sx_send_begin(&s->out);
	return 0;
}

static int
send_open_port(struct send *s)
{
	return s->wait >= 0 || s->verify || s->handshake
		   ? talk_open(&s->talk, s->c, s->port)
		   : talk_open_out(&s->talk, s->c, s->port);
}

static enum status
send_it(struct send *s)
{
	if (s->handshake)
		return send_shaking(s);
	if (upgrade_confirm(s) == -1 || send_open_port(s) == -1 ||
	    send_all(s) == -1)
		return s->c->signal != 0 ? ST_FAILED : ST_OK;
	upgrade_done(s);
	if (s->verify)
		return send_verify(s);
	if (s->wait >= 0)
		return send_answers(s);
	return ST_OK;
}

static enum status
run_send(struct cli *c)
{
	struct send s = { .c = c };
	const struct sx_named_port *named;
	enum status status = ST_OK;

	if (send_parse(&s) == -1)
		return ST_OK;
	named = user_port(c, s.port);
	sx_load_port(&s.pace, user_devices(c), named);
	if (send_load_all(&s) == 0) {
		upgrade_say(&s);
		if (s.dry_run)
			send_dry_run(&s);
		else
			status = send_it(&s);
		progress(c, "%s", "");
	}
	sx_talk_close(&s.talk);
	sx_upgrade_free(&s.upgrade);
	sx_verify_free(&s.back);
	sx_load_free(&s.list);
	return status;
}

const struct command cmd_send = {
	.name = "send",
	.synopsis =
	    "[--port PORT] [options] FILE|FOLDER|FILE:SLOT|-...|--hex TEXT",
	.summary = "Send .syx files and the SysEx of .mid files",
	.options = send_options,
	.run = run_send,
};
