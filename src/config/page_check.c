/* SPDX-License-Identifier: ISC */
/* Checks that the keys of a message fit together. */
#include <string.h>

#include "page.h"

/* Return the message's pair, or the one inherited from its instrument. */
static const struct conf_pair *
find_pair(const struct page *p, const char *key)
{
	const struct conf_pair *pair = conf_find(&p->s, key);

	return pair != NULL ? pair : conf_find(&p->head, key);
}

static int
page_check_fail(
    struct page *p, const char *key, const char *problem, const char *want)
{
	return page_fail(p, find_pair(p, key), problem, want);
}

static bool
has_slot_before(const struct sx_ask *a)
{
	return memchr(a->before, SX_BEFORE_SLOT, a->before_len) != NULL;
}

/* Check that 'data' exists if positions count in it. */
static int
check_data(struct page *p, const struct page_message *m)
{
	static const char want[] = "a key 'data' as well, or no word 'data'";
	static const char *const keys[] = { "name", "name-2" };

	if (m->format.layout.data.from != 0)
		return 0;
	if (m->format.layout.slot.form == SX_SLOT_DATA)
		return page_check_fail(p, "slot",
		    "counts in data, but there is no key 'data'", want);
	for (size_t i = 0; i < 2; i++)
		if (m->format.layout.name[i].in_data)
			return page_check_fail(p, keys[i],
			    "counts in data, but there is no key 'data'", want);
	return m->format.sounds.in_data
		   ? page_check_fail(p, "sounds",
			 "counts in data, but there is no key 'data'", want)
		   : 0;
}

/* Check that the slot has room for all slots shown. */
static int
page_check_check_slots(struct page *p, const struct page_message *m)
{
	const struct sx_slot_at *s = &m->format.layout.slot;
	long last = m->format.layout.shown.count - 1;
	uint8_t most = s->form == SX_SLOT_DATA ? 0xff : 0x7f;
	uint8_t bits = s->bits != 0 ? s->bits : most;
	long top = last;

	if (s->form == SX_SLOT_TEXT && last < 0)
		return page_check_fail(p, "slot", "has no form to be read in",
		    "a key 'shown' as well");
	if (s->low == 0 || last < 0 || s->form == SX_SLOT_TEXT)
		return 0;
	if (s->high != 0)
		top /= s->radix != 0 ? s->radix : 128;
	top += s->from;
	if (top > most || (top & ~bits) != 0)
		return page_check_fail(p, "shown",
		    "has more slots than 'slot' can hold",
		    "as many as fit, or a slot of two bytes");
	if (s->below != 0 && last >= s->below)
		return page_check_fail(p, "shown",
		    "has slots excluded by 'slot'", "as many as are below");
	return 0;
}

/* Check that the bytes before a request have 7 bits for every slot. */
static int
check_before(struct page *p, const struct page_message *m)
{
	const struct sx_slots *s = &m->format.layout.shown;
	long bank = s->bank != 0 ? s->bank : 128;

	if (!has_slot_before(&m->request.ask))
		return 0;
	if (s->count == 0)
		return page_check_fail(p, "before", "has a slot",
		    "a key 'shown' with the available slots");
	if (bank > 128 || (s->count - 1) / bank > 127)
		return page_check_fail(p, "shown", "has banks of more than 128",
		    "what a program change can select");
	return 0;
}

static int
check_unit(struct page *p, const struct page_message *m)
{
	const struct sx_request_row *r = &m->request;
	const struct sx_ask *a = &m->request.ask;

	if (a->id_at == 0)
		return 0;
	if (a->id_at != p->in.unit.at)
		return page_check_fail(p, "ask",
		    "has the unit number at a different offset from 'unit'",
		    "the same offset in both");
	if (a->msg[a->id_at] + r->id_most - a->id_zero > 0x7f)
		return page_check_fail(p, "ask",
		    "has no room for the last unit", "bytes up to 7F");
	return 0;
}

static int
check_range(struct page *p, const struct page_message *m)
{
	const struct sx_range *r = &m->request.ask.range;
	uint64_t behind = r->address + (uint64_t)r->span;

	if (m->request.slots.count > 0)
		behind += (uint64_t)(m->request.slots.count - 1) * r->step;
	if (r->span != 0 && behind > UINT64_C(1) << 7 * r->width)
		return page_check_fail(p, "ask",
		    "extends beyond the last address",
		    "fewer slots, or smaller steps");
	return 0;
}

/* Does the name extend beyond the sound? */
static bool
is_beyond_sound(const struct sx_sounds_at *s)
{
	unsigned every = s->name.every != 0 ? s->name.every : 1;

	return s->form != SX_SOUNDS_K5000 && s->name.len > 0 &&
	       (s->width == 0 || !s->name.in_data) &&
	       (uint32_t)s->name.at + (uint32_t)(s->name.len - 1) * every >=
		   s->size;
}

static int
check_sounds(struct page *p, const struct page_message *m)
{
	static const char *const keys[] = { "sound-name", "sound-shown",
		"sound-as", "sound-more", "sound-to" };
	bool none = m->format.sounds.count == 0;

	for (size_t i = 0; none && i < sizeof(keys) / sizeof(keys[0]); i++)
		if (conf_find(&p->s, keys[i]) != NULL)
			return page_check_fail(p, keys[i],
			    "has no sounds to name",
			    "a key 'sounds' or 'memory' as well");
	if (conf_find(&p->s, "sounds") && conf_find(&p->s, "memory"))
		return page_check_fail(p, "memory",
		    "cannot be combined with 'sounds'", "one of them");
	if (is_beyond_sound(&m->format.sounds))
		return page_check_fail(p, "sound-name",
		    "extends beyond the end of a sound",
		    "an offset from the start of a sound");
	if (!none && m->format.sounds.shown.count > 0 &&
	    m->format.sounds.shown.count < m->format.sounds.count)
		return page_check_fail(p, "sound-shown",
		    "has fewer slots than sounds",
		    "as many as the sounds, or more");
	return 0;
}

int
page_check(struct page *p, const struct page_message *m)
{
	if (m->request.ask.slot.low != 0 && m->format.layout.shown.count == 0)
		return page_check_fail(p, "ask", "has a slot",
		    "a key 'shown' with the available slots");
	if (check_data(p, m) == -1 || page_check_check_slots(p, m) == -1)
		return -1;
	return check_before(p, m) == -1 || check_unit(p, m) == -1 ||
		       check_range(p, m) == -1 || check_sounds(p, m) == -1
		   ? -1
		   : 0;
}
