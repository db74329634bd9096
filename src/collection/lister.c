/* SPDX-License-Identifier: ISC */
/*
 * Finds sounds in the items of a file. A message may be a sound, or begin one
 * that continues in the next messages: its store message, the rest of an
 * address range (Roland), or as many parts as the instrument's page gives. Or
 * it is a bank, or part of a memory, and holds many sounds.
 */
#include <stdlib.h>
#include <string.h>

#include "sxlib/sound_list.h"

/* Facts about a kind of message, cached, since many messages share few
 * kinds. */
#define KINDS 8
struct lister_kind {
	struct sx_mark format;
	struct sx_slots shown;
	uint8_t parts;
	long slot_from; /* added to a slot that is counted */
	/* The object that this message is part of; row.what NULL: none. */
	struct sx_request_row row;
	bool once; /* do not use for the next message of this format */
};

struct lister_sound {
	struct sx_listed listed; /* its facts: those below, or the item's */
	struct sx_facts facts;	 /* of the first of several messages */
};

/* What the open sound expects next. */
enum lister_rest { REST_NONE, REST_STORE, REST_RANGE, REST_PARTS };

struct sx_lister {
	const struct sx_devices *user;
	size_t item, index; /* of the next one */
	struct lister_kind kinds[KINDS];
	size_t nkinds; /* decoded so far; kinds[] keeps the last ones */

	enum lister_rest rest;
	struct lister_sound open;
	struct sx_request request; /* REST_RANGE */
	struct sx_received got;	   /* of it */
	size_t missing;		   /* REST_PARTS: messages */

	/* To be returned: at most one sound that has ended and one from the
	 * current message, then the sounds of the bank. */
	struct lister_sound ready[2];
	size_t nready, at_ready;
	const struct sx_item *message; /* being read; NULL: none */
	struct sx_bank bank;	       /* count 0: part of a memory */
	size_t at;		       /* next sound of the bank */
	struct sx_slots shown;
	struct sx_memory *memory;
	struct lister_part { /* a message of the memory */
		size_t item, len;
		uint64_t offset;
	} * parts;
	size_t nparts;
};

struct sx_lister *
sx_lister_new(const struct sx_devices *user, struct sx_err *e)
{
	struct sx_lister *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	l->user = user;
	l->memory = sx_memory_new(e);
	if (l->memory == NULL) {
		free(l);
		return NULL;
	}
	return l;
}

void
sx_lister_free(struct sx_lister *l)
{
	if (l == NULL)
		return;
	sx_memory_free(l->memory);
	free(l->parts);
	free(l);
}

/* ---- Kinds of messages ---- */

/* Find the request for an object of several messages that this message is part
 * of. Returns false if there are such requests, but none for this address. */
static bool
lister_find_row(const struct sx_devices *user, struct lister_kind *k,
    const uint8_t *msg, size_t n)
{
	struct sx_instrument in;
	struct sx_request_row row;
	bool settled = true;
	size_t i = 0;

	while (
	    sx_instrument(user, i, &in) && !sx_instrument_has(&in, k->format))
		i++;
	for (size_t r = 0; r < in.nrequests; r++) {
		sx_instrument_request(&in, r, &row);
		if (row.ask.range.span == 0 || row.kind != SX_KIND_PRESET)
			continue;
		settled = sx_request_slot_of(&row, msg, n) >= 0;
		if (settled) {
			k->row = row;
			return true;
		}
	}
	return settled;
}

static const struct lister_kind *
lister_kind_of(
    struct sx_lister *l, const struct sx_item *item, const uint8_t *data)
{
	const struct sx_mark format = item->facts.format;
	struct lister_kind *k;
	struct sx_message_kind f;

	for (size_t i = 0; i < KINDS && i < l->nkinds; i++)
		if (l->kinds[i].format.at == format.at && !l->kinds[i].once)
			return &l->kinds[i];
	k = &l->kinds[l->nkinds++ % KINDS];
	*k = (struct lister_kind){ .format = format };
	if (format.at == NULL)
		return k;
	sx_message_kind(format, &f);
	k->shown = f.sounds.count > 0 ? f.sounds.shown : f.layout.shown;
	k->parts = f.parts;
	if (f.layout.slot.counted)
		k->slot_from = f.layout.slot.from;
	if (f.sounds.count == 0 && f.kind == SX_KIND_PRESET &&
	    !lister_find_row(l->user, k, data, item->len)) {
		k->once = true;
		l->nkinds--;
	}
	return k;
}

/* ---- Sounds of one or more messages ---- */

static bool
is_sound(const struct sx_facts *f)
{
	return f->dump && f->pair >= 0 &&
	       (f->kind == SX_KIND_PRESET || f->kind == SX_KIND_SOUND ||
		   f->kind == SX_KIND_KIT);
}

/* Set the slot's number relative to the displayed slots, which begin with slot
 * `from`. A slot without a display name keeps its plain number. */
static void
set_place(struct sx_listed *s, const struct sx_slots *shown, long from)
{
	bool named = shown->count > 0 && s->sound.slot_text[0] != '\0';

	s->shown = named ? *shown : (struct sx_slots){ .count = 0 };
	s->number = s->sound.slot - (named ? from : 0);
}

static void
take_slot(
    struct sx_listed *s, const struct sx_facts *f, const struct lister_kind *k)
{
	if (f->slot < 0)
		return;
	s->sound.slot = f->slot;
	memcpy(s->sound.slot_text, f->slot_text, sizeof(f->slot_text));
	set_place(s, &k->shown, k->slot_from);
}

/* Take the name, unless an earlier message of the sound had one. */
static void
take_name(struct sx_listed *s, const struct sx_facts *f)
{
	if (s->sound.name[0] != '\0' || f->name[0] == '\0')
		return;
	memcpy(s->sound.name, f->name, sizeof(f->name));
	s->sound.name_at = f->name_at;
}

static void
begin_sound(struct sx_lister *l, struct sx_listed *s,
    const struct sx_item *item, const struct lister_kind *k)
{
	const struct sx_facts *f = &item->facts;

	*s = (struct sx_listed){ .place = SX_SOUND_MESSAGE,
		.facts = f,
		.sound = { .slot = -1, .at = { 0, item->len } },
		.number = -1,
		.first = l->item,
		.last = l->item,
		.messages = 1,
		.bytes = item->len,
		.offset = item->offset,
		.whole = true };
	take_slot(s, f, k);
	take_name(s, f);
}

/* Finish the open sound with what it has. An incomplete one without a name is
 * dropped. */
static void
give_sound(struct sx_lister *l)
{
	struct lister_sound *to = &l->ready[l->nready];

	l->rest = REST_NONE;
	if (!l->open.listed.whole && l->open.listed.sound.name[0] == '\0')
		return;
	*to = l->open;
	to->listed.facts = &to->facts;
	to->listed.index = ++l->index;
	l->nready++;
}

static void
end_sound(struct sx_lister *l)
{
	if (l->rest != REST_NONE)
		give_sound(l);
}

/* Begin an object that is the answer to a request of this row. Its slot comes
 * from the address, unless the message contains one. */
static void
open_range(struct sx_lister *l, const struct sx_item *item, const uint8_t *data,
    const struct sx_request_row *row)
{
	struct sx_listed *s = &l->open.listed;
	struct sx_request *q = &l->request;

	sx_request_make(row, sx_request_slot_of(row, data, item->len), -1, q);
	q->unit = -1;
	l->got = (struct sx_received){ 0 };
	l->rest = REST_RANGE;
	s->whole = sx_request_judge(q, data, item->len, &l->got, NULL) ==
		   SX_ANSWER_WHOLE;
	if (s->sound.slot >= 0 || q->slot < 0)
		return;
	s->sound.slot = q->slot;
	sx_slot_text(&row->slots, q->slot, s->sound.slot_text);
	set_place(s, &row->slots, 0);
}

/* Finish a sound of one message. */
static void
give_single(struct sx_lister *l, const struct sx_item *item,
    const struct lister_kind *k)
{
	struct sx_listed *s = &l->ready[l->nready++].listed;

	begin_sound(l, s, item, k);
	s->index = ++l->index;
}

static void
open_sound(struct sx_lister *l, const struct sx_item *item, const uint8_t *data,
    const struct lister_kind *k)
{
	if (item->facts.pair == 0 && k->parts <= 1 && k->row.what == NULL) {
		give_single(l, item, k);
		return;
	}
	begin_sound(l, &l->open.listed, item, k);
	l->open.facts = item->facts;
	if (item->facts.pair > 0) {
		l->rest = REST_STORE;
	} else if (k->parts > 1) {
		l->rest = REST_PARTS;
		l->missing = k->parts - 1u;
		l->open.listed.whole = false;
	} else {
		open_range(l, item, data, &k->row);
		if (l->open.listed.whole)
			give_sound(l);
	}
}

/* Is the next message a part of the open sound? */
static bool
lister_belongs(struct sx_lister *l, const struct sx_item *item,
    const uint8_t *data, const struct lister_kind *k)
{
	const struct sx_facts *f = &item->facts, *g = &l->open.facts;
	enum sx_answer answer;

	if (item->damage.kind != SX_DAMAGE_NONE)
		return false;
	if (l->rest == REST_STORE)
		return sx_facts_stores(g, f);
	if (f->maker_id != g->maker_id || f->unit != g->unit ||
	    strcmp(f->device, g->device) != 0)
		return false;
	if (l->rest == REST_PARTS)
		return k->parts == 0 && f->pair == 0 && f->kind == g->kind &&
		       (f->slot < 0 || f->slot == l->open.listed.sound.slot) &&
		       !f->bank;
	answer = sx_request_judge(&l->request, data, item->len, &l->got, NULL);
	l->open.listed.whole = answer == SX_ANSWER_WHOLE;
	return answer == SX_ANSWER_WHOLE || answer == SX_ANSWER_PIECE;
}

/* Add a message to the open sound if it belongs to it. */
static bool
go_on(struct sx_lister *l, const struct sx_item *item, const uint8_t *data,
    const struct lister_kind *k)
{
	struct sx_listed *s = &l->open.listed;

	if (l->rest == REST_NONE || !lister_belongs(l, item, data, k))
		return false;
	s->last = l->item;
	s->messages++;
	s->bytes += item->len;
	take_name(s, &item->facts);
	if (l->rest == REST_STORE) {
		take_slot(s, &item->facts, k);
		s->stored = true;
	} else if (l->rest == REST_PARTS) {
		s->whole = --l->missing == 0;
	}
	if (l->rest == REST_STORE || s->whole)
		give_sound(l);
	return true;
}

/* ---- Banks ---- */

static int
add_part(struct sx_lister *l, const struct sx_item *item, struct sx_err *e)
{
	struct lister_part *p = l->parts;

	/* The array doubles: it is full if its length is a power of 2. */
	if ((l->nparts & (l->nparts - 1)) == 0)
		p = reallocarray(
		    p, l->nparts > 0 ? l->nparts * 2 : 1, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(e);
	l->parts = p;
	p[l->nparts++] =
	    (struct lister_part){ l->item, item->len, item->offset };
	return 0;
}

static int
by_item(const void *key, const void *part)
{
	const size_t *item = key;
	const struct lister_part *p = part;

	return *item < p->item ? -1 : *item > p->item;
}

/* Set the messages that contain a sound of the memory. */
static void
take_parts(const struct sx_lister *l, struct sx_listed *s)
{
	const struct lister_part *end = l->parts + l->nparts, *p;

	s->first = s->sound.first;
	s->last = s->sound.last;
	p = bsearch(&s->first, l->parts, l->nparts, sizeof(*p), by_item);
	s->offset = p != NULL ? p->offset : s->offset;
	s->messages = 0;
	s->bytes = 0;
	for (; p != NULL && p < end && p->item <= s->last; p++) {
		s->messages++;
		s->bytes += p->len;
	}
}

static int
open_bank(struct sx_lister *l, const struct sx_item *item, const uint8_t *data,
    const struct lister_kind *k, struct sx_err *e)
{
	int rc = 1;

	if (sx_bank_open(&l->bank, &item->facts, data, item->len) == 0)
		rc = sx_memory_add(
		    l->memory, &item->facts, data, item->len, l->item, e);
	if (rc != 1)
		return rc;
	if (l->bank.count == 0 && add_part(l, item, e) == -1)
		return -1;
	l->message = item;
	l->at = 0;
	l->shown = k->shown;
	return 0;
}

static bool
next_in_bank(struct sx_lister *l, struct sx_listed *s)
{
	const struct sx_item *item = l->message;

	*s = (struct sx_listed){ .place = SX_SOUND_IN_BANK,
		.facts = &item->facts,
		.first = l->item - 1,
		.last = l->item - 1,
		.messages = 1,
		.bytes = item->len,
		.offset = item->offset,
		.whole = true };
	if (l->at < l->bank.count) {
		sx_bank_get(&l->bank, l->at++, &s->sound);
	} else if (l->bank.count == 0 && sx_memory_next(l->memory, &s->sound)) {
		s->place = SX_SOUND_BY_ADDRESS;
		take_parts(l, s);
	} else {
		return false;
	}
	set_place(s, &l->shown, 0);
	s->index = ++l->index;
	return true;
}

/* ---- Items ---- */

static int
take_item(struct sx_lister *l, const struct sx_item *item, const uint8_t *data,
    struct sx_err *e)
{
	const struct lister_kind *k = lister_kind_of(l, item, data);

	if (go_on(l, item, data, k))
		return 0;
	end_sound(l);
	if (item->damage.kind != SX_DAMAGE_NONE)
		return 0;
	if (item->facts.bank)
		return open_bank(l, item, data, k, e);
	if (is_sound(&item->facts))
		open_sound(l, item, data, k);
	return 0;
}

int
sx_lister_add(struct sx_lister *l, const struct sx_item *item,
    const uint8_t *data, struct sx_err *e)
{
	int rc = 0;

	l->nready = l->at_ready = 0;
	l->message = NULL;
	if (!item->stray && data != NULL)
		rc = take_item(l, item, data, e);
	else if (!item->stray)
		end_sound(l);
	l->item++;
	return rc;
}

void
sx_lister_end(struct sx_lister *l)
{
	l->nready = l->at_ready = 0;
	l->message = NULL;
	end_sound(l);
	sx_memory_clear(l->memory);
	l->nparts = 0;
	l->item = l->index = 0;
}

bool
sx_lister_next(struct sx_lister *l, struct sx_listed *s)
{
	if (l->at_ready < l->nready) {
		*s = l->ready[l->at_ready++].listed;
		return true;
	}
	return l->message != NULL && next_in_bank(l, s);
}
