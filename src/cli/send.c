/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "own.h"
#include "send.h"
#include "sxlib/session.h"

#define DELAY_MS 60 /* where neither the user nor the device's row says */
#define DRAW_US	 200000

enum {
	OPT_DELAY = OPT_LONG,
	OPT_RATE,
	OPT_STEP,
	OPT_DRY_RUN,
	OPT_FIRMWARE,
	OPT_FORCE,
};

struct send_opts {
	const char *port;
	double delay; /* ms; -1: by the device */
	long rate;    /* bytes/s; 0: max; -1: by the device, else din */
	bool step, dry_run, firmware, force;
};

struct send {
	struct cli *c;
	struct send_opts o;
	struct send_list list;
	/* How the port that has a name wants it, and the device there. */
	long port_rate; /* bytes/s; 0: max; -1: does not say */
	int port_delay; /* ms; -1: does not say */
	const struct sx_device_row *there; /* NULL: not known */
	struct sx_session *session;
	int port;
	size_t at; /* message under way */
	uint64_t bytes, bytes_all;
	int64_t left_us; /* of the messages from `at` on */
	char port_name[128];
};

static const struct option_row send_options[] = {
	OPTION_PORT,
	{ OPT_DELAY, "delay", "MS",
	    "pause after each message (by device, else 60)" },
	{ OPT_RATE, "rate", "din|max|BYTES", "bytes per second; default din" },
	{ OPT_STEP, "step", NULL, "wait for Enter before each file" },
	{ OPT_DRY_RUN, "dry-run", NULL,
	    "say what would go out, and how long it takes" },
	{ OPT_FIRMWARE, "firmware", NULL, "allow an OS upgrade" },
	{ OPT_FORCE, "force", NULL, "send although something is wrong" },
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "say each message as it has left" },
	OPTIONS_END,
};

static int
parse(struct cli *c, struct send_opts *o)
{
	const char *arg;
	int id, rc = 0;

	*o = (struct send_opts){ .delay = -1, .rate = -1 };
	while (rc == 0 && (id = opt_next(c, &arg)) != 0) {
		switch (id) {
		case -1:
			return -1;
		case 'p':
			o->port = arg;
			break;
		case OPT_DELAY:
			rc = opt_number(c, "delay", arg, 0, 3600e3, &o->delay);
			break;
		case OPT_RATE:
			rc = opt_rate(c, arg, &o->rate);
			break;
		case OPT_STEP:
			o->step = true;
			break;
		case OPT_DRY_RUN:
			o->dry_run = true;
			break;
		case OPT_FIRMWARE:
			o->firmware = true;
			break;
		case OPT_FORCE:
			o->force = true;
			break;
		}
	}
	if (rc == 0 && c->next == c->argc)
		return sx_fail(&c->err, SX_EUSAGE, 0, "no file is given");
	for (int i = c->next; rc == 0 && o->step && i < c->argc; i++)
		if (strcmp(c->argv[i], "-") == 0)
			return sx_fail(&c->err, SX_EUSAGE, 0,
			    "--step and - both want standard input");
	if (rc == 0 && c->json && o->port != NULL && strcmp(o->port, "-") == 0)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--json and --port - both want standard output");
	return rc;
}

/* Nothing leaves if anything is wrong that was not allowed. */
static int
refuse(struct cli *c, const struct send_list *list, const struct send_opts *o)
{
	const struct outgoing_message *m;

	if (list->firmware != NO_FIRMWARE && !o->firmware) {
		m = &list->messages[list->firmware];
		return send_refuse_firmware(c, list->files[m->file], &m->facts);
	}
	return list->wrong > 0 && !o->force ? send_refuse(c) : 0;
}

static unsigned
rate_of(const struct send *s, const struct outgoing_message *m)
{
	int rate = m->facts.rate;

	if (s->o.rate >= 0)
		return (unsigned)s->o.rate;
	if (s->port_rate >= 0)
		return (unsigned)s->port_rate;
	if (rate == 0 && s->there != NULL)
		rate = s->there->rate;
	return rate > 0 && rate < MIDI_IO_DIN_RATE ? (unsigned)rate
						   : MIDI_IO_DIN_RATE;
}

static int64_t
delay_us(const struct send *s, const struct outgoing_message *m)
{
	int ms = s->port_delay;

	if (s->o.delay >= 0)
		return (int64_t)(s->o.delay * 1e3);
	if (ms < 0)
		ms = m->facts.delay_ms;
	if (ms < 0 && s->there != NULL)
		ms = s->there->delay_ms;
	return (int64_t)(ms >= 0 ? ms : DELAY_MS) * 1000;
}

static const struct sx_device_row *
find_row(const struct sx_device_row *const *rows, size_t n, const char *device)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(rows[i]->device, device) == 0)
			return rows[i];
	return NULL;
}

/* What ports.conf says of the port. */
static void
take_port(struct send *s)
{
	const struct sx_named_port *named = own_port(s->c, s->o.port);
	const struct sx_device_row *const *rows;
	size_t n;

	s->port_rate = named != NULL ? named->rate : -1;
	s->port_delay = named != NULL ? named->delay_ms : -1;
	if (named == NULL || named->device == NULL)
		return;
	rows = sx_devices_rows(own_devices(s->c), &n);
	s->there = find_row(rows, n, named->device);
	rows = sx_device_rows(&n);
	if (s->there == NULL)
		s->there = find_row(rows, n, named->device);
}

static int64_t
time_of(const struct send *s, const struct outgoing_message *m)
{
	unsigned rate = rate_of(s, m);

	return delay_us(s, m) +
	       (rate > 0 ? (int64_t)(m->len * 1000000 / rate) : 0);
}

static struct record
record_of(const struct send *s, const struct outgoing_message *m)
{
	return (struct record){
		.file = s->list.files[m->file],
		.port = s->port_name[0] != '\0' ? s->port_name : NULL,
		.time = s->o.dry_run ? -1 : sx_now().wall,
		.offset = (int64_t)m->offset,
		.bytes = m->len,
		.messages = 1,
		.facts = &m->facts,
	};
}

static void
dry_run(struct send *s)
{
	char text[512], safe[512];
	int64_t us = 0;

	for (size_t i = 0; i < s->list.nmessages; i++) {
		const struct outgoing_message *m = &s->list.messages[i];
		struct record record = record_of(s, m);

		us += time_of(s, m);
		if (s->c->json)
			print_json(stdout, &record);
		else
			printf("%s: offset %" PRIu64 ": %s, %.3f s\n",
			    safe_text(safe, sizeof(safe), record.file),
			    m->offset, describe(text, sizeof(text), &record),
			    (double)time_of(s, m) / 1e6);
	}
	flush_result(s->c);
	say(s->c,
	    "%zu message%s, %" PRIu64 " bytes would take %.3f s; nothing was "
	    "sent",
	    s->list.nmessages, plural(s->list.nmessages), s->bytes_all,
	    (double)us / 1e6);
}

static void
draw(struct send *s)
{
	size_t sent = sx_session_sent(s->session);
	const struct outgoing_message *m = &s->list.messages[s->at];
	unsigned rate = rate_of(s, m);
	int64_t left = s->left_us;

	if (rate > 0)
		left -= (int64_t)(sent * 1000000 / rate);
	progress(s->c,
	    "message %zu of %zu, %" PRIu64 " of %" PRIu64 " bytes, %.0f s left",
	    s->at + 1, s->list.nmessages, s->bytes + sent, s->bytes_all,
	    (double)(left > 0 ? left : 0) / 1e6);
}

/* Where an end before the end has happened. */
static void
say_where(struct send *s, size_t sent, bool closed)
{
	const struct outgoing_message *m = &s->list.messages[s->at];
	char safe[512];

	if (sent == 0) {
		warn(s->c, "stopped after %zu of %zu message%s", s->at,
		    s->list.nmessages, plural(s->list.nmessages));
		return;
	}
	warn(s->c,
	    "stopped in message %zu of %zu ('%s', offset %" PRIu64
	    ") after %zu of %zu bytes%s",
	    s->at + 1, s->list.nmessages,
	    safe_text(safe, sizeof(safe), s->list.files[m->file]), m->offset,
	    sent, m->len, closed ? "; it was closed with F7" : "");
	warn(s->c, "the unit may have stored a broken dump: send it again");
}

static int
stopped(struct send *s, int signal)
{
	size_t sent = sx_session_sent(s->session);
	int cut = sx_session_abort(s->session, &s->c->err);

	s->c->signal = signal;
	if (cut == 0 && sent > 0) {
		s->at++;
		sent = 0;
	}
	say_where(s, sent, cut == 1);
	return -1;
}

/* Wait for one event, drawing meanwhile. -1: an error or a signal. */
static int
next_event(struct send *s, struct sx_event *ev)
{
	int64_t until;

	do {
		until =
		    has_progress(s->c) ? sx_now().mono + DRAW_US : INT64_MAX;
		if (sx_session_next(s->session, ev, until, &s->c->err) == -1) {
			say_where(s, sx_session_sent(s->session), false);
			return -1;
		}
		if (ev->type == SX_EV_STOP)
			return stopped(s, ev->signal);
		if (ev->type == SX_EV_QUIET)
			draw(s);
	} while (ev->type == SX_EV_QUIET);
	return 0;
}

/* --step: the unit has to be armed for each file. */
static int
wait_for_enter(struct send *s, size_t file)
{
	struct sx_event ev;
	char byte = '\0', safe[512];
	ssize_t n = 1;

	warn(s->c, "file %zu of %zu, %s: make the unit ready, then press Enter",
	    file + 1, s->list.nfiles,
	    safe_text(safe, sizeof(safe), s->list.files[file]));
	sx_session_watch(s->session, STDIN_FILENO);
	while (byte != '\n' && n > 0) {
		do
			if (sx_session_next(
				s->session, &ev, INT64_MAX, &s->c->err) == -1)
				return -1;
		while (ev.type != SX_EV_INPUT && ev.type != SX_EV_STOP);
		if (ev.type == SX_EV_STOP)
			return stopped(s, ev.signal);
		n = read(STDIN_FILENO, &byte, 1);
	}
	sx_session_watch(s->session, -1);
	if (n > 0)
		return 0;
	say_where(s, 0, false);
	return sx_fail(&s->c->err, SX_EIO, n == -1 ? errno : 0,
	    "standard input ended where Enter was awaited");
}

static int
send_one(struct send *s, const struct outgoing_message *m)
{
	struct record record;
	struct sx_event ev;
	char text[512];

	if (sx_session_send(s->session, s->port, m->data, m->len, rate_of(s, m),
		delay_us(s, m), &s->c->err) == -1)
		return -1;
	do {
		if (next_event(s, &ev) == -1)
			return -1;
	} while (ev.type != SX_EV_SENT);
	s->bytes += m->len;
	s->left_us -= time_of(s, m);
	record = record_of(s, m);
	if (s->c->json) {
		progress(s->c, "%s", "");
		print_json(stdout, &record);
		flush_result(s->c);
	}
	if (s->c->verbose)
		say(s->c, "sent: %s", describe(text, sizeof(text), &record));
	return 0;
}

static int
send_all(struct send *s)
{
	int64_t begun = sx_now().mono;

	for (s->at = 0; s->at < s->list.nmessages; s->at++) {
		const struct outgoing_message *m = &s->list.messages[s->at];

		if (s->o.step && (s->at == 0 || m->file != m[-1].file) &&
		    wait_for_enter(s, m->file) == -1)
			return -1;
		if (send_one(s, m) == -1)
			return -1;
	}
	if (sx_session_drain(s->session, &s->c->err) == -1)
		return -1;
	say(s->c, "sent %zu message%s, %" PRIu64 " bytes in %.1f s to %s",
	    s->list.nmessages, plural(s->list.nmessages), s->bytes,
	    (double)(sx_now().mono - begun) / 1e6, s->port_name);
	return 0;
}

static int
open_port(struct send *s)
{
	struct midi_io *io;

	s->session = sx_session_new(&s->c->err);
	if (s->session == NULL)
		return -1;
	io = own_port_open(s->c, s->o.port, MIDI_IO_OUT);
	if (io == NULL)
		return -1;
	snprintf(s->port_name, sizeof(s->port_name), "%s", midi_io_name(io));
	s->port = sx_session_add(s->session, io, NULL, &s->c->err);
	if (s->port == -1)
		return -1;
	return sx_session_start(s->session, &s->c->err);
}

static enum status
run_send(struct cli *c)
{
	struct send s = { .c = c };
	enum status status = ST_OK;

	if (parse(c, &s.o) == -1)
		return ST_OK;
	take_port(&s);
	if (send_load(c, &s.list, c->argv + c->next, c->argc - c->next,
		s.o.force) == -1 ||
	    refuse(c, &s.list, &s.o) == -1)
		goto out;
	for (size_t i = 0; i < s.list.nmessages; i++) {
		s.bytes_all += s.list.messages[i].len;
		s.left_us += time_of(&s, &s.list.messages[i]);
	}
	if (s.o.dry_run)
		dry_run(&s);
	else if (open_port(&s) == -1 || send_all(&s) == -1)
		status = c->signal != 0 ? ST_FAILED : ST_OK;
	progress(c, "%s", "");
out:
	sx_session_close(s.session);
	send_list_free(&s.list);
	return status;
}

const struct command cmd_send = {
	.name = "send",
	.synopsis = "[--port PORT] [options] FILE|FOLDER|-...",
	.summary = "Send .syx files and the SysEx of .mid files",
	.options = send_options,
	.run = run_send,
};
