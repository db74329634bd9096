/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <string.h>

#include "receive.h"
#include "term/opt.h"

const char *const receive_formats[] = { "syx", "mid", NULL };

const struct option_row receive_options[] = {
	OPTION_PORT(struct receive_opts, port),
	OPTION_OUT,
	{ 'n', "count", "N", "stop after N complete dumps",
	    OPT_COUNT(struct receive_opts, count, 1, LONG_MAX) },
	{ 't', "timeout", "S", "stop after S seconds without SysEx",
	    OPT_SECONDS(struct receive_opts, timeout, 1000) },
	OPTION_FORMAT,
	{ 0, "split", "auto|message|gap", "what counts as a dump",
	    OPT_WORD(struct receive_opts, rules.split, opt_splits) },
	{ 0, "gap", "MS", "silence that ends a dump; default 1000",
	    OPT_MS(struct receive_opts, rules.gap, 1000) },
	{ 0, "maker", "MAKER", "keep only this maker; repeatable",
	    OPT_MAKER(struct receive_opts, rules) },
	{ 0, "all", NULL, "also keep messages that are not dumps",
	    OPT_FLAG(struct receive_opts, rules.all) },
	{ 0, "handshake", NULL, "answer units that wait for an answer",
	    OPT_FLAG(struct receive_opts, handshake) },
	{ 0, "twice", NULL, "keep a dump only if received twice the same",
	    OPT_FLAG(struct receive_opts, twice) },
	OPTIONS_NAMES,
	OPTION_MAX_DUMP("default: no limit"),
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "also report what is not kept",
	    OPT_COMMON(verbose) },
	OPTIONS_END,
};

/* What goes to standard output waits in memory for its end. */
#define STDOUT_MOST ((uint64_t)256 << 20)

int
receive_check(struct cli *c, const struct receive_opts *o)
{
	bool to_stdout = strcmp(o->store.out, "-") == 0;

	if (to_stdout && c->json)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--json and --out - both use standard output");
	if (to_stdout && o->exec != NULL)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--exec needs files, but --out is -");
	return 0;
}

/* Options that contradict each other. */
static int
receive_check_alone(struct cli *c, const struct receive_opts *o)
{
	if (opt_no_arguments(c) == -1)
		return -1;
	if (o->timeout > 0 && o->rules.split != SX_SPLIT_MESSAGE &&
	    o->timeout < o->rules.gap) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--timeout is shorter than --gap (%g ms)",
		    (double)o->rules.gap / 1e3);
		return sx_hint(&c->err, "dumps could end too early: use a "
					"shorter --gap or --split message");
	}
	return receive_check(c, o);
}

int
receive_parse(struct cli *c, struct receive_opts *o)
{
	int rc;

	*o = (struct receive_opts)RECEIVE_OPTS;
	rc = opt_parse(c, o);
	if (strcmp(o->store.out, "-") == 0 &&
	    (o->max_dump == 0 || o->max_dump > STDOUT_MOST))
		o->max_dump = STDOUT_MOST;
	return rc == -1 ? -1 : receive_check_alone(c, o);
}
