/* SPDX-License-Identifier: ISC */
/*
 * An event that does not fit into the queue is lost, and the kernel sets a
 * mark. A read that finds the mark empties the queue and fails (ENOSPC). But it
 * checks only before it takes the first event: while it makes room, later
 * events may fit again, and then one read returns events from both sides of the
 * hole.
 *
 * So before a batch is used, a read of no bytes, which does nothing but check,
 * looks for the mark. If it finds one, the hole is inside the batch or after
 * it.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "alsa_seq_queue.h"

#define BATCH 64		  /* cells; the fewer, the fewer are in doubt */
#define MOST  (ALSA_SEQ_POOL + 1) /* no event is larger */
#define ROOM  (4 * MOST)

int
alsa_seq_queue_init(struct alsa_seq_queue *q, int fd)
{
	*q = (struct alsa_seq_queue){ .fd = fd };
	q->cells = calloc(ROOM, sizeof(*q->cells));
	return q->cells == NULL ? -ENOMEM : 0;
}

void
alsa_seq_queue_free(struct alsa_seq_queue *q)
{
	free(q->cells);
	q->cells = NULL;
}

static bool
queue_waits(const struct alsa_seq_queue *q)
{
	struct pollfd p = { .fd = q->fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLIN);
}

/* Read a few events, or one if it is large. Returns the cells, or -errno. */
static ssize_t
seq_queue_take(const struct alsa_seq_queue *q, snd_seq_event_t *cells)
{
	ssize_t got;

	for (size_t most = BATCH;; most = most < MOST / 2 ? 2 * most : MOST) {
		got = read(q->fd, cells, most * sizeof(*cells));
		if (got != -1)
			return got / (ssize_t)sizeof(*cells);
		/* EAGAIN, too, if the next event does not fit. */
		if (errno != EAGAIN || most == MOST || !queue_waits(q))
			return -errno;
	}
}

static bool
queue_lost(const struct alsa_seq_queue *q)
{
	return read(q->fd, q->cells, 0) == -1 && errno == ENOSPC;
}

void
alsa_seq_queue_look(struct alsa_seq_queue *q)
{
	q->hole |= queue_lost(q);
}

int
alsa_seq_queue_more(struct alsa_seq_queue *q)
{
	ssize_t got;

	if (ROOM - q->n < MOST)
		return -ENOBUFS;
	got = seq_queue_take(q, q->cells + q->n);
	q->hole = got == -ENOSPC;
	if (got < 0)
		return q->hole ? 0 : (int)got;
	q->n += (size_t)got;
	if (queue_lost(q))
		q->doubt = q->hole = true;
	return 0;
}

int
alsa_seq_queue_read(struct alsa_seq_queue *q)
{
	q->n = q->at = 0;
	q->doubt = false;
	return alsa_seq_queue_more(q);
}

const snd_seq_event_t *
alsa_seq_queue_event(const struct alsa_seq_queue *q, size_t *at)
{
	snd_seq_event_t *ev;
	size_t cells = 1;

	if (*at >= q->n)
		return NULL;
	ev = &q->cells[*at];
	if (snd_seq_ev_is_variable(ev)) {
		cells += (ev->data.ext.len + sizeof(*ev) - 1) / sizeof(*ev);
		ev->data.ext.ptr = ev + 1;
	}
	*at += cells;
	return ev;
}

const snd_seq_event_t *
alsa_seq_queue_next(struct alsa_seq_queue *q)
{
	return alsa_seq_queue_event(q, &q->at);
}
