/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/pick.h"
#include "sxlib/text.h"

const struct sx_listed *
sx_pick_sound(const struct sx_pick *p, size_t i)
{
	return &p->refs.list.sounds[p->refs.chosen[i]];
}

char *
sx_pick_text(const struct sx_pick *p, size_t i, char buf[SX_PICK_TEXT])
{
	const struct sx_listed *s = sx_pick_sound(p, i);
	bool named = s->sound.name[0] != '\0';
	char ref[SX_REF_TEXT], path[SX_PICK_TEXT / 2], name[SX_PICK_TEXT / 4];

	sx_ref_text(&p->refs.list, p->refs.chosen[i], ref);
	snprintf(buf, SX_PICK_TEXT, "%s:%s%s%s%s",
	    sx_text_safe(path, sizeof(path), p->refs.ref.path), ref,
	    named ? " \"" : "",
	    named ? sx_text_safe(name, sizeof(name), s->sound.name) : "",
	    named ? "\"" : "");
	return buf;
}

/* Consecutive messages of one unit's memory. */
struct pick_memory {
	const struct sx_listed *sound;
	struct sx_sounds_at at;
	bool begun;
	uint32_t next; /* address after the last one */
};

static uint32_t
memory_address(const struct sx_sounds_at *s, const struct sx_item *item)
{
	uint32_t address = 0;

	for (size_t i = 0; i < s->width; i++)
		address = address << 7 | item->data[s->address_at + i];
	return address;
}

/*
 * True if the message is part of the memory. One of another format must
 * continue at the next address: the reverbs of a D-50 after its patches, say.
 */
static bool
memory_is_part(struct pick_memory *m, const struct sx_item *item)
{
	const struct sx_facts *f = &item->facts, *g = m->sound->facts;
	size_t head = (size_t)m->at.address_at + m->at.width + m->at.trim;
	uint32_t address;

	if (f->maker_id != g->maker_id || strcmp(f->device, g->device) != 0 ||
	    f->unit != g->unit || !f->dump || item->len < head)
		return false;
	address = memory_address(&m->at, item);
	if (f->format.at != g->format.at && (!m->begun || address != m->next))
		return false;
	m->begun = true;
	m->next = address + (uint32_t)(item->len - head);
	return true;
}

/* Is the item one of the sound's messages? */
static bool
pick_is_part(struct pick_memory *m, const struct sx_item *item, size_t i)
{
	const struct sx_listed *s = m->sound;

	if (item->stray || item->damage.kind != SX_DAMAGE_NONE)
		return false;
	if (s->place == SX_SOUND_BY_ADDRESS)
		return memory_is_part(m, item);
	return i >= s->first && i <= s->last;
}

size_t *
sx_pick_items(const struct sx_pick *p, size_t i, size_t *n, struct sx_err *e)
{
	const struct sx_items *items = &p->refs.list.items;
	struct pick_memory m = { .sound = sx_pick_sound(p, i) };
	size_t *list = calloc(items->n + 1, sizeof(*list));
	struct sx_message_kind f;

	*n = 0;
	if (list == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	if (m.sound->place == SX_SOUND_BY_ADDRESS) {
		sx_message_kind(m.sound->facts->format, &f);
		m.at = f.sounds;
	}
	for (size_t k = 0; k < items->n; k++)
		if (pick_is_part(&m, &items->items[k], k))
			list[(*n)++] = k;
	return list;
}

/* Concatenate the sound's messages. */
static int
pick_join(struct sx_pick *p, size_t i, struct sx_err *e)
{
	const struct sx_items *items = &p->refs.list.items;
	struct sx_messages *m = &p->joined[p->njoined];
	size_t n, all = 0, *list = sx_pick_items(p, i, &n, e);

	if (list == NULL)
		return -1;
	for (size_t k = 0; k < n; k++)
		all += items->items[list[k]].len;
	m->bytes = malloc(all + 1);
	if (m->bytes == NULL) {
		free(list);
		return sx_fail_memory(e);
	}
	for (size_t k = 0; k < n; k++) {
		const struct sx_item *item = &items->items[list[k]];

		memcpy(m->bytes + m->n, item->data, item->len);
		m->n += item->len;
	}
	free(list);
	p->at[i].bytes = m->bytes;
	p->at[i].n = m->n;
	p->njoined++;
	return 0;
}

/* Share the bytes with the sound before: sounds of one memory are in the same
 * messages. */
static bool
pick_share(struct sx_pick *p, size_t i)
{
	const struct sx_listed *s = sx_pick_sound(p, i), *t;

	if (i == 0 || s->place != SX_SOUND_BY_ADDRESS)
		return false;
	t = sx_pick_sound(p, i - 1);
	if (t->place != s->place ||
	    t->facts->format.at != s->facts->format.at ||
	    t->facts->unit != s->facts->unit)
		return false;
	p->at[i].bytes = p->at[i - 1].bytes;
	p->at[i].n = p->at[i - 1].n;
	return true;
}

static int
pick_find(struct sx_pick *p, size_t i, struct sx_err *e)
{
	const struct sx_listed *s = sx_pick_sound(p, i);
	const struct sx_item *first = &p->refs.list.items.items[s->first];

	p->at[i] = (struct sx_sound_at){ first->data, first->len, -1 };
	if (s->place == SX_SOUND_IN_BANK)
		p->at[i].index = (long)s->sound.index;
	else if (s->place == SX_SOUND_BY_ADDRESS)
		p->at[i].index = s->sound.slot;
	if (s->place == SX_SOUND_IN_BANK || s->first == s->last)
		return s->place == SX_SOUND_BY_ADDRESS && !pick_share(p, i)
			   ? pick_join(p, i, e)
			   : 0;
	return pick_share(p, i) ? 0 : pick_join(p, i, e);
}

int
sx_pick_load(struct sx_pick *p, const char *arg, const struct sx_devices *user,
    struct sx_err *e)
{
	*p = (struct sx_pick){ .user = user };
	if (sx_ref_load(&p->refs, arg, user, e) == -1)
		return -1;
	p->at = calloc(p->refs.n, sizeof(*p->at));
	p->joined = calloc(p->refs.n, sizeof(*p->joined));
	if (p->at == NULL || p->joined == NULL)
		return sx_fail_memory(e);
	for (size_t i = 0; i < p->refs.n; i++)
		if (pick_find(p, i, e) == -1)
			return -1;
	return 0;
}

void
sx_pick_free(struct sx_pick *p)
{
	for (size_t i = 0; i < p->njoined; i++)
		sx_messages_free(&p->joined[i]);
	free(p->joined);
	free(p->at);
	sx_ref_free(&p->refs);
	*p = (struct sx_pick){ .njoined = 0 };
}

int
sx_pick_fail(const struct sx_pick *p, size_t i, const struct sx_err *why,
    struct sx_err *e)
{
	char text[SX_REF_TEXT];

	if (why->code == SX_ENOMEM)
		return sx_fail_memory(e);
	sx_fail(e, why->code, why->sys, "'%s:%s': %s", p->refs.ref.path,
	    sx_ref_text(&p->refs.list, p->refs.chosen[i], text), why->msg);
	return why->hint[0] != '\0' ? sx_hint(e, "%s", why->hint) : -1;
}

static int
pick_recast(const struct sx_pick *p, size_t i, enum sx_pick_as as,
    struct sx_messages *m, struct sx_err *e)
{
	struct sx_err why = { 0 };
	int rc = as == SX_PICK_BUFFER
		     ? sx_recast_buffer(p->user, &p->at[i], m, &why)
		     : sx_recast_single(p->user, &p->at[i], m, &why);

	return rc == 0 ? 0 : sx_pick_fail(p, i, &why, e);
}

struct sx_file *
sx_pick_file(const struct sx_pick *p, size_t i, enum sx_pick_as as,
    struct sx_messages *m, struct sx_err *e)
{
	if (pick_recast(p, i, as, m, e) == -1)
		return NULL;
	return sx_file_of_bytes(
	    m->bytes, m->n, p->refs.list.items.time, p->user, e);
}

bool
sx_pick_is_ref(const char *arg)
{
	struct sx_ref r;
	bool is = sx_ref_split(arg, &r, NULL) == 0 && r.which != NULL;

	free(r.path);
	return is;
}

/* Concatenate all sounds of the pick. */
static int
pick_gather(const struct sx_pick *p, enum sx_pick_as as, struct sx_messages *m,
    struct sx_err *e)
{
	for (size_t i = 0; i < p->refs.n; i++) {
		struct sx_messages one;
		uint8_t *bytes = NULL;

		if (pick_recast(p, i, as, &one, e) == -1)
			return -1;
		bytes = realloc(m->bytes, m->n + one.n + 1);
		if (bytes != NULL) {
			memcpy(bytes + m->n, one.bytes, one.n);
			m->bytes = bytes;
			m->n += one.n;
			m->dropped += one.dropped;
		}
		sx_messages_free(&one);
		if (bytes == NULL)
			return sx_fail_memory(e);
	}
	return 0;
}

struct sx_file *
sx_pick_open(const char *arg, enum sx_pick_as as, const struct sx_devices *user,
    struct sx_messages *m, struct sx_err *e)
{
	struct sx_file *f = NULL;
	struct sx_pick p;

	*m = (struct sx_messages){ 0 };
	if (!sx_pick_is_ref(arg))
		return sx_file_open_any(arg, user, e);
	if (sx_pick_load(&p, arg, user, e) == 0 &&
	    pick_gather(&p, as, m, e) == 0)
		f = sx_file_of_bytes(
		    m->bytes, m->n, p.refs.list.items.time, user, e);
	sx_pick_free(&p);
	if (f == NULL)
		sx_messages_free(m);
	return f;
}
