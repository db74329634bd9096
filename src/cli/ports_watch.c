/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "ports.h"
#include "term/json.h"
#include "term/say.h"
#include "user.h"

static void
ports_tell(
    struct cli *c, enum sx_ports_change change, const struct sx_port_line *line)
{
	const struct midi_io_port *p = &line->port;
	static const char *const events[] = { "there", "plugged in",
		"unplugged" };

	if (!c->json) {
		say_result(c, "%-3s  %-12s  %s  %s  %s",
		    port_direction(p->dirs), p->name, p->title, p->card_id,
		    events[change]);
		return;
	}
	print_json_pair(stdout, "{", "event", events[change]);
	print_port_json(", ", line);
	flush_result(c);
}

enum status
watch_ports(struct cli *c, bool all)
{
	struct sx_ports_watch w = { .all = all };
	const struct sx_port_line *line;
	enum sx_ports_change change;
	int rc;

	if (c->json)
		w.named = user_ports(c, &w.nnamed);
	rc = sx_ports_watch_begin(&w, &c->err);
	while (rc != -1 && c->out_errno == 0) {
		rc = sx_ports_watch_next(&w, &change, &line, &c->err);
		if (rc == 1)
			ports_tell(c, change, line);
	}
	sx_ports_watch_free(&w);
	return ST_OK;
}
