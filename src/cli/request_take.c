/* SPDX-License-Identifier: ISC */
/*
 * What comes in while a device is asked: the answer, an earlier answer that was
 * given up too soon, one that comes twice, or something that nobody asked for.
 * Only the first two settle a wish. Only bytes that are there already are ever
 * dropped, or damaged ones of what is there whole.
 */
#include <stdlib.h>
#include <string.h>

#include "request.h"

#define SYNC_US 1000000 /* at most this much of a growing dump is unsynced */

/* A message's own part becomes one more piece of an answer. */
static int
append_piece(struct request *r, struct sx_part *part, const struct sx_dump *d)
{
	struct taken *t = &r->pieces;
	struct sx_piece *p;
	const uint8_t *bytes;
	size_t n;

	if (t->part == NULL)
		return taken_set(t, part, d, &r->c->err);
	bytes = sx_part_map(part, &n, &r->c->err);
	if (bytes == NULL ||
	    sx_part_append(t->part, bytes, n, &r->c->err) == -1)
		return -1;
	p = realloc(t->pieces, (t->dump.messages + 1) * sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(&r->c->err);
	p[t->dump.messages++] = (struct sx_piece){
		.off = t->dump.bytes, .len = n, .time = d->time
	};
	t->dump.pieces = t->pieces = p;
	t->dump.bytes += n;
	t->dump.realtime += d->realtime;
	sx_facts_join(&t->dump.facts, &d->facts);
	sx_part_drop(part);
	return 0;
}

static int
keep_copy(struct request *r, struct wish *w, const uint8_t *bytes, size_t n)
{
	free(w->bytes);
	w->n = n;
	w->bytes = malloc(n);
	if (w->bytes == NULL)
		return sx_fail_memory(&r->c->err);
	memcpy(w->bytes, bytes, n);
	return 0;
}

/* An answer to w is no good: it waits for a better one. Consumes the part. */
static int
bad_add(struct request *r, struct wish *w, struct sx_part *part,
    const struct sx_dump *d, bool unfit)
{
	struct bad *p = realloc(r->bad, (r->nbad + 1) * sizeof(*p));

	if (p == NULL)
		sx_fail_memory(&r->c->err);
	else
		r->bad = p;
	if (p == NULL || sx_part_sync(part, &r->c->err) == -1)
		goto fail;
	p += r->nbad;
	*p = (struct bad){ .wish = w };
	if (taken_set(&p->taken, part, d, &r->c->err) == -1)
		goto fail;
	p->taken.unfit = unfit;
	r->nbad++;
	return 0;
fail:
	sx_part_release(part);
	return -1;
}

static int
bad_keep(struct request *r, struct taken *t)
{
	struct sx_part *part = t->part;
	int rc;

	t->part = NULL;
	rc = t->unfit ? keeper_add_unfit(&r->keeper, part, &t->dump)
		      : keeper_add(&r->keeper, part, &t->dump);
	taken_release(t);
	return rc;
}

int
take_settle(struct request *r)
{
	char text[WISH_TEXT];

	if (keeper_settle(&r->keeper) == -1)
		return -1;
	for (size_t i = 0; i < r->nbad; i++) {
		struct bad *bad = &r->bad[i];

		if (bad->taken.part == NULL)
			continue;
		if (bad->wish->state == WISH_GOT) {
			warn(r->c,
			    "%s is here, whole: what came "
			    "damaged is dropped",
			    wish_text(bad->wish, text));
			taken_drop(&bad->taken);
		} else if (bad_keep(r, &bad->taken) == -1) {
			return -1;
		}
	}
	r->nbad = 0;
	return keeper_settle(&r->keeper);
}

void
bad_free(struct request *r)
{
	for (size_t i = 0; i < r->nbad; i++)
		taken_release(&r->bad[i].taken);
	free(r->bad);
}

/* A whole answer whose checksum is wrong. */
static int
take_bad(struct request *r, struct wish *w, struct sx_part *part,
    const struct sx_dump *d)
{
	bool now = w == r->current && r->attempt == ATTEMPT_WAITS;
	char text[WISH_TEXT];

	warn(r->c, "%s came with a wrong checksum", wish_text(w, text));
	if (w->state != WISH_GOT)
		w->state = WISH_BAD;
	if (now)
		r->attempt = ATTEMPT_DAMAGED;
	return bad_add(r, w, part, d, !now || !r->last);
}

/* A whole answer to w, now or late. Consumes the part. */
static int
accept(struct request *r, struct wish *w, struct sx_part *part,
    const struct sx_dump *d)
{
	const uint8_t *bytes;
	char text[WISH_TEXT];
	size_t n;

	if (d->facts.checksum == SX_CHECKSUM_BAD)
		return take_bad(r, w, part, d);
	bytes = sx_part_map(part, &n, &r->c->err);
	if (bytes == NULL)
		goto fail;
	if (w == r->current && r->attempt == ATTEMPT_WAITS)
		r->attempt = ATTEMPT_ANSWERED;
	else
		say(r->c, "%s comes late", wish_text(w, text));
	w->state = WISH_GOT;
	if (w->bytes != NULL && w->n == n && memcmp(w->bytes, bytes, n) == 0) {
		sx_part_drop(part); /* it came before it was asked for */
		return 0;
	}
	if (keep_copy(r, w, bytes, n) == -1)
		goto fail;
	return keeper_add(&r->keeper, part, d);
fail:
	sx_part_release(part);
	return -1;
}

static int
take_piece(struct request *r, enum sx_answer answer, struct sx_part *part,
    const struct sx_dump *d)
{
	struct taken t;

	if (append_piece(r, part, d) == -1) {
		sx_part_release(part);
		return -1;
	}
	r->odd |= answer == SX_ANSWER_ODD;
	if (answer != SX_ANSWER_WHOLE || r->odd)
		return 0;
	t = r->pieces;
	r->pieces = (struct taken){ .part = NULL };
	if (accept(r, r->current, t.part, &t.dump) == -1) {
		free(t.pieces);
		return -1;
	}
	free(t.pieces);
	return 0;
}

int
take_rest(struct request *r)
{
	struct taken t = r->pieces;
	char text[WISH_TEXT];
	int rc;

	r->got = 0;
	r->odd = false;
	if (t.part == NULL)
		return 0;
	r->pieces = (struct taken){ .part = NULL };
	warn(r->c, "%s came only in part", wish_text(r->current, text));
	if (r->attempt == ATTEMPT_WAITS)
		r->attempt = ATTEMPT_DAMAGED;
	r->current->state = WISH_BAD;
	t.dump.damage.kind = SX_DAMAGE_TIMEOUT;
	rc = bad_add(r, r->current, t.part, &t.dump, false);
	free(t.pieces);
	return rc;
}

static bool
has_bytes(const struct wishes *wishes, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < wishes->n; i++) {
		const struct wish *w = &wishes->list[i];

		if (w->bytes != NULL &&
		    memmem(w->bytes, w->n, bytes, n) != NULL)
			return true;
	}
	return false;
}

/* Have these bytes, an answer or a piece of one, come before? */
static bool
is_double(const struct request *r, const uint8_t *bytes, size_t n)
{
	return has_bytes(&r->wishes, bytes, n) ||
	       has_bytes(&r->strangers, bytes, n);
}

/* The wish whose answer this is, all of it. */
static struct wish *
find_wish(struct request *r, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; r->o.hex == NULL && i < r->wishes.n; i++) {
		size_t got = 0;

		if (sx_request_judge(&r->wishes.list[i].q, bytes, n, &got,
			NULL) == SX_ANSWER_WHOLE)
			return &r->wishes.list[i];
	}
	return NULL;
}

/* Keep what was not asked for under its own name. */
static int
take_unasked(struct request *r, struct wish *w, struct sx_part *part,
    const struct sx_dump *d, const uint8_t *bytes, size_t n)
{
	struct record record = { .time = d->time.wall,
		.offset = -1,
		.bytes = d->bytes,
		.messages = d->messages,
		.facts = &d->facts };
	char text[WISH_TEXT], what[512];

	r->unasked++;
	if (w != NULL && w->state == WISH_GOT)
		warn(r->c, "%s comes once more, and not the same: kept, too",
		    wish_text(w, text));
	else
		warn(r->c,
		    "not what was asked for, kept under its own name: %s",
		    describe(what, sizeof(what), &record));
	/* If it comes again, asked for or not, once is enough. */
	if (w == NULL || w->state != WISH_OPEN || w->bytes != NULL)
		w = wishes_add(r->c, &r->strangers);
	if (w == NULL || (d->facts.checksum != SX_CHECKSUM_BAD &&
			     keep_copy(r, w, bytes, n) == -1)) {
		sx_part_release(part);
		return -1;
	}
	return keeper_add(&r->keeper, part, d);
}

static enum sx_answer
judge(struct request *r, const uint8_t *bytes, size_t n)
{
	if (r->attempt != ATTEMPT_WAITS)
		return SX_ANSWER_NOT;
	if (r->o.hex != NULL)
		return SX_ANSWER_WHOLE;
	return sx_request_judge(&r->current->q, bytes, n, &r->got, NULL);
}

static int
take_whole(struct request *r, struct sx_part *part, const struct sx_dump *d)
{
	const struct sx_request *q = &r->current->q;
	enum sx_answer answer;
	const uint8_t *bytes;
	struct wish *w;
	size_t n;

	bytes = sx_part_map(part, &n, &r->c->err);
	if (bytes == NULL) {
		sx_part_release(part);
		return -1;
	}
	if (n == q->len && memcmp(bytes, q->msg, n) == 0) {
		r->echoes++;
		sx_part_drop(part);
		return 0;
	}
	answer = judge(r, bytes, n);
	if (q->data != 0 && answer > SX_ANSWER_OTHER)
		return take_piece(r, answer, part, d);
	if (answer == SX_ANSWER_WHOLE)
		return accept(r, r->current, part, d);
	if (is_double(r, bytes, n)) {
		r->doubled++;
		sx_part_drop(part);
		return 0;
	}
	w = find_wish(r, bytes, n);
	if (w != NULL && w->asked && w->state != WISH_GOT)
		return accept(r, w, part, d);
	if (w != NULL && w->asked && d->facts.checksum == SX_CHECKSUM_BAD)
		return take_bad(r, w, part, d);
	return take_unasked(r, w, part, d, bytes, n);
}

static int
take_dump(struct request *r, const struct sx_dump *d)
{
	struct sx_part *part = r->part;
	char text[WISH_TEXT];

	r->part = NULL;
	r->sync_at = INT64_MAX;
	if (d->damage.kind == SX_DAMAGE_NONE)
		return take_whole(r, part, d);
	/* What began before this was asked for is no answer to it. */
	if (r->since != r->current)
		return keeper_add(&r->keeper, part, d);
	if (r->attempt == ATTEMPT_WAITS) {
		warn(r->c, "%s came damaged", wish_text(r->current, text));
		r->attempt = ATTEMPT_DAMAGED;
		r->current->state = WISH_BAD;
		return bad_add(r, r->current, part, d, false);
	}
	if (r->attempt == ATTEMPT_DAMAGED && d->damage.kind == SX_DAMAGE_NO_F0)
		return bad_add(r, r->current, part, d, false); /* its rest */
	return keeper_add(&r->keeper, part, d);
}

int
take_step(struct request *r, const struct sx_event *ev)
{
	const struct sx_step *step = &ev->step;
	const struct sx_request *q = &r->current->q;

	switch (step->kind) {
	case SX_STEP_DATA:
		r->heard = ev->now.mono;
		if (step->begins) {
			r->part =
			    sx_part_begin(r->store, step->time, &r->c->err);
			r->sync_at = ev->now.mono + SYNC_US;
			r->since = r->current;
		}
		if (r->part == NULL)
			return -1;
		return sx_part_append(
		    r->part, step->data, step->len, &r->c->err);
	case SX_STEP_MESSAGE:
		if (step->message->verdict == SX_KEEP)
			return 0;
		if (step->message->len == q->len &&
		    memcmp(step->message->data, q->msg, q->len) == 0)
			r->echoes++;
		else
			r->no_dumps++;
		return 0;
	case SX_STEP_DUMP:
		return take_dump(r, step->dump);
	case SX_STEP_LOSS:
		if (r->part == NULL)
			keeper_loss(&r->keeper);
		return 0;
	}
	return 0;
}
