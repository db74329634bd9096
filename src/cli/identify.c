/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "sxlib/ports.h"
#include "sxlib/who.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/status.h"
#include "term/table.h"
#include "user.h"

#define COLUMNS 8

struct identify {
	struct cli *c;
	const char *port;
	bool all;
	int64_t wait;
	struct table table;
	size_t found;
	enum status status;
};

static const struct option_row identify_options[] = {
	OPTION_PORT(struct identify, port),
	{ 0, "all", NULL, "query every port with both directions",
	    OPT_FLAG(struct identify, all) },
	{ 't', "timeout", "S", "wait S seconds after the last reply; default 1",
	    OPT_SECONDS(struct identify, wait, 10000) },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

static int
identify_parse(struct identify *w)
{
	struct cli *c = w->c;

	if (opt_parse(c, w) == -1 || opt_no_arguments(c) == -1)
		return -1;
	if (!w->all && opt_is_standard(w->port))
		return opt_fail(
		    c, "--port - and the results both use standard output");
	return opt_exclude(c, "all", "port");
}

/* Format two bytes in the order of the message, as manuals print them. */
static void
identify_code_text(char text[8], unsigned code)
{
	snprintf(text, 8, "%02X %02X", code & 0x7f, code >> 7 & 0x7f);
}

static void
identify_print_instrument_json(const char *port, const struct sx_unit *i)
{
	char family[8], member[8], id[SX_MAKER_ID_TEXT];
	const struct sx_identity *who = &i->id;

	identify_code_text(family, who->family);
	identify_code_text(member, who->member);
	print_json_pair(stdout, "{", "port", port);
	print_json_number(stdout, ", ", "unit", who->unit);
	print_json_given(stdout, ", ", "maker", who->maker);
	print_json_pair(
	    stdout, ", ", "maker_id", sx_maker_id_text(who->maker_id, id));
	print_json_given(stdout, ", ", "device", who->device);
	print_json_pair(stdout, ", ", "family", family);
	print_json_pair(stdout, ", ", "member", member);
	print_json_given(stdout, ", ", "version", who->version);
	print_json_pair(stdout, ", ", "trust", sx_trust_text(who->trust));
	print_json_number(stdout, ", ", "replies", (int64_t)i->replies);
	printf(", \"reply\": \"");
	for (size_t k = 0; k < i->len; k++)
		printf("%s%02X", k > 0 ? " " : "", i->reply[k]);
	puts("\"}");
}

static int
identify_add_row(struct identify *w, const char *port, const struct sx_unit *i)
{
	const struct sx_identity *who = &i->id;
	char unit[8], maker[80], family[8], member[8], id[SX_MAKER_ID_TEXT];
	const char *cells[COLUMNS] = { port, unit, maker, who->device, family,
		member, who->version, sx_trust_text(who->trust) };

	snprintf(unit, sizeof(unit), "%u", who->unit);
	snprintf(maker, sizeof(maker), "%s", who->maker);
	if (who->maker[0] == '\0')
		snprintf(maker, sizeof(maker), "ID %s",
		    sx_maker_id_text(who->maker_id, id));
	identify_code_text(family, who->family);
	identify_code_text(member, who->member);
	return table_row(&w->table, cells);
}

static void
identify_say_silence(
    struct identify *w, const char *port, const struct sx_units *found)
{
	if (found->others == 0)
		say(w->c,
		    "no answer on %s: not every instrument answers; those that "
		    "do need a cable in each direction and SysEx enabled",
		    port);
	else
		say(w->c,
		    "no answer on %s, but %zu other SysEx message%s%s: "
		    "something is connected that does not identify itself",
		    port, found->others, plural(found->others),
		    found->damaged > 0 ? " (some damaged)" : "");
}

static int
identify_tell(
    struct identify *w, const char *port, const struct sx_units *found)
{
	char text[256];

	for (size_t i = 0; i < found->n; i++) {
		const struct sx_unit *in = &found->list[i];

		if (w->c->json)
			identify_print_instrument_json(port, in);
		else if (identify_add_row(w, port, in) == -1)
			return -1;
		if (in->replies > 1)
			say(w->c,
			    "%s answered %zu times on %s: counted once (units "
			    "with the same number cannot be distinguished)",
			    sx_unit_text(text, sizeof(text), &in->id),
			    in->replies, port);
	}
	flush_result(w->c);
	if (found->echoes > 0)
		say(w->c,
		    "%s: received its own request: the output is connected to "
		    "the input (a cable, or MIDI thru)",
		    port);
	if (found->flood) {
		warn(w->c, "%s: %s: giving up", port,
		    found->endless ? "endless message"
				   : "messages without a pause");
		w->status = status_worse(w->status, ST_INCOMPLETE);
	} else if (found->n == 0) {
		identify_say_silence(w, port, found);
	}
	w->found += found->n;
	return 0;
}

static int
identify_ask(struct identify *w, const char *port)
{
	struct sx_units found = { 0 };
	struct sx_talk t = { 0 };
	int rc = talk_open(&t, w->c, port);

	if (rc == 0) {
		progress(w->c, "querying %s", t.port_name);
		rc = sx_who_ask(&t, user_devices(w->c), w->wait, &found);
		/* Report the answers even after a failure. */
		if (identify_tell(w, t.port_name, &found) == -1)
			rc = -1;
	}
	sx_units_free(&found);
	sx_talk_close(&t);
	return rc;
}

/* Ask one port of --all: a failure is reported, and the others are asked. */
static void
identify_ask_too(struct identify *w, const char *port)
{
	if (identify_ask(w, port) == 0 || w->c->err.code == SX_OK)
		return;
	warn_counted(w->c, &w->c->err);
}

static void
identify_ask_all(struct identify *w)
{
	const unsigned both = MIDI_IO_IN | MIDI_IO_OUT;
	const struct sx_named_port *named;
	struct midi_io_port *ports;
	size_t n, nnamed, asked = 0;

	if (midi_io_list(&ports, &n, 0, &w->c->err) == -1)
		return;
	for (size_t i = 0; i < n && w->c->signal == 0; i++)
		if ((ports[i].dirs & both) == both) {
			asked++;
			identify_ask_too(w, ports[i].name);
		}
	free(ports);
	named = user_ports(w->c, &nnamed);
	for (size_t i = 0; i < nnamed && w->c->signal == 0; i++)
		if (sx_port_is_line(&named[i])) {
			asked++;
			identify_ask_too(w, named[i].port);
		}
	if (asked == 0)
		sx_fail(&w->c->err, SX_EPORT, 0,
		    "no MIDI port with both directions");
}

static enum status
run_identify(struct cli *c)
{
	static const char *const header[COLUMNS] = { "Port", "Unit", "Maker",
		"Device", "Family", "Member", "Version", "Trust" };
	struct identify w = { .c = c,
		.wait = SX_WHO_US,
		.table = { .columns = COLUMNS, .right = 2, .cut = 3 << 2 } };

	if (identify_parse(&w) == -1)
		return ST_OK;
	table_screen(&w.table, c);
	if (table_row(&w.table, header) == -1)
		return ST_OK;
	if (w.all)
		identify_ask_all(&w);
	else
		identify_ask(&w, w.port);
	progress(c, "%s", "");
	if (w.table.nrows > 1)
		table_print(&w.table, 0, stdout);
	table_free(&w.table);
	if (w.found == 0)
		w.status = status_worse(w.status, ST_INCOMPLETE);
	return w.status;
}

const struct command cmd_identify = {
	.name = "identify",
	.synopsis = "[--port PORT | --all] [options]",
	.summary =
	    "Identify connected instruments by the universal identity request",
	.options = identify_options,
	.run = run_identify,
};
