/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sxlib/ports.h"

/* A card has several nodes, created one after the other; its permissions come
 * last. */
#define SETTLE_MS 150
#define AGAIN_MS  1000

#define TTY "tty:"

bool
sx_port_is_line(const struct sx_named_port *named)
{
	char path[MIDI_IO_NAME];

	if (strncmp(named->port, TTY, strlen(TTY)) != 0)
		return false;
	snprintf(path, sizeof(path), "%s", named->port + strlen(TTY));
	path[strcspn(path, "@")] = '\0';
	return access(path, F_OK) == 0;
}

/* ---- List ---- */

const char *
sx_port_line_name(const struct sx_port_line *line)
{
	if (line->row == NULL)
		return line->port.name;
	/* One word that --port accepts, as in all lines. */
	return line->port.dirs != 0 ? line->row->port : line->row->name;
}

const char *
sx_port_line_title(const struct sx_port_line *line, char buf[SX_PORT_TITLE])
{
	if (line->row == NULL || line->port.dirs != 0)
		return line->port.title;
	snprintf(buf, SX_PORT_TITLE, "%s, not connected", line->row->port);
	return buf;
}

static struct sx_port_line *
ports_add_line(
    struct sx_ports *l, const struct midi_io_port *port, struct sx_err *e)
{
	struct sx_port_line *p = realloc(l->lines, (l->n + 1) * sizeof(*p));

	if (p == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	l->lines = p;
	p[l->n] = (struct sx_port_line){ .port = *port };
	return &p[l->n++];
}

static int
ports_add_name(struct sx_port_line *line, const char *name, struct sx_err *e)
{
	const char **p = realloc(
	    (void *)(uintptr_t)line->called, (line->ncalled + 1) * sizeof(*p));

	if (p == NULL)
		return sx_fail_memory(e);
	line->called = p;
	p[line->ncalled++] = name;
	return 0;
}

/* Add a port of ports.conf that midi_io_list() lacks. Returns NULL without an
 * error if it is not to be shown. */
static struct sx_port_line *
ports_add_unlisted(struct sx_ports *l, const struct sx_named_port *named,
    bool all, struct sx_err *e)
{
	struct midi_io_port port = { 0 };
	struct sx_port_line *line;

	if (sx_port_is_line(named))
		port.dirs = MIDI_IO_IN | MIDI_IO_OUT;
	else if (!all)
		return NULL;
	line = ports_add_line(l, &port, e);
	if (line != NULL)
		line->row = named;
	return line;
}

static int
ports_add_named(struct sx_ports *l, const struct midi_io_port *ports, size_t n,
    const struct sx_named_port *named, bool all, struct sx_err *e)
{
	const struct midi_io_port *port = midi_io_find(ports, n, named->port);
	struct sx_port_line *line;

	if (port != NULL)
		line = &l->lines[port - ports];
	else
		line = ports_add_unlisted(l, named, all, e);
	if (line == NULL)
		return e->code != SX_OK ? -1 : 0;
	return ports_add_name(line, named->name, e);
}

int
sx_ports_list(struct sx_ports *p, const struct sx_named_port *named, size_t n,
    bool all, struct sx_err *e)
{
	struct midi_io_port *ports;
	size_t nports;
	int rc = 0;

	*p = (struct sx_ports){ NULL, 0 };
	if (midi_io_list(&ports, &nports, all ? MIDI_IO_ALL : 0, e) == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < nports; i++)
		rc = ports_add_line(p, &ports[i], e) != NULL ? 0 : -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = ports_add_named(p, ports, nports, &named[i], all, e);
	free(ports);
	return rc;
}

void
sx_ports_free(struct sx_ports *p)
{
	for (size_t i = 0; i < p->n; i++)
		free((void *)(uintptr_t)p->lines[i].called);
	free(p->lines);
	*p = (struct sx_ports){ NULL, 0 };
}

/* ---- Changes ---- */

enum { NOW, BEFORE };

int
sx_ports_watch_begin(struct sx_ports_watch *w, struct sx_err *e)
{
	w->first = true;
	w->timeout = 0;
	w->hotplug = midi_io_watch_open(w->all, e);
	return w->hotplug == NULL ? -1 : 0;
}

static bool
ports_has(
    const struct sx_ports_watch *w, int which, const struct midi_io_port *p)
{
	const struct midi_io_port *q = w->ports[which];

	for (size_t i = 0; i < w->n[which]; i++, q++)
		if (q->dirs == p->dirs && strcmp(q->name, p->name) == 0 &&
		    strcmp(q->title, p->title) == 0 &&
		    strcmp(q->card_id, p->card_id) == 0)
			return true;
	return false;
}

/* Return the next port of one list that the other lacks. */
static const struct midi_io_port *
ports_differ(struct sx_ports_watch *w, int which)
{
	const struct midi_io_port *p;

	while (w->at[which] < w->n[which]) {
		p = &w->ports[which][w->at[which]++];
		if (!ports_has(w, which == NOW ? BEFORE : NOW, p))
			return p;
	}
	return NULL;
}

/* List again. A permission that is not there yet is not an error. */
static int
ports_update(struct sx_ports_watch *w, struct sx_err *e)
{
	struct midi_io_port *ports;
	struct sx_err why = { 0 };
	size_t n;

	if (midi_io_list(&ports, &n, w->all ? MIDI_IO_ALL : 0, &why) == -1) {
		if (why.code == SX_EPORT)
			return 0;
		*e = why;
		return -1;
	}
	free(w->ports[BEFORE]);
	w->ports[BEFORE] = w->ports[NOW];
	w->n[BEFORE] = w->n[NOW];
	w->ports[NOW] = ports;
	w->n[NOW] = n;
	w->at[NOW] = w->at[BEFORE] = 0;
	return 0;
}

/* Wait for a change, and until it has settled. */
static int
ports_wait(struct sx_ports_watch *w, struct sx_err *e)
{
	struct pollfd fd = { .fd = midi_io_watch_fd(w->hotplug),
		.events = POLLIN };
	int ready = poll(&fd, 1, w->timeout);

	if (ready == -1 && errno != EINTR)
		return sx_fail(
		    e, SX_EIO, errno, "cannot wait for port changes");
	if (ready > 0) {
		if (midi_io_watch_clear(w->hotplug))
			w->timeout = SETTLE_MS;
		return 0;
	}
	w->timeout = w->timeout == SETTLE_MS ? AGAIN_MS : -1;
	return ports_update(w, e);
}

static void
ports_forget_line(struct sx_ports_watch *w)
{
	free((void *)(uintptr_t)w->line.called);
	w->line = (struct sx_port_line){ .ncalled = 0 };
}

/* Set w->line to a port of this list, with the user's names for it. */
static int
ports_give_line(struct sx_ports_watch *w, int which,
    const struct midi_io_port *port, struct sx_err *e)
{
	w->line.port = *port;
	for (size_t i = 0; i < w->nnamed; i++)
		if (midi_io_find(w->ports[which], w->n[which],
			w->named[i].port) == port &&
		    ports_add_name(&w->line, w->named[i].name, e) == -1)
			return -1;
	return 1;
}

int
sx_ports_watch_next(struct sx_ports_watch *w, enum sx_ports_change *change,
    const struct sx_port_line **line, struct sx_err *e)
{
	const struct midi_io_port *port;
	int which = BEFORE;

	ports_forget_line(w);
	if (!w->begun) {
		w->begun = true;
		w->timeout = -1;
		if (ports_update(w, e) == -1)
			return -1;
	}
	port = ports_differ(w, BEFORE);
	if (port == NULL) {
		which = NOW;
		port = ports_differ(w, NOW);
	}
	if (port == NULL) {
		w->first = false;
		return ports_wait(w, e);
	}
	*change = which == BEFORE ? SX_PORTS_OUT
		  : w->first	  ? SX_PORTS_THERE
				  : SX_PORTS_IN;
	*line = &w->line;
	return ports_give_line(w, which, port, e);
}

void
sx_ports_watch_free(struct sx_ports_watch *w)
{
	midi_io_watch_close(w->hotplug);
	free(w->ports[NOW]);
	free(w->ports[BEFORE]);
	ports_forget_line(w);
}
