/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_QUEUE_H
#define SXLIB_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake.h"

/* Records on their way from the one thread that puts in to the one that takes
 * out. It has no limit of its own. */
struct queue {
	int ready; /* eventfd: there is a record */
	pthread_mutex_t lock;
	struct block *head, *tail;
	size_t bytes;
	size_t nblocks;
	bool waiting; /* the taker wants `ready` */
	bool asleep;  /* the taker's own: it found nothing last time */
};

/* 0; -1 and errno. queue_free() is due in both cases. */
int queue_init(struct queue *q);
void queue_free(struct queue *q);

/* Where the bytes of the next record may be put, at least `least` of them; NULL
 * if no memory is to be had. queue_publish() makes the record of them. */
uint8_t *queue_room(struct queue *q, size_t least, size_t *room);
void queue_publish(struct queue *q, const struct intake_record *r);
/* Both in one; waits for memory. */
void queue_put(
    struct queue *q, const struct intake_record *r, const void *data);

/* The next record: true; or false, and then `ready` becomes readable when
 * there is one. */
bool queue_take(struct queue *q, struct intake_record *r);
/* The bytes of all records in it. */
size_t queue_bytes(struct queue *q);
/* The memory that they take, with the heads of the records. */
size_t queue_memory(struct queue *q);

/* Make an eventfd readable, and no longer readable. */
void queue_post(int fd);
void queue_unpost(int fd);

#endif
