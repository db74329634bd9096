/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "commands.h"
#include "ports.h"
#include "sxlib/midi_io.h"
#include "table.h"

enum { OPT_ALL = OPT_LONG, OPT_WATCH };

static const struct option_row ports_options[] = {
	{ OPT_ALL, "all", NULL, "list simulated instruments, too" },
	{ OPT_WATCH, "watch", NULL,
	    "go on, and tell what is plugged in and out" },
	OPTION_JSON,
	OPTIONS_END,
};

const char *
port_direction(unsigned dirs)
{
	switch (dirs & (MIDI_IO_IN | MIDI_IO_OUT)) {
	case MIDI_IO_IN | MIDI_IO_OUT:
		return "IO";
	case MIDI_IO_IN:
		return "I";
	default:
		return " O";
	}
}

static void
print_port_json(const struct midi_io_port *p)
{
	printf("{\"port\": ");
	print_json_text(stdout, p->name);
	printf(", \"input\": %s, \"output\": %s, \"name\": ",
	    p->dirs & MIDI_IO_IN ? "true" : "false",
	    p->dirs & MIDI_IO_OUT ? "true" : "false");
	print_json_text(stdout, p->title);
	printf(", \"card_id\": ");
	print_json_text(stdout, p->card_id[0] != '\0' ? p->card_id : NULL);
	printf(", \"card\": ");
	print_json_text(stdout, p->card[0] != '\0' ? p->card : NULL);
	printf(", \"simulated\": %s}\n", p->simulated ? "true" : "false");
}

static int
print_table(struct cli *c, const struct midi_io_port *ports, size_t n)
{
	static const char *const header[] = { "Dir", "Device", "Name", "Card" };
	struct table t = { .columns = 4 };
	int rc = table_row(&t, header);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const char *const row[] = { port_direction(ports[i].dirs),
			ports[i].name, ports[i].title, ports[i].card_id };

		rc = table_row(&t, row);
	}
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
	struct midi_io_port *ports = NULL;
	bool all = false, watch = false;
	const char *arg;
	size_t n = 0;
	int id;

	while ((id = opt_next(c, &arg)) > 0) {
		all |= id == OPT_ALL;
		watch |= id == OPT_WATCH;
	}
	if (id == -1)
		return ST_OK;
	if (c->next < c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0, "takes no argument: '%s'",
		    c->argv[c->next]);
		return ST_OK;
	}
	if (watch)
		return watch_ports(c, all);
	if (midi_io_list(&ports, &n, all, &c->err) == -1)
		return ST_OK;
	if (!c->json)
		print_table(c, ports, n);
	for (size_t i = 0; c->json && i < n; i++)
		print_port_json(&ports[i]);
	free(ports);
	return ST_OK;
}

const struct command cmd_ports = {
	.name = "ports",
	.synopsis = "[--all] [--watch] [--json]",
	.summary = "List the MIDI ports there are now",
	.options = ports_options,
	.run = run_ports,
};
