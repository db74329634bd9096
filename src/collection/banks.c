/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/findings.h"

struct sx_bank_series {
	sx_maker_id maker;
	char device[SX_FACT_TEXT];
	enum sx_kind kind;
	const char *note;
	size_t len;
	long first, last;
};

bool
sx_bank_begins(struct sx_banks *b, const struct sx_facts *f, size_t len)
{
	/* Messages without a number only count as a bank if each is a whole
	 * one. */
	bool whole = f->slot < 0 && f->kind == SX_KIND_BANK && f->complete;
	struct sx_bank_series *s = b->series, *p;
	bool again;

	if (f->slot < 0 && !whole)
		return false;
	for (; s < b->series + b->n; s++)
		if (s->maker == f->maker_id && s->kind == f->kind &&
		    s->note == f->note && (!whole || s->len == len) &&
		    strcmp(s->device, f->device) == 0)
			break;
	if (s < b->series + b->n) {
		again = whole || (f->slot == s->first && s->last != s->first);
		s->last = f->slot;
		return again;
	}
	p = reallocarray(b->series, b->n + 1, sizeof(*p));
	if (p == NULL)
		return false;
	b->series = p;
	p += b->n++;
	*p = (struct sx_bank_series){ .maker = f->maker_id,
		.kind = f->kind,
		.note = f->note,
		.len = len,
		.first = f->slot,
		.last = f->slot };
	memcpy(p->device, f->device, sizeof(p->device));
	return false;
}

void
sx_banks_free(struct sx_banks *b)
{
	free(b->series);
	*b = (struct sx_banks){ 0 };
}
