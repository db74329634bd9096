/* SPDX-License-Identifier: ISC */
/* Finds a name by reading it at each position, in each form, until all samples
 * give the expected name. */
#include <string.h>

#include "layout.h"
#include "sxlib/learn.h"

#define REACH	    65536 /* names further on are not found */
#define LEN_ZEROS   16	  /* zeros extend a name to this at most */
#define LEN_BLANKS  32	  /* blanks extend it to this */
#define PLACES_MOST 64

/* A way to read characters. */
struct form {
	uint8_t code, every;
	uint8_t period, yields; /* `period` bytes of a message give `yields` */
};

static const struct form forms[] = {
	{ SX_CODE_PLAIN, 1, 1, 1 },
	{ SX_CODE_8IN7, 1, 8, 7 },
	{ SX_CODE_8IN7_LOW, 1, 8, 7 },
	{ SX_CODE_7OF8, 1, 8, 7 },
	{ SX_CODE_NIBBLES, 1, 2, 1 },
	{ SX_CODE_NIBBLES_HIGH, 1, 2, 1 },
	{ SX_CODE_PAIRS, 1, 2, 1 },
	{ SX_CODE_PLAIN, 2, 1, 1 },
	{ SX_CODE_PLAIN, 3, 1, 1 },
	{ SX_CODE_PLAIN, 4, 1, 1 },
	{ SX_CODE_STREAM, 1, 8, 7 },
	{ SX_CODE_NIBBLES, 2, 2, 1 },
	{ SX_CODE_NIBBLES_HIGH, 2, 2, 1 },
};

struct finder {
	const struct sx_sample *s;
	size_t n, header, first; /* first: offset after the manufacturer ID */
	const struct sx_sample *named; /* the first one with a name */
	struct sx_name_found all[PLACES_MOST];
	size_t count;
};

/* Read the characters of a sample there. Returns how many, or -1. */
static long
read_at(const struct sx_sample *s, const struct sx_name_found *f, size_t len,
    uint8_t text[SX_FACT_TEXT], struct sx_region *place)
{
	struct sx_name_at name = f->name;

	name.len = (int16_t)len;
	return sx_layout_name(
	    &name, &f->data, s->msg, s->n, 0, text, SX_FACT_TEXT, place);
}

/* Could this code have made these bytes? Nibbles have four bits, and the second
 * byte of a pair has one. */
static bool
is_coded(const struct sx_sample *s, uint8_t code, const struct sx_region *place)
{
	bool nibbles = code == SX_CODE_NIBBLES || code == SX_CODE_NIBBLES_HIGH;

	for (size_t i = 0; i < place->len; i++) {
		uint8_t byte = s->msg[place->off + i];

		if ((nibbles && byte > 0x0f) ||
		    (code == SX_CODE_PAIRS && i % 2 == 1 && byte > 1))
			return false;
	}
	return true;
}

static bool
learn_has_name(const struct sx_sample *s, const struct sx_name_found *f)
{
	size_t len = strlen(s->name);
	uint8_t text[SX_FACT_TEXT];
	struct sx_region place;

	return read_at(s, f, 1, text, &place) == 1 &&
	       text[0] == (uint8_t)s->name[0] &&
	       read_at(s, f, len, text, &place) == (long)len &&
	       memcmp(text, s->name, len) == 0 &&
	       is_coded(s, f->data.code, &place);
}

/* Get the length of a name with its padding, and its longest possible length:
 * after a 00 there may be anything. */
static void
learn_measure_name(const struct sx_sample *s, const struct sx_name_found *f,
    size_t *len, size_t *limit)
{
	size_t n = strlen(s->name), most;
	uint8_t text[SX_FACT_TEXT] = { 0 }, fill;
	struct sx_region place;
	long got = 0;

	for (most = SX_FACT_TEXT - 1; most > n; most--) {
		got = read_at(s, f, most, text, &place);
		if (got == (long)most)
			break;
	}
	*len = *limit = n;
	if (most == n)
		return;
	fill = text[n];
	if (fill != ' ' && fill != 0)
		return;
	while (*len < most && text[*len] == fill)
		++*len;
	*limit = fill == 0 ? SX_FACT_TEXT - 1 : *len;
	most = fill == 0 ? LEN_ZEROS : LEN_BLANKS;
	if (*len > most)
		*len = n > most ? n : most;
}

/* Return the length that fits all samples, or 0. */
static size_t
common_length(const struct finder *f, const struct sx_name_found *found)
{
	size_t longest = 0, limit = SX_FACT_TEXT - 1, least = 0, len, most;

	for (size_t k = 0; k < f->n; k++) {
		if (f->s[k].name == NULL)
			continue;
		learn_measure_name(&f->s[k], found, &len, &most);
		if (strlen(f->s[k].name) > least)
			least = strlen(f->s[k].name);
		if (len > longest)
			longest = len;
		if (most < limit)
			limit = most;
	}
	if (longest > limit)
		longest = limit;
	return longest >= least ? longest : 0;
}

/* True for two codes that read the same: the bits that tell them apart are not
 * in the names. */
static bool
only_bits_differ(const struct sx_name_found *a, const struct sx_name_found *b)
{
	return a->data.code == SX_CODE_8IN7 &&
	       b->data.code == SX_CODE_8IN7_LOW && a->data.from == b->data.from;
}

/* Of several forms at one position, keep the one that reads further; of equals
 * the first. */
static void
learn_keep_name(struct finder *f, const struct sx_name_found *found)
{
	struct sx_name_found *old = f->all;

	while (old < f->all + f->count && old->place != found->place)
		old++;
	if (old == f->all + f->count) {
		if (f->count < PLACES_MOST)
			f->all[f->count++] = *found;
	} else if (found->name.len > old->name.len) {
		*old = *found;
	} else if (found->name.len == old->name.len &&
		   only_bits_differ(old, found)) {
		old->data.code = SX_CODE_7OF8;
	}
}

/* Let the data begin as late as possible, but not after the header. */
static void
begin_late(
    struct finder *f, const struct form *form, struct sx_name_found *found)
{
	struct sx_name_at *name = &found->name;

	if (!name->in_data)
		return;
	while ((size_t)found->data.from + form->period <= f->header &&
	       name->at >= form->yields) {
		found->data.from += form->period;
		name->at -= form->yields;
	}
}

static void
learn_try_name(
    struct finder *f, const struct form *form, struct sx_name_found found)
{
	uint8_t text[SX_FACT_TEXT];
	struct sx_region place;
	size_t len;

	for (size_t k = 0; k < f->n; k++)
		if (f->s[k].name != NULL && !learn_has_name(&f->s[k], &found))
			return;
	len = common_length(f, &found);
	if (len == 0)
		return;
	found.name.len = (int16_t)len;
	read_at(f->named, &found, 1, text, &place);
	found.place = place.off;
	begin_late(f, form, &found);
	learn_keep_name(f, &found);
}

static void
try_form(struct finder *f, const struct form *form, uint8_t chars)
{
	bool packed = form->code != SX_CODE_PLAIN;
	size_t end = f->named->n < REACH ? f->named->n : REACH;

	for (size_t r = 0; r < form->period; r++) {
		struct sx_name_found found = {
			.name = { .in_data = packed,
			    .every = form->every == 1 ? 0 : form->every,
			    .chars = chars }
		};

		if (packed)
			found.data =
			    (struct sx_data_at){ .from =
						     (int32_t)(f->first + r),
				    .to = -1,
				    .code = form->code };
		for (size_t i = packed ? 0 : f->first;
		     i * form->period < end * form->yields; i++) {
			found.name.at = (int32_t)i;
			learn_try_name(f, form, found);
		}
	}
}

size_t
sx_learn_name(const struct sx_sample *samples, size_t n, size_t header,
    struct sx_name_found *found, size_t most)
{
	static const uint8_t sets[] = { SX_CHARS_ASCII, SX_CHARS_SEVEN,
		SX_CHARS_SIX, SX_CHARS_D50, SX_CHARS_DIGITS };
	struct finder f = { .s = samples, .n = n, .header = header };

	for (size_t k = n; k > 0; k--)
		if (samples[k - 1].name != NULL) {
			if (samples[k - 1].name[0] == '\0' ||
			    strlen(samples[k - 1].name) >= SX_FACT_TEXT)
				return 0;
			f.named = &samples[k - 1];
		}
	if (f.named == NULL)
		return 0;
	sx_maker_of(f.named->msg, f.named->n, &f.first);
	f.first++;
	for (size_t i = 0; i < sizeof(sets) && f.count == 0; i++)
		for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++)
			try_form(&f, &forms[k], sets[i]);
	for (size_t i = 0; i < f.count && i < most; i++)
		found[i] = f.all[i];
	return f.count;
}
