/* SPDX-License-Identifier: ISC */
/*
 * The asker over a framer and a collector, with an instrument that answers,
 * answers something else, twice, late, damaged or not at all. The conversation
 * must end; everything received must be kept, except for echoes, duplicates and
 * bad answers to targets that have a good one; and a target reported as got
 * must have arrived. Input: the targets, then the events. Time is simulated.
 */
#include "../../src/sysex/facts.h"
#include "../../src/sysex/layout.h"
#include "fuzz.h"
#include "sxlib/asker.h"

#define SLOTS_MOST   4
#define TARGETS_MOST 16
#define ANSWER_MOST  600
#define IDLE_MOST    5000 /* steps without further input */

struct bytes {
	uint8_t *p;
	size_t n;
	bool good; /* whole, checksum not wrong */
	size_t of; /* index of the target, or SX_NO_TARGET */
};

struct list {
	struct bytes *list;
	size_t n;
};

struct world {
	const uint8_t *in; /* the events */
	size_t n;
	struct sx_target targets[TARGETS_MOST];
	struct sx_asker a;
	struct sx_framer framer;
	struct sx_collector *collector;
	struct sx_time t;
	int64_t heard;
	uint32_t seed; /* for fuzz_piece() */
	bool pending;  /* sent, but not reported yet */
	bool over;
	size_t idle, attempts, rechecks;
	unsigned rechecked;	     /* of the target */
	size_t offset;		     /* of a range: bytes answered so far */
	uint8_t answer[ANSWER_MOST]; /* the last one, */
	size_t len, sent;	     /* and how much of it */
	struct bytes dump;	     /* that is coming in */
	struct bytes pieces;
	bool pieces_good;
	struct list kept, held;
};

/* ---- The instrument ---- */

/* Checksum and length as in Elektron's manuals: newer devices count from the
 * 11th byte on. */
static void
put_elektron(uint8_t *msg, size_t n)
{
	unsigned sum = sx_sum(msg, msg[4] < 4 ? 9 : 10, n - 5);
	unsigned count = (unsigned)(n - 10);

	msg[n - 5] = sum >> 7 & 0x7f;
	msg[n - 4] = sum & 0x7f;
	msg[n - 3] = count >> 7 & 0x7f;
	msg[n - 2] = count & 0x7f;
}

/* Find the checksum of one byte by trying all values. */
static void
put_checksum(uint8_t *msg, size_t n)
{
	struct sx_facts facts;

	if (memcmp(msg + 1, "\x00\x20\x3c", 3) == 0)
		put_elektron(msg, n);
	for (uint8_t sum = 0; sum < 128; sum++) {
		sx_device_decode(NULL, msg, n, &facts);
		if (facts.checksum != SX_CHECKSUM_BAD)
			return;
		msg[n - 2] = sum;
	}
}

/* The bytes before the data of an answer, which identify it. */
static size_t
head_of(const struct sx_request *q)
{
	const struct sx_ask *ask = &q->row.ask;
	size_t head = sx_mask_reach(&ask->answer);
	const int32_t places[] = { ask->found.low, ask->found.high };

	if (q->data != 0)
		return (size_t)ask->range.at + ask->range.width;
	for (size_t i = 0; i < 2; i++)
		if (places[i] >= (int32_t)head)
			head = (size_t)places[i] + 1;
	MUST(head + 300 < ANSWER_MOST);
	return head;
}

/* An answer to the request, perhaps from another slot. */
static void
make_answer(struct world *w, const struct sx_request *q, long slot)
{
	const struct sx_ask *ask = &q->row.ask;
	size_t head = head_of(q);
	size_t most = q->data != 0 ? q->data - w->offset : 256;
	size_t len = 16 + fuzz_byte(&w->in, &w->n);
	uint8_t seed = fuzz_byte(&w->in, &w->n);
	uint32_t address = q->address + (uint32_t)w->offset;

	len = len < most ? len : most;
	for (size_t i = 0; i < head + len; i++)
		w->answer[i] = i < SX_TRIAGE_BYTES && ask->answer.bits[i] != 0
				   ? ask->answer.value[i]
				   : (uint8_t)(seed * i) & 0x7f;
	for (size_t i = q->data != 0 ? ask->range.width : 0; i > 0; i--) {
		w->answer[ask->range.at + i - 1] = address & 0x7f;
		address >>= 7;
	}
	w->offset += len < most ? len : 0;
	w->len = head + len + 2;
	w->answer[w->len - 2] = 0;
	w->answer[w->len - 1] = 0xf7;
	if (q->data == 0)
		sx_slot_put(
		    &ask->found, w->answer, w->len, slot > 0 ? slot : 0);
	put_checksum(w->answer, w->len);
}

/* ---- Kept messages ---- */

static void
add_bytes(struct bytes *b, const uint8_t *p, size_t n)
{
	b->p = realloc(b->p, b->n + n + 1);
	MUST(b->p != NULL);
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
}

/* Moves b. */
static void
add(struct list *list, struct bytes *b, size_t of, bool good)
{
	list->list = realloc(list->list, (list->n + 1) * sizeof(*list->list));
	MUST(list->list != NULL);
	b->of = of;
	b->good = good;
	list->list[list->n++] = *b;
	*b = (struct bytes){ .p = NULL };
}

static void
free_list(struct list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->list[i].p);
	free(list->list);
}

static void
drop(struct bytes *b)
{
	free(b->p);
	*b = (struct bytes){ .p = NULL };
}

static bool
is_kept(const struct world *w, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < w->kept.n; i++)
		if (w->kept.list[i].good &&
		    memmem(w->kept.list[i].p, w->kept.list[i].n, p, n) != NULL)
			return true;
	return false;
}

/* The length of the message that p begins with. */
static size_t
message_length(const uint8_t *p, size_t n)
{
	size_t len = 1 + sx_find_status(p + 1, n - 1);

	return len < n && p[len] == 0xf7 ? len + 1 : len;
}

/* Is it a complete and correct answer to this request? */
static bool
answers(const struct bytes *b, const struct sx_request *q)
{
	enum sx_answer answer = SX_ANSWER_NOT;
	struct sx_received got = { 0 };
	size_t len;
	struct sx_facts facts;

	for (size_t at = 0; at < b->n; at += len) {
		len = message_length(b->p + at, b->n - at);
		sx_device_decode(NULL, b->p + at, len, &facts);
		answer = sx_request_judge(q, b->p + at, len, &got, NULL);
		if (facts.checksum == SX_CHECKSUM_BAD ||
		    answer < SX_ANSWER_PIECE)
			return false;
	}
	return answer == SX_ANSWER_WHOLE;
}

static bool
is_here(const struct world *w, const struct sx_request *q)
{
	for (size_t i = 0; i < w->kept.n; i++)
		if (w->kept.list[i].good && answers(&w->kept.list[i], q))
			return true;
	return false;
}

/* ---- Input ---- */

static void
take_answer(struct world *w, const struct sx_came *came, bool good)
{
	const struct sx_target *t = &w->targets[came->of];
	struct bytes *all = &w->dump;

	if (came->piece) {
		add_bytes(&w->pieces, w->dump.p, w->dump.n);
		drop(&w->dump);
		all = &w->pieces;
		good &= w->pieces_good;
	}
	if (came->as == SX_CAME_BAD) {
		MUST(!good && t->state != SX_TARGET_OPEN);
		add(&w->held, all, came->of, false);
		return;
	}
	MUST(good && answers(all, &t->q) && t->state == SX_TARGET_GOT);
	MUST(t->n == all->n && memcmp(t->bytes, all->p, all->n) == 0);
	MUST(came->known == is_kept(w, all->p, all->n) || !came->known);
	if (came->known)
		drop(all);
	else
		add(&w->kept, all, came->of, true);
}

static void
take(struct world *w, const struct sx_dump *d)
{
	const struct sx_request *q = &w->targets[w->a.at].q;
	bool in_pieces = q->data != 0 || q->several;
	bool damaged = d->damage.kind != SX_DAMAGE_NONE;
	bool good = !damaged && d->facts.checksum != SX_CHECKSUM_BAD;
	struct sx_arrival in = { .data = damaged ? NULL : w->dump.p,
		.len = damaged ? 0 : w->dump.n,
		.damage = d->damage,
		.bad_sum = d->facts.checksum == SX_CHECKSUM_BAD,
		.began = d->time.mono,
		.now = w->t.mono };
	struct sx_came came;
	struct sx_err e = { 0 };

	MUST(w->dump.n == d->bytes);
	MUST(sx_asker_take(&w->a, &in, &came, &e) == 0);
	MUST(!came.piece || (in_pieces && came.of == w->a.at));
	switch (came.as) {
	case SX_CAME_ECHO:
		MUST(w->dump.n == q->len &&
		     memcmp(w->dump.p, q->msg, q->len) == 0);
		drop(&w->dump);
		break;
	case SX_CAME_TWICE:
		MUST(is_kept(w, w->dump.p, w->dump.n));
		drop(&w->dump);
		break;
	case SX_CAME_PIECE:
		MUST(!damaged && in_pieces);
		w->pieces_good = good && (w->pieces.n == 0 || w->pieces_good);
		add_bytes(&w->pieces, w->dump.p, w->dump.n);
		drop(&w->dump);
		break;
	case SX_CAME_ANSWER:
	case SX_CAME_BAD:
		MUST(!damaged);
		w->pieces_good |= w->pieces.n == 0;
		take_answer(w, &came, good);
		break;
	case SX_CAME_DAMAGED:
	case SX_CAME_REST:
		MUST(damaged);
		add(&w->held, &w->dump, came.of, false);
		break;
	case SX_CAME_STRANGER:
		MUST(came.doubt == SX_NO_TARGET || came.doubt == w->a.at);
		add(&w->kept, &w->dump, SX_NO_TARGET, good);
		break;
	}
}

static void
take_steps(struct world *w)
{
	struct sx_step step;

	while (sx_collector_next(w->collector, &step)) {
		if (step.kind == SX_STEP_DATA) {
			MUST(!step.begins || w->dump.n == 0);
			add_bytes(&w->dump, step.data, step.len);
		} else if (step.kind == SX_STEP_DUMP) {
			take(w, step.dump);
			MUST(w->dump.n == 0);
		}
	}
}

static void
take_span(struct world *w, const struct sx_span *span, bool doubt)
{
	struct sx_err e = { 0 };

	if (span->kind == SX_SPAN_SYSEX || span->kind == SX_SPAN_STRAY)
		w->heard = w->t.mono;
	MUST(sx_collector_span(w->collector, span, w->t, doubt, &e) == 0);
	take_steps(w);
}

static void
cut(struct world *w, enum sx_end why)
{
	struct sx_span span;

	sx_framer_cut(&w->framer, why, &span);
	take_span(w, &span, false);
	sx_collector_flush(w->collector);
	take_steps(w);
}

/* Deliver the bytes in pieces. */
static void
come(struct world *w, const uint8_t *p, size_t n, bool doubt)
{
	struct sx_span span;
	size_t len, taken;

	while (n > 0) {
		uint8_t *piece;

		len = fuzz_piece(&w->seed, n);
		piece = fuzz_copy(p, len);
		taken = sx_framer_feed(&w->framer, piece, len, &span);
		p += taken;
		n -= taken;
		take_span(w, &span, doubt);
		free(piece);
	}
}

/* ---- Events ---- */

/* Send some more of the current answer. */
static void
say_answer(struct world *w, size_t most, bool doubt)
{
	size_t from = w->sent, len = w->len - from;

	len = len < most ? len : most;
	w->sent += len;
	come(w, w->answer + from, len, doubt);
}

static void
answer(struct world *w, unsigned arg)
{
	const struct sx_request *q = &w->targets[w->a.at].q;

	make_answer(w, q, q->slot + (arg & 3 ? 0 : (int)(arg >> 2 & 3)));
	w->sent = 0;
	if ((arg >> 2 & 7) == 7)
		w->answer[w->len - 2] ^= 1;
	say_answer(
	    w, (arg >> 2 & 7) == 6 ? w->len / 2 : w->len, (arg >> 2 & 7) == 5);
}

static void
end(struct world *w, size_t how)
{
	static const enum sx_end ends[] = { SX_END_INPUT, SX_END_UNPLUGGED,
		SX_END_INTERRUPTED };

	if (how == 3) {
		cut(w, SX_END_UNKEPT);
		sx_asker_endless(&w->a, w->t.mono);
	}
	if (how > 2)
		return;
	w->over = true;
	if (ends[how] != SX_END_INTERRUPTED)
		cut(w, ends[how]);
	sx_asker_over(&w->a, ends[how], w->t.mono);
}

/* Perform the next event of the input. */
static void
happen(struct world *w)
{
	uint8_t op = fuzz_byte(&w->in, &w->n);
	size_t arg = op >> 3 & 15, len = arg + 1 < w->n ? arg + 1 : w->n;
	const struct sx_request *q = &w->targets[w->a.at].q;
	const uint8_t *bytes = w->in;

	switch (op & 7) {
	case 0:
		w->in += len;
		w->n -= len;
		come(w, bytes, len, false);
		break;
	case 1:
	case 2:
		answer(w, (unsigned)arg);
		break;
	case 3:
		say_answer(w, w->len, false);
		break;
	case 4:
		w->t.mono += (int64_t)(arg + 1) * 100000;
		break;
	case 5:
		if (w->a.todo == SX_ASKER_LISTEN && w->t.mono < w->a.deadline)
			w->t.mono = w->a.deadline;
		break;
	case 6:
		if (arg & 1)
			come(w, q->msg, q->len, false);
		else
			come(w, w->answer, w->len, false);
		break;
	case 7:
		end(w, arg);
		break;
	}
}

static void
listen(struct world *w)
{
	const struct sx_facts *facts;

	MUST(w->a.deadline < w->t.mono + INT64_C(400000000));
	if (w->n == 0 && w->t.mono < w->a.deadline)
		w->t.mono = w->a.deadline;
	sx_collector_tick(w->collector, w->t);
	take_steps(w);
	if (w->a.todo == SX_ASKER_LISTEN && w->t.mono >= w->a.deadline)
		sx_asker_passed(&w->a, w->t.mono,
		    sx_collector_open(w->collector, &facts) + (w->dump.n > 0),
		    w->heard);
	else if (w->n > 0)
		happen(w);
}

/* ---- Actions of the asker ---- */

static void
send(struct world *w)
{
	const struct sx_target *t = &w->targets[w->a.at];
	uint8_t wire[SX_REQUEST_WIRE];

	MUST(w->a.len == sx_request_wire(&t->q, wire) &&
	     memcmp(w->a.wire, wire, w->a.len) == 0);
	MUST(w->a.tries <= w->a.retries && t->asked && !w->over);
	/* Each answer that an earlier target lacks may be in doubt once. */
	MUST(w->a.missed <= w->a.at && w->a.rechecks <= w->a.missed + 1);
	if (!w->pending) {
		w->attempts++;
		if (w->a.tries + w->a.rechecks == 0)
			w->rechecked = 0;
		w->rechecks += w->a.rechecks - w->rechecked;
		w->rechecked = w->a.rechecks;
		w->offset = 0;
	}
	w->pending = true;
	/* Top bit set: the event happens before the request has left. */
	if (w->n > 0 && w->in[0] & 0x80) {
		happen(w);
		if (w->a.todo != SX_ASKER_SEND)
			w->pending = false;
		return;
	}
	w->pending = false;
	sx_asker_sent(&w->a, w->t.mono);
}

static void
settle(struct world *w)
{
	for (size_t i = 0; i < w->held.n; i++) {
		struct bytes *b = &w->held.list[i];

		MUST(b->of < w->a.n);
		if (w->targets[b->of].state != SX_TARGET_GOT)
			add(&w->kept, b, b->of, false);
		else
			drop(b);
	}
	w->held.n = 0;
	MUST(w->pieces.n == 0);
	sx_asker_done(&w->a, w->t.mono);
}

static void
go_on(struct world *w)
{
	MUST(w->n > 0 || w->idle++ < IDLE_MOST);
	switch (w->a.todo) {
	case SX_ASKER_SEND:
		send(w);
		break;
	case SX_ASKER_LISTEN:
		listen(w);
		break;
	case SX_ASKER_CUT:
		w->pending = false;
		cut(w, w->a.end);
		sx_asker_done(&w->a, w->t.mono);
		break;
	case SX_ASKER_GIVE_UP:
		MUST(w->pieces.n > 0 && w->a.damage.kind != SX_DAMAGE_NONE);
		add(&w->held, &w->pieces, w->a.at, false);
		sx_asker_done(&w->a, w->t.mono);
		break;
	case SX_ASKER_SETTLE:
		settle(w);
		break;
	case SX_ASKER_DONE:
		break;
	}
}

static void
check(const struct world *w)
{
	for (size_t i = 0; i < w->a.n; i++) {
		const struct sx_target *t = &w->targets[i];

		MUST(t->state != SX_TARGET_GOT || is_here(w, &t->q));
		MUST(t->state != SX_TARGET_SILENT || t->asked);
		MUST(t->state != SX_TARGET_OPEN || w->a.why != SX_ASKER_ALL);
	}
	MUST(w->held.n == 0 && w->pieces.n == 0 && w->dump.n == 0);
	MUST(w->attempts <= w->a.n * (w->a.retries + 1) + w->rechecks);
	MUST(!w->over || w->a.why != SX_ASKER_ALL);
}

/* ---- Targets ---- */

static struct sx_request_row
choose_row(unsigned number)
{
	struct sx_request_row row;
	size_t n = 0;

	while (sx_request_row(NULL, n, &row))
		n++;
	MUST(sx_request_row(NULL, number % n, &row));
	return row;
}

static void
add_targets(
    struct world *w, const struct sx_request_row *chosen, long slot, long slots)
{
	struct sx_request_row row;

	for (size_t i = 0; sx_request_row(NULL, i, &row); i++) {
		if (strcmp(row.device, chosen->device) != 0 ||
		    strcmp(row.what, chosen->what) != 0)
			continue;
		for (long k = 0;
		     k == 0 || (k < slots && slot + k < row.slots.count); k++) {
			MUST(w->a.n < TARGETS_MOST);
			sx_request_make(&row,
			    row.slots.count > 0 ? slot + k : -1, -1,
			    &w->targets[w->a.n++].q);
		}
	}
}

static void
begin(struct world *w, unsigned how)
{
	const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE,
		.gap = 250000 };
	struct sx_err e = { 0 };

	w->t = (struct sx_time){ 1000000000, 1800000000000000 };
	w->heard = -1;
	w->seed = fuzz_byte(&w->in, &w->n);
	sx_framer_init(&w->framer);
	w->collector = sx_collector_new(&rules, &e);
	MUST(w->collector != NULL);
	w->a.targets = w->targets;
	w->a.retries = how % 4;
	w->a.patience = w->a.going = 2000000;
	w->a.delay = -1;
	w->a.deaf = 3;
	w->a.fresh = how & 0x80;
	w->a.linger = true;
	w->a.remember = 1 << 20;
	sx_asker_begin(&w->a, w->t.mono);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	unsigned how = fuzz_byte(&in, &n);
	struct sx_request_row row = choose_row(fuzz_byte(&in, &n));
	long slot = fuzz_byte(&in, &n);
	struct world w = { .in = in, .n = n };

	if (row.slots.count > 0)
		slot %= row.slots.count;
	add_targets(&w, &row, slot, 1 + how / 4 % SLOTS_MOST);
	begin(&w, how);
	while (w.a.todo != SX_ASKER_DONE)
		go_on(&w);
	check(&w);
	sx_asker_free(&w.a);
	sx_collector_free(w.collector);
	free(w.dump.p);
	free_list(&w.kept);
	free_list(&w.held);
	return 0;
}
