/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hextext.h"
#include "sxlib/maker.h"

#define AT_MOST 1e9 /* seconds: some 30 years */

struct scan {
	struct sx_hex *h;
	const char *pos, *end;
	size_t line;
	struct sx_err *e;
};

static int
not_hex(const struct scan *s, const char *word, size_t n)
{
	return sx_fail(s->e, SX_EDATA, 0, "line %zu: '%.*s' is not hex",
	    s->line, (int)(n < 40 ? n : 40), word);
}

static int
add_time(struct scan *s, double seconds)
{
	struct sx_hex *h = s->h;
	struct sx_hex_time *p = h->times;

	/* The list doubles: it has room unless its length is a power of 2. */
	if ((h->ntimes & (h->ntimes - 1)) == 0)
		p = reallocarray(
		    p, h->ntimes > 0 ? h->ntimes * 2 : 1, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(s->e);
	h->times = p;
	p[h->ntimes++] = (struct sx_hex_time){ h->n, llround(seconds * 1e6) };
	return 0;
}

/* Read a comment, from # to the end of the line; only "# at SECONDS" has a
 * meaning, a time. */
static int
hextext_read_comment(struct scan *s)
{
	const char *from = s->pos;
	char text[64];
	double seconds;
	size_t n;

	while (s->pos < s->end && *s->pos != '\n' && *s->pos != '\r')
		s->pos++;
	n = (size_t)(s->pos - from);
	if (n >= sizeof(text))
		n = sizeof(text) - 1;
	memcpy(text, from, n);
	text[n] = '\0';
	if (sscanf(text, "# at %lf", &seconds) != 1 || !(seconds >= 0) ||
	    seconds > AT_MOST)
		return 0;
	return add_time(s, seconds);
}

static bool
is_separator(char c)
{
	return isspace((unsigned char)c) || c == ',';
}

/* Read a word: F0, f07d01f7, 0xF0, $F0 or F0h; or a single digit. */
static int
hextext_read_word(struct scan *s)
{
	const char *word = s->pos, *p = word, *end;
	int high, low;

	while (s->pos < s->end && !is_separator(*s->pos) && *s->pos != '#')
		s->pos++;
	end = s->pos;
	if (end - p > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
		p += 2;
	else if (end - p > 1 && *p == '$')
		p++;
	else if (end - p > 1 && (end[-1] == 'h' || end[-1] == 'H'))
		end--;
	if ((end - p) % 2 != 0 && end - p != 1)
		return not_hex(s, word, (size_t)(s->pos - word));
	while (p < end) {
		high = end - p == 1 ? 0 : sx_hex_digit(*p++);
		low = sx_hex_digit(*p++);
		if (high < 0 || low < 0)
			return not_hex(s, word, (size_t)(s->pos - word));
		s->h->bytes[s->h->n++] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

int
sx_hex_parse(struct sx_hex *h, const uint8_t *text, size_t n, struct sx_err *e)
{
	struct scan s = { .h = h,
		.pos = (const char *)text,
		.end = (const char *)text + n,
		.line = 1,
		.e = e };
	int rc = 0;

	/* Each byte takes at least one character. */
	*h = (struct sx_hex){ .bytes = malloc(n > 0 ? n : 1) };
	if (h->bytes == NULL)
		return sx_fail_memory(e);
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		s.pos += 3;
	while (rc == 0 && s.pos < s.end) {
		if (*s.pos == '#') {
			rc = hextext_read_comment(&s);
		} else if (is_separator(*s.pos)) {
			s.line += *s.pos == '\n';
			s.pos++;
		} else {
			rc = hextext_read_word(&s);
		}
	}
	return rc;
}

void
sx_hex_free(struct sx_hex *h)
{
	free(h->bytes);
	free(h->times);
}
