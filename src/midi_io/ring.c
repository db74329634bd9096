/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "ring.h"

bool
ring_full(const struct ring *r, size_t avail)
{
	return r->size > 0 && avail >= r->size;
}

bool
ring_suspect(const struct ring *r, size_t avail)
{
	return r->size > 0 && avail + r->last >= r->size;
}

void
ring_look(struct ring *r, size_t avail, size_t overruns, int64_t arrived)
{
	bool full = ring_full(r, avail);
	uint64_t place, lost = r->lost + overruns;

	if (!ring_suspect(r, avail)) {
		if (overruns > 0)
			r->doubt = r->taken + avail;
		r->lost = lost;
		return;
	}
	if (arrived >= 0 && (uint64_t)arrived > r->taken + avail + lost)
		lost = (uint64_t)arrived - r->taken - avail;
	if (lost == r->lost && (arrived >= 0 || !full))
		return;
	r->lost = lost;
	/* It is full now, or it was just before the last read. */
	place = r->taken - (full ? 0 : r->last) + r->size;
	if (r->holes > 0 && r->hole[r->holes - 1] >= place)
		return;
	if (r->holes < RING_HOLES)
		r->hole[r->holes++] = place;
	else
		r->doubt = place;
}

/* From a full ring little is read, since it is doubtful; then enough that the
 * ring is not full again before there is room. */
#define LITTLE_BYTES ((size_t)4 << 10)
#define SOME_BYTES   ((size_t)32 << 10)

bool
ring_overwritten(const struct ring *r, size_t n, size_t after)
{
	return after + n > r->size;
}

size_t
ring_room(const struct ring *r, size_t avail, size_t max)
{
	size_t room = avail < max ? avail : max;

	if (ring_full(r, avail) && room > LITTLE_BYTES)
		room = LITTLE_BYTES;
	else if (avail > r->size / 2 && room > SOME_BYTES)
		room = SOME_BYTES;

	if (r->holes > 0 && r->hole[0] > r->taken &&
	    r->hole[0] - r->taken < room)
		room = (size_t)(r->hole[0] - r->taken);
	return room;
}

/* Is there a hole where the reader is now? Then it is done with. */
static bool
pass_hole(struct ring *r)
{
	if (r->holes == 0 || r->hole[0] > r->taken)
		return false;
	memmove(r->hole, r->hole + 1, --r->holes * sizeof(r->hole[0]));
	return true;
}

void
ring_took(struct ring *r, size_t n, struct midi_io_in *in)
{
	in->len = n;
	in->lost_before = pass_hole(r);
	in->doubt = r->doubt > r->taken && n > 0;
	r->taken += n;
	r->last = n;
	in->lost_after = pass_hole(r);
}
