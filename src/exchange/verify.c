/* SPDX-License-Identifier: ISC */
/* Everything that was sent, back again. */
#include <stdlib.h>
#include <string.h>

#include "sxlib/back.h"

enum {
	VERIFY_PASS,
	VERIFY_ASK,
	VERIFY_HAND,
	VERIFY_REST,   /* that did not come by hand */
	VERIFY_FAILED, /* which is told next */
	VERIFY_OVER
};

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
	for (size_t i = 0; i < v->n; i++) {
		const struct sx_outgoing *m = &v->load->messages[i];

		v->list[i] = (struct sx_back){ .sent = m->data,
			.sent_len = m->len,
			.sent_facts = &m->facts };
	}
	sx_backs_plan(v->list, v->n, v->user);
	if (sx_verify_open(v) > 0)
		return 0;
	return sx_fail(e, SX_EREFUSED, 0,
	    "--verify: none of it is a dump that can be read back; nothing was "
	    "sent");
}

/* The next one from `at` on that is to come so, and is not over; n: none. */
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

/* How many are to come so, and are not over. */
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
	return verify_left(v, SX_BACK_ASK) + verify_left(v, SX_BACK_BY_HAND);
}

const char *
sx_verify_panel(const struct sx_verify *v)
{
	size_t i = verify_find(v, SX_BACK_BY_HAND, 0);
	const char *device = i < v->n ? v->list[i].sent_facts->device : "";

	return device[0] != '\0' ? sx_request_panel(v->user, device) : NULL;
}

/* It is given out, and then forgotten. */
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
	int rc = sx_backs_pass(v->talk, v->list, v->n, &echoes);

	v->phase = rc == 0 ? VERIFY_ASK : VERIFY_FAILED;
	return echoes ? verify_tell(ev, SX_VERIFY_ECHOES, 0) : 0;
}

static int
verify_ask(struct sx_verify *v, struct sx_verify_event *ev)
{
	size_t i = verify_find(v, SX_BACK_ASK, v->at);
	int rc;

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
	rc = sx_back_ask(v->talk, v->user, &v->list[i], v->retries);
	if (rc == -1)
		return -1;
	return rc == 1 ? verify_give(v, ev, i) : verify_give_up(v, ev, i);
}

static int
verify_by_hand(struct sx_verify *v, struct sx_verify_event *ev)
{
	size_t i = verify_find(v, SX_BACK_BY_HAND, 0);
	enum sx_back_came came;

	if (i == v->n) {
		v->phase = VERIFY_REST;
		return 0;
	}
	if (!v->asked) {
		v->asked = true;
		v->wait = (struct sx_back_wait){ .patience = v->patience };
		ev->left = verify_left(v, SX_BACK_BY_HAND);
		return verify_tell(ev, SX_VERIFY_BY_HAND, i);
	}
	if (sx_backs_wait(
		v->talk, v->user, v->list, v->n, &v->wait, &came, &i) == -1)
		return -1;
	if (came == SX_BACK_CAME)
		return verify_give(v, ev, i);
	if (came == SX_BACK_DAMAGED)
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
		sx_back_forget(&v->list[v->given - 1]);
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
	const struct sx_outgoing *m = &v->load->messages[number];
	const struct sx_back *came = &v->list[number];
	struct sx_facts *sent = &s->items[0].facts;

	s->items[0] = (struct sx_item){ .data = m->data,
		.len = m->len,
		.offset = m->offset,
		.facts = m->facts };
	s->items[1] = (struct sx_item){
		.data = came->data, .len = came->len, .facts = came->facts
	};
	/* What comes back of a pair does not say where it was stored. */
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
		sx_back_forget(&v->list[i]);
	free(v->list);
}
