/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "ports.h"
#include "sxlib/midi_io.h"
#include "sxlib/ports.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/table.h"
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

struct ports {
	struct cli *c;
	struct sx_ports list;
	bool all, watch; /* options */
};

static const struct option_row ports_options[] = {
	{ 0, "all", NULL,
	    "include sequencer, simulated and unused ports, and named ports "
	    "that are missing",
	    OPT_FLAG(struct ports, all) },
	{ 0, "watch", NULL, "keep running and report ports that come and go",
	    OPT_FLAG(struct ports, watch) },
	{ 'v', "verbose", NULL, "show USB socket, vendor and serial number",
	    OPT_COMMON(verbose) },
	OPTION_JSON,
	OPTIONS_END,
};

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

	print_json_pair(stdout, "", "port", p->name);
	printf(", \"input\": %s, \"output\": %s, \"name\": ",
	    p->dirs & MIDI_IO_IN ? "true" : "false",
	    p->dirs & MIDI_IO_OUT ? "true" : "false");
	print_json_text(stdout, p->title);
	print_json_given(stdout, ", ", "card_id", p->card_id);
	print_json_given(stdout, ", ", "card", p->card);
	printf(", \"simulated\": %s, \"sequencer\": %s, \"inactive\": %s",
	    p->simulated ? "true" : "false", p->sequencer ? "true" : "false",
	    p->inactive ? "true" : "false");
	print_json_given(stdout, ", ", "hardware", p->twin);
	print_json_given(stdout, ", ", "usb", port_socket(p, socket));
	print_json_given(stdout, ", ", "vendor", p->vendor);
	print_json_given(stdout, ", ", "product", p->product);
	print_json_given(stdout, ", ", "serial", p->serial);
}

static void
print_port_json(const struct sx_port_line *line)
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

/* More with --verbose. */
static void
ports_cells(const struct sx_port_line *line, bool verbose, const char *called,
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
	if (verbose) {
		memcpy((void *)(cells + n), (const void *)more, sizeof(more));
		n += sizeof(more) / sizeof(more[0]);
	}
	cells[n] = called;
}

static int
ports_add_row(struct table *t, bool verbose, const struct sx_port_line *line)
{
	char socket[sizeof(line->port.socket) + sizeof("usb:")];
	const char *cells[TABLE_COLUMNS];
	char called[256] = "";

	for (size_t i = 0; i < line->ncalled; i++)
		snprintf(called + strlen(called),
		    sizeof(called) - strlen(called), "%s%s", i > 0 ? ", " : "",
		    line->called[i]);
	ports_cells(line, verbose, called, socket, cells);
	return table_row(t, cells);
}

/* The user's names make a column if there are any. */
static int
ports_print_table(struct cli *c, const struct sx_ports *l)
{
	static const char *const brief[] = { "Dir", "Device", "Name", "Card",
		"Called" };
	static const char *const verbose[] = { "Dir", "Device", "Name", "Card",
		"Socket", "Vendor", "Product", "Serial", "Called" };
	struct table t = { .columns = c->verbose ? 8 : 4,
		.cut = 3 << 2 | 3 << 5 }; /* names, card, vendor, product */
	bool called = false;
	int rc;

	for (size_t i = 0; i < l->n; i++)
		called |= l->lines[i].ncalled > 0;
	t.columns += called;
	table_screen(&t, c);
	rc = table_row(&t, c->verbose ? verbose : brief);
	for (size_t i = 0; rc == 0 && i < l->n; i++)
		rc = ports_add_row(&t, c->verbose, &l->lines[i]);
	if (rc == 0)
		table_print(&t, 0, stdout);
	else
		sx_fail_memory(&c->err);
	table_free(&t);
	return rc;
}

static enum status
run_ports(struct cli *c)
{
	const struct sx_named_port *named;
	struct ports p = { .c = c };
	size_t n;

	if (opt_parse(c, &p) == -1 || opt_no_arguments(c) == -1)
		return ST_OK;
	if (p.watch)
		return watch_ports(c, p.all);
	named = user_ports(c, &n);
	if (sx_ports_list(&p.list, named, n, p.all, &c->err) == 0 && !c->json)
		ports_print_table(c, &p.list);
	for (size_t i = 0; c->json && c->err.code == SX_OK && i < p.list.n; i++)
		print_port_json(&p.list.lines[i]);
	sx_ports_free(&p.list);
	return ST_OK;
}

const struct command cmd_ports = {
	.name = "ports",
	.synopsis = "[--all] [--watch] [--verbose] [--json]",
	.summary = "List available MIDI ports",
	.options = ports_options,
	.run = run_ports,
};
