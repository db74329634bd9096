/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "play.h"
#include "term/opt.h"

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
	    OPT_POSITION(struct play_opts, from) },
	{ 0, "to", "TIME", "end here", OPT_POSITION(struct play_opts, to) },
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
