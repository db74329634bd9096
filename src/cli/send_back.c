/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "send.h"

#define QUIET_US  100000  /* what is led back comes within this */
#define ANSWER_US 2000000 /* to the first byte of an answer */
#define GOING_US  1000000 /* from byte to byte of one */
#define TAIL	  2	  /* checksum and F7 of a piece */

/* When bytes of SysEx came last, if that was after t. */
static int64_t
heard_after(const struct send *s, int64_t t)
{
	struct sx_traffic traffic;

	sx_session_traffic(s->talk.session, s->talk.port, &traffic);
	return traffic.last_sysex > t ? traffic.last_sysex : t;
}

static bool
is_coming(const struct send *s)
{
	const struct sx_facts *facts;

	return sx_session_incoming(s->talk.session, s->talk.port, &facts) > 0;
}

int
send_drop_echoes(struct send *s, bool *echoes)
{
	const struct outgoing_message *sent = s->list.messages;
	const struct sx_message *m;
	int64_t until = sx_now().mono + QUIET_US;
	int rc;

	*echoes = false;
	for (;;) {
		rc = talk_next(&s->talk, until, &m);
		if (rc == -1)
			return -1;
		if (rc == 0 && !is_coming(s))
			return 0;
		for (size_t i = 0; rc == 1 && i < s->list.nmessages; i++)
			*echoes |= sent[i].len == m->len &&
				   memcmp(sent[i].data, m->data, m->len) == 0;
		until = sx_now().mono + QUIET_US;
		/* One that is cut for good. */
		if (rc == 0 && sx_now().mono > heard_after(s, 0) + GOING_US)
			return 0;
	}
}

static void
forget(struct check *check)
{
	free(check->data);
	check->data = NULL;
	check->len = 0;
}

/* Keep an answer, or the next piece of one as if all were one message. */
static int
keep(struct send *s, struct check *check, const struct sx_message *m)
{
	const struct sx_request *q = &check->q;
	size_t from = check->data != NULL ? q->at + q->width : 0;
	size_t have = check->data != NULL ? check->len - TAIL : 0;
	uint8_t *p = realloc(check->data, have + m->len - from);
	unsigned sum = 0;

	if (p == NULL)
		return sx_fail_memory(&s->c->err);
	check->data = p;
	memcpy(p + have, m->data + from, m->len - from);
	check->len = have + m->len - from;
	if (have > 0) {
		for (size_t i = q->at; i < check->len - TAIL; i++)
			sum += p[i];
		p[check->len - TAIL] = (uint8_t)(-sum & 0x7f);
	}
	sx_device_decode(
	    own_devices(s->c), check->data, check->len, &check->facts);
	return 0;
}

/* One attempt: 1: the answer is there, 0: it is not, or is damaged; -1. */
static int
ask_once(struct send *s, struct check *check)
{
	const struct sx_request *q = &check->q;
	int delay = q->row != NULL ? q->row->delay_ms : 0;
	const struct sx_message *m;
	enum sx_answer answer;
	int64_t asked, until;
	size_t got = 0;
	int rc;

	forget(check);
	asked = sx_now().mono;
	if (talk_send(&s->talk, q->msg, q->len, MIDI_IO_DIN_RATE, 0) == -1)
		return -1;
	until = asked + ANSWER_US;
	for (;;) {
		rc = talk_next(&s->talk, until, &m);
		if (rc == -1)
			return -1;
		if (rc == 0) {
			int64_t later = heard_after(s, asked) + GOING_US;

			if (later <= until || (got == 0 && !is_coming(s)))
				break;
			until = later;
			continue;
		}
		/* What an earlier attempt has left. */
		if (m->time.mono < asked)
			continue;
		if (m->damage.kind != SX_DAMAGE_NONE)
			break;
		answer = sx_request_judge(q, m->data, m->len, &got, NULL);
		if (answer == SX_ANSWER_ODD)
			break;
		if (answer != SX_ANSWER_PIECE && answer != SX_ANSWER_WHOLE)
			continue;
		/* Its checksum is lost when it is put together. */
		if ((answer == SX_ANSWER_PIECE || check->data != NULL) &&
		    m->facts.checksum == SX_CHECKSUM_BAD)
			break;
		if (keep(s, check, m) == -1)
			return -1;
		if (answer == SX_ANSWER_WHOLE)
			return talk_pause(&s->talk, delay * 1000) == -1 ? -1
									: 1;
	}
	forget(check);
	return 0;
}

int
send_ask_back(struct send *s, struct check *check)
{
	bool echoes;
	int rc = 0;

	for (long i = 0; i <= s->o.retries; i++) {
		rc = ask_once(s, check);
		if (rc == -1)
			return -1;
		/* What came with a wrong checksum proves nothing. */
		if (rc == 1 && check->facts.checksum != SX_CHECKSUM_BAD)
			return 1;
		/* Rests of a bad answer are not to be taken for the next. */
		if (i < s->o.retries && send_drop_echoes(s, &echoes) == -1)
			return -1;
	}
	return rc;
}

static bool
is_alike(const struct sx_facts *a, const struct sx_facts *b)
{
	return a->maker_id == b->maker_id && a->kind == b->kind &&
	       a->slot == b->slot && strcmp(a->device, b->device) == 0;
}

/* The one that a dump by hand is for: the same bytes before the same slot. */
static bool
find_awaited(const struct send *s, const struct sx_message *m, size_t *number)
{
	const struct outgoing_message *sent = s->list.messages;
	bool found = false;

	for (size_t i = 0; i < s->list.nmessages; i++) {
		if (s->checks[i].how != CHECK_BY_HAND || s->checks[i].over)
			continue;
		if (sent[i].len == m->len &&
		    memcmp(sent[i].data, m->data, m->len) == 0) {
			*number = i;
			return true;
		}
		if (!found && is_alike(&sent[i].facts, &m->facts)) {
			*number = i;
			found = true;
		}
	}
	return found;
}

int
send_wait_by_hand(struct send *s, size_t *number)
{
	const int64_t since = sx_now().mono;
	int64_t until = since + s->o.timeout;
	const struct sx_message *m;
	int rc;

	for (;;) {
		rc = talk_next(&s->talk, until, &m);
		if (rc == -1)
			return -1;
		if (rc == 0) {
			int64_t later =
			    heard_after(s, since) +
			    (is_coming(s) ? GOING_US : s->o.timeout);

			if (later <= until)
				return 0;
			until = later;
			continue;
		}
		if (m->damage.kind != SX_DAMAGE_NONE ||
		    m->facts.checksum == SX_CHECKSUM_BAD)
			warn(s->c, "a dump came damaged: start it once more");
		else if (find_awaited(s, m, number))
			return keep(s, &s->checks[*number], m) == -1 ? -1 : 1;
	}
}
