/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "columns.h"
#include "screen.h"
#include "sxlib/text.h"
#include "table.h"

#define CUT_LEAST 8 /* minimum columns of a cut cell */
#define INDENT	  4 /* of the texts under a row */

/* Texts below a row. */
struct table_texts {
	size_t row;
	struct columns columns;
};

static void
free_row(char **row, size_t columns)
{
	for (size_t i = 0; row != NULL && i < columns; i++)
		free(row[i]);
	free(row);
}

/* A cell ready to print. */
struct cell {
	const char *text;
	size_t len, width;
};

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Are these eight characters printable ASCII? A false "no" is possible. */
static bool
is_plain_word(const char *text)
{
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	return ((word | (word - EACH(0x20)) | (word + EACH(1))) & EACH(0x80)) ==
	       0;
}

/* The same for a whole text. */
static bool
is_plain(const char *text, size_t n)
{
	size_t i = 0;

	for (; i + 8 <= n && is_plain_word(text + i); i += 8)
		;
	if (n > 8 && i + 8 > n && is_plain_word(text + n - 8))
		return true;
	while (i < n && text[i] >= ' ' && text[i] < 0x7f)
		i++;
	return i == n;
}

/* Get a cell, valid until the next call. Most text needs no change and is not
 * copied. */
static struct cell
cell_of(struct table *t, const char *text)
{
	struct cell cell = { .text = text != NULL ? text : "" };

	cell.len = strlen(cell.text);
	cell.width = cell.len;
	if (cell.len < sizeof(t->safe) && is_plain(cell.text, cell.len))
		return cell;
	cell.text = sx_text_safe(t->safe, sizeof(t->safe), cell.text);
	cell.len = strlen(cell.text);
	cell.width = sx_fit_width(cell.text);
	return cell;
}

int
table_row(struct table *t, const char *const *cells)
{
	char ***rows = t->rows;
	char **row = calloc(t->columns, sizeof(*row));

	/* The array doubles: it is full if its length is a power of 2. */
	if ((t->nrows & (t->nrows - 1)) == 0)
		rows = realloc(
		    rows, (t->nrows > 0 ? t->nrows * 2 : 1) * sizeof(*rows));
	if (rows != NULL)
		t->rows = rows;
	if (rows == NULL || row == NULL)
		goto fail;
	for (size_t i = 0; i < t->columns; i++) {
		row[i] = strdup(cell_of(t, cells[i]).text);
		if (row[i] == NULL)
			goto fail;
	}
	table_measure(t, (const char *const *)row);
	t->rows[t->nrows++] = row;
	return 0;
fail:
	free_row(row, t->columns);
	return sx_fail_memory(&t->c->err);
}

/* Return the texts below the last row; NULL if memory runs out. */
static struct columns *
texts_of_last(struct table *t)
{
	struct table_texts *p = t->texts;
	size_t n = t->ntexts;

	if (n > 0 && p[n - 1].row == t->nrows - 1)
		return &p[n - 1].columns;
	p = reallocarray(p, n + 1, sizeof(*p));
	if (p == NULL)
		return NULL;
	t->texts = p;
	p[t->ntexts++] = (struct table_texts){ .row = t->nrows - 1 };
	return &p[n].columns;
}

int
table_text(struct table *t, const char *label, const char *text)
{
	struct columns *c = texts_of_last(t);

	if (c == NULL || columns_add(c, label, text) == -1)
		return sx_fail_memory(&t->c->err);
	return 0;
}

static void
line_flush(struct table *t, FILE *f)
{
	fwrite(t->line, 1, t->used, f);
	t->used = 0;
}

static void
line_add(struct table *t, const char *text, size_t n, FILE *f)
{
	if (n > sizeof(t->line) - t->used)
		line_flush(t, f);
	if (n > sizeof(t->line)) {
		fwrite(text, 1, n, f);
		return;
	}
	memcpy(t->line + t->used, text, n);
	t->used += n;
}

static void
line_pad(struct table *t, size_t n, FILE *f)
{
	size_t part;

	for (; n > 0; n -= part) {
		if (t->used == sizeof(t->line))
			line_flush(t, f);
		part = sizeof(t->line) - t->used;
		if (part > n)
			part = n;
		memset(t->line + t->used, ' ', part);
		t->used += part;
	}
}

/* ---- Fitting a terminal ---- */

void
table_screen(struct table *t, struct cli *c)
{
	t->c = c;
	t->screen = line_width(stdout);
	t->colour = has_colour(c, stdout);
}

static bool
is_narrow(const struct table *t)
{
	return t->screen > 0 && t->screen < SIZE_MAX;
}

/* Lay out the columns, once all rows are measured. */
static void
table_fit(struct table *t)
{
	bool narrow = is_narrow(t);

	for (size_t i = 0; i < t->columns; i++)
		t->fit[i] = (struct sx_fit_column){
			.need = t->width[i],
			.least = narrow && t->cut & 1u << i ? CUT_LEAST : 0,
			.prose = narrow && t->prose & 1u << i,
			.loose = narrow && t->loose && i + 1 == t->columns,
		};
	sx_fit_columns(t->fit, t->columns, narrow ? t->screen : SIZE_MAX);
	t->fitted = true;
}

/* True for text that must stand out. */
static bool
is_damage(const char *text)
{
	return strncmp(text, "DAMAGED", 7) == 0 || strcmp(text, "bad") == 0 ||
	       strncmp(text, "bad:", 4) == 0;
}

/* Narrow a cell to its column, which begins at column `at` of the line. */
static void
narrow_cell(struct table *t, size_t i, struct cell *cell, size_t at,
    char buf[sizeof(t->safe)])
{
	const struct sx_fit_column *fit = &t->fit[i];

	if (cell->width <= fit->width || (!fit->prose && fit->least == 0))
		return;
	if (fit->prose) {
		sx_fit_wrap(
		    buf, sizeof(t->safe), cell->text, at + fit->width, at, at);
		*cell = (struct cell){ buf, strlen(buf), fit->width };
	} else {
		sx_fit_cut(buf, sizeof(t->safe), cell->text, fit->width);
		*cell = (struct cell){ buf, strlen(buf), sx_fit_width(buf) };
	}
}

static void
add_painted(struct table *t, const struct cell *cell, FILE *f)
{
	static const char red[] = "\033[31m", plain[] = "\033[0m";
	bool painted = t->colour && is_damage(cell->text);

	if (painted)
		line_add(t, red, sizeof(red) - 1, f);
	line_add(t, cell->text, cell->len, f);
	if (painted)
		line_add(t, plain, sizeof(plain) - 1, f);
}

/* Add a cell. *at: the column of the line where it begins; set to that of the
 * next one. */
static void
add_cell(struct table *t, size_t i, struct cell cell, size_t *at, FILE *f)
{
	const struct sx_fit_column *fit = &t->fit[i];
	bool right = (t->right & 1u << i) != 0;
	bool last = i + 1 == t->columns || fit[1].line != fit->line;
	char narrow[sizeof(t->safe)];
	size_t blanks;

	if (i > 0 && (fit[-1].line != fit->line ||
			 (fit->loose && cell.width > fit->width))) {
		line_add(t, "\n", 1, f);
		line_pad(t, SX_FIT_INDENT, f);
		*at = SX_FIT_INDENT;
	}
	narrow_cell(t, i, &cell, *at, narrow);
	blanks = last && !right ? 0 : fit->width - cell.width;
	if (right)
		line_pad(t, blanks, f);
	add_painted(t, &cell, f);
	if (!last)
		line_pad(t, (right ? 0 : blanks) + SX_FIT_GAP, f);
	*at += fit->width + SX_FIT_GAP;
}

void
table_measure(struct table *t, const char *const *cells)
{
	struct cell cell;

	for (size_t i = 0; i < t->columns; i++) {
		/* Nothing follows the last cell. */
		if (i + 1 == t->columns && (t->right & 1u << i) == 0 &&
		    !is_narrow(t))
			break;
		cell = cell_of(t, cells[i]);
		if (cell.width > t->width[i])
			t->width[i] = cell.width;
	}
	t->fitted = false;
}

void
table_line(struct table *t, const char *const *cells, FILE *f)
{
	size_t at = 0;

	if (!t->fitted)
		table_fit(t);
	for (size_t i = 0; i < t->columns; i++)
		add_cell(t, i, cell_of(t, cells[i]), &at, f);
	line_add(t, "\n", 1, f);
	line_flush(t, f);
}

void
table_print(struct table *t, size_t from, FILE *f)
{
	size_t width = terminal_width(STDOUT_FILENO), at = 0;

	for (size_t r = from; r < t->nrows; r++) {
		table_line(t, (const char *const *)t->rows[r], f);
		while (at < t->ntexts && t->texts[at].row < r)
			at++;
		if (at < t->ntexts && t->texts[at].row == r)
			columns_print(&t->texts[at].columns, width, INDENT, f);
	}
}

void
table_free(struct table *t)
{
	for (size_t r = 0; r < t->nrows; r++)
		free_row(t->rows[r], t->columns);
	free(t->rows);
	for (size_t i = 0; i < t->ntexts; i++)
		columns_free(&t->texts[i].columns);
	free(t->texts);
	*t = (struct table){ 0 };
}
