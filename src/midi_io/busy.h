/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_BUSY_H
#define SXLIB_MIDI_IO_BUSY_H

#include <stdbool.h>

#include "backend.h"
#include "hw.h"

/* Why a hardware port cannot be opened, and what to do about it. */

struct busy {
	char owner[HW_OWNER];	 /* "amidi (process 123)", or "": unknown */
	char clients[128];	 /* sequencer clients connected to it,
				    "PipeWire-System, Ardour", or "" */
	bool bridge;		 /* one of them bridges all ports */
	struct midi_io_port seq; /* its sequencer port; name "": none */
};

/* True if this sequencer client passes all ports on to another system. */
bool busy_is_bridge(const char *client);

/* Set e from it. Pure. Always returns -1. */
int busy_fail(const char *name, const struct busy *b, struct sx_err *e);

#endif
