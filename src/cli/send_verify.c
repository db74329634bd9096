/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "send.h"
#include "sxlib/record.h"
#include "term/json.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

/* How all of it came out. */
struct outcome {
	size_t same, different, silent, not_stored, later;
	uint64_t bytes; /* of what is the same */
};

static size_t
count(const struct send *s, enum sx_back_how how)
{
	return sx_backs_count(s->backs, s->list.nmessages, how);
}

/* What waits for the user when all is sent is said before anything is. */
static void
say_by_hand(struct send *s)
{
	const char *device, *panel;
	size_t n = count(s, SX_BACK_BY_HAND), i = 0;

	if (n == 0)
		return;
	while (s->backs[i].how != SX_BACK_BY_HAND)
		i++;
	device = s->list.messages[i].facts.device;
	panel = device[0] != '\0' ? sx_request_panel(user_devices(s->c), device)
				  : NULL;
	warn(s->c,
	    "%zu of %zu message%s cannot be requested: after sending, dump %s "
	    "back from the unit yourself (^C stops now)",
	    n, s->list.nmessages, plural(s->list.nmessages),
	    n == 1 ? "it" : "them");
	if (panel != NULL)
		say(s->c, "%s", panel);
}

int
send_verify_plan(struct send *s)
{
	size_t n = s->list.nmessages;

	s->backs = calloc(n, sizeof(*s->backs));
	if (s->backs == NULL)
		return sx_fail_memory(&s->c->err);
	for (size_t i = 0; i < n; i++) {
		const struct sx_outgoing *m = &s->list.messages[i];

		s->backs[i] = (struct sx_back){ .sent = m->data,
			.sent_len = m->len,
			.sent_facts = &m->facts };
	}
	sx_backs_plan(s->backs, n, user_devices(s->c));
	say_by_hand(s);
	if (count(s, SX_BACK_ASK) + count(s, SX_BACK_BY_HAND) > 0)
		return 0;
	sx_fail(&s->c->err, SX_EREFUSED, 0,
	    "--verify: none of it is a dump that can be read back; nothing was "
	    "sent");
	return -1;
}

void
send_verify_free(struct send *s)
{
	for (size_t i = 0; s->backs != NULL && i < s->list.nmessages; i++)
		sx_back_forget(&s->backs[i]);
	free(s->backs);
}

static void
say_of(struct send *s, const struct sx_outgoing *m, const char *what)
{
	char text[512];

	say(s->c, "%s: offset %" PRIu64 ": %s: %s", s->list.files[m->file],
	    m->offset, sx_facts_text(text, sizeof(text), &m->facts), what);
}

/* --json: what was sent, and whether it came back the same. */
static void
print_verdict(struct send *s, const struct sx_outgoing *m, const char *verdict)
{
	struct sx_record record = { .file = s->list.files[m->file],
		.port = s->talk.port_name,
		.time = sx_now().wall,
		.offset = (int64_t)m->offset,
		.bytes = m->len,
		.messages = 1,
		.facts = &m->facts };

	if (!s->c->json)
		return;
	progress(s->c, "%s", "");
	print_json_facts(stdout, &record);
	printf(", \"verified\": \"%s\"}\n", verdict);
	flush_result(s->c);
}

/* Compare one with what came back of it. */
static int
compare(struct send *s, size_t number, struct outcome *o)
{
	const struct sx_outgoing *m = &s->list.messages[number];
	const struct sx_back *came = &s->backs[number];
	struct sx_item sent = { .data = m->data,
		.len = m->len,
		.offset = m->offset,
		.facts = m->facts };
	struct sx_item back = {
		.data = came->data, .len = came->len, .facts = came->facts
	};
	struct sx_items a = { .path = s->list.files[m->file],
		.time = sx_now().wall,
		.items = &sent,
		.n = 1 };
	struct sx_items b = { .path = s->talk.port_name,
		.time = a.time,
		.items = &back,
		.n = 1 };
	struct sx_diff n;
	int rc;

	/* What comes back of a pair does not say where it was stored. */
	if (m->facts.pair > 0) {
		sent.facts.slot = back.facts.slot;
		memcpy(sent.facts.slot_text, back.facts.slot_text,
		    sizeof(sent.facts.slot_text));
	}
	progress(s->c, "%s", "");
	/* A unit may answer by its own number to what was for any. */
	rc = diff_lists(s->c, &a, &b, true, &n);
	if (rc == -1)
		return -1;
	print_verdict(s, m, n.same == 1 ? "same" : "different");
	if (n.same == 1) {
		o->same++;
		o->bytes += m->len;
		if (s->c->verbose)
			say_of(s, m, "read back the same");
		return 0;
	}
	o->different++;
	say_of(s, m,
	    back.facts.checksum == SX_CHECKSUM_BAD
		? "DIFFERENT, and the dump read back (B) has a wrong checksum "
		  "or length"
		: "DIFFERENT: A was sent, B was read back");
	return 0;
}

static void
tell_silent(struct send *s, size_t number, struct outcome *o)
{
	const struct sx_outgoing *m = &s->list.messages[number];

	o->silent++;
	print_verdict(s, m, "no answer");
	warn(s->c, "%s: offset %" PRIu64 ": not read back",
	    s->list.files[m->file], m->offset);
}

static void
prompt(struct send *s, const struct sx_verify_event *ev)
{
	const struct sx_outgoing *m = &s->list.messages[ev->number];
	char text[512];

	warn(s->c, "now dump it back from the unit: %s%s",
	    sx_facts_text(text, sizeof(text), &m->facts),
	    ev->left > 1 ? " (or any other that was sent)" : "");
}

/* -1 and c->err: out of memory. */
static int
tell(struct send *s, const struct sx_verify_event *ev, struct outcome *o)
{
	switch (ev->type) {
	case SX_VERIFY_ECHOES:
		warn(s->c, "received the sent messages at once: the output is "
			   "connected to the input; this proves nothing and is "
			   "not counted");
		break;
	case SX_VERIFY_ASKING:
		progress(s->c, "requesting message %zu of %zu", ev->nth,
		    count(s, SX_BACK_ASK));
		break;
	case SX_VERIFY_BY_HAND:
		prompt(s, ev);
		break;
	case SX_VERIFY_DAMAGED:
		warn(s->c, "received a damaged dump: start it again");
		break;
	case SX_VERIFY_BACK:
		return compare(s, ev->number, o);
	case SX_VERIFY_SILENT:
		tell_silent(s, ev->number, o);
		break;
	}
	return 0;
}

static void
say_outcome(struct send *s, const struct outcome *o, size_t open)
{
	say(s->c,
	    "read back the same: %zu message%s, %" PRIu64
	    " bytes; different: %zu; not read back: %zu",
	    o->same, plural(o->same), o->bytes, o->different, o->silent);
	if (count(s, SX_BACK_LATER) > 0)
		say(s->c,
		    "%zu not compared: the same slot was sent again later",
		    count(s, SX_BACK_LATER));
	if (count(s, SX_BACK_NOT) > 0)
		say(s->c, "%zu not compared: not dumps", count(s, SX_BACK_NOT));
	if (open > 0)
		warn(s->c, "stopped: %zu sent message%s not compared", open,
		    plural(open));
}

enum status
send_verify(struct send *s)
{
	struct sx_verify v = { .talk = &s->talk,
		.user = user_devices(s->c),
		.list = s->backs,
		.n = s->list.nmessages,
		.retries = (unsigned)s->o.retries,
		.patience = s->o.timeout };
	struct outcome o = { 0 };
	struct sx_verify_event ev;
	enum status status = ST_OK;
	size_t open;
	int rc;

	while ((rc = sx_verify_next(&v, &ev)) == 1)
		if (tell(s, &ev, &o) == -1) {
			rc = -1;
			break;
		}
	open = count(s, SX_BACK_ASK) + count(s, SX_BACK_BY_HAND) - o.same -
	       o.different - o.silent;
	say_outcome(s, &o, open);
	if (o.different > 0)
		status = ST_FAILED;
	if (o.silent > 0)
		status = status_worse(status, ST_INCOMPLETE);
	return rc == -1 && s->c->signal != 0 ? ST_FAILED : status;
}
