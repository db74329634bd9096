/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "hex.h"
#include "screen.h"

#define LINE_MOST 16
#define HANG	  11 /* columns before the first byte */

/* A message and how to print it. */
struct painting {
	const struct sx_facts *facts;
	struct sx_region at[SX_FIELDS];
	bool colour;
	size_t line; /* bytes */
};

const char *
field_text(enum sx_field field, const struct sx_facts *facts)
{
	switch (field) {
	case SX_FIELD_SLOT:
		return "slot";
	case SX_FIELD_NAME:
		return "name";
	case SX_FIELD_CHECKSUM:
		return sx_field_is_wrong(field, facts) ? "CHECKSUM WRONG"
						       : "checksum";
	case SX_FIELD_LENGTH:
		return sx_field_is_wrong(field, facts) ? "LENGTH WRONG"
						       : "length";
	case SX_FIELD_F7:
		return "F7";
	case SX_FIELD_HEADER:
		return "header";
	case SX_FIELD_PAYLOAD:
		return facts->packed.len > 0 ? "payload, 8-in-7" : "payload";
	case SX_FIELDS:
		break;
	}
	return NULL;
}

/* Return the SGR parameter for a field. */
static const char *
field_colour(enum sx_field field, const struct sx_facts *f)
{
	static const char *const colours[SX_FIELDS] = {
		[SX_FIELD_SLOT] = "33",
		[SX_FIELD_NAME] = "32",
		[SX_FIELD_CHECKSUM] = "35",
		[SX_FIELD_LENGTH] = "35",
		[SX_FIELD_F7] = "36",
		[SX_FIELD_HEADER] = "36",
		[SX_FIELD_PAYLOAD] = "34",
	};
	bool checked = field == SX_FIELD_CHECKSUM || field == SX_FIELD_LENGTH;

	if (checked && f->checksum == SX_CHECKSUM_BAD)
		return "31";
	return colours[field];
}

static void
print_byte(
    FILE *f, const char *fmt, int byte, const struct painting *p, size_t i)
{
	enum sx_field field = p->colour ? sx_field_at(p->at, i) : SX_FIELDS;

	if (field != SX_FIELDS)
		fprintf(f, "\033[%sm", field_colour(field, p->facts));
	fprintf(f, fmt, byte);
	if (field != SX_FIELDS)
		fputs("\033[0m", f);
}

/* Print the unpacked bytes for the packed ones before `to`; 40x5 is 40 five
 * times. *out counts the bytes printed so far. */
static void
print_decoded(
    FILE *f, struct sx_unpacker *u, size_t to, int columns, size_t *out)
{
	struct sx_unpacked next;
	int width = 0;

	fprintf(f, "  = %06zx ", *out);
	while (sx_unpack_next(u, to, &next)) {
		width += fprintf(
		    f, next.run ? " %02xx%zu" : " %02x", next.byte, next.times);
		*out += next.times;
	}
	if (width < columns)
		fprintf(f, "%*s", columns - width, "");
}

static void
hex_print_line(
    FILE *f, const struct painting *p, const uint8_t *data, size_t n, size_t at)
{
	fprintf(f, "  %06zx ", at);
	for (size_t i = at; i < at + p->line; i++) {
		fputs(i == at || i % 8 == 0 ? "  " : " ", f);
		if (i < n)
			print_byte(f, "%02x", data[i], p, i);
		else
			fputs("  ", f);
	}
	fputs("  |", f);
	for (size_t i = at; i < at + p->line && i < n; i++)
		print_byte(f, "%c",
		    data[i] < 0x80 && isprint(data[i]) ? data[i] : '.', p, i);
	fputs("|", f);
}

/* Return how many bytes fit on a line, with their characters. */
static size_t
bytes_in_line(FILE *f)
{
	size_t line = LINE_MOST;

	while (line > 4 && HANG + line * 4 + 4 > line_width(f))
		line /= 2;
	return line;
}

/* Print the unpacked bytes of the line that begins at `at`. */
static size_t
print_unpacked(FILE *f, const struct painting *p, struct sx_unpacker *u,
    size_t at, size_t taken, size_t *shown)
{
	size_t from = p->facts->packed.off, to = at + p->line;
	int columns = (int)(p->line * 7 / 8 * 3);

	taken = print_break(f, taken, 11 + (size_t)columns, HANG);
	print_decoded(f, u, to > from ? to - from : 0, columns, shown);
	return taken + 11 + (size_t)columns;
}

/* Print the names of the fields that begin on this line. */
static void
print_labels(FILE *f, const struct painting *p, size_t at, size_t taken)
{
	const char *text;

	for (enum sx_field i = 0; i < SX_FIELDS; i++) {
		if (p->at[i].len == 0 || p->at[i].off / p->line != at / p->line)
			continue;
		text = field_text(i, p->facts);
		if (text == NULL)
			continue;
		taken = print_break(f, taken, strlen(text) + 1, HANG);
		fprintf(f, " %s", text);
		taken += strlen(text) + 1;
	}
}

void
print_hex(FILE *f, const uint8_t *data, size_t n, const struct sx_facts *facts,
    bool colour, bool decode)
{
	const struct sx_region *packed = &facts->packed;
	struct sx_unpacker u = {
		.p = data + packed->off, .n = packed->len, .rle = facts->rle
	};
	struct painting p = {
		.facts = facts, .colour = colour, .line = bytes_in_line(f)
	};
	size_t shown = 0, taken, left;

	sx_fields(p.at, facts, data, n);
	for (size_t at = 0; at < n; at += p.line) {
		hex_print_line(f, &p, data, n, at);
		left = at + p.line < n ? 0 : at + p.line - n;
		taken = HANG + p.line * 4 + 4 - left;
		if (decode && packed->len > 0) {
			fprintf(f, "%*s", (int)left, "");
			taken =
			    print_unpacked(f, &p, &u, at, taken + left, &shown);
		}
		print_labels(f, &p, at, taken);
		putc('\n', f);
	}
}
