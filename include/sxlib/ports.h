/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PORTS_H
#define SXLIB_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/err.h"
#include "sxlib/midi_io.h"
#include "sxlib/user.h"

/* The current ports, with the names the user has given them. */

/* Is it a serial line that exists now? */
bool sx_port_is_line(const struct sx_named_port *named);

struct sx_port_line {
	struct midi_io_port port;
	/* Of a port that only ports.conf has: its row, borrowed. Its name and
	 * title are not in `port`: they may be longer. */
	const struct sx_named_port *row;
	const char **called; /* the user's names for it; names borrowed */
	size_t ncalled;
};

/* Its name for --port; borrowed. */
const char *sx_port_line_name(const struct sx_port_line *line);
/* Its title: borrowed, or in buf. */
#define SX_PORT_TITLE (MIDI_IO_NAME + 16)
const char *sx_port_line_title(
    const struct sx_port_line *line, char buf[SX_PORT_TITLE]);

struct sx_ports {
	struct sx_port_line *lines;
	size_t n;
};

/*
 * List the ports of midi_io_list(), then the existing serial lines that the
 * user has named. With `all` also simulated ports, and named ones that are not
 * connected, which have no direction. named: the n rows of ports.conf. Returns
 * 0, or -1 and sets e. The caller frees *p in both cases.
 */
int sx_ports_list(struct sx_ports *p, const struct sx_named_port *named,
    size_t n, bool all, struct sx_err *e);
void sx_ports_free(struct sx_ports *p);

/* ---- Hotplug ---- */

enum sx_ports_change { SX_PORTS_THERE, SX_PORTS_IN, SX_PORTS_OUT };

struct sx_ports_watch {
	/* Set by the caller: all that midi_io_list() can list; the rows of
	 * ports.conf, borrowed, or NULL. */
	bool all;
	const struct sx_named_port *named;
	size_t nnamed;
	/* Private. */
	struct midi_io_watch *hotplug;
	int timeout;
	struct midi_io_port *ports[2]; /* current and previous list */
	size_t n[2], at[2];
	bool begun, first;
	struct sx_port_line line; /* given out */
};

/* w is zeroed but for what the caller sets. Returns 0, or -1 and sets e. The
 * caller frees w in both cases. */
int sx_ports_watch_begin(struct sx_ports_watch *w, struct sx_err *e);
/*
 * Get the next change; existing ports are reported first. Returns 1 and sets
 * *change and *line, valid until the next call. Returns 0 if a signal arrived
 * or there is nothing to report yet, or -1 and sets e. Blocks.
 */
int sx_ports_watch_next(struct sx_ports_watch *w, enum sx_ports_change *change,
    const struct sx_port_line **line, struct sx_err *e);
void sx_ports_watch_free(struct sx_ports_watch *w);

#endif
