/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PACE_H
#define SXLIB_PACE_H

#include <stddef.h>
#include <stdint.h>

/*
 * When the next bytes of a message may leave. Knows times (us) only as it is
 * told them, and never sleeps.
 *
 * Bytes leave at the speed of the wire, because interfaces accept more than
 * that and drop it. At time t after the first byte at most rate * t + 48 have
 * left; and after a stall at most 48 are caught up with at once, since the
 * wire has been idle meanwhile.
 */
struct pace {
	unsigned rate; /* bytes/s; 0: as fast as the port takes them */
	size_t total;  /* bytes of the message */
	int64_t start; /* when its first byte left, or would have */
};

void pace_begin(struct pace *p, size_t total, unsigned rate, int64_t now);

/* How many bytes may leave now, if `sent` of them have left. */
size_t pace_allowed(struct pace *p, size_t sent, int64_t now);

/* When some more may leave: now or later. */
int64_t pace_due(const struct pace *p, size_t sent);

/* When the last byte will have left the wire, if none is late. */
int64_t pace_end(const struct pace *p);

/*
 * The same for messages that leave at times of their own: each byte at once,
 * as long as no more than `ahead` are ahead of the wire, PACE_AHEAD at most.
 */
#define PACE_AHEAD 48 /* bytes: what the smallest interfaces buffer */

struct pace_wire {
	int64_t free; /* when all that has left is through, ns */
};

/* How many bytes may leave now, at this rate (0: all there are). */
size_t pace_wire_room(
    const struct pace_wire *w, size_t ahead, unsigned rate, int64_t now);
/* n bytes leave. */
void pace_wire_take(struct pace_wire *w, size_t n, unsigned rate, int64_t now);
/* When n <= ahead bytes may leave: now or later. */
int64_t pace_wire_due(
    const struct pace_wire *w, size_t ahead, size_t n, unsigned rate);

#endif
