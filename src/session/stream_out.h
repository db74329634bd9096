/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STREAM_OUT_H
#define SXLIB_STREAM_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pace.h"
#include "sxlib/err.h"
#include "sxlib/midi_io.h"

/* Where messages leave a port at times of their own. Zero it first. */
struct stream_out {
	struct pace_wire wire;
	int64_t stuck; /* since when the port takes nothing; 0: it does */
};

/* See sx_session_write(). */
ssize_t stream_out_write(struct stream_out *o, struct midi_io *io,
    const uint8_t *data, size_t n, unsigned rate, int64_t *due,
    struct sx_err *e);

#endif
