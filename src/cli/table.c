/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "say.h"
#include "sxlib/text.h"
#include "table.h"

#define CELL_MOST 4096

/* Columns that text takes on a terminal, taking a character for one. */
static size_t
width_of(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void
free_row(char **row, size_t columns)
{
	for (size_t i = 0; row != NULL && i < columns; i++)
		free(row[i]);
	free(row);
}

static void
widen(struct table *t, size_t column, const char *cell)
{
	if (width_of(cell) > t->width[column])
		t->width[column] = width_of(cell);
}

static const char *
safe_cell(char safe[CELL_MOST], const char *cell)
{
	return sx_text_safe(safe, CELL_MOST, cell != NULL ? cell : "");
}

int
table_row(struct table *t, const char *const *cells)
{
	char ***rows = t->rows;
	char **row = calloc(t->columns, sizeof(*row));
	char safe[CELL_MOST];

	/* The list doubles: it has room unless its length is a power of 2. */
	if ((t->nrows & (t->nrows - 1)) == 0)
		rows = realloc(
		    rows, (t->nrows > 0 ? t->nrows * 2 : 1) * sizeof(*rows));
	if (rows != NULL)
		t->rows = rows;
	if (rows == NULL || row == NULL)
		goto fail;
	for (size_t i = 0; i < t->columns; i++) {
		row[i] = strdup(safe_cell(safe, cells[i]));
		if (row[i] == NULL)
			goto fail;
	}
	for (size_t i = 0; i < t->columns; i++)
		widen(t, i, row[i]);
	t->rows[t->nrows++] = row;
	return 0;
fail:
	free_row(row, t->columns);
	return -1;
}

static void
print_cell(const struct table *t, size_t i, const char *cell, FILE *f)
{
	int pad = (int)(t->width[i] - width_of(cell));
	bool last = i + 1 == t->columns;

	if (t->right & 1u << i)
		fprintf(f, "%*s%s", pad, "", cell);
	else
		fprintf(f, "%s%*s", cell, last ? 0 : pad, "");
	fputs(last ? "\n" : "  ", f);
}

void
table_measure(struct table *t, const char *const *cells)
{
	char safe[CELL_MOST];

	for (size_t i = 0; i < t->columns; i++)
		widen(t, i, safe_cell(safe, cells[i]));
}

void
table_line(const struct table *t, const char *const *cells, FILE *f)
{
	char safe[CELL_MOST];

	for (size_t i = 0; i < t->columns; i++)
		print_cell(t, i, safe_cell(safe, cells[i]), f);
}

void
table_print(const struct table *t, size_t from, FILE *f)
{
	for (size_t r = from; r < t->nrows; r++)
		for (size_t i = 0; i < t->columns; i++)
			print_cell(t, i, t->rows[r][i], f);
}

void
table_free(struct table *t)
{
	for (size_t r = 0; r < t->nrows; r++)
		free_row(t->rows[r], t->columns);
	free(t->rows);
	*t = (struct table){ 0 };
}
