/* SPDX-License-Identifier: ISC */
/* The keys that say how a message is asked for. */
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "words.h"

#define DELAY_MOST 3600000 /* ms */

/* Where the number of the unit stands: a nibble that ends in n, or nn. */
static bool
page_ask_read_unit(const char **p, struct sx_ask *a, size_t at)
{
	const char *text = *p + strspn(*p, " \t");
	int high = sx_hex_digit(text[0]);

	if (text[1] != 'n' || (text[0] != 'n' && high == -1) || a->id_at != 0)
		return false;
	a->id_at = (uint8_t)at;
	a->msg[at] = (uint8_t)(text[0] == 'n' ? 0 : high << 4);
	*p = text + 2;
	return true;
}

/* The bytes of the slot stand in the order that the message has them in. */
static bool
page_ask_set_slot(const char **p, struct sx_ask *a, size_t at)
{
	struct sx_slot_at *s = &a->slot;

	if (!take_word(p, "ss"))
		return false;
	if (a->found.high == 0) {
		if (s->low != 0)
			return false;
		s->low = (int32_t)at;
	} else if (s->low == 0 && s->high == 0) {
		if (a->found.high < a->found.low)
			s->high = (int32_t)at;
		else
			s->low = (int32_t)at;
	} else if (s->high == 0) {
		s->high = (int32_t)at;
	} else if (s->low == 0) {
		s->low = (int32_t)at;
	} else {
		return false;
	}
	return true;
}

/* Data bytes behind an F0? */
static const char *
check_bytes(const struct sx_ask *a, size_t n)
{
	if (a->msg[0] != 0xf0)
		return "does not start with F0";
	for (size_t i = 1; i < n; i++)
		if (a->msg[i] > 0x7f)
			return "contains a byte above 7F";
	return NULL;
}

/* "at 08 00 00 step 00 02 00 size 00 01 76 data 588 to 590 last .." */
static const char *
read_range(struct page_message *m, size_t at, const char *value)
{
	struct sx_range *r = &m->request.ask.range;
	const char *count = value;
	uint32_t ignored;
	long data = 0, to = 0;
	size_t width = 0;

	while (take_sevens(&count, 1, &ignored))
		width++;
	if (width < 2 || width > 4)
		return "has no address of two to four bytes after 'at'";
	(void)take_sevens(&value, width, &r->address);
	if (take_word(&value, "step") && !take_sevens(&value, width, &r->step))
		return "has a step whose width differs from the address";
	if (!take_word(&value, "size") ||
	    !take_sevens(&value, width, &r->span) || r->span == 0)
		return "has no size above 0 of the same width as the address";
	if (take_word(&value, "data") &&
	    !take_number(&value, 1, 1 << 21, &data))
		return "has no number of bytes after 'data'";
	if (data == 0)
		to = data = (long)r->span;
	if (take_word(&value, "to") && !take_number(&value, data, 1 << 21, &to))
		return "has no number of bytes after 'to', at least that of "
		       "'data'";
	if (take_word(&value, "last") && !take_sevens(&value, width, &r->last))
		return "has a last address whose width differs from the first";
	if (at + 2 * width + 2 > SX_REQUEST_BYTES)
		return "is too long for a request";
	r->at = (uint8_t)at;
	r->width = (uint8_t)width;
	r->data = data != (long)r->span ? (uint32_t)data : 0;
	r->more = (uint32_t)(to > data ? to - data : 0);
	return at_end(value) ? check_bytes(&m->request.ask, at)
			     : "has trailing text";
}

static const char *
read_bytes(struct page_message *m, const char *value, bool range)
{
	struct sx_ask *a = &m->request.ask;
	size_t n = 0;

	for (; !at_end(value); n++) {
		if (range && take_word(&value, "at"))
			return n > 2 ? read_range(m, n, value)
				     : "does not start with bytes";
		if (n == SX_REQUEST_BYTES)
			return "is too long for a request";
		if (!page_ask_set_slot(&value, a, n) &&
		    !page_ask_read_unit(&value, a, n) &&
		    !take_byte(&value, &a->msg[n]))
			return "has a part that is not a byte, nn or ss, or "
			       "too many of these";
	}
	if (range)
		return "has no address";
	if (n < 4)
		return "is too short for a request";
	if (a->msg[n - 1] != 0xf7)
		return "does not end in F7";
	return check_bytes(a, n - 1);
}

/* What stands there is the slot's or the unit's, and is not looked at. */
static const char *
read_ask(struct page *p, struct page_message *m, const char *value)
{
	struct sx_ask *a = &m->request.ask;
	const char *why;
	bool range;

	a->found = m->format.layout.slot;
	a->slot = (struct sx_slot_at){ .radix = a->found.radix,
		.from = a->found.from };
	range = take_word(&value, "roland");
	why = read_bytes(m, value, range);
	if (why != NULL)
		return why;
	if (a->slot.low != 0 && a->found.low == 0)
		return "has a slot, but the message has none";
	if (a->found.high != 0 && (a->slot.low == 0) != (a->slot.high == 0))
		return "has only one byte of a two-byte slot";
	if (a->id_at != 0) {
		if (p->unit.id_most == 0)
			return "has a unit number, but the instrument has no "
			       "key 'unit'";
		m->request.id = p->unit.id;
		m->request.id_least = p->unit.id_least;
		m->request.id_most = p->unit.id_most;
		a->id_unset = p->unit_unset;
		a->id_zero = p->unit_zero;
	}
	m->asked = true;
	return NULL;
}

static const char *
read_before(struct page *p, struct page_message *m, const char *value)
{
	struct sx_ask *a = &m->request.ask;

	(void)p;
	for (a->before_len = 0; !at_end(value); a->before_len++) {
		if (a->before_len == sizeof(a->before))
			return "is longer than 8 bytes";
		if (take_word(&value, "ss"))
			a->before[a->before_len] = SX_BEFORE_SLOT;
		else if (take_word(&value, "bb"))
			a->before[a->before_len] = SX_BEFORE_BANK;
		else if (!take_byte(&value, &a->before[a->before_len]) ||
			 a->before[a->before_len] > 0xef)
			return "has a part that is not a byte of a channel "
			       "message, bb or ss";
	}
	return a->before_len > 0 && a->before[0] >= 0x80 && a->before[0] < 0xf0
		   ? NULL
		   : "does not start with a status byte";
}

static const char *
page_ask_read_delay(struct page *p, struct page_message *m, const char *value)
{
	long ms;

	(void)p;
	if (!take_number(&value, 0, DELAY_MOST, &ms) || !at_end(value))
		return "is not a time";
	m->request.delay_ms = (int)ms;
	return NULL;
}

static const char *
page_ask_read_trust(struct page *p, struct page_message *m, const char *value)
{
	uint8_t trust;
	const char *why = page_read_trust(&trust, value);

	if (why == NULL && !p->user)
		m->request.trust = (enum sx_trust)trust;
	return why;
}

static const char *
page_ask_read_source(struct page *p, struct page_message *m, const char *value)
{
	m->request.source = page_text(p, value);
	return NULL;
}

static const char *
read_note(struct page *p, struct page_message *m, const char *value)
{
	m->request.note = page_text(p, value);
	return NULL;
}

static const char *
read_lacks(struct page *p, struct page_message *m, const char *value)
{
	m->request.lacks = page_text(p, value);
	return NULL;
}

static const char *
read_most(struct page *p, struct page_message *m, const char *value)
{
	long bytes;

	(void)p;
	if (!take_number(&value, 1, 1 << 24, &bytes) || !at_end(value))
		return "is not a number of bytes";
	m->request.most = (size_t)bytes;
	return NULL;
}

static const char *
read_backup(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
		return "is neither yes nor no";
	m->request.not_in_backup = value[0] == 'n';
	return NULL;
}

const struct page_key page_ask_keys[] = {
	{ "ask", read_ask,
	    "bytes: F0 42 3n 19 1C ss F7, or roland BYTES at ADDRESS size SIZE",
	    false },
	{ "before", read_before, "channel messages: B0 00 bb C0 ss", true },
	{ "ask-delay", page_ask_read_delay, "ms, up to an hour", true },
	{ "ask-trust", page_ask_read_trust, "seen, documented or inferred",
	    true },
	{ "ask-source", page_ask_read_source, "a text", true },
	{ "ask-note", read_note, "a text", true },
	{ "lacks", read_lacks, "a text", false },
	{ "most", read_most, "how many, up to 16777216", false },
	{ "backup", read_backup, "yes or no", true },
	{ .key = NULL },
};
