/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "rewrite.h"
#include "say.h"
#include "sxlib/record.h"

#define LINE 16

char *
hex_lines(const struct sx_item *item, const uint8_t *raw, size_t n, bool timed,
    size_t *size)
{
	const struct sx_record record = { .bytes = n,
		.messages = 1,
		.facts = &item->facts,
		.damage = item->damage };
	char *lines = NULL, text[512];
	FILE *f = open_memstream(&lines, size);

	if (f == NULL)
		return NULL;
	if (timed)
		fprintf(f, "# at %" PRId64 ".%06" PRId64 "\n",
		    item->at / 1000000, item->at % 1000000);
	if (item->stray)
		fprintf(f, "# offset %" PRIu64 ": %zu byte%s of no message\n",
		    item->offset, n, plural(n));
	else
		fprintf(f, "# offset %" PRIu64 ": %s\n", item->offset,
		    sx_record_text(text, sizeof(text), &record));
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%02X%c", raw[i],
		    i + 1 == n || i % LINE == LINE - 1 ? '\n' : ' ');
	if (fclose(f) == EOF) {
		free(lines);
		return NULL;
	}
	return lines;
}
