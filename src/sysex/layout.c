/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "facts.h"
#include "layout.h"

size_t
sx_layout_place(int32_t at, size_t n)
{
	if (at == SX_AT_END)
		return n;
	if (at >= 0)
		return (size_t)at;
	return (uint32_t)-at <= n ? n - (uint32_t)-at : n + 1;
}

bool
sx_layout_is_data(const uint8_t *msg, size_t n, size_t at)
{
	return at + 1 < n && at > (msg[1] == 0 ? 3 : 1);
}

/* ---- Bytes ---- */

/* Walks over bytes with run lengths expanded. Without run lengths it can be set
 * to any position. */
struct walk {
	struct sx_packed d;
	size_t next; /* position before expanding run lengths */
	int run;     /* repeats of value still to come */
	int value;
};

static int
walk_next(struct walk *w)
{
	int c;

	if (w->d.code == SX_CODE_PLAIN && !w->d.rle)
		return w->next < w->d.n ? w->d.p[w->next++] : -1;
	while (w->run == 0) {
		c = sx_packed_byte(&w->d, w->next++);
		if (c == -1)
			return -1;
		w->value = c;
		w->run = 1;
		if (w->d.rle && c >= 0x80) {
			w->run = c & 0x7f;
			w->value = sx_packed_byte(&w->d, w->next++);
			if (w->value == -1)
				return -1;
		}
	}
	w->run--;
	return w->value;
}

static struct walk
walk_from(const struct sx_packed *d, size_t at)
{
	struct walk w = { .d = *d };

	if (!d->rle) {
		w.next = at;
		return w;
	}
	while (at-- > 0 && walk_next(&w) != -1)
		;
	return w;
}

/* ---- Slots ---- */

static bool
find_slot(const struct sx_slot_at *s, const uint8_t *msg, size_t n, size_t *low,
    size_t *high)
{
	*low = sx_layout_place(s->low, n);
	*high = s->high != 0 ? sx_layout_place(s->high, n) : *low;
	return s->low != 0 && s->form == SX_SLOT_BYTES &&
	       (s->high == 0 || *low != *high) &&
	       sx_layout_is_data(msg, n, *low) &&
	       sx_layout_is_data(msg, n, *high);
}

/* The slot that these bytes stand for; -1: none. */
static long
slot_of_bytes(const struct sx_slot_at *s, int top, int low)
{
	long radix = s->radix != 0 ? s->radix : 128, slot;

	if (s->bits != 0)
		top &= s->bits;
	if (top < s->from)
		return -1;
	slot = top - s->from;
	if (s->high != 0) {
		if (low < 0 || low >= radix)
			return -1;
		slot = slot * radix + low;
	}
	return s->below != 0 && slot >= s->below ? -1 : slot;
}

long
sx_slot_get(const struct sx_slot_at *s, const uint8_t *msg, size_t n)
{
	size_t low, high;

	return find_slot(s, msg, n, &low, &high)
		   ? slot_of_bytes(s, msg[high], msg[low])
		   : -1;
}

void
sx_slot_put(const struct sx_slot_at *s, uint8_t *msg, size_t n, long slot)
{
	long radix = s->radix != 0 ? s->radix : 128;
	uint8_t bits = s->bits != 0 ? s->bits : 0x7f;
	size_t low, high;
	long top = s->high != 0 ? slot / radix : slot;

	if (!find_slot(s, msg, n, &low, &high))
		return;
	msg[high] = (uint8_t)((msg[high] & ~bits) | ((s->from + top) & bits));
	if (s->high != 0)
		msg[low] = (uint8_t)(slot % radix);
}

static long
slot_in_data(const struct sx_layout *l, const uint8_t *msg, size_t n)
{
	const struct sx_slot_at *s = &l->slot;
	struct sx_packed d = sx_layout_data(&l->data, msg, n);
	struct walk w = walk_from(&d, (size_t)s->low);
	int low = walk_next(&w), top = low;

	if (s->high != 0) {
		w = walk_from(&d, (size_t)s->high);
		top = walk_next(&w);
	}
	return top != -1 ? slot_of_bytes(s, top, low) : -1;
}

/* The slot that is written there as the display shows it. */
static long
slot_in_text(const struct sx_layout *l, const uint8_t *msg, size_t n)
{
	size_t at = sx_layout_place(l->slot.low, n), len;
	char text[SX_SLOT_TEXT] = "", shown[SX_SLOT_TEXT];
	const char *p = text;
	long from, to;

	if (!sx_layout_is_data(msg, n, at))
		return -1;
	len = n - 1 - at;
	memcpy(text, msg + at, len < sizeof(text) ? len : sizeof(text) - 1);
	if (sx_slots_range(&l->shown, &p, &from, &to) == -1 || from != to)
		return -1;
	sx_slot_text(&l->shown, from, shown);
	return strncmp(text, shown, strlen(shown)) == 0 ? from : -1;
}

/* Only one in bytes of the message has a place that can be written to. */
static long
layout_find_slot(const struct sx_layout *l, const uint8_t *msg, size_t n,
    struct sx_region *at)
{
	size_t low, high;

	*at = (struct sx_region){ 0 };
	if (l->slot.form == SX_SLOT_DATA)
		return slot_in_data(l, msg, n);
	if (l->slot.form == SX_SLOT_TEXT)
		return slot_in_text(l, msg, n);
	if (find_slot(&l->slot, msg, n, &low, &high)) {
		at->off = low < high ? low : high;
		at->len = low + 1 == high || high + 1 == low ? 2 : 1;
	}
	return sx_slot_get(&l->slot, msg, n);
}

static void
layout_read_slot(const struct sx_layout *l, const uint8_t *msg, size_t n,
    struct sx_facts *facts)
{
	struct sx_region at;
	long slot = layout_find_slot(l, msg, n, &at);

	if (slot < 0)
		return;
	sx_read_slot(facts, l->slot.counted ? slot + l->slot.from : slot,
	    at.off, at.len);
	if (slot < l->shown.count)
		sx_slot_text(&l->shown, slot, facts->slot_text);
}

/* ---- Names ---- */

static bool
guard_fits(const struct sx_name_at *at, const struct sx_packed *d, size_t begin)
{
	struct walk w;

	if (at->if_len == 0)
		return true;
	w = walk_from(d, begin + (size_t)at->if_at);
	for (size_t i = 0; i < at->if_len; i++)
		if (walk_next(&w) != at->if_bytes[i])
			return false;
	return true;
}

const char sx_juno_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789 -";

static uint8_t
layout_character(enum sx_chars set, int c)
{
	static const char d50[] = " ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz1234567890-";

	switch (set) {
	case SX_CHARS_JUNO:
		return (uint8_t)sx_juno_chars[c & 0x3f];
	case SX_CHARS_SIX:
		c &= 0x3f;
		return (uint8_t)(c != 0 && c < ' ' ? c + 0x40 : c);
	case SX_CHARS_SEVEN:
		return (uint8_t)(c & 0x7f);
	case SX_CHARS_D50:
		return (uint8_t)((size_t)c < sizeof(d50) - 1 ? d50[c] : '?');
	case SX_CHARS_ZERO:
		return (uint8_t)(c == 0 ? ' ' : c);
	case SX_CHARS_DIGITS:
		return (uint8_t)(c < 10 ? c + '0' : c);
	default:
		return (uint8_t)c;
	}
}

/* Return a character of two bytes, given the first one; -1 if it is
 * truncated. */
static int
layout_second_nibble(struct walk *w, int first)
{
	int second = walk_next(w);

	return second != -1 ? (first & 0xf) | (second << 4 & 0xf0) : -1;
}

/* Two characters of two bytes, of which this is the first: the first of them,
 * and what is left of it for the second in *kept; -1: they are cut. */
static int
layout_word(struct walk *w, int first, int *kept)
{
	int second = walk_next(w);

	*kept = first & 0x7f;
	return second != -1 ? (first | second << 8) >> 7 & 0x7f : -1;
}

/* The next character before its set is looked at; -1: there is none. */
static int
layout_next(struct walk *w, enum sx_chars set, size_t i, int *kept)
{
	int c;

	if (set == SX_CHARS_WORDS && i % 2 == 1)
		return *kept;
	c = walk_next(w);
	if (c != -1 && set == SX_CHARS_NIBBLES)
		c = layout_second_nibble(w, c);
	else if (c != -1 && set == SX_CHARS_WORDS)
		c = layout_word(w, c, kept);
	return c;
}

/* Return the number of characters of a name, at most size. */
static size_t
name_length(const struct sx_name_at *at, size_t from, size_t every, size_t n,
    size_t size)
{
	size_t len = (size_t)at->len;

	if (at->len < 0)
		len = from + 1 < n ? (n - 1 - from) / every : 0;
	return len < size ? len : size;
}

/* The bytes from `from` to the F7, as a text in JSON. */
static long
layout_json(const struct sx_name_at *at, const uint8_t *msg, size_t n,
    size_t from, uint8_t *text, size_t size, struct sx_region *region)
{
	size_t most =
	    at->len > 0 && (size_t)at->len < size ? (size_t)at->len : size;
	long len;

	if (from + 1 >= n)
		return -1;
	len = sx_json_name(msg + from, n - 1 - from, text, most, region);
	region->off += len > 0 ? from : 0;
	return len;
}

long
sx_layout_name(const struct sx_name_at *at, const struct sx_data_at *data,
    const uint8_t *msg, size_t n, size_t begin, uint8_t *text, size_t size,
    struct sx_region *region)
{
	struct sx_packed d = { msg, n > 0 ? n - 1 : 0, SX_CODE_PLAIN, false };
	size_t every = at->every != 0 ? at->every : 1, len, first, last, width;
	size_t base = 0, from = begin + (size_t)at->at, end;
	struct walk w;
	int c, kept = 0;

	if (at->in_data) {
		d = sx_layout_data(data, msg, n);
		base = (size_t)(d.p - msg);
	}
	if (at->len == 0 || !guard_fits(at, &d, begin))
		return -1;
	if (at->chars == SX_CHARS_JSON)
		return layout_json(at, msg, n, from, text, size, region);
	len = name_length(at, from, every, n, size);
	if (len == 0)
		return -1;
	w = walk_from(&d, from);
	first = w.next - (w.run > 0);
	end = w.next;
	for (size_t i = 0; i < len; i++) {
		c = layout_next(&w, (enum sx_chars)at->chars, i, &kept);
		/* A name that ended at a 00 needs no more bytes. */
		if (c == -1 && memchr(text, '\0', i) != NULL) {
			len = i;
			break;
		}
		if (c == -1 || (i == 0 && at->blank != 0 && c == at->blank))
			return -1;
		text[i] = layout_character((enum sx_chars)at->chars, c);
		end = w.next;
		for (size_t k = 1; k < every && i + 1 < len; k++)
			(void)walk_next(&w);
	}
	first = base + sx_packed_place(&d, first, &width);
	last = base + sx_packed_place(&d, end - 1, &width) + width;
	*region = (struct sx_region){ first, last - first };
	return (long)len;
}

static void
read_names(const struct sx_layout *l, const uint8_t *msg, size_t n,
    struct sx_facts *facts)
{
	uint8_t text[SX_FACT_TEXT];
	struct sx_region at;
	long len;

	for (size_t i = 0; i < 2 && facts->name[0] == '\0'; i++) {
		len = sx_layout_name(
		    &l->name[i], &l->data, msg, n, 0, text, sizeof(text), &at);
		if (len >= 0)
			sx_read_name(facts, text, (size_t)len, at.off, at.len);
	}
}

/* ---- Whole layouts ---- */

void
sx_layout_decode(const struct sx_layout *l, const uint8_t *msg, size_t n,
    struct sx_facts *facts)
{
	size_t from = sx_layout_place(l->data.from, n);

	layout_read_slot(l, msg, n, facts);
	sx_layout_judge(l, msg, n, facts);
	if (l->data.from != 0 && l->data.code == SX_CODE_8IN7 &&
	    sx_layout_place(l->data.to, n) <= n)
		sx_read_packed(
		    facts, from, sx_layout_place(l->data.to, n), l->data.rle);
	read_names(l, msg, n, facts);
}

static bool
slot_within(const struct sx_slot_at *s, size_t have)
{
	return s->form == SX_SLOT_BYTES && s->low >= 0 &&
	       (size_t)s->low < have && s->high >= 0 && (size_t)s->high < have;
}

void
sx_layout_skim(const struct sx_layout *l, const uint8_t *head, size_t have,
    size_t n, struct sx_facts *facts)
{
	if (slot_within(&l->slot, have))
		layout_read_slot(l, head, n, facts);
}

bool
sx_layout_needs_all(const struct sx_layout *l, size_t have)
{
	if (!slot_within(&l->slot, have) || l->count.width != 0 ||
	    l->data.from != 0)
		return true;
	for (size_t i = 0; i < 2; i++)
		if (l->name[i].len != 0 || l->sum[i].rule != SX_SUM_NO)
			return true;
	return false;
}
