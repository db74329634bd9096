/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_ALSA_SEQ_IN_H
#define SXLIB_MIDI_IO_ALSA_SEQ_IN_H

#include <alsa/asoundlib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alsa_seq.h"
#include "alsa_seq_queue.h"
#include "sxlib/midi_io.h"

/* The input of a client of the sequencer: events as bytes, with their holes. */

#define ALSA_SEQ_SHORT 16 /* bytes; any event but SysEx */

struct alsa_seq_in {
	snd_seq_t *seq;		    /* not owned, */
	int fd;			    /* of seq, */
	int port;		    /* and ours */
	struct alsa_seq_peer *peer; /* NULL: anyone; not owned */

	struct alsa_seq_queue queue;
	snd_midi_event_t *decoder;
	const uint8_t *rest; /* bytes of the last event, not given out yet */
	size_t left;
	bool open;			 /* a SysEx has begun, and not ended, */
	snd_seq_addr_t from;		 /* that comes from here */
	uint8_t decoded[ALSA_SEQ_SHORT]; /* the last event, if not SysEx */
	int64_t counted; /* bytes in the events read from the peer */
	size_t doubt; /* of this many bytes, from the next one on, some may be
			 missing: an interface's input had no room */
};

/* Prepare for input of an open client, with the largest queue there is. port
 * and peer are to be set before the first read. Returns 0 or -errno. */
int alsa_seq_in_init(struct alsa_seq_in *s, snd_seq_t *seq, int fd);

void alsa_seq_in_free(struct alsa_seq_in *s);

/*
 * As midi_io_read(), one batch of events at most; *in is zeroed. Returns 0 or
 * -errno: -EAGAIN if nothing is waiting. It sets peer->gone when the peer has
 * left.
 */
int alsa_seq_in_read(
    struct alsa_seq_in *s, uint8_t *buf, size_t max, struct midi_io_in *in);

/* True if there are bytes to return, or a hole to report, which polling fd does
 * not show. */
bool alsa_seq_in_ready(struct alsa_seq_in *s);

#endif
