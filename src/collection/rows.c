/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/natural.h"
#include "sxlib/rows.h"

enum text { REF, MAKER, DEVICE, SLOT, NAME, TEXTS };

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

/* Allocate space for the texts of a row. */
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

/* Store a path, or share that of the row before. */
static const char *
take_path(struct sx_rows *rows, const char *path)
{
	size_t size = strlen(path) + 1;
	char *p;

	if (rows->n > 0 && strcmp(rows->rows[rows->n - 1].path, path) == 0)
		return rows->rows[rows->n - 1].path;
	p = take_room(rows, size);
	if (p != NULL)
		memcpy(p, path, size);
	return p;
}

static struct sx_row *
grow_rows(struct sx_rows *rows)
{
	size_t want = rows->cap > 0 ? rows->cap * 2 : 64;
	struct sx_row *row = rows->rows;

	if (rows->n == rows->cap) {
		row = reallocarray(row, want, sizeof(*row));
		if (row == NULL)
			return NULL;
		rows->rows = row;
		rows->cap = want;
	}
	return &row[rows->n];
}

static struct sx_row *
rows_add_row(struct sx_rows *rows, const struct sx_record *r, const char *ref)
{
	const struct sx_facts *f = r->facts;
	const char *const texts[TEXTS] = { ref, f->maker, f->device,
		f->slot_text, f->name };
	struct sx_row *row = grow_rows(rows);
	size_t len[TEXTS], size = 0;
	const char *path;
	char *p;

	if (row == NULL)
		return NULL;
	for (size_t i = 0; i < TEXTS; i++)
		size += len[i] = strlen(texts[i]) + 1;
	path = take_path(rows, r->file);
	p = path != NULL ? take_room(rows, size) : NULL;
	if (p == NULL)
		return NULL;
	rows->n++;
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
		.path = path,
		.texts = p };
	for (size_t i = 0; i < TEXTS; p += len[i++])
		memcpy(p, texts[i], len[i]);
	return row;
}

int
sx_rows_add(struct sx_rows *rows, const struct sx_record *r, bool mixed)
{
	struct sx_row *row = rows_add_row(rows, r, "");

	if (row == NULL)
		return -1;
	row->mixed = mixed;
	return 0;
}

int
sx_rows_add_sound(struct sx_rows *rows, const struct sx_record *r,
    const char *ref, size_t file, size_t number)
{
	struct sx_row *row = rows_add_row(rows, r, ref);

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
	free(rows->order);
}

/* Copy a text to a field as large as its source; return the next text. */
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
	return (struct sx_record){ .file = row->path,
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

struct sorting {
	const struct sx_row *rows;
	enum sx_sort by;
};

static int
by_order(const void *p, const void *q, void *sorted)
{
	const struct sorting *s = sorted;
	const struct sx_row *a = &s->rows[*(const uint32_t *)p];
	const struct sx_row *b = &s->rows[*(const uint32_t *)q];
	int rc = 0;

	switch (s->by) {
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
		rc = sx_natural_order(a->path, b->path);
	return rc != 0 ? rc : row_compare(a->number, b->number);
}

/* True if row i stays right after the row before it: both are sounds of one
 * file, and what they are sorted by is the same for all of them. */
static bool
goes_along(const struct sorting *s, size_t i)
{
	return i > 0 && (s->by == SX_BY_TIME || s->by == SX_BY_FILE) &&
	       s->rows[i].file != 0 && s->rows[i].file == s->rows[i - 1].file;
}

int
sx_rows_sort(struct sx_rows *rows, enum sx_sort by)
{
	struct sorting s = { rows->rows, by };
	uint32_t *order = calloc(rows->n + 1, sizeof(*order));
	uint32_t *first = calloc(rows->n + 1, sizeof(*first));
	size_t n = 0, to = 0;

	free(rows->order);
	rows->order = order;
	if (order == NULL || first == NULL) {
		free(first);
		return -1;
	}
	for (uint32_t i = 0; i < rows->n; i++)
		if (!goes_along(&s, i))
			first[n++] = i;
	qsort_r(first, n, sizeof(*first), by_order, &s);
	for (size_t k = 0; k < n; k++) {
		uint32_t i = first[k];

		do
			order[to++] = i++;
		while (i < rows->n && goes_along(&s, i));
	}
	free(first);
	return 0;
}

const struct sx_row *
sx_rows_at(const struct sx_rows *rows, size_t i)
{
	return &rows->rows[rows->order != NULL ? rows->order[i] : i];
}
