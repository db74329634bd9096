/* SPDX-License-Identifier: ISC */
/*
 * The collector keeps one message in a growing buffer, and passes its bytes on
 * as soon as it has decided what to do with the message, which takes
 * SX_TRIAGE_BYTES. Of a message longer than SX_BUFFERED_MOST it keeps only the
 * head and the bytes not yet passed on. sx_collector_span() and similar
 * functions only record input; sx_collector_next() makes all decisions, one
 * step per call, so that a step may point into the collector without a copy.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/dump.h"

/* A beginning too short to decide on is passed on after this time, so that it
 * is on disk if the sender has stopped there. */
#define SETTLE_US 500000

/* A buffer larger than this is freed after its message. */
#define BUFFER_KEPT (1u << 20)

struct sx_collector {
	struct sx_rules rules;
	struct sx_decoder *decoder;

	struct sx_message message; /* the open one: data, len so far */
	uint8_t *buffer;	   /* its bytes from `gone` on */
	size_t capacity;
	size_t gone; /* bytes no longer kept */
	uint8_t head[SX_TRIAGE_BYTES];
	size_t given; /* bytes passed on as DATA */
	bool open;    /* a message has begun */
	bool ended;   /* the message has ended */
	bool settle;  /* decide now, even if it is short */
	bool settled; /* verdict and alone are valid */
	bool alone;   /* it makes a separate dump */
	bool stores;  /* it gives the slot of the dump before it */
	struct sx_time end_time;

	bool lost; /* bytes are missing right before the next span */
	bool loss; /* SX_STEP_LOSS is due */

	struct sx_dump dump;
	struct sx_summary facts; /* of its messages */
	struct sx_piece *pieces;
	size_t pieces_capacity;
	bool dump_open;
	bool dump_over;		 /* it accepts no more messages */
	bool waits;		 /* it accepts only a message that stores it */
	bool flush;		 /* it ends after the open message */
	bool transfer;		 /* one has begun and not ended, */
	sx_maker_id of;		 /* of this maker; */
	bool in_transfer;	 /* what is open is a part of it, */
	bool broken;		 /* and what was open, too */
	struct sx_time dump_end; /* last byte of its last message */
};

const char *
sx_damage_text(struct sx_damage d, char buf[SX_DAMAGE_TEXT])
{
	static const char *const text[] = {
		[SX_DAMAGE_NEW_F0] = "new F0",
		[SX_DAMAGE_NO_F0] = "no F0",
		[SX_DAMAGE_OVERRUN] = "overrun",
		[SX_DAMAGE_UNPLUGGED] = "unplugged",
		[SX_DAMAGE_TIMEOUT] = "timeout",
		[SX_DAMAGE_INPUT] = "end of input",
		[SX_DAMAGE_INTERRUPTED] = "interrupted",
	};

	if (d.kind == SX_DAMAGE_NONE)
		return NULL;
	if (d.kind == SX_DAMAGE_STATUS)
		snprintf(buf, SX_DAMAGE_TEXT, "status byte %02X", d.status);
	else
		snprintf(buf, SX_DAMAGE_TEXT, "%s", text[d.kind]);
	return buf;
}

static struct sx_damage
end_damage(enum sx_end end)
{
	static const enum sx_damage_kind kind[] = {
		[SX_END_STATUS] = SX_DAMAGE_STATUS,
		[SX_END_NEW_F0] = SX_DAMAGE_NEW_F0,
		[SX_END_OVERRUN] = SX_DAMAGE_OVERRUN,
		[SX_END_UNPLUGGED] = SX_DAMAGE_UNPLUGGED,
		[SX_END_TIMEOUT] = SX_DAMAGE_TIMEOUT,
		[SX_END_INPUT] = SX_DAMAGE_INPUT,
		[SX_END_INTERRUPTED] = SX_DAMAGE_INTERRUPTED,
		[SX_END_UNKEPT] = SX_DAMAGE_INTERRUPTED,
	};

	return (struct sx_damage){ .kind = kind[end] };
}

struct sx_damage
sx_span_damage(const struct sx_span *span)
{
	struct sx_damage d = end_damage(span->end);

	if (span->kind == SX_SPAN_STRAY)
		return (struct sx_damage){ SX_DAMAGE_NO_F0, 0 };
	d.status = span->status;
	return d;
}

/* Rank, worst first: the dump gets the worst result of its messages. */
static int
checksum_rank(enum sx_checksum c)
{
	static const int rank[] = {
		[SX_CHECKSUM_BAD] = 0,
		[SX_CHECKSUM_UNKNOWN] = 1,
		[SX_CHECKSUM_OK] = 2,
		[SX_CHECKSUM_NONE] = 3,
	};

	return rank[c];
}

void
sx_facts_join(struct sx_facts *dump, const struct sx_facts *message)
{
	if (dump->maker_id != message->maker_id) {
		dump->maker_id = 0;
		dump->maker_len = 0;
		dump->maker[0] = '\0';
	}
	if (strcmp(dump->device, message->device) != 0)
		dump->device[0] = '\0';
	if (dump->kind != message->kind)
		dump->kind = SX_KIND_UNKNOWN;
	if (dump->slot != message->slot)
		dump->slot = -1;
	if (dump->unit != message->unit)
		dump->unit = -1;
	if (strcmp(dump->slot_text, message->slot_text) != 0)
		dump->slot_text[0] = '\0';
	if (strcmp(dump->name, message->name) != 0)
		dump->name[0] = '\0';
	if (checksum_rank(message->checksum) < checksum_rank(dump->checksum))
		dump->checksum = message->checksum;
	if (message->trust < dump->trust) {
		dump->trust = message->trust;
		dump->source = message->source;
	}
	dump->complete = dump->complete && message->complete;
	dump->odd_length = dump->odd_length || message->odd_length;
	if (message->delay_ms > dump->delay_ms)
		dump->delay_ms = message->delay_ms;
	if (message->danger != NULL)
		dump->danger = message->danger;
}

/* Give the dump the slot from the store message after it, which has no name. */
static void
join_store(struct sx_facts *dump, const struct sx_facts *store)
{
	struct sx_facts before = *dump;

	sx_facts_join(dump, store);
	memcpy(dump->name, before.name, sizeof(dump->name));
	memcpy(dump->slot_text, store->slot_text, sizeof(dump->slot_text));
	dump->slot = store->slot;
	dump->pair = 0;
}

bool
sx_summary_add(struct sx_summary *s, const struct sx_facts *message)
{
	bool stores = s->dumps > 0 && sx_facts_stores(&s->last, message);

	if (stores) {
		join_store(&s->last, message);
	} else {
		s->before = s->all;
		s->last = *message;
		s->dumps++;
	}
	if (s->dumps == 1) {
		s->all = s->last;
	} else {
		s->all = s->before;
		sx_facts_join(&s->all, &s->last);
	}
	return stores;
}

struct sx_collector *
sx_collector_new(const struct sx_rules *rules, struct sx_err *e)
{
	struct sx_collector *c = calloc(1, sizeof(*c));
	struct sx_decoder *decoder = sx_decoder_new(rules->devices, e);

	if (c == NULL || decoder == NULL) {
		sx_decoder_free(decoder);
		free(c);
		sx_fail_memory(e);
		return NULL;
	}
	c->rules = *rules;
	c->decoder = decoder;
	return c;
}

void
sx_collector_free(struct sx_collector *c)
{
	if (c == NULL)
		return;
	sx_decoder_free(c->decoder);
	free(c->buffer);
	free(c->pieces);
	free(c);
}

size_t
sx_dump_pieces(const struct sx_dump *d)
{
	return d->messages < SX_PIECES_MOST ? d->messages : SX_PIECES_MOST;
}

static bool
dump_keeping(const struct sx_collector *c)
{
	return c->open && c->settled && c->message.verdict == SX_KEEP;
}

/* Is it decided what to do with arriving bytes? */
static bool
is_settled(const struct sx_collector *c)
{
	return dump_keeping(c) ||
	       (c->settled && c->message.verdict == SX_OTHER_MAKER);
}

/* Drop the bytes of a long message, except its head and those still to be
 * passed on. */
static void
dump_let_go(struct sx_collector *c)
{
	size_t buffered = c->message.len - c->gone;
	size_t rest = dump_keeping(c) ? c->message.len - c->given : 0;

	if (c->gone == 0)
		memcpy(c->head, c->buffer, sizeof(c->head));
	c->gone = c->message.len - rest;
	if (rest > 0)
		memmove(c->buffer, c->buffer + buffered - rest, rest);
	if (rest > 0 || c->capacity <= BUFFER_KEPT)
		return;
	free(c->buffer);
	c->buffer = NULL;
	c->capacity = 0;
}

static int
dump_grow(struct sx_collector *c, size_t more, struct sx_err *e)
{
	size_t want = c->capacity > 0 ? c->capacity : 4096, buffered;
	uint8_t *p;

	if (is_settled(c) &&
	    (c->gone > 0 || c->message.len + more > SX_BUFFERED_MOST))
		dump_let_go(c);
	buffered = c->message.len - c->gone;
	if (more <= c->capacity - buffered)
		return 0;
	if (more > SIZE_MAX / 4 - buffered)
		return sx_fail_memory(e);
	while (want < buffered + more)
		want *= 2;
	p = realloc(c->buffer, want);
	if (p == NULL)
		return sx_fail_memory(e);
	c->buffer = p;
	c->capacity = want;
	return 0;
}

static int
begin_message(struct sx_collector *c, struct sx_time t, struct sx_err *e)
{
	size_t want = c->dump.messages + 1;
	struct sx_piece *p;

	if (c->capacity > BUFFER_KEPT) {
		free(c->buffer);
		c->buffer = NULL;
		c->capacity = 0;
	}
	if (want > c->pieces_capacity && want <= SX_PIECES_MOST) {
		want = want < 8 ? 8 : want * 2;
		p = realloc(c->pieces, want * sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(e);
		c->pieces = p;
		c->pieces_capacity = want;
	}
	c->message = (struct sx_message){ .time = t };
	c->given = c->gone = 0;
	c->open = true;
	c->ended = false;
	c->settle = false;
	c->settled = false;
	return 0;
}

/* Note a gap: each one becomes a single step, or damages a message. */
static void
note_loss(
    struct sx_collector *c, const struct sx_span *span, bool run, bool doubt)
{
	bool lost = doubt || span->end == SX_END_OVERRUN;
	bool between = lost && !c->lost && !run && !c->open;

	c->lost = lost;
	c->loss |= between;
	if (between && c->dump_open && c->dump.damage.kind == SX_DAMAGE_NONE)
		c->dump.damage.kind = SX_DAMAGE_OVERRUN;
}

int
sx_collector_span(struct sx_collector *c, const struct sx_span *span,
    struct sx_time t, bool doubt, struct sx_err *e)
{
	struct sx_message *m = &c->message;
	bool stray = span->kind == SX_SPAN_STRAY;
	/* A lone F7 outside of a message means nothing (MIDI 1.0 p. 29). */
	bool lone =
	    stray && span->first && span->len > 0 && span->data[0] == 0xf7;
	bool run = span->kind == SX_SPAN_SYSEX || (stray && !lone);

	note_loss(c, span, run, doubt);
	if (span->kind == SX_SPAN_REALTIME && c->open) {
		m->realtime++;
		/* Bytes missing next to it are missing in the message. */
		if (doubt && m->damage.kind == SX_DAMAGE_NONE)
			m->damage.kind = SX_DAMAGE_OVERRUN;
	}
	if (!run)
		return 0;
	if (span->first && begin_message(c, t, e) == -1)
		return -1;
	if (span->len > 0) {
		if (dump_grow(c, span->len, e) == -1)
			return -1;
		memcpy(c->buffer + m->len - c->gone, span->data, span->len);
		m->len += span->len;
	}
	m->data = c->gone == 0 ? c->buffer : NULL;
	if (doubt && m->damage.kind == SX_DAMAGE_NONE)
		m->damage.kind = SX_DAMAGE_OVERRUN;
	if (span->end == SX_END_OPEN)
		return 0;
	c->ended = true;
	c->end_time = t;
	if (stray || span->end != SX_END_WHOLE)
		m->damage = sx_span_damage(span);
	return 0;
}

static bool
transfer_has(const struct sx_collector *c, sx_maker_id id)
{
	return c->transfer && (id == 0 || id == c->of);
}

int64_t
sx_collector_deadline(const struct sx_collector *c)
{
	if (c->open && !c->settled)
		return c->message.time.mono + SETTLE_US;
	if (c->dump_open && !dump_keeping(c) && !c->in_transfer)
		return c->dump_end.mono + c->rules.gap;
	return INT64_MAX;
}

void
sx_collector_tick(struct sx_collector *c, struct sx_time t)
{
	if (t.mono < sx_collector_deadline(c))
		return;
	if (c->open && !c->settled)
		c->settle = true;
	else
		c->dump_over = true;
}

void
sx_collector_flush(struct sx_collector *c)
{
	c->flush = true;
}

/* Not all of the open dump has come. */
static void
dump_spoil(struct sx_collector *c, enum sx_end why)
{
	if (c->dump.damage.kind == SX_DAMAGE_NONE)
		c->dump.damage = end_damage(why);
}

static void
transfer_over(struct sx_collector *c)
{
	c->transfer = c->in_transfer = c->broken = false;
}

void
sx_collector_cut(struct sx_collector *c, enum sx_end why)
{
	if (c->in_transfer)
		dump_spoil(c, why);
	transfer_over(c);
	sx_collector_flush(c);
}

static void
transfer_begin(struct sx_collector *c)
{
	enum sx_verdict verdict = c->message.verdict;

	if (c->in_transfer)
		dump_spoil(c, SX_END_INTERRUPTED);
	transfer_over(c);
	if (c->rules.split == SX_SPLIT_MESSAGE || verdict == SX_OTHER_MAKER)
		return;
	c->transfer = true;
	c->of = c->message.facts.maker_id;
	/* A message that is kept is the first of it. */
	c->in_transfer = c->dump_open && verdict == SX_KEEP;
	if (!c->in_transfer)
		c->dump_over = c->dump_open;
}

void
sx_collector_transfer(struct sx_collector *c, enum sx_transfer what)
{
	if (what == SX_TRANSFER_BEGINS) {
		transfer_begin(c);
		return;
	}
	if (c->in_transfer && (what == SX_TRANSFER_BREAKS || c->broken))
		dump_spoil(c, SX_END_INTERRUPTED);
	c->dump_over |= c->in_transfer;
	transfer_over(c);
}

static bool
dump_wanted(const struct sx_rules *r, sx_maker_id id)
{
	if (r->nmakers == 0 || id == 0)
		return true;
	for (size_t i = 0; i < r->nmakers; i++)
		if (sx_maker_matches(id, r->makers[i]))
			return true;
	return false;
}

static void
dump_decode(struct sx_collector *c)
{
	struct sx_message *m = &c->message;

	if (c->gone == 0)
		sx_decoder_next(c->decoder, m->data, m->len, &m->facts);
	else
		(void)sx_device_skim(c->rules.devices, c->head, sizeof(c->head),
		    m->len, c->ended && m->damage.kind == SX_DAMAGE_NONE,
		    &m->facts);
}

/* Does the open message not belong to the open dump? */
static bool
dump_ends_before(const struct sx_collector *c)
{
	const struct sx_message *m = &c->message;
	bool of_it = transfer_has(c, m->facts.maker_id);

	if ((c->alone && !c->stores) || of_it != c->in_transfer)
		return true;
	return !of_it && m->time.mono - c->dump_end.mono >= c->rules.gap;
}

/* Keep the open message, and decide in which dump. */
static void
dump_keep(struct sx_collector *c)
{
	struct sx_message *m = &c->message;

	m->verdict = SX_KEEP;
	c->alone = c->rules.split == SX_SPLIT_MESSAGE ||
		   (c->rules.split == SX_SPLIT_AUTO && m->facts.complete);
	c->stores = c->dump_open && sx_facts_stores(&c->facts.last, &m->facts);
	/* The open dump ends before a message that is not part of it. */
	if (c->dump_open && dump_ends_before(c))
		c->dump_over = true;
}

/* Decide what to do with the open message, by its beginning. */
static void
dump_settle(struct sx_collector *c)
{
	struct sx_message *m = &c->message;

	dump_decode(c);
	c->settled = true;
	if (!dump_wanted(&c->rules, m->facts.maker_id))
		m->verdict = SX_OTHER_MAKER;
	else if (!m->facts.dump && !c->rules.all)
		m->verdict = SX_NOT_A_DUMP;
	else
		dump_keep(c);
	/* A store message only counts directly after its dump. */
	if (m->verdict != SX_KEEP && c->dump_open && c->waits)
		c->dump_over = true;
}

/*
 * Decide again at the end of a message that was not to be kept: a damaged one
 * may have begun as something else, and a stalled beginning may have been too
 * short to tell. For another manufacturer's, only a gap leaves that in doubt.
 */
static void
dump_reconsider(struct sx_collector *c)
{
	struct sx_message *m = &c->message;
	enum sx_damage_kind damage = m->damage.kind;

	dump_decode(c);
	if (damage == SX_DAMAGE_OVERRUN ||
	    (m->verdict == SX_NOT_A_DUMP &&
		((damage != SX_DAMAGE_NONE && !m->facts.waits) ||
		    m->facts.dump)))
		dump_keep(c);
}

static void
begin_dump(struct sx_collector *c)
{
	c->dump = (struct sx_dump){ .time = c->message.time };
	c->dump_open = true;
	c->dump_over = false;
	c->waits = false;
	c->in_transfer = transfer_has(c, c->message.facts.maker_id);
	c->facts = (struct sx_summary){ .dumps = 0 };
}

static void
give_data(struct sx_collector *c, struct sx_step *step)
{
	step->kind = SX_STEP_DATA;
	step->begins = !c->dump_open;
	if (!c->dump_open)
		begin_dump(c);
	step->time = c->dump.time;
	step->data = c->buffer + (c->given - c->gone);
	step->len = c->message.len - c->given;
	c->given = c->message.len;
}

/* Add the finished message to the open dump. */
static void
add_to_dump(struct sx_collector *c)
{
	const struct sx_message *m = &c->message;
	struct sx_dump *d = &c->dump;

	if (d->messages < SX_PIECES_MOST)
		c->pieces[d->messages] =
		    (struct sx_piece){ d->bytes, m->len, m->time };
	(void)sx_summary_add(&c->facts, &m->facts);
	d->facts = c->facts.all;
	d->messages++;
	d->bytes += m->len;
	d->realtime += m->realtime;
	if (d->damage.kind == SX_DAMAGE_NONE)
		d->damage = m->damage;
	c->dump_end = c->end_time;
	c->waits = c->alone && c->facts.last.pair > 0;
	c->dump_over = c->alone && !c->waits;
}

static void
give_message(struct sx_collector *c, struct sx_step *step)
{
	if (c->message.verdict == SX_KEEP) {
		dump_decode(c);
		add_to_dump(c);
	}
	c->open = false;
	step->kind = SX_STEP_MESSAGE;
	step->time = c->message.time;
	step->message = &c->message;
}

static void
give_dump(struct sx_collector *c, struct sx_step *step)
{
	if (c->in_transfer) {
		dump_spoil(c, SX_END_INTERRUPTED);
		c->broken = true;
	}
	c->in_transfer = false;
	c->dump.pieces = c->pieces;
	c->dump_open = false;
	step->kind = SX_STEP_DUMP;
	step->time = c->dump.time;
	step->dump = &c->dump;
}

/* True if the open message is too long for a transport message and cannot be
 * buffered much further: it is kept, as the dump that it may have begun as. */
static bool
is_long_for_no_dump(const struct sx_collector *c)
{
	return c->open && c->settled && !c->ended &&
	       c->message.verdict == SX_NOT_A_DUMP &&
	       c->message.len > SX_BUFFERED_MOST / 2;
}

int
sx_collector_next(struct sx_collector *c, struct sx_step *step)
{
	const struct sx_message *m = &c->message;

	*step = (struct sx_step){ .kind = SX_STEP_DATA };
	if (c->loss) {
		c->loss = false;
		step->kind = SX_STEP_LOSS;
		return 1;
	}
	if (c->open && !c->settled &&
	    (m->len >= SX_TRIAGE_BYTES || c->ended || c->settle))
		dump_settle(c);
	if (c->open && c->ended && m->verdict != SX_KEEP && c->gone == 0)
		dump_reconsider(c);
	else if (is_long_for_no_dump(c))
		dump_keep(c);
	if (c->flush && !c->open) {
		c->dump_over = true;
		c->flush = false;
	}
	if (c->dump_open && c->dump_over)
		give_dump(c, step);
	else if (dump_keeping(c) && c->given < m->len)
		give_data(c, step);
	else if (c->open && c->ended)
		give_message(c, step);
	else
		return 0;
	return 1;
}

size_t
sx_collector_head(const struct sx_collector *c, uint8_t head[SX_TRIAGE_BYTES])
{
	size_t n = c->open ? c->message.len : 0;

	if (n > 0 && c->gone == 0)
		memcpy(
		    head, c->buffer, n < SX_TRIAGE_BYTES ? n : SX_TRIAGE_BYTES);
	else
		memcpy(head, c->head, SX_TRIAGE_BYTES);
	return n;
}

size_t
sx_collector_open(const struct sx_collector *c, const struct sx_facts **facts)
{
	*facts = c->open && c->settled ? &c->message.facts : NULL;
	return c->open ? c->message.len : 0;
}
