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
	unsigned right; /* bit i: column i is right-aligned */
	unsigned cut;	/* bit i: its cells may be cut on a terminal */
	unsigned prose; /* bit i: its cells may be wrapped */
	bool loose; /* cells of the last column may go on a line of their own */
	size_t width[TABLE_COLUMNS];
	/* Private: output, see table_screen(). */
	struct cli *c;
	size_t screen;
	bool colour, fitted;
	struct sx_fit_column fit[TABLE_COLUMNS];
	/*
	 * Private: a changed cell, and a line being composed. Kept here, since
	 * allocating them for each of 100,000 lines would take longer than
	 * printing the lines.
	 */
	char safe[4096], line[1024];
	size_t used;
	struct table_texts *texts; /* private: see table_text() */
	size_t ntexts;
};

/*
 * Call before the first row of a table for stdout; c is borrowed. On a terminal
 * the table fits its width, and damage is red if colours are enabled. Elsewhere
 * nothing is cut or wrapped.
 */
void table_screen(struct table *t, struct cli *c);

/* Add a row of t->columns cells, copied and made safe for a terminal. NULL is
 * an empty cell. Returns -1 and sets c->err if memory runs out. */
int table_row(struct table *t, const char *const *cells);
/*
 * Add a short text with a label below the last row, which must exist. On a
 * terminal, as many as fit go on one line. Returns -1 and sets c->err if memory
 * runs out.
 */
int table_text(struct table *t, const char *label, const char *text);

/* For tables too long to keep: first measure each row, then print each one in
 * the widths found. */
void table_measure(struct table *t, const char *const *cells);
void table_line(struct table *t, const char *const *cells, FILE *f);

/* Print the rows from `from` on. */
void table_print(struct table *t, size_t from, FILE *f);

void table_free(struct table *t);

#endif
