/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_TABLE_H
#define SXLIB_TERM_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli.h"
#include "sxlib/fit.h"

/* A table with aligned columns. Zero it before the first row; free it with
 * table_free(). */
#define TABLE_COLUMNS 10

struct table {
	char ***rows;
	size_t nrows;
	size_t columns;
	unsigned right; /* bit i: column i is aligned to the right */
	unsigned cut;	/* bit i: on a terminal its cells may be cut */
	unsigned prose; /* bit i: they may be wrapped */
	bool loose; /* those of the last one may stand on a line of their own */
	size_t width[TABLE_COLUMNS];
	/* Private: where it goes, see table_screen(). */
	struct cli *c;
	size_t screen;
	bool colour, fitted;
	struct sx_fit_column fit[TABLE_COLUMNS];
	/* Private: a cell that had to be changed, and a line that is put
	 * together. Here, since to have them anew for each of 100,000 lines
	 * would take longer than to print these. */
	char safe[4096], line[1024];
	size_t used;
	struct table_texts *texts; /* private: see table_text() */
	size_t ntexts;
};

/*
 * Call before the first row of a table, which is for stdout; c is borrowed. On
 * a terminal the table fits its columns, and damage is red where colours are
 * wanted. Elsewhere nothing is cut or wrapped.
 */
void table_screen(struct table *t, struct cli *c);

/* Add a row of t->columns cells, copied and made safe for a terminal. NULL is
 * an empty cell. -1 and c->err: memory ends. */
int table_row(struct table *t, const char *const *cells);
/* Add a short text with a label under the last row; there must be one. As many
 * stand beside each other as a terminal has room for. -1 and c->err. */
int table_text(struct table *t, const char *label, const char *text);

/*
 * For tables too long to be kept: first measure each row, then print each in
 * the widths that were found.
 */
void table_measure(struct table *t, const char *const *cells);
void table_line(struct table *t, const char *const *cells, FILE *f);

/* Print the rows from `from` on. */
void table_print(struct table *t, size_t from, FILE *f);

void table_free(struct table *t);

#endif
