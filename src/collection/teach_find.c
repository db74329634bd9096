/* SPDX-License-Identifier: ISC */
/* Finds in the dumps what the user typed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/learn.h"
#include "teach.h"

#define LETTERS 26

/* Return the dumps as samples for sx_learn_*(), malloc'ed. */
static struct sx_sample *
library_samples(const struct sx_teach *t)
{
	struct sx_sample *s = calloc(t->ndumps, sizeof(*s));

	for (size_t k = 0; s != NULL && k < t->ndumps; k++)
		s[k] = (struct sx_sample){ .msg = t->dumps[k].data,
			.n = t->dumps[k].len,
			.slot = t->dumps[k].slot != NULL
				    ? t->dumps[k].slot->number
				    : -1,
			.name = t->dumps[k].name };
	return s;
}

/* ---- Slots ---- */

/* Return the position of a slot. */
static size_t
teach_place_of(const struct sx_slot_at *at)
{
	return (
	    size_t)(at->high != 0 && at->high < at->low ? at->high : at->low);
}

/* Mask out the slot's bytes: they may differ in other dumps, even if they are
 * the same in these. */
static void
open_slot(struct sx_taught *row)
{
	const int32_t slots[] = { row->slot.low, row->slot.high };

	for (size_t i = 0; i < 2; i++)
		if (slots[i] != 0 && (size_t)slots[i] < row->len)
			row->value[slots[i]] = row->mask[slots[i]] = 0;
	while (row->mask[row->len - 1] == 0)
		row->len--;
}

/* Note a 00 next to a slot of one byte: it may hold the high bits of numbers
 * above 127. */
static void
find_beside(struct sx_teach *t)
{
	const struct sx_slot_at *at = &t->row.slot;
	size_t beside = (size_t)at->low + 1;
	bool zero = at->high == 0 && at->from == 0;

	for (size_t k = 0; k < t->ndumps; k++)
		zero &= beside + 1 < t->dumps[k].len &&
			t->dumps[k].data[beside] == 0;
	if (zero)
		t->beside = beside;
}

/* Return the number of slots that the form can hold. */
static long
teach_capacity(const struct sx_slot_at *at)
{
	long n = 128 - at->from;

	if (at->high != 0)
		n *= at->radix != 0 ? at->radix : 128;
	return n < SX_SLOTS_MOST ? n : SX_SLOTS_MOST;
}

#define WIDTH_MOST 5

static int
teach_width_of(const struct sx_teach *t)
{
	int width = 0;

	for (size_t k = 0; k < t->ndumps; k++)
		if (t->dumps[k].slot->width > width)
			width = t->dumps[k].slot->width;
	return width < WIDTH_MOST ? width : WIDTH_MOST;
}

/* Return the highest number with this many digits; 0: any. */
static long
last_of(int width)
{
	long last = 9;

	for (int i = 1; i < width; i++)
		last = 10 * last + 9;
	return width == 0 || last > SX_SLOTS_MOST ? SX_SLOTS_MOST : last;
}

#define SHOWN_MOST 20 /* digits of a number */

/* Set the displayed range, such as "A01-H16". The first bank is A, or has no
 * letter if the last has none. */
static void
set_shown(struct sx_teach *t, long first, char last_bank, long last)
{
	const char from[] = { last_bank != '\0' ? 'A' : '\0', '\0' };
	const char to[] = { last_bank, '\0' };
	int width = teach_width_of(t);

	if (width < 0 || width > SHOWN_MOST)
		width = SHOWN_MOST;
	snprintf(t->row.shown, sizeof(t->row.shown), "%s%0*ld-%s%0*ld", from,
	    width, first, to, width, last);
}

/* Set the displayed range of plain numbers; from 0 on they need none. */
static void
show_numbers(struct sx_teach *t, long first)
{
	int width = teach_width_of(t);
	long last = first + teach_capacity(&t->row.slot) - 1;

	if (last > last_of(width))
		last = last_of(width);
	if (first == 0 && width == 0)
		return;
	set_shown(t, first, '\0', last);
	t->first = first;
	t->last = last;
}

/* Set the slot if exactly one place was found. Returns 1 if there are
 * several. */
static int
teach_set_slot(struct sx_teach *t, const struct sx_slot_found *found, size_t n)
{
	t->slot.n = n;
	for (size_t i = 0; i < n && i < SX_TAUGHT_PLACES; i++)
		t->slot.at[i] = teach_place_of(&found[i].at);
	if (n != 1)
		return n > 1;
	t->row.slot = found[0].at;
	open_slot(&t->row);
	find_beside(t);
	return 0;
}

static int
find_numbers(struct sx_teach *t, struct sx_sample *s)
{
	struct sx_slot_found found[SX_TAUGHT_PLACES];
	size_t n = sx_learn_slot(s, t->ndumps, found, SX_TAUGHT_PLACES);
	int rc = teach_set_slot(t, found, n);

	if (rc == 0 && n == 1)
		show_numbers(t, found[0].less);
	return rc;
}

/* ---- Slots in banks with letters ---- */

static void
number_range(const struct sx_teach *t, long *least, long *most)
{
	*least = SX_SLOTS_MOST;
	*most = 0;
	for (size_t k = 0; k < t->ndumps; k++) {
		long n = t->dumps[k].slot->number;

		*least = n < *least ? n : *least;
		*most = n > *most ? n : *most;
	}
}

static void
show_banks(struct sx_teach *t, long bank, long first)
{
	long banks = teach_capacity(&t->row.slot) / bank;

	if (banks > LETTERS)
		banks = LETTERS;
	if (banks < 1)
		banks = 1;
	t->bank = bank;
	t->last_bank = (char)('A' + banks - 1);
	set_shown(t, first, t->last_bank, first + bank - 1);
}

/* Return the size of a bank. Where bank and number have a byte each, the dumps
 * do not tell: assume as many as the digits allow. */
static long
bank_of(struct sx_taught *row, long bank, int width, long first)
{
	if (row->slot.high == 0 || (row->slot.radix == 0 && bank != 128))
		return bank;
	bank = width == 2 ? 100 - first : 128;
	row->slot.radix = (uint16_t)(bank == 128 ? 0 : bank);
	return bank;
}

static int
find_banks(struct sx_teach *t, struct sx_sample *s)
{
	static const long sizes[] = { 8, 10, 16, 20, 25, 32, 50, 64, 99, 100,
		128 };
	struct sx_slot_found found[SX_TAUGHT_PLACES];
	size_t n = 0, i;
	long first, most;
	int rc;

	number_range(t, &first, &most);
	first = first > 0;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (sizes[i] < most - first + 1)
			continue;
		for (size_t k = 0; k < t->ndumps; k++) {
			const struct sx_typed_slot *typed = t->dumps[k].slot;

			s[k].slot = (typed->bank - 'A') * sizes[i] +
				    typed->number - first;
		}
		n = sx_learn_bank_slot(
		    s, t->ndumps, sizes[i], found, SX_TAUGHT_PLACES);
		if (n > 0)
			break;
	}
	rc = teach_set_slot(t, found, n);
	if (rc == 0 && n == 1)
		show_banks(t,
		    bank_of(&t->row, sizes[i], teach_width_of(t), first),
		    first);
	return rc;
}

int
sx_teach_slot(struct sx_teach *t, struct sx_err *e)
{
	struct sx_sample *s;
	int rc;

	if (t->nslots == 0)
		return 0;
	s = library_samples(t);
	if (s == NULL)
		return sx_fail_memory(e);
	rc = t->slots[0].bank != '\0' ? find_banks(t, s) : find_numbers(t, s);
	free(s);
	return rc;
}

/* ---- Names ---- */

/* Return the end of the bytes that all messages have: the mask and the slot. */
static size_t
header_of(const struct sx_taught *row)
{
	size_t end = row->len;

	if (row->slot.low != 0 && (size_t)row->slot.low >= end)
		end = (size_t)row->slot.low + 1;
	if (row->slot.high != 0 && (size_t)row->slot.high >= end)
		end = (size_t)row->slot.high + 1;
	return end;
}

/* Set the name, and cut it off the bytes that all messages begin with. */
static void
teach_set_name(struct sx_taught *row, const struct sx_name_found *found)
{
	size_t id;

	row->data = found->data;
	row->name = found->name;
	sx_maker_of(row->value, row->len, &id);
	if (row->len > found->place && found->place > id)
		row->len = found->place;
	while (row->len > 1 + id && row->mask[row->len - 1] == 0)
		row->len--;
}

int
sx_teach_name(struct sx_teach *t, struct sx_err *e)
{
	struct sx_sample *s;
	struct sx_name_found found[SX_TAUGHT_PLACES];
	size_t n;

	if (t->nnames == 0)
		return 0;
	s = library_samples(t);
	if (s == NULL)
		return sx_fail_memory(e);
	n = sx_learn_name(
	    s, t->ndumps, header_of(&t->row), found, SX_TAUGHT_PLACES);
	free(s);
	t->name.n = n;
	for (size_t i = 0; i < n && i < SX_TAUGHT_PLACES; i++)
		t->name.at[i] = found[i].place;
	if (n == 1)
		teach_set_name(&t->row, &found[0]);
	return n > 1;
}
