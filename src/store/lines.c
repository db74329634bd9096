/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "lines.h"

#define PAIRS_LEAST 2 /* a single one may be chance */

void
sx_lines_add(struct sx_lines *l, const struct sx_item *item)
{
	size_t before = l->pairs;
	const uint8_t *p = item->data, *end;

	l->messages++;
	l->binary |= p == NULL;
	if (l->binary)
		return;
	end = p + item->len;
	/* p[-1] exists: a message begins with F0. */
	for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) {
		l->pairs++;
		l->binary |= p[-1] != '\r';
	}
	/* A message with a correct checksum was not changed. */
	l->binary |=
	    l->pairs > before && item->facts.checksum == SX_CHECKSUM_OK;
}

void
sx_lines_end(struct sx_lines *l)
{
	if (l->binary || l->pairs == 0)
		return;
	if (l->pairs < PAIRS_LEAST)
		snprintf(l->note, sizeof(l->note),
		    "its only byte 0A follows a 0D: a text-mode transfer may "
		    "have added it");
	else
		snprintf(l->note, sizeof(l->note),
		    "each of its %zu bytes 0A follows a 0D: damaged by a "
		    "text-mode transfer",
		    l->pairs);
}

size_t
sx_lines_damaged(const struct sx_lines *l)
{
	return l->binary || l->pairs < PAIRS_LEAST ? 0 : l->pairs;
}
