/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "term/opt.h"
#include "watch.h"

/* Number first: a board without a clock begins each day at the same hour. */
#define NAME "{n:06}-{time}-{maker}-{device}-{kind}{slot}"

_Static_assert(offsetof(struct watch_opts, receive) == 0, "as for receive");

static int
watch_take_port(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	if (*arg == '\0')
		return opt_fail(c, "the port name is empty");
	return opt_take_texts(c, row, opts, arg);
}

const struct option_row watch_options[] = {
	{ 'o', "out", "DIR", "folder with a subfolder per port",
	    OPT_TEXT(struct watch_opts, receive.store.out) },
	{ 'p', "port", "PORT", "only this port; repeatable",
	    OPT_BY(watch_take_port),
	    OPT_TEXTS_AT(struct watch_opts, ports, nports) },
	{ 0, "not-port", "PORT", "not this port; repeatable",
	    OPT_BY(watch_take_port),
	    OPT_TEXTS_AT(struct watch_opts, not_ports, nnot_ports) },
	{ 0, "seq", NULL,
	    "all hardware through the sequencer, shared with other programs",
	    OPT_FLAG(struct watch_opts, sequencer) },
	{ 0, "format", "syx|mid", "file format; default syx",
	    OPT_RECEIVE_FORMAT },
	OPTIONS_KEPT,
	{ 0, "name", "TEMPLATE", "default " NAME,
	    OPT_TEXT(struct watch_opts, receive.store.name) },
	OPTION_LABEL,
	OPTIONS_EXEC,
	{ 0, "reserve", "SIZE", "warn below this free disk space; default 64M",
	    OPT_SIZE(struct watch_opts, reserve) },
	OPTION_MAX_DUMP("default 256M, 0: no limit"),
	OPTIONS_PANEL(struct watch_opts, panel),
	OPTIONS_TOLD,
	OPTIONS_END,
};

static int
watch_check(struct cli *c, struct watch_opts *o)
{
	const char *out = o->receive.store.out;
	const struct sx_store_opts folder = { .out = out,
		.name = o->receive.store.name,
		.label = o->receive.store.label,
		.first = -1 };

	if (opt_no_arguments(c) == -1)
		return -1;
	if (out == NULL) {
		opt_fail(c, "missing --out DIR");
		return sx_hint(&c->err, "the folder for the dumps");
	}
	if (o->sequencer && o->nports > 0)
		return opt_fail(c,
		    "--seq and --port exclude each other: use --port seq:NAME");
	if (strcmp(out, "-") == 0)
		return opt_fail(c, "--out must be a folder, not -");
	return sx_store_check(&folder, &c->err);
}

int
watch_parse(struct cli *c, struct watch_opts *o)
{
	*o = (struct watch_opts){ .receive = {
				      .store = { .name = NAME,
					  .first = -1,
					  .number_all = true },
				      .rules = { .gap = 1000000 },
				      .exec_timeout = EXEC_TIMEOUT,
				      .max_dump = LONG_MAX_DUMP,
				  },
		.reserve = LONG_RESERVE };
	if (opt_parse(c, o) == -1)
		return -1;
	return watch_check(c, o);
}
