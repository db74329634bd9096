/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/ask.h"
#include "sxlib/back.h"

#define QUIET_US  100000    /* what is led back comes within this */
#define ANSWER_US 2000000   /* to the first byte of an answer */
#define GOING_US  1000000   /* from byte to byte of one */
#define HAND_US	  300000000 /* for one by hand, beyond the time-out */
#define TAIL	  2	    /* checksum and F7 of a piece */

/* When bytes of SysEx came last, if that was after `since`. */
static int64_t
heard_after(const struct sx_talk *t, int64_t since)
{
	struct sx_traffic traffic;

	sx_session_traffic(t->session, t->port, &traffic);
	return traffic.last_sysex > since ? traffic.last_sysex : since;
}

static bool
is_coming(const struct sx_talk *t)
{
	const struct sx_facts *facts;

	return sx_session_incoming(t->session, t->port, &facts) > 0;
}

static bool
is_sent(const struct sx_back *b, const struct sx_message *m)
{
	return b->sent_len == m->len && memcmp(b->sent, m->data, m->len) == 0;
}

/* ---- The plan ---- */

/* Is the same slot sent once more? */
static bool
comes_later(const struct sx_back *list, size_t n, size_t number)
{
	const struct sx_request *q = &list[number].q, *other;

	for (size_t i = number + 1; i < n; i++) {
		other = &list[i].q;
		if (list[i].how == SX_BACK_ASK && other->len == q->len &&
		    memcmp(other->msg, q->msg, q->len) == 0)
			return true;
	}
	return false;
}

void
sx_backs_plan(struct sx_back *list, size_t n, const struct sx_devices *user)
{
	for (size_t i = n; i-- > 0;) {
		struct sx_back *b = &list[i];
		const struct sx_facts *f = b->sent_facts;

		b->how = SX_BACK_NOT;
		if (!f->dump || f->kind == SX_KIND_FIRMWARE || f->pair < 0)
			continue;
		b->how = SX_BACK_BY_HAND;
		if (!sx_request_for_message(
			user, b->sent, b->sent_len, f, &b->q))
			continue;
		b->how = SX_BACK_ASK;
		if (comes_later(list, n, i))
			b->how = SX_BACK_LATER;
	}
}

int
sx_backs_pass(
    struct sx_talk *t, const struct sx_back *list, size_t n, bool *echoes)
{
	int64_t until = sx_now().mono + QUIET_US;
	int64_t last = until + SX_TALK_FLOOD_US;
	const struct sx_message *m;
	int rc;

	*echoes = false;
	for (;;) {
		rc = sx_talk_next(t, until, &m);
		if (rc == -1)
			return -1;
		if ((rc == 0 && (!is_coming(t) || t->flood)) ||
		    sx_now().mono >= last)
			return 0;
		for (size_t i = 0; rc == 1 && i < n; i++)
			*echoes |= is_sent(&list[i], m);
		until = sx_now().mono + QUIET_US;
		/* One that is cut for good. */
		if (rc == 0 && sx_now().mono > heard_after(t, 0) + GOING_US)
			return 0;
	}
}

/* ---- What comes back ---- */

void
sx_back_forget(struct sx_back *b)
{
	free(b->data);
	b->data = NULL;
	b->len = 0;
}

/* Keep an answer, or the next piece of one as if all were one message. */
static int
back_keep(struct sx_talk *t, const struct sx_devices *user, struct sx_back *b,
    const uint8_t *data, size_t n)
{
	const struct sx_request *q = &b->q;
	size_t from = b->data != NULL ? q->at + q->width : 0;
	size_t have = b->data != NULL ? b->len - TAIL : 0;
	uint8_t *p = realloc(b->data, have + n - from);
	unsigned sum = 0;

	if (p == NULL)
		return sx_fail_memory(t->err);
	b->data = p;
	memcpy(p + have, data + from, n - from);
	b->len = have + n - from;
	if (have > 0) {
		for (size_t i = q->at; i < b->len - TAIL; i++)
			sum += p[i];
		p[b->len - TAIL] = (uint8_t)(-sum & 0x7f);
	}
	sx_device_decode(user, b->data, b->len, &b->facts);
	return 0;
}

/* All the messages of an answer. */
static int
back_keep_answer(struct sx_talk *t, const struct sx_devices *user,
    struct sx_back *b, const struct sx_target *target)
{
	const uint8_t *p = target->bytes;

	sx_back_forget(b);
	for (size_t at = 0, len; at < target->n; at += len) {
		len = 1 + sx_find_status(p + at + 1, target->n - at - 1);
		len += at + len < target->n;
		if (back_keep(t, user, b, p + at, len) == -1)
			return -1;
	}
	return 0;
}

/* What has a wrong checksum proves nothing: it is what came if it came last.
 * Of several messages, the checksum would be lost. */
static int
back_take(struct sx_talk *t, const struct sx_devices *user, struct sx_back *b,
    const struct sx_message *m, const struct sx_came *came)
{
	if (came->as != SX_CAME_BAD || came->again || came->piece)
		return 0;
	sx_back_forget(b);
	return back_keep(t, user, b, m->data, m->len);
}

int
sx_back_ask(struct sx_talk *t, const struct sx_devices *user, struct sx_back *b,
    unsigned retries)
{
	struct sx_target target = { .q = b->q, .most = 2 * b->sent_len };
	struct sx_asker a = { .targets = &target,
		.n = 1,
		.retries = retries,
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
		if (back_take(t, user, b, m, &came) == -1) {
			rc = -1;
			break;
		}
	if (rc == 0 && target.state == SX_TARGET_GOT)
		rc = back_keep_answer(t, user, b, &target);
	sx_asker_free(&a);
	return rc == 0 ? b->data != NULL : -1;
}

/* ---- By hand ---- */

static bool
back_is_alike(const struct sx_facts *a, const struct sx_facts *b)
{
	/* The slot of a pair is in its second message. */
	return a->maker_id == b->maker_id && a->kind == b->kind &&
	       (a->pair > 0 || a->slot == b->slot) &&
	       strcmp(a->device, b->device) == 0;
}

/* The one that a dump by hand is for: the same bytes before the same slot. */
static bool
find_awaited(const struct sx_back *list, size_t n, const struct sx_message *m,
    size_t *number)
{
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (list[i].how != SX_BACK_BY_HAND || list[i].over)
			continue;
		if (is_sent(&list[i], m)) {
			*number = i;
			return true;
		}
		if (!found && back_is_alike(list[i].sent_facts, &m->facts)) {
			*number = i;
			found = true;
		}
	}
	return found;
}

/* The time is up: is more of it to be waited for? */
static bool
back_wait_on(struct sx_talk *t, struct sx_back_wait *w, int64_t last)
{
	int64_t later =
	    heard_after(t, w->since) + (is_coming(t) ? GOING_US : w->patience);

	if (later <= w->until || sx_now().mono >= last || t->flood)
		return false;
	w->until = later;
	return true;
}

int
sx_backs_wait(struct sx_talk *t, const struct sx_devices *user,
    struct sx_back *list, size_t n, struct sx_back_wait *w,
    enum sx_back_came *came, size_t *number)
{
	const struct sx_message *m;
	int64_t last;
	int rc;

	if (w->since == 0) {
		w->since = sx_now().mono;
		w->until = w->since + w->patience;
	}
	last = w->since + w->patience + HAND_US;
	*came = SX_BACK_NONE;
	while (sx_now().mono < last) {
		rc = sx_talk_next(t, w->until, &m);
		if (rc == -1)
			return -1;
		if (rc == 0 && !back_wait_on(t, w, last))
			return 0;
		if (rc == 1 && (m->damage.kind != SX_DAMAGE_NONE ||
				   m->facts.checksum == SX_CHECKSUM_BAD)) {
			*came = SX_BACK_DAMAGED;
			return 0;
		}
		if (rc == 1 && find_awaited(list, n, m, number)) {
			*came = SX_BACK_CAME;
			return back_keep(
			    t, user, &list[*number], m->data, m->len);
		}
	}
	return 0;
}
