/* SPDX-License-Identifier: ISC */
#include "stream_out.h"
#include "sender.h"
#include "sxlib/session.h"

#define LOOK_US 1000 /* how often to retry a full port */

/* Bytes that leave together when a message must wait for the wire: as many as
 * fit into four USB MIDI packets. */
#define GRAIN ((size_t)12)

void
stream_out_init(struct stream_out *o)
{
	*o = (struct stream_out){ .ahead = PACE_AHEAD, .grain = GRAIN };
}

void
stream_out_ahead(struct stream_out *o, size_t ahead)
{
	o->ahead = ahead < PACE_AHEAD ? ahead : PACE_AHEAD;
	/* Leave one byte on the wire while waking up for the next ones. */
	o->grain = ahead > GRAIN ? GRAIN : ahead > 1 ? ahead - 1 : 1;
}

/* The port takes nothing now. */
static ssize_t
stream_out_full(struct stream_out *o, struct midi_io *io, int64_t now,
    int64_t *due, struct sx_err *e)
{
	if (o->stuck == 0)
		o->stuck = now;
	*due = now + LOOK_US;
	return now - o->stuck < SENDER_STUCK_US ? 0 : sender_fail_stuck(io, e);
}

ssize_t
stream_out_write(struct stream_out *o, struct midi_io *io, const uint8_t *data,
    size_t n, unsigned rate, int64_t *due, struct sx_err *e)
{
	int64_t now = sx_now().mono;
	size_t room = pace_wire_room(&o->wire, o->ahead, rate, now);
	ssize_t w;

	if (room < o->grain && room < n) {
		*due = pace_wire_due(
		    &o->wire, o->ahead, n < o->grain ? n : o->grain, rate);
		return 0;
	}
	w = midi_io_write(io, data, n < room ? n : room, e);
	if (w == -1)
		return -1;
	if (w == 0)
		return stream_out_full(o, io, now, due, e);
	o->stuck = 0;
	pace_wire_take(&o->wire, (size_t)w, rate, now);
	*due = now;
	return w;
}
