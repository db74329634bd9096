/* SPDX-License-Identifier: ISC */
/*
 * The files are read twice: first for a hash of each sound, then, for sounds
 * with the same hash, for their bytes, which are compared with the first of
 * them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "same.h"
#include "sxlib/store.h"
#include "sxlib/twins.h"

#define SHORTEST 8	  /* minimum size of a sound to compare */
#define ALONE	 SIZE_MAX /* a group of one */

struct sx_twin_sound {
	uint64_t hash; /* of device and content without name */
	size_t bytes;
	uint32_t file, sound; /* index in the file, from 0 */
	size_t group;
	bool in_bank;
	/* Set once it is proven to have duplicates. */
	char ref[SX_REF_TEXT];
	char name[SX_FACT_TEXT], device[SX_FACT_TEXT], maker[SX_FACT_TEXT];
	char slot_text[SX_LISTED_SLOT];
};

void
sx_twins_end(struct sx_twins *t)
{
	free(t->list);
	t->list = NULL;
	t->n = t->cap = 0;
}

static int
twins_add(struct sx_twins *t, const struct sx_twin_sound *s, struct sx_err *e)
{
	size_t want = t->cap > 0 ? t->cap * 2 : 256;
	struct sx_twin_sound *p;

	if (t->n == t->cap) {
		p = reallocarray(t->list, want, sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(e);
		t->list = p;
		t->cap = want;
	}
	t->list[t->n++] = *s;
	return 0;
}

/* Load all sounds of a file. Returns false if it is excluded or damaged, or
 * cannot be loaded, which has been reported when the file was read. */
static bool
twins_open(const struct sx_twins *t, uint32_t file, struct sx_pick *p)
{
	const char *path = sx_same_path(t->same, file);
	struct sx_err why = { 0 };

	if (t->same->files[file].out || sx_is_damaged_name(path))
		return false;
	if (sx_pick_load(p, path, t->same->user, &why) == 0)
		return true;
	sx_pick_free(p);
	return false;
}

/* Get the content of sound i without its name. Returns -1 on failure. */
static int
twins_content(const struct sx_pick *p, size_t i, struct sx_messages *m)
{
	return sx_recast_content(p->user, &p->at[i], false, m, NULL);
}

static int
twins_read_file(struct sx_twins *t, uint32_t file, struct sx_err *e)
{
	struct sx_pick p;
	int rc = 0;

	if (!twins_open(t, file, &p))
		return 0;
	for (size_t i = 0; rc == 0 && i < p.refs.n; i++) {
		const struct sx_listed *s = sx_pick_sound(&p, i);
		struct sx_twin_sound sound = { .file = file,
			.sound = (uint32_t)i,
			.group = ALONE,
			.in_bank = s->place != SX_SOUND_MESSAGE };
		struct sx_messages m;

		t->sounds++;
		if (!s->whole || twins_content(&p, i, &m) == -1)
			continue;
		sound.bytes = m.n;
		sound.hash = sx_same_hash(SX_SAME_SEED,
		    (const uint8_t *)s->facts->device,
		    strlen(s->facts->device));
		sound.hash = sx_same_hash(sound.hash, m.bytes, m.n);
		if (m.n >= SHORTEST)
			rc = twins_add(t, &sound, e);
		sx_messages_free(&m);
	}
	sx_pick_free(&p);
	return rc;
}

/* ---- Groups ---- */

static int
twins_by_likeness(const void *a, const void *b)
{
	const struct sx_twin_sound *p = a, *q = b;

	if (p->hash != q->hash)
		return p->hash < q->hash ? -1 : 1;
	return p->bytes < q->bytes ? -1 : p->bytes > q->bytes;
}

static int
twins_by_place(const void *a, const void *b)
{
	const struct sx_twin_sound *p = a, *q = b;

	if (p->file != q->file)
		return p->file < q->file ? -1 : 1;
	return p->sound < q->sound ? -1 : p->sound > q->sound;
}

static int
twins_by_group(const void *a, const void *b)
{
	const struct sx_twin_sound *p = a, *q = b;

	if (p->group != q->group)
		return p->group < q->group ? -1 : 1;
	return twins_by_place(a, b);
}

static void
twins_sort(struct sx_twins *t, int (*compare)(const void *a, const void *b))
{
	if (t->n > 0)
		qsort(t->list, t->n, sizeof(*t->list), compare);
}

/* Keep only sounds that may have duplicates. Returns the number of groups. */
static size_t
twins_group(struct sx_twins *t)
{
	struct sx_twin_sound *s = t->list;
	size_t kept = 0, groups = 0, to;

	twins_sort(t, twins_by_likeness);
	for (size_t from = 0; from < t->n; from = to) {
		to = from + 1;
		while (to < t->n && twins_by_likeness(&s[from], &s[to]) == 0)
			to++;
		if (to - from == 1)
			continue;
		for (size_t i = from; i < to; i++) {
			s[i].group = groups;
			s[kept++] = s[i];
		}
		groups++;
	}
	t->n = kept;
	twins_sort(t, twins_by_place);
	return groups;
}

/* The first sound of each group. */
struct twins_first {
	struct sx_messages content;
	size_t number; /* in the order in which they were found, from 1 */
	char device[SX_FACT_TEXT];
};

/* Compare a sound with the first of its group; describe it if they are
 * equal. */
static void
twins_compare(struct sx_twin_sound *s, const struct sx_pick *p,
    struct twins_first *first, size_t *found)
{
	const struct sx_listed *listed = sx_pick_sound(p, s->sound);
	struct sx_messages m;

	if (twins_content(p, s->sound, &m) == -1) {
		s->group = ALONE;
		return;
	}
	if (first->number == 0) {
		first->number = ++*found;
		first->content = m;
		m = (struct sx_messages){ 0 };
		memcpy(first->device, listed->facts->device,
		    sizeof(first->device));
	} else if (m.n != first->content.n ||
		   memcmp(m.bytes, first->content.bytes, m.n) != 0 ||
		   strcmp(first->device, listed->facts->device) != 0) {
		s->group = ALONE;
	}
	sx_messages_free(&m);
	if (s->group == ALONE)
		return;
	s->group = first->number;
	sx_ref_text(&p->refs.list, s->sound, s->ref);
	sx_listed_slot(listed, s->slot_text);
	memcpy(s->name, listed->sound.name, sizeof(s->name));
	memcpy(s->device, listed->facts->device, sizeof(s->device));
	memcpy(s->maker, listed->facts->maker, sizeof(s->maker));
}

static int
twins_prove(struct sx_twins *t, size_t groups, struct sx_err *e)
{
	struct twins_first *first = calloc(groups + 1, sizeof(*first));
	size_t found = 0;

	if (first == NULL)
		return sx_fail_memory(e);
	for (size_t i = 0; i < t->n;) {
		uint32_t file = t->list[i].file;
		struct sx_pick p;
		bool open = twins_open(t, file, &p);

		for (; i < t->n && t->list[i].file == file; i++)
			if (open && t->list[i].sound < p.refs.n)
				twins_compare(&t->list[i], &p,
				    &first[t->list[i].group], &found);
			else
				t->list[i].group = ALONE;
		if (open)
			sx_pick_free(&p);
	}
	for (size_t i = 0; i < groups; i++)
		sx_messages_free(&first[i].content);
	free(first);
	twins_sort(t, twins_by_group);
	return 0;
}

static int
twins_find(struct sx_twins *t, struct sx_err *e)
{
	t->read = true;
	for (uint32_t i = 0; i < t->same->rows.n; i++)
		if (twins_read_file(t, i, e) == -1)
			return -1;
	return twins_prove(t, twins_group(t), e);
}

/* ---- Results ---- */

static void
twins_of_group(const struct sx_twins *t, size_t from, size_t to,
    struct sx_twin *twin, bool *worth)
{
	const struct sx_twin_sound *s = t->list;
	bool in_bank = s[from].in_bank;

	twin->n = to - from;
	twin->same_name = twin->same_slot = true;
	for (size_t i = from + 1; i < to; i++) {
		in_bank = in_bank || s[i].in_bank;
		twin->same_name =
		    twin->same_name && strcmp(s[i].name, s[from].name) == 0;
		twin->same_slot =
		    twin->same_slot &&
		    strcmp(s[i].slot_text, s[from].slot_text) == 0;
	}
	*worth = to - from > 1 && (in_bank || !twin->same_name);
}

/* Go to the next group to be returned, from t->end on. */
static bool
twins_next_group(struct sx_twins *t, struct sx_twin *twin)
{
	const struct sx_twin_sound *s = t->list;
	bool worth = false;

	while (!worth) {
		t->at = t->end;
		if (t->at == t->n || s[t->at].group == ALONE)
			return false;
		while (t->end < t->n && s[t->end].group == s[t->at].group)
			t->end++;
		twins_of_group(t, t->at, t->end, twin, &worth);
	}
	t->groups++;
	return true;
}

int
sx_twins_next(struct sx_twins *t, struct sx_twin *twin, struct sx_err *e)
{
	const struct sx_twin_sound *s;
	bool worth;

	if (!t->read && twins_find(t, e) == -1)
		return -1;
	*twin = (struct sx_twin){ .first = t->at == t->end };
	if (twin->first) {
		if (!twins_next_group(t, twin))
			return 0;
	} else {
		size_t from = t->at;

		while (
		    from > 0 && t->list[from - 1].group == t->list[t->at].group)
			from--;
		twins_of_group(t, from, t->end, twin, &worth);
	}
	s = &t->list[t->at++];
	twin->path = sx_same_path(t->same, s->file);
	twin->ref = s->ref;
	twin->name = s->name;
	twin->slot_text = s->slot_text;
	twin->device = s->device;
	twin->maker = s->maker;
	twin->bytes = s->bytes;
	return 1;
}
