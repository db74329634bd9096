/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>

#include "json.h"
#include "say.h"
#include "sxlib/record.h"
#include "sxlib/text.h"

void
print_json_text(FILE *f, const char *text)
{
	const char *p = text;
	size_t n;

	if (text == NULL) {
		fputs("null", f);
		return;
	}
	putc('"', f);
	while (*p != '\0') {
		unsigned char b = (unsigned char)*p;

		n = sx_text_utf8(p);
		if (n == 0)
			fprintf(f, "\\udc%02x", b);
		else if (b == '"' || b == '\\')
			fprintf(f, "\\%c", b);
		else if (b < 0x20 || b == 0x7f)
			fprintf(f, "\\u%04x", b);
		else if (b == 0xc2 && (unsigned char)p[1] < 0xa0)
			/* C1: an escape sequence in a single character */
			fprintf(f, "\\u%04x", (unsigned char)p[1]);
		else
			fwrite(p, 1, n, f);
		p += n > 0 ? n : 1;
	}
	putc('"', f);
}

void
print_json_pair(FILE *f, const char *before, const char *key, const char *text)
{
	fprintf(f, "%s\"%s\": ", before, key);
	print_json_text(f, text);
}

void
print_json_given(FILE *f, const char *before, const char *key, const char *text)
{
	print_json_pair(f, before, key, text[0] != '\0' ? text : NULL);
}

void
print_json_hex(FILE *f, const uint8_t *bytes, size_t n)
{
	if (bytes == NULL) {
		fputs("null", f);
		return;
	}
	putc('"', f);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%02x", bytes[i]);
	putc('"', f);
}

void
print_json_number(FILE *f, const char *before, const char *key, int64_t number)
{
	fprintf(f, "%s\"%s\": ", before, key);
	if (number < 0)
		fputs("null", f);
	else
		fprintf(f, "%" PRId64, number);
}

void
print_json_flag(FILE *f, const char *before, const char *key, bool flag)
{
	fprintf(f, "%s\"%s\": %s", before, key, flag ? "true" : "false");
}

void
print_json_facts(FILE *f, const struct sx_record *r)
{
	struct sx_fact list[SX_RECORD_FACTS];
	struct sx_fact_texts t;

	sx_record_facts(list, &t, r);
	for (size_t i = 0; i < SX_RECORD_FACTS; i++) {
		fprintf(f, "%s\"%s\": ", i == 0 ? "{" : ", ", list[i].key);
		if (list[i].number && list[i].text != NULL)
			fputs(list[i].text, f);
		else
			print_json_text(f, list[i].text);
	}
}

void
print_json(FILE *f, const struct sx_record *r)
{
	print_json_facts(f, r);
	fputs("}\n", f);
}

void
print_json_stray(FILE *f, const char *path, uint64_t offset, uint64_t bytes)
{
	print_json_pair(f, "{", "file", path);
	print_json_number(f, ", ", "offset", (int64_t)offset);
	print_json_number(f, ", ", "bytes", (int64_t)bytes);
	print_json_flag(f, ", ", "stray", true);
}
