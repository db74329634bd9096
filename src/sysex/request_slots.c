/* SPDX-License-Identifier: ISC */
/* Slots and devices as people write them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request_row.h"

char *
sx_slot_text(const struct sx_slots *s, long slot, char buf[SX_SLOT_TEXT])
{
	buf[0] = '\0';
	if (s->count == 0 || slot < 0)
		return buf;
	if (s->bank == 0)
		snprintf(
		    buf, SX_SLOT_TEXT, "%0*ld", s->digits, slot + s->first);
	else
		snprintf(buf, SX_SLOT_TEXT, "%c%0*ld",
		    (char)('A' + slot / s->bank), s->digits,
		    slot % s->bank + s->first);
	return buf;
}

static int
fail_slot(const struct sx_slots *s, const char *text, struct sx_err *e)
{
	char least[SX_SLOT_TEXT], most[SX_SLOT_TEXT];

	if (s->count == 0)
		sx_fail(
		    e, SX_EUSAGE, 0, "it has no slots: what is '%.40s'?", text);
	else
		sx_fail(e, SX_EUSAGE, 0, "no such slot: '%.40s'", text);
	if (s->count > 0)
		sx_hint(e, "they are called %s to %s; several as in %s-%s",
		    sx_slot_text(s, 0, least),
		    sx_slot_text(s, s->count - 1, most), least, most);
	return -1;
}

/* "A01" or "17"; within `bank` a number is enough. A bank alone is all of it.
 * The slots *from to *to, or -1. */
static int
read_slot(const struct sx_slots *s, const char **text, long bank, long *from,
    long *to)
{
	const char *p = *text;
	char *end;
	long number;

	if (s->bank != 0 && isalpha((unsigned char)*p))
		bank = toupper((unsigned char)*p++) - 'A';
	if (s->bank != 0 && bank < 0)
		return -1;
	*from = s->bank * bank;
	*to = *from + s->bank - 1;
	if (isdigit((unsigned char)*p)) {
		number = strtol(p, &end, 10);
		p = end;
		if (number < s->first ||
		    (s->bank != 0 && number >= s->first + s->bank))
			return -1;
		*from = *to =
		    number - s->first + (s->bank != 0 ? s->bank * bank : 0);
	} else if (p == *text) {
		return -1;
	}
	*text = p;
	return *from < s->count ? 0 : -1;
}

static int
add_slots(long from, long to, long **list, size_t *n, struct sx_err *e)
{
	long *p = realloc(*list, (*n + (size_t)(to - from) + 1) * sizeof(*p));

	if (p == NULL)
		return sx_fail_memory(e);
	*list = p;
	for (; from <= to; from++) {
		size_t i = 0;

		while (i < *n && p[i] != from)
			i++;
		if (i == *n)
			p[(*n)++] = from;
	}
	return 0;
}

int
sx_slots_parse(const struct sx_slots *s, const char *text, long **list,
    size_t *n, struct sx_err *e)
{
	const char *p = text;
	long from, to, last, end;

	if (s->count == 0)
		return fail_slot(s, text, e);
	if (strcmp(text, "all") == 0)
		return add_slots(0, s->count - 1, list, n, e);
	do {
		if (read_slot(s, &p, -1, &from, &to) == -1)
			return fail_slot(s, text, e);
		if (*p == '-') {
			p++;
			if (read_slot(s, &p, s->bank != 0 ? from / s->bank : 0,
				&last, &end) == -1 ||
			    end < from)
				return fail_slot(s, text, e);
			to = end;
		}
		if (to >= s->count)
			to = s->count - 1;
		if (add_slots(from, to, list, n, e) == -1)
			return -1;
	} while (*p++ == ',');
	return p[-1] == '\0' ? 0 : fail_slot(s, text, e);
}

/* Letters and digits only, small. */
static size_t
plain(char *buf, size_t size, const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && n + 1 < size; text++)
		if (isalnum((unsigned char)*text))
			buf[n++] = (char)tolower((unsigned char)*text);
	buf[n] = '\0';
	return n;
}

int
sx_device_called(const char *device, const char *text)
{
	static const char *const initials[][2] = { { "md", "machinedrum" },
		{ "mnm", "monomachine" }, { "a4", "analogfour" },
		{ "ar", "analogrytm" }, { "rytm", "analogrytm" },
		{ "dt", "digitakt" }, { "dn", "digitone" } };
	char name[SX_FACT_TEXT], asked[SX_FACT_TEXT];

	if (plain(asked, sizeof(asked), text) == 0)
		return 0;
	plain(name, sizeof(name), device);
	for (size_t i = 0; i < sizeof(initials) / sizeof(initials[0]); i++)
		if (strcmp(asked, initials[i][0]) == 0)
			return strcmp(name, initials[i][1]) == 0 ? 2 : 0;
	if (strcmp(name, asked) == 0)
		return 2;
	return strstr(name, asked) != NULL;
}
