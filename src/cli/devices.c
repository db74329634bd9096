/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "devices.h"
#include "sxlib/instrument.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/table.h"
#include "user.h"

void
print_device_facts(struct cli *c, const struct sx_device_row *row)
{
	char *requests = sx_device_requests(user_devices(c), row->device, true);
	char id[SX_MAKER_ID_TEXT];

	print_json_pair(stdout, "{", "maker", sx_device_maker(row));
	print_json_pair(
	    stdout, ", ", "maker_id", sx_maker_id_text(row->maker, id));
	print_json_pair(stdout, ", ", "device", row->device);
	print_json_pair(stdout, ", ", "kinds", row->kinds);
	print_json_pair(stdout, ", ", "requests", requests);
	free(requests);
	print_json_pair(stdout, ", ", "names",
	    sx_device_names(user_devices(c), row->device));
	print_json_pair(stdout, ", ", "trust", sx_trust_text(row->trust));
	print_json_flag(stdout, ", ", "seen", row->trust == SX_TRUST_SEEN);
	print_json_pair(stdout, ", ", "source", row->source);
	print_json_pair(stdout, ", ", "checksum", row->checksum);
	print_json_number(stdout, ", ", "delay_ms", row->delay_ms);
	print_json_number(stdout, ", ", "rate", row->rate > 0 ? row->rate : -1);
}

void
print_device_json(struct cli *c, const struct sx_device_row *row)
{
	print_device_facts(c, row);
	puts("}");
}

static int
devices_add_row(struct cli *c, struct table *t, const struct sx_device_row *row)
{
	char *requests =
	    sx_device_requests(user_devices(c), row->device, false);
	char id[SX_MAKER_ID_TEXT], delay[24] = "";
	const char *const cells[] = { sx_device_maker(row),
		sx_maker_id_text(row->maker, id), row->device, row->kinds,
		requests, row->checksum, delay, sx_trust_text(row->trust),
		row->source };
	int rc;

	if (row->delay_ms >= 0)
		snprintf(delay, sizeof(delay), "%d ms", row->delay_ms);
	rc = table_row(t, cells);
	free(requests);
	return rc;
}

/* The user's devices come first. */
static void
devices_list(struct cli *c)
{
	static const char *const header[] = { "Maker", "ID", "Device", "Kinds",
		"Requests", "Checksum", "Delay", "Trust", "Source" };
	struct table t = {
		.columns = 9, .right = 1u << 6, .prose = 7u << 3 | 1u << 8
	};
	const struct sx_devices *user = user_devices(c);
	struct sx_instrument in;
	int rc;

	table_screen(&t, c);
	rc = table_row(&t, header);
	for (size_t i = 0; rc == 0 && sx_instrument(user, i, &in); i++)
		if (c->json)
			print_device_json(c, &in.row);
		else
			rc = devices_add_row(c, &t, &in.row);
	if (rc == 0 && !c->json)
		table_print(&t, 0, stdout);
	table_free(&t);
}

#define FOR_ADD 1u /* the job that the options are for */

static int
devices_take_slot(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	struct devices_opts *o = opts;
	struct sx_typed_slot *p =
	    realloc(o->slots, (o->nslots + 1) * sizeof(*p));

	(void)row;
	if (p == NULL)
		return sx_fail_memory(&c->err);
	o->slots = p;
	return sx_typed_slot(arg, &p[o->nslots++], &c->err);
}

static int
devices_take_name(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	if (arg[0] == '\0' || strlen(arg) >= SX_FACT_TEXT)
		return opt_fail(
		    c, "--name: expected 1 to %d characters", SX_FACT_TEXT - 1);
	return opt_take_texts(c, row, opts, arg);
}

static const struct option_row devices_options[] = {
	{ 0, "device", "DEVICE", "add: the device name",
	    OPT_TEXT(struct devices_opts, device), .jobs = FOR_ADD },
	{ 0, "kind", "KIND", "add: kind of the dumps, such as preset",
	    OPT_KIND(struct devices_opts, kind), .jobs = FOR_ADD },
	{ 0, "maker", "MAKER", "add: the maker's name, default by ID",
	    OPT_TEXT(struct devices_opts, maker), .jobs = FOR_ADD },
	{ 0, "slot", "SLOT", "add: slot as displayed, once per dump",
	    OPT_BY(devices_take_slot), .jobs = FOR_ADD },
	{ 0, "name", "NAME", "add: name as displayed, once or per dump",
	    OPT_BY(devices_take_name),
	    OPT_TEXTS_AT(struct devices_opts, names, nnames), .jobs = FOR_ADD },
	{ 0, "delay", "MS", "add: pause needed after a message",
	    OPT_COUNT(struct devices_opts, delay, 0, 3600000),
	    .jobs = FOR_ADD },
	{ 0, "rate", "BYTES", "add: most bytes per second",
	    OPT_COUNT(struct devices_opts, rate, 1, 1000000000),
	    .jobs = FOR_ADD },
	{ 'y', "yes", NULL, "add: do not ask before adding it",
	    OPT_FLAG(struct devices_opts, yes), .jobs = FOR_ADD },
	OPTION_JSON,
	OPTIONS_END,
};

static enum status
devices_run(struct cli *c, const struct devices_opts *o)
{
	const char *job = c->next < c->argc ? c->argv[c->next++] : NULL;
	bool add = job != NULL && strcmp(job, "add") == 0;

	if (opt_unfit(c, add ? FOR_ADD : 0) != NULL)
		opt_fail(c, "these options only apply to 'devices add'");
	else if (add)
		devices_add(c, o);
	else if (job == NULL)
		devices_list(c);
	else if (strcmp(job, "show") == 0)
		devices_show(c);
	else if (strcmp(job, "check") == 0)
		return devices_check(c);
	else
		opt_fail(c,
		    "unknown subcommand 'devices %s' (show, check, add)", job);
	return ST_OK;
}

static enum status
run_devices(struct cli *c)
{
	struct devices_opts o = { .kind = -1, .delay = -1 };
	enum status status = ST_OK;

	if (opt_parse(c, &o) == 0)
		status = devices_run(c, &o);
	free(o.slots);
	free(o.names);
	return status;
}

const struct command cmd_devices = {
	.name = "devices",
	.synopsis = "[--json] | show NAME | check FILE... | add DUMP... "
		    "--device NAME --kind KIND [options]",
	.summary = "List known devices, show or check their pages, or add one",
	.options = devices_options,
	.run = run_devices,
};
