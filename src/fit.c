/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <string.h>

#include "sxlib/fit.h"
#include "sxlib/text.h"

#define LAST_LEAST  24 /* columns: narrower text is hard to read */
#define WIDTH_LEAST 20 /* columns of a table */

/* ---- Width ---- */

struct range {
	uint32_t first, last;
};

/* The most common ones, sorted. */
static const struct range fit_zero[] = { { 0x300, 0x36f }, { 0x483, 0x489 },
	{ 0x591, 0x5bd }, { 0x610, 0x61a }, { 0x64b, 0x65f },
	{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200f },
	{ 0x202a, 0x202e }, { 0x2060, 0x2069 }, { 0x20d0, 0x20ff },
	{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff },
	{ 0xe0000, 0xe01ef } };
static const struct range fit_wide[] = { { 0x1100, 0x115f }, { 0x2e80, 0x303e },
	{ 0x3041, 0xa4cf }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff },
	{ 0x20000, 0x3fffd } };

static bool
fit_is_in(uint32_t c, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n && ranges[i].first <= c; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}

/* Return the columns of the first character of text, and its bytes in *len. */
static size_t
fit_character(const char *text, size_t *len)
{
	const unsigned char *p = (const unsigned char *)text;
	uint32_t c;

	*len = sx_text_utf8(text);
	if (*len <= 1) {
		*len = 1;
		return 1;
	}
	c = p[0] & (0xffu >> (*len + 1));
	for (size_t i = 1; i < *len; i++)
		c = c << 6 | (p[i] & 0x3fu);
	if (fit_is_in(c, fit_zero, sizeof(fit_zero) / sizeof(fit_zero[0])))
		return 0;
	return fit_is_in(c, fit_wide, sizeof(fit_wide) / sizeof(fit_wide[0]))
		   ? 2
		   : 1;
}

/* Return the bytes of text that fit into width columns: all of a text with no
 * more bytes, since no character takes more columns than bytes. */
static size_t
fit_prefix(const char *text, size_t width)
{
	size_t at = strnlen(text, width), used = 0, len;

	if (text[at] == '\0')
		return at;
	at = 0;
	while (text[at] != '\0') {
		used += fit_character(text + at, &len);
		if (used > width)
			break;
		at += len;
	}
	return at;
}

size_t
sx_fit_width(const char *text)
{
	size_t width = 0, len;

	for (; *text != '\0'; text += len)
		width += fit_character(text, &len);
	return width;
}

/* ---- Text ---- */

/* Text being composed in a buffer; truncated if it does not fit. */
struct out {
	char *buf;
	size_t size, at;
};

static void
fit_put(struct out *out, const char *text, size_t n)
{
	if (n >= out->size - out->at)
		n = out->size - out->at - 1;
	memcpy(out->buf + out->at, text, n);
	out->at += n;
	out->buf[out->at] = '\0';
}

char *
sx_fit_cut(char *buf, size_t size, const char *text, size_t width)
{
	static const char sign[] = "..";
	struct out out = { buf, size, 0 };
	size_t n = strlen(text), all = fit_prefix(text, width), signs;

	buf[0] = '\0';
	if (all == n) {
		fit_put(&out, text, n);
		return buf;
	}
	signs = width < 2 ? width : 2;
	fit_put(&out, text, fit_prefix(text, width - signs));
	fit_put(&out, sign, signs);
	return buf;
}

/* Return the bytes of text that fit on a line of width columns: whole words, at
 * least one. They include blanks before the first one. */
static size_t
fit_words(const char *text, size_t width)
{
	size_t most = fit_prefix(text, width), n = most;

	if (text[most] == '\0')
		return most;
	while (n > 0 && text[n] != ' ')
		n--;
	while (n > 0 && text[n - 1] == ' ')
		n--;
	return n > 0
		   ? n
		   : strspn(text, " ") + strcspn(text + strspn(text, " "), " ");
}

char *
sx_fit_wrap(char *buf, size_t size, const char *text, size_t width,
    size_t first, size_t indent)
{
	struct out out = { buf, size, 0 };
	size_t taken = first, room, n;

	buf[0] = '\0';
	for (;;) {
		room = width > taken ? width - taken : 0;
		n = fit_words(text, room);
		/* A first word that only fits on a line of its own. */
		if (taken > indent && fit_prefix(text, room) < n)
			n = 0;
		fit_put(&out, text, n);
		text += n;
		text += strspn(text, " ");
		if (*text == '\0')
			return buf;
		fit_put(&out, "\n", 1);
		for (size_t i = 0; i < indent; i++)
			fit_put(&out, " ", 1);
		taken = indent;
	}
}

/* ---- Tables ---- */

/* Can the last column be narrower than its widest cell? */
static bool
fit_gives(const struct sx_fit_column *c)
{
	return (c->prose || c->loose) && c->need > LAST_LEAST;
}

/* Return the columns of a row on one line, with the last column as narrow as
 * possible. */
static size_t
fit_total(const struct sx_fit_column *columns, size_t n)
{
	size_t total = 0;

	for (size_t i = 0; i < n; i++)
		total +=
		    (i + 1 == n && fit_gives(&columns[i]) ? LAST_LEAST
							  : columns[i].width) +
		    (i > 0 ? SX_FIT_GAP : 0);
	return total;
}

/* Narrow the widest column that may be cut. Returns false if there is none. */
static bool
fit_shrink(struct sx_fit_column *columns, size_t n)
{
	struct sx_fit_column *widest = NULL;

	for (size_t i = 0; i < n; i++)
		if (columns[i].least > 0 &&
		    columns[i].width > columns[i].least &&
		    (widest == NULL || columns[i].width >= widest->width))
			widest = &columns[i];
	if (widest != NULL)
		widest->width--;
	return widest != NULL;
}

/* Lay out all columns on one line, if possible. */
static bool
fit_one_line(struct sx_fit_column *columns, size_t n, size_t width)
{
	struct sx_fit_column *last = &columns[n - 1];
	size_t total;

	while ((total = fit_total(columns, n)) > width)
		if (!fit_shrink(columns, n))
			return false;
	if (fit_gives(last)) {
		last->width = LAST_LEAST + width - total;
		if (last->width > last->need)
			last->width = last->need;
	}
	return true;
}

void
sx_fit_columns(struct sx_fit_column *columns, size_t n, size_t width)
{
	size_t line = 0, used = 0, room;

	if (width < WIDTH_LEAST)
		width = WIDTH_LEAST;
	for (size_t i = 0; i < n; i++) {
		columns[i].width = columns[i].need;
		columns[i].line = 0;
	}
	if (n == 0 || fit_one_line(columns, n, width))
		return;
	for (size_t i = 0; i < n; i++) {
		struct sx_fit_column *c = &columns[i];
		size_t need = c->loose && fit_gives(c) ? LAST_LEAST : c->need;

		if (used > 0 && used + SX_FIT_GAP + need > width) {
			line++;
			used = 0;
		}
		used += used > 0 ? SX_FIT_GAP : line > 0 ? SX_FIT_INDENT : 0;
		room = width - used;
		c->width = c->need;
		if ((c->least > 0 || c->prose || c->loose) && c->width > room)
			c->width = room;
		c->line = line;
		used += c->width;
	}
}
