/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <string.h>

#include "receive.h"

const struct option_row receive_options[] = {
	OPTION_PORT,
	OPTION_OUT,
	{ 'n', "count", "N", "stop after N whole dumps" },
	{ 't', "timeout", "S", "stop when no SysEx has come for S seconds" },
	OPTION_FORMAT,
	{ OPT_SPLIT, "split", "auto|message|gap", "what a dump is" },
	{ OPT_GAP, "gap", "MS", "silence that ends a dump: 1000 unless told" },
	{ OPT_MAKER, "maker", "MAKER",
	    "keep only this maker (may be repeated)" },
	{ OPT_ALL, "all", NULL, "keep what is no dump, too" },
	{ OPT_TWICE, "twice", NULL,
	    "keep a dump only if it comes twice the same" },
	OPTIONS_NAMES,
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "also say what is not kept" },
	OPTIONS_END,
};

static int
parse_format(struct cli *c, const char *arg, enum sx_format *format)
{
	static const char *const words[] = { "syx", "mid", NULL };
	int i = opt_word(c, "format", arg, words);

	if (i == -1)
		return -1;
	*format = (enum sx_format)i;
	return 0;
}

int
receive_option(struct cli *c, struct receive_opts *o, int id, const char *arg)
{
	switch (id) {
	case 'p':
		o->port = arg;
		return 0;
	case 'o':
		o->store.out = arg;
		return 0;
	case OPT_FORMAT:
		return parse_format(c, arg, &o->store.format);
	case OPT_SPLIT:
		return opt_split(c, arg, &o->rules.split);
	case OPT_GAP:
		return opt_time(c, "gap", arg, 1, OPT_MS, &o->rules.gap);
	case OPT_MAKER:
		return opt_maker(c, arg, &o->rules);
	case OPT_ALL:
		o->rules.all = true;
		return 0;
	case OPT_NAME:
		o->store.name = arg;
		return 0;
	case OPT_LABEL:
		o->store.label = arg;
		return 0;
	case OPT_FIRST:
		return opt_count(c, "first", arg, 0, LONG_MAX, &o->store.first);
	default:
		o->exec = arg;
		return 0;
	}
}

/* Those that only receive has. */
static int
parse_option(struct cli *c, struct receive_opts *o, int id, const char *arg)
{
	switch (id) {
	case 'n':
		return opt_count(c, "count", arg, 1, LONG_MAX, &o->count);
	case 't':
		return opt_time(
		    c, "timeout", arg, 0.001, OPT_SECONDS, &o->timeout);
	case OPT_TWICE:
		o->twice = true;
		return 0;
	default:
		return receive_option(c, o, id, arg);
	}
}

int
receive_check(struct cli *c, const struct receive_opts *o)
{
	bool to_stdout = strcmp(o->store.out, "-") == 0;

	if (to_stdout && c->json)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--json and --out - both want standard output");
	if (to_stdout && o->exec != NULL)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--exec needs files, but --out is -");
	return 0;
}

/* Options that contradict each other. */
static int
check(struct cli *c, const struct receive_opts *o)
{
	if (opt_no_arguments(c) == -1)
		return -1;
	if (o->timeout > 0 && o->rules.split != SX_SPLIT_MESSAGE &&
	    o->timeout < o->rules.gap) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--timeout is shorter than --gap (%g ms)",
		    (double)o->rules.gap / 1e3);
		return sx_hint(&c->err, "a dump could end too early: give a "
					"shorter --gap or --split message");
	}
	return receive_check(c, o);
}

int
receive_parse(struct cli *c, struct receive_opts *o)
{
	const char *arg;
	int id;

	*o = (struct receive_opts)RECEIVE_OPTS;
	while ((id = opt_next(c, &arg)) > 0)
		if (parse_option(c, o, id, arg) == -1)
			return -1;
	return id == -1 ? -1 : check(c, o);
}
