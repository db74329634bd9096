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
	struct send *s = opts;

	(void)row;
	if (s->list.hex != NULL)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--hex can be given once; it may contain several messages");
	s->list.hex = arg;
	return 0;
}

const struct option_row send_options[] = {
	OPTION_PORT(struct send, port),
	{ 0, "delay", "MS",
	    "pause after each message; default by device, else 60",
	    OPT_MS(struct send, pace.delay, 0) },
	{ 0, "rate", "din|max|BYTES", "bytes per second; default din",
	    OPT_RATE(struct send, pace.rate) },
	{ 0, "hex", "TEXT", "send these bytes; - reads them from stdin",
	    OPT_BY(send_take_hex) },
	{ 0, "to", "SLOTS", "send to these slots instead: B03, B01-B16, buffer",
	    OPT_TEXT(struct send, to) },
	{ 0, "id", "N", "send to the unit with this number instead",
	    OPT_COUNT(struct send, id, 0, 127) },
	{ 0, "handshake", NULL, "wait for the unit to take each block",
	    OPT_FLAG(struct send, handshake) },
	{ 0, "verify", NULL, "read it back and compare",
	    OPT_FLAG(struct send, verify) },
	{ 0, "retries", "N", "--verify: number of retries; default 2",
	    OPT_COUNT(struct send, retries, 0, 1000) },
	{ 't', "timeout", "S", "--verify: wait S seconds for a manual dump",
	    OPT_SECONDS(struct send, back.patience, 0) },
	{ 0, "wait", "S", "show answers within S seconds",
	    OPT_SECONDS(struct send, wait, 0) },
	{ 0, "step", NULL, "wait for Enter before each file",
	    OPT_FLAG(struct send, out.by_file) },
	{ 0, "dry-run", NULL,
	    "only report what would be sent and how long it takes",
	    OPT_FLAG(struct send, dry_run) },
	{ 0, "firmware", NULL, "allow an OS upgrade",
	    OPT_FLAG(struct send, firmware) },
	{ 0, "yes", NULL, "do not confirm an OS upgrade",
	    OPT_FLAG(struct send, yes) },
	{ 0, "no-identify", NULL,
	    "do not identify the unit before an OS upgrade",
	    OPT_FLAG(struct send, no_identify) },
	{ 0, "force", NULL, "send despite problems",
	    OPT_FLAG(struct send, list.force) },
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "report each message when sent",
	    OPT_COMMON(verbose) },
	OPTIONS_END,
};

/* Is standard input among what is to be sent? */
static bool
reads_standard(const struct send *s)
{
	const struct cli *c = s->c;
	const char *hex = s->list.hex;

	for (int i = c->next; i < c->argc; i++)
		if (strcmp(c->argv[i], "-") == 0)
			return true;
	return hex != NULL && strcmp(hex, "-") == 0;
}

/* What goes together, and what does not. */
static int
check_opts(struct send *s)
{
	struct cli *c = s->c;
	bool hex = s->list.hex != NULL, step = s->out.by_file;
	bool has_files = c->next < c->argc;
	bool takes_in = s->wait >= 0 || s->verify;
	bool standard = reads_standard(s);
	bool port = opt_is_standard(s->port);
	const struct opt_rule rules[] = {
		{ !has_files && !hex, "missing FILE" },
		{ has_files && hex, "--hex and files are mutually exclusive" },
		{ step && hex, "--step and --hex are mutually exclusive" },
		{ step && standard, "--step and - both use standard input" },
		{ s->handshake &&
			(takes_in || s->to != NULL || step || s->firmware),
		    "--handshake goes with none of --verify, --wait, --to, "
		    "--step and --firmware" },
		{ s->verify && s->wait >= 0,
		    "--verify and --wait are mutually exclusive" },
		{ !s->verify && (s->back.patience >= 0 || s->retries >= 0),
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
send_parse(struct send *s)
{
	s->pace.delay = s->pace.rate = -1;
	s->wait = s->id = s->back.patience = s->retries = -1;
	if (opt_parse(s->c, s) == -1 || check_opts(s) == -1)
		return -1;
	if (s->back.patience == -1)
		s->back.patience = BY_HAND_US;
	s->back.retries = s->retries == -1 ? RETRIES : (unsigned)s->retries;
	return 0;
}
