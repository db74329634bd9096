/* SPDX-License-Identifier: ISC */
#include <ctype.h>

#include "hex.h"

#define LINE 16

struct mark {
	const char *name;
	const char *colour; /* SGR */
	struct sx_region at;
};

#define MARKS 6

static void
set_marks(struct mark marks[MARKS], const struct sx_facts *f,
    const uint8_t *data, size_t n)
{
	bool bad = f->checksum == SX_CHECKSUM_BAD;
	bool whole = n > 0 && data[n - 1] == 0xf7;
	const struct mark all[MARKS] = {
		{ "slot", "33", f->slot_at },
		{ "name", "32", f->name_at },
		{ bad && f->checksum_have != f->checksum_want ? "CHECKSUM WRONG"
							      : "checksum",
		    bad ? "31" : "35", f->checksum_at },
		{ bad && f->length_have != f->length_want ? "LENGTH WRONG"
							  : "length",
		    bad ? "31" : "35", f->length_at },
		{ "F7", "36", { n - 1, whole } },
		{ "header", "36", f->header },
	};

	for (size_t i = 0; i < MARKS; i++)
		marks[i] = all[i];
}

/* The first mark that covers byte i: the narrower ones come first. */
static const struct mark *
mark_at(const struct mark marks[MARKS], size_t i)
{
	for (const struct mark *m = marks; m < marks + MARKS; m++)
		if (i >= m->at.off && i - m->at.off < m->at.len)
			return m;
	return NULL;
}

const char *
field_at(const struct sx_facts *facts, const uint8_t *data, size_t n, size_t i)
{
	struct mark marks[MARKS];
	const struct mark *m;

	set_marks(marks, facts, data, n);
	m = mark_at(marks, i);
	return m != NULL ? m->name : NULL;
}

static void
print_byte(
    FILE *f, const char *fmt, int byte, const struct mark *m, bool colour)
{
	if (colour && m != NULL)
		fprintf(f, "\033[%sm", m->colour);
	fprintf(f, fmt, byte);
	if (colour && m != NULL)
		fputs("\033[0m", f);
}

void
print_hex(FILE *f, const uint8_t *data, size_t n, const struct sx_facts *facts,
    bool colour)
{
	struct mark marks[MARKS];

	set_marks(marks, facts, data, n);
	for (size_t at = 0; at < n; at += LINE) {
		fprintf(f, "  %06zx ", at);
		for (size_t i = at; i < at + LINE; i++) {
			fputs(i % 8 == 0 ? "  " : " ", f);
			if (i < n)
				print_byte(f, "%02x", data[i],
				    mark_at(marks, i), colour);
			else
				fputs("  ", f);
		}
		fputs("  |", f);
		for (size_t i = at; i < at + LINE && i < n; i++)
			print_byte(f, "%c",
			    data[i] < 0x80 && isprint(data[i]) ? data[i] : '.',
			    mark_at(marks, i), colour);
		fputs("|", f);
		for (const struct mark *m = marks; m < marks + MARKS; m++)
			if (m->at.len > 0 && m->at.off / LINE == at / LINE)
				fprintf(f, " %s", m->name);
		putc('\n', f);
	}
}
