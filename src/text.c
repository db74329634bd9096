/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "sxlib/text.h"

size_t
sx_text_utf8(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n = p[0] < 0x80			  ? 1
		   : p[0] >= 0xc2 && p[0] <= 0xdf ? 2
		   : p[0] >= 0xe0 && p[0] <= 0xef ? 3
		   : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4
						  : 0;

	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if (n == 3 &&
	    ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f)))
		return 0;
	if (n == 4 &&
	    ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)))
		return 0;
	return n;
}

char *
sx_text_safe(char *buf, size_t size, const char *text)
{
	size_t at = 0, n;
	char escape[5];
	unsigned char b;

	while (*text != '\0') {
		b = (unsigned char)*text;
		n = sx_text_utf8(text);
		/* C0, DEL, C1 (in UTF-8 C2 80..9F) */
		if (n == 0 || b < 0x20 || b == 0x7f ||
		    (b == 0xc2 && (unsigned char)text[1] < 0xa0)) {
			snprintf(escape, sizeof(escape), "\\x%02x", b);
			n = 4;
		} else {
			memcpy(escape, text, n);
		}
		if (at + n >= size)
			break;
		memcpy(buf + at, escape, n);
		at += n;
		text += n == 4 && escape[0] == '\\' ? 1 : n;
	}
	buf[at] = '\0';
	return buf;
}
