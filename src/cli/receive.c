/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "own.h"
#include "receive.h"

#define DRAW_US 200000
#define HINT_US 5000000

/* What there was to see so far, while no dump came. */
enum seen { SEEN_UNTOLD, SEEN_NOTHING, SEEN_CLOCK, SEEN_OTHER };

struct receive {
	struct cli *c;
	struct receive_opts o;
	char port_name[128];
	struct sx_session *session;
	int port;
	struct sx_store *store;
	struct taken first; /* waits for its like (--twice) */
	struct keeper keeper;
	long kept;	   /* whole dumps */
	int64_t listening; /* mono */
	int64_t draw_at, hint_at;
	bool drawing;
	enum seen told;
	enum status status;
	bool over, gone;
};

static void
worsen(struct receive *r, enum status status)
{
	r->status = status_worse(r->status, status);
}

/* --twice: the second dump proves the first, or takes its place. */
static int
keep_if_confirmed(
    struct receive *r, struct sx_part *part, const struct sx_dump *d)
{
	int same = 0;

	if (r->first.part != NULL)
		same = taken_confirms(r->c, &r->first, part, &r->c->err);
	if (same == 1) {
		taken_drop(&r->first);
		say(r->c, "twice the same:");
		r->kept++;
		return keeper_add(&r->keeper, part, d);
	}
	if (same == 0) {
		taken_drop(&r->first);
		same = taken_set(&r->first, part, d, &r->c->err);
	}
	if (same == -1) {
		sx_part_release(part);
		return -1;
	}
	say(r->c, "%" PRIu64 " bytes: start the same dump once more", d->bytes);
	return 0;
}

static int
on_dump(struct receive *r, const struct sx_dump *d)
{
	bool whole = d->damage.kind == SX_DAMAGE_NONE;
	struct sx_part *part = keeper_part(&r->keeper);

	if (r->o.twice && whole)
		return keep_if_confirmed(r, part, d);
	r->kept += whole;
	return keeper_add(&r->keeper, part, d);
}

static int
on_step(struct receive *r, const struct sx_event *ev)
{
	switch (ev->step.kind) {
	case SX_STEP_DATA:
		return keeper_data(&r->keeper, &ev->step, ev->now.mono);
	case SX_STEP_MESSAGE:
		keeper_message(&r->keeper, ev->step.message);
		return 0;
	case SX_STEP_DUMP:
		if (on_dump(r, ev->step.dump) == -1)
			return -1;
		if (r->o.count > 0 && r->kept == r->o.count)
			r->over = true;
		return 0;
	case SX_STEP_LOSS:
		keeper_loss(&r->keeper);
		return 0;
	}
	return 0;
}

/* The end, before its time or in it: what is open is cut, and kept. */
static int
finish_input(struct receive *r, enum sx_end why)
{
	struct sx_event ev;

	r->over = true;
	if (sx_session_cut(r->session, r->port, why, &r->c->err) == -1)
		return -1;
	while (sx_session_step(r->session, &ev))
		if (on_step(r, &ev) == -1)
			return -1;
	return 0;
}

static void
draw_by(struct receive *r, int64_t at)
{
	if (r->drawing)
		r->draw_at = earlier(r->draw_at, at);
}

static void
draw(struct receive *r, int64_t now)
{
	const struct sx_facts *facts;
	size_t bytes = sx_session_incoming(r->session, r->port, &facts);
	char number[64] = "", what[256] = "";

	r->draw_at = INT64_MAX;
	if (bytes > 0)
		draw_by(r, now + DRAW_US);
	if (r->o.count > 0)
		snprintf(number, sizeof(number),
		    "dump %ld of %ld: ", r->kept + 1, r->o.count);
	if (facts != NULL)
		snprintf(what, sizeof(what), "%s%s%s, ", facts->maker,
		    facts->device[0] != '\0' ? " " : "", facts->device);
	if (bytes > 0)
		progress(r->c, "%s%s%zu bytes", number, what, bytes);
	else if (r->first.part != NULL)
		progress(r->c, "%sstart the same dump once more on the unit",
		    number);
	else if (r->o.count > 0)
		progress(r->c, "%sstart it on the unit", number);
	else
		progress(r->c, "waiting for a dump (%ld so far)", r->kept);
}

/* While nothing comes: what is seen of the port. */
static void
hint(struct receive *r, int64_t now)
{
	struct sx_traffic t;
	enum seen seen;

	sx_session_traffic(r->session, r->port, &t);
	r->hint_at = t.sysex > 0 ? INT64_MAX : now + HINT_US;
	seen = t.bytes == 0   ? SEEN_NOTHING
	       : t.other == 0 ? SEEN_CLOCK
			      : SEEN_OTHER;
	if (t.sysex > 0 || seen == r->told)
		return;
	r->told = seen;
	if (seen == SEEN_NOTHING)
		say(r->c, "no bytes at all: check the cable and the unit's "
			  "MIDI out");
	else if (seen == SEEN_CLOCK)
		say(r->c, "clock and active sensing, but no SysEx: the cable "
			  "works, start the dump on the unit");
	else
		say(r->c, "MIDI messages, but no SysEx: the cable works, "
			  "start the dump on the unit");
}

static int64_t
timeout_at(const struct receive *r)
{
	struct sx_traffic t;

	if (r->o.timeout == 0)
		return INT64_MAX;
	sx_session_traffic(r->session, r->port, &t);
	return r->o.timeout +
	       (t.last_sysex > r->listening ? t.last_sysex : r->listening);
}

/* What is due at mono time now, whatever has come. */
static int
on_time(struct receive *r, int64_t now)
{
	if (keeper_sync(&r->keeper, now) == -1)
		return -1;
	if (r->keeper.nwaiting > 0 && sx_session_backlog(r->session) == 0 &&
	    keeper_settle(&r->keeper) == -1)
		return -1;
	if (now >= r->draw_at)
		draw(r, now);
	if (now >= r->hint_at)
		hint(r, now);
	return 0;
}

static int
on_event(struct receive *r, const struct sx_event *ev)
{
	switch (ev->type) {
	case SX_EV_STEP:
		draw_by(r,
		    ev->step.kind == SX_STEP_DATA ? ev->now.mono + DRAW_US : 0);
		return on_step(r, ev);
	case SX_EV_QUIET:
		if (ev->now.mono >= timeout_at(r))
			return finish_input(r, SX_END_TIMEOUT);
		return 0;
	case SX_EV_END:
		r->over = true;
		return 0;
	case SX_EV_GONE:
		r->over = r->gone = true;
		worsen(r, warn_of(r->c, ev->why));
		return 0;
	case SX_EV_STOP:
		if (r->o.count > 0)
			r->c->signal = ev->signal;
		return finish_input(r, SX_END_INTERRUPTED);
	case SX_EV_SPAN:
	case SX_EV_SENT:
	case SX_EV_INPUT:
		break;
	}
	return 0;
}

static int
loop(struct receive *r)
{
	struct sx_event ev;
	int64_t until;

	while (!r->over) {
		until = earlier(earlier(r->keeper.sync_at, r->draw_at),
		    earlier(r->hint_at, timeout_at(r)));
		if (r->keeper.nwaiting > 0)
			until = 0;
		if (sx_session_next(r->session, &ev, until, &r->c->err) == -1 ||
		    on_event(r, &ev) == -1)
			return -1;
		if (!r->over && on_time(r, ev.now.mono) == -1)
			return -1;
	}
	return 0;
}

static int
start(struct receive *r)
{
	struct sx_err *e = &r->c->err;
	struct midi_io *io;

	r->o.rules.devices = own_devices(r->c);
	if (sx_store_check(&r->o.store, e) == -1)
		return -1;
	r->session = sx_session_new(e);
	if (r->session == NULL)
		return -1;
	io = own_port_open(r->c, r->o.port, MIDI_IO_IN);
	if (io == NULL)
		return -1;
	snprintf(r->port_name, sizeof(r->port_name), "%s", midi_io_name(io));
	r->port = sx_session_add(r->session, io, &r->o.rules, e);
	if (r->port == -1)
		return -1;
	/* Only now is anything touched: the port is there. */
	r->store = sx_store_open(&r->o.store, e);
	if (r->store == NULL)
		return -1;
	r->keeper = (struct keeper){ .c = r->c,
		.o = &r->o,
		.port_name = r->port_name,
		.store = r->store,
		.sync_at = INT64_MAX };
	keeper_rescue(&r->keeper);
	sx_session_coalesce(r->session, r->o.rules.gap);
	if (sx_session_start(r->session, e) == -1)
		return -1;
	r->listening = sx_now().mono;
	r->hint_at = r->listening + HINT_US;
	r->drawing = has_progress(r->c);
	say(r->c, "listening on %s", r->port_name);
	draw_by(r, 0);
	return 0;
}

/* --twice: after a failure it may be the only copy there is. */
static bool
leaves_first(const struct receive *r)
{
	return r->c->err.code != SX_OK || r->gone;
}

static void
say_first(struct receive *r)
{
	const char *path = sx_part_path(r->first.part);

	if (leaves_first(r) && path != NULL)
		warn(r->c,
		    "%" PRIu64 " bytes came only once (--twice): they are in "
		    "'%s', and the next start takes them in",
		    r->first.dump.bytes, path);
	else
		warn(r->c,
		    "%" PRIu64 " bytes came only once and are not kept "
		    "(--twice)",
		    r->first.dump.bytes);
}

/* What was not kept, and what came too late to be. */
static void
say_rest(struct receive *r)
{
	const struct sx_facts *facts;
	size_t beyond = sx_session_backlog(r->session) +
			sx_session_incoming(r->session, r->port, &facts);

	if (r->o.count > 0 && r->kept == r->o.count && beyond > 0)
		say(r->c, "%zu bytes after dump %ld were read and not kept",
		    beyond, r->kept);
	keeper_say_rest(&r->keeper);
	if (r->first.part != NULL) {
		say_first(r);
		worsen(r, ST_INCOMPLETE);
	}
	if (r->kept == 0 && !keeper_hurt(&r->keeper) && r->first.part == NULL)
		hint(r, 0);
	if (keeper_hurt(&r->keeper))
		worsen(r, ST_DAMAGED);
	if (r->kept == 0 || r->kept < r->o.count)
		worsen(r, ST_INCOMPLETE);
	if (r->o.count > 0 && r->kept < r->o.count)
		say(r->c, "%ld of %ld dumps came", r->kept, r->o.count);
}

enum status
receive_run(struct cli *c, const struct receive_opts *o)
{
	struct receive r = {
		.c = c,
		.o = *o,
		.draw_at = INT64_MAX,
	};

	if (start(&r) == 0) {
		if (loop(&r) == -1)
			worsen(&r, ST_FAILED);
		/* What is whole becomes a file even after a failure. */
		if (keeper_finish(&r.keeper) == -1)
			worsen(&r, ST_FAILED);
		say_rest(&r);
		progress(c, "%s", "");
	}
	if (leaves_first(&r))
		taken_release(&r.first);
	taken_drop(&r.first);
	keeper_free(&r.keeper);
	sx_session_close(r.session);
	sx_store_close(r.store);
	return r.status;
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
	.summary = "Wait for SysEx dumps and keep each as a file",
	.options = receive_options,
	.run = run_receive,
};
