/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/sound_list.h"

char *
sx_listed_slot(const struct sx_listed *s, char buf[SX_LISTED_SLOT])
{
	buf[0] = '\0';
	if (s->sound.slot_text[0] != '\0')
		memcpy(buf, s->sound.slot_text, sizeof(s->sound.slot_text));
	else if (s->sound.slot >= 0)
		snprintf(buf, SX_LISTED_SLOT, "%ld", s->sound.slot);
	return buf;
}

const struct sx_slots *
sx_listed_slots(const struct sx_listed *s)
{
	static const struct sx_slots numbers = { .count = INT32_MAX };

	return s->shown.count > 0 ? &s->shown : &numbers;
}

/* Does the slot text of a mean the slot of b? */
static bool
is_slot_of(const struct sx_listed *a, const struct sx_listed *b)
{
	char text[SX_LISTED_SLOT];
	const char *end = sx_listed_slot(a, text);
	long from, to;

	return sx_slots_range(sx_listed_slots(b), &end, &from, &to) == 0 &&
	       *end == '\0' && from == b->number && to == b->number;
}

bool
sx_listed_same_slot(const struct sx_listed *a, const struct sx_listed *b)
{
	const struct sx_slots *s = sx_listed_slots(a), *t = sx_listed_slots(b);

	if (a->number < 0 || b->number < 0)
		return false;
	if (s->count == t->count && s->first == t->first &&
	    s->bank == t->bank && s->letter == t->letter &&
	    s->numbered == t->numbered)
		return a->number == b->number;
	return is_slot_of(a, b) || is_slot_of(b, a);
}

enum sx_kind
sx_listed_kind(const struct sx_listed *s)
{
	return s->place == SX_SOUND_MESSAGE ? s->facts->kind : SX_KIND_PRESET;
}

struct sx_record
sx_listed_record(const struct sx_listed *s, const char *path, int64_t time,
    struct sx_facts *facts)
{
	*facts = *s->facts;
	facts->kind = sx_listed_kind(s);
	facts->slot = s->sound.slot;
	memcpy(facts->slot_text, s->sound.slot_text, sizeof(facts->slot_text));
	memcpy(facts->name, s->sound.name, sizeof(facts->name));
	return (struct sx_record){ .file = path,
		.time = time,
		.offset = (int64_t)s->offset,
		.bytes = s->bytes,
		.messages = s->messages,
		.facts = facts };
}

static int
sound_list_add(
    struct sx_sound_list *l, const struct sx_listed *s, struct sx_err *e)
{
	struct sx_listed *p = l->sounds;

	/* The array doubles: it is full if its length is a power of 2. */
	if ((l->n & (l->n - 1)) == 0)
		p = reallocarray(p, l->n > 0 ? l->n * 2 : 1, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(e);
	l->sounds = p;
	p[l->n] = *s;
	p[l->n++].facts = &l->items.items[s->first].facts;
	return 0;
}

static int
sound_list_take(
    struct sx_sound_list *l, struct sx_lister *lister, struct sx_err *e)
{
	struct sx_listed s;

	while (sx_lister_next(lister, &s))
		if (sound_list_add(l, &s, e) == -1)
			return -1;
	return 0;
}

int
sx_sound_list_load(struct sx_sound_list *l, const char *path,
    const struct sx_devices *user, struct sx_err *e)
{
	struct sx_lister *lister;
	int rc;

	*l = (struct sx_sound_list){ .n = 0 };
	rc = sx_items_load(&l->items, path, user, e);
	if (rc == -1)
		return -1;
	lister = sx_lister_new(user, e);
	if (lister == NULL)
		return -1;
	for (size_t i = 0; rc == 0 && i < l->items.n; i++) {
		rc = sx_lister_add(
		    lister, &l->items.items[i], l->items.items[i].data, e);
		if (rc == 0)
			rc = sound_list_take(l, lister, e);
	}
	sx_lister_end(lister);
	if (rc == 0)
		rc = sound_list_take(l, lister, e);
	sx_lister_free(lister);
	return rc;
}

void
sx_sound_list_free(struct sx_sound_list *l)
{
	sx_items_free(&l->items);
	free(l->sounds);
	*l = (struct sx_sound_list){ .n = 0 };
}

/* Return the facts of the first message that is a bank; NULL if there is
 * none. */
static const struct sx_facts *
sound_list_find_bank(const struct sx_items *items)
{
	for (size_t i = 0; i < items->n; i++)
		if (!items->items[i].stray &&
		    (items->items[i].facts.bank ||
			items->items[i].facts.kind == SX_KIND_BANK))
			return &items->items[i].facts;
	return NULL;
}

int
sx_sound_list_nothing(const struct sx_sound_list *l, struct sx_err *e)
{
	const struct sx_items *items = &l->items;
	const struct sx_facts *f = sound_list_find_bank(items);

	if (f != NULL)
		return sx_fail(e, SX_EDATA, 0,
		    "%s contains a bank (%s) with an unknown layout",
		    items->path, f->device[0] != '\0' ? f->device : f->maker);
	for (size_t i = 0; f == NULL && i < items->n; i++)
		if (!items->items[i].stray)
			f = &items->items[i].facts;
	if (f == NULL || f->kind == SX_KIND_UNKNOWN)
		return sx_fail(e, SX_EDATA, 0,
		    "%s contains no recognised sound", items->path);
	return sx_fail(e, SX_EDATA, 0, "%s contains no sound: found %s %s (%s)",
	    items->path, sx_article(sx_kind_text(f->kind)),
	    sx_kind_text(f->kind), f->device[0] != '\0' ? f->device : f->maker);
}
