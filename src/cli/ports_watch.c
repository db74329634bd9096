/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "ports.h"
#include "sxlib/ports.h"
#include "term/json.h"
#include "term/say.h"
#include "user.h"

/* The names that the user has for port p of the list. */
static void
print_called(struct cli *c, const struct midi_io_port *p,
    const struct midi_io_port *list, size_t nlist)
{
	const struct sx_named_port *named;
	const char *between = "";
	size_t n;

	named = user_ports(c, &n);
	printf(", \"called\": [");
	for (size_t i = 0; i < n; i++) {
		if (midi_io_find(list, nlist, named[i].port) != p)
			continue;
		fputs(between, stdout);
		print_json_text(stdout, named[i].name);
		between = ", ";
	}
	putchar(']');
}

static void
tell(struct cli *c, enum sx_ports_change change, const struct midi_io_port *p,
    const struct midi_io_port *list, size_t n)
{
	static const char *const events[] = { "there", "plugged in",
		"unplugged" };

	if (!c->json) {
		say_result(c, "%-3s  %-12s  %s  %s  %s",
		    port_direction(p->dirs), p->name, p->title, p->card_id,
		    events[change]);
		return;
	}
	printf("{\"event\": \"%s\", ", events[change]);
	print_port_keys(p);
	print_called(c, p, list, n);
	puts("}");
	flush_result(c);
}

enum status
watch_ports(struct cli *c, bool all)
{
	struct sx_ports_watch w = { .all = all };
	const struct midi_io_port *port, *list;
	enum sx_ports_change change;
	size_t n;
	int rc = sx_ports_watch_begin(&w, &c->err);

	while (rc != -1 && c->out_errno == 0) {
		rc =
		    sx_ports_watch_next(&w, &change, &port, &list, &n, &c->err);
		if (rc == 1)
			tell(c, change, port, list, n);
	}
	sx_ports_watch_free(&w);
	return ST_OK;
}
