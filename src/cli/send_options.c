/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "send.h"
#include "sxlib/midi_io.h"

enum {
	OPT_DELAY = OPT_LONG,
	OPT_RATE,
	OPT_STEP,
	OPT_DRY_RUN,
	OPT_FIRMWARE,
	OPT_FORCE,
};

const struct option_row send_options[] = {
	OPTION_PORT,
	{ OPT_DELAY, "delay", "MS",
	    "pause after each message (by device, else 60)" },
	{ OPT_RATE, "rate", "din|max|BYTES", "bytes per second; default din" },
	{ OPT_STEP, "step", NULL, "wait for Enter before each file" },
	{ OPT_DRY_RUN, "dry-run", NULL,
	    "say what would go out, and how long it takes" },
	{ OPT_FIRMWARE, "firmware", NULL, "allow an OS upgrade" },
	{ OPT_FORCE, "force", NULL, "send although something is wrong" },
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "say each message as it has left" },
	OPTIONS_END,
};

static int
parse_rate(struct cli *c, const char *arg, long *rate)
{
	if (strcmp(arg, "max") == 0)
		*rate = 0;
	else if (strcmp(arg, "din") == 0)
		*rate = MIDI_IO_DIN_RATE;
	else if (opt_count(c, "rate", arg, 1, 1000000000, rate) == -1)
		return sx_hint(&c->err, "or one of the words din and max");
	return 0;
}

int
send_parse(struct cli *c, struct send_opts *o)
{
	const char *arg;
	int id, rc = 0;

	*o = (struct send_opts){ .delay = -1, .rate = -1 };
	while (rc == 0 && (id = opt_next(c, &arg)) != 0) {
		switch (id) {
		case -1:
			return -1;
		case 'p':
			o->port = arg;
			break;
		case OPT_DELAY:
			rc = opt_number(c, "delay", arg, 0, 3600e3, &o->delay);
			break;
		case OPT_RATE:
			rc = parse_rate(c, arg, &o->rate);
			break;
		case OPT_STEP:
			o->step = true;
			break;
		case OPT_DRY_RUN:
			o->dry_run = true;
			break;
		case OPT_FIRMWARE:
			o->firmware = true;
			break;
		case OPT_FORCE:
			o->force = true;
			break;
		}
	}
	if (rc == 0 && c->next == c->argc)
		return sx_fail(&c->err, SX_EUSAGE, 0, "no file is given");
	for (int i = c->next; rc == 0 && o->step && i < c->argc; i++)
		if (strcmp(c->argv[i], "-") == 0)
			return sx_fail(&c->err, SX_EUSAGE, 0,
			    "--step and - both want standard input");
	if (rc == 0 && c->json && o->port != NULL && strcmp(o->port, "-") == 0)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--json and --port - both want standard output");
	return rc;
}
