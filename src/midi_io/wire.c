/* SPDX-License-Identifier: ISC */
#include "wire.h"
#include "sxlib/midi_io.h"

size_t
wire_buffered(struct wire *w, size_t queued, int64_t now)
{
	int64_t gone = (now - w->since) * MIDI_IO_DIN_RATE / 1000000;

	/* As long as bytes wait for room in it, it is full. */
	if (queued > 0) {
		w->since = now;
		return w->buffered;
	}
	return (uint64_t)gone < w->buffered ? w->buffered - (size_t)gone : 0;
}

void
wire_put(struct wire *w, size_t n, int64_t now)
{
	size_t buffered = wire_buffered(w, 0, now);

	w->buffered = n < w->size - buffered ? buffered + n : w->size;
	w->since = now;
}
