/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PORTS_H
#define SXLIB_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/err.h"
#include "sxlib/midi_io.h"
#include "sxlib/user.h"

/* The ports that there are, with the names that the user has for them. */

/* Is it a serial line that is there now? */
bool sx_port_is_line(const struct sx_named_port *named);

struct sx_port_line {
	struct midi_io_port port;
	const char **called; /* the user's names for it, borrowed */
	size_t ncalled;
};

struct sx_ports {
	struct sx_port_line *lines;
	size_t n;
};

/*
 * List them: those of midi_io_list(), then the serial lines that the user has
 * named and that are there; with `all` also simulated ones, and named ones that
 * are not here now, which have no direction. named: the n rows of ports.conf.
 * -1 and e; in any case free it.
 */
int sx_ports_list(struct sx_ports *p, const struct sx_named_port *named,
    size_t n, bool all, struct sx_err *e);
void sx_ports_free(struct sx_ports *p);

/* ---- What is plugged in and out ---- */

enum sx_ports_change { SX_PORTS_THERE, SX_PORTS_IN, SX_PORTS_OUT };

struct sx_ports_watch {
	bool all; /* set by the caller: all that midi_io_list() can list */
	/* Private. */
	struct midi_io_watch *hotplug;
	int timeout;
	struct midi_io_port *ports[2]; /* as they are now, and before */
	size_t n[2], at[2];
	bool begun, first;
};

/* -1 and e; in any case free it. */
int sx_ports_watch_begin(struct sx_ports_watch *w, struct sx_err *e);
/*
 * The next change: first each port that is there. 1, *change and *port, until
 * the next call; *list and *n are the ports among which it is. 0: a signal has
 * come, or nothing is to be reported yet; -1 and e. Blocks.
 */
int sx_ports_watch_next(struct sx_ports_watch *w, enum sx_ports_change *change,
    const struct midi_io_port **port, const struct midi_io_port **list,
    size_t *n, struct sx_err *e);
void sx_ports_watch_free(struct sx_ports_watch *w);

#endif
