/* SPDX-License-Identifier: ISC */
/* Writes names, using only characters that the unit can show. */
#include <stdio.h>
#include <string.h>

#include "layout.h"

static const char d50[] = " ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "abcdefghijklmnopqrstuvwxyz1234567890-";

/* Return the byte for a character, or -1. */
static int
name_encode(enum sx_chars set, char c)
{
	const char *p;

	if (c < ' ' || c > '~')
		return -1;
	switch (set) {
	case SX_CHARS_SIX:
		return c < 0x60 && c != '@' ? c & 0x3f : -1;
	case SX_CHARS_D50:
		p = strchr(d50, c);
		return p != NULL ? (int)(p - d50) : -1;
	case SX_CHARS_JUNO:
		p = strchr(sx_juno_chars, c);
		return p != NULL ? (int)(p - sx_juno_chars) : -1;
	case SX_CHARS_DIGITS:
		return c >= '0' && c <= '9' ? c - '0' : c;
	default:
		return c;
	}
}

static const char *
name_chars(enum sx_chars set)
{
	switch (set) {
	case SX_CHARS_SIX:
		return "blanks, digits, capital letters and ! to _ except @";
	case SX_CHARS_D50:
	case SX_CHARS_JUNO:
		return "blanks, letters, digits and -";
	default:
		return "blanks and the characters ! to ~ of ASCII";
	}
}

int
sx_layout_name_check(
    const struct sx_name_at *at, const char *name, struct sx_err *e)
{
	enum sx_chars set = (enum sx_chars)at->chars;
	size_t len = strlen(name);
	const char *p = name;

	while (*p != '\0' && name_encode(set, *p) != -1)
		p++;
	if (*p == '\0' && len <= (size_t)at->len)
		return 0;
	return sx_fail(e, SX_EREFUSED, 0,
	    *p != '\0'
		? "unsupported characters in a name: this unit allows %d: %s"
		: "name too long: this unit allows %d: %s",
	    at->len, name_chars(set));
}

static int
name_fail_end(struct sx_err *e)
{
	return sx_fail(e, SX_EREFUSED, 0,
	    "its name cannot be changed: the message ends before it");
}

/* Return the offset of character i. */
static size_t
name_place(const struct sx_name_at *at, size_t begin, size_t i)
{
	size_t every = at->every != 0 ? at->every : 1;

	return begin + (size_t)at->at +
	       i * (every + (at->chars == SX_CHARS_NIBBLES));
}

/* Return where the old name ended at a 00, or the full length. A shorter name
 * is padded with 00 up to there; with blanks if there was no 00. */
static size_t
name_ends_at(
    const struct sx_name_at *at, const struct sx_packed *d, size_t begin)
{
	size_t i = 0;

	if (at->chars == SX_CHARS_D50 || at->chars == SX_CHARS_DIGITS ||
	    at->chars == SX_CHARS_JUNO || at->chars == SX_CHARS_NIBBLES ||
	    at->chars == SX_CHARS_ZERO)
		return (size_t)at->len;
	while (i < (size_t)at->len &&
	       sx_packed_byte(d, name_place(at, begin, i)) > 0)
		i++;
	return i;
}

int
sx_layout_name_put(const struct sx_name_at *at, const struct sx_data_at *data,
    uint8_t *msg, size_t n, size_t begin, const char *name, struct sx_err *e)
{
	struct sx_packed d = { msg, n > 0 ? n - 1 : 0, SX_CODE_PLAIN, false };
	size_t len = strlen(name), base = 0, end;
	bool ends;

	if (at->in_data) {
		d = sx_layout_data(data, msg, n);
		base = (size_t)(d.p - msg);
	}
	if (d.code == SX_CODE_BASE64)
		return sx_fail(e, SX_EREFUSED, 0,
		    "its name cannot be written: its data have a CRC");
	if (at->chars == SX_CHARS_JSON || at->chars == SX_CHARS_WORDS)
		return sx_fail(e, SX_EREFUSED, 0,
		    "its name cannot be changed: %s, which sxlib can only read",
		    at->chars == SX_CHARS_JSON
			? "it is in JSON"
			: "it has two characters in each word");
	if (at->len <= 0 || d.rle)
		return sx_fail(e, SX_EREFUSED, 0,
		    at->len == 0 ? "the position of its name is unknown"
		    : d.rle
			? "its name cannot be changed: its data is run-length "
			  "coded"
			: "its name cannot be changed: it extends to the end "
			  "of the message and its maximum length is unknown");
	if (sx_layout_name_check(at, name, e) == -1)
		return -1;
	end = name_ends_at(at, &d, begin);
	ends = end < (size_t)at->len;
	for (size_t i = 0; i < (size_t)at->len; i++) {
		size_t place = name_place(at, begin, i);
		int c = i < len ? name_encode((enum sx_chars)at->chars, name[i])
			: ends	? 0
				: name_encode((enum sx_chars)at->chars, ' ');

		/* After the 00 there may be anything. */
		if (i > len && i > end && ends)
			break;
		if (at->chars == SX_CHARS_NIBBLES) {
			if (!sx_packed_put(&d, msg + base, place, c & 0xf) ||
			    !sx_packed_put(
				&d, msg + base, place + 1, (uint8_t)(c >> 4)))
				return name_fail_end(e);
			continue;
		}
		if (at->chars == SX_CHARS_JUNO)
			c |= sx_packed_byte(&d, place) & 0xc0;
		if (at->chars == SX_CHARS_SEVEN && at->in_data)
			c |= sx_packed_byte(&d, place) & 0x80;
		if (!sx_packed_put(&d, msg + base, place, (uint8_t)c))
			return name_fail_end(e);
	}
	return 0;
}
