/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_BUSY_H
#define SXLIB_MIDI_IO_BUSY_H

#include <stdbool.h>

#include "backend.h"
#include "hw.h"

/* Why a port of hardware cannot be opened, and what to do about it. */

struct busy {
	char owner[HW_OWNER];	 /* "amidi (process 123)", or "": not known */
	char clients[128];	 /* of the sequencer that are connected with it,
				    "PipeWire-System, Ardour", or "" */
	bool bridge;		 /* one of them passes on all there is */
	struct midi_io_port seq; /* it in the sequencer; name "": it is not
				    there */
};

/* Does a client of the sequencer pass all ports on to another system? */
bool busy_is_bridge(const char *client);

/* Fill e with it. Pure. Always returns -1. */
int busy_fail(const char *name, const struct busy *b, struct sx_err *e);

#endif
