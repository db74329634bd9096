/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sxlib/html.h"
#include "sxlib/text.h"

/* The code point of a valid character of n bytes. */
static uint32_t
html_code(const unsigned char *p, size_t n)
{
	static const unsigned char first[] = { 0x7f, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = p[0] & first[n];

	for (size_t i = 1; i < n; i++)
		code = code << 6 | (p[i] & 0x3f);
	return code;
}

/* Is it invisible, does it break a line, or change what is around it? The
 * joiners 200c and 200d stay: scripts need them. */
static bool
html_hidden(uint32_t code)
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

	if ((code & 0xfffe) == 0xfffe) /* no characters in any plane */
		return true;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

static const char *
html_reference(uint32_t code)
{
	switch (code) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
sx_html_text(FILE *f, const char *text)
{
	while (*text != '\0') {
		const unsigned char *p = (const unsigned char *)text;
		const size_t n = sx_text_utf8(text);
		const uint32_t code = html_code(p, n);
		const char *reference = html_reference(code);

		if (n == 0)
			fprintf(f, "\\x%02x", *p);
		else if (reference != NULL)
			fputs(reference, f);
		else if (html_hidden(code))
			fprintf(f, "\\u%04x", code);
		else
			fwrite(text, 1, n, f);
		text += n > 0 ? n : 1;
	}
}
