/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play.h"
#include "term/opt.h"

#define SECONDS_MOST 1e9

/* "90.5", "1:30.5" or "1:02:03": the seconds from the right. */
static int
play_take_time(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	int64_t *us = opt_place(row, opts);
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
	    "--%s '%s': expected a time such as 90.5 or 1:30.5", row->name,
	    arg);
}

static int
play_take_tempo(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	struct play_opts *o = opts;
	size_t n = strlen(arg);
	char last = n > 0 ? arg[n - 1] : '\0', number[32];
	double scale = last == 'x' ? 1 : 0.01, v;

	if (last != 'x' && last != '%')
		return opt_number(c, row->name, arg, 1, 10000, &o->bpm);
	snprintf(number, sizeof(number), "%.*s", (int)n - 1, arg);
	if (opt_number(c, row->name, number, 0.01 / scale, 100 / scale, &v) ==
	    -1)
		return -1;
	o->factor = v * scale;
	o->bpm = 0;
	return 0;
}

const struct option_row play_options[] = {
	OPTION_PORT(struct play_opts, port),
	{ 0, "from", "TIME", "start here: seconds, M:S or H:M:S",
	    OPT_BY(play_take_time), OPT_AT(struct play_opts, from, int64_t) },
	{ 0, "to", "TIME", "end here", OPT_BY(play_take_time),
	    OPT_AT(struct play_opts, to, int64_t) },
	{ 0, "loop", "N", "play N times; 0: forever",
	    OPT_COUNT(struct play_opts, loops, 0, 1000000000) },
	{ 0, "tempo", "TEMPO",
	    "initial beats per minute, or a factor: 1.5x, 80%",
	    OPT_BY(play_take_tempo) },
	{ 0, "sysex-only", NULL, "send only SysEx",
	    OPT_FLAG(struct play_opts, sysex_only) },
	{ 0, "no-sysex", NULL, "send everything but SysEx",
	    OPT_FLAG(struct play_opts, no_sysex) },
	{ 0, "rate", "din|max|BYTES", "bytes per second; default din",
	    OPT_RATE(struct play_opts, rate) },
	{ 0, "delay", "MS", "least pause between SysEx; default by device",
	    OPT_MS(struct play_opts, delay, 0) },
	{ 0, "dry-run", NULL, "only report what would be sent",
	    OPT_FLAG(struct play_opts, dry_run) },
	{ 0, "force", NULL, "play despite errors",
	    OPT_FLAG(struct play_opts, force) },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

static int
play_check(struct cli *c, const struct play_opts *o)
{
	if (o->sysex_only && o->no_sysex)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--sysex-only and --no-sysex are mutually exclusive");
	if (o->from >= o->to)
		return sx_fail(
		    &c->err, SX_EUSAGE, 0, "--to must be after --from");
	if (c->json && opt_is_standard(o->port))
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--json and --port - both use standard output");
	return 0;
}

int
play_parse(struct cli *c, struct play_opts *o)
{
	*o = (struct play_opts){ .rate = -1,
		.delay = -1,
		.to = INT64_MAX,
		.loops = 1,
		.factor = 1 };
	if (opt_parse(c, o) == -1)
		return -1;
	if (c->argc - c->next != 1)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    c->next == c->argc ? "missing FILE"
				       : "only one FILE can be played");
	o->file = c->argv[c->next];
	return play_check(c, o);
}
