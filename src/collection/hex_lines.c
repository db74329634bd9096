/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/record.h"

#define LINE 16
#define HEAD 640 /* the comments before the bytes */

char *
sx_hex_lines(const struct sx_item *item, const uint8_t *raw, size_t n,
    bool timed, size_t *size)
{
	const struct sx_record record = { .bytes = n,
		.messages = 1,
		.facts = &item->facts,
		.damage = item->damage };
	char *lines = malloc(HEAD + 3 * n + 1), text[512];
	size_t at = 0;

	if (lines == NULL)
		return NULL;
	lines[0] = '\0';
	if (timed)
		snprintf(lines, HEAD, "# at %" PRId64 ".%06" PRId64 "\n",
		    item->at / 1000000, item->at % 1000000);
	at = strlen(lines);
	if (item->stray)
		snprintf(lines + at, HEAD - at,
		    "# offset %" PRIu64 ": %zu byte%s of no message\n",
		    item->offset, n, n == 1 ? "" : "s");
	else
		snprintf(lines + at, HEAD - at, "# offset %" PRIu64 ": %s\n",
		    item->offset, sx_record_text(text, sizeof(text), &record));
	at += strlen(lines + at);
	for (size_t i = 0; i < n; i++, at += 3)
		snprintf(lines + at, 4, "%02X%c", raw[i],
		    i + 1 == n || i % LINE == LINE - 1 ? '\n' : ' ');
	*size = at;
	return lines;
}
