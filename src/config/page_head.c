/* SPDX-License-Identifier: ISC */
/* The keys of an instrument. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "sxlib/knobs.h"
#include "words.h"

#define DELAY_MOST   3600000 /* ms */
#define RATE_MOST    1000000000
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TRAILING     "has trailing text"

static const char *
read_format(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	(void)m;
	return strcmp(value, "1") == 0 ? NULL
				       : "is a version unknown to this sxlib";
}

/* Read "F0 31 7F ??", with or without blanks. */
static const char *
read_head_mask(struct page *p, struct page_message *m, const char *value)
{
	struct sx_mask *k = &p->in.mask;
	size_t n = 0, id;

	(void)m;
	for (; !at_end(value); n++) {
		if (n == SX_TRIAGE_BYTES)
			return "has more than 16 bytes";
		if (!take_mask(&value, &k->value[n], &k->bits[n]))
			return "has a part that is not a byte";
		if ((k->value[n] & ~k->bits[n]) != 0)
			return "has bits outside its mask";
		if (n > 0 && k->value[n] > 0x7f)
			return "has a byte above 7F";
	}
	if (k->value[0] != 0xf0 || k->bits[0] != 0xff)
		return "does not start with F0";
	if (k->bits[n - 1] == 0)
		return "ends with an open byte";
	p->in.row.maker = sx_maker_of(k->value, n, &id);
	if (p->in.row.maker == 0)
		return "does not contain the full maker ID";
	for (size_t i = 1; i <= id; i++)
		if (k->bits[i] != 0xff)
			return "leaves the maker ID open";
	return NULL;
}

static const char *
read_id(struct page *p, struct page_message *m, const char *value)
{
	uint8_t bytes[4] = { 0xf0 };
	size_t n = 1, len;

	(void)m;
	while (n < sizeof(bytes) && take_byte(&value, &bytes[n]))
		n++;
	p->in.row.maker = sx_maker_of(bytes, n, &len);
	return p->in.row.maker != 0 && len == n - 1 && at_end(value)
		   ? NULL
		   : "is not a maker ID";
}

/* Check that a name fits in the facts. */
static const char *
page_head_check_name(const char *value)
{
	if (value[0] == '\0')
		return "is empty";
	return strlen(value) < SX_FACT_TEXT ? NULL : "is longer than 63 bytes";
}

static const char *
read_maker(struct page *p, struct page_message *m, const char *value)
{
	(void)m;
	p->in.row.maker_name = page_text(p, value);
	if (value[0] == '(')
		return "starts with '('";
	return page_head_check_name(value);
}

#define TEXT_KEY(name, place)                                          \
	static const char *name(                                       \
	    struct page *p, struct page_message *m, const char *value) \
	{                                                              \
		(void)m;                                               \
		place = page_text(p, value);                           \
		return NULL;                                           \
	}
TEXT_KEY(read_alias, p->in.alias)
TEXT_KEY(read_head_source, p->in.row.source)
TEXT_KEY(read_rule, p->in.row.checksum)
TEXT_KEY(read_panel, p->in.panel)
TEXT_KEY(read_knobs_source, p->in.knobs_source)
#undef TEXT_KEY

/* Read a text such as "product %4", with bytes among the first
 * SX_TRIAGE_BYTES. */
const char *
page_read_call(struct page *p, const char **call, const char *value)
{
	const char *at = value;
	long n;

	*call = page_text(p, value);
	while ((at = strchr(at, '%')) != NULL)
		if (isdigit((unsigned char)*++at) &&
		    !take_digits(&at, 1, SX_TRIAGE_BYTES - 1, &n))
			return "has a % without a byte from 1 to 15";
	return NULL;
}

static const char *
page_head_read_names(struct page *p, struct page_message *m, const char *value)
{
	(void)m;
	p->in.nameless = strcmp(value, "none") == 0;
	return p->in.nameless ? NULL : "is not none";
}

static const char *
page_head_read_call(struct page *p, struct page_message *m, const char *value)
{
	(void)m;
	return page_read_call(p, &p->in.call, value);
}

static const char *
read_long(const char *value, long least, long most, long *n)
{
	value += *value == '+';
	return take_number(&value, least, most, n) && at_end(value)
		   ? NULL
		   : "is not in range";
}

static const char *
read_head_delay(struct page *p, struct page_message *m, const char *value)
{
	long n = -1;
	const char *why = read_long(value, 0, DELAY_MOST, &n);

	(void)m;
	p->in.row.delay_ms = (int)n;
	return why;
}

static const char *
page_head_read_rate(struct page *p, struct page_message *m, const char *value)
{
	long n = 0;
	const char *why = read_long(value, 1, RATE_MOST, &n);

	(void)m;
	p->in.row.rate = (int)n;
	return why;
}

const char *
page_read_trust(uint8_t *trust, const char *value)
{
	for (enum sx_trust t = SX_TRUST_INFERRED; t <= SX_TRUST_SEEN; t++)
		if (strcmp(sx_trust_text(t), value) == 0) {
			*trust = (uint8_t)t;
			return NULL;
		}
	return "is not one of them";
}

static const char *
read_head_trust(struct page *p, struct page_message *m, const char *value)
{
	uint8_t trust;
	const char *why = page_read_trust(&trust, value);

	(void)m;
	/* A user's page keeps the trust "user". */
	if (why == NULL && !p->user)
		p->in.row.trust = (enum sx_trust)trust;
	return why;
}

/* "2 bits 0F 1-16 is 00 usually 1 any 7F" */
static const char *
page_head_read_unit(struct page *p, struct page_message *m, const char *value)
{
	uint8_t bits = 0x7f, byte = 0;
	long at, first, last, usual = -1;

	(void)m;
	if (!take_number(&value, 2, SX_TRIAGE_BYTES - 1, &at))
		return "does not start with an offset from 2 to 15";
	if (take_word(&value, "bits") && !take_low_bits(&value, &bits))
		return "has bits that are not the low bits of a data byte";
	if (!take_number(&value, 0, 127, &first) || *value++ != '-' ||
	    !take_number(&value, first + (first == 0), 255, &last))
		return "has no ascending FIRST-LAST up to 255";
	if (take_word(&value, "is") && !take_byte(&value, &byte))
		return "has no byte after 'is'";
	if (take_word(&value, "usually") &&
	    !take_number(&value, first, last, &usual))
		return "has a default number outside FIRST-LAST";
	if (take_word(&value, "any") && !take_byte(&value, &p->unit_unset))
		return "has no byte after 'any'";
	if (byte + (last - first) > bits)
		return "has more numbers than its bits can hold";
	if (p->unit_unset > bits)
		return "has a broadcast byte that does not fit its bits";
	p->unit_zero = (int16_t)(first - byte);
	p->in.unit = (struct sx_unit_place){
		.at = (uint8_t)at, .bits = bits, .first = p->unit_zero
	};
	if (byte + (last - first) < bits)
		p->in.unit.all = (uint8_t)(byte + (last - first) + 1);
	p->unit.id = (int)usual;
	p->unit.id_least = (int)first;
	p->unit.id_most = (int)last;
	return at_end(value) ? NULL : TRAILING;
}

/* "58 00 01 00 as MS2000 version korg" */
static const char *
read_identity(struct page *p, struct page_message *m, const char *value)
{
	struct sx_identity_row *r = &p->identities[p->in.nidentities];
	uint32_t codes[4];
	size_t n = 0;
	char *name, *end;

	(void)m;
	while (n < 4 && take_sevens(&value, 1, &codes[n]))
		n++;
	if (n != 2 && n != 4)
		return "does not start with two bytes of family, or four of "
		       "family and member";
	*r = (struct sx_identity_row){ .maker = p->in.row.maker,
		.family = (uint16_t)(codes[0] | codes[1] << 7),
		.member = n == 4 ? (int32_t)(codes[2] | codes[3] << 7) : -1 };
	if (take_word(&value, "as")) {
		name = page_text(p, value + strspn(value, " \t"));
		if (name == NULL)
			return NULL;
		end = strstr(name, " version ");
		value += strspn(value, " \t") +
			 (end != NULL ? (size_t)(end - name) : strlen(name));
		while (end != NULL && end > name && end[-1] == ' ')
			end--;
		if (end != NULL)
			*end = '\0';
		if (page_head_check_name(name) != NULL)
			return "has an empty name, or one longer than 63 bytes";
		r->device = name;
	}
	if (take_word(&value, "version")) {
		static const char *const forms[SX_VERSIONS] = { "bytes", "text",
			"1.23", "korg" };
		int form = take_one_of(&value, forms, COUNT(forms));

		if (form == -1)
			return "has an unknown version format";
		r->version = (uint8_t)form;
	}
	p->in.nidentities++;
	return at_end(value) ? NULL : TRAILING;
}

static const char *
read_identity_trust(struct page *p, struct page_message *m, const char *value)
{
	uint8_t trust;
	const char *why = page_read_trust(&trust, value);

	(void)m;
	for (size_t i = 0; why == NULL && i < p->in.nidentities; i++)
		p->identities[i].trust = trust;
	return why;
}

static const char *
read_identity_source(struct page *p, struct page_message *m, const char *value)
{
	const char *source = page_text(p, value);

	(void)m;
	for (size_t i = 0; i < p->in.nidentities; i++)
		p->identities[i].source = source;
	return NULL;
}

static const char *
read_knobs(struct page *p, struct page_message *m, const char *value)
{
	(void)m;
	p->in.knobs = page_text(p, value);
	return sx_knobs_valid(value) ? NULL : "is not a list of controllers";
}

static const char *
read_knobs_trust(struct page *p, struct page_message *m, const char *value)
{
	(void)m;
	return page_read_trust(&p->in.knobs_trust, value);
}

#define IDENTITY \
	"bytes of family and member, then as NAME, version text, 1.23 or korg"
#define TRUST "seen, documented or inferred"

const struct page_key page_head_keys[] = {
	{ "format", read_format, "1", false },
	{ "mask", read_head_mask,
	    "bytes from F0 on: F0 31 ?? 7F, with the maker's ID in full",
	    false },
	{ "id", read_id, "one byte, or 00 and two more", false },
	{ "maker", read_maker, "a name", false },
	{ "alias", read_alias, "short names, separated by commas", false },
	{ "call", page_head_read_call, "a text in which %4 is byte 4", false },
	{ "delay", read_head_delay, "ms from 0 to 3600000", false },
	{ "rate", page_head_read_rate, "bytes per second from 1 to 1000000000",
	    false },
	{ "trust", read_head_trust, TRUST, false },
	{ "source", read_head_source, "a text", false },
	{ "rule", read_rule, "a text", false },
	{ "names", page_head_read_names, "none", false },
	{ "panel", read_panel, "a sentence or two", false },
	{ "controllers", read_knobs,
	    "numbers and names: 109 Noise, 90/91 M1 Pitch", false },
	{ "controllers-trust", read_knobs_trust, TRUST, false },
	{ "controllers-source", read_knobs_source, "a text", false },
	{ "unit", page_head_read_unit,
	    "AT [bits MASK] FIRST-LAST [is BYTE] [usually N] [any BYTE], as 2 "
	    "bits 0F 1-16 usually 1",
	    false },
	{ "identity", read_identity, IDENTITY, false },
	{ "identity-2", read_identity, IDENTITY, false },
	{ "identity-3", read_identity, IDENTITY, false },
	{ "identity-trust", read_identity_trust, TRUST, false },
	{ "identity-source", read_identity_source, "a text", false },
	{ .key = NULL },
};
