/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_QUEUE_H
#define SXLIB_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake.h"

/* Records passed from one writer thread to one reader thread. Unbounded. */
struct queue {
	int ready; /* eventfd: a record is available */
	pthread_mutex_t lock;
	struct block *head, *tail;
	size_t bytes;
	size_t nblocks;
	bool waiting; /* the reader waits for `ready` */
	bool asleep;  /* private to the reader: it found nothing last time */
};

/* Returns 0; -1 and sets errno. Call queue_free() in both cases. */
int queue_init(struct queue *q);
void queue_free(struct queue *q);

/* Space for the bytes of the next record, at least `least` of them; NULL if
 * memory runs out. queue_publish() turns them into a record. */
uint8_t *queue_room(struct queue *q, size_t least, size_t *room);
void queue_publish(struct queue *q, const struct intake_record *r);
/* Both in one; waits until memory is available. */
void queue_put(
    struct queue *q, const struct intake_record *r, const void *data);

/* Fetch the next record; false if there is none, and `ready` then becomes
 * readable when there is. */
bool queue_take(struct queue *q, struct intake_record *r);
/* The total bytes of all queued records. */
size_t queue_bytes(struct queue *q);
/* Their memory, including record headers. */
size_t queue_memory(struct queue *q);

/* Make an eventfd readable, and clear it. */
void queue_post(int fd);
void queue_unpost(int fd);

#endif
