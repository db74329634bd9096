/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_SEQ_ROOM_H
#define SXLIB_MIDI_IO_SEQ_ROOM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * True if the input queue of an ALSA sequencer client has room for an event
 * with len bytes of data. seq: an open /dev/snd/seq. Also true for clients
 * without a queue, such as those in the kernel, and for clients that have just
 * exited.
 *
 * An event that does not fit makes a client lose its whole queue, and others
 * may be sending, too: so it is true only while half of the queue stays free.
 */
bool seq_room(int seq, int client, size_t len);

/* Cells in use in the input queue of a client; 0 if it has none. */
size_t seq_queued(int seq, int client);

#endif
