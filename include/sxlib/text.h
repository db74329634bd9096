/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TEXT_H
#define SXLIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Make text from elsewhere (an instrument, a file name) safe for a terminal:
 * the bytes of hidden characters and of invalid UTF-8 become \xNN. Truncates to
 * size with the NUL. Returns buf. */
char *sx_text_safe(char *buf, size_t size, const char *text);
/* Length of the UTF-8 character at the start of text; 0 if it is invalid. */
size_t sx_text_utf8(const char *text);
/* The code point of a valid character of n bytes, 1 to 4. */
uint32_t sx_text_code(const char *text, size_t n);
/* Is the character with this code point invisible, does it break a line, or
 * change the text around it (control characters, U+202E and the like)? */
bool sx_text_hidden(uint32_t code);

#endif
