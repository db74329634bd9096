/* SPDX-License-Identifier: ISC */
/*
 * The text of the built-in pages, in the program itself, so that a copy of it
 * shows the very pages that it was made of. Bytes without pointers cost nothing
 * at startup: they are read from the file when a page is shown.
 */
#include <string.h>

#include "sxlib/config.h"

/* A file name, NUL, its text, NUL, the next name, ... */
static const unsigned char texts[] = {
#include "page_text.h"
};

const char *
sx_page_text(const char *file, size_t *n)
{
	const char *p = (const char *)texts, *end = p + sizeof(texts), *text;

	while (p < end) {
		text = p + strlen(p) + 1;
		if (strcmp(p, file) == 0) {
			*n = strlen(text);
			return text;
		}
		p = text + strlen(text) + 1;
	}
	return NULL;
}
