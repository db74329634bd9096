/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "request.h"
#include "term/opt.h"
#include "user.h"

#define PATIENCE_S 2

_Static_assert(offsetof(struct request_opts, keep) == 0, "as for receive");

static int
request_take_id(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	struct request_opts *o = opts;
	long whole;

	if (opt_count(c, row->name, arg, 0, 127, &whole) == -1)
		return -1;
	o->id = (int)whole;
	return 0;
}

const struct option_row request_options[] = {
	OPTION_PORT(struct request_opts, keep.port),
	OPTION_OUT,
	{ 0, "resume", NULL, "skip dumps already complete in the folder",
	    OPT_FLAG(struct request_opts, resume) },
	{ 0, "retries", "N", "number of retries; default 2",
	    OPT_COUNT(struct request_opts, retries, 0, 1000) },
	{ 't', "timeout", "S",
	    "silence that ends the wait for an answer; default 2",
	    OPT_SECONDS(struct request_opts, patience, 1000) },
	{ 0, "delay", "MS", "pause before the next request",
	    OPT_MS(struct request_opts, delay, 0) },
	{ 0, "id", "N", "the unit's device number or channel",
	    OPT_BY(request_take_id) },
	{ 0, "hex", "BYTES",
	    "send this request; {slot} is each of SLOTS, 0-127",
	    OPT_TEXT(struct request_opts, hex) },
	{ 0, "all", NULL, "also keep answers that are not dumps",
	    OPT_FLAG(struct request_opts, keep.rules.all) },
	OPTION_FORMAT,
	OPTIONS_NAMES,
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "also report each request",
	    OPT_COMMON(verbose) },
	OPTIONS_END,
};

static int
request_check(struct cli *c, const struct request_opts *o)
{
	const bool hex = o->hex != NULL;
	const struct opt_rule rules[] = {
		{ o->resume && hex,
		    "--resume cannot recognize answers to --hex" },
		{ o->keep.rules.all && !hex, "--all only applies to --hex" },
		{ o->id != -1 && hex,
		    "--hex already contains the device number" },
		{ false, NULL },
	};

	if (opt_is_standard(o->keep.port))
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--port -: requests and results both use standard output");
	if (o->resume && !sx_store_is_folder(o->keep.store.out)) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--resume needs a folder: --out is '%.200s'",
		    o->keep.store.out);
		return sx_hint(&c->err,
		    "a single output file is never overwritten or appended to");
	}
	return opt_check(c, rules) == -1 ? -1 : receive_check(c, &o->keep);
}

static int
parse_words(struct cli *c, struct request_opts *o, struct sx_targets *targets)
{
	char everything[] = "all";
	char *const both[] = { o->device, everything };
	struct sx_wanted wanted = { .user =
					o->hex == NULL ? user_devices(c) : NULL,
		.words = c->argv + c->next,
		.nwords = (size_t)(c->argc - c->next),
		.hex = o->hex,
		.id = o->id };

	if (o->hex == NULL && wanted.nwords == 1 &&
	    strcmp(wanted.words[0], "auto") == 0) {
		if (request_auto(c, o->keep.port, o->device) == -1)
			return -1;
		wanted.words = both;
		wanted.nwords = 2;
	}
	if (sx_targets_parse(targets, &wanted, &c->err) == -1)
		return -1;
	o->everything = wanted.everything;
	o->panel = wanted.panel;
	o->keep.count = (long)wanted.dumps;
	return 0;
}

int
request_parse(struct cli *c, struct request_opts *o, struct sx_targets *targets)
{
	*o = (struct request_opts){ .keep = RECEIVE_OPTS,
		.retries = 2,
		.patience = PATIENCE_S * 1000000,
		.delay = -1,
		.id = -1 };
	if (opt_parse(c, o) == -1 || request_check(c, o) == -1)
		return -1;
	/* An answer to --hex may be of several messages: silence ends it. */
	o->keep.rules.split = o->hex != NULL ? SX_SPLIT_AUTO : SX_SPLIT_MESSAGE;
	if (o->keep.rules.gap > o->patience / 2)
		o->keep.rules.gap = o->patience / 2;
	return parse_words(c, o, targets);
}
