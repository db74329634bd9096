/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "request.h"
#include "sxlib/record.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

/* Where does the knowledge of these requests come from, if from no manual, and
 * what is no part of "all"? */
void
say_source(struct request *r)
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

/* That this is the next attempt. */
static void
say_asking(struct request *r, const char *target)
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
say_stranger(
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

/* What came for a target has ended before its end. */
static void
say_damaged(
    struct request *r, const struct sx_fetch_event *ev, const char *target)
{
	bool ours = r->targets.list[ev->of].state == SX_TARGET_CUT;
	char why[SX_DAMAGE_TEXT];

	warn(r->c, "%s was received %s: %s", target,
	    ours ? "incomplete" : "damaged", sx_damage_text(ev->damage, why));
}

static void
say_no_dump(struct request *r, const struct sx_facts *facts)
{
	r->no_dumps++;
	if (facts->waits && !r->keeper.t.shaken)
		say_handshake(r->c, facts, NULL);
	r->keeper.t.shaken |= facts->waits;
}

static void
say_gave_up(struct request *r)
{
	if (r->fetch.endless > 0)
		warn(r->c, "endless message: giving up");
	else
		warn(r->c, "messages without a pause, none of them the answer: "
			   "giving up");
}

void
say_fetched(struct request *r, const struct sx_fetch_event *ev)
{
	char target[SX_TARGET_TEXT] = "";

	if (ev->of != SX_NO_TARGET)
		sx_target_text(&r->targets.list[ev->of], target);
	switch (ev->type) {
	case SX_FETCH_ASKING:
		say_asking(r, target);
		break;
	case SX_FETCH_ANSWER:
		if (ev->late)
			say(r->c, "%s arrived late", target);
		break;
	case SX_FETCH_STRANGER:
		say_stranger(r, ev, target);
		break;
	case SX_FETCH_BAD:
		warn(r->c, "%s was received with a wrong checksum", target);
		break;
	case SX_FETCH_DAMAGED:
		say_damaged(r, ev, target);
		break;
	case SX_FETCH_DROPPED:
		warn(r->c, "%s is complete now: its damaged copy is dropped",
		    target);
		break;
	case SX_FETCH_NO_DUMP:
		say_no_dump(r, &ev->message->facts);
		break;
	case SX_FETCH_LOSS:
		tell_loss(&r->keeper.t);
		break;
	case SX_FETCH_GAVE_UP:
		say_gave_up(r);
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

/* "what: pattern A03, A07" */
static void
say_state(struct request *r, enum sx_target_state state, const char *what)
{
	char *text = sx_targets_text(&r->targets, state);

	if (text != NULL)
		warn(r->c, "%s: %s", what, text);
	free(text);
}

static void
say_silence(struct request *r)
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

void
say_outcome(struct request *r)
{
	const struct sx_targets *t = &r->targets;
	const struct sx_asker *a = &r->fetch.asker;
	size_t there = sx_targets_count(t, SX_TARGET_THERE);
	size_t got = sx_targets_count(t, SX_TARGET_GOT) + there;

	say_state(r, SX_TARGET_SILENT, "no answer");
	say_state(r, SX_TARGET_BAD, "damaged or with a wrong checksum");
	say_state(r, SX_TARGET_CUT,
	    r->c->signal != 0 && !r->keeper.t.interrupted
		? "stopped before the answer"
		: "incomplete");
	say_state(r, SX_TARGET_OPEN, "not requested");
	if (got == there && sx_targets_count(t, SX_TARGET_SILENT) > 0)
		say_silence(r);
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
		    got == t->n ? ""
		    : r->wanted.hex == NULL
			? "; run the same command with --resume "
			  "to request the others"
			: "");
	/* What nobody asked for counts as well, if it was kept. */
	if (sx_targets_count(t, SX_TARGET_BAD) + r->keeper.k.damaged +
		r->keeper.k.bad >
	    r->fetch.endless)
		r->status = status_worse(r->status, ST_DAMAGED);
	if (got < t->n)
		r->status = status_worse(r->status, ST_INCOMPLETE);
}
