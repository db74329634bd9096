/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "json.h"
#include "opt.h"
#include "ports.h"
#include "sxlib/midi_io.h"
#include "table.h"
#include "user.h"

const char *
port_direction(unsigned dirs)
{
	switch (dirs & (MIDI_IO_IN | MIDI_IO_OUT)) {
	case MIDI_IO_IN | MIDI_IO_OUT:
		return "IO";
	case MIDI_IO_IN:
		return "I";
	case MIDI_IO_OUT:
		return " O";
	default:
		return "-";
	}
}

/* One line of what is listed. */
struct line {
	struct midi_io_port port;
	const char **called; /* the user's names for it; owned */
	size_t ncalled;
};

struct list {
	struct cli *c;
	struct line *lines;
	size_t n;
	bool all, watch; /* options */
};

static const struct option_row ports_options[] = {
	{ 0, "all", NULL,
	    "also the sequencer's, simulated ones, and named ones not here now",
	    OPT_FLAG(struct list, all) },
	{ 0, "watch", NULL, "go on, and tell what is plugged in and out",
	    OPT_FLAG(struct list, watch) },
	{ 'v', "verbose", NULL, "also USB sockets, vendors and serial numbers",
	    OPT_COMMON(verbose) },
	OPTION_JSON,
	OPTIONS_END,
};

static struct line *
ports_add_line(struct list *l, const struct midi_io_port *port)
{
	struct line *p = realloc(l->lines, (l->n + 1) * sizeof(*p));

	if (p == NULL) {
		sx_fail_memory(&l->c->err);
		return NULL;
	}
	l->lines = p;
	p[l->n] = (struct line){ .port = *port };
	return &p[l->n++];
}

static int
ports_add_name(struct list *l, struct line *line, const char *name)
{
	const char **p = realloc(
	    (void *)(uintptr_t)line->called, (line->ncalled + 1) * sizeof(*p));

	if (p == NULL)
		return sx_fail_memory(&l->c->err);
	line->called = p;
	p[line->ncalled++] = name;
	return 0;
}

/* A port of the user's that no list has: a serial line, or one that is not
 * here now, which has no direction. */
static struct line *
ports_add_unlisted(struct list *l, const struct sx_named_port *named, bool all)
{
	const char *tty = "tty:";
	bool is_tty = strncmp(named->port, tty, strlen(tty)) == 0;
	struct midi_io_port port = { 0 };
	char path[sizeof(port.name)];

	snprintf(path, sizeof(path), "%s", named->port + is_tty * strlen(tty));
	path[strcspn(path, "@")] = '\0';
	if (is_tty && access(path, F_OK) == 0) {
		port.dirs = MIDI_IO_IN | MIDI_IO_OUT;
		snprintf(port.name, sizeof(port.name), "%s", named->port);
	} else if (all) {
		/* One word that --port takes, as in all lines. */
		snprintf(port.name, sizeof(port.name), "%s", named->name);
		snprintf(port.title, sizeof(port.title), "%s, not here now",
		    named->port);
	} else {
		return NULL;
	}
	return ports_add_line(l, &port);
}

static int
ports_add_names(
    struct list *l, const struct midi_io_port *ports, size_t n, bool all)
{
	const struct midi_io_port *port;
	const struct sx_named_port *named;
	size_t nnamed;

	named = user_ports(l->c, &nnamed);
	for (size_t i = 0; i < nnamed; i++) {
		struct line *line;

		port = midi_io_find(ports, n, named[i].port);
		if (port != NULL)
			line = &l->lines[port - ports];
		else
			line = ports_add_unlisted(l, &named[i], all);
		if (line == NULL && l->c->err.code != SX_OK)
			return -1;
		if (line != NULL &&
		    ports_add_name(l, line, named[i].name) == -1)
			return -1;
	}
	return 0;
}

/* A key with a text, null if it is "". */
static void
print_port_text(const char *key, const char *text)
{
	printf(", \"%s\": ", key);
	print_json_text(stdout, text[0] != '\0' ? text : NULL);
}

/* The name of the USB socket that --port takes; "" if it is in none. */
static const char *
port_socket(
    const struct midi_io_port *p, char buf[sizeof(p->socket) + sizeof("usb:")])
{
	snprintf(buf, sizeof(p->socket) + sizeof("usb:"), "%s%s",
	    p->socket[0] != '\0' ? "usb:" : "", p->socket);
	return buf;
}

void
print_port_keys(const struct midi_io_port *p)
{
	char socket[sizeof(p->socket) + sizeof("usb:")];

	printf("\"port\": ");
	print_json_text(stdout, p->name);
	printf(", \"input\": %s, \"output\": %s, \"name\": ",
	    p->dirs & MIDI_IO_IN ? "true" : "false",
	    p->dirs & MIDI_IO_OUT ? "true" : "false");
	print_json_text(stdout, p->title);
	print_port_text("card_id", p->card_id);
	print_port_text("card", p->card);
	printf(", \"simulated\": %s, \"sequencer\": %s, \"inactive\": %s",
	    p->simulated ? "true" : "false", p->sequencer ? "true" : "false",
	    p->inactive ? "true" : "false");
	print_port_text("hardware", p->twin);
	print_port_text("usb", port_socket(p, socket));
	print_port_text("vendor", p->vendor);
	print_port_text("product", p->product);
	print_port_text("serial", p->serial);
}

static void
print_port_json(const struct line *line)
{
	putchar('{');
	print_port_keys(&line->port);
	printf(", \"called\": [");
	for (size_t i = 0; i < line->ncalled; i++) {
		fputs(i > 0 ? ", " : "", stdout);
		print_json_text(stdout, line->called[i]);
	}
	puts("]}");
}

/* More with --verbose; the user's names make a column if there are any. */
static void
ports_cells(const struct list *l, const struct line *line, const char *called,
    char socket[sizeof(line->port.socket) + sizeof("usb:")],
    const char *cells[TABLE_COLUMNS])
{
	const struct midi_io_port *p = &line->port;
	const char *const first[] = { port_direction(p->dirs), p->name,
		p->title, p->sequencer ? p->card : p->card_id };
	const char *const more[] = { port_socket(p, socket), p->vendor,
		p->product, p->serial };
	size_t n = sizeof(first) / sizeof(first[0]);

	memcpy((void *)cells, (const void *)first, sizeof(first));
	if (l->c->verbose) {
		memcpy((void *)(cells + n), (const void *)more, sizeof(more));
		n += sizeof(more) / sizeof(more[0]);
	}
	cells[n] = called;
}

static int
ports_add_row(const struct list *l, struct table *t, const struct line *line)
{
	char socket[sizeof(line->port.socket) + sizeof("usb:")];
	const char *cells[TABLE_COLUMNS];
	char called[256] = "";

	for (size_t i = 0; i < line->ncalled; i++)
		snprintf(called + strlen(called),
		    sizeof(called) - strlen(called), "%s%s", i > 0 ? ", " : "",
		    line->called[i]);
	ports_cells(l, line, called, socket, cells);
	return table_row(t, cells);
}

static int
ports_print_table(const struct list *l)
{
	static const char *const brief[] = { "Dir", "Device", "Name", "Card",
		"Called" };
	static const char *const verbose[] = { "Dir", "Device", "Name", "Card",
		"Socket", "Vendor", "Product", "Serial", "Called" };
	struct table t = { .columns = l->c->verbose ? 8 : 4 };
	bool called = false;
	int rc;

	for (size_t i = 0; i < l->n; i++)
		called |= l->lines[i].ncalled > 0;
	t.columns += called;
	rc = table_row(&t, l->c->verbose ? verbose : brief);
	for (size_t i = 0; rc == 0 && i < l->n; i++)
		rc = ports_add_row(l, &t, &l->lines[i]);
	if (rc == 0)
		table_print(&t, 0, stdout);
	else
		sx_fail_memory(&l->c->err);
	table_free(&t);
	return rc;
}

static int
ports_list(struct list *l, bool all)
{
	struct midi_io_port *ports;
	size_t n;
	int rc = 0;

	if (midi_io_list(&ports, &n, all ? MIDI_IO_ALL : 0, &l->c->err) == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = ports_add_line(l, &ports[i]) != NULL ? 0 : -1;
	if (rc == 0)
		rc = ports_add_names(l, ports, n, all);
	free(ports);
	return rc;
}

static enum status
run_ports(struct cli *c)
{
	struct list l = { .c = c };

	if (opt_parse(c, &l) == -1 || opt_no_arguments(c) == -1)
		return ST_OK;
	if (l.watch)
		return watch_ports(c, l.all);
	if (ports_list(&l, l.all) == 0 && !c->json)
		ports_print_table(&l);
	for (size_t i = 0; i < l.n; i++) {
		if (c->json && c->err.code == SX_OK)
			print_port_json(&l.lines[i]);
		free((void *)(uintptr_t)l.lines[i].called);
	}
	free(l.lines);
	return ST_OK;
}

const struct command cmd_ports = {
	.name = "ports",
	.synopsis = "[--all] [--watch] [--verbose] [--json]",
	.summary = "List the MIDI ports there are now",
	.options = ports_options,
	.run = run_ports,
};
