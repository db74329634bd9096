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

bool
sx_listed_same_slot(const struct sx_listed *a, const struct sx_listed *b)
{
	char x[SX_LISTED_SLOT], y[SX_LISTED_SLOT];

	if (a->number < 0 || b->number < 0 ||
	    (a->number != b->number && a->shown.count == b->shown.count &&
		a->shown.first == b->shown.first))
		return false;
	return strcmp(sx_listed_slot(a, x), sx_listed_slot(b, y)) == 0;
}

static int
sound_list_add(
    struct sx_sound_list *l, const struct sx_listed *s, struct sx_err *e)
{
	struct sx_listed *p = l->sounds;

	/* The list doubles: it has room unless its length is a power of 2. */
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

/* The first of its messages that is called a bank, or NULL. */
static const struct sx_facts *
find_bank(const struct sx_items *items)
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
	const struct sx_facts *f = find_bank(items);

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
	return sx_fail(e, SX_EDATA, 0, "%s contains no sound: found a %s (%s)",
	    items->path, sx_kind_text(f->kind),
	    f->device[0] != '\0' ? f->device : f->maker);
}
