/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "play.h"

#define SECONDS_MOST 1e9

enum {
	OPT_FROM = OPT_LONG,
	OPT_TO,
	OPT_LOOP,
	OPT_TEMPO,
	OPT_SYSEX_ONLY,
	OPT_NO_SYSEX,
	OPT_RATE,
	OPT_DELAY,
	OPT_DRY_RUN,
	OPT_FORCE,
};

const struct option_row play_options[] = {
	OPTION_PORT,
	{ OPT_FROM, "from", "TIME", "begin here: seconds, M:S or H:M:S" },
	{ OPT_TO, "to", "TIME", "end here" },
	{ OPT_LOOP, "loop", "N", "play it N times; 0: again and again" },
	{ OPT_TEMPO, "tempo", "TEMPO",
	    "beats a minute to begin with, or a factor: 1.5x, 80%" },
	{ OPT_SYSEX_ONLY, "sysex-only", NULL, "send only its SysEx" },
	{ OPT_NO_SYSEX, "no-sysex", NULL, "send all but its SysEx" },
	{ OPT_RATE, "rate", "din|max|BYTES", "bytes per second; default din" },
	{ OPT_DELAY, "delay", "MS",
	    "from one SysEx to the next at least (by device)" },
	{ OPT_DRY_RUN, "dry-run", NULL, "say what would go out" },
	{ OPT_FORCE, "force", NULL, "play although something is wrong" },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

/* "90.5", "1:30.5" or "1:02:03": the seconds from the right. */
static int
parse_time(struct cli *c, const char *option, const char *arg, int64_t *us)
{
	const char *p = arg;
	double total = 0, part;
	char *end;

	for (int i = 0; i < 3; i++, p = end + 1) {
		part = *p >= '0' && *p <= '9' ? strtod(p, &end) : NAN;
		total = total * 60 + part;
		if (!isfinite(total) || total > SECONDS_MOST)
			break;
		if (*end == '\0') {
			*us = (int64_t)(total * 1e6 + 0.5);
			return 0;
		}
		if (*end != ':')
			break;
	}
	return sx_fail(&c->err, SX_EUSAGE, 0,
	    "--%s '%s': a time is needed, such as 90.5 or 1:30.5", option, arg);
}

static int
parse_tempo(struct cli *c, struct play_opts *o, const char *arg)
{
	size_t n = strlen(arg);
	char last = n > 0 ? arg[n - 1] : '\0', number[32];
	double scale = last == 'x' ? 1 : 0.01, v;

	if (last != 'x' && last != '%')
		return opt_number(c, "tempo", arg, 1, 10000, &o->bpm);
	snprintf(number, sizeof(number), "%.*s", (int)n - 1, arg);
	if (opt_number(c, "tempo", number, 0.01 / scale, 100 / scale, &v) == -1)
		return -1;
	o->factor = v * scale;
	o->bpm = 0;
	return 0;
}

static int
parse_option(struct cli *c, struct play_opts *o, int id, const char *arg)
{
	switch (id) {
	case 'p':
		o->port = arg;
		return 0;
	case OPT_FROM:
		return parse_time(c, "from", arg, &o->from);
	case OPT_TO:
		return parse_time(c, "to", arg, &o->to);
	case OPT_LOOP:
		return opt_count(c, "loop", arg, 0, 1000000000, &o->loops);
	case OPT_TEMPO:
		return parse_tempo(c, o, arg);
	case OPT_SYSEX_ONLY:
		o->sysex_only = true;
		return 0;
	case OPT_NO_SYSEX:
		o->no_sysex = true;
		return 0;
	case OPT_RATE:
		return opt_rate(c, arg, &o->rate);
	case OPT_DELAY:
		return opt_time(c, "delay", arg, 0, OPT_MS, &o->delay);
	case OPT_DRY_RUN:
		o->dry_run = true;
		return 0;
	default:
		o->force = true;
		return 0;
	}
}

static int
check(struct cli *c, const struct play_opts *o)
{
	if (o->sysex_only && o->no_sysex)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--sysex-only and --no-sysex leave nothing");
	if (o->from >= o->to)
		return sx_fail(
		    &c->err, SX_EUSAGE, 0, "--to is not after --from");
	if (c->json && opt_is_standard(o->port))
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--json and --port - both want standard output");
	return 0;
}

int
play_parse(struct cli *c, struct play_opts *o)
{
	const char *arg;
	int id;

	*o = (struct play_opts){ .rate = -1,
		.delay = -1,
		.to = INT64_MAX,
		.loops = 1,
		.factor = 1 };
	while ((id = opt_next(c, &arg)) > 0)
		if (parse_option(c, o, id, arg) == -1)
			return -1;
	if (id == -1)
		return -1;
	if (c->argc - c->next != 1)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    c->next == c->argc ? "no file is given"
				       : "plays one file at a time");
	o->file = c->argv[c->next];
	return check(c, o);
}
