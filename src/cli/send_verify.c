/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "json.h"
#include "say.h"
#include "send.h"
#include "status.h"
#include "sxlib/record.h"
#include "user.h"

/* How all of it came out. */
struct outcome {
	size_t same, different, silent, not_stored, later;
	uint64_t bytes; /* of what is the same */
};

static size_t
count(const struct send *s, enum sx_back_how how)
{
	size_t n = 0;

	for (size_t i = 0; i < s->list.nmessages; i++)
		n += s->backs[i].how == how;
	return n;
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

/* Compare one with what came back of it; its data is given up. */
static int
compare(struct send *s, size_t number, struct outcome *o)
{
	const struct sx_outgoing *m = &s->list.messages[number];
	struct sx_back *came = &s->backs[number];
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
	rc = diff_lists(s->c, &a, &b, &n);
	came->over = true;
	sx_back_forget(came);
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
give_up(struct send *s, size_t number, struct outcome *o)
{
	const struct sx_outgoing *m = &s->list.messages[number];

	s->backs[number].over = true;
	o->silent++;
	print_verdict(s, m, "no answer");
	warn(s->c, "%s: offset %" PRIu64 ": not read back",
	    s->list.files[m->file], m->offset);
}

static int
ask_for_all(struct send *s, struct outcome *o)
{
	size_t n = count(s, SX_BACK_ASK), done = 0;
	int rc;

	for (size_t i = 0; i < s->list.nmessages; i++) {
		if (s->backs[i].how != SX_BACK_ASK)
			continue;
		progress(s->c, "requesting message %zu of %zu", ++done, n);
		rc = sx_back_ask(&s->talk, user_devices(s->c), &s->backs[i],
		    (unsigned)s->o.retries);
		if (rc == 1)
			rc = compare(s, i, o);
		else if (rc == 0)
			give_up(s, i, o);
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* The next one that is dumped by hand: 1, and its number; 0: none in time; -1.
 */
static int
wait_by_hand(struct send *s, size_t *number)
{
	struct sx_back_wait wait = { .patience = s->o.timeout };
	enum sx_back_came came;

	for (;;) {
		if (sx_backs_wait(&s->talk, user_devices(s->c), s->backs,
			s->list.nmessages, &wait, &came, number) == -1)
			return -1;
		if (came != SX_BACK_DAMAGED)
			return came == SX_BACK_CAME;
		warn(s->c, "received a damaged dump: start it again");
	}
}

/* Those that the unit cannot be asked for. */
static int
prompt_for_all(struct send *s, struct outcome *o)
{
	size_t n = count(s, SX_BACK_BY_HAND), number;
	char text[512];
	int rc;

	for (size_t left = n; left > 0; left--) {
		for (number = 0; s->backs[number].how != SX_BACK_BY_HAND ||
				 s->backs[number].over;)
			number++;
		warn(s->c, "now dump it back from the unit: %s%s",
		    sx_facts_text(
			text, sizeof(text), &s->list.messages[number].facts),
		    left > 1 ? " (or any other that was sent)" : "");
		rc = wait_by_hand(s, &number);
		if (rc == 0)
			break;
		if (rc == -1 || compare(s, number, o) == -1)
			return -1;
	}
	for (size_t i = 0; i < s->list.nmessages; i++)
		if (s->backs[i].how == SX_BACK_BY_HAND && !s->backs[i].over)
			give_up(s, i, o);
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
		    open == 1 ? "was" : "were");
}

enum status
send_verify(struct send *s)
{
	struct outcome o = { 0 };
	enum status status = ST_OK;
	bool echoes = false;
	size_t open;
	int rc;

	rc = sx_backs_pass(&s->talk, s->backs, s->list.nmessages, &echoes);
	if (echoes)
		warn(s->c, "received the sent messages at once: the output is "
			   "connected to the input; this proves nothing and is "
			   "not counted");
	if (rc == 0)
		rc = ask_for_all(s, &o);
	if (rc == 0)
		rc = prompt_for_all(s, &o);
	open = count(s, SX_BACK_ASK) + count(s, SX_BACK_BY_HAND) - o.same -
	       o.different - o.silent;
	say_outcome(s, &o, open);
	if (o.different > 0)
		status = ST_FAILED;
	if (o.silent > 0)
		status = status_worse(status, ST_INCOMPLETE);
	return rc == -1 && s->c->signal != 0 ? ST_FAILED : status;
}
