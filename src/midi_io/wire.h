/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_WIRE_H
#define SXLIB_MIDI_IO_WIRE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Estimates what a driver still has to send, if it has a separate buffer that
 * cannot be queried and is discarded when the port is closed. The line is
 * assumed to be as slow as DIN. Zero it before the first use, then set size.
 * Times are monotonic, in us.
 */
struct wire {
	size_t size;	 /* of that buffer; 0: none */
	size_t buffered; /* upper bound of the bytes in it ... */
	int64_t since;	 /* ... at this time */
};

/* n bytes were written to the port now. */
void wire_put(struct wire *w, size_t n, int64_t now);

/* The number of bytes it may hold now. queued: bytes that the driver has not
 * yet accepted. */
size_t wire_buffered(struct wire *w, size_t queued, int64_t now);

#endif
