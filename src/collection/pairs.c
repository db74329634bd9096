/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/pairs.h"

/* What must be equal in addition to the key. */
enum level { CONTENT, NAME, ORDER, LEVELS };

struct likeness {
	enum level level;
	bool any_unit;
};

/* Items not paired yet. */
struct left {
	const struct sx_item **items;
	size_t n;
};

static int
pair_compare_keys(const struct sx_item *a, const struct sx_item *b)
{
	const struct sx_facts *f = &a->facts, *g = &b->facts;
	int rc;

	if (a->stray != b->stray)
		return a->stray ? 1 : -1;
	if (f->maker_id != g->maker_id)
		return f->maker_id < g->maker_id ? -1 : 1;
	rc = strcmp(f->device, g->device);
	if (rc != 0)
		return rc;
	if (f->kind != g->kind)
		return f->kind < g->kind ? -1 : 1;
	if (f->slot != g->slot)
		return f->slot < g->slot ? -1 : 1;
	return strcmp(f->slot_text, g->slot_text);
}

/* Return a byte of a message with the unit masked out: the unit's bits, and a
 * correct checksum. */
static unsigned
pair_byte_of_any_unit(const struct sx_item *item, size_t i)
{
	const struct sx_facts *f = &item->facts;
	const struct sx_region *sum = &f->checksum_at;

	if (f->unit_place.bits == 0)
		return item->data[i];
	if (i == f->unit_place.at)
		return item->data[i] & ~(unsigned)f->unit_place.bits;
	if (i >= sum->off && i - sum->off < sum->len &&
	    f->checksum == SX_CHECKSUM_OK)
		return 0;
	return item->data[i];
}

static int
pair_compare_bytes(
    bool any_unit, const struct sx_item *a, const struct sx_item *b)
{
	unsigned p, q;

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	if (!any_unit)
		return memcmp(a->data, b->data, a->len);
	for (size_t i = 0; i < a->len; i++) {
		p = pair_byte_of_any_unit(a, i);
		q = pair_byte_of_any_unit(b, i);
		if (p != q)
			return p < q ? -1 : 1;
	}
	return 0;
}

static int
pair_compare(const struct likeness *how, const struct sx_item *a,
    const struct sx_item *b)
{
	int rc = pair_compare_keys(a, b);

	if (rc != 0 || how->level == ORDER)
		return rc;
	if (how->level == NAME)
		return strcmp(a->facts.name, b->facts.name);
	return pair_compare_bytes(how->any_unit, a, b);
}

/* Order by likeness; equal items keep the order of the file. */
static int
pair_by_likeness(const void *a, const void *b, void *how)
{
	const struct sx_item *const *p = a, *const *q = b;
	int rc = pair_compare(how, *p, *q);

	return rc != 0 ? rc : *p < *q ? -1 : *p > *q;
}

/* Pair equal items; the others remain. */
static size_t
pair_match(
    struct likeness *how, struct left *a, struct left *b, struct sx_pair *pairs)
{
	size_t i = 0, k = 0, na = 0, nb = 0, n = 0;
	int rc;

	qsort_r(a->items, a->n, sizeof(*a->items), pair_by_likeness, how);
	qsort_r(b->items, b->n, sizeof(*b->items), pair_by_likeness, how);
	while (i < a->n || k < b->n) {
		rc = i == a->n	 ? 1
		     : k == b->n ? -1
				 : pair_compare(how, a->items[i], b->items[k]);
		if (rc == 0)
			pairs[n++] =
			    (struct sx_pair){ a->items[i++], b->items[k++] };
		else if (rc < 0)
			a->items[na++] = a->items[i++];
		else
			b->items[nb++] = b->items[k++];
	}
	a->n = na;
	b->n = nb;
	return n;
}

static int
pair_by_place(const void *p, const void *q)
{
	const struct sx_pair *x = p, *y = q;

	if (x->a != NULL && y->a != NULL)
		return x->a < y->a ? -1 : x->a > y->a;
	if (x->a != NULL || y->a != NULL)
		return x->a != NULL ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

static int
pair_take_all(struct left *left, const struct sx_items *list)
{
	left->n = list->n;
	left->items = calloc(list->n + 1, sizeof(*left->items));
	if (left->items == NULL)
		return -1;
	for (size_t i = 0; i < list->n; i++)
		left->items[i] = &list->items[i];
	return 0;
}

struct sx_pair *
sx_pair_up(const struct sx_items *a, const struct sx_items *b, bool any_unit,
    size_t *n)
{
	struct likeness how = { .any_unit = any_unit };
	struct sx_pair *pairs = calloc(a->n + b->n + 1, sizeof(*pairs));
	struct left left_a = { 0 }, left_b = { 0 };

	*n = 0;
	if (pairs == NULL || pair_take_all(&left_a, a) == -1 ||
	    pair_take_all(&left_b, b) == -1) {
		free(pairs);
		pairs = NULL;
		goto out;
	}
	for (; how.level < LEVELS; how.level++)
		*n += pair_match(&how, &left_a, &left_b, pairs + *n);
	for (size_t i = 0; i < left_a.n; i++)
		pairs[(*n)++] = (struct sx_pair){ left_a.items[i], NULL };
	for (size_t i = 0; i < left_b.n; i++)
		pairs[(*n)++] = (struct sx_pair){ NULL, left_b.items[i] };
	qsort(pairs, *n, sizeof(*pairs), pair_by_place);
out:
	free(left_a.items);
	free(left_b.items);
	return pairs;
}

static bool
pair_is_same(const struct sx_diff *d, const struct sx_pair *p)
{
	return p->a != NULL && p->b != NULL &&
	       pair_compare_bytes(d->any_unit, p->a, p->b) == 0;
}

int
sx_diff_next(struct sx_diff *d, const struct sx_pair **pair, struct sx_err *e)
{
	const struct sx_pair *p;

	if (d->pairs == NULL)
		d->pairs = sx_pair_up(d->a, d->b, d->any_unit, &d->n);
	if (d->pairs == NULL)
		return sx_fail_memory(e);
	while (d->at < d->n && pair_is_same(d, &d->pairs[d->at])) {
		d->same++;
		d->at++;
	}
	if (d->at == d->n)
		return 0;
	*pair = p = &d->pairs[d->at++];
	d->different += p->a != NULL && p->b != NULL;
	d->only_a += p->b == NULL;
	d->only_b += p->a == NULL;
	return 1;
}

void
sx_diff_end(struct sx_diff *d)
{
	free(d->pairs);
	d->pairs = NULL;
}
