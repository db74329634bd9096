/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sxlib/maker.h"

/* Set in the number of 00 00 xx, to tell it from the one-byte ID xx. */
#define LONG_ID (1u << 24)

#define ID_JOMOX    0x31
#define ID_ROLAND   0x41
#define ID_ELEKTRON 0x00203C
#define ID_DOD	    0x000010
#define ID_STRYMON  0x000155
#define ID_SOLARIS  0x001234 /* used by John Bowen's, not assigned */

static const struct sx_maker makers[] = {
#include "maker_table.h"
};

#define NMAKERS (sizeof(makers) / sizeof(makers[0]))

/* Other names under which users know an ID. */
static const struct {
	sx_maker_id id;
	const char *name;
} aliases[] = {
	{ 0x01, "Dave Smith Instruments" },
	{ ID_JOMOX, "Jomox" },
	{ ID_ROLAND, "Boss" },
	{ ID_ROLAND, "Edirol" },
	{ ID_DOD, "DigiTech" },
	{ ID_STRYMON, "Strymon" },
	{ ID_ELEKTRON, "Elektra" },
	{ ID_SOLARIS, "John Bowen" },
};

#define NALIASES (sizeof(aliases) / sizeof(aliases[0]))

static sx_maker_id
long_id(unsigned b, unsigned c)
{
	return b == 0 && c != 0 ? LONG_ID | c : b << 8 | c;
}

sx_maker_id
sx_maker_of(const uint8_t *msg, size_t n, size_t *len)
{
	sx_maker_id id = 0;
	size_t bytes = 0;

	if (n >= 2 && msg[0] == 0xf0 && msg[1] < 0x80) {
		if (msg[1] != 0) {
			id = msg[1];
			bytes = 1;
		} else if (n >= 4 && msg[2] < 0x80 && msg[3] < 0x80) {
			id = long_id(msg[2], msg[3]);
			bytes = id != 0 ? 3 : 0;
		}
	}
	if (len != NULL)
		*len = bytes;
	return id;
}

const char *
sx_maker_id_text(sx_maker_id id, char buf[SX_MAKER_ID_TEXT])
{
	unsigned low = id & 0xffff;

	if (id == 0)
		buf[0] = '\0';
	else
		snprintf(
		    buf, SX_MAKER_ID_TEXT, id < 0x80 ? "%02x" : "%06x", low);
	return buf;
}

const struct sx_maker *
sx_maker_table(size_t *n)
{
	*n = NMAKERS;
	return makers;
}

const struct sx_maker *
sx_maker_find(sx_maker_id id)
{
	size_t low = 0, high = NMAKERS;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (makers[middle].id == id)
			return &makers[middle];
		if (makers[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

int
sx_hex_digit(char c)
{
	static const char hex[] = "0123456789abcdef";
	const char *at = strchr(hex, tolower((unsigned char)c));

	return c != '\0' && at != NULL ? (int)(at - hex) : -1;
}

/* Return the ID that text spells in hex; 0 if it does not, and is a name. */
static sx_maker_id
parse_id(const char *text)
{
	uint8_t msg[4] = { 0xf0 };
	size_t n = 1, len;
	sx_maker_id id;

	while (*text != '\0') {
		int high, low;

		if (*text == ' ') {
			text++;
			continue;
		}
		high = sx_hex_digit(text[0]);
		low = high == -1 ? -1 : sx_hex_digit(text[1]);
		if (low == -1 || n == sizeof(msg))
			return 0;
		msg[n++] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	id = sx_maker_of(msg, n, &len);
	return len == n - 1 ? id : 0;
}

/* Does name, or any word in it, begin with text? */
static bool
maker_begins(const char *name, const char *text)
{
	size_t len = strlen(text);
	bool inside = false;

	if (len == 0)
		return false;
	for (; *name != '\0'; name++) {
		if (!inside && strncasecmp(name, text, len) == 0)
			return true;
		inside = (unsigned char)*name >= 0x80 ||
			 isalnum((unsigned char)*name);
	}
	return false;
}

static bool
maker_is_alias(sx_maker_id id, const char *text)
{
	size_t i;

	for (i = 0; i < NALIASES; i++)
		if (aliases[i].id == id && maker_begins(aliases[i].name, text))
			return true;
	return false;
}

static bool
is_named(const struct sx_maker *maker, const char *text)
{
	if (maker->id == ID_JOMOX && strcasecmp(text, SX_MAKERS_31) == 0)
		return true;
	return maker_begins(maker->name, text) ||
	       maker_begins(maker->brand, text) ||
	       maker_is_alias(maker->id, text);
}

bool
sx_maker_matches(sx_maker_id id, const char *text)
{
	const struct sx_maker *maker;
	sx_maker_id wanted = parse_id(text);

	if (id == 0)
		return false;
	if (wanted != 0)
		return id == wanted;
	maker = sx_maker_find(id);
	return maker != NULL ? is_named(maker, text) : maker_is_alias(id, text);
}

size_t
sx_maker_count(const char *text)
{
	size_t i, n = 0;

	if (parse_id(text) != 0)
		return 1;
	for (i = 0; i < NMAKERS; i++)
		n += is_named(&makers[i], text);
	for (i = 0; i < NALIASES; i++)
		n += sx_maker_find(aliases[i].id) == NULL &&
		     maker_begins(aliases[i].name, text);
	return n;
}
