/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "verify.h"

static void __attribute__((format(printf, 2, 3)))
add(char text[FOUND_TEXT], const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text + used, FOUND_TEXT - used, fmt, ap);
	va_end(ap);
}

/* What a take says to be damaged may have its F7. */
static void
find_cut(struct finding *f, const struct sx_item *item)
{
	char text[SX_DAMAGE_TEXT];
	const char *damage = sx_damage_text(item->damage, text);

	if (item->data != NULL && item->data[item->len - 1] == 0xf7) {
		add(f->problem, "it came damaged: %s", damage);
		return;
	}
	add(f->problem, "its F7 is missing");
	add(f->expected, "F7");
	add(f->found, "%s", damage);
}

/* Its checksum, its length, or both. */
static void
find_sums(struct finding *f, const struct sx_facts *facts)
{
	bool length = facts->length_at.len > 0 &&
		      facts->length_have != facts->length_want;
	bool sum = facts->checksum_at.len > 0 &&
		   facts->checksum_have != facts->checksum_want;
	const char *and = length && sum ? ", " : "";

	add(f->problem, "wrong %s",
	    length && sum ? "length and checksum"
	    : length	  ? "length"
			  : "checksum");
	if (length) {
		add(f->expected, "%zu", facts->length_want);
		add(f->found, "%zu", facts->length_have);
	}
	if (sum) {
		add(f->expected, "%s%0*X", and, (int)facts->checksum_at.len * 2,
		    facts->checksum_want);
		add(f->found, "%s%0*X", and, (int)facts->checksum_at.len * 2,
		    facts->checksum_have);
	}
}

bool
find_in_message(struct finding *f, const struct sx_item *item)
{
	*f = (struct finding){ .bad = true };
	if (item->damage.kind != SX_DAMAGE_NONE)
		find_cut(f, item);
	else if (item->facts.checksum == SX_CHECKSUM_BAD)
		find_sums(f, &item->facts);
	else
		return false;
	return true;
}

struct series {
	sx_maker_id maker;
	char device[SX_FACT_TEXT];
	enum sx_kind kind;
	const char *note;
	size_t len;
	long first, last;
};

bool
bank_begins(struct banks *b, const struct sx_facts *f, size_t len)
{
	/* Messages without a number count as a bank if they are one. */
	bool whole = f->slot < 0 && f->kind == SX_KIND_BANK && f->complete;
	struct series *s = b->series, *p;
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
	*p = (struct series){ .maker = f->maker_id,
		.kind = f->kind,
		.note = f->note,
		.len = len,
		.first = f->slot,
		.last = f->slot };
	memcpy(p->device, f->device, sizeof(p->device));
	return false;
}

void
banks_free(struct banks *b)
{
	free(b->series);
	*b = (struct banks){ 0 };
}
