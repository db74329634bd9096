/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "send.h"
#include "term/opt.h"

#define BY_HAND_US 120000000
#define RETRIES	   2

static int
send_take_hex(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	struct send_opts *o = opts;

	(void)row;
	if (o->hex != NULL)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--hex can be given once; it may contain several messages");
	o->hex = arg;
	return 0;
}

const struct option_row send_options[] = {
	OPTION_PORT(struct send_opts, port),
	{ 0, "delay", "MS",
	    "pause after each message; default by device, else 60",
	    OPT_MS(struct send_opts, delay, 0) },
	{ 0, "rate", "din|max|BYTES", "bytes per second; default din",
	    OPT_RATE(struct send_opts, rate) },
	{ 0, "hex", "TEXT", "send these bytes; - reads them from stdin",
	    OPT_BY(send_take_hex) },
	{ 0, "to", "SLOTS", "send to these slots instead: B03, B01-B16, buffer",
	    OPT_TEXT(struct send_opts, to) },
	{ 0, "id", "N", "send to the unit with this number instead",
	    OPT_COUNT(struct send_opts, id, 0, 127) },
	{ 0, "handshake", NULL, "wait for the unit to take each block",
	    OPT_FLAG(struct send_opts, handshake) },
	{ 0, "verify", NULL, "read it back and compare",
	    OPT_FLAG(struct send_opts, verify) },
	{ 0, "retries", "N", "--verify: number of retries; default 2",
	    OPT_COUNT(struct send_opts, retries, 0, 1000) },
	{ 't', "timeout", "S", "--verify: wait S seconds for a manual dump",
	    OPT_SECONDS(struct send_opts, timeout, 0) },
	{ 0, "wait", "S", "show answers within S seconds",
	    OPT_SECONDS(struct send_opts, wait, 0) },
	{ 0, "step", NULL, "wait for Enter before each file",
	    OPT_FLAG(struct send_opts, step) },
	{ 0, "dry-run", NULL,
	    "only report what would be sent and how long it takes",
	    OPT_FLAG(struct send_opts, dry_run) },
	{ 0, "firmware", NULL, "allow an OS upgrade",
	    OPT_FLAG(struct send_opts, firmware) },
	{ 0, "yes", NULL, "do not confirm an OS upgrade",
	    OPT_FLAG(struct send_opts, yes) },
	{ 0, "no-identify", NULL,
	    "do not identify the unit before an OS upgrade",
	    OPT_FLAG(struct send_opts, no_identify) },
	{ 0, "force", NULL, "send despite problems",
	    OPT_FLAG(struct send_opts, force) },
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "report each message when sent",
	    OPT_COMMON(verbose) },
	OPTIONS_END,
};

/* Is standard input among what is to be sent? */
static bool
reads_standard(const struct cli *c, const struct send_opts *o)
{
	for (int i = c->next; i < c->argc; i++)
		if (strcmp(c->argv[i], "-") == 0)
			return true;
	return o->hex != NULL && strcmp(o->hex, "-") == 0;
}

/* What goes together, and what does not. */
static int
check_opts(struct cli *c, const struct send_opts *o)
{
	bool has_files = c->next < c->argc;
	bool takes_in = o->wait >= 0 || o->verify;
	bool standard = reads_standard(c, o);
	bool port = opt_is_standard(o->port);
	const struct opt_rule rules[] = {
		{ !has_files && o->hex == NULL, "missing FILE" },
		{ has_files && o->hex != NULL,
		    "--hex and files are mutually exclusive" },
		{ o->step && o->hex != NULL,
		    "--step and --hex are mutually exclusive" },
		{ o->step && standard, "--step and - both use standard input" },
		{ o->handshake &&
			(takes_in || o->to != NULL || o->step || o->firmware),
		    "--handshake goes with none of --verify, --wait, --to, "
		    "--step and --firmware" },
		{ o->verify && o->wait >= 0,
		    "--verify and --wait are mutually exclusive" },
		{ !o->verify && (o->timeout >= 0 || o->retries >= 0),
		    "--timeout and --retries need --verify" },
		{ port && c->json,
		    "--json and --port - both use standard output" },
		{ port && takes_in,
		    "--port - and the answers both use standard output" },
		{ false, NULL },
	};

	return opt_check(c, rules);
}

int
send_parse(struct cli *c, struct send_opts *o)
{
	*o = (struct send_opts){ .delay = -1,
		.rate = -1,
		.wait = -1,
		.id = -1,
		.timeout = -1,
		.retries = -1 };
	if (opt_parse(c, o) == -1 || check_opts(c, o) == -1)
		return -1;
	o->timeout = o->timeout >= 0 ? o->timeout : BY_HAND_US;
	o->retries = o->retries >= 0 ? o->retries : RETRIES;
	return 0;
}
