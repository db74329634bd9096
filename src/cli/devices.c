/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "commands.h"
#include "sxlib/device.h"
#include "table.h"

static const struct option_row devices_options[] = {
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

static void
print_device_json(const struct sx_device_row *row)
{
	char id[SX_MAKER_ID_TEXT];

	printf("{\"maker\": ");
	print_json_text(stdout, maker_name(row));
	printf(", \"maker_id\": \"%s\", \"device\": ",
	    sx_maker_id_text(row->maker, id));
	print_json_text(stdout, row->device);
	printf(", \"kinds\": ");
	print_json_text(stdout, row->kinds);
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
	char id[SX_MAKER_ID_TEXT], delay[24] = "";
	const char *const cells[] = { maker_name(row),
		sx_maker_id_text(row->maker, id), row->device, row->kinds,
		row->checksum, delay, sx_trust_text(row->trust), row->source };

	if (row->delay_ms >= 0)
		snprintf(delay, sizeof(delay), "%d ms", row->delay_ms);
	return table_row(t, cells);
}

static enum status
run_devices(struct cli *c)
{
	static const char *const header[] = { "Maker", "ID", "Device", "Kinds",
		"Checksum", "Delay", "Trust", "Source" };
	struct table t = { .columns = 8, .right = 1u << 5 };
	const struct sx_device_row *const *rows;
	const char *arg;
	size_t n;
	int rc;

	if (opt_next(c, &arg) == -1)
		return ST_OK;
	if (c->next < c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0, "takes no argument: '%s'",
		    c->argv[c->next]);
		return ST_OK;
	}
	rows = sx_device_rows(&n);
	rc = table_row(&t, header);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (c->json)
			print_device_json(rows[i]);
		else
			rc = add_row(&t, rows[i]);
	}
	if (rc == -1)
		sx_fail_memory(&c->err);
	else if (!c->json)
		table_print(&t, 0, stdout);
	table_free(&t);
	return ST_OK;
}

const struct command cmd_devices = {
	.name = "devices",
	.synopsis = "[--json]",
	.summary = "List the devices it knows, and where that comes from",
	.options = devices_options,
	.run = run_devices,
};
