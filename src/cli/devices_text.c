/* SPDX-License-Identifier: ISC */
/* devices add: what was learned, as a page. */
#include <stdio.h>
#include <stdlib.h>

#include "devices.h"

static void
put_slot(FILE *f, const struct sx_slot_at *s)
{
	if (s->low == 0)
		return;
	fputs("slot =", f);
	if (s->high != 0)
		fprintf(f, " %d", (int)s->high);
	fprintf(f, " %d", (int)s->low);
	if (s->radix != 0)
		fprintf(f, " x%d", s->radix);
	if (s->from != 0)
		fprintf(f, " from %d", s->from);
	fputs("\n", f);
}

static void
put_name(FILE *f, const struct sx_data_at *d, const struct sx_name_at *name)
{
	static const char *const codes[SX_CODES] = { "plain", "8in7",
		"8in7-low", "7of8", "nibbles", "nibbles-high", "pairs",
		"stream", "base64" };
	static const char *const sets[SX_CHARSETS] = { "ascii", "six", "seven",
		"d50", "digits" };

	if (name->len == 0)
		return;
	if (name->in_data)
		fprintf(f, "data = %s %d..%d\n", codes[d->code], (int)d->from,
		    (int)d->to);
	fprintf(f, "name = %s%d %d", name->in_data ? "data " : "",
	    (int)name->at, name->len);
	if (name->every != 0)
		fprintf(f, " every %d", name->every);
	if (name->chars != SX_CHARS_ASCII)
		fprintf(f, " chars %s", sets[name->chars]);
	fputs("\n", f);
}

char *
taught_text(const struct sx_taught *row)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return NULL;
	fprintf(f, "[%s]\n", row->device);
	if (row->maker != NULL)
		fprintf(f, "maker = %s\n", row->maker);
	fputs("mask =", f);
	for (size_t i = 0; i < row->len; i++)
		if (row->mask[i] != 0)
			fprintf(f, " %02X", row->value[i]);
		else
			fputs(" ??", f);
	fprintf(f, "\nkind = %s\n", sx_kind_text(row->kind));
	put_slot(f, &row->slot);
	if (row->shown[0] != '\0')
		fprintf(f, "shown = %s\n", row->shown);
	put_name(f, &row->data, &row->name);
	if (row->delay_ms >= 0)
		fprintf(f, "delay = %d\n", row->delay_ms);
	if (row->rate > 0)
		fprintf(f, "rate = %d\n", row->rate);
	if (fclose(f) == EOF) {
		free(text);
		return NULL;
	}
	return text;
}
