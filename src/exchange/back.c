/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/ask.h"
#include "sxlib/back.h"

#define QUIET_US  100000    /* an echo arrives within this time */
#define ANSWER_US 2000000   /* to the first byte of an answer */
#define GOING_US  1000000   /* from byte to byte of an answer */
#define HAND_US	  300000000 /* for a dump by hand, beyond the time-out */
#define TAIL	  2	    /* checksum and F7 of a piece */

/* Return when the last SysEx byte arrived, but at least `since`. */
static int64_t
back_heard_after(const struct sx_talk *t, int64_t since)
{
	struct sx_traffic traffic;

	sx_session_traffic(t->session, t->port, &traffic);
	return traffic.last_sysex > since ? traffic.last_sysex : since;
}

static bool
back_is_coming(const struct sx_talk *t)
{
	const struct sx_facts *facts;

	return sx_session_incoming(t->session, t->port, &facts) > 0;
}

static bool
back_is_sent(const struct sx_back *b, const struct sx_message *m)
{
	return b->sent->len == m->len &&
	       memcmp(b->sent->data, m->data, m->len) == 0;
}

/* ---- The plan ---- */

/* Is the same slot sent again later? */
static bool
verify_comes_later(const struct sx_verify *v, size_t number)
{
	const struct sx_request *q = &v->list[number].q, *other;

	for (size_t i = number + 1; i < v->n; i++) {
		other = &v->list[i].q;
		if (v->list[i].how == SX_BACK_ASK && other->len == q->len &&
		    memcmp(other->msg, q->msg, q->len) == 0)
			return true;
	}
	return false;
}

/* If its answer has several messages, are the others right behind it? */
static bool
find_more(const struct sx_verify *v, size_t number)
{
	struct sx_back *b = &v->list[number];
	enum sx_answer answer = SX_ANSWER_PIECE;
	struct sx_received got = { 0 };
	size_t i = number;

	for (; b->q.several && i < v->n && answer == SX_ANSWER_PIECE; i++)
		answer = sx_request_judge(&b->q, v->load->messages[i].data,
		    v->load->messages[i].len, &got, NULL);
	if (b->q.several)
		b->more = i - number - 1;
	return !b->q.several || answer == SX_ANSWER_WHOLE;
}

/* Call for the last message first: LATER depends on those behind it. */
static enum sx_back_how
verify_decide(const struct sx_verify *v, size_t number)
{
	struct sx_back *b = &v->list[number];
	const struct sx_facts *f = &b->sent->facts;

	if (!f->dump || f->kind == SX_KIND_FIRMWARE || f->pair < 0)
		return SX_BACK_NOT;
	if (!sx_request_for_message(
		v->user, b->sent->data, b->sent->len, f, &b->q) ||
	    !find_more(v, number))
		return SX_BACK_BY_HAND;
	return verify_comes_later(v, number) ? SX_BACK_LATER : SX_BACK_ASK;
}

/* Messages sent right behind it come back right behind it. */
static void
verify_plan_more(struct sx_verify *v, size_t number)
{
	const struct sx_back *b = &v->list[number];

	if (b->how == SX_BACK_ASK || b->how == SX_BACK_LATER)
		for (size_t i = 1; i <= b->more; i++)
			v->list[number + i].how = b->how == SX_BACK_ASK
						      ? SX_BACK_WITH
						      : SX_BACK_LATER;
}

size_t
sx_verify_count(const struct sx_verify *v, enum sx_back_how how)
{
	size_t count = 0;

	for (size_t i = 0; i < v->n; i++)
		count += v->list[i].how == how;
	return count;
}

int
sx_verify_plan(struct sx_verify *v, struct sx_err *e)
{
	v->list = calloc(v->load->nmessages, sizeof(*v->list));
	if (v->list == NULL)
		return sx_fail_memory(e);
	v->n = v->load->nmessages;
	for (size_t i = v->n; i-- > 0;) {
		v->list[i].sent = &v->load->messages[i];
		v->list[i].how = verify_decide(v, i);
		verify_plan_more(v, i);
	}
	if (sx_verify_open(v) > 0)
		return 0;
	return sx_fail(e, SX_EREFUSED, 0,
	    "--verify: none of it is a dump that can be read back; nothing was "
	    "sent");
}

/* Discard input until there is a pause, for about 10 s at most. *echoes: some
 * of it equals what was sent (a loop, MIDI thru). */
static int
verify_discard(const struct sx_verify *v, bool *echoes)
{
	struct sx_talk *t = v->talk;
	int64_t until = sx_now().mono + QUIET_US;
	int64_t last = until + SX_TALK_FLOOD_US;
	const struct sx_message *m;
	int rc;

	*echoes = false;
	for (;;) {
		rc = sx_talk_next(t, until, &m);
		if (rc == -1)
			return -1;
		if ((rc == 0 && (!back_is_coming(t) || t->flood)) ||
		    sx_now().mono >= last)
			return 0;
		for (size_t i = 0; rc == 1 && i < v->n; i++)
			*echoes |= back_is_sent(&v->list[i], m);
		until = sx_now().mono + QUIET_US;
		/* The incoming message was cut off and will not end. */
		if (rc == 0 &&
		    sx_now().mono > back_heard_after(t, 0) + GOING_US)
			return 0;
	}
}

/* ---- Answers ---- */

static void
back_forget(struct sx_back *b)
{
	free(b->data);
	b->data = NULL;
	b->len = 0;
}

/* Keep an answer, or join its next piece to it as if all were one message. */
static int
back_keep(
    const struct sx_verify *v, struct sx_back *b, const uint8_t *data, size_t n)
{
	const struct sx_request *q = &b->q;
	size_t from = b->data != NULL ? q->at + q->width : 0;
	size_t have = b->data != NULL ? b->len - TAIL : 0;
	uint8_t *p = realloc(b->data, have + n - from);
	unsigned sum = 0;

	if (p == NULL)
		return sx_fail_memory(v->talk->err);
	b->data = p;
	memcpy(p + have, data + from, n - from);
	b->len = have + n - from;
	if (have > 0) {
		for (size_t i = q->at; i < b->len - TAIL; i++)
			sum += p[i];
		p[b->len - TAIL] = (uint8_t)(-sum & 0x7f);
	}
	sx_device_decode(v->user, b->data, b->len, &b->facts);
	return 0;
}

/* Keep the messages of an answer, one for each that was sent. */
static int
back_keep_several(const struct sx_verify *v, struct sx_back *b,
    const struct sx_target *target)
{
	const uint8_t *p = target->bytes;
	size_t at = 0, len;

	for (size_t i = 0; i <= b->more && at < target->n; i++, at += len) {
		len = 1 + sx_find_status(p + at + 1, target->n - at - 1);
		len += at + len < target->n;
		if (i == b->more)
			len = target->n - at;
		back_forget(&b[i]);
		if (back_keep(v, &b[i], p + at, len) == -1)
			return -1;
	}
	return 0;
}

/* Keep an answer with all its pieces. */
static int
back_keep_answer(const struct sx_verify *v, struct sx_back *b,
    const struct sx_target *target)
{
	const uint8_t *p = target->bytes;

	if (b->q.several)
		return back_keep_several(v, b, target);
	back_forget(b);
	for (size_t at = 0, len; at < target->n; at += len) {
		len = 1 + sx_find_status(p + at + 1, target->n - at - 1);
		len += at + len < target->n;
		if (back_keep(v, b, p + at, len) == -1)
			return -1;
	}
	return 0;
}

/* Keep an answer with a wrong checksum only if no retry follows: it proves
 * nothing. In an answer of several messages the checksum would be lost. */
static int
back_take(const struct sx_verify *v, struct sx_back *b,
    const struct sx_message *m, const struct sx_came *came)
{
	if (came->as != SX_CAME_BAD || came->again || came->piece)
		return 0;
	back_forget(b);
	return back_keep(v, b, m->data, m->len);
}

/* Return the size of an answer that equals what was sent. */
static size_t
back_size(const struct sx_back *b)
{
	size_t size = 0;

	for (size_t i = 0; i <= b->more; i++)
		size += b[i].sent->len;
	return size;
}

/* Request it, with retries. 1: received; its checksum is wrong only if it was
 * wrong every time. 0: not received. -1 on failure. */
static int
back_ask(const struct sx_verify *v, struct sx_back *b)
{
	struct sx_talk *t = v->talk;
	struct sx_target target = { .q = b->q, .most = 2 * back_size(b) };
	struct sx_asker a = { .targets = &target,
		.n = 1,
		.retries = v->retries,
		.patience = ANSWER_US,
		.going = GOING_US,
		.delay = -1,
		.fresh = true };
	const struct sx_message *m;
	struct sx_came came;
	int rc;

	if (t->flood)
		return 0;
	sx_asker_begin(&a, sx_now().mono);
	while ((rc = sx_ask_next(t, &a, &m, &came)) == 1)
		if (back_take(v, b, m, &came) == -1) {
			rc = -1;
			break;
		}
	if (rc == 0 && target.state == SX_TARGET_GOT)
		rc = back_keep_answer(v, b, &target);
	sx_asker_free(&a);
	return rc == 0 ? b->data != NULL : -1;
}

/* ---- Dumps by hand ---- */

static bool
back_is_alike(const struct sx_facts *a, const struct sx_facts *b)
{
	/* The slot of a pair is in its second message. */
	return a->maker_id == b->maker_id && a->kind == b->kind &&
	       (a->pair > 0 || a->slot == b->slot) &&
	       strcmp(a->device, b->device) == 0;
}

/* Find the message that a dump by hand is for: identical bytes count before the
 * same slot. */
static bool
verify_find_awaited(
    const struct sx_verify *v, const struct sx_message *m, size_t *number)
{
	const struct sx_back *list = v->list;
	bool found = false;

	for (size_t i = 0; i < v->n; i++) {
		if (list[i].how != SX_BACK_BY_HAND || list[i].over)
			continue;
		if (back_is_sent(&list[i], m)) {
			*number = i;
			return true;
		}
		if (!found && back_is_alike(&list[i].sent->facts, &m->facts)) {
			*number = i;
			found = true;
		}
	}
	return found;
}

/* The wait is over: extend it if more may come. */
static bool
back_wait_on(struct sx_verify *v, int64_t last)
{
	struct sx_talk *t = v->talk;
	int64_t later = back_heard_after(t, v->since) +
			(back_is_coming(t) ? GOING_US : v->patience);

	if (later <= v->until || sx_now().mono >= last || t->flood)
		return false;
	v->until = later;
	return true;
}

enum back_came { CAME_NOT, CAME_BACK, CAME_DAMAGED };

/* Wait for the next dump by hand: *came, and *number if it is BACK. Returns 0
 * or -1. */
static int
back_wait(struct sx_verify *v, enum back_came *came, size_t *number)
{
	struct sx_talk *t = v->talk;
	const struct sx_message *m;
	int64_t last;
	int rc;

	if (v->since == 0) {
		v->since = sx_now().mono;
		v->until = v->since + v->patience;
	}
	last = v->since + v->patience + HAND_US;
	*came = CAME_NOT;
	while (sx_now().mono < last) {
		rc = sx_talk_next(t, v->until, &m);
		if (rc == -1)
			return -1;
		if (rc == 0 && !back_wait_on(v, last))
			return 0;
		if (rc == 1 && (m->damage.kind != SX_DAMAGE_NONE ||
				   m->facts.checksum == SX_CHECKSUM_BAD)) {
			*came = CAME_DAMAGED;
			return 0;
		}
		if (rc == 1 && verify_find_awaited(v, m, number)) {
			*came = CAME_BACK;
			return back_keep(v, &v->list[*number], m->data, m->len);
		}
	}
	return 0;
}

/* ---- All messages ---- */

enum {
	VERIFY_PASS,
	VERIFY_ASK,
	VERIFY_HAND,
	VERIFY_REST,   /* give up dumps by hand */
	VERIFY_FAILED, /* return -1 */
	VERIFY_OVER
};

/* Return the next message from `at` on with this `how` that is not over; n:
 * none. */
static size_t
verify_find(const struct sx_verify *v, enum sx_back_how how, size_t at)
{
	while (at < v->n && (v->list[at].how != how || v->list[at].over))
		at++;
	return at;
}

static int
verify_tell(struct sx_verify_event *ev, enum sx_verify_type type, size_t number)
{
	ev->type = type;
	ev->number = number;
	return 1;
}

/* Count the messages with this `how` that are not over. */
static size_t
verify_left(const struct sx_verify *v, enum sx_back_how how)
{
	size_t left = 0;

	for (size_t i = 0; i < v->n; i++)
		left += v->list[i].how == how && !v->list[i].over;
	return left;
}

size_t
sx_verify_open(const struct sx_verify *v)
{
	return verify_left(v, SX_BACK_ASK) + verify_left(v, SX_BACK_WITH) +
	       verify_left(v, SX_BACK_BY_HAND);
}

const char *
sx_verify_panel(const struct sx_verify *v)
{
	size_t i = verify_find(v, SX_BACK_BY_HAND, 0);
	const char *device = i < v->n ? v->list[i].sent->facts.device : "";

	return device[0] != '\0' ? sx_request_panel(v->user, device) : NULL;
}

/* Report a message as back; the next call frees it. */
static int
verify_give(struct sx_verify *v, struct sx_verify_event *ev, size_t number)
{
	v->asked = false;
	v->given = number + 1;
	return verify_tell(ev, SX_VERIFY_BACK, number);
}

static int
verify_give_up(struct sx_verify *v, struct sx_verify_event *ev, size_t number)
{
	v->asked = false;
	v->list[number].over = true;
	return verify_tell(ev, SX_VERIFY_SILENT, number);
}

static int
verify_pass(struct sx_verify *v, struct sx_verify_event *ev)
{
	bool echoes;
	int rc = verify_discard(v, &echoes);

	v->phase = rc == 0 ? VERIFY_ASK : VERIFY_FAILED;
	return echoes ? verify_tell(ev, SX_VERIFY_ECHOES, 0) : 0;
}

static int
verify_ask(struct sx_verify *v, struct sx_verify_event *ev)
{
	size_t i = verify_find(v, SX_BACK_ASK, v->at);
	size_t with = verify_find(v, SX_BACK_WITH, v->at);
	int rc;

	if (with < i)
		return v->list[with].data != NULL ? verify_give(v, ev, with)
						  : verify_give_up(v, ev, with);
	if (i == v->n) {
		v->phase = VERIFY_HAND;
		v->at = 0;
		return 0;
	}
	v->at = i;
	if (!v->asked) {
		v->asked = true;
		ev->nth = ++v->nth;
		return verify_tell(ev, SX_VERIFY_ASKING, i);
	}
	rc = back_ask(v, &v->list[i]);
	if (rc == -1)
		return -1;
	return rc == 1 ? verify_give(v, ev, i) : verify_give_up(v, ev, i);
}

static int
verify_by_hand(struct sx_verify *v, struct sx_verify_event *ev)
{
	size_t i = verify_find(v, SX_BACK_BY_HAND, 0);
	enum back_came came;

	if (i == v->n) {
		v->phase = VERIFY_REST;
		return 0;
	}
	if (!v->asked) {
		v->asked = true;
		v->since = 0;
		ev->left = verify_left(v, SX_BACK_BY_HAND);
		return verify_tell(ev, SX_VERIFY_BY_HAND, i);
	}
	if (back_wait(v, &came, &i) == -1)
		return -1;
	if (came == CAME_BACK)
		return verify_give(v, ev, i);
	if (came == CAME_DAMAGED)
		return verify_tell(ev, SX_VERIFY_DAMAGED, 0);
	v->phase = VERIFY_REST;
	return 0;
}

static int
verify_rest(struct sx_verify *v, struct sx_verify_event *ev)
{
	size_t i = verify_find(v, SX_BACK_BY_HAND, 0);

	if (i < v->n)
		return verify_give_up(v, ev, i);
	v->phase = VERIFY_OVER;
	return 0;
}

static int
verify_phase(struct sx_verify *v, struct sx_verify_event *ev)
{
	switch (v->phase) {
	case VERIFY_PASS:
		return verify_pass(v, ev);
	case VERIFY_ASK:
		return verify_ask(v, ev);
	case VERIFY_HAND:
		return verify_by_hand(v, ev);
	case VERIFY_REST:
		return verify_rest(v, ev);
	default:
		return -1;
	}
}

int
sx_verify_next(struct sx_verify *v, struct sx_verify_event *ev)
{
	int rc = 0;

	if (v->given > 0) {
		v->list[v->given - 1].over = true;
		back_forget(&v->list[v->given - 1]);
		v->given = 0;
	}
	*ev = (struct sx_verify_event){ .number = 0 };
	while (rc == 0 && v->phase != VERIFY_OVER)
		rc = verify_phase(v, ev);
	if (rc == -1)
		v->phase = VERIFY_OVER;
	return rc;
}

void
sx_verify_sides(
    const struct sx_verify *v, size_t number, struct sx_verify_sides *s)
{
	const struct sx_back *came = &v->list[number];
	const struct sx_outgoing *m = came->sent;
	struct sx_facts *sent = &s->items[0].facts;

	s->items[0] = (struct sx_item){ .data = m->data,
		.len = m->len,
		.offset = m->offset,
		.facts = m->facts };
	s->items[1] = (struct sx_item){
		.data = came->data, .len = came->len, .facts = came->facts
	};
	/* A pair comes back without the slot it was stored in. */
	if (m->facts.pair > 0) {
		sent->slot = came->facts.slot;
		memcpy(sent->slot_text, came->facts.slot_text,
		    sizeof(sent->slot_text));
	}
	s->sent = (struct sx_items){ .path = v->load->files[m->file],
		.time = sx_now().wall,
		.items = &s->items[0],
		.n = 1 };
	s->back = (struct sx_items){ .path = v->talk->port_name,
		.time = s->sent.time,
		.items = &s->items[1],
		.n = 1 };
}

void
sx_verify_free(struct sx_verify *v)
{
	for (size_t i = 0; i < v->n; i++)
		back_forget(&v->list[i]);
	free(v->list);
}
