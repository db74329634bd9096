/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_COLUMNS_H
#define SXLIB_TERM_COLUMNS_H

#include <stddef.h>
#include <stdio.h>

/* Short texts in as many columns as fit, as `ls` prints names. Each has a label
 * before it; all labels end at the same place. */
struct columns {
	struct column_text {
		char *text;   /* label, blank and text, safe for a terminal */
		size_t label; /* width of the label */
	} * texts;
	size_t n, label; /* the widest */
};

/* Add one, copied and made safe. -1: out of memory. */
int columns_add(struct columns *c, const char *label, const char *text);
/*
 * Print them, down one column after the other, within width characters, each
 * line indented by so many, and shorter than width; one in a line if they are
 * too wide.
 */
void columns_print(
    const struct columns *c, size_t width, size_t indent, FILE *f);
void columns_free(struct columns *c);

#endif
