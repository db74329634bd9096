/* SPDX-License-Identifier: ISC */
/*
 * The kernel's count of overruns does not show a hole: from 6.2 on it leaves
 * most of them out. A full ring does, and the total of bytes that arrived tells
 * whether it was only full or overran.
 *
 * A read makes room at one moment: bytes discarded before it are missing one
 * ring behind the first byte of the read, bytes discarded after it one ring
 * behind the last. So the ring is checked before and after each read; and no
 * read wraps around the end of the ring, since the kernel makes that two, with
 * a moment in between.
 *
 * The kernel (seen on 6.1 and 6.12) makes the room before it has copied the
 * bytes, so that later ones may be copied instead. They overwrite the first
 * ones, at most as many as would not have found room otherwise.
 */
#include <stdbool.h>
#include <string.h>

#include "ring.h"

/* Little is read from a full ring, since it is doubtful; then enough that the
 * ring is not full again before there is room. */
#define LITTLE_BYTES ((size_t)4 << 10)
#define SOME_BYTES   ((size_t)32 << 10)

static size_t
ring_least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void
add_hole(struct ring *r, uint64_t place)
{
	if (r->holes > 0 && r->hole[r->holes - 1] >= place)
		return;
	if (r->holes < RING_HOLES)
		r->hole[r->holes++] = place;
	else
		r->doubt = place;
}

static bool
ring_full(const struct ring *r, size_t avail)
{
	return r->size > 0 && avail >= r->size;
}

/* May it have been full just before the last read? */
static bool
was_full(const struct ring *r, size_t avail)
{
	return r->fresh > 0 && ring_full(r, avail + r->fresh);
}

/*
 * Note losses. arrived: bytes that had arrived at a moment between two looks,
 * at which the ring held `before` and then avail bytes; -1: unknown. More was
 * lost if that is certain, and also if it cannot be ruled out.
 */
static void
ring_note_lost(struct ring *r, size_t before, size_t avail, int64_t arrived)
{
	int64_t lost = (int64_t)r->lost + (int64_t)r->overruns;
	int64_t gone = arrived - (int64_t)r->consumed;
	bool more = arrived < 0;

	if (gone - (int64_t)avail > lost)
		lost = gone - (int64_t)avail;
	more |= lost > (int64_t)r->lost ||
		gone - (int64_t)before > (int64_t)r->lost;
	if (was_full(r, avail) && more)
		add_hole(r, r->consumed - r->fresh + r->size);
	if (ring_full(r, avail) && more)
		add_hole(r, r->consumed + r->size);
	if (!was_full(r, avail) && !ring_full(r, avail) && r->overruns > 0)
		r->doubt = r->consumed + avail;
	r->lost = (uint64_t)lost;
	r->overruns = 0;
	r->fresh = 0;
}

static int
ring_ask(struct ring *r, const struct ring_source *source, void *port,
    size_t *avail, struct sx_err *e)
{
	size_t overruns;

	if (source->status(port, avail, &overruns, e) == -1)
		return -1;
	r->overruns += overruns;
	return 0;
}

#define TRIES 4 /* to ask for two numbers between which nothing arrives */

/* Check the ring, which held *avail bytes a moment ago. */
static int
ring_look(struct ring *r, const struct ring_source *source, void *port,
    size_t *avail, struct sx_err *e)
{
	size_t before = *avail;
	int64_t arrived = -1;

	if (!ring_full(r, *avail) && !was_full(r, *avail)) {
		ring_note_lost(r, before, before, -1);
		return 0;
	}
	for (int i = 0; i < TRIES; i++) {
		before = *avail;
		arrived = source->arrived(port);
		if (ring_ask(r, source, port, avail, e) == -1)
			return -1;
		if (arrived < 0 || *avail == before)
			break;
	}
	ring_note_lost(r, before, *avail, arrived);
	return 0;
}

/* Return how many bytes to read now: none from behind a hole. */
static size_t
ring_room(const struct ring *r, size_t avail, size_t max)
{
	size_t n = ring_least(avail, max);

	if (r->size == 0)
		return n;
	n = ring_least(n, r->size - (size_t)(r->consumed % r->size));
	if (ring_full(r, avail))
		n = ring_least(n, LITTLE_BYTES);
	else if (avail > r->size / 2)
		n = ring_least(n, SOME_BYTES);
	if (r->holes > 0 && r->hole[0] - r->consumed < n)
		n = (size_t)(r->hole[0] - r->consumed);
	return n;
}

/* Count n bytes read; the ring holds avail now. Returns how many of them, from
 * the first on, are in doubt. */
static size_t
ring_took(struct ring *r, size_t n, size_t avail)
{
	size_t doubt =
	    r->doubt > r->consumed ? (size_t)(r->doubt - r->consumed) : 0;
	size_t over =
	    r->size > 0 && avail + n > r->size ? avail + n - r->size : 0;

	r->consumed += n;
	r->fresh = n;
	return ring_least(n, doubt > over ? doubt : over);
}

/* True if the reader has reached a hole, which is then forgotten. */
static bool
pass_hole(struct ring *r)
{
	if (r->holes == 0 || r->hole[0] > r->consumed)
		return false;
	memmove(r->hole, r->hole + 1, --r->holes * sizeof(r->hole[0]));
	return true;
}

int
ring_read(struct ring *r, const struct ring_source *source, void *port,
    uint8_t *buf, size_t max, struct midi_io_in *in, struct sx_err *e)
{
	size_t avail, n;
	ssize_t got;

	if (ring_ask(r, source, port, &avail, e) == -1 ||
	    ring_look(r, source, port, &avail, e) == -1)
		return -1;
	n = ring_room(r, avail, max);
	got = n > 0 ? source->read(port, buf, n, e) : 0;
	if (got == -1)
		return -1;
	if (got == 0)
		return 0;
	/* If the port goes away now, the next read reports it. */
	(void)ring_ask(r, source, port, &avail, NULL);
	in->len = (size_t)got;
	in->doubt = ring_took(r, in->len, avail);
	(void)ring_look(r, source, port, &avail, NULL);
	in->lost_after = pass_hole(r);
	return 0;
}
