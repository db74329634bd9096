/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "k5000.h"
#include "layout.h"
#include "sxlib/sounds.h"

/* Get the kind of bank. Returns false if it is not a bank. */
static bool
read_bank(const struct sx_facts *facts, struct sx_message_kind *f)
{
	if (facts->bank)
		sx_message_kind(facts->format, f);
	return facts->bank;
}

/* Return the number of bytes that sounds can begin in: those of the message, or
 * of its data when unpacked. */
static size_t
bank_bytes(const struct sx_message_kind *f, const uint8_t *msg, size_t n)
{
	struct sx_packed d;

	if (!f->sounds.in_data)
		return n - 1;
	d = sx_layout_data(&f->layout.data, msg, n);
	return sx_packed_count(&d);
}

/* Find the sound number *left of those present, counting *left down. Sets where
 * it begins, and its slot. Returns its size, or 0 if there are no more. */
static size_t
k5000_find(const struct sx_sounds_at *s, const uint8_t *msg, size_t n,
    size_t *left, size_t *begin, long *slot)
{
	size_t at = s->from, size = 0;

	if (n <= s->from || s->from < SX_K5000_BITS)
		return 0;
	for (size_t i = 0; i < s->count; i++) {
		if ((msg[s->from - SX_K5000_BITS + i / 7] >> i % 7 & 1) == 0)
			continue;
		size = sx_k5000_size(msg + at, n - 1 - at);
		*begin = at;
		*slot = (long)i;
		if (size == 0 || (*left)-- == 0)
			return size;
		at += size;
	}
	return 0;
}

static size_t
k5000_count(const struct sx_sounds_at *s, const uint8_t *msg, size_t n)
{
	size_t left = SIZE_MAX, begin;
	long slot;

	(void)k5000_find(s, msg, n, &left, &begin, &slot);
	return SIZE_MAX - left;
}

/* Where sound i begins. */
static size_t
sounds_offset(const struct sx_sounds_at *s, size_t i)
{
	size_t at = s->from + i * s->size;

	return s->group > 0 ? at + i / s->group * s->skip : at;
}

/* How many of one size so many bytes have room for. */
static size_t
sounds_fit(const struct sx_sounds_at *s, size_t bytes)
{
	size_t all = (size_t)s->group * s->size, fit;

	if (bytes < s->from)
		return 0;
	bytes -= s->from;
	if (s->group == 0)
		return bytes / s->size;
	fit = bytes % (all + s->skip) / s->size;
	return bytes / (all + s->skip) * s->group +
	       (fit < s->group ? fit : s->group);
}

size_t
sx_bank_open(struct sx_bank *b, const struct sx_facts *facts,
    const uint8_t *msg, size_t n)
{
	const struct sx_sounds_at *s = &b->kind.sounds;
	size_t fit;

	b->msg = msg;
	b->n = n;
	b->count = 0;
	if (!read_bank(facts, &b->kind) || s->width > 0 || n < 2 ||
	    msg[n - 1] != 0xf7 || (s->in_data && b->kind.layout.data.from == 0))
		return 0;
	if (s->form == SX_SOUNDS_K5000) {
		b->count = k5000_count(s, msg, n);
		return b->count;
	}
	fit = sounds_fit(s, bank_bytes(&b->kind, msg, n));
	b->count = fit < s->count ? fit : s->count;
	return b->count;
}

size_t
sx_bank_count(const struct sx_facts *facts, const uint8_t *msg, size_t n)
{
	struct sx_bank b;

	return sx_bank_open(&b, facts, msg, n);
}

static void
sounds_set_name(struct sx_sound *sound, const uint8_t *text, long len)
{
	if (len >= 0)
		sx_name_text(sound->name, text, (size_t)len);
}

static void
sounds_set_slot(struct sx_sound *sound, const struct sx_sounds_at *s, long slot)
{
	*sound = (struct sx_sound){ .index = (size_t)slot, .slot = slot };
	if (slot >= 0 && slot < s->shown.count)
		sx_slot_text(&s->shown, slot, sound->slot_text);
}

/* Return the slot of sound i; -1 if the message does not tell. */
static long
bank_slot(const struct sx_bank *b, size_t i)
{
	int32_t at = b->kind.sounds.first_at;

	if (at < 0 || (at > 0 && (size_t)at >= b->n - 1))
		return -1;
	return (long)i + (at > 0 ? b->msg[at] : 0);
}

void
sx_bank_get(const struct sx_bank *b, size_t i, struct sx_sound *sound)
{
	const struct sx_sounds_at *s = &b->kind.sounds;
	size_t begin = sounds_offset(s, i), size = s->size, left = i;
	long slot = bank_slot(b, i);
	uint8_t text[SX_FACT_TEXT];

	if (s->form == SX_SOUNDS_K5000)
		size = k5000_find(s, b->msg, b->n, &left, &begin, &slot);
	sounds_set_slot(sound, s, slot);
	sound->index = i;
	if (!s->in_data)
		sound->at = (struct sx_region){ begin, size };
	sounds_set_name(sound, text,
	    sx_layout_name(&s->name, &b->kind.layout.data, b->msg, b->n, begin,
		text, sizeof(text), &sound->name_at));
}

void
sx_bank_sound(const struct sx_facts *facts, const uint8_t *msg, size_t n,
    size_t i, struct sx_sound *sound)
{
	struct sx_bank b;

	*sound = (struct sx_sound){ .index = i, .slot = (long)i };
	if (i < sx_bank_open(&b, facts, msg, n))
		sx_bank_get(&b, i, sound);
}

/* ---- Memories, by address ---- */

struct sx_memory {
	struct sx_mark format; /* at NULL: nothing received yet */
	struct sx_sounds_at sounds;
	struct sx_data_at data; /* how a sound is packed */
	char device[SX_FACT_TEXT];
	int unit;
	uint8_t *bytes; /* of all sounds */
	uint8_t *have;	/* which of these were received */
	struct memory_sound {
		bool given;
		bool begun;
		size_t first, last; /* numbers of messages */
	} * of;
};

struct sx_memory *
sx_memory_new(struct sx_err *e)
{
	struct sx_memory *m = calloc(1, sizeof(*m));

	if (m == NULL)
		sx_fail_memory(e);
	return m;
}

static void
sounds_forget(struct sx_memory *m)
{
	free(m->bytes);
	free(m->have);
	free(m->of);
	*m = (struct sx_memory){ 0 };
}

void
sx_memory_clear(struct sx_memory *m)
{
	sounds_forget(m);
}

void
sx_memory_free(struct sx_memory *m)
{
	if (m == NULL)
		return;
	sounds_forget(m);
	free(m);
}

static bool
sounds_is_same(const struct sx_memory *m, const struct sx_facts *facts)
{
	return m->format.at == facts->format.at &&
	       strcmp(m->device, facts->device) == 0 && m->unit == facts->unit;
}

static int
sounds_begin(struct sx_memory *m, const struct sx_facts *facts,
    const struct sx_message_kind *f, struct sx_err *e)
{
	const struct sx_sounds_at *s = &f->sounds;
	size_t all = (size_t)s->count * s->size;

	sounds_forget(m);
	m->bytes = calloc(all, 1);
	m->have = calloc(all, sizeof(*m->have));
	m->of = calloc(s->count, sizeof(*m->of));
	if (m->bytes == NULL || m->have == NULL || m->of == NULL) {
		sounds_forget(m);
		return sx_fail_memory(e);
	}
	m->format = facts->format;
	m->sounds = *s;
	/* A sound is packed like a message with sounds. */
	m->data = f->layout.data;
	m->data.from = 0;
	m->data.to = (int32_t)s->used;
	memcpy(m->device, facts->device, sizeof(m->device));
	m->unit = facts->unit;
	return 0;
}

/* Addresses in a sound beyond those in use hold nothing. */
static void
sounds_put_byte(struct sx_memory *m, size_t at, uint8_t byte, size_t number)
{
	struct memory_sound *of = &m->of[at / m->sounds.size];

	if (at % m->sounds.size >= m->sounds.used)
		return;
	if (!m->have[at] || m->bytes[at] != byte)
		of->given = false;
	if (!of->begun || number < of->first)
		of->first = number;
	if (!of->begun || number > of->last)
		of->last = number;
	of->begun = true;
	m->bytes[at] = byte;
	m->have[at] = 1;
}

int
sx_memory_add(struct sx_memory *m, const struct sx_facts *facts,
    const uint8_t *msg, size_t n, size_t number, struct sx_err *e)
{
	struct sx_message_kind f;
	const struct sx_sounds_at *s = &f.sounds;
	size_t from, to, all;
	uint32_t address = 0;

	if (!read_bank(facts, &f) || s->width == 0)
		return 0;
	from = (size_t)s->address_at + s->width;
	if (n < from + s->trim || msg[n - 1] != 0xf7)
		return 0;
	for (size_t i = s->address_at; i < from; i++)
		address = address << 7 | msg[i];
	all = (size_t)s->count * s->size;
	if (address < s->from || address - s->from >= all)
		return 0;
	if (!sounds_is_same(m, facts) && sounds_begin(m, facts, &f, e) == -1)
		return -1;
	to = n - s->trim;
	for (size_t at = address - s->from; from < to && at < all; at++)
		sounds_put_byte(m, at, msg[from++], number);
	return 1;
}

static bool
sounds_is_complete(const struct sx_memory *m, size_t i)
{
	const struct sx_sounds_at *s = &m->sounds;

	return memchr(m->have + i * s->size, 0, s->used) == NULL;
}

bool
sx_memory_next(struct sx_memory *m, struct sx_sound *sound)
{
	const struct sx_sounds_at *s = &m->sounds;
	uint8_t text[SX_FACT_TEXT];
	struct sx_region at;
	size_t i = 0;

	if (m->format.at == NULL)
		return false;
	while (i < s->count && (m->of[i].given || !sounds_is_complete(m, i)))
		i++;
	if (i == s->count)
		return false;
	m->of[i].given = true;
	sounds_set_slot(sound, s, (long)i);
	sound->first = m->of[i].first;
	sound->last = m->of[i].last;
	sounds_set_name(sound, text,
	    sx_layout_name(&s->name, &m->data, m->bytes + i * s->size,
		s->size + 1, 0, text, sizeof(text), &at));
	return true;
}

const uint8_t *
sx_memory_bytes(const struct sx_memory *m, size_t i, size_t *n)
{
	*n = 0;
	if (m->format.at == NULL || i >= m->sounds.count ||
	    !sounds_is_complete(m, i))
		return NULL;
	*n = m->sounds.used;
	return m->bytes + i * m->sounds.size;
}
