/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_SCREEN_H
#define SXLIB_TERM_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli.h"

/* The terminal behind a stream: its width, and whether to use colours. */

/* Return the columns of a line on f: the terminal's, or SIZE_MAX if it is not a
 * terminal or a very narrow one. */
size_t line_width(FILE *f);
/* Print a line of help, wrapped between words on a terminal. taken: columns
 * already printed; wrapped lines are indented. */
void print_wrapped(FILE *f, const char *text, size_t taken, size_t indent);
/* Print "  WORD   text", with width columns for the word; the text is below it
 * if the terminal is too narrow. */
void print_help_row(FILE *f, const char *word, int width, const char *text);
/* Make room for n more columns on a line with some taken: begin an indented new
 * line if they do not fit. Returns the columns taken then. */
size_t print_break(FILE *f, size_t taken, size_t n, size_t indent);
/* Return the columns of a terminal; 80 if they are unknown. */
size_t terminal_width(int fd);
/* May colours be used on f? --color decides; else NO_COLOR, CLICOLOR_FORCE and
 * CLICOLOR; else yes on a terminal that is not dumb. */
bool has_colour(const struct cli *c, FILE *f);
/* Is the terminal unable to erase what it shows (TERM=dumb)? */
bool screen_is_dumb(void);

#endif
