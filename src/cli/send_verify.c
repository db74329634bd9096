/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "send.h"

/* How all of it came out. */
struct outcome {
	size_t same, different, silent, not_stored, later;
	uint64_t bytes; /* of what is the same */
};

/* Is the same slot sent once more? */
static bool
comes_later(const struct send *s, size_t number)
{
	const struct sx_request *q = &s->checks[number].q, *other;

	for (size_t i = number + 1; i < s->list.nmessages; i++) {
		other = &s->checks[i].q;
		if (s->checks[i].how == CHECK_ASK && other->len == q->len &&
		    memcmp(other->msg, q->msg, q->len) == 0)
			return true;
	}
	return false;
}

static size_t
count(const struct send *s, enum check_how how)
{
	size_t n = 0;

	for (size_t i = 0; i < s->list.nmessages; i++)
		n += s->checks[i].how == how;
	return n;
}

int
send_verify_plan(struct send *s)
{
	size_t n = s->list.nmessages;

	s->checks = calloc(n, sizeof(*s->checks));
	if (s->checks == NULL)
		return sx_fail_memory(&s->c->err);
	for (size_t i = n; i-- > 0;) {
		const struct outgoing_message *m = &s->list.messages[i];
		struct check *check = &s->checks[i];

		if (!m->facts.dump || m->facts.kind == SX_KIND_FIRMWARE)
			continue;
		check->how = CHECK_BY_HAND;
		if (!sx_request_for_message(
			m->data, m->len, &m->facts, &check->q))
			continue;
		check->how = CHECK_ASK;
		if (comes_later(s, i))
			check->how = CHECK_LATER;
	}
	if (count(s, CHECK_ASK) + count(s, CHECK_BY_HAND) > 0)
		return 0;
	sx_fail(&s->c->err, SX_EREFUSED, 0,
	    "--verify: nothing of it is a dump that could come back; nothing "
	    "was sent");
	return -1;
}

void
send_verify_free(struct send *s)
{
	for (size_t i = 0; s->checks != NULL && i < s->list.nmessages; i++)
		free(s->checks[i].data);
	free(s->checks);
}

static void
say_of(struct send *s, const struct outgoing_message *m, const char *what)
{
	char text[512];

	say(s->c, "%s: offset %" PRIu64 ": %s: %s", s->list.files[m->file],
	    m->offset, describe_facts(text, sizeof(text), &m->facts), what);
}

/* --json: what was sent, and whether it came back the same. */
static void
print_verdict(
    struct send *s, const struct outgoing_message *m, const char *verdict)
{
	struct record record = { .file = s->list.files[m->file],
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
	const struct outgoing_message *m = &s->list.messages[number];
	struct check *check = &s->checks[number];
	struct sx_item sent = { .data = m->data,
		.len = m->len,
		.offset = m->offset,
		.facts = m->facts };
	struct sx_item back = {
		.data = check->data, .len = check->len, .facts = check->facts
	};
	struct item_list a = { .path = s->list.files[m->file],
		.time = sx_now().wall,
		.items = &sent,
		.n = 1 };
	struct item_list b = { .path = s->talk.port_name,
		.time = a.time,
		.items = &back,
		.n = 1 };
	struct diff_counts n;
	int rc;

	progress(s->c, "%s", "");
	rc = diff_lists(s->c, &a, &b, &n);
	check->over = true;
	free(check->data);
	check->data = NULL;
	if (rc == -1)
		return -1;
	print_verdict(s, m, n.same == 1 ? "same" : "different");
	if (n.same == 1) {
		o->same++;
		o->bytes += m->len;
		if (s->c->verbose)
			say_of(s, m, "came back the same");
		return 0;
	}
	o->different++;
	say_of(s, m,
	    back.facts.checksum == SX_CHECKSUM_BAD
		? "DIFFERENT, and what came back (B) has a wrong checksum or "
		  "length itself"
		: "DIFFERENT: A is what was sent, B what came back");
	return 0;
}

static void
give_up(struct send *s, size_t number, struct outcome *o)
{
	const struct outgoing_message *m = &s->list.messages[number];

	s->checks[number].over = true;
	o->silent++;
	print_verdict(s, m, "no answer");
	warn(s->c, "%s: offset %" PRIu64 ": it did not come back",
	    s->list.files[m->file], m->offset);
}

static int
ask_for_all(struct send *s, struct outcome *o)
{
	size_t n = count(s, CHECK_ASK), done = 0;
	int rc;

	for (size_t i = 0; i < s->list.nmessages; i++) {
		if (s->checks[i].how != CHECK_ASK)
			continue;
		progress(s->c, "asking for message %zu of %zu", ++done, n);
		rc = send_ask_back(s, &s->checks[i]);
		if (rc == 1)
			rc = compare(s, i, o);
		else if (rc == 0)
			give_up(s, i, o);
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* Those that the unit cannot be asked for. */
static int
prompt_for_all(struct send *s, struct outcome *o)
{
	size_t n = count(s, CHECK_BY_HAND), number;
	char text[512];
	int rc;

	for (size_t left = n; left > 0; left--) {
		for (number = 0; s->checks[number].how != CHECK_BY_HAND ||
				 s->checks[number].over;)
			number++;
		warn(s->c, "now dump it back from the unit: %s%s",
		    describe_facts(
			text, sizeof(text), &s->list.messages[number].facts),
		    left > 1 ? " (or any other that was sent)" : "");
		rc = send_wait_by_hand(s, &number);
		if (rc == 0)
			break;
		if (rc == -1 || compare(s, number, o) == -1)
			return -1;
	}
	for (size_t i = 0; i < s->list.nmessages; i++)
		if (s->checks[i].how == CHECK_BY_HAND && !s->checks[i].over)
			give_up(s, i, o);
	return 0;
}

static void
say_outcome(struct send *s, const struct outcome *o, size_t open)
{
	say(s->c,
	    "came back the same: %zu message%s, %" PRIu64
	    " bytes; different: %zu; did not come back: %zu",
	    o->same, plural(o->same), o->bytes, o->different, o->silent);
	if (count(s, CHECK_LATER) > 0)
		say(s->c,
		    "%zu not compared: the same slot was sent once more later",
		    count(s, CHECK_LATER));
	if (count(s, CHECK_NOT) > 0)
		say(s->c, "%zu not compared: they are no dumps",
		    count(s, CHECK_NOT));
	if (open > 0)
		warn(s->c, "stopped: %zu of what was sent %s not compared",
		    open, open == 1 ? "was" : "were");
}

enum status
send_verify(struct send *s)
{
	struct outcome o = { 0 };
	enum status status = ST_OK;
	bool echoes = false;
	size_t open;
	int rc;

	rc = send_drop_echoes(s, &echoes);
	if (echoes)
		warn(s->c,
		    "what was sent came back at once: the output is led to the "
		    "input; that proves nothing and is not counted");
	if (rc == 0)
		rc = ask_for_all(s, &o);
	if (rc == 0)
		rc = prompt_for_all(s, &o);
	open = count(s, CHECK_ASK) + count(s, CHECK_BY_HAND) - o.same -
	       o.different - o.silent;
	say_outcome(s, &o, open);
	if (o.different > 0)
		status = ST_FAILED;
	if (o.silent > 0)
		status = status_worse(status, ST_INCOMPLETE);
	return rc == -1 && s->c->signal != 0 ? ST_FAILED : status;
}
