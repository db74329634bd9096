/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_RING_H
#define SXLIB_MIDI_IO_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/midi_io.h"

/*
 * A ring buffer of the kernel that throws away what arrives when it is full,
 * so that a hole lies right behind the bytes of a full ring. The count of
 * overruns is no help in finding it: kernels from 6.2 on leave most of them
 * out. Zero it before the first use, then set size.
 */
#define RING_HOLES 32

struct ring {
	size_t size;	/* bytes; 0: not known */
	uint64_t taken; /* bytes read so far */
	size_t last;	/* of these, by the last read */
	uint64_t lost;	/* bytes that are known to have been thrown away */
	uint64_t hole[RING_HOLES]; /* they are missing before this byte */
	size_t holes;
	uint64_t doubt; /* so are others, somewhere before this byte */
};

/* Does a ring with so many bytes in it look as if some had been lost since the
 * last read? Then ring_look() wants to know what arrived. */
bool ring_suspect(const struct ring *r, size_t avail);

/*
 * Before a read: the ring holds avail bytes, and so many overruns have been
 * counted since the last look. arrived: bytes that had arrived since the start
 * a moment before avail was asked for, lost ones included; -1: not known.
 */
void ring_look(struct ring *r, size_t avail, size_t overruns, int64_t arrived);

/*
 * How many bytes to read now: at most max, none behind a hole, and little from
 * a full ring: the kernel (seen on 6.1 and 6.12) frees their place before it
 * has copied them, so that from a full ring bytes that come meanwhile may be
 * copied instead.
 */
size_t ring_room(const struct ring *r, size_t avail, size_t max);

bool ring_full(const struct ring *r, size_t avail);

/* n bytes were read from a full ring, and now it holds `after`: may some of the
 * n have been overwritten while they were copied? */
bool ring_overwritten(const struct ring *r, size_t n, size_t after);

/* n bytes have been read: note it, and what is to be said of them. */
void ring_took(struct ring *r, size_t n, struct midi_io_in *in);

#endif
