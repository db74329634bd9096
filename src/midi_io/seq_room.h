/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_SEQ_ROOM_H
#define SXLIB_MIDI_IO_SEQ_ROOM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Is there room for an event with len bytes of data in the input of a client
 * of the ALSA sequencer? seq: an open /dev/snd/seq. True for clients that have
 * no queue, as those in the kernel, or that have just gone.
 *
 * An event that does not fit costs a client all that waits in its queue, and
 * others may send to it, too: so true only while half of the queue stays free.
 */
bool seq_room(int seq, int client, size_t len);

#endif
