/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "recall_priv.h"

#define ROOM 64	  /* initial entries; a power of 2, as it doubles */
#define SIZE 1024 /* bytes */

static int
queue_widen(struct recall_queue *q, struct sx_err *e)
{
	size_t room = q->room > 0 ? 2 * q->room : ROOM;
	struct recall_entry *p = malloc(room * sizeof(*p));

	if (p == NULL)
		return sx_fail_memory(e);
	for (size_t i = 0; i < q->n; i++)
		p[i] = q->entries[(q->first + i) & (q->room - 1)];
	free(q->entries);
	q->entries = p;
	q->first = 0;
	q->room = room;
	return 0;
}

static struct recall_entry *
queue_entry(const struct recall_queue *q, size_t i)
{
	return &q->entries[(q->first + i) & (q->room - 1)];
}

struct recall_entry *
sx_recall_queue_add(struct recall_queue *q, struct sx_err *e)
{
	struct recall_entry *entry;

	if (q->n == q->room && queue_widen(q, e) == -1)
		return NULL;
	entry = queue_entry(q, q->n++);
	*entry = (struct recall_entry){ 0 };
	return entry;
}

int
sx_recall_queue_grow(
    struct recall_queue *q, const uint8_t *data, size_t n, struct sx_err *e)
{
	size_t size = q->size > 0 ? q->size : SIZE;
	uint8_t *p;

	if (q->start > 0 && q->start + q->len + n > q->size) {
		memmove(q->bytes, q->bytes + q->start, q->len);
		q->start = 0;
	}
	while (size < q->len + n)
		size *= 2;
	if (size > q->size) {
		p = realloc(q->bytes, size);
		if (p == NULL)
			return sx_fail_memory(e);
		q->bytes = p;
		q->size = size;
	}
	if (n > 0)
		memcpy(q->bytes + q->start + q->len, data, n);
	q->len += n;
	queue_entry(q, q->n - 1)->len += n;
	return 0;
}

struct recall_entry *
sx_recall_queue_first(const struct recall_queue *q)
{
	return q->n > 0 ? queue_entry(q, 0) : NULL;
}

struct recall_entry *
sx_recall_queue_last(const struct recall_queue *q)
{
	return q->n > 0 ? queue_entry(q, q->n - 1) : NULL;
}

void
sx_recall_queue_take(struct recall_queue *q, size_t n)
{
	struct recall_entry *entry = queue_entry(q, 0);

	entry->sent += n;
	entry->len -= n;
	q->start += n;
	q->len -= n;
	if (q->len == 0)
		q->start = 0;
}

void
sx_recall_queue_drop(struct recall_queue *q)
{
	sx_recall_queue_take(q, queue_entry(q, 0)->len);
	q->first = (q->first + 1) & (q->room - 1);
	q->n--;
}

void
sx_recall_queue_free(struct recall_queue *q)
{
	free(q->entries);
	free(q->bytes);
	*q = (struct recall_queue){ 0 };
}
