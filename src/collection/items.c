/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/items.h"

#include "sxlib/store.h"

static int
items_add(struct sx_items *list, struct sx_file *f, const struct sx_item *item,
    struct sx_err *e)
{
	struct sx_item *p = list->items;
	const uint8_t *bytes = item->data;
	uint8_t *data;

	if (bytes == NULL)
		bytes = sx_file_bytes(f, item->offset, item->len, e);
	if (bytes == NULL)
		return -1;

	/* The array doubles: it is full if its length is a power of 2. */
	if ((list->n & (list->n - 1)) == 0)
		p = reallocarray(p, list->n > 0 ? list->n * 2 : 1, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(e);
	list->items = p;
	data = malloc(item->len > 0 ? item->len : 1);
	if (data == NULL)
		return sx_fail_memory(e);
	memcpy(data, bytes, item->len);
	p[list->n] = *item;
	p[list->n++].data = data;
	return 0;
}

int
sx_items_load(struct sx_items *list, const char *path,
    const struct sx_devices *user, struct sx_err *e)
{
	struct sx_file *f = sx_file_open_any(path, user, e);
	struct sx_item item;
	size_t messages = 0;
	int rc;

	*list = (struct sx_items){ .path = path };
	if (f == NULL)
		return -1;
	list->time = sx_file_time(f);
	list->hidden = sx_hidden_damage(f, path);
	while ((rc = sx_file_next(f, &item, e)) == 1) {
		messages += !item.stray;
		rc = items_add(list, f, &item, e);
		if (rc == -1)
			break;
	}
	/* A file stored as damaged may hold only the remains of a message. */
	if (rc == 0 && messages == 0 &&
	    !(list->n > 0 && sx_is_damaged_name(path)))
		rc = sx_file_nothing(f, e);
	sx_file_close(f);
	return rc;
}

void
sx_items_free(struct sx_items *list)
{
	for (size_t i = 0; i < list->n; i++)
		free((void *)(uintptr_t)list->items[i].data);
	free(list->items);
}

struct sx_record
sx_items_record(const struct sx_items *list, const struct sx_item *item)
{
	return (struct sx_record){ .file = list->path,
		.time = list->time + item->at,
		.offset = (int64_t)item->offset,
		.bytes = item->len,
		.messages = 1,
		.facts = &item->facts,
		.damage = item->damage.kind != SX_DAMAGE_NONE ? item->damage
							      : list->hidden };
}

/* Unpack into out, or only count the bytes if it is NULL. */
static size_t
payload_expand(const struct sx_item *item, uint8_t *out)
{
	const struct sx_region *at = &item->facts.packed;
	struct sx_unpacker u = {
		.p = item->data + at->off, .n = at->len, .rle = item->facts.rle
	};
	struct sx_unpacked next;
	size_t have = 0;

	for (; sx_unpack_next(&u, SIZE_MAX, &next); have += next.times)
		if (out != NULL)
			memset(out + have, next.byte, next.times);
	return have;
}

uint8_t *
sx_payload_decode(const struct sx_item *item, size_t *n)
{
	uint8_t *out;

	*n = 0;
	if (item->facts.packed.len == 0)
		return NULL;
	*n = payload_expand(item, NULL);
	out = malloc(*n > 0 ? *n : 1);
	if (out != NULL)
		payload_expand(item, out);
	return out;
}
