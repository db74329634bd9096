/* SPDX-License-Identifier: ISC */
/*
 * The collector against a reference without pieces and steps: both log a line
 * for each message and dump, and the logs must be equal. Input: the rules, then
 * the events: bytes, passing time, ticks, cuts.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "reference.h"
#include "sxlib/dump.h"

#define SETTLE_US 500000 /* a short beginning is decided after this */

struct bytes {
	uint8_t *p;
	size_t n, cap;
};

static void
put(struct bytes *b, const void *p, size_t n)
{
	if (b->n + n > b->cap) {
		b->cap = (b->n + n) * 2;
		b->p = realloc(b->p, b->cap);
		MUST(b->p != NULL);
	}
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void __attribute__((format(printf, 2, 3)))
say(struct bytes *b, const char *fmt, ...)
{
	char line[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	put(b, line, strlen(line));
}

static void
say_message(struct bytes *log, const uint8_t *data, size_t n,
    const struct sx_damage *damage, size_t realtime, int verdict,
    struct sx_time t)
{
	say(log,
	    "message %zu damage %d %02x realtime %zu verdict %d %" PRId64 " ",
	    n, damage->kind, damage->status, realtime, verdict, t.mono);
	put(log, data, n);
	say(log, "\n");
}

/* ---- The reference ---- */

struct model {
	const struct sx_rules *rules;
	struct reference framer;
	struct bytes log;

	bool open, ignored, settled, alone;
	struct bytes message;
	struct sx_time time;
	struct sx_damage damage;
	size_t realtime;
	enum sx_verdict verdict;

	bool lost; /* the last event, or the one before the next message, was a
		      loss */
	bool dump_open, flush;
	struct bytes dump, pieces;
	size_t messages, dump_realtime;
	struct sx_damage dump_damage;
	struct sx_time dump_time, dump_end;
};

static void
close_dump(struct model *m)
{
	if (!m->dump_open)
		return;
	say(&m->log,
	    "dump %zu bytes %zu messages damage %d %02x realtime %zu %" PRId64
	    " ",
	    m->dump.n, m->messages, m->dump_damage.kind, m->dump_damage.status,
	    m->dump_realtime, m->dump_time.mono);
	put(&m->log, m->pieces.p, m->pieces.n);
	put(&m->log, m->dump.p, m->dump.n);
	say(&m->log, "\n");
	m->dump_open = false;
}

static bool
wanted(const struct sx_rules *r, sx_maker_id id)
{
	for (size_t i = 0; i < r->nmakers; i++)
		if (sx_maker_matches(id, r->makers[i]))
			return true;
	return r->nmakers == 0 || id == 0;
}

static void
keep(struct model *m, const struct sx_facts *f)
{
	m->verdict = SX_KEEP;
	m->alone = m->rules->split == SX_SPLIT_MESSAGE ||
		   (m->rules->split == SX_SPLIT_AUTO && f->complete);
	if (m->alone ||
	    (m->dump_open && m->time.mono - m->dump_end.mono >= m->rules->gap))
		close_dump(m);
	if (!m->dump_open) {
		m->dump_open = true;
		m->dump.n = m->pieces.n = m->messages = m->dump_realtime = 0;
		m->dump_damage.kind = SX_DAMAGE_NONE;
		m->dump_damage.status = 0;
		m->dump_time = m->time;
	}
}

static void
settle(struct model *m)
{
	struct sx_facts f;

	sx_device_decode(NULL, m->message.p, m->message.n, &f);
	m->settled = true;
	if (!wanted(m->rules, f.maker_id))
		m->verdict = SX_OTHER_MAKER;
	else if (!f.dump && !m->rules->all)
		m->verdict = SX_NOT_A_DUMP;
	else
		keep(m, &f);
}

static void
reconsider(struct model *m)
{
	struct sx_facts f;
	bool hole = m->damage.kind == SX_DAMAGE_OVERRUN;
	bool damaged = m->damage.kind != SX_DAMAGE_NONE;

	sx_device_decode(NULL, m->message.p, m->message.n, &f);
	/* If the sender waits for an answer, a cut is not damage; a hole is. */
	if (m->verdict == SX_NOT_A_DUMP &&
	    ((damaged && (hole || !f.waits)) || f.dump))
		keep(m, &f);
	if (m->verdict == SX_OTHER_MAKER && hole)
		keep(m, &f);
}

static void
end_message(struct model *m, struct sx_time t)
{
	if (!m->settled)
		settle(m);
	reconsider(m);
	say_message(&m->log, m->message.p, m->message.n, &m->damage,
	    m->realtime, (int)m->verdict, m->time);
	m->open = false;
	if (m->verdict == SX_KEEP) {
		say(&m->pieces, "%zu+%zu@%" PRId64 " ", m->dump.n, m->message.n,
		    m->time.mono);
		put(&m->dump, m->message.p, m->message.n);
		m->messages++;
		m->dump_realtime += m->realtime;
		if (m->dump_damage.kind == SX_DAMAGE_NONE)
			m->dump_damage = m->damage;
		m->dump_end = t;
		if (m->alone)
			close_dump(m);
	}
	if (m->flush)
		close_dump(m);
	m->flush = false;
}

static struct sx_damage
damage_of(const struct token *token)
{
	const struct sx_span span = {
		.kind = token->span, .end = token->end, .status = token->status
	};

	return sx_span_damage(&span);
}

static void
model_token(
    struct model *m, const struct token *token, struct sx_time t, bool doubt)
{
	if (m->open && doubt && m->damage.kind == SX_DAMAGE_NONE)
		m->damage.kind = SX_DAMAGE_OVERRUN;
	switch (token->kind) {
	case TOKEN_BEGIN:
		m->open = true;
		m->settled = m->ignored = false;
		m->message.n = m->realtime = 0;
		m->time = t;
		m->damage = (struct sx_damage){ SX_DAMAGE_NONE, 0 };
		if (doubt)
			m->damage.kind = SX_DAMAGE_OVERRUN;
		break;
	case TOKEN_BYTE:
		put(&m->message, token->bytes, 1);
		/* A lone F7. */
		if (token->bytes[0] == 0xf7 && m->message.n == 1) {
			m->ignored = true;
			m->open = false;
		} else if (!m->settled && m->message.n == SX_TRIAGE_BYTES) {
			settle(m);
		}
		break;
	case TOKEN_END:
		if (m->ignored)
			break;
		if (token->span == SX_SPAN_STRAY || token->end != SX_END_WHOLE)
			m->damage = damage_of(token);
		end_message(m, t);
		break;
	case TOKEN_REALTIME:
		m->realtime += m->open;
		break;
	case TOKEN_SHORT:
		break;
	}
}

enum inside { NOTHING, A_MESSAGE, A_SHORT_ONE };

static enum inside
inside(const struct model *m)
{
	if (m->open)
		return A_MESSAGE;
	return m->framer.open == SX_SPAN_CHANNEL ||
		       m->framer.open == SX_SPAN_COMMON
		   ? A_SHORT_ONE
		   : NOTHING;
}

/* After bytes that were lost or in doubt, or were not. A byte that is in doubt
 * may begin a message, but what it ended was none. */
static void
model_loss(struct model *m, enum inside before, bool lost)
{
	if (lost && !m->lost && before != A_MESSAGE &&
	    (before == A_SHORT_ONE || !m->open)) {
		say(&m->log, "loss\n");
		if (m->dump_open && m->dump_damage.kind == SX_DAMAGE_NONE)
			m->dump_damage.kind = SX_DAMAGE_OVERRUN;
	}
	m->lost = lost;
}

static void
model_tokens(struct model *m, struct tokens *list, struct sx_time t, bool doubt)
{
	for (size_t i = 0; i < list->n; i++)
		model_token(m, &list->list[i], t, doubt);
	list->n = 0;
}

static void
model_tick(struct model *m, struct sx_time t)
{
	if (m->open && !m->settled) {
		if (t.mono >= m->time.mono + SETTLE_US)
			settle(m);
		return;
	}
	if (m->dump_open && !(m->open && m->verdict == SX_KEEP) &&
	    t.mono >= m->dump_end.mono + m->rules->gap)
		close_dump(m);
}

static void
model_flush(struct model *m)
{
	if (m->open)
		m->flush = true;
	else
		close_dump(m);
}

/* ---- The collector ---- */

struct tested {
	struct sx_collector *c;
	struct sx_framer framer;
	struct bytes log, dump;
	bool open;
	struct sx_time begun;
};

static void
test_dump(struct tested *x, const struct sx_dump *d)
{
	uint64_t at = 0;

	MUST(x->open && d->bytes == x->dump.n);
	say(&x->log,
	    "dump %zu bytes %zu messages damage %d %02x realtime %zu %" PRId64
	    " ",
	    (size_t)d->bytes, d->messages, d->damage.kind, d->damage.status,
	    d->realtime, d->time.mono);
	MUST(d->time.mono == x->begun.mono);
	for (size_t i = 0; i < d->messages; i++) {
		MUST(d->pieces[i].off == at);
		at += d->pieces[i].len;
		say(&x->log, "%zu+%zu@%" PRId64 " ", (size_t)d->pieces[i].off,
		    d->pieces[i].len, d->pieces[i].time.mono);
	}
	MUST(at == d->bytes);
	put(&x->log, x->dump.p, x->dump.n);
	say(&x->log, "\n");
	x->open = false;
}

static void
test_steps(struct tested *x)
{
	struct sx_step step;

	while (sx_collector_next(x->c, &step)) {
		switch (step.kind) {
		case SX_STEP_DATA:
			MUST(step.begins == !x->open && step.len > 0);
			if (step.begins) {
				x->dump.n = 0;
				x->begun = step.time;
			}
			x->open = true;
			put(&x->dump, step.data, step.len);
			break;
		case SX_STEP_MESSAGE:
			say_message(&x->log, step.message->data,
			    step.message->len, &step.message->damage,
			    step.message->realtime, (int)step.message->verdict,
			    step.message->time);
			break;
		case SX_STEP_DUMP:
			test_dump(x, step.dump);
			break;
		case SX_STEP_LOSS:
			say(&x->log, "loss\n");
			break;
		}
	}
}

static void
test_span(
    struct tested *x, const struct sx_span *span, struct sx_time t, bool doubt)
{
	struct sx_err e = { 0 };

	MUST(sx_collector_span(x->c, span, t, doubt, &e) == 0);
	test_steps(x);
}

static void
test_bytes(struct tested *x, const uint8_t *in, size_t n, struct sx_time t,
    bool doubt, uint32_t *seed)
{
	size_t pos = 0, len, at;
	struct sx_span span;
	uint8_t *piece;

	for (; pos < n; pos += len) {
		len = fuzz_piece(seed, n - pos);
		piece = fuzz_copy(in + pos, len);
		for (at = 0; at < len;) {
			at += sx_framer_feed(
			    &x->framer, piece + at, len - at, &span);
			test_span(x, &span, t, doubt);
		}
		free(piece);
	}
}

/* ---- Events ---- */

struct world {
	struct model model;
	struct tokens tokens;
	struct tested x[3]; /* for three ways to split the bytes */
	uint32_t seeds[3];
	struct sx_time t;
};

static void
bytes_come(
    struct world *w, const uint8_t **in, size_t *n, size_t len, bool doubt)
{
	len = len < *n ? len : *n;
	for (size_t i = 0; i < len; i++) {
		enum inside before = inside(&w->model);

		reference_byte(&w->model.framer, (*in)[i], &w->tokens);
		model_tokens(&w->model, &w->tokens, w->t, doubt);
		model_loss(&w->model, before, doubt);
	}
	for (size_t i = 0; i < 3; i++)
		test_bytes(&w->x[i], *in, len, w->t, doubt, &w->seeds[i]);
	*in += len;
	*n -= len;
}

static void
cut(struct world *w, enum sx_end why)
{
	enum inside before = inside(&w->model);
	struct sx_span span;

	reference_cut(&w->model.framer, why, &w->tokens);
	model_tokens(&w->model, &w->tokens, w->t, false);
	model_loss(&w->model, before, why == SX_END_OVERRUN);
	for (size_t i = 0; i < 3; i++) {
		sx_framer_cut(&w->x[i].framer, why, &span);
		test_span(&w->x[i], &span, w->t, false);
	}
}

static void
tick(struct world *w)
{
	model_tick(&w->model, w->t);
	for (size_t i = 0; i < 3; i++) {
		sx_collector_tick(w->x[i].c, w->t);
		test_steps(&w->x[i]);
	}
}

static void
flush(struct world *w)
{
	model_flush(&w->model);
	for (size_t i = 0; i < 3; i++) {
		sx_collector_flush(w->x[i].c);
		test_steps(&w->x[i]);
	}
}

static void
happen(struct world *w, const uint8_t **in, size_t *n)
{
	uint8_t op = fuzz_byte(in, n);
	size_t arg = op >> 3;

	switch (op & 7) {
	case 0:
	case 1:
		bytes_come(w, in, n, arg + 1, false);
		break;
	case 2:
		bytes_come(w, in, n, (arg + 1) * 40, false);
		break;
	case 3:
		bytes_come(w, in, n, arg + 1, true);
		break;
	case 4:
		w->t.mono += (int64_t)(arg + 1) * 50000;
		break;
	case 5:
		tick(w);
		break;
	case 6:
		cut(w, (enum sx_end)(SX_END_OVERRUN + arg % 5));
		break;
	case 7:
		flush(w);
		break;
	}
}

static void
compare(struct world *w)
{
	struct model *m = &w->model;

	for (size_t i = 0; i < 3; i++) {
		struct tested *x = &w->x[i];

		if (m->log.n != x->log.n ||
		    memcmp(m->log.p, x->log.p, m->log.n) != 0) {
			fprintf(stderr, "want:\n%.*s\ngot:\n%.*s\n",
			    (int)m->log.n, (char *)m->log.p, (int)x->log.n,
			    (char *)x->log.p);
			abort();
		}
		MUST(!x->open);
		sx_collector_free(x->c);
		free(x->log.p);
		free(x->dump.p);
	}
	free(m->log.p);
	free(m->message.p);
	free(m->dump.p);
	free(m->pieces.p);
	tokens_free(&w->tokens);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static const char *const makers[] = { "jomox", "41" };
	uint8_t how = fuzz_byte(&in, &n);
	const struct sx_rules rules = {
		.split = (enum sx_split)(how % 3),
		.all = how & 4,
		.makers = makers,
		.nmakers = how & 8 ? 2 : 0,
		.gap = ((int64_t)fuzz_byte(&in, &n) + 1) * 20000,
	};
	struct world w = { .model.rules = &rules, .seeds = { 0, 1, 2 } };
	struct sx_err e = { 0 };

	w.seeds[2] += fuzz_byte(&in, &n);
	for (size_t i = 0; i < 3; i++) {
		w.x[i].c = sx_collector_new(&rules, &e);
		MUST(w.x[i].c != NULL);
		sx_framer_init(&w.x[i].framer);
	}
	/* A log is never empty. */
	say(&w.model.log, "log\n");
	for (size_t i = 0; i < 3; i++)
		say(&w.x[i].log, "log\n");
	while (n > 0)
		happen(&w, &in, &n);
	cut(&w, SX_END_INPUT);
	flush(&w);
	compare(&w);
	return 0;
}
