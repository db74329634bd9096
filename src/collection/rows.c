/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/natural.h"
#include "sxlib/rows.h"

enum text { PATH, REF, MAKER, DEVICE, SLOT, NAME, TEXTS };

static const char *
row_text(const struct sx_row *row, enum text which)
{
	const char *p = row->texts;

	while (which-- > 0)
		p += strlen(p) + 1;
	return p;
}

#define ROOM ((size_t)64 << 10)

/* Texts of many rows. */
struct sx_row_texts {
	struct sx_row_texts *before;
	size_t room;
	char text[];
};

/* Room for the texts of a row. */
static char *
take_room(struct sx_rows *rows, size_t size)
{
	struct sx_row_texts *t = rows->texts;
	size_t room = size < ROOM ? ROOM : size;

	if (t == NULL || size > t->room - rows->used) {
		t = malloc(sizeof(*t) + room);
		if (t == NULL)
			return NULL;
		t->before = rows->texts;
		t->room = room;
		rows->texts = t;
		rows->used = 0;
	}
	rows->used += size;
	return t->text + rows->used - size;
}

/* Add what a record says. */
static struct sx_row *
add_row(struct sx_rows *rows, const struct sx_record *r, const char *ref)
{
	const struct sx_facts *f = r->facts;
	const char *const texts[TEXTS] = { r->file, ref, f->maker, f->device,
		f->slot_text, f->name };
	size_t len[TEXTS], size = 0, want = rows->cap > 0 ? rows->cap * 2 : 64;
	struct sx_row *row = rows->rows;
	char *p;

	if (rows->n == rows->cap) {
		row = reallocarray(row, want, sizeof(*row));
		if (row == NULL)
			return NULL;
		rows->rows = row;
		rows->cap = want;
	}
	for (size_t i = 0; i < TEXTS; i++)
		size += len[i] = strlen(texts[i]) + 1;
	p = take_room(rows, size);
	if (p == NULL)
		return NULL;
	row = &rows->rows[rows->n++];
	*row = (struct sx_row){ .time = r->time,
		.bytes = r->bytes,
		.messages = (uint32_t)r->messages,
		.maker_id = f->maker_id,
		.maker_len = (uint8_t)f->maker_len,
		.slot = (int32_t)f->slot,
		.unit = (int16_t)f->unit,
		.kind = (uint8_t)f->kind,
		.checksum = (uint8_t)f->checksum,
		.trust = (uint8_t)f->trust,
		.damage = (uint8_t)r->damage.kind,
		.status = r->damage.status,
		.offset = r->offset,
		.texts = p };
	for (size_t i = 0; i < TEXTS; p += len[i++])
		memcpy(p, texts[i], len[i]);
	return row;
}

int
sx_rows_add(struct sx_rows *rows, const struct sx_record *r, bool mixed)
{
	struct sx_row *row = add_row(rows, r, "");

	if (row == NULL)
		return -1;
	row->mixed = mixed;
	return 0;
}

int
sx_rows_add_sound(struct sx_rows *rows, const struct sx_record *r,
    const char *ref, size_t file, size_t number)
{
	struct sx_row *row = add_row(rows, r, ref);

	if (row == NULL)
		return -1;
	row->file = (uint32_t)file;
	row->number = (uint32_t)number;
	return 0;
}

const char *
sx_row_ref(const struct sx_row *row)
{
	return row_text(row, REF);
}

void
sx_rows_free(struct sx_rows *rows)
{
	struct sx_row_texts *before;

	for (; rows->texts != NULL; rows->texts = before) {
		before = rows->texts->before;
		free(rows->texts);
	}
	free(rows->rows);
}

/* A text into a field of the size it came from; returns the next text. */
static const char *
take_text(char *field, const char *text)
{
	size_t n = strlen(text) + 1;

	memcpy(field, text, n);
	return text + n;
}

struct sx_record
sx_row_record(const struct sx_row *row, struct sx_facts *facts)
{
	const char *text = row_text(row, MAKER);

	*facts = (struct sx_facts){ .maker_id = row->maker_id,
		.maker_len = row->maker_len,
		.kind = row->kind,
		.slot = row->slot,
		.unit = row->unit,
		.checksum = row->checksum,
		.trust = row->trust };
	text = take_text(facts->maker, text);
	text = take_text(facts->device, text);
	text = take_text(facts->slot_text, text);
	(void)take_text(facts->name, text);
	return (struct sx_record){ .file = row->texts,
		.time = row->time,
		.offset = row->offset,
		.bytes = row->bytes,
		.messages = row->messages,
		.facts = facts,
		.damage = { row->damage, row->status } };
}

static int
row_compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int
by_order(const void *p, const void *q, void *by)
{
	const struct sx_row *a = p, *b = q;
	int rc = 0;

	switch (*(enum sx_sort *)by) {
	case SX_BY_TIME:
		rc = a->time > b->time ? -1 : a->time < b->time;
		break;
	case SX_BY_MAKER:
		rc = strcasecmp(row_text(a, MAKER), row_text(b, MAKER));
		break;
	case SX_BY_DEVICE:
		rc = strcasecmp(row_text(a, DEVICE), row_text(b, DEVICE));
		break;
	case SX_BY_KIND:
		rc = strcmp(sx_kind_text(a->kind), sx_kind_text(b->kind));
		break;
	case SX_BY_SLOT:
		rc = a->slot < b->slot ? -1 : a->slot > b->slot;
		break;
	case SX_BY_NAME:
		rc = strcasecmp(row_text(a, NAME), row_text(b, NAME));
		break;
	case SX_BY_BYTES:
		rc = row_compare(a->bytes, b->bytes);
		break;
	case SX_BY_FILE:
		break;
	}
	if (rc == 0 && (a->file == 0 || a->file != b->file))
		rc = sx_natural_order(row_text(a, PATH), row_text(b, PATH));
	return rc != 0 ? rc : row_compare(a->number, b->number);
}

/* Sounds of one file, as they stand in it. */
struct run {
	const struct sx_row *first;
	size_t n;
};

static int
by_first(const void *p, const void *q, void *by)
{
	const struct run *a = p, *b = q;

	return by_order(a->first, b->first, by);
}

/* By what sounds of a file have in common the files are sorted, which are
 * fewer. False: they are not sounds, or memory ends. */
static bool
sort_files(struct sx_rows *rows, enum sx_sort by)
{
	struct sx_row *sorted, *to;
	struct run *runs;
	size_t n = 0;

	if ((by != SX_BY_TIME && by != SX_BY_FILE) || rows->rows[0].file == 0)
		return false;
	sorted = to = calloc(rows->n, sizeof(*sorted));
	runs = calloc(rows->n, sizeof(*runs));
	if (sorted == NULL || runs == NULL) {
		free(sorted);
		free(runs);
		return false;
	}
	for (size_t i = 0; i < rows->n; i++) {
		const struct sx_row *row = &rows->rows[i];

		if (i == 0 || row->file != row[-1].file)
			runs[n++].first = row;
		runs[n - 1].n++;
	}
	qsort_r(runs, n, sizeof(*runs), by_first, &by);
	for (size_t i = 0; i < n; to += runs[i++].n)
		memcpy(to, runs[i].first, runs[i].n * sizeof(*to));
	free(runs);
	free(rows->rows);
	rows->rows = sorted;
	rows->cap = rows->n;
	return true;
}

void
sx_rows_sort(struct sx_rows *rows, enum sx_sort by)
{
	if (rows->n > 0 && !sort_files(rows, by))
		qsort_r(
		    rows->rows, rows->n, sizeof(*rows->rows), by_order, &by);
}
