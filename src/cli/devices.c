/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "devices.h"
#include "own.h"
#include "sxlib/device.h"
#include "sxlib/request.h"
#include "table.h"

enum {
	OPT_DEVICE = OPT_LONG,
	OPT_KIND,
	OPT_SLOT,
	OPT_MAKER,
	OPT_DELAY,
	OPT_RATE,
};

static const struct option_row devices_options[] = {
	{ OPT_DEVICE, "device", "DEVICE", "add: its name" },
	{ OPT_KIND, "kind", "KIND", "add: what the dumps are, such as preset" },
	{ OPT_MAKER, "maker", "MAKER", "add: its maker's name, if not by ID" },
	{ OPT_SLOT, "slot", "N",
	    "add: number in the message, once for each dump" },
	{ OPT_DELAY, "delay", "MS", "add: pause it needs after a message" },
	{ OPT_RATE, "rate", "BYTES", "add: bytes per second it can take" },
	{ 'y', "yes", NULL, "add: keep the row without asking" },
	OPTION_JSON,
	OPTIONS_END,
};

static const char *
maker_name(const struct sx_device_row *row)
{
	const struct sx_maker *m = sx_maker_find(row->maker);

	if (row->maker_name != NULL)
		return row->maker_name;
	return m != NULL ? m->brand : NULL;
}

/* What it can be asked for, "pattern, kit", malloc'ed; NULL if nothing. all:
 * not only what belongs in a backup. */
static char *
requests_of(const char *device, bool all)
{
	const struct sx_request_row *row;
	char *text = NULL;
	size_t size, n = 0;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return NULL;
	for (size_t i = 0; (row = sx_request_row(i)) != NULL; i++)
		if (strcmp(row->device, device) == 0 && (all || !row->aside))
			fprintf(f, "%s%s", n++ > 0 ? ", " : "", row->what);
	if (fclose(f) == 0 && n > 0)
		return text;
	free(text);
	return NULL;
}

void
print_device_json(const struct sx_device_row *row)
{
	char *requests = requests_of(row->device, true);
	char id[SX_MAKER_ID_TEXT];

	printf("{\"maker\": ");
	print_json_text(stdout, maker_name(row));
	printf(", \"maker_id\": \"%s\", \"device\": ",
	    sx_maker_id_text(row->maker, id));
	print_json_text(stdout, row->device);
	printf(", \"kinds\": ");
	print_json_text(stdout, row->kinds);
	printf(", \"requests\": ");
	print_json_text(stdout, requests);
	free(requests);
	printf(", \"trust\": \"%s\", \"seen\": %s, \"source\": ",
	    sx_trust_text(row->trust),
	    row->trust == SX_TRUST_SEEN ? "true" : "false");
	print_json_text(stdout, row->source);
	printf(", \"checksum\": ");
	print_json_text(stdout, row->checksum);
	if (row->delay_ms >= 0)
		printf(", \"delay_ms\": %d", row->delay_ms);
	else
		printf(", \"delay_ms\": null");
	if (row->rate > 0)
		printf(", \"rate\": %d}\n", row->rate);
	else
		printf(", \"rate\": null}\n");
}

static int
add_row(struct table *t, const struct sx_device_row *row)
{
	char *requests = requests_of(row->device, false);
	char id[SX_MAKER_ID_TEXT], delay[24] = "";
	const char *const cells[] = { maker_name(row),
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

static int
print_rows(struct cli *c, struct table *t,
    const struct sx_device_row *const *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (c->json)
			print_device_json(rows[i]);
		else if (add_row(t, rows[i]) == -1)
			return sx_fail_memory(&c->err);
	}
	return 0;
}

/* The user's own rows come first. */
static void
list(struct cli *c)
{
	static const char *const header[] = { "Maker", "ID", "Device", "Kinds",
		"Requests", "Checksum", "Delay", "Trust", "Source" };
	struct table t = { .columns = 9, .right = 1u << 6 };
	const struct sx_device_row *const *own, *const *rows;
	size_t nown, n;

	own = sx_devices_rows(own_devices(c), &nown);
	rows = sx_device_rows(&n);
	if (table_row(&t, header) == -1)
		sx_fail_memory(&c->err);
	else if (print_rows(c, &t, own, nown) == 0 &&
		 print_rows(c, &t, rows, n) == 0 && !c->json)
		table_print(&t, 0, stdout);
	table_free(&t);
}

static int
parse_slot(struct cli *c, const char *arg, struct devices_opts *o)
{
	long *p = realloc(o->slots, (o->nslots + 1) * sizeof(*p));

	if (p == NULL)
		return sx_fail_memory(&c->err);
	o->slots = p;
	return opt_count(c, "slot", arg, 0, 127, &o->slots[o->nslots++]);
}

static int
parse_option(struct cli *c, struct devices_opts *o, int id, const char *arg)
{
	switch (id) {
	case OPT_DEVICE:
		o->device = arg;
		return 0;
	case OPT_KIND:
		o->kind = opt_kind(c, arg);
		return o->kind == -1 ? -1 : 0;
	case OPT_MAKER:
		o->maker = arg;
		return 0;
	case OPT_SLOT:
		return parse_slot(c, arg, o);
	case OPT_DELAY:
		return opt_count(c, "delay", arg, 0, 3600000, &o->delay);
	case OPT_RATE:
		return opt_count(c, "rate", arg, 1, 1000000000, &o->rate);
	default:
		o->yes = true;
		return 0;
	}
}

static enum status
run_devices(struct cli *c)
{
	struct devices_opts o = { .kind = -1, .delay = -1 };
	bool given = false;
	const char *arg;
	int id;

	while ((id = opt_next(c, &arg)) > 0) {
		given = true;
		if (parse_option(c, &o, id, arg) == -1)
			break;
	}
	if (id != 0) {
		free(o.slots);
		return ST_OK;
	}
	if (c->next < c->argc && strcmp(c->argv[c->next], "add") == 0) {
		c->next++;
		devices_add(c, &o);
	} else if (c->next < c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "there is 'devices' and 'devices add', but not 'devices "
		    "%s'",
		    c->argv[c->next]);
	} else if (given) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "these options are for 'devices add'");
	} else {
		list(c);
	}
	free(o.slots);
	return ST_OK;
}

const struct command cmd_devices = {
	.name = "devices",
	.synopsis =
	    "[--json] | add DUMP... --device NAME --kind KIND [options]",
	.summary = "List the devices it knows, or teach it one",
	.options = devices_options,
	.run = run_devices,
};
