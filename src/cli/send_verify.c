/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>

#include "diff.h"
#include "send.h"
#include "sxlib/record.h"
#include "term/json.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

struct outcome {
	size_t same, different, silent;
	uint64_t bytes; /* of the messages that came back the same */
};

/* Tell the user, before anything is sent, what to do when all is sent. */
int
send_verify_plan(struct send *s)
{
	struct sx_verify *v = &s->back;
	const char *panel;
	size_t n;

	v->talk = &s->talk;
	v->user = user_devices(s->c);
	v->load = &s->list;
	if (sx_verify_plan(v, &s->c->err) == -1)
		return -1;
	n = sx_verify_count(v, SX_BACK_BY_HAND);
	if (n > 0)
		warn(s->c,
		    "%zu of %zu message%s cannot be requested: after sending, "
		    "dump %s back from the unit yourself (^C stops now)",
		    n, v->n, plural(v->n), n == 1 ? "it" : "them");
	panel = sx_verify_panel(v);
	if (panel != NULL)
		say(s->c, "%s", panel);
	return 0;
}

static void
send_verify_say_of(
    struct send *s, const struct sx_outgoing *m, const char *what)
{
	char text[512];

	say_at(s->c, s->list.files[m->file], m->offset, "%s: %s",
	    sx_facts_text(text, sizeof(text), &m->facts), what);
}

/* --json: print what was sent, and whether it came back the same. */
static void
send_verify_print_verdict(
    struct send *s, const struct sx_outgoing *m, const char *verdict)
{
	struct sx_record record = send_record(s, m);

	if (!s->c->json)
		return;
	record.bytes = m->len;
	progress(s->c, "%s", "");
	print_json_facts(stdout, &record);
	print_json_pair(stdout, ", ", "verified", verdict);
	puts("}");
	flush_result(s->c);
}

static int
send_verify_compare(struct send *s, size_t number, struct outcome *o)
{
	const struct sx_outgoing *m = &s->list.messages[number];
	struct sx_verify_sides sides;
	struct sx_diff n;

	sx_verify_sides(&s->back, number, &sides);
	progress(s->c, "%s", "");
	/* A unit may answer with its own number to a message for any unit. */
	if (diff_lists(s->c, &sides.sent, &sides.back, true, &n) == -1)
		return -1;
	send_verify_print_verdict(s, m, n.same == 1 ? "same" : "different");
	if (n.same == 1) {
		o->same++;
		o->bytes += m->len;
		if (s->c->verbose)
			send_verify_say_of(s, m, "read back the same");
		return 0;
	}
	o->different++;
	send_verify_say_of(s, m,
	    s->back.list[number].facts.checksum == SX_CHECKSUM_BAD
		? "DIFFERENT, and the dump read back (B) has a wrong checksum "
		  "or length"
		: "DIFFERENT: A was sent, B was read back");
	return 0;
}

static void
send_verify_tell_silent(struct send *s, size_t number, struct outcome *o)
{
	const struct sx_outgoing *m = &s->list.messages[number];

	o->silent++;
	send_verify_print_verdict(s, m, "no answer");
	warn_at(s->c, s->list.files[m->file], m->offset, "not read back");
}

static void
send_verify_prompt(struct send *s, const struct sx_verify_event *ev)
{
	const struct sx_outgoing *m = &s->list.messages[ev->number];
	char text[512];

	warn(s->c, "now dump it back from the unit: %s%s",
	    sx_facts_text(text, sizeof(text), &m->facts),
	    ev->left > 1 ? " (or any other that was sent)" : "");
}

/* Returns -1 and sets c->err if memory runs out. */
static int
send_verify_tell(
    struct send *s, const struct sx_verify_event *ev, struct outcome *o)
{
	switch (ev->type) {
	case SX_VERIFY_ECHOES:
		warn(s->c, "received the sent messages at once: the output is "
			   "connected to the input; this proves nothing and is "
			   "not counted");
		break;
	case SX_VERIFY_ASKING:
		progress(s->c, "requesting message %zu of %zu", ev->nth,
		    sx_verify_count(&s->back, SX_BACK_ASK));
		break;
	case SX_VERIFY_BY_HAND:
		send_verify_prompt(s, ev);
		break;
	case SX_VERIFY_DAMAGED:
		warn(s->c, "received a damaged dump: start it again");
		break;
	case SX_VERIFY_BACK:
		return send_verify_compare(s, ev->number, o);
	case SX_VERIFY_SILENT:
		send_verify_tell_silent(s, ev->number, o);
		break;
	}
	return 0;
}

static void
send_verify_say_outcome(struct send *s, const struct outcome *o)
{
	size_t open = sx_verify_open(&s->back);
	size_t later = sx_verify_count(&s->back, SX_BACK_LATER);
	size_t other = sx_verify_count(&s->back, SX_BACK_NOT);

	say(s->c,
	    "read back the same: %zu message%s, %" PRIu64
	    " bytes; different: %zu; not read back: %zu",
	    o->same, plural(o->same), o->bytes, o->different, o->silent);
	if (later > 0)
		say(s->c,
		    "%zu not compared: the same slot was sent again later",
		    later);
	if (other > 0)
		say(s->c, "%zu not compared: not dumps", other);
	if (open > 0)
		warn(s->c, "stopped: %zu sent message%s not compared", open,
		    plural(open));
}

enum status
send_verify(struct send *s)
{
	struct outcome o = { 0 };
	struct sx_verify_event ev;
	enum status status = ST_OK;
	int rc;

	while ((rc = sx_verify_next(&s->back, &ev)) == 1)
		if (send_verify_tell(s, &ev, &o) == -1) {
			rc = -1;
			break;
		}
	send_verify_say_outcome(s, &o);
	if (o.different > 0)
		status = ST_FAILED;
	if (o.silent > 0)
		status = status_worse(status, ST_INCOMPLETE);
	return rc == -1 && s->c->signal != 0 ? ST_FAILED : status;
}
