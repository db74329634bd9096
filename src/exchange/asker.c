/* SPDX-License-Identifier: ISC */
/*
 * Requests one target after the other. An attempt waits until its answer is
 * whole or nothing has arrived for a while; then it lets the remains pass, and
 * the pause that the unit needs. Everything that arrives meanwhile is judged:
 * only answers to requests settle a target, and only bytes received before are
 * of no use. Where answers do not carry their slot, an earlier one may arrive
 * again, or only now, and would be taken for the next. Such a doubtful answer
 * counts only if it arrives for a second request, too, which is sent when no
 * more of the earlier ones arrive.
 */
#include <stdlib.h>
#include <string.h>

#include "sxlib/asker.h"
#include "sxlib/identity.h"

#define DIN_RATE     3125 /* bytes/s */
#define WIRE_MOST_US 3000000
#define REST_US	     250000    /* silence after a damaged answer */
#define FLOOD_US     10000000  /* how long other messages may arrive */
#define STRANGER_US  300000000 /* how long a dump may take */
#define WHO_MOST     64	       /* bytes: longer than any identity reply */

enum asker_phase {
	PHASE_SEND,
	PHASE_AWAIT,
	PHASE_CUT,
	PHASE_REST,
	PHASE_FAIL, /* give up an incomplete answer */
	PHASE_PAUSE,
	PHASE_FAIL_LATE, /* the same, of pieces that came in the pause */
	PHASE_SETTLE,
	PHASE_TAIL, /* wait for the end of a message that has begun */
	PHASE_TAIL_CUT,
	PHASE_TAIL_SETTLE,
	PHASE_DONE,
};

/* Bytes of an unrequested dump. */
struct sx_copy {
	uint8_t *bytes;
	size_t n;
};

static int64_t
asker_later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* ---- The next action ---- */

static void
asker_do(struct sx_asker *a, enum asker_phase phase, enum sx_asker_todo todo)
{
	a->phase = (int)phase;
	a->todo = todo;
}

static void
asker_listen(struct sx_asker *a, enum asker_phase phase, int64_t until)
{
	asker_do(a, phase, SX_ASKER_LISTEN);
	a->deadline = until;
}

static void
asker_cut(struct sx_asker *a, enum asker_phase phase, enum sx_end why)
{
	asker_do(a, phase, SX_ASKER_CUT);
	a->end = why;
}

static void
asker_send(struct sx_asker *a)
{
	struct sx_target *t = &a->targets[a->at];

	asker_do(a, PHASE_SEND, SX_ASKER_SEND);
	a->len = sx_request_wire(&t->q, a->wire);
	a->unanswered = a->attempt == SX_ATTEMPT_WAITS;
	a->attempt = SX_ATTEMPT_WAITS;
	a->owed++;
	t->asked = true;
}

size_t
sx_asker_count(const struct sx_asker *a, enum sx_target_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		n += a->targets[i].state == state;
	return n;
}

static bool
asker_is_deaf(const struct sx_asker *a)
{
	return a->deaf > 0 && !a->heard_any &&
	       sx_asker_count(a, SX_TARGET_SILENT) >= a->deaf;
}

static void
asker_end(struct sx_asker *a, int64_t now)
{
	if (a->over || !a->linger)
		asker_do(a, PHASE_TAIL_SETTLE, SX_ASKER_SETTLE);
	else if (a->why == SX_ASKER_FLOOD || a->why == SX_ASKER_ENDLESS)
		asker_cut(a, PHASE_TAIL_CUT, SX_END_TIMEOUT);
	else
		asker_listen(a, PHASE_TAIL, now);
	a->last = now + STRANGER_US;
}

/* Units answer in order: once a target is received, only answers to the other
 * requests for it may still come. */
static void
asker_count_missed(struct sx_asker *a)
{
	const struct sx_target *t = &a->targets[a->at];
	unsigned others = a->tries + a->rechecks;

	a->strange = 0;
	if (!t->asked)
		return;
	if (t->state != SX_TARGET_GOT) {
		a->missed += a->owed > 0;
		return;
	}
	a->missed = 0;
	if (a->owed > others)
		a->owed = others;
}

/* Request the first open target from number i on. */
static void
asker_next(struct sx_asker *a, size_t i, int64_t now)
{
	if (a->why == SX_ASKER_ALL && asker_is_deaf(a))
		a->why = SX_ASKER_DEAF;
	while (i < a->n && a->targets[i].state != SX_TARGET_OPEN)
		i++;
	if (i == a->n || a->why != SX_ASKER_ALL) {
		asker_end(a, now);
		return;
	}
	asker_count_missed(a);
	a->at = i;
	a->tries = 0;
	a->doubted = false;
	a->rechecks = 0;
	a->begun = now;
	asker_send(a);
}

static void
asker_settle(struct sx_asker *a)
{
	struct sx_target *t = &a->targets[a->at];

	if (t->state == SX_TARGET_OPEN)
		t->state = a->over ? SX_TARGET_CUT : SX_TARGET_SILENT;
	a->attempt = SX_ATTEMPT_NONE;
	asker_do(a, PHASE_SETTLE, SX_ASKER_SETTLE);
}

/* After an attempt and its pause: retry, or settle the target. */
static void
asker_decide(struct sx_asker *a)
{
	bool recheck = a->doubted;

	if (a->targets[a->at].state == SX_TARGET_GOT ||
	    a->why != SX_ASKER_ALL || (a->tries == a->retries && !recheck)) {
		asker_settle(a);
		return;
	}
	a->tries += !recheck;
	a->rechecks += recheck;
	a->doubted = false;
	asker_send(a);
	a->unanswered &= !recheck;
}

/* True if the unit is not to blame. */
static bool
damage_is_ours(struct sx_damage damage)
{
	return damage.kind == SX_DAMAGE_INTERRUPTED ||
	       damage.kind == SX_DAMAGE_UNPLUGGED ||
	       damage.kind == SX_DAMAGE_INPUT;
}

static void
asker_fail(struct sx_asker *a, struct sx_damage damage)
{
	struct sx_target *t = &a->targets[a->at];

	if (t->state != SX_TARGET_GOT)
		t->state =
		    damage_is_ours(damage) ? SX_TARGET_CUT : SX_TARGET_BAD;
	if (a->attempt == SX_ATTEMPT_WAITS)
		a->attempt = SX_ATTEMPT_DAMAGED;
}

static void
asker_drop_pieces(struct sx_asker *a)
{
	free(a->pieces);
	a->pieces = NULL;
	a->npieces = 0;
	a->got = (struct sx_received){ 0 };
	a->odd = a->bad_sum = false;
}

/* True if these bytes, or unknown ones (NULL), could be the answer to either
 * target. */
static bool
asker_is_either(const struct sx_target *a, const struct sx_target *b,
    const struct sx_arrival *in)
{
	struct sx_received got = { 0 };

	if (sx_request_row_is(&a->q.row, &b->q.row))
		return !sx_request_tells_slot(&a->q.row);
	return in->data != NULL && sx_request_judge(&b->q, in->data, in->len,
				       &got, NULL) == SX_ANSWER_WHOLE;
}

/* Could it be the answer to an earlier request, with only the order to tell
 * them apart? */
static bool
asker_is_doubtful(
    const struct sx_asker *a, size_t i, const struct sx_arrival *in)
{
	const struct sx_target *t = &a->targets[i], *last = t;

	if (i != a->at || t->state == SX_TARGET_GOT ||
	    a->answers == SX_ANSWERS_WHO)
		return false;
	while (last > a->targets)
		if ((--last)->asked)
			return a->answers == SX_ANSWERS_ANY ||
			       asker_is_either(t, last, in);
	return false;
}

/* Could it be the late answer to an earlier request that got none in time? */
static bool
asker_is_overdue(
    const struct sx_asker *a, size_t i, const struct sx_arrival *in)
{
	return a->missed > 0 && a->rechecks <= a->missed &&
	       asker_is_doubtful(a, i, in);
}

/* Give up an incomplete answer. Returns true if held pieces were given up. */
static bool
asker_give_up(struct sx_asker *a, enum asker_phase phase, enum sx_end why)
{
	const struct sx_span cut = { .kind = SX_SPAN_SYSEX, .end = why };

	if (a->pieces == NULL)
		return false;
	asker_drop_pieces(a);
	a->damage = sx_span_damage(&cut);
	a->of_other = !damage_is_ours(a->damage) &&
		      asker_is_overdue(a, a->at, &(struct sx_arrival){ 0 });
	if (a->of_other)
		a->doubted = true;
	else
		asker_fail(a, a->damage);
	asker_do(a, phase, SX_ASKER_GIVE_UP);
	return true;
}

static void
asker_pause(struct sx_asker *a, int64_t now)
{
	int64_t delay = a->delay;

	if (delay == -1)
		delay = a->targets[a->at].q.row.delay_ms * 1000;
	if (delay == 0 || a->why != SX_ASKER_ALL)
		asker_decide(a);
	else
		asker_listen(a, PHASE_PAUSE, now + delay);
}

static void
asker_end_attempt(struct sx_asker *a, int64_t now)
{
	if (!asker_give_up(a, PHASE_FAIL, SX_END_TIMEOUT))
		asker_pause(a, now);
}

/* End the wait, with or without an answer. The remains of a bad one are let
 * pass, so that they are not taken for the next. */
static void
asker_end_wait(struct sx_asker *a, int64_t now)
{
	if (a->attempt == SX_ATTEMPT_DAMAGED && a->why == SX_ASKER_ALL) {
		asker_listen(a, PHASE_REST, now + REST_US);
		a->last = now + FLOOD_US;
		return;
	}
	asker_end_attempt(a, now);
}

/* ---- Waiting ---- */

/* Size of the longest answer in bytes; 0: unknown. */
static size_t
asker_most(const struct sx_asker *a)
{
	const struct sx_target *t = &a->targets[a->at];

	return t->q.row.most > 0 ? t->q.row.most : t->most;
}

/* Return the wire time of an answer: an interface may hold it until it is
 * whole. */
static int64_t
asker_wire_time(size_t bytes)
{
	int64_t us = (int64_t)bytes * 1000000 / DIN_RATE;

	return us < WIRE_MOST_US ? us : WIRE_MOST_US;
}

/* Return the limit of the wait, whatever arrives: a unit may take four times as
 * long as the wire would. */
static int64_t
asker_longest(const struct sx_asker *a)
{
	size_t most = asker_most(a);

	if (a->answers == SX_ANSWERS_WHO)
		return FLOOD_US;
	if (most == 0)
		return STRANGER_US;
	return FLOOD_US + 4 * (int64_t)most * 1000000 / DIN_RATE;
}

/* Return the silence that ends the wait. Answers to earlier requests may come
 * as far apart as the requests did. */
static int64_t
asker_going(const struct sx_asker *a)
{
	if (!a->doubted || a->owed < 2)
		return a->going;
	return asker_later(a->going, a->patience) +
	       asker_wire_time(asker_most(a)) + REST_US;
}

/* True if a doubtful answer has arrived and no other is owed: if the unit sent
 * it twice, its answer to this request is already on the wire. */
static bool
asker_is_answered(const struct sx_asker *a)
{
	return a->doubted && a->owed == 0;
}

/* If something is coming, it may pause. */
static void
asker_await(struct sx_asker *a, bool coming)
{
	int64_t until =
	    asker_later(a->asked + a->patience, a->heard + asker_going(a));
	int64_t soon = a->heard + asker_wire_time(asker_most(a)) + REST_US;

	asker_listen(a, PHASE_AWAIT,
	    !coming && asker_is_answered(a) && soon < until ? soon : until);
}

static void
asker_flood(struct sx_asker *a, enum sx_asker_why why)
{
	a->why = why;
	asker_cut(a, PHASE_CUT, SX_END_TIMEOUT);
}

static void
asker_passed_await(
    struct sx_asker *a, int64_t now, size_t coming, int64_t heard)
{
	if (coming > 0 && (a->answers != SX_ANSWERS_WHO || coming <= WHO_MOST))
		a->heard = asker_later(a->heard, heard);
	asker_await(a, coming > 0);
	if (a->deadline <= now)
		asker_cut(a, PHASE_CUT, SX_END_TIMEOUT);
	else if (now >= a->last)
		asker_flood(a, SX_ASKER_FLOOD);
}

static void
asker_passed_tail(struct sx_asker *a, int64_t now, size_t coming, int64_t heard)
{
	int64_t until = asker_later(a->heard, heard) + a->going;

	if (coming == 0)
		asker_do(a, PHASE_TAIL_SETTLE, SX_ASKER_SETTLE);
	else if (until <= now || now >= a->last)
		asker_cut(a, PHASE_TAIL_CUT, SX_END_TIMEOUT);
	else
		a->deadline = until;
}

/* ---- Arrivals ---- */

bool
sx_asker_is_echo(const struct sx_asker *a, const uint8_t *data, size_t len)
{
	const struct sx_request *q = &a->targets[a->at].q;

	return len > 0 && len == q->len && memcmp(data, q->msg, len) == 0;
}

static uint8_t *
asker_copy_of(const uint8_t *bytes, size_t n, struct sx_err *e)
{
	uint8_t *copy = malloc(n > 0 ? n : 1);

	if (copy == NULL)
		sx_fail_memory(e);
	else
		memcpy(copy, bytes, n);
	return copy;
}

static int
target_copy(
    struct sx_target *t, const uint8_t *bytes, size_t n, struct sx_err *e)
{
	uint8_t *copy = asker_copy_of(bytes, n, e);

	if (copy == NULL)
		return -1;
	free(t->bytes);
	t->bytes = copy;
	t->n = n;
	return 0;
}

static enum sx_answer
asker_judge(struct sx_asker *a, const struct sx_arrival *in)
{
	struct sx_identity id;

	if (a->attempt != SX_ATTEMPT_WAITS)
		return SX_ANSWER_NOT;
	switch (a->answers) {
	case SX_ANSWERS_ANY:
		return SX_ANSWER_WHOLE;
	case SX_ANSWERS_WHO:
		return sx_identity_decode(NULL, in->data, in->len, &id)
			   ? SX_ANSWER_WHOLE
			   : SX_ANSWER_NOT;
	case SX_ANSWERS_ROW:
		break;
	}
	return sx_request_judge(
	    &a->targets[a->at].q, in->data, in->len, &a->got, NULL);
}

static int
asker_add_copy(
    struct sx_asker *a, const struct sx_arrival *in, struct sx_err *e)
{
	struct sx_copy *p = realloc(a->copies, (a->ncopies + 1) * sizeof(*p));

	if (p == NULL)
		return sx_fail_memory(e);
	a->copies = p;
	p[a->ncopies].bytes = asker_copy_of(in->data, in->len, e);
	if (p[a->ncopies].bytes == NULL)
		return -1;
	p[a->ncopies++].n = in->len;
	return 0;
}

/* Take an unrequested dump. If it comes again, requested or not, it is a
 * duplicate. */
static int
asker_take_stranger(struct sx_asker *a, const struct sx_arrival *in,
    struct sx_came *came, struct sx_err *e)
{
	struct sx_target *t =
	    came->of != SX_NO_TARGET ? &a->targets[came->of] : NULL;

	came->as = SX_CAME_STRANGER;
	a->strangers++;
	if (in->bad_sum || in->odd_length || in->len > a->remember - a->copied)
		return 0;
	a->copied += in->len;
	if (t != NULL && t->state == SX_TARGET_OPEN && t->bytes == NULL)
		return target_copy(t, in->data, in->len, e);
	return asker_add_copy(a, in, e);
}

/* Have these bytes, an answer or a message of one, come before? */
static bool
asker_has(const struct sx_asker *a, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->targets[i].bytes != NULL &&
		    memmem(a->targets[i].bytes, a->targets[i].n, bytes, n) !=
			NULL)
			return true;
	for (size_t i = 0; i < a->ncopies; i++)
		if (memmem(a->copies[i].bytes, a->copies[i].n, bytes, n) !=
		    NULL)
			return true;
	return false;
}

/* Does it begin with an earlier answer? Where the format is not known, a copy
 * of that and what follows it may be one dump. */
static bool
asker_goes_on(const struct sx_asker *a, const struct sx_arrival *in)
{
	const struct sx_target *t = a->targets;

	if (a->answers != SX_ANSWERS_ANY)
		return false;
	for (; t < &a->targets[a->at]; t++)
		if (t->bytes != NULL && t->n < in->len &&
		    memcmp(t->bytes, in->data, t->n) == 0)
			return true;
	return false;
}

/* Could another answer be overdue? At first as many as were missed; after a
 * recheck, the first one. */
static bool
asker_expects_overdue(const struct sx_asker *a)
{
	return a->rechecks == 0 ? a->strange < a->missed : !a->doubted;
}

/* Is it, or some of it, of an earlier target? */
static bool
asker_is_of_other(
    const struct sx_asker *a, size_t i, const struct sx_arrival *in)
{
	if (asker_expects_overdue(a) && asker_is_overdue(a, i, in))
		return true;
	return a->rechecks == 0 && asker_is_doubtful(a, i, in) &&
	       asker_goes_on(a, in);
}

static int
asker_take_overdue(struct sx_asker *a, const struct sx_arrival *in,
    struct sx_came *came, struct sx_err *e)
{
	const size_t before = a->ncopies;

	a->doubted = true;
	a->strange++;
	came->of = SX_NO_TARGET;
	if (asker_take_stranger(a, in, came, e) == -1)
		return -1;
	if (a->ncopies > before) {
		came->doubt = a->at;
		came->copy = before;
	}
	return 0;
}

bool
sx_asker_is_copy(struct sx_asker *a, size_t i, size_t copy)
{
	const struct sx_target *t = &a->targets[i];
	const struct sx_copy *c = &a->copies[copy];

	if (t->state != SX_TARGET_GOT || t->n != c->n ||
	    memcmp(t->bytes, c->bytes, c->n) != 0)
		return false;
	a->strangers--;
	a->doubled++;
	return true;
}

/* An answer arrived, to whichever request: one less is owed. */
static void
asker_got_one(struct sx_asker *a)
{
	a->owed -= a->owed > 0;
}

/* Take a whole answer to the current target, with a wrong checksum. */
static int
asker_take_bad(struct sx_asker *a, size_t i, const struct sx_arrival *in,
    struct sx_came *came, struct sx_err *e)
{
	struct sx_target *t = &a->targets[i];
	bool now = a->attempt == SX_ATTEMPT_WAITS;

	if (asker_is_overdue(a, i, in))
		return asker_take_overdue(a, in, came, e);
	came->as = SX_CAME_BAD;
	came->of = i;
	came->again = !now || a->tries < a->retries;
	if (t->state != SX_TARGET_GOT)
		t->state = SX_TARGET_BAD;
	if (now)
		a->attempt = SX_ATTEMPT_DAMAGED;
	return 0;
}

/* Take a duplicate. */
static void
asker_take_again(struct sx_asker *a, struct sx_came *came)
{
	came->as = SX_CAME_TWICE;
	a->doubled++;
}

/* 1: its length is not what its format has, and it is not the same as the one
 * that an earlier request got. 0. -1: out of memory. */
static int
asker_is_odd(
    struct sx_asker *a, size_t i, const struct sx_arrival *in, struct sx_err *e)
{
	struct sx_target *t = &a->targets[i];
	const bool now = i == a->at && a->attempt == SX_ATTEMPT_WAITS;
	uint8_t *copy;

	if (!in->odd_length || a->answers != SX_ANSWERS_ROW ||
	    (now && t->odd != NULL && t->nodd == in->len &&
		memcmp(t->odd, in->data, in->len) == 0))
		return 0;
	copy = asker_copy_of(in->data, in->len, e);
	if (copy == NULL)
		return -1;
	free(t->odd);
	t->odd = copy;
	t->nodd = in->len;
	return 1;
}

/* Take a whole answer to target i, in time or late. */
static int
asker_take_answer(struct sx_asker *a, size_t i, const struct sx_arrival *in,
    struct sx_came *came, struct sx_err *e)
{
	struct sx_target *t = &a->targets[i];
	const bool doubtful = asker_is_doubtful(a, i, in);
	const bool has = doubtful && asker_has(a, in->data, in->len);
	const int odd = asker_is_odd(a, i, in, e);

	asker_got_one(a);
	if (odd == -1)
		return -1;
	if (in->bad_sum || odd == 1)
		return asker_take_bad(a, i, in, came, e);
	if (has && a->rechecks == 0) {
		a->doubted = true;
		asker_take_again(a, came);
		return 0;
	}
	if (!has && asker_is_of_other(a, i, in))
		return asker_take_overdue(a, in, came, e);
	came->as = SX_CAME_ANSWER;
	came->of = i;
	came->late = i != a->at || a->attempt != SX_ATTEMPT_WAITS;
	came->known = t->bytes != NULL && t->n == in->len &&
		      memcmp(t->bytes, in->data, in->len) == 0;
	if (!came->known && target_copy(t, in->data, in->len, e) == -1)
		return -1;
	t->state = SX_TARGET_GOT;
	if (a->answers == SX_ANSWERS_WHO)
		a->asked = in->now;
	else if (!came->late)
		a->attempt = SX_ATTEMPT_ANSWERED;
	return 0;
}

static int
asker_take_piece(struct sx_asker *a, enum sx_answer answer,
    const struct sx_arrival *in, struct sx_came *came, struct sx_err *e)
{
	uint8_t *p = realloc(a->pieces, a->npieces + in->len);
	struct sx_arrival all = *in;
	int rc;

	if (p == NULL)
		return sx_fail_memory(e);
	a->pieces = p;
	memcpy(p + a->npieces, in->data, in->len);
	a->npieces += in->len;
	a->odd |= answer == SX_ANSWER_ODD;
	a->bad_sum |= in->bad_sum;
	came->as = SX_CAME_PIECE;
	came->of = a->at;
	if (answer != SX_ANSWER_WHOLE || a->odd)
		return 0;
	came->piece = true;
	all.data = p;
	all.len = a->npieces;
	all.bad_sum = a->bad_sum;
	all.odd_length = false; /* its data were counted */
	rc = asker_take_answer(a, a->at, &all, came, e);
	asker_drop_pieces(a);
	return rc;
}

/* Return the target that this answers in full. An answer that does not carry
 * its slot can only be matched with the current one. */
static size_t
asker_find(const struct sx_asker *a, const struct sx_arrival *in)
{
	for (size_t i = 0; a->answers == SX_ANSWERS_ROW && i < a->n; i++) {
		struct sx_received got = { 0 };

		if ((i == a->at ||
			sx_request_tells_slot(&a->targets[i].q.row)) &&
		    sx_request_judge(&a->targets[i].q, in->data, in->len, &got,
			NULL) == SX_ANSWER_WHOLE)
			return i;
	}
	return SX_NO_TARGET;
}

static int
asker_take_whole(struct sx_asker *a, const struct sx_arrival *in,
    struct sx_came *came, struct sx_err *e)
{
	bool bad = in->bad_sum || in->odd_length;
	bool early = a->fresh && in->began < a->begun;
	struct sx_target *t;

	if (sx_asker_is_echo(a, in->data, in->len)) {
		came->as = SX_CAME_ECHO;
		a->echoes++;
		return 0;
	}
	if (!early)
		came->answer = asker_judge(a, in);
	if ((a->targets[a->at].q.data != 0 || a->targets[a->at].q.several) &&
	    came->answer > SX_ANSWER_OTHER)
		return asker_take_piece(a, came->answer, in, came, e);
	if (came->answer == SX_ANSWER_WHOLE)
		return asker_take_answer(a, a->at, in, came, e);
	if (asker_has(a, in->data, in->len)) {
		asker_take_again(a, came);
		return 0;
	}
	if (!early)
		came->of = asker_find(a, in);
	t = came->of != SX_NO_TARGET ? &a->targets[came->of] : NULL;
	if (t != NULL && t->asked &&
	    (bad ? came->of == a->at : t->state != SX_TARGET_GOT))
		return asker_take_answer(a, came->of, in, came, e);
	/* Its slot may be what is wrong. */
	if (bad)
		came->of = SX_NO_TARGET;
	return asker_take_stranger(a, in, came, e);
}

static void
asker_take_damaged(
    struct sx_asker *a, const struct sx_arrival *in, struct sx_came *came)
{
	/* A message that began before its target was requested is not its
	 * answer. */
	bool ours = in->began >= a->begun && a->answers != SX_ANSWERS_WHO;

	came->as = SX_CAME_STRANGER;
	if (ours && a->attempt == SX_ATTEMPT_WAITS &&
	    !damage_is_ours(in->damage) && asker_is_overdue(a, a->at, in)) {
		a->doubted = true;
	} else if (ours && a->attempt == SX_ATTEMPT_WAITS) {
		asker_got_one(a);
		came->as = SX_CAME_DAMAGED;
		came->of = a->at;
		asker_fail(a, in->damage);
	} else if (ours && a->attempt == SX_ATTEMPT_DAMAGED &&
		   in->damage.kind == SX_DAMAGE_NO_F0) {
		came->as = SX_CAME_REST;
		came->of = a->at;
	}
}

/* End or extend the wait after an arrival. */
static void
asker_took(struct sx_asker *a, int64_t now)
{
	a->heard_any = true;
	if (a->answers != SX_ANSWERS_WHO)
		a->heard = asker_later(a->heard, now);
	if (a->phase == PHASE_TAIL)
		a->deadline = now; /* check at once if more is coming */
	if (a->phase != PHASE_AWAIT)
		return;
	if (a->attempt != SX_ATTEMPT_WAITS)
		asker_end_wait(a, now);
	else if (now >= a->last)
		asker_flood(a, SX_ASKER_FLOOD);
	else
		asker_await(a, false);
}

/* ---- Reports from the caller ---- */

void
sx_asker_begin(struct sx_asker *a, int64_t now)
{
	a->why = SX_ASKER_ALL;
	a->attempt = SX_ATTEMPT_NONE;
	a->at = 0;
	a->len = 0;
	a->echoes = a->doubled = a->strangers = 0;
	a->owed = 0;
	a->missed = a->strange = 0;
	a->over = a->heard_any = false;
	a->asked = a->heard = 0;
	asker_next(a, 0, now);
}

void
sx_asker_sent(struct sx_asker *a, int64_t now)
{
	if (a->phase != PHASE_SEND)
		return;
	a->last = now + a->patience + asker_longest(a);
	a->asked = now + asker_wire_time(asker_most(a));
	if (a->why != SX_ASKER_ALL)
		asker_cut(a, PHASE_CUT, SX_END_TIMEOUT);
	else if (a->attempt != SX_ATTEMPT_WAITS)
		asker_end_wait(a, now);
	else
		asker_await(a, false);
}

int
sx_asker_take(struct sx_asker *a, const struct sx_arrival *in,
    struct sx_came *came, struct sx_err *e)
{
	*came = (struct sx_came){ .of = SX_NO_TARGET, .doubt = SX_NO_TARGET };
	if (in->damage.kind != SX_DAMAGE_NONE)
		asker_take_damaged(a, in, came);
	else if (asker_take_whole(a, in, came, e) == -1)
		return -1;
	asker_took(a, in->now);
	return 0;
}

void
sx_asker_passed(struct sx_asker *a, int64_t now, size_t coming, int64_t heard)
{
	a->heard_any |= heard != -1;
	switch (a->phase) {
	case PHASE_AWAIT:
		asker_passed_await(a, now, coming, heard);
		break;
	case PHASE_REST:
		a->deadline = heard + REST_US;
		if (a->deadline <= now || now >= a->last)
			asker_end_attempt(a, now);
		break;
	case PHASE_PAUSE:
		if (!asker_give_up(a, PHASE_FAIL_LATE, SX_END_TIMEOUT))
			asker_decide(a);
		break;
	case PHASE_TAIL:
		asker_passed_tail(a, now, coming, heard);
		break;
	}
}

void
sx_asker_done(struct sx_asker *a, int64_t now)
{
	switch (a->phase) {
	case PHASE_CUT:
		if (!a->over)
			asker_end_wait(a, now);
		else if (!asker_give_up(a, PHASE_FAIL, a->end))
			asker_settle(a);
		break;
	case PHASE_FAIL:
		asker_pause(a, now);
		break;
	case PHASE_FAIL_LATE:
		asker_decide(a);
		break;
	case PHASE_SETTLE:
		asker_next(a, a->at + 1, now);
		break;
	case PHASE_TAIL_CUT:
		asker_do(a, PHASE_TAIL_SETTLE, SX_ASKER_SETTLE);
		break;
	case PHASE_TAIL_SETTLE:
		asker_do(a, PHASE_DONE, SX_ASKER_DONE);
		break;
	}
}

void
sx_asker_endless(struct sx_asker *a, int64_t now)
{
	a->why = SX_ASKER_ENDLESS;
	switch (a->phase) {
	case PHASE_AWAIT:
		asker_flood(a, SX_ASKER_ENDLESS);
		break;
	case PHASE_REST:
		asker_end_attempt(a, now);
		break;
	case PHASE_PAUSE:
		if (!asker_give_up(a, PHASE_FAIL_LATE, SX_END_TIMEOUT))
			asker_decide(a);
		break;
	case PHASE_TAIL:
		asker_end(a, now);
		break;
	}
}

void
sx_asker_over(struct sx_asker *a, enum sx_end why, int64_t now)
{
	a->over = true;
	if (a->why == SX_ASKER_ALL)
		a->why = SX_ASKER_OVER;
	if (a->phase == PHASE_SETTLE || a->phase == PHASE_DONE)
		return;
	if (a->phase > PHASE_SETTLE && why == SX_END_INTERRUPTED)
		asker_cut(a, PHASE_TAIL_CUT, why);
	else if (a->phase > PHASE_SETTLE)
		asker_end(a, now);
	else if (why == SX_END_INTERRUPTED)
		asker_cut(a, PHASE_CUT, why);
	else if (!asker_give_up(a, PHASE_FAIL, why))
		asker_settle(a);
}

void
sx_asker_free(struct sx_asker *a)
{
	asker_drop_pieces(a);
	for (size_t i = 0; i < a->n; i++) {
		free(a->targets[i].bytes);
		free(a->targets[i].odd);
		a->targets[i].bytes = a->targets[i].odd = NULL;
	}
	for (size_t i = 0; i < a->ncopies; i++)
		free(a->copies[i].bytes);
	free(a->copies);
	a->copies = NULL;
	a->ncopies = a->copied = 0;
}
