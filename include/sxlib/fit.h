/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FIT_H
#define SXLIB_FIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Fits text into the columns of a terminal. Pure. Text must be safe for a
 * terminal (sxlib/text.h).
 */

/* Return the columns that text takes: none for a combining character, two for a
 * wide one (Chinese, Japanese, Korean, emoji), one for any other. */
size_t sx_fit_width(const char *text);

/* Copy text, cut to at most width columns; a cut text ends in "..", as far as
 * width has room for that. Truncated to size in any case. Returns buf. */
char *sx_fit_cut(char *buf, size_t size, const char *text, size_t width);

/*
 * Copy text with "\n" and indent blanks at each place where a line of width
 * columns ends: in place of the blanks between two words. A longer word stays
 * whole on a line of its own, so that it can be copied. first: columns that are
 * taken on the first line. Truncated to size. Returns buf.
 */
char *sx_fit_wrap(char *buf, size_t size, const char *text, size_t width,
    size_t first, size_t indent);

/* ---- Tables ---- */

#define SX_FIT_GAP    2 /* blanks between two columns */
#define SX_FIT_INDENT 4 /* before the second and each further line of a row */

struct sx_fit_column {
	size_t need;  /* width of its widest cell */
	size_t least; /* its cells may be cut to this many columns; 0: never */
	bool prose; /* its cells may be wrapped; beside other columns only if it
		       is the last one */
	bool loose; /* the last one: a cell that is wider than its column goes
		       on a line of its own */
	/* Set by sx_fit_columns(): */
	size_t width; /* of its cells; may exceed the screen only if they may
			 not be cut, wrapped or moved (`loose`) */
	size_t line;  /* which line of a row it is on, from 0 */
};

/*
 * Lay out the n columns of a table for a terminal of width columns; a width
 * below 20 counts as 20. If all columns fit on one line once some are cut or
 * wrapped, a row has one line. Otherwise columns without room move to the next
 * line of their row, and only a column that does not fit on a line is cut or
 * wrapped. A column may be wider than the terminal if it may not be cut,
 * wrapped or moved (`loose`).
 */
void sx_fit_columns(struct sx_fit_column *columns, size_t n, size_t width);

#endif
