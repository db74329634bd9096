/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/natural.h"
#include "sxlib/rows.h"

enum text { PATH, MAKER, DEVICE, SLOT, NAME, TEXTS };

static const char *
row_text(const struct sx_row *row, enum text which)
{
	const char *p = row->texts;

	while (which-- > 0)
		p += strlen(p) + 1;
	return p;
}

int
sx_rows_add(struct sx_rows *rows, const struct sx_record *r, bool mixed)
{
	const struct sx_facts *f = r->facts;
	const char *const texts[TEXTS] = { r->file, f->maker, f->device,
		f->slot_text, f->name };
	size_t size = 0, want = rows->cap > 0 ? rows->cap * 2 : 64;
	struct sx_row *row = rows->rows;
	char *p;

	if (rows->n == rows->cap) {
		row = reallocarray(row, want, sizeof(*row));
		if (row == NULL)
			return -1;
		rows->rows = row;
		rows->cap = want;
	}
	for (size_t i = 0; i < TEXTS; i++)
		size += strlen(texts[i]) + 1;
	p = malloc(size);
	if (p == NULL)
		return -1;
	rows->rows[rows->n++] = (struct sx_row){ .time = r->time,
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
		.mixed = mixed,
		.texts = p };
	for (size_t i = 0; i < TEXTS; i++)
		p = stpcpy(p, texts[i]) + 1;
	return 0;
}

void
sx_rows_free(struct sx_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		free(rows->rows[i].texts);
	free(rows->rows);
}

struct sx_record
sx_row_record(const struct sx_row *row, struct sx_facts *facts)
{
	*facts = (struct sx_facts){ .maker_id = row->maker_id,
		.maker_len = row->maker_len,
		.kind = row->kind,
		.slot = row->slot,
		.unit = row->unit,
		.checksum = row->checksum,
		.trust = row->trust };
	/* They come out of facts of the same sizes. */
	stpcpy(facts->maker, row_text(row, MAKER));
	stpcpy(facts->device, row_text(row, DEVICE));
	stpcpy(facts->slot_text, row_text(row, SLOT));
	stpcpy(facts->name, row_text(row, NAME));
	return (struct sx_record){ .file = row_text(row, PATH),
		.time = row->time,
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
	return rc != 0 ? rc
		       : sx_natural_order(row_text(a, PATH), row_text(b, PATH));
}

void
sx_rows_sort(struct sx_rows *rows, enum sx_sort by)
{
	if (rows->n > 0)
		qsort_r(
		    rows->rows, rows->n, sizeof(*rows->rows), by_order, &by);
}
