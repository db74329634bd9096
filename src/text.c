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

uint32_t
sx_text_code(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	static const unsigned char first[] = { 0x7f, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = p[0] & first[n];

	for (size_t i = 1; i < n; i++)
		code = code << 6 | (p[i] & 0x3f);
	return code;
}

/* The joiners 200c and 200d are not hidden: some scripts need them. */
bool
sx_text_hidden(uint32_t code)
{
	static const uint32_t ranges[][2] = {
		{ 0x0000, 0x001f },
		{ 0x007f, 0x009f },
		{ 0x00ad, 0x00ad },
		{ 0x061c, 0x061c },
		{ 0x180e, 0x180e },
		{ 0x200b, 0x200b },
		{ 0x200e, 0x200f },
		{ 0x2028, 0x202e },
		{ 0x2060, 0x206f },
		{ 0xfdd0, 0xfdef },
		{ 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb },
		{ 0xe0000, 0xe007f },
	};

	if ((code & 0xfffe) == 0xfffe) /* noncharacters of all planes */
		return true;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

/* The characters of ASCII at the start of text that are seen; most of any text
 * is. */
static size_t
text_plain(const char *text)
{
	size_t n = 0;

	while (text[n] >= ' ' && text[n] < 0x7f)
		n++;
	return n;
}

char *
sx_text_safe(char *buf, size_t size, const char *text)
{
	size_t at = text_plain(text), n;
	char escape[5];

	if (at >= size)
		at = size - 1;
	memcpy(buf, text, at);
	for (text += at; *text != '\0';) {
		n = sx_text_utf8(text);
		if (n == 0 || sx_text_hidden(sx_text_code(text, n))) {
			snprintf(escape, sizeof(escape), "\\x%02x",
			    (unsigned char)*text);
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
