/* SPDX-License-Identifier: ISC */
/* The keys for the layout of a message. */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "page.h"
#include "words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SLOT_AT_MOST 65535
#define TRAILING     "has trailing text"
#define BAD_OPTION   "has an option that is unknown or out of range"

/* Can it be the offset of a data byte? */
static bool
is_behind_id(const struct page *p, int32_t at)
{
	size_t id;

	(void)sx_maker_of(p->in.mask.value, SX_TRIAGE_BYTES, &id);
	return at < 0 ? at != -1 : (size_t)at > id;
}

/* Read a range. Returns false if it is empty. */
static bool
page_layout_read_bytes(const char **value, int32_t *from, int32_t *to)
{
	return take_range(value, from, to) &&
	       ((*from < 0) != (*to < 0) || *from < *to);
}

/* The offsets of a slot, one or two. */
static const char *
page_layout_slot_place(
    const struct page *p, struct sx_slot_at *s, const char **value)
{
	bool in_data = s->form == SX_SLOT_DATA;
	int32_t second = 0;

	if (!take_offset(value, &s->low))
		return "does not start with an offset";
	/* A second offset of 0 means none, as in old rows. */
	if (take_offset(value, &second) && second != 0) {
		s->high = s->low;
		s->low = second;
	}
	if (in_data && (s->low < 1 || s->high < 0))
		return "has no offset of at least 1 in the data";
	if (!in_data && (!is_behind_id(p, s->low) ||
			    (s->high != 0 && !is_behind_id(p, s->high))))
		return "has an offset within the maker ID or at the F7";
	if (s->low == s->high)
		return "has a duplicate offset";
	if (s->low > SLOT_AT_MOST || s->high > SLOT_AT_MOST)
		return "has an offset above 65535";
	return NULL;
}

static const char *
page_layout_read_slot(struct page *p, struct page_message *m, const char *value)
{
	struct sx_slot_at *s = &m->format.layout.slot;
	const char *why;
	uint8_t byte;
	long n;

	if (strcmp(value, "none") == 0)
		return NULL;
	if (take_word(&value, "text"))
		s->form = SX_SLOT_TEXT;
	else if (take_word(&value, "data"))
		s->form = SX_SLOT_DATA;
	why = page_layout_slot_place(p, s, &value);
	if (why != NULL)
		return why;
	if (s->form == SX_SLOT_TEXT)
		return s->high == 0 && at_end(value) ? NULL : TRAILING;
	while (!at_end(value)) {
		value += strspn(value, " \t");
		if (*value == 'x' && (value++, take_number(&value, 2, 128, &n)))
			s->radix = (uint16_t)n;
		else if (take_word(&value, "from") &&
			 take_number(&value, 0, 127, &n))
			s->from = (uint8_t)n;
		else if (s->from != 0 && s->high == 0 &&
			 take_word(&value, "counted"))
			s->counted = true;
		else if (take_word(&value, "below") &&
			 take_number(&value, 1, SX_SLOTS_MOST, &n))
			s->below = (uint16_t)n;
		else if (take_word(&value, "bits") &&
			 take_low_bits(&value, &byte))
			s->bits = byte;
		else
			return BAD_OPTION;
	}
	return NULL;
}

/* Read "A01" or "17"; *bank is '\0' without a letter, *digits the number of
 * digits. */
static bool
page_layout_read_slot_text(
    const char **value, char *bank, long *number, int *digits)
{
	size_t n;

	*bank = '\0';
	if (isupper((unsigned char)**value))
		*bank = *(*value)++;
	n = strspn(*value, "0123456789");
	*digits = (int)n;
	return n > 0 && n < 6 && take_number(value, 0, SX_SLOTS_MOST, number);
}

/* Set the slots for "11-88 by 8", or "A11-B88 by 8" with a letter before the
 * two digits. */
static const char *
page_layout_shown_by(struct sx_slots *s, const char *value, char bank,
    long banks, long from, long to)
{
	long most;

	if (from != 11 || !take_number(&value, 2, 9, &most) || to != 11 * most)
		return "has a 'by' that does not fit, as in 11-88 by 8";
	*s = (struct sx_slots){ .count = (int32_t)(most * most),
		.first = 1,
		.bank = (int32_t)most,
		.numbered = true };
	if (bank != '\0')
		*s = (struct sx_slots){ .count = (int32_t)(most * most * banks),
			.bank = (int32_t)(most * most),
			.letter = (int8_t)(bank - 'A'),
			.digit = (int8_t)most };
	return at_end(value) ? NULL : TRAILING;
}

/* Read "1A-9D" or "00A-99B": a bank number, and a letter for the position in
 * the bank. */
static const char *
page_layout_shown_behind(struct sx_slots *s, const char *value)
{
	size_t digits = strspn(value, "0123456789"), last_digits;
	long from, to, bank;
	char last;

	if (digits > 2 || !take_digits(&value, 0, 1, &from) ||
	    *value++ != 'A' || *value++ != '-')
		return "is not FIRST-LAST";
	last_digits = strspn(value, "0123456789");
	if (!take_digits(&value, 1, 99, &to) || (last = *value++) < 'B' ||
	    last > 'Z')
		return "is not FIRST-LAST";
	bank = last - 'A' + 1;
	*s = (struct sx_slots){ .count = (int32_t)((to - from + 1) * bank),
		.first = (int32_t)from,
		.bank = (int32_t)bank,
		/* A 1 that goes up to 12 has no zeros before it. */
		.digits = digits > 1 && digits == last_digits ? 2 : 0,
		.behind = true };
	return at_end(value) ? NULL : TRAILING;
}

const char *
page_read_shown(struct sx_slots *s, const char *value)
{
	int digits, last_digits;
	char bank, last_bank;
	long from, to, banks;

	value += strspn(value, " \t");
	if (isupper((unsigned char)value[strspn(value, "0123456789")]) &&
	    isdigit((unsigned char)value[0]))
		return page_layout_shown_behind(s, value);
	if (!page_layout_read_slot_text(&value, &bank, &from, &digits) ||
	    *value++ != '-' ||
	    !page_layout_read_slot_text(&value, &last_bank, &to, &last_digits))
		return "is not FIRST-LAST";
	if ((bank == '\0') != (last_bank == '\0') || last_bank < bank ||
	    to < from)
		return "has a last slot below the first";
	banks = last_bank - bank + 1L;
	if (take_word(&value, "by"))
		return page_layout_shown_by(s, value, bank, banks, from, to);
	*s = (struct sx_slots){ .first = (int32_t)from,
		/* "1-64" has no leading zeros */
		.digits = (int8_t)(digits == last_digits ? digits : 0) };
	if (bank != '\0') {
		s->bank = (int32_t)(to - from + 1);
		s->letter = (int8_t)(bank - 'A');
	}
	s->count = (int32_t)((to - from + 1) * banks);
	if (s->count > SX_SLOTS_MOST)
		return "has too many slots";
	return at_end(value) ? NULL : TRAILING;
}

static const char *
read_shown(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	return page_read_shown(&m->format.layout.shown, value);
}

static const char *
read_data(struct page *p, struct page_message *m, const char *value)
{
	static const char *const codes[SX_CODES] = { "plain", "8in7",
		"8in7-low", "7of8", "nibbles", "nibbles-high", "pairs",
		"stream", "base64" };
	struct sx_data_at *d = &m->format.layout.data;
	int code;

	(void)p;
	if (strcmp(value, "none") == 0)
		return NULL;
	code = take_one_of(&value, codes, COUNT(codes));
	if (code == -1)
		return "starts with an unknown code";
	d->code = (uint8_t)code;
	if (!page_layout_read_bytes(&value, &d->from, &d->to) || d->from == 0)
		return "has no FROM..TO range, or an empty one";
	d->rle = take_word(&value, "rle");
	return at_end(value) ? NULL : TRAILING;
}

static bool
page_layout_read_guard(const char **value, struct sx_name_at *name)
{
	if (!take_offset(value, &name->if_at) || name->if_at < 0)
		return false;
	while (name->if_len < SX_GUARD &&
	       take_byte(value, &name->if_bytes[name->if_len]))
		name->if_len++;
	return name->if_len > 0;
}

const char *
page_read_name(struct sx_name_at *name, const char *value)
{
	static const char *const sets[SX_CHARSETS] = { "ascii", "six", "seven",
		"d50", "digits", "zero", "juno", "nibbles", "words", "json" };
	long len, n;
	int set;

	*name = (struct sx_name_at){ 0 };
	if (strcmp(value, "none") == 0)
		return NULL;
	*name = (struct sx_name_at){ .in_data = take_word(&value, "data") };
	if (!take_offset(&value, &name->at) || name->at < 0)
		return "has no offset of at least 0";
	if (!take_number(&value, -1, SX_FACT_TEXT - 1, &len) || len == 0)
		return "has no length from 1 to 63";
	if (len == -1 && name->in_data)
		return "has no length: -1 is for names outside of 'data'";
	name->len = (int16_t)len;
	while (!at_end(value)) {
		if (take_word(&value, "every") &&
		    take_number(&value, 2, 16, &n))
			name->every = (uint8_t)n;
		else if (take_word(&value, "chars") &&
			 (set = take_one_of(&value, sets, COUNT(sets))) != -1)
			name->chars = (uint8_t)set;
		else if (take_word(&value, "not") &&
			 take_byte(&value, &name->blank))
			continue;
		else if (!take_word(&value, "if") ||
			 !page_layout_read_guard(&value, name))
			return BAD_OPTION;
	}
	if (name->chars == SX_CHARS_JSON &&
	    (name->in_data || name->every != 0 || name->blank != 0))
		return "has 'json' with 'data', 'every' or 'not'";
	if (name->chars == SX_CHARS_WORDS &&
	    (name->len < 0 || name->len % 2 != 0 || name->every != 0))
		return "has 'words' with 'every', or an odd length";
	return NULL;
}

static const char *
read_name(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	return page_read_name(&m->format.layout.name[0], value);
}

static const char *
read_name_2(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	return page_read_name(&m->format.layout.name[1], value);
}

static const char *
page_layout_read_sum(struct sx_sum_at *s, const char *value)
{
	static const char *const rules[SX_SUMS] = { "none", "sum7", "neg7",
		"sum14", "xor7", "nibbles7", "unknown", "k5000" };
	int rule = take_one_of(&value, rules, COUNT(rules));
	uint8_t byte;
	long n;

	if (rule == -1)
		return "starts with an unknown rule";
	*s = (struct sx_sum_at){ 0 };
	if (rule == SX_SUM_UNKNOWN && at_end(value))
		return NULL;
	s->rule = (uint8_t)rule;
	if (rule == SX_SUM_NO)
		return at_end(value) ? NULL : TRAILING;
	if (!page_layout_read_bytes(&value, &s->from, &s->to))
		return "has no FROM..TO range, or an empty one";
	if (s->to == SX_AT_END)
		return "has no TO for the position of the checksum";
	while (!at_end(value)) {
		value += strspn(value, " \t");
		if (*value == '+' && (value++, take_byte(&value, &byte)))
			s->add = byte;
		else if (take_word(&value, "or") && take_byte(&value, &byte))
			s->free = byte;
		else if (take_word(&value, "at") &&
			 take_offset(&value, &s->at) && s->at != 0)
			continue;
		else if (take_word(&value, "longer") &&
			 take_number(&value, 1, USHRT_MAX, &n))
			s->longer = (uint16_t)n;
		else
			return BAD_OPTION;
	}
	return NULL;
}

static const char *
read_checksum(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	m->format.checksum =
	    strcmp(value, "none") == 0 ? SX_CHECKSUM_NONE : SX_CHECKSUM_UNKNOWN;
	return page_layout_read_sum(&m->format.layout.sum[0], value);
}

static const char *
read_checksum_2(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	return page_layout_read_sum(&m->format.layout.sum[1], value);
}

static const char *
page_layout_read_count(
    struct page *p, struct page_message *m, const char *value)
{
	struct sx_count_at *c = &m->format.layout.count;
	long width, less = 0;

	(void)p;
	if (strcmp(value, "none") == 0)
		return NULL;
	if (!take_offset(&value, &c->at) || c->at == 0 ||
	    !take_number(&value, 1, 2, &width))
		return "does not start with an offset and a width of 1 or 2";
	if (!take_word(&value, "of") ||
	    !page_layout_read_bytes(&value, &c->from, &c->to))
		return "has no FROM..TO range, or an empty one";
	if (take_word(&value, "less") && !take_number(&value, 1, 100, &less))
		return "has no number after 'less'";
	c->width = (uint8_t)width;
	c->less = (uint8_t)less;
	return at_end(value) ? NULL : TRAILING;
}

static const char *
read_body(struct page *p, struct page_message *m, const char *value)
{
	struct sx_layout *l = &m->format.layout;

	(void)p;
	if (!page_layout_read_bytes(&value, &l->body_from, &l->body_to) ||
	    l->body_from == 0)
		return "has no FROM..TO range, or an empty one";
	return at_end(value) ? NULL : TRAILING;
}

#define SUM_WANT                                                              \
	"none, unknown, or a rule and its bytes, as sum7 6..-2: sum7, neg7, " \
	"sum14, xor7, nibbles7, k5000"

const struct page_key page_message_keys[] = {
	{ "slot", page_layout_read_slot,
	    "an offset, or two, the higher byte first, then x100, from N, bits "
	    "MASK, below N; or data and these, or text AT",
	    true },
	{ "shown", read_shown, SHOWN_WANT, true },
	{ "data", read_data,
	    "a code and its bytes, as 8in7 10..-5: 8in7, 8in7-low, 7of8, "
	    "nibbles, nibbles-high, pairs, stream, base64",
	    true },
	{ "body", read_body, "its bytes: 6..-1", true },
	{ "name", read_name, NAME_WANT, true },
	{ "name-2", read_name_2, NAME_WANT, true },
	{ "checksum", read_checksum, SUM_WANT, true },
	{ "checksum-2", read_checksum_2, SUM_WANT, true },
	{ "count", page_layout_read_count, "AT WIDTH of FROM..TO", true },
	{ .key = NULL },
};
