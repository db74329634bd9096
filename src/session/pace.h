/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PACE_H
#define SXLIB_PACE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Computes when the next bytes of a message may leave. Times (us) are passed
 * in; it never sleeps.
 *
 * Bytes leave at wire speed, because interfaces accept more than that and drop
 * it. At time t after the first byte at most rate * t + 48 have left. After a
 * stall at most 48 bytes are made up at once, since the wire was idle
 * meanwhile.
 */
struct pace {
	unsigned rate; /* bytes/s; 0: as fast as the port accepts them */
	size_t total;  /* bytes of the message */
	int64_t start; /* when its first byte left, or would have */
};

void pace_begin(struct pace *p, size_t total, unsigned rate, int64_t now);

/* The number of bytes that may leave now, after `sent`. */
size_t pace_allowed(struct pace *p, size_t sent, int64_t now);

/* When more may leave: now or later. */
int64_t pace_due(const struct pace *p, size_t sent);

/* When the last byte will have left the wire, without delays. */
int64_t pace_end(const struct pace *p);

/*
 * The same for timed messages: each byte leaves at once while no more than
 * `ahead` bytes, at most PACE_AHEAD, are ahead of the wire.
 */
#define PACE_AHEAD 48 /* bytes: the buffer of the smallest interfaces */

struct pace_wire {
	int64_t free; /* when the wire becomes idle, ns */
};

/* The number of bytes that may leave now at this rate (0: no limit). */
size_t pace_wire_room(
    const struct pace_wire *w, size_t ahead, unsigned rate, int64_t now);
/* Account for n bytes sent. */
void pace_wire_take(struct pace_wire *w, size_t n, unsigned rate, int64_t now);
/* When n <= ahead bytes may leave: now or later. */
int64_t pace_wire_due(
    const struct pace_wire *w, size_t ahead, size_t n, unsigned rate);

#endif
