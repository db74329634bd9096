/* SPDX-License-Identifier: ISC */
/* Everything that was sent, back again. */
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
sx_backs_count(const struct sx_back *list, size_t n, enum sx_back_how how)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += list[i].how == how;
	return count;
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

/* How many are awaited. */
static size_t
verify_left(const struct sx_verify *v)
{
	size_t left = 0;

	for (size_t i = 0; i < v->n; i++)
		left += v->list[i].how == SX_BACK_BY_HAND && !v->list[i].over;
	return left;
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
		ev->left = verify_left(v);
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
