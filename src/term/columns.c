/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "sxlib/fit.h"
#include "sxlib/text.h"

#define BETWEEN 2 /* blanks between two columns */

int
columns_add(struct columns *c, const char *label, const char *text)
{
	char first[128], second[512];
	struct column_text *texts = c->texts, *t;

	/* The array doubles: it is full if its length is a power of 2. */
	if ((c->n & (c->n - 1)) == 0)
		texts = reallocarray(
		    texts, c->n > 0 ? c->n * 2 : 1, sizeof(*texts));
	if (texts == NULL)
		return -1;
	c->texts = texts;
	t = &texts[c->n];
	sx_text_safe(first, sizeof(first), label);
	t->label = sx_fit_width(first);
	if (asprintf(&t->text, "%s %s", first,
		sx_text_safe(second, sizeof(second), text)) == -1)
		return -1;
	if (t->label > c->label)
		c->label = t->label;
	c->n++;
	return 0;
}

static size_t
width_of(const struct columns *c, size_t i)
{
	const struct column_text *t = &c->texts[i];

	return c->label - t->label + sx_fit_width(t->text);
}

/* Return the width of the widest text from index `from` up to `to`. */
static size_t
columns_widest(const struct columns *c, size_t from, size_t to)
{
	size_t most = 0, width;

	for (; from < to && from < c->n; from++) {
		width = width_of(c, from);
		if (width > most)
			most = width;
	}
	return most;
}

/* Return the total width in columns of this many lines. */
static size_t
width_of_lines(const struct columns *c, size_t lines)
{
	size_t width = 0;

	for (size_t at = 0; at < c->n; at += lines)
		width += columns_widest(c, at, at + lines) +
			 (at + lines < c->n ? BETWEEN : 0);
	return width;
}

void
columns_print(const struct columns *c, size_t width, size_t indent, FILE *f)
{
	size_t lines = 1, pad;

	while (lines < c->n && indent + width_of_lines(c, lines) >= width)
		lines++;
	for (size_t line = 0; line < lines && line < c->n; line++) {
		pad = indent;
		for (size_t at = line; at < c->n; at += lines) {
			const struct column_text *t = &c->texts[at];
			size_t begin = at - line;

			pad += c->label - t->label;
			fprintf(f, "%*s%s", (int)pad, "", t->text);
			pad = columns_widest(c, begin, begin + lines) +
			      BETWEEN - width_of(c, at);
		}
		putc('\n', f);
	}
}

void
columns_free(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->texts[i].text);
	free(c->texts);
	*c = (struct columns){ .n = 0 };
}
