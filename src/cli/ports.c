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

/* Return the USB socket as --port accepts it; "" if there is none. */
static const char *
port_socket(
    const struct midi_io_port *p, char buf[sizeof(p->socket) + sizeof("usb:")])
{
	snprintf(buf, sizeof(p->socket) + sizeof("usb:"), "%s%s",
	    p->socket[0] != '\0' ? "usb:" : "", p->socket);
	return buf;
}

void
print_port_json(const char *before, const struct sx_port_line *line)
{
	const struct midi_io_port *p = &line->port;
	char socket[sizeof(p->socket) + sizeof("usb:")], title[SX_PORT_TITLE];

	print_json_pair(stdout, before, "port", sx_port_line_name(line));
	print_json_flag(stdout, ", ", "input", p->dirs & MIDI_IO_IN);
	print_json_flag(stdout, ", ", "output", p->dirs & MIDI_IO_OUT);
	print_json_pair(stdout, ", ", "name", sx_port_line_title(line, title));
	print_json_given(stdout, ", ", "card_id", p->card_id);
	print_json_given(stdout, ", ", "card", p->card);
	print_json_flag(stdout, ", ", "simulated", p->simulated);
	print_json_flag(stdout, ", ", "sequencer", p->sequencer);
	print_json_flag(stdout, ", ", "inactive", p->inactive);
	print_json_given(stdout, ", ", "hardware", p->twin);
	print_json_given(stdout, ", ", "usb", port_socket(p, socket));
	print_json_given(stdout, ", ", "vendor", p->vendor);
	print_json_given(stdout, ", ", "product", p->product);
	print_json_given(stdout, ", ", "serial", p->serial);
	printf(", \"called\": [");
	for (size_t i = 0; i < line->ncalled; i++) {
		fputs(i > 0 ? ", " : "", stdout);
		print_json_text(stdout, line->called[i]);
	}
	puts("]}");
}

#define PORT_COLUMNS 9

/* Add a row of these cells. The vendor and those after it need --verbose; the
 * last column may be missing. */
static int
ports_add_cells(struct table *t, bool verbose, const char *const *all)
{
	const char *cells[PORT_COLUMNS];
	size_t n = 0;

	for (size_t i = 0; i < PORT_COLUMNS; i++)
		if (verbose || i < 4 || i + 1 == PORT_COLUMNS)
			cells[n++] = all[i];
	return table_row(t, cells);
}

static int
ports_add_row(struct table *t, bool verbose, const struct sx_port_line *line)
{
	const struct midi_io_port *p = &line->port;
	char socket[sizeof(p->socket) + sizeof("usb:")], called[256] = "";
	char title[SX_PORT_TITLE];
	const char *const cells[PORT_COLUMNS] = { port_direction(p->dirs),
		sx_port_line_name(line), sx_port_line_title(line, title),
		p->sequencer ? p->card : p->card_id, port_socket(p, socket),
		p->vendor, p->product, p->serial, called };

	for (size_t i = 0; i < line->ncalled; i++)
		snprintf(called + strlen(called),
		    sizeof(called) - strlen(called), "%s%s", i > 0 ? ", " : "",
		    line->called[i]);
	return ports_add_cells(t, verbose, cells);
}

/* The user's names are a column if there are any. */
static void
ports_print_table(struct cli *c, const struct sx_ports *l)
{
	static const char *const header[PORT_COLUMNS] = { "Dir", "Device",
		"Name", "Card", "Socket", "Vendor", "Product", "Serial",
		"Called" };
	struct table t = { .columns = c->verbose ? 8 : 4,
		.cut = 3 << 2 | 3 << 5 }; /* names, card, vendor, product */
	bool called = false;
	int rc;

	for (size_t i = 0; i < l->n; i++)
		called |= l->lines[i].ncalled > 0;
	t.columns += called;
	table_screen(&t, c);
	rc = ports_add_cells(&t, c->verbose, header);
	for (size_t i = 0; rc == 0 && i < l->n; i++)
		rc = ports_add_row(&t, c->verbose, &l->lines[i]);
	if (rc == 0)
		table_print(&t, 0, stdout);
	table_free(&t);
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
		print_port_json("{", &p.list.lines[i]);
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
