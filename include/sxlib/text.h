/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TEXT_H
#define SXLIB_TEXT_H

#include <stddef.h>

/* Make text from elsewhere (an instrument, a file name) safe for a terminal:
 * control characters and invalid UTF-8 become \xNN. Truncates to size with the
 * NUL. Returns buf. */
char *sx_text_safe(char *buf, size_t size, const char *text);
/* Length of the UTF-8 character at the start of text; 0 if it is invalid. */
size_t sx_text_utf8(const char *text);

#endif
