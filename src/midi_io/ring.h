/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_RING_H
#define SXLIB_MIDI_IO_RING_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sxlib/err.h"
#include "sxlib/midi_io.h"

/*
 * Reads from a kernel ring buffer that discards input when full, so a hole is
 * right after the bytes of a full ring. Zero it before the first use, then set
 * size.
 */
#define RING_HOLES 32

struct ring {
	size_t size;	   /* bytes; 0: unknown */
	uint64_t consumed; /* bytes read so far */
	size_t fresh;	   /* of these, since the ring was last checked */
	size_t overruns;   /* counted since then */
	uint64_t lost;	   /* bytes known to be lost */
	uint64_t hole[RING_HOLES]; /* bytes are missing before this position */
	size_t holes;
	uint64_t doubt; /* more may be missing somewhere before this one */
};

/* Access to the kernel. -1 and sets e: the port is gone. */
struct ring_source {
	/* Bytes in the ring now, and overruns since the last call. */
	int (*status)(
	    void *port, size_t *avail, size_t *overruns, struct sx_err *e);
	/* Bytes that arrived since the start, including lost ones; -1:
	 * unknown. */
	int64_t (*arrived)(void *port);
	/* Read at most n bytes; 0: none available. */
	ssize_t (*read)(void *port, uint8_t *buf, size_t n, struct sx_err *e);
};

/*
 * Read as midi_io_read() does. Each hole is reported at its position. If the
 * ring was full both before and after a read and something was lost in between,
 * it may have been lost on either side: both are reported.
 */
int ring_read(struct ring *r, const struct ring_source *source, void *port,
    uint8_t *buf, size_t max, struct midi_io_in *in, struct sx_err *e);

#endif
