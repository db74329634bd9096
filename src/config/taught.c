/* SPDX-License-Identifier: ISC */
/* Writes a learned instrument as a page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/config.h"
#include "sxlib/teach.h"
#include "sxlib/text.h"
#include "sxlib/user.h"

static void
taught_put_slot(FILE *f, const struct sx_slot_at *s)
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
taught_put_name(
    FILE *f, const struct sx_data_at *d, const struct sx_name_at *name)
{
	static const char *const codes[SX_CODES] = { "plain", "8in7",
		"8in7-low", "7of8", "nibbles", "nibbles-high", "pairs",
		"stream", "base64" };
	static const char *const sets[SX_CHARSETS] = { "ascii", "six", "seven",
		"d50", "digits", "zero", "juno", "nibbles", "words", "json" };

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
sx_taught_text(const struct sx_taught *row, struct sx_err *e)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
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
	taught_put_slot(f, &row->slot);
	if (row->shown[0] != '\0')
		fprintf(f, "shown = %s\n", row->shown);
	taught_put_name(f, &row->data, &row->name);
	if (row->delay_ms >= 0)
		fprintf(f, "delay = %d\n", row->delay_ms);
	if (row->rate > 0)
		fprintf(f, "rate = %d\n", row->rate);
	if (fclose(f) == EOF) {
		free(text);
		sx_fail_memory(e);
		return NULL;
	}
	return text;
}

static bool
taught_is_plain(const char *text)
{
	char safe[SX_FACT_TEXT * 4];

	return text == NULL ||
	       strcmp(sx_text_safe(safe, sizeof(safe), text), text) == 0;
}

/* Does reading text give the row that it was made from? A blank at the end of a
 * name, say, would be lost. */
static bool
taught_reads_back(
    const struct sx_taught *row, const char *text, struct sx_err *e)
{
	struct sx_err why = { 0 };
	struct sx_devices *d = sx_devices_new(&why);
	struct sx_config *f =
	    sx_config_memory(DEVICES_CONF, text, strlen(text), &why);
	struct sx_instrument in;
	bool same;

	same = d != NULL && f != NULL && sx_config_device(f, d, &why) == 1 &&
	       sx_config_device(f, d, &why) == 0;
	if (same) {
		sx_instrument(d, 0, &in);
		same = strcmp(in.row.device, row->device) == 0 &&
		       (row->maker == NULL ||
			   strcmp(in.row.maker_name, row->maker) == 0);
	}
	sx_config_close(f);
	sx_devices_free(d);
	if (why.code == SX_ENOMEM)
		sx_fail_memory(e);
	return same;
}

int
sx_taught_check(const struct sx_taught *row, const char *text, struct sx_err *e)
{
	if (taught_is_plain(row->device) && taught_is_plain(row->maker) &&
	    taught_reads_back(row, text, e))
		return 0;
	return sx_fail(e, SX_EUSAGE, 0,
	    "expected a name of 1 to %d bytes without control characters, "
	    "leading or trailing blanks or a leading '('",
	    SX_FACT_TEXT - 1);
}
