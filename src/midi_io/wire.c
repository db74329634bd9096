/* SPDX-License-Identifier: ISC */
#include "wire.h"
#include "sxlib/midi_io.h"

size_t
wire_held(struct wire *w, size_t queued, int64_t now)
{
	int64_t gone = (now - w->since) * MIDI_IO_DIN_RATE / 1000000;

	/* As long as bytes wait for room in it, it is full. */
	if (queued > 0) {
		w->since = now;
		return w->held;
	}
	return (uint64_t)gone < w->held ? w->held - (size_t)gone : 0;
}

void
wire_put(struct wire *w, size_t n, int64_t now)
{
	size_t held = wire_held(w, 0, now);

	w->held = n < w->size - held ? held + n : w->size;
	w->since = now;
}
