/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TEXT_H
#define SXLIB_TEXT_H

#include <stddef.h>

/* Text from elsewhere (an instrument, a file name) made safe for a terminal:
 * control characters and what is no UTF-8 become \xNN. Cut to size with the
 * NUL. Returns buf. */
char *sx_text_safe(char *buf, size_t size, const char *text);
/* Bytes of the UTF-8 character that text begins with; 0: it is none. */
size_t sx_text_utf8(const char *text);

#endif
