/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_HTML_H
#define SXLIB_HTML_H

#include <stdio.h>

/*
 * Write text from elsewhere (an instrument, a file name) to f so that it is
 * harmless in an HTML page, between tags and inside a quoted value of an
 * attribute. Markup becomes references. Invisible characters become visible:
 * invalid UTF-8 as \xNN, control characters, line separators and those that
 * change the direction of text as \uNNNN. The page must be UTF-8. Not for URLs,
 * scripts or style sheets. Errors are left to ferror(f).
 */
void sx_html_text(FILE *f, const char *text);

#endif
