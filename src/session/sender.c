/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <poll.h>
#include <stdlib.h>

#include "sender.h"
#include "sxlib/session.h"

#define LOOK_US 2000 /* how often to check what an output has queued */

void
sender_begin(struct sender *o, struct midi_io *io, const uint8_t *data,
    size_t n, unsigned rate, int64_t delay)
{
	*o = (struct sender){
		.io = io,
		.data = data,
		.len = n,
		.delay = delay,
		.progress = sx_now().mono,
		.queued = SSIZE_MAX,
	};
	pace_begin(&o->pace, n, rate, o->progress);
}

int
sender_fail_stuck(const struct midi_io *io, struct sx_err *e)
{
	sx_fail(e, SX_EIO, 0, "%s accepts no more bytes", midi_io_name(io));
	return sx_hint(e, "nothing was transmitted for 5 seconds: check the "
			  "cable and that the unit is on");
}

/* The port takes nothing now: is anything leaving it at least? Returns how much
 * is still in it, or -1 and sets e if nothing has left for too long. */
static ssize_t
check_queue(struct sender *o, int64_t now, struct sx_err *e)
{
	ssize_t queued = midi_io_queued(o->io, e);

	if (queued == -1)
		return -1;
	if (queued < o->queued)
		o->progress = now;
	o->queued = queued;
	return now - o->progress < SENDER_STUCK_US
		   ? queued
		   : sender_fail_stuck(o->io, e);
}

static int
pump_bytes(struct sender *o, int64_t now, struct sx_err *e)
{
	size_t n = pace_allowed(&o->pace, o->sent, now);
	ssize_t w;

	o->blocked = false;
	if (n == 0)
		return 0;
	if (o->sent == 0)
		pace_begin(&o->pace, o->len, o->pace.rate, now);
	w = midi_io_write(o->io, o->data + o->sent, n, e);
	if (w == -1)
		return -1;
	if (w == 0) {
		o->blocked = true;
		return check_queue(o, now, e) == -1 ? -1 : 0;
	}
	o->sent += (size_t)w;
	o->queued = SSIZE_MAX;
	return 0;
}

int
sender_pump(struct sender *o, int64_t now, struct sx_err *e)
{
	ssize_t queued;

	if (o->sent < o->len)
		return pump_bytes(o, now, e);
	if (o->over == 0) {
		queued = check_queue(o, now, e);
		if (queued != 0)
			return queued == -1 ? -1 : 0;
		o->over = now > pace_end(&o->pace) ? now : pace_end(&o->pace);
	}
	return now >= o->over + o->delay;
}

int64_t
sender_due(const struct sender *o, int64_t now)
{
	if (o->io == NULL)
		return INT64_MAX;
	if (o->sent < o->len)
		return o->blocked ? o->progress + SENDER_STUCK_US
				  : pace_due(&o->pace, o->sent);
	return o->over != 0 ? o->over + o->delay : now + LOOK_US;
}

int
sender_see_off(
    struct midi_io *io, const uint8_t *data, size_t n, struct sx_err *e)
{
	struct sender o;
	int rc;

	sender_begin(&o, io, data, n, 0, 0);
	while ((rc = sender_pump(&o, sx_now().mono, e)) == 0)
		poll(NULL, 0, LOOK_US / 1000);
	return rc == 1 ? midi_io_drain(io, e) : -1;
}

int
sender_abort(struct sender *o, struct sx_err *e)
{
	static const uint8_t eox = 0xf7;
	struct midi_io *io = o->io;

	o->io = NULL;
	if (io == NULL || o->sent == 0 ||
	    (o->sent == o->len && midi_io_queued(io, NULL) == 0))
		return 0;
	if (midi_io_drop(io, e) == -1 || sender_see_off(io, &eox, 1, e) == -1)
		return -1;
	return 1;
}
