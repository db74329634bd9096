/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "list.h"

enum text { PATH, MAKER, DEVICE, SLOT, NAME, TEXTS };

static const char *
text_of(const struct row *row, enum text which)
{
	const char *p = row->texts;

	while (which-- > 0)
		p += strlen(p) + 1;
	return p;
}

int
rows_add(struct rows *rows, const struct record *r, bool mixed)
{
	const struct sx_facts *f = r->facts;
	const char *const texts[TEXTS] = { r->file, f->maker, f->device,
		f->slot_text, f->name };
	size_t size = 0, want = rows->cap > 0 ? rows->cap * 2 : 64;
	struct row *row = rows->rows;
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
	rows->rows[rows->n++] = (struct row){ .time = r->time,
		.bytes = r->bytes,
		.messages = (uint32_t)r->messages,
		.maker_id = f->maker_id,
		.maker_len = (uint8_t)f->maker_len,
		.slot = (int32_t)f->slot,
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
rows_free(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		free(rows->rows[i].texts);
	free(rows->rows);
}

struct record
row_record(const struct row *row, struct sx_facts *facts)
{
	*facts = (struct sx_facts){ .maker_id = row->maker_id,
		.maker_len = row->maker_len,
		.kind = row->kind,
		.slot = row->slot,
		.checksum = row->checksum,
		.trust = row->trust };
	/* They come out of facts of the same sizes. */
	stpcpy(facts->maker, text_of(row, MAKER));
	stpcpy(facts->device, text_of(row, DEVICE));
	stpcpy(facts->slot_text, text_of(row, SLOT));
	stpcpy(facts->name, text_of(row, NAME));
	return (struct record){ .file = text_of(row, PATH),
		.time = row->time,
		.bytes = row->bytes,
		.messages = row->messages,
		.facts = facts,
		.damage = { row->damage, row->status } };
}

static int
compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int
by_order(const void *p, const void *q, void *by)
{
	const struct row *a = p, *b = q;
	int rc = 0;

	switch (*(enum sort_by *)by) {
	case BY_TIME:
		rc = a->time > b->time ? -1 : a->time < b->time;
		break;
	case BY_MAKER:
		rc = strcasecmp(text_of(a, MAKER), text_of(b, MAKER));
		break;
	case BY_DEVICE:
		rc = strcasecmp(text_of(a, DEVICE), text_of(b, DEVICE));
		break;
	case BY_KIND:
		rc = strcmp(sx_kind_text(a->kind), sx_kind_text(b->kind));
		break;
	case BY_SLOT:
		rc = a->slot < b->slot ? -1 : a->slot > b->slot;
		break;
	case BY_NAME:
		rc = strcasecmp(text_of(a, NAME), text_of(b, NAME));
		break;
	case BY_BYTES:
		rc = compare(a->bytes, b->bytes);
		break;
	case BY_FILE:
		break;
	}
	return rc != 0 ? rc : strcmp(text_of(a, PATH), text_of(b, PATH));
}

void
rows_sort(struct rows *rows, enum sort_by by)
{
	if (rows->n > 0)
		qsort_r(
		    rows->rows, rows->n, sizeof(*rows->rows), by_order, &by);
}
