/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STREAM_OUT_H
#define SXLIB_STREAM_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pace.h"
#include "sxlib/err.h"
#include "sxlib/midi_io.h"

/* Output of timed messages to a port. */
struct stream_out {
	size_t ahead; /* bytes allowed ahead of the wire, */
	size_t grain; /* and sent together if a message must wait */
	struct pace_wire wire;
	int64_t stuck; /* since when the port accepts nothing; 0: it does */
};

/* Nothing has been sent; PACE_AHEAD bytes are allowed ahead of the wire. */
void stream_out_init(struct stream_out *o);
/* See sx_session_ahead(). */
void stream_out_ahead(struct stream_out *o, size_t ahead);

/* See sx_session_write(). */
ssize_t stream_out_write(struct stream_out *o, struct midi_io *io,
    const uint8_t *data, size_t n, unsigned rate, int64_t *due,
    struct sx_err *e);

#endif
