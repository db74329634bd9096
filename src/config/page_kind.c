/* SPDX-License-Identifier: ISC */
/* The keys that identify a message and its kind. */
#include <string.h>

#include "page.h"
#include "words.h"

#define DELAY_MOST 3600000 /* ms */
#define TRAILING   "has trailing text"

/* "F0 31 7F", or "@4 02 @8 77" */
static const char *
read_match(struct page *p, struct page_message *m, const char *value)
{
	struct sx_mask *k = &m->format.mask;
	long at = 0;

	for (; !at_end(value); at++) {
		value += strspn(value, " \t");
		if (*value == '@') {
			value++;
			if (!take_number(&value, 1, SX_TRIAGE_BYTES - 1, &at))
				return "has an offset outside 1 to 15";
		}
		if (at < SX_TRIAGE_BYTES && k->bits[at] != 0)
			return "has a duplicate offset";
		if (at == SX_TRIAGE_BYTES)
			return "extends beyond the first 16 bytes";
		if (!take_mask(&value, &k->value[at], &k->bits[at]))
			return "has a part that is not a byte";
		if ((k->value[at] & ~k->bits[at]) != 0)
			return "has bits outside its mask";
		if (at > 0 && k->value[at] > 0x7f)
			return "has a byte above 7F";
		if (((k->value[at] ^ p->in.mask.value[at]) & k->bits[at] &
			p->in.mask.bits[at]) != 0)
			return "contradicts the mask of the instrument";
	}
	return NULL;
}

/* "57", "8-", "-7", "10-137" */
static const char *
read_size(struct page *p, struct page_message *m, const char *value)
{
	long least = 0, most = 0;
	bool open;

	(void)p;
	value += strspn(value, " \t");
	if (*value != '-' && !take_number(&value, 2, 1 << 24, &least))
		return "is not a number of bytes";
	open = *value == '-';
	value += open;
	if (open && at_end(value) && least == 0)
		return "is not a number of bytes";
	if (open && !at_end(value) && !take_number(&value, 2, 1 << 24, &most))
		return "is not a number of bytes";
	if (open && most != 0 && most < least)
		return "has a maximum below the minimum";
	m->format.min = (uint32_t)least;
	m->format.max = (uint32_t)(open ? most : least);
	return at_end(value) ? NULL : TRAILING;
}

static const char *
read_kind(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	for (enum sx_kind k = SX_KIND_UNKNOWN; k < SX_KINDS; k++)
		if (strcmp(sx_kind_text(k), value) == 0) {
			m->format.kind = (uint8_t)k;
			return NULL;
		}
	return "is not a kind";
}

static const char *
read_yes(bool *yes, const char *value)
{
	*yes = strcmp(value, "yes") == 0;
	return *yes || strcmp(value, "no") == 0 ? NULL
						: "is neither yes nor no";
}

static const char *
read_keep(struct page *p, struct page_message *m, const char *value)
{
	bool keep;
	const char *why = read_yes(&keep, value);

	(void)p;
	m->format.transient = !keep;
	return why;
}

static const char *
read_whole(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	return read_yes(&m->format.complete, value);
}

static const char *
read_waits(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	return read_yes(&m->format.waits, value);
}

static const char *
read_accepted(struct page *p, struct page_message *m, const char *value)
{
	bool accepted;
	const char *why = read_yes(&accepted, value);

	(void)p;
	m->format.refused = !accepted;
	return why;
}

static const char *
read_no_unit(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	m->format.no_unit = strcmp(value, "none") == 0;
	return m->format.no_unit ? NULL : "is not 'none'";
}

static const char *
page_kind_read_trust(struct page *p, struct page_message *m, const char *value)
{
	uint8_t trust;
	const char *why = page_read_trust(&trust, value);

	if (why == NULL && !p->user)
		m->format.trust = trust;
	return why;
}

static const char *
page_kind_read_delay(struct page *p, struct page_message *m, const char *value)
{
	long n;

	(void)p;
	if (!take_number(&value, 1, DELAY_MOST, &n) || !at_end(value))
		return "is not in range";
	m->format.delay_ms = (int32_t)n;
	return NULL;
}

#define TEXT_KEY(name, place)                                          \
	static const char *name(                                       \
	    struct page *p, struct page_message *m, const char *value) \
	{                                                              \
		m->place = page_text(p, value);                        \
		return NULL;                                           \
	}
TEXT_KEY(read_source, format.source)
TEXT_KEY(read_note, format.note)
TEXT_KEY(read_danger, format.danger)
TEXT_KEY(read_buffer, format.buffer)
TEXT_KEY(read_stored_by, stored_by)

static const char *
page_kind_read_call(struct page *p, struct page_message *m, const char *value)
{
	return page_read_call(p, &m->format.call, value);
}

TEXT_KEY(read_steps_source, format.steps.source)
#undef TEXT_KEY

static const char *
page_kind_read_steps(struct page *p, struct page_message *m, const char *value)
{
	struct sx_steps_at *s = &m->format.steps;
	long tracks, steps;

	(void)p;
	if (!take_number(&value, 1, SX_STEPS_TRACKS, &tracks) ||
	    !take_word(&value, "of") ||
	    !take_number(&value, 8, SX_STEPS_MOST, &steps) || steps % 8 != 0)
		return "does not begin with TRACKS of STEPS";
	if (!take_word(&value, "at") || !take_offset(&value, &s->at) ||
	    s->at <= 0)
		return "has no 'at' with an offset";
	if (take_word(&value, "then") &&
	    (!take_offset(&value, &s->then) || s->then <= s->at ||
		2 * steps > SX_STEPS_MOST))
		return "has no offset of as many further steps after 'then'";
	if (!take_word(&value, "length") || !take_offset(&value, &s->length) ||
	    s->length <= 0)
		return "has no 'length' with an offset";
	s->tracks = (uint8_t)tracks;
	s->steps = (uint8_t)steps;
	return at_end(value) ? NULL : "has trailing text";
}

#define YES	"yes or no"
#define MESSAGE "the name of a message"
#define STEPS_WANT                                               \
	"TRACKS of STEPS at OFFSET [then OFFSET] length OFFSET:" \
	" 16 of 32 at 10 length 178"

/* The instrument's unit, trust, source, delay and call are separate keys. */
const struct page_key page_kind_keys[] = {
	{ "match", read_match, "bytes, or @OFFSET bytes: @4 02 55 @8 77",
	    false },
	{ "size", read_size, "57, 8-, -7 or 10-137", true },
	{ "kind", read_kind, PAGE_KINDS, true },
	{ "keep", read_keep, YES, true },
	{ "whole", read_whole, YES, true },
	{ "waits", read_waits, YES, true },
	{ "accepted", read_accepted, YES, true },
	{ "stored-by", read_stored_by, MESSAGE, false },
	{ "unit", read_no_unit, "none", false },
	{ "trust", page_kind_read_trust, "seen, documented or inferred",
	    false },
	{ "source", read_source, "a text", false },
	{ "delay", page_kind_read_delay, "ms from 1 to 3600000", false },
	{ "note", read_note, "a text", false },
	{ "steps", page_kind_read_steps, STEPS_WANT, false },
	{ "steps-source", read_steps_source, "a text", false },
	{ "danger", read_danger, "a text", false },
	{ "call", page_kind_read_call, "a text in which %4 is byte 4", false },
	{ "buffer", read_buffer, MESSAGE, false },
	{ .key = NULL },
};
