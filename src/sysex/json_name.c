/* SPDX-License-Identifier: ISC */
/* The name in a text in JSON: the string "name" of its outermost object. */
#include <string.h>

#include "layout.h"

#define KEY "\"name\""

struct json {
	const uint8_t *p;
	size_t n, at;
};

static void
json_skip_blanks(struct json *j)
{
	while (j->at < j->n && strchr(" \t\r\n", j->p[j->at]) != NULL &&
	       j->p[j->at] != '\0')
		j->at++;
}

/* From the quote that begins a string to behind the one that ends it; false: it
 * is cut. */
static bool
json_skip_string(struct json *j)
{
	for (j->at++; j->at < j->n; j->at++) {
		if (j->p[j->at] == '"') {
			j->at++;
			return true;
		}
		j->at += j->p[j->at] == '\\';
	}
	return false;
}

static bool
json_take(struct json *j, uint8_t c)
{
	json_skip_blanks(j);
	if (j->at >= j->n || j->p[j->at] != c)
		return false;
	j->at++;
	return true;
}

/* The value of the key, as it stands there, with its quotes: its region, len 0:
 * there is none. Only a key has a colon behind it. */
static struct sx_region
json_find(struct json *j)
{
	const struct sx_region none = { 0 };
	size_t depth = 0, from;

	for (json_skip_blanks(j);
	     j->at < j->n && (depth > 0 || j->p[j->at] == '{');) {
		uint8_t c = j->p[j->at];

		from = j->at;
		if (c != '"') {
			j->at++;
			depth += c == '{' || c == '[';
			depth -= c == '}' || c == ']';
			if (depth == 0)
				break;
			continue;
		}
		if (!json_skip_string(j))
			break;
		if (depth > 1 || j->at - from != strlen(KEY) ||
		    memcmp(j->p + from, KEY, strlen(KEY)) != 0 ||
		    !json_take(j, ':'))
			continue;
		json_skip_blanks(j);
		from = j->at;
		return from < j->n && j->p[from] == '"' && json_skip_string(j)
			   ? (struct sx_region){ from, j->at - from }
			   : none;
	}
	return none;
}

/* \u and four digits: what of it is ASCII. */
static uint8_t
json_unicode(const uint8_t *p, size_t n)
{
	unsigned value = 0;

	for (size_t i = 0; i < n; i++) {
		const char *digits = "0123456789abcdefABCDEF", *at;

		at = p[i] != '\0' ? strchr(digits, p[i]) : NULL;
		if (at == NULL)
			return '?';
		value = value << 4 |
			(unsigned)(at - digits - (at - digits > 15 ? 6 : 0));
	}
	return n == 4 && value >= ' ' && value < 0x7f ? (uint8_t)value : '?';
}

/* The character at p[*at], and *at behind it. */
static uint8_t
json_character(const uint8_t *p, size_t n, size_t *at)
{
	uint8_t c = p[(*at)++];
	size_t from;

	if (c != '\\' || *at == n)
		return c;
	c = p[(*at)++];
	if (c == 'u') {
		from = *at;
		*at = n - from < 4 ? n : from + 4;
		return json_unicode(p + from, *at - from);
	}
	return strchr("bfnrt", c) != NULL && c != '\0' ? ' ' : c;
}

long
sx_json_name(const uint8_t *p, size_t n, uint8_t *text, size_t size,
    struct sx_region *region)
{
	struct json j = { p, n, 0 };
	struct sx_region at = json_find(&j);
	size_t next = at.off + 1, end = at.off + at.len - 1, len = 0;

	if (at.len <= 2)
		return -1;
	while (next < end && len < size)
		text[len++] = json_character(p, end, &next);
	*region = (struct sx_region){ at.off + 1, at.len - 2 };
	return (long)len;
}
