/* SPDX-License-Identifier: ISC */
/*
 * The queue is a list of blocks. Each holds records one after the other, a
 * header and its bytes. The writer writes straight into the last block, past
 * `used`, where the reader never looks. A block is freed when the reader is
 * done with it.
 */
#include <poll.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "queue.h"

#define BLOCK_BYTES ((size_t)256 << 10)

struct block {
	struct block *next;
	size_t used, consumed;
	alignas(struct intake_record) uint8_t bytes[];
};

void
queue_post(int fd)
{
	/* Does not sleep, so no signal interrupts it. Fails only if the counter
	 * is full: then it is readable already. */
	(void)eventfd_write(fd, 1);
}

void
queue_unpost(int fd)
{
	eventfd_t n;

	(void)eventfd_read(fd, &n);
}

int
queue_init(struct queue *q)
{
	*q = (struct queue){ .ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
	pthread_mutex_init(&q->lock, NULL);
	return q->ready == -1 ? -1 : 0;
}

void
queue_free(struct queue *q)
{
	struct block *next;

	for (struct block *b = q->head; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	if (q->ready != -1)
		close(q->ready);
	pthread_mutex_destroy(&q->lock);
}

/* Return the last block if it has room for a record of n bytes, else a new one;
 * NULL if out of memory. */
static struct block *
block_for(struct queue *q, size_t n)
{
	size_t need = sizeof(struct intake_record) + n;
	struct block *b = q->tail;

	if (b != NULL && BLOCK_BYTES - b->used >= need)
		return b;
	b = malloc(sizeof(*b) + BLOCK_BYTES);
	if (b == NULL)
		return NULL;
	b->next = NULL;
	b->used = b->consumed = 0;
	/* So that no page is missing while the kernel copies bytes from a ring
	 * whose space it has already freed. */
	memset(b->bytes, 0, BLOCK_BYTES);
	pthread_mutex_lock(&q->lock);
	if (q->tail != NULL)
		q->tail->next = b;
	else
		q->head = b;
	q->tail = b;
	q->nblocks++;
	pthread_mutex_unlock(&q->lock);
	return b;
}

static size_t
queue_padded(size_t n)
{
	size_t a = alignof(struct intake_record);

	return (n + a - 1) / a * a;
}

uint8_t *
queue_room(struct queue *q, size_t least, size_t *room)
{
	struct block *b = block_for(q, least);

	if (b == NULL)
		return NULL;
	*room = BLOCK_BYTES - b->used - sizeof(struct intake_record);
	return b->bytes + b->used + sizeof(struct intake_record);
}

void
queue_publish(struct queue *q, const struct intake_record *r)
{
	struct block *b = q->tail;
	bool wake;

	memcpy(b->bytes + b->used, r, sizeof(*r));
	pthread_mutex_lock(&q->lock);
	b->used += sizeof(*r) + queue_padded(r->len);
	if (b->used > BLOCK_BYTES)
		b->used = BLOCK_BYTES;
	q->bytes += r->len;
	wake = q->waiting;
	q->waiting = false;
	pthread_mutex_unlock(&q->lock);
	if (wake)
		queue_post(q->ready);
}

void
queue_put(struct queue *q, const struct intake_record *r, const void *data)
{
	uint8_t *at;
	size_t room;

	while ((at = queue_room(q, r->len, &room)) == NULL)
		poll(NULL, 0, 10);
	if (r->len > 0)
		memcpy(at, data, r->len);
	queue_publish(q, r);
}

bool
queue_take(struct queue *q, struct intake_record *r)
{
	struct block *b, *done = NULL;
	bool some;

	if (q->asleep)
		queue_unpost(q->ready);
	pthread_mutex_lock(&q->lock);
	b = q->head;
	if (b != NULL && b->consumed == b->used && b->next != NULL) {
		done = b;
		b = q->head = b->next;
		q->nblocks--;
	}
	some = b != NULL && b->consumed < b->used;
	if (some) {
		memcpy(r, b->bytes + b->consumed, sizeof(*r));
		r->data = b->bytes + b->consumed + sizeof(*r);
		b->consumed += sizeof(*r) + queue_padded(r->len);
		if (b->consumed > BLOCK_BYTES)
			b->consumed = BLOCK_BYTES;
		q->bytes -= r->len;
	}
	q->waiting = q->asleep = !some;
	pthread_mutex_unlock(&q->lock);
	free(done);
	return some;
}

size_t
queue_bytes(struct queue *q)
{
	size_t n;

	pthread_mutex_lock(&q->lock);
	n = q->bytes;
	pthread_mutex_unlock(&q->lock);
	return n;
}

size_t
queue_memory(struct queue *q)
{
	size_t n;

	pthread_mutex_lock(&q->lock);
	n = q->nblocks * BLOCK_BYTES;
	pthread_mutex_unlock(&q->lock);
	return n;
}
