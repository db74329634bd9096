/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <sys/stat.h>

#include "request.h"

#define PATIENCE_S 2

enum {
	OPT_RETRIES = OPT_RECEIVE,
	OPT_RESUME,
	OPT_DELAY,
	OPT_ID,
	OPT_HEX,
};

const struct option_row request_options[] = {
	OPTION_PORT,
	OPTION_OUT,
	{ OPT_RESUME, "resume", NULL, "skip what the folder has, whole" },
	{ OPT_RETRIES, "retries", "N", "ask again so often: 2 unless told" },
	{ 't', "timeout", "S",
	    "silence that ends the wait for an answer: 2 s" },
	{ OPT_DELAY, "delay", "MS", "pause before the next request" },
	{ OPT_ID, "id", "N", "the unit's device number or channel" },
	{ OPT_HEX, "hex", "BYTES",
	    "ask with these; {slot} is each of SLOTS, 0-127" },
	{ OPT_ALL, "all", NULL, "keep an answer that is no dump, too" },
	OPTION_FORMAT,
	OPTIONS_NAMES,
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "also say each request" },
	OPTIONS_END,
};

static int
parse_option(struct cli *c, struct request_opts *o, int id, const char *arg)
{
	long whole;

	switch (id) {
	case OPT_RETRIES:
		return opt_count(c, "retries", arg, 0, 1000, &o->retries);
	case 't':
		return opt_time(
		    c, "timeout", arg, 0.001, OPT_SECONDS, &o->patience);
	case OPT_DELAY:
		return opt_time(c, "delay", arg, 0, OPT_MS, &o->delay);
	case OPT_ID:
		if (opt_count(c, "id", arg, 0, 127, &whole) == -1)
			return -1;
		o->id = (int)whole;
		return 0;
	case OPT_HEX:
		o->hex = arg;
		return 0;
	case OPT_ALL:
		o->keep.rules.all = true;
		return 0;
	case OPT_RESUME:
		o->resume = true;
		return 0;
	default:
		return receive_option(c, &o->keep, id, arg);
	}
}

static bool
is_folder(const char *out)
{
	struct stat st;

	if (strcmp(out, "-") == 0)
		return false;
	if (stat(out, &st) == 0)
		return S_ISDIR(st.st_mode);
	return !sx_path_has_suffix(out, ".syx") &&
	       !sx_path_has_suffix(out, ".mid");
}

static int
check(struct cli *c, const struct request_opts *o)
{
	if (opt_is_standard(o->keep.port))
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--port -: requests and results both want standard output");
	if (o->resume && !is_folder(o->keep.store.out)) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--resume needs a folder: --out is '%.200s'",
		    o->keep.store.out);
		return sx_hint(&c->err,
		    "one file of all is never overwritten or added to");
	}
	if (o->resume && o->hex != NULL)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--resume cannot know the answers to --hex");
	if (o->keep.rules.all && o->hex == NULL)
		return sx_fail(
		    &c->err, SX_EUSAGE, 0, "--all is for answers to --hex");
	if (o->id != -1 && o->hex != NULL)
		return sx_fail(
		    &c->err, SX_EUSAGE, 0, "--hex has the device number in it");
	return receive_check(c, &o->keep);
}

int
request_parse(struct cli *c, struct request_opts *o, struct wishes *w)
{
	const char *arg;
	int id;

	*o = (struct request_opts){ .keep = RECEIVE_OPTS,
		.retries = 2,
		.patience = PATIENCE_S * 1000000,
		.delay = -1,
		.id = -1 };
	while ((id = opt_next(c, &arg)) > 0)
		if (parse_option(c, o, id, arg) == -1)
			return -1;
	if (id == -1 || check(c, o) == -1)
		return -1;
	/* An answer to --hex may be of several messages: silence ends it. */
	o->keep.rules.split = o->hex != NULL ? SX_SPLIT_AUTO : SX_SPLIT_MESSAGE;
	if (o->keep.rules.gap > o->patience / 2)
		o->keep.rules.gap = o->patience / 2;
	return wishes_parse(c, o, w);
}
