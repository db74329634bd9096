/* SPDX-License-Identifier: ISC */
/* The keys that define how a message is requested. */
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "words.h"

#define DELAY_MOST 3600000 /* ms */

/* Read the place of the unit number: a nibble followed by n, or nn. */
static bool
page_ask_read_unit(const char **p, struct sx_ask *a, size_t at)
{
	const char *text = *p + strspn(*p, " \t");
	int high = sx_hex_digit(text[0]);

	if (text[1] != 'n' || (text[0] != 'n' && high == -1) || a->id_also != 0)
		return false;
	if (a->id_at == 0)
		a->id_at = (uint8_t)at;
	else
		a->id_also = (uint8_t)at;
	a->msg[at] = (uint8_t)(text[0] == 'n' ? 0 : high << 4);
	*p = text + 2;
	return true;
}

/* Read a place of the slot. Its bytes are in the same order as in the
 * message. */
static bool
page_ask_set_slot(const char **p, struct sx_ask *a, size_t at)
{
	struct sx_slot_at *s = &a->slot;

	if (!take_word(p, "ss"))
		return false;
	if (a->found.low == 0 && s->low != 0 && s->high == 0) {
		s->high = s->low;
		s->low = (int32_t)at;
	} else if (a->found.high == 0) {
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

/* Check that there are only data bytes after an F0. */
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

static void
page_ask_set_unit(const struct page *p, struct page_message *m)
{
	m->request.id = p->unit.id;
	m->request.id_least = p->unit.id_least;
	m->request.id_most = p->unit.id_most;
	m->request.ask.id_unset = p->unit_unset;
	m->request.ask.id_zero = p->unit_zero;
}

/* Read a byte of a message before the request: the slot in its bank, the bank,
 * or a byte with the unit number in its low nibble. */
static bool
page_ask_take_before(const char **value, struct sx_ask *a, size_t at)
{
	const char *p = *value + strspn(*value, " \t");
	int high = sx_hex_digit(p[0]);

	if (take_word(value, "ss")) {
		a->before[at] = SX_BEFORE_SLOT;
	} else if (take_word(value, "bb")) {
		a->before[at] = SX_BEFORE_BANK;
	} else if (high != -1 && p[1] == 'n' && a->before_id == 0) {
		a->before[at] = (uint8_t)(high << 4);
		a->before_id = (uint8_t)(at + 1);
		*value = p + 2;
	} else {
		return take_byte(value, &a->before[at]);
	}
	return true;
}

/* Check that it is channel messages, or one SysEx. */
static const char *
page_ask_check_before(const struct sx_ask *a)
{
	bool sysex = a->before[0] == 0xf0;
	size_t n = a->before_len;

	if (n == 0 || a->before[0] < 0x80 || a->before[0] > 0xf0)
		return "does not start with a status byte";
	if (sysex && (n < 4 || a->before[n - 1] != 0xf7))
		return "does not end in F7";
	for (size_t i = 1; i < n - sysex; i++)
		if (a->before[i] != SX_BEFORE_SLOT &&
		    a->before[i] != SX_BEFORE_BANK &&
		    a->before[i] > (sysex ? 0x7f : 0xef))
			return "has a part that is not a byte of a channel "
			       "message, bb or ss";
	return NULL;
}

static const char *
read_before(struct page *p, struct page_message *m, const char *value)
{
	struct sx_ask *a = &m->request.ask;

	for (a->before_len = 0; !at_end(value); a->before_len++) {
		if (a->before_len == sizeof(a->before))
			return "is longer than 12 bytes";
		if (!page_ask_take_before(&value, a, a->before_len))
			return "has a part that is not a byte, bb or ss";
	}
	if (a->before_id != 0 && p->unit.id_most == 0)
		return "has a unit number, but the instrument has no key "
		       "'unit'";
	if (a->before_id != 0)
		page_ask_set_unit(p, m);
	return page_ask_check_before(a);
}

/* Read "@8 0F": a byte of the last message of an answer. */
static const char *
page_ask_read_ends(struct page *p, struct page_message *m, const char *value)
{
	struct sx_ask *a = &m->request.ask;
	long at;

	if (*value++ != '@' ||
	    !take_number(&value, 1, SX_TRIAGE_BYTES - 1, &at) ||
	    !take_byte(&value, &a->end_byte) || !at_end(value))
		return "is not of the form @OFFSET BYTE";
	a->end_at = (uint8_t)at;
	a->common = (uint8_t)sx_mask_reach(&p->in.mask);
	return NULL;
}

/* Read a request. Bytes given as ss and nn are for slot and unit number. */
static const char *
read_ask(struct page *p, struct page_message *m, const char *value)
{
	struct sx_ask *a = &m->request.ask;
	const char *why;
	bool range;

	if (m->format.layout.slot.form == SX_SLOT_BYTES)
		a->found = m->format.layout.slot;
	a->slot = (struct sx_slot_at){ .radix = a->found.radix,
		.from = a->found.from };
	value += strspn(value, " \t");
	m->asked = true;
	if (sx_hex_digit(value[0]) >= 8 && sx_hex_digit(value[0]) < 15)
		return read_before(p, m, value);
	range = take_word(&value, "roland");
	why = read_bytes(m, value, range);
	if (why != NULL)
		return why;
	if (a->slot.low != 0 && m->format.layout.slot.form != SX_SLOT_BYTES)
		return "has a slot, but that of the message is packed, or a "
		       "text";
	if (a->slot.low != 0 && a->found.low == 0 &&
	    m->format.layout.shown.count == 0)
		return "has a slot, but the message has none";
	if (a->found.high != 0 && (a->slot.low == 0) != (a->slot.high == 0))
		return "has only one byte of a two-byte slot";
	if (a->id_at != 0) {
		if (p->unit.id_most == 0)
			return "has a unit number, but the instrument has no "
			       "key 'unit'";
		page_ask_set_unit(p, m);
	}
	return NULL;
}

static const char *
page_ask_read_from(struct page *p, struct page_message *m, const char *value)
{
	long n;

	(void)p;
	if (!take_number(&value, 1, 127, &n) || !at_end(value))
		return "is not a number from 1 to 127";
	m->request.ask.slot.from = (uint8_t)n;
	return NULL;
}

static const char *
page_ask_read_answer(struct page *p, struct page_message *m, const char *value)
{
	m->answer = page_text(p, value);
	return NULL;
}

/* Slots per bank: if the bank is selected before, the request has only the slot
 * in it. */
static const char *
page_ask_read_banks(struct page *p, struct page_message *m, const char *value)
{
	long n;

	(void)p;
	if (m->request.ask.found.low != 0)
		return "is for a message that holds no slot";
	if (!take_number(&value, 2, 128, &n) || !at_end(value))
		return "is not a number from 2 to 128";
	m->request.ask.slot.radix = (uint16_t)n;
	return NULL;
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
	{ "before", read_before,
	    "channel messages: B0 00 bb Cn ss, or one of SysEx", true },
	{ "ask-from", page_ask_read_from, "the byte of the first slot", false },
	{ "answer", page_ask_read_answer, "the WHAT of another message",
	    false },
	{ "ask-banks", page_ask_read_banks, "slots of a bank", false },
	{ "ask-ends", page_ask_read_ends, "@OFFSET BYTE", false },
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
