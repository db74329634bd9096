/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "own.h"
#include "play.h"
#include "sxlib/reader.h"
#include "sxlib/session.h"

#define DRAW_US 200000

/* How long it is from position o.from to this one, in microseconds. */
static int64_t
time_to(const struct player *p, int64_t at)
{
	double us = (double)(at - p->o.from) / p->speed;

	return us < 1e18 ? (int64_t)us : INT64_C(1000000000000000000);
}

static void
draw(struct player *p)
{
	int64_t s = p->at / 1000000, end = p->end / 1000000;

	progress(p->c,
	    "%" PRId64 ":%02" PRId64 " of %" PRId64 ":%02" PRId64 ", %" PRIu64
	    " events, %" PRIu64 " SysEx",
	    s / 60, s % 60, end / 60, end % 60, p->events, p->sysex);
}

/* -1: a signal, or an error. */
static int
wait_until(struct player *p, int64_t due)
{
	bool drawing = has_progress(p->c);
	struct sx_event ev;
	int64_t until, now;

	do {
		now = sx_now().mono;
		until = drawing && due > now + DRAW_US ? now + DRAW_US : due;
		if (sx_session_next(p->session, &ev, until, &p->c->err) == -1)
			return -1;
		if (ev.type == SX_EV_STOP && !p->closing) {
			p->c->signal = ev.signal;
			return -1;
		}
		if (until < due)
			draw(p);
	} while (sx_now().mono < due);
	return 0;
}

static unsigned
rate_of(const struct player *p, const struct sx_item *item)
{
	unsigned rate = p->rate;
	int wants =
	    item != NULL && item->kind == SX_SPAN_SYSEX ? item->facts.rate : 0;

	if (p->o.rate < 0 && wants > 0 && (rate == 0 || (unsigned)wants < rate))
		rate = (unsigned)wants;
	return rate;
}

/* Bytes of one message. -1: as wait_until(), and what has begun is ended. */
static int
put_bytes(struct player *p, const uint8_t *data, size_t n, unsigned rate)
{
	static const uint8_t eox = 0xf7;
	size_t sent = 0;
	int64_t due;
	ssize_t w;

	while (sent < n) {
		w = sx_session_write(p->session, p->port, data + sent, n - sent,
		    rate, &due, &p->c->err);
		if (w == -1)
			return -1;
		sent += (size_t)w;
		p->bytes += (size_t)w;
		if (w > 0 || wait_until(p, due) == 0)
			continue;
		if (p->c->err.code != SX_OK)
			return -1;
		p->closing = true;
		/* Or in front of the F7 that closes one that was cut. */
		p->cut = (sent > 0 && data[0] == 0xf0) || data[0] == eox;
		if (p->cut)
			put_bytes(p, &eox, 1, rate);
		else if (sent > 0)
			put_bytes(p, data + sent, n - sent, rate);
		return -1;
	}
	return 0;
}

/* One step on the way of what is due, or a wait, until mono time `until` at
 * most. -1: as wait_until(), and what has not left is still due. */
static int
put_some(struct player *p, int64_t until)
{
	int64_t next = until;
	ssize_t w = 0;

	if (p->ndue > 0)
		w = sx_session_write(p->session, p->port, p->due, p->ndue,
		    p->rate, &next, &p->c->err);
	if (w == -1)
		return -1;
	if (w == 0)
		return wait_until(p, next < until ? next : until);
	p->bytes += (size_t)w;
	p->ndue -= (size_t)w;
	memmove(p->due, p->due + w, p->ndue);
	return 0;
}

/* All that is due leaves. */
static int
put_due(struct player *p)
{
	while (p->ndue > 0)
		if (put_some(p, INT64_MAX) == -1)
			return -1;
	return 0;
}

/* Wait, while what is due leaves if it can. */
static int
put_until(struct player *p, int64_t until)
{
	while (sx_now().mono < until)
		if (put_some(p, until) == -1)
			return -1;
	return 0;
}

static int
put(void *arg, const uint8_t *message, size_t n)
{
	struct player *p = arg;

	if (n > sizeof(p->due) - p->ndue && put_due(p) == -1)
		return -1;
	if (n > sizeof(p->due))
		return put_bytes(p, message, n, p->rate);
	memcpy(p->due + p->ndue, message, n);
	p->ndue += n;
	return 0;
}

static int
put_sysex(struct player *p, const struct sx_item *item)
{
	static const uint8_t eox = 0xf7;
	unsigned rate = rate_of(p, item);
	int ms = p->delay_ms >= 0 ? p->delay_ms : item->facts.delay_ms;
	int64_t delay = p->o.delay;

	if (delay < 0)
		delay = ms > 0 ? ms * INT64_C(1000) : 0;
	if (put_due(p) == -1 || put_until(p, p->next_sysex) == -1)
		return -1;
	if (put_bytes(p, item->data, item->len, rate) == -1)
		return -1;
	/* With --force one that was cut goes out as well, but closed. */
	if (item->damage.kind != SX_DAMAGE_NONE &&
	    put_bytes(p, &eox, 1, rate) == -1)
		return -1;
	p->sysex++;
	p->next_sysex = sx_now().mono + delay +
			(rate > 0 ? PLAY_AHEAD * 1000000 / rate : 0);
	return 0;
}

/* Is this message to be sent at all? */
static bool
is_wanted(struct player *p, const struct sx_item *item)
{
	bool sysex = item->kind == SX_SPAN_SYSEX;

	if (sysex ? p->o.no_sysex : p->o.sysex_only)
		return false;
	/* It speaks of a cable that was there when this was recorded. */
	if (item->kind != SX_SPAN_REALTIME || item->data[0] != 0xfe)
		return true;
	p->left_out++;
	return false;
}

static int
play_item(struct player *p, const struct sx_item *item)
{
	int64_t due = p->begun + time_to(p, item->at), late;

	p->at = item->at;
	if (p->o.dry_run) {
		p->bytes += item->len;
		p->sysex += item->kind == SX_SPAN_SYSEX;
		p->events += item->kind != SX_SPAN_SYSEX;
		return 0;
	}
	if (put_until(p, due) == -1)
		return -1;
	late = sx_now().mono - due;
	p->latest = late > p->latest ? late : p->latest;
	if (item->kind == SX_SPAN_SYSEX)
		return put_sysex(p, item);
	if (put(p, item->data, item->len) == -1)
		return -1;
	p->events++;
	if (item->kind != SX_SPAN_CHANNEL)
		return 0;
	return play_state_take(p->state, item->data, item->len, &p->c->err);
}

/* The first message from o.from on is there: say what came before. */
static int
begin(struct player *p, const struct play_state *past, bool first)
{
	if (p->o.dry_run)
		return 0;
	if (!first && put_until(p, p->begun) == -1)
		return -1;
	if (!p->o.sysex_only && play_state_chase(past, put, p) == -1)
		return -1;
	if (first)
		p->begun = sx_now().mono;
	return 0;
}

static int
play_items(struct player *p, struct play_state *past, bool first)
{
	bool begun = false;
	struct sx_item item;
	struct sx_err e = { 0 };
	int rc;

	while ((rc = sx_file_next(p->file, &item, &e)) == 1) {
		if (item.at >= p->o.to)
			return 0;
		if (item.at < p->o.from) {
			if (item.kind == SX_SPAN_CHANNEL &&
			    play_state_take(
				past, item.data, item.len, &p->c->err) == -1)
				return -1;
			continue;
		}
		if (!is_wanted(p, &item))
			continue;
		if (!begun && begin(p, past, first) == -1)
			return -1;
		begun = true;
		if (play_item(p, &item) == -1)
			return -1;
	}
	/* A malformed file has been dealt with by load(). */
	if (rc == -1 && e.code != SX_EDATA) {
		p->c->err = e;
		return -1;
	}
	return 0;
}

/* Once from o.from to the end, and silence. */
static int
play_once(struct player *p, bool first, bool last)
{
	int64_t end = p->begun;
	struct play_state *past;
	int rc;

	if (sx_file_all(p->file, &p->c->err) == -1)
		return -1;
	past = play_state_new(&p->c->err);
	if (past == NULL)
		return -1;
	rc = play_items(p, past, first);
	play_state_free(past);
	if (rc == -1 || p->o.dry_run)
		return rc;
	end = p->begun + time_to(p, p->end);
	if ((!last || play_state_sounds(p->state)) && put_until(p, end) == -1)
		return -1;
	if (play_state_sounds(p->state) &&
	    play_state_end(p->state, put, p) == -1)
		return -1;
	p->begun = end;
	return 0;
}

static int
play_all(struct player *p)
{
	uint64_t before;

	for (long i = 0; p->o.loops == 0 || i < p->o.loops; i++) {
		before = p->events + p->sysex;
		if (play_once(p, i == 0, i + 1 == p->o.loops) == -1)
			return -1;
		if (p->events + p->sysex == before)
			return sx_fail(&p->c->err, SX_EDATA, 0,
			    "'%s' holds nothing to play there", p->o.file);
		/* Without end: what would be said, or sent, without end? */
		if (p->o.loops == 0 && (p->o.dry_run || p->end <= p->o.from))
			break;
	}
	if (p->o.dry_run)
		return 0;
	return put_due(p) == -1 ? -1 : sx_session_drain(p->session, &p->c->err);
}

/* Interrupted: what has begun is ended. */
static void
stop(struct player *p)
{
	double s = (double)p->at / 1e6;

	p->closing = true;
	if (put_due(p) == 0 && play_state_end(p->state, put, p) == 0 &&
	    put_due(p) == 0)
		(void)sx_session_drain(p->session, &p->c->err);
	warn(p->c,
	    "stopped at %d:%06.3f after %" PRIu64 " events and %" PRIu64
	    " SysEx",
	    (int)(s / 60), s - 60 * (int)(s / 60), p->events, p->sysex);
	if (p->cut)
		warn(p->c, "a SysEx message was closed with F7: the unit may "
			   "have stored a broken dump");
}

static int
open_port(struct player *p)
{
	const struct sx_named_port *named = own_port(p->c, p->o.port);
	struct midi_io *io;

	p->rate = MIDI_IO_DIN_RATE;
	p->delay_ms = named != NULL ? named->delay_ms : -1;
	if (p->o.rate >= 0)
		p->rate = (unsigned)p->o.rate;
	else if (named != NULL && named->rate >= 0)
		p->rate = (unsigned)named->rate;
	if (p->o.dry_run)
		return 0;
	p->session = sx_session_new(&p->c->err);
	if (p->session == NULL)
		return -1;
	io = own_port_open(p->c, p->o.port, MIDI_IO_OUT);
	if (io == NULL)
		return -1;
	snprintf(p->port_name, sizeof(p->port_name), "%s", midi_io_name(io));
	p->port = sx_session_add(p->session, io, NULL, &p->c->err);
	if (p->port == -1)
		return -1;
	return sx_session_start(p->session, &p->c->err);
}

static void
summarise(struct player *p, int64_t took)
{
	struct cli *c = p->c;

	progress(c, "%s", "");
	say(c,
	    "%s%" PRIu64 " event%s and %" PRIu64 " SysEx, %" PRIu64
	    " bytes, in %.1f s%s%s",
	    p->o.dry_run ? "would play " : "played ", p->events,
	    plural(p->events), p->sysex, p->bytes, (double)took / 1e6,
	    p->o.dry_run ? "; nothing was sent" : " to ", p->port_name);
	if (p->left_out > 0)
		say(c, "not sent: %" PRIu64 " active sensing", p->left_out);
	if (!c->json)
		return;
	fputs("{\"file\": ", stdout);
	print_json_text(stdout, p->o.file);
	fputs(", \"port\": ", stdout);
	print_json_text(stdout, p->o.dry_run ? NULL : p->port_name);
	printf(", \"events\": %" PRIu64 ", \"sysex\": %" PRIu64
	       ", \"bytes\": %" PRIu64 ", \"seconds\": %.3f, "
	       "\"left_out\": %" PRIu64 ", \"late_ms\": %.3f}\n",
	    p->events, p->sysex, p->bytes, (double)took / 1e6, p->left_out,
	    (double)p->latest / 1e3);
	flush_result(c);
}

static enum status
run_play(struct cli *c)
{
	struct player p = { .c = c };
	int64_t begun, took;
	int rc;

	/* What fails is in c->err, and its status is taken from there. */
	if (play_parse(c, &p.o) == -1)
		return ST_OK;
	p.state = play_state_new(&c->err);
	if (p.state == NULL || play_load(&p) == -1 ||
	    sx_file_all(p.file, &c->err) == -1 || open_port(&p) == -1)
		goto out;
	/* A program that sends at the speed of a cable waits most of the time.
	 */
	if (!p.o.dry_run && p.rate > 0 && p.rate <= MIDI_IO_DIN_RATE)
		sx_session_first();
	begun = sx_now().mono;
	rc = play_all(&p);
	took = sx_now().mono - begun;
	if (p.o.dry_run)
		took = time_to(&p, p.end) * (p.o.loops > 0 ? p.o.loops : 1);
	if (rc == 0)
		summarise(&p, took);
	else if (c->signal != 0)
		stop(&p);
	else
		warn(c,
		    "stopped after %" PRIu64 " events and %" PRIu64 " SysEx",
		    p.events, p.sysex);
	progress(c, "%s", "");
out:
	sx_session_close(p.session);
	sx_file_close(p.file);
	play_state_free(p.state);
	return ST_OK;
}

const struct command cmd_play = {
	.name = "play",
	.synopsis = "[--port PORT] [options] FILE.mid",
	.summary = "Play a MIDI file, SysEx and all",
	.options = play_options,
	.run = run_play,
};
