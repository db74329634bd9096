/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_RING_H
#define SXLIB_MIDI_IO_RING_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sxlib/err.h"
#include "sxlib/midi_io.h"

/*
 * Reading from a ring buffer of the kernel that throws away what arrives when
 * it is full, so that a hole lies right behind the bytes of a full ring. Zero
 * it before the first use, then set size.
 */
#define RING_HOLES 32

struct ring {
	size_t size;	   /* bytes; 0: not known */
	uint64_t consumed; /* bytes read so far */
	size_t fresh;	   /* of these, since the ring was looked at */
	size_t overruns;   /* counted since then */
	uint64_t lost;	   /* bytes that are known to have been thrown away */
	uint64_t hole[RING_HOLES]; /* they are missing before this byte */
	size_t holes;
	uint64_t doubt; /* so are others, somewhere before this byte */
};

/* What the kernel is asked. -1 and e: the port is gone. */
struct ring_source {
	/* Bytes in the ring now, and overruns counted since the last call. */
	int (*status)(
	    void *port, size_t *avail, size_t *overruns, struct sx_err *e);
	/* Bytes that have arrived since the start, lost ones included; -1: not
	 * known. */
	int64_t (*arrived)(void *port);
	/* At most n bytes; 0: none now. */
	ssize_t (*read)(void *port, uint8_t *buf, size_t n, struct sx_err *e);
};

/*
 * Read as midi_io_read() does. Every hole is told where it is. If the ring was
 * full both before and after a read, and something was lost meanwhile, it may
 * have been lost on either side of it: both are told.
 */
int ring_read(struct ring *r, const struct ring_source *source, void *port,
    uint8_t *buf, size_t max, struct midi_io_in *in, struct sx_err *e);

#endif
