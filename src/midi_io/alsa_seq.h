/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_ALSA_SEQ_H
#define SXLIB_MIDI_IO_ALSA_SEQ_H

#include <alsa/asoundlib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "backend.h"
#include "hw.h"

/* What the files about the ALSA sequencer share. */

/* Add the ports that others may connect to, without those of this process.
 * -1: memory ends. */
int alsa_seq_add_ports(
    snd_seq_t *seq, struct midi_io_list *list, struct sx_err *e);

/*
 * The port that a port of ours is connected to. What is behind a port of
 * hardware, a rawmidi stream of the kernel's, is found in /proc: its output
 * throws away what it has no room for, its input what is not fetched in time.
 */
struct alsa_seq_peer {
	snd_seq_addr_t at;
	bool user;		  /* a program, whose queue can be seen */
	struct hw_stream out, in; /* card -1: there is none */
	int64_t overruns;	  /* of in, as last seen */
	bool gone;		  /* it has left, or was disconnected */
};

/* Find the port that spec, "seq:...", means. -1 and e: none, or several. */
int alsa_seq_find(snd_seq_t *seq, const char *spec, unsigned dirs,
    struct midi_io_port *port, struct sx_err *e);

/* Connect port `ours` with it, in these directions. -1 and e: it is busy, or
 * does not want to. */
int alsa_seq_connect(snd_seq_t *seq, int ours, const struct midi_io_port *port,
    unsigned dirs, struct alsa_seq_peer *peer, struct sx_err *e);

/* Is it still connected to what it reads from? */
bool alsa_seq_connected(
    snd_seq_t *seq, int ours, const struct alsa_seq_peer *peer);

/* Has hardware room for an event with len bytes? True where nobody tells. */
bool alsa_seq_peer_room(const struct alsa_seq_peer *peer, size_t len);

/* Does somebody tell, at any speed? */
bool alsa_seq_peer_tells(const struct alsa_seq_peer *peer);

/* Has the input of hardware run over since the last call? */
bool alsa_seq_peer_overrun(struct alsa_seq_peer *peer);

#endif
