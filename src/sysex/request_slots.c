/* SPDX-License-Identifier: ISC */
/* Slots and devices as users write them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"

/* Write a number with at least this many digits. Banks of 100,000 sounds are
 * listed: this is less work than printf(). */
static void
put_number(char *to, unsigned number, size_t digits)
{
	char reversed[10];
	size_t n = 0;

	do {
		reversed[n++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	while (n < digits && n < sizeof(reversed))
		reversed[n++] = '0';
	while (n > 0)
		*to++ = reversed[--n];
	*to = '\0';
}

char *
sx_slot_text(const struct sx_slots *s, long slot, char buf[SX_SLOT_TEXT])
{
	size_t digits = s->digits < 0	? 0
			: s->digits > 5 ? 5
					: (size_t)s->digits;
	long bank = s->bank != 0 ? slot / s->bank : 0;
	long number = (s->bank != 0 ? slot % s->bank : slot) + s->first;
	char *to = buf;

	buf[0] = '\0';
	if (slot < 0 || slot >= s->count)
		return buf;
	if (s->behind) {
		put_number(to, (unsigned)(bank + s->first), digits);
		to += strlen(to);
		*to++ = (char)('A' + number - s->first);
		*to = '\0';
	} else if (s->digit != 0) {
		*to++ = (char)('A' + s->letter + bank);
		*to++ = (char)('1' + number / s->digit);
		*to++ = (char)('1' + number % s->digit);
		*to = '\0';
	} else {
		if (s->bank != 0)
			*to++ = (char)((s->numbered ? '1' : 'A' + s->letter) +
				       bank);
		put_number(to, (unsigned)number, digits);
	}
	return buf;
}

static int
slots_fail_slot(const struct sx_slots *s, const char *text, struct sx_err *e)
{
	char least[SX_SLOT_TEXT], most[SX_SLOT_TEXT];

	if (s->count == 0)
		sx_fail(
		    e, SX_EUSAGE, 0, "no slots here: unexpected '%.40s'", text);
	else
		sx_fail(e, SX_EUSAGE, 0, "no such slot: '%.40s'", text);
	if (s->count > 0)
		sx_hint(e,
		    "slots are %s to %s; for several use a range such as %s-%s",
		    sx_slot_text(s, 0, least),
		    sx_slot_text(s, s->count - 1, most), least, most);
	return -1;
}

/* Return the position for two digits, each from 1 to `most`, or -1. */
static long
slots_two_digits(long number, int most)
{
	long first = number / 10, second = number % 10;

	return first < 1 || first > most || second < 1 || second > most
		   ? -1
		   : (first - 1) * most + second - 1;
}

/* Read "1A": a bank number and a letter; within `bank` the letter is enough. */
static int
slots_read_behind(const struct sx_slots *s, const char **text, long bank,
    long *from, long *to)
{
	const char *p = *text;
	char *end;

	if (isdigit((unsigned char)*p)) {
		bank = strtol(p, &end, 10) - s->first;
		p = end;
	}
	if (p == *text && !isalpha((unsigned char)*p))
		return -1;
	if (bank < 0 || bank >= s->count / s->bank)
		return -1;
	*from = s->bank * bank;
	*to = *from + s->bank - 1;
	if (isalpha((unsigned char)*p)) {
		*from += toupper((unsigned char)*p++) - 'A';
		if (*from > *to)
			return -1;
		*to = *from;
	}
	*text = p;
	return 0;
}

/* Read "A01" or "17" as slots *from to *to; within `bank` a number is enough. A
 * bank alone is all of its slots. Returns -1 if it is invalid. */
static int
slots_read_slot(const struct sx_slots *s, const char **text, long bank,
    long *from, long *to)
{
	const char *p = *text;
	char *end;
	long number;

	if (s->behind)
		return slots_read_behind(s, text, bank, from, to);
	if (s->numbered && isdigit((unsigned char)*p))
		bank = *p++ - '1';
	else if (s->bank != 0 && isalpha((unsigned char)*p))
		bank = toupper((unsigned char)*p++) - 'A' - s->letter;
	if (s->bank != 0 && bank < 0)
		return -1;
	*from = s->bank * bank;
	*to = *from + s->bank - 1;
	if (isdigit((unsigned char)*p)) {
		number = strtol(p, &end, 10);
		if (s->digit != 0)
			number = slots_two_digits(number, s->digit);
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
sx_slots_range(
    const struct sx_slots *s, const char **text, long *from, long *to)
{
	const char *p = *text;
	long last, end;

	if (s->count == 0 || slots_read_slot(s, &p, -1, from, to) == -1)
		return -1;
	if (*p == '-') {
		p++;
		if (slots_read_slot(s, &p, s->bank != 0 ? *from / s->bank : 0,
			&last, &end) == -1 ||
		    end < *from)
			return -1;
		*to = end;
	}
	if (*to >= s->count)
		*to = s->count - 1;
	*text = p;
	return 0;
}

int
sx_slots_parse(const struct sx_slots *s, const char *text, long **list,
    size_t *n, struct sx_err *e)
{
	const char *p = text;
	long from, to;

	if (s->count == 0)
		return slots_fail_slot(s, text, e);
	if (strcmp(text, "all") == 0)
		return add_slots(0, s->count - 1, list, n, e);
	do {
		if (sx_slots_range(s, &p, &from, &to) == -1)
			return slots_fail_slot(s, text, e);
		if (add_slots(from, to, list, n, e) == -1)
			return -1;
	} while (*p++ == ',');
	return p[-1] == '\0' ? 0 : slots_fail_slot(s, text, e);
}

/* Copy only letters and digits, in lower case. Returns their number. */
static size_t
slots_plain(char *buf, size_t size, const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && n + 1 < size; text++)
		if (isalnum((unsigned char)*text))
			buf[n++] = (char)tolower((unsigned char)*text);
	buf[n] = '\0';
	return n;
}

/* Is asked one of the words in alias, such as "md, machine"? */
static bool
slots_is_alias(const char *alias, const char *asked)
{
	char word[SX_FACT_TEXT], name[SX_FACT_TEXT];
	size_t n;

	for (; alias != NULL && *alias != '\0';
	     alias += n + (alias[n] == ',')) {
		n = strcspn(alias, ",");
		snprintf(word, sizeof(word), "%.*s", (int)n, alias);
		if (slots_plain(name, sizeof(name), word) > 0 &&
		    strcmp(name, asked) == 0)
			return true;
	}
	return false;
}

/* Return the device with this short name, or NULL. */
static const char *
by_alias(const struct sx_devices *user, const char *asked)
{
	struct sx_instrument in;
	struct sx_mark m;

	for (size_t i = 0; (m = sx_devices_record(user, i)).at != NULL; i++)
		if (slots_is_alias(sx_book_front(m).alias, asked) &&
		    sx_instrument(user, i, &in))
			return in.row.device;
	return NULL;
}

int
sx_device_called(
    const struct sx_devices *user, const char *device, const char *text)
{
	char name[SX_FACT_TEXT], asked[SX_FACT_TEXT];
	const char *other;

	if (slots_plain(asked, sizeof(asked), text) == 0)
		return 0;
	slots_plain(name, sizeof(name), device);
	if (strcmp(name, asked) == 0)
		return 2;
	other = by_alias(user, asked);
	if (other != NULL)
		return strcmp(other, device) == 0 ? 2 : 0;
	return strstr(name, asked) != NULL;
}

const char *
sx_request_panel(const struct sx_devices *user, const char *device)
{
	struct sx_instrument in;

	for (int best = 2; best > 0; best--)
		for (size_t i = 0; sx_instrument(user, i, &in); i++)
			if (in.panel != NULL &&
			    sx_device_called(user, in.row.device, device) ==
				best)
				return in.panel;
	return NULL;
}
