/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_ALSA_SEQ_H
#define SXLIB_MIDI_IO_ALSA_SEQ_H

#include <alsa/asoundlib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "backend.h"
#include "hw.h"
#include "seq_page.h"

/* Shared by the files for the ALSA sequencer. */

/* Append the ports that others may connect to, except those of this process.
 * Returns -1 and sets e if memory runs out. */
int alsa_seq_add_ports(
    snd_seq_t *seq, struct midi_io_list *list, struct sx_err *e);

/*
 * The port that one of our ports is connected to. For a hardware port, the
 * kernel's rawmidi stream behind it is looked up in /proc: its output drops
 * what does not fit, its input what is not read in time.
 */
struct alsa_seq_peer {
	snd_seq_addr_t at;
	bool user;		  /* a program; the state of its queue is
				     available */
	struct hw_stream out, in; /* card -1: none */
	struct seq_page page;	  /* of in */
	bool gone;		  /* it is gone or was disconnected */
};

/* Find the port that spec, "seq:...", names. Returns -1 and sets e if there is
 * none or it is ambiguous. */
int alsa_seq_find(snd_seq_t *seq, const char *spec, unsigned dirs,
    struct midi_io_port *port, struct sx_err *e);

/* Connect our port `ours` to it, in these directions. Returns -1 and sets e if
 * it is busy or refuses. */
int alsa_seq_connect(snd_seq_t *seq, int ours, const struct midi_io_port *port,
    unsigned dirs, struct alsa_seq_peer *peer, struct sx_err *e);

/* True if it is still connected to the port it reads from. */
bool alsa_seq_connected(
    snd_seq_t *seq, int ours, const struct alsa_seq_peer *peer);

/* True if the hardware has room for an event of len bytes, or if that is
 * unknown. */
bool alsa_seq_peer_room(const struct alsa_seq_peer *peer, size_t len);

/* True if the state of its output is available, at any speed. */
bool alsa_seq_peer_tells(const struct alsa_seq_peer *peer);

/*
 * Check if the hardware input may have overrun since the last call. counted:
 * bytes have come since. Sets *l to the look that was taken; l->rx -1: none was
 * due. Unless the result is SEQ_PAGE_CLEAN, *l tells how far ahead.
 */
enum seq_verdict alsa_seq_peer_look(
    struct alsa_seq_peer *peer, bool counted, struct seq_look *l);

/* After SEQ_PAGE_UNSURE: true if it has not overrun. bytes: in all events read
 * so far. Otherwise as above. */
bool alsa_seq_peer_settled(
    struct alsa_seq_peer *peer, int64_t bytes, struct seq_look *l);

#endif
