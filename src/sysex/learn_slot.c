/* SPDX-License-Identifier: ISC */
/*
 * Tries forms of slots in turn, the simplest and most common first. Later ones
 * fit by chance more easily, so only the first bytes of the messages are
 * searched for them.
 */
#include <string.h>

#include "layout.h"
#include "sxlib/learn.h"

#define HEAD   SX_TRIAGE_BYTES /* range searched for banks and other bases */
#define SPREAD 8	       /* largest distance between bank and number */

struct finder {
	const struct sx_sample *s;
	size_t n;
	long bank;    /* slots of a bank; 0: any number */
	size_t first; /* offset after the manufacturer ID */
	bool strict;  /* the banks must differ */
	struct sx_slot_found *found;
	size_t most, count;
};

static long
slot_of(const struct finder *f, const struct sx_slot_at *at, size_t k)
{
	return sx_slot_get(at, f->s[k].msg, f->s[k].n);
}

static bool
learn_slot_fits(const struct finder *f, const struct sx_slot_at *at, long less)
{
	for (size_t k = 0; k < f->n; k++)
		if (f->s[k].slot < less ||
		    slot_of(f, at, k) != f->s[k].slot - less)
			return false;
	return true;
}

static void
learn_try_slot(struct finder *f, struct sx_slot_at at, long less)
{
	if (!learn_slot_fits(f, &at, less))
		return;
	if (f->count < f->most)
		f->found[f->count] = (struct sx_slot_found){ at, less };
	f->count++;
}

/* Return where the search ends: at the F7 of the shortest message. */
static size_t
end_of(const struct finder *f)
{
	size_t end = f->s[0].n;

	for (size_t k = 1; k < f->n; k++)
		if (f->s[k].n < end)
			end = f->s[k].n;
	return end > 0 ? end - 1 : 0;
}

static size_t
head_of(const struct finder *f)
{
	size_t end = end_of(f);

	return end < HEAD ? end : HEAD;
}

/* ---- Forms ---- */

static void
one_byte(struct finder *f, long less)
{
	for (size_t i = f->first; i < end_of(f); i++)
		learn_try_slot(
		    f, (struct sx_slot_at){ .low = (int32_t)i }, less);
}

static struct sx_slot_at
learn_two_slots(size_t high, size_t low, long radix, long from)
{
	return (struct sx_slot_at){ .high = (int32_t)high,
		.low = (int32_t)low,
		.radix = (uint16_t)(radix == 128 ? 0 : radix),
		.from = (uint8_t)from };
}

static void
two_bytes(struct finder *f, long less)
{
	for (size_t i = f->first; i + 1 < end_of(f); i++)
		learn_try_slot(f, learn_two_slots(i + 1, i, 128, 0), less);
	for (size_t i = f->first; i + 1 < end_of(f); i++)
		learn_try_slot(f, learn_two_slots(i, i + 1, 128, 0), less);
}

/*
 * Try banks of `radix` slots; the first sample tells where they begin. Samples
 * all in the first bank, or all in one bank with another base, would prove
 * nothing.
 */
static void
try_banks(struct finder *f, size_t high, size_t low, long radix, long less,
    bool any_from)
{
	long from = f->s[0].msg[high] - (f->s[0].slot - less) / radix;
	bool differ = false, above = false;

	if (f->s[0].slot < less || from < 0 || (from > 0) != any_from)
		return;
	for (size_t k = 0; k < f->n; k++) {
		differ |= f->s[k].msg[high] != f->s[0].msg[high];
		above |= f->s[k].msg[high] > from;
	}
	if (differ || (above && from == 0 && !f->strict))
		learn_try_slot(
		    f, learn_two_slots(high, low, radix, from), less);
}

/* Try bank and number in adjacent bytes, or (apart) further apart. */
static void
in_banks(struct finder *f, long radix, long less, bool any_from, bool apart)
{
	size_t end = head_of(f);

	for (size_t i = f->first; i < end; i++)
		for (size_t d = apart ? 2 : 1; d <= (apart ? SPREAD : 1); d++) {
			if (i + d >= end)
				continue;
			try_banks(f, i, i + d, radix, less, any_from);
			try_banks(f, i + d, i, radix, less, any_from);
		}
}

static void
in_usual_banks(struct finder *f, bool any_from, bool apart)
{
	static const long usual[] = { 100, 64, 32, 16, 128, 10, 8, 50, 20 };

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (f->bank != 0 && usual[i] != f->bank)
			continue;
		for (long less = 0; less < 2 && f->count == 0; less++)
			in_banks(f, usual[i], less, any_from, apart);
		if (f->count > 0)
			return;
	}
}

static void
in_any_banks(struct finder *f)
{
	for (long radix = 2; radix < 128 && f->count == 0; radix++)
		for (long less = 0; less < 2 && f->count == 0; less++)
			in_banks(f, radix, less, false, false);
}

/* Try a byte with another base. Of two ways to count, take the one with the
 * round base. */
static void
other_base(struct finder *f)
{
	for (size_t i = f->first; i < head_of(f); i++) {
		long base = f->s[0].msg[i] - f->s[0].slot;
		long less = (base + 1) % 16 == 0 ? 1 : 0;

		if (base + less > 0 && base + less < 128)
			learn_try_slot(f,
			    (struct sx_slot_at){ .low = (int32_t)i,
				.from = (uint8_t)(base + less) },
			    less);
	}
}

/* Try a display with another base: 200 for the first user slot, say. */
static void
other_display(struct finder *f)
{
	for (size_t i = f->first; i < head_of(f); i++)
		learn_try_slot(f, (struct sx_slot_at){ .low = (int32_t)i },
		    f->s[0].slot - f->s[0].msg[i]);
}

static bool
all_alike(const struct finder *f)
{
	for (size_t k = 1; k < f->n; k++)
		if (f->s[k].slot != f->s[0].slot)
			return false;
	return true;
}

static struct finder
learn_begin_slot(const struct sx_sample *samples, size_t n, long bank,
    struct sx_slot_found *found, size_t most)
{
	struct finder f = {
		.s = samples, .n = n, .bank = bank, .found = found, .most = most
	};

	if (n > 0)
		sx_maker_of(samples[0].msg, samples[0].n, &f.first);
	f.first++;
	return f;
}

size_t
sx_learn_slot(const struct sx_sample *samples, size_t n,
    struct sx_slot_found *found, size_t most)
{
	struct finder f = learn_begin_slot(samples, n, 0, found, most);

	if (n == 0 || all_alike(&f))
		return 0;
	for (long less = 0; less < 2 && f.count == 0; less++) {
		one_byte(&f, less);
		if (f.count == 0)
			two_bytes(&f, less);
	}
	if (f.count == 0)
		in_usual_banks(&f, false, false);
	if (f.count == 0)
		other_base(&f);
	if (f.count == 0)
		in_usual_banks(&f, true, false);
	f.strict = true;
	if (f.count == 0)
		in_any_banks(&f);
	if (f.count == 0)
		in_usual_banks(&f, false, true);
	if (f.count == 0)
		other_display(&f);
	return f.count;
}

size_t
sx_learn_bank_slot(const struct sx_sample *samples, size_t n, long bank,
    struct sx_slot_found *found, size_t most)
{
	struct finder f = learn_begin_slot(samples, n, bank, found, most);

	if (n == 0 || all_alike(&f))
		return 0;
	one_byte(&f, 0);
	if (f.count == 0)
		two_bytes(&f, 0);
	for (int form = 0; form < 4 && f.count == 0; form++) {
		f.strict = form / 2 == 1;
		in_banks(&f, bank, 0, form % 2 == 1, form / 2 == 1);
	}
	return f.count;
}
