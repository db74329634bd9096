/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdio.h>

#include "sxlib/html.h"
#include "sxlib/text.h"

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
		const uint32_t code = n > 0 ? sx_text_code(text, n) : 0;
		const char *reference = html_reference(code);

		if (n == 0)
			fprintf(f, "\\x%02x", *p);
		else if (reference != NULL)
			fputs(reference, f);
		else if (sx_text_hidden(code))
			fprintf(f, "\\u%04x", code);
		else
			fwrite(text, 1, n, f);
		text += n > 0 ? n : 1;
	}
}
