/* SPDX-License-Identifier: ISC */
#include <ctype.h>

#include "hex.h"

#define LINE 16

struct mark {
	const char *name;
	const char *colour; /* SGR */
	struct sx_region at;
};

#define MARKS	7
#define PAYLOAD (MARKS - 1)

/* What stands between the header and the checksum, or the end. */
static struct sx_region
payload(const struct sx_facts *f, size_t n, bool whole)
{
	size_t from = f->header.off + f->header.len, to = n - whole;

	if (f->checksum_at.len > 0 && f->checksum_at.off < to)
		to = f->checksum_at.off;
	if (f->length_at.len > 0 && f->length_at.off < to &&
	    f->length_at.off > from)
		to = f->length_at.off;
	/* Bytes of no message have no header. */
	if (from == 0 || to <= from)
		return (struct sx_region){ 0, 0 };
	return (struct sx_region){ from, to - from };
}

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
		{ f->packed.len > 0 ? "payload, 8-in-7" : "payload", "34",
		    payload(f, n, whole) },
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
	return m != NULL && m != &marks[PAYLOAD] ? m->name : NULL;
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

/* How far a packed payload has been decoded. */
struct decoder {
	const uint8_t *p;
	size_t n;
	bool rle;
	size_t at;  /* unpacked bytes that were taken */
	size_t out; /* decoded ones that were shown */
	int times;  /* of the byte that comes; -1: it is no run */
};

#define DECODED_WIDTH (LINE / 8 * 7 * 3)

/* What the packed bytes before `to` hold, 40x5 where 40 comes 5 times. */
static void
print_decoded(FILE *f, struct decoder *d, size_t to)
{
	int width = 0, b;

	fprintf(f, "  = %06zx ", d->out);
	while (sx_packed_at(d->at) < to &&
	       (b = sx_unpack(d->p, d->n, d->at)) != -1) {
		d->at++;
		if (d->rle && b >= 0x80 && d->times == -1) {
			d->times = b & 0x7f;
			continue;
		}
		width += fprintf(
		    f, d->times >= 0 ? " %02xx%d" : " %02x", b, d->times);
		d->out += d->times >= 0 ? (size_t)d->times : 1;
		d->times = -1;
	}
	if (width < DECODED_WIDTH)
		fprintf(f, "%*s", DECODED_WIDTH - width, "");
}

static void
print_line(FILE *f, const struct mark marks[MARKS], const uint8_t *data,
    size_t n, size_t at, bool colour)
{
	fprintf(f, "  %06zx ", at);
	for (size_t i = at; i < at + LINE; i++) {
		fputs(i % 8 == 0 ? "  " : " ", f);
		if (i < n)
			print_byte(
			    f, "%02x", data[i], mark_at(marks, i), colour);
		else
			fputs("  ", f);
	}
	fputs("  |", f);
	for (size_t i = at; i < at + LINE && i < n; i++)
		print_byte(f, "%c",
		    data[i] < 0x80 && isprint(data[i]) ? data[i] : '.',
		    mark_at(marks, i), colour);
	fputs("|", f);
}

void
print_hex(FILE *f, const uint8_t *data, size_t n, const struct sx_facts *facts,
    bool colour, bool decode)
{
	const struct sx_region *packed = &facts->packed;
	struct decoder d = { .p = data + packed->off,
		.n = packed->len,
		.rle = facts->rle,
		.times = -1 };
	struct mark marks[MARKS];

	set_marks(marks, facts, data, n);
	for (size_t at = 0; at < n; at += LINE) {
		print_line(f, marks, data, n, at, colour);
		if (decode && packed->len > 0) {
			size_t left = at + LINE < n ? 0 : at + LINE - n;

			fprintf(f, "%*s", (int)left, "");
			print_decoded(f, &d,
			    at + LINE > packed->off ? at + LINE - packed->off
						    : 0);
		}
		for (const struct mark *m = marks; m < marks + MARKS; m++)
			if (m->at.len > 0 && m->at.off / LINE == at / LINE)
				fprintf(f, " %s", m->name);
		putc('\n', f);
	}
}
