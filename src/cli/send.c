/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "send.h"
#include "send_firmware.h"

#define DRAW_US 200000

/* Nothing leaves if anything is wrong that was not allowed. */
static int
refuse(struct send *s)
{
	struct cli *c = s->c;
	const struct send_list *list = &s->list;
	const struct outgoing_message *m;

	if (list->firmware != NO_FIRMWARE && !s->o.firmware) {
		m = &list->messages[list->firmware];
		return send_refuse_firmware(
		    c, list->files[m->file], &m->facts, "--firmware allows it");
	}
	if (list->firmware != NO_FIRMWARE && upgrade_check(s) == -1)
		return -1;
	return list->wrong > 0 && !s->o.force ? send_refuse(c) : 0;
}

/* What is not sent has the time of its file, hex text none. */
static int64_t
time_of(const struct send *s, const struct outgoing_message *m)
{
	if (!s->o.dry_run)
		return sx_now().wall;
	return s->o.hex == NULL ? m->time : -1;
}

static struct record
record_of(const struct send *s, const struct outgoing_message *m)
{
	return (struct record){
		.file = s->list.files[m->file],
		.port = s->talk.port_name[0] != '\0' ? s->talk.port_name : NULL,
		.time = time_of(s, m),
		.offset = (int64_t)m->offset,
		.bytes = m->len,
		.messages = 1,
		.facts = &m->facts,
	};
}

static void
dry_run(struct send *s)
{
	char text[512];
	int64_t us = 0;

	for (size_t i = 0; i < s->list.nmessages; i++) {
		const struct outgoing_message *m = &s->list.messages[i];
		struct record record = record_of(s, m);

		us += send_time(s, m);
		if (s->c->json)
			print_json(stdout, &record);
		else
			say_result(s->c, "%s: offset %" PRIu64 ": %s, %.3f s",
			    record.file, m->offset,
			    describe(text, sizeof(text), &record),
			    (double)send_time(s, m) / 1e6);
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
	size_t sent = sx_session_sent(s->talk.session);
	const struct outgoing_message *m = &s->list.messages[s->at];
	unsigned rate = send_rate(s, m);
	int64_t left = s->left_us;

	if (rate > 0)
		left -= (int64_t)sent * 1000000 / rate;
	progress(s->c,
	    "message %zu of %zu, %" PRIu64 " of %" PRIu64 " bytes, %.0f s left",
	    s->at + 1, s->list.nmessages, s->bytes + sent, s->bytes_all,
	    (double)(left > 0 ? left : 0) / 1e6);
}

/* Where an end before the end has happened. */
static void
say_where(struct send *s, size_t sent, bool closed)
{
	const struct outgoing_message *m = NULL;

	if (s->at < s->list.nmessages)
		m = &s->list.messages[s->at];
	if (m == NULL || sent == 0) {
		warn(s->c, "stopped after %zu of %zu message%s", s->at,
		    s->list.nmessages, plural(s->list.nmessages));
		if (m != NULL)
			warn(s->c, "the next is '%s', offset %" PRIu64,
			    s->list.files[m->file], m->offset);
		if (s->os != NULL && s->at > 0)
			upgrade_stopped(s);
		return;
	}
	warn(s->c,
	    "stopped in message %zu of %zu ('%s', offset %" PRIu64
	    ") after %zu of %zu bytes%s",
	    s->at + 1, s->list.nmessages, s->list.files[m->file], m->offset,
	    sent, m->len, closed ? "; it was closed with F7" : "");
	if (s->os == NULL)
		warn(s->c,
		    "the unit may have stored a broken dump: send it again");
	else
		upgrade_stopped(s);
}

/* By an error, or by a signal, after so many bytes of the message. */
static int
failed(struct send *s, size_t sent)
{
	int cut = 0;

	if (s->c->signal != 0)
		cut = sx_session_abort(s->talk.session, &s->c->err);
	if (s->c->signal != 0 && cut == 0 && sent > 0) {
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
		if (sx_session_next(s->talk.session, ev, until, &s->c->err) ==
			-1 ||
		    talk_take(&s->talk, ev) == -1)
			return failed(s, sx_session_sent(s->talk.session));
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
	char byte = '\0';
	ssize_t n = 1;

	warn(s->c, "file %zu of %zu, %s: make the unit ready, then press Enter",
	    file + 1, s->list.nfiles, s->list.files[file]);
	sx_session_watch(s->talk.session, STDIN_FILENO);
	while (byte != '\n' && n > 0) {
		do
			if (sx_session_next(s->talk.session, &ev, INT64_MAX,
				&s->c->err) == -1 ||
			    talk_take(&s->talk, &ev) == -1)
				return failed(s, 0);
		while (ev.type != SX_EV_INPUT);
		n = read(STDIN_FILENO, &byte, 1);
	}
	sx_session_watch(s->talk.session, -1);
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

	if (sx_session_send(s->talk.session, s->talk.port, m->data, m->len,
		send_rate(s, m), send_delay(s, m), &s->c->err) == -1)
		return -1;
	do {
		if (next_event(s, &ev) == -1)
			return -1;
	} while (ev.type != SX_EV_SENT);
	s->bytes += m->len;
	s->left_us -= send_time(s, m);
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
	s->begun = sx_now().mono;
	for (s->at = 0; s->at < s->list.nmessages; s->at++) {
		const struct outgoing_message *m = &s->list.messages[s->at];

		if (s->o.step && (s->at == 0 || m->file != m[-1].file) &&
		    wait_for_enter(s, m->file) == -1)
			return -1;
		if (send_one(s, m) == -1)
			return -1;
	}
	if (sx_session_drain(s->talk.session, &s->c->err) == -1)
		return -1;
	say(s->c, "sent %zu message%s, %" PRIu64 " bytes in %.1f s to %s",
	    s->list.nmessages, plural(s->list.nmessages), s->bytes,
	    (double)(sx_now().mono - s->begun) / 1e6, s->talk.port_name);
	return 0;
}

static int
load(struct send *s)
{
	struct cli *c = s->c;
	struct send_list *list = &s->list;

	if ((s->o.hex != NULL ? send_load_hex(c, list, s->o.hex, s->o.force)
			      : send_load(c, list, c->argv + c->next,
				    c->argc - c->next, s->o.force)) == -1 ||
	    refuse(s) == -1 || (s->o.to != NULL && send_to_slots(s) == -1) ||
	    (s->o.verify && send_verify_plan(s) == -1))
		return -1;
	for (size_t i = 0; i < list->nmessages; i++) {
		s->bytes_all += list->messages[i].len;
		s->left_us += send_time(s, &list->messages[i]);
	}
	return 0;
}

static int
open_port(struct send *s)
{
	return s->o.wait >= 0 || s->o.verify
		   ? talk_open(&s->talk, s->c, s->o.port)
		   : talk_open_out(&s->talk, s->c, s->o.port);
}

static enum status
send_it(struct send *s)
{
	if (upgrade_confirm(s) == -1 || open_port(s) == -1 || send_all(s) == -1)
		return s->c->signal != 0 ? ST_FAILED : ST_OK;
	upgrade_done(s);
	if (s->o.verify)
		return send_verify(s);
	if (s->o.wait >= 0)
		return send_answers(s);
	return ST_OK;
}

static enum status
run_send(struct cli *c)
{
	struct send s = { .c = c };
	enum status status = ST_OK;

	if (send_parse(c, &s.o) == -1)
		return ST_OK;
	send_take_port(&s);
	if (load(&s) == 0) {
		upgrade_say(&s);
		if (s.o.dry_run)
			dry_run(&s);
		else
			status = send_it(&s);
		progress(c, "%s", "");
	}
	talk_close(&s.talk);
	sx_firmware_free(s.os);
	send_verify_free(&s);
	send_list_free(&s.list);
	return status;
}

const struct command cmd_send = {
	.name = "send",
	.synopsis = "[--port PORT] [options] FILE|FOLDER|-...|--hex TEXT",
	.summary = "Send .syx files and the SysEx of .mid files",
	.options = send_options,
	.run = run_send,
};
