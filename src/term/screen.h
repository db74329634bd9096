/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_SCREEN_H
#define SXLIB_TERM_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli.h"

/* What a stream shows: how wide it is, and whether in colours. */

/* Columns of a line on f: those of the terminal it is, or SIZE_MAX. */
size_t line_width(FILE *f);
/* A line of help, on a terminal wrapped between words: taken columns of it are
 * printed already; what is wrapped is indented. */
void print_wrapped(FILE *f, const char *text, size_t taken, size_t indent);
/* "  WORD   text", text after width columns for the word, or below it where the
 * terminal is too narrow. */
void print_help_row(FILE *f, const char *word, int width, const char *text);
/* Room for n more columns on a line of which some are taken; where there is
 * none, the next one begins, indented. Returns the columns taken then. */
size_t print_break(FILE *f, size_t taken, size_t n, size_t indent);
/* Columns of a terminal; 80 if it does not say, or is none. */
size_t terminal_width(int fd);
/* May f be written to in colours? As --color says; else as NO_COLOR,
 * CLICOLOR_FORCE and CLICOLOR do; else on a terminal that is not dumb. */
bool has_colour(const struct cli *c, FILE *f);
/* A terminal that cannot take back what it shows? */
bool screen_is_dumb(void);

#endif
