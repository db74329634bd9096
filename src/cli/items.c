/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "items.h"
#include "rewrite.h"

static int
add_item(struct cli *c, struct item_list *list, const struct sx_item *item)
{
	struct sx_item *p = list->items;
	uint8_t *data;

	/* The list doubles: it has room unless its length is a power of 2. */
	if ((list->n & (list->n - 1)) == 0)
		p = reallocarray(p, list->n > 0 ? list->n * 2 : 1, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(&c->err);
	list->items = p;
	data = malloc(item->len > 0 ? item->len : 1);
	if (data == NULL)
		return sx_fail_memory(&c->err);
	memcpy(data, item->data, item->len);
	p[list->n] = *item;
	p[list->n++].data = data;
	return 0;
}

int
items_load(struct cli *c, struct item_list *list, const char *path)
{
	struct sx_file *f = rewrite_open(c, path, &c->err);
	struct sx_item item;
	int rc;

	*list = (struct item_list){ .path = path };
	if (f == NULL)
		return -1;
	list->time = sx_file_time(f);
	while ((rc = sx_file_next(f, &item, &c->err)) == 1) {
		rc = add_item(c, list, &item);
		if (rc == -1)
			break;
	}
	sx_file_close(f);
	if (rc == 0 && list->n == 0)
		rc = sx_fail(&c->err, SX_EDATA, 0, "'%s' holds no SysEx", path);
	return rc;
}

void
items_free(struct item_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free((void *)(uintptr_t)list->items[i].data);
	free(list->items);
}

struct record
item_record(const struct item_list *list, const struct sx_item *item)
{
	return (struct record){ .file = list->path,
		.time = list->time + item->at,
		.offset = (int64_t)item->offset,
		.bytes = item->len,
		.messages = 1,
		.facts = &item->facts,
		.damage = item->damage };
}

void
record_add(struct record *r, struct sx_facts *facts, const struct sx_item *item)
{
	if (r->messages++ == 0) {
		r->time += item->at;
		*facts = item->facts;
	} else {
		sx_facts_join(facts, &item->facts);
	}
	r->facts = facts;
	r->bytes += item->len;
	if (r->damage.kind == SX_DAMAGE_NONE)
		r->damage = item->damage;
}

/* Expand into out, or only count if it is NULL. */
static size_t
expand(const uint8_t *p, size_t n, bool rle, uint8_t *out)
{
	size_t have = 0, times;
	int b;

	for (size_t i = 0; (b = sx_unpack(p, n, i)) != -1; i++) {
		times = 1;
		if (rle && b >= 0x80) {
			times = (size_t)b & 0x7f;
			b = sx_unpack(p, n, ++i);
			if (b == -1)
				break;
		}
		if (out != NULL)
			memset(out + have, b, times);
		have += times;
	}
	return have;
}

uint8_t *
payload_decode(const struct sx_item *item, size_t *n)
{
	const struct sx_region *at = &item->facts.packed;
	uint8_t *out;

	*n = 0;
	if (at->len == 0)
		return NULL;
	*n = expand(item->data + at->off, at->len, item->facts.rle, NULL);
	out = malloc(*n > 0 ? *n : 1);
	if (out != NULL)
		expand(item->data + at->off, at->len, item->facts.rle, out);
	return out;
}
