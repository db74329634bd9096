/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_WIRE_H
#define SXLIB_MIDI_IO_WIRE_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a driver has taken and may still have to send, if it has a buffer of its
 * own, cannot be asked about it and empties it when the port is closed. The
 * line behind it is taken to be as slow as DIN. Zero it before the first use,
 * then set size. Times are monotonic, in us.
 */
struct wire {
	size_t size;	 /* of that buffer; 0: there is none */
	size_t buffered; /* bytes in it at most ... */
	int64_t since;	 /* ... then */
};

/* n bytes were written to the port now. */
void wire_put(struct wire *w, size_t n, int64_t now);

/* Bytes that it may hold now. queued: bytes that it has not even taken. */
size_t wire_buffered(struct wire *w, size_t queued, int64_t now);

#endif
