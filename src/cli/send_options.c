/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "send.h"

#define BY_HAND_US 120000000
#define RETRIES	   2

enum {
	OPT_DELAY = OPT_LONG,
	OPT_RATE,
	OPT_STEP,
	OPT_DRY_RUN,
	OPT_FIRMWARE,
	OPT_YES,
	OPT_NO_IDENTIFY,
	OPT_FORCE,
	OPT_HEX,
	OPT_WAIT,
	OPT_TO,
	OPT_VERIFY,
	OPT_RETRIES,
};

const struct option_row send_options[] = {
	OPTION_PORT,
	{ OPT_DELAY, "delay", "MS",
	    "pause after each message (by device, else 60)" },
	{ OPT_RATE, "rate", "din|max|BYTES", "bytes per second; default din" },
	{ OPT_HEX, "hex", "TEXT", "send these bytes, - reads them from stdin" },
	{ OPT_TO, "to", "SLOTS", "send to these slots instead: B03, B01-B16" },
	{ OPT_VERIFY, "verify", NULL, "then get it back and compare" },
	{ OPT_RETRIES, "retries", "N", "--verify: ask again N times; 2" },
	{ 't', "timeout", "S", "--verify: wait S seconds for a dump by hand" },
	{ OPT_WAIT, "wait", "S", "then show what answers within S seconds" },
	{ OPT_STEP, "step", NULL, "wait for Enter before each file" },
	{ OPT_DRY_RUN, "dry-run", NULL,
	    "say what would go out, and how long it takes" },
	{ OPT_FIRMWARE, "firmware", NULL, "allow an OS upgrade" },
	{ OPT_YES, "yes", NULL, "do not ask before an OS upgrade" },
	{ OPT_NO_IDENTIFY, "no-identify", NULL,
	    "do not ask the port who is there before one" },
	{ OPT_FORCE, "force", NULL, "send although something is wrong" },
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "say each message as it has left" },
	OPTIONS_END,
};

static int
fail_usage(struct cli *c, const char *why)
{
	return sx_fail(&c->err, SX_EUSAGE, 0, "%s", why);
}

/* What goes together, and what does not. */
static int
check_opts(struct cli *c, const struct send_opts *o)
{
	bool has_files = c->next < c->argc;
	bool takes_in = o->wait >= 0 || o->verify;
	bool standard = o->hex != NULL && strcmp(o->hex, "-") == 0;

	for (int i = c->next; i < c->argc; i++)
		standard |= strcmp(c->argv[i], "-") == 0;
	if (!has_files && o->hex == NULL)
		return fail_usage(c, "no file is given");
	if (has_files && o->hex != NULL)
		return fail_usage(c, "--hex and files contradict each other");
	if (o->step && o->hex != NULL)
		return fail_usage(c, "--step and --hex contradict each other");
	if (o->step && standard)
		return fail_usage(c, "--step and - both want standard input");
	if (o->verify && o->wait >= 0)
		return fail_usage(
		    c, "--verify and --wait contradict each other");
	if (!o->verify && (o->timeout >= 0 || o->retries >= 0))
		return fail_usage(c, "--timeout and --retries need --verify");
	if (!opt_is_standard(o->port))
		return 0;
	if (c->json)
		return fail_usage(
		    c, "--json and --port - both want standard output");
	if (takes_in)
		return fail_usage(
		    c, "--port - and what answers both want standard output");
	return 0;
}

/* A value of an option that has one; -1, or 0 for another option. */
static int
parse_value(struct cli *c, struct send_opts *o, int id, const char *arg)
{
	switch (id) {
	case 'p':
		o->port = arg;
		break;
	case OPT_DELAY:
		return opt_time(c, "delay", arg, 0, OPT_MS, &o->delay);
	case OPT_RATE:
		return opt_rate(c, arg, &o->rate);
	case OPT_HEX:
		if (o->hex != NULL)
			return fail_usage(c,
			    "--hex can be given once; it may hold several "
			    "messages");
		o->hex = arg;
		break;
	case OPT_TO:
		o->to = arg;
		break;
	case OPT_RETRIES:
		return opt_count(c, "retries", arg, 0, 1000, &o->retries);
	case 't':
		return opt_time(c, "timeout", arg, 0, OPT_SECONDS, &o->timeout);
	case OPT_WAIT:
		return opt_time(c, "wait", arg, 0, OPT_SECONDS, &o->wait);
	}
	return 0;
}

int
send_parse(struct cli *c, struct send_opts *o)
{
	const char *arg;
	int id;

	*o = (struct send_opts){ .delay = -1,
		.rate = -1,
		.wait = -1,
		.timeout = -1,
		.retries = -1 };
	while ((id = opt_next(c, &arg)) != 0) {
		if (id == -1 || parse_value(c, o, id, arg) == -1)
			return -1;
		o->step |= id == OPT_STEP;
		o->dry_run |= id == OPT_DRY_RUN;
		o->verify |= id == OPT_VERIFY;
		o->firmware |= id == OPT_FIRMWARE;
		o->yes |= id == OPT_YES;
		o->no_identify |= id == OPT_NO_IDENTIFY;
		o->force |= id == OPT_FORCE;
	}
	if (check_opts(c, o) == -1)
		return -1;
	o->timeout = o->timeout >= 0 ? o->timeout : BY_HAND_US;
	o->retries = o->retries >= 0 ? o->retries : RETRIES;
	return 0;
}
