/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_COLUMNS_H
#define SXLIB_TERM_COLUMNS_H

#include <stddef.h>
#include <stdio.h>

/* Short texts in as many columns as fit, like the names of `ls`. Each follows
 * its label; the labels are aligned at their ends. */
struct columns {
	struct column_text {
		char *text;   /* label, blank and text, safe for a terminal */
		size_t label; /* width of the label */
	} * texts;
	size_t n, label; /* the widest */
};

/* Add a text, copied and made safe. Returns -1 if memory runs out. */
int columns_add(struct columns *c, const char *label, const char *text);
/* Print them, column by column, on lines that are indented and shorter than
 * width; one per line if they are too wide. */
void columns_print(
    const struct columns *c, size_t width, size_t indent, FILE *f);
void columns_free(struct columns *c);

#endif
