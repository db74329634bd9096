/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_ALSA_SEQ_QUEUE_H
#define SXLIB_MIDI_IO_ALSA_SEQ_QUEUE_H

#include <alsa/asoundlib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The kernel's queue of events for a client of the sequencer, read in batches,
 * and where events are missing. alsa-lib's own reading does not tell the place:
 * see alsa_seq_queue.c.
 */

#define ALSA_SEQ_POOL 2000 /* cells; SNDRV_SEQ_MAX_CLIENT_EVENTS */
#define ALSA_SEQ_CELL sizeof(snd_seq_event_t)

struct alsa_seq_queue {
	int fd;			/* of the client; not owned */
	snd_seq_event_t *cells; /* owned */
	size_t n, at;		/* cells in the batch, and read of it */
	bool doubt;		/* events may be missing inside the batch */
	bool hole;		/* events are missing right after it */
};

/* Prepare for reading from fd. Returns 0 or -errno. */
int alsa_seq_queue_init(struct alsa_seq_queue *q, int fd);

void alsa_seq_queue_free(struct alsa_seq_queue *q);

/*
 * Replace the batch by the next one, without blocking. Call when
 * alsa_seq_queue_next() has returned NULL. Returns 0, also if the batch is
 * empty because of a hole, or -errno: -EAGAIN if nothing is waiting.
 */
int alsa_seq_queue_read(struct alsa_seq_queue *q);

/* The same, but append to the batch. -ENOBUFS if it is too large for that. */
int alsa_seq_queue_more(struct alsa_seq_queue *q);

/* Set hole if one follows the batch, which has been used up. An event that is
 * larger than the queue makes one without waking anybody. */
void alsa_seq_queue_look(struct alsa_seq_queue *q);

/* Return the event of the batch at *at and advance *at to the next one; NULL at
 * the end. Valid until the next batch is read. */
const snd_seq_event_t *alsa_seq_queue_event(
    const struct alsa_seq_queue *q, size_t *at);

/* The next event of the batch, or NULL. */
const snd_seq_event_t *alsa_seq_queue_next(struct alsa_seq_queue *q);

#endif
