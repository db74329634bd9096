/* SPDX-License-Identifier: ISC */
#include "record.h"
#include "term/opt.h"

static int
record_take_port(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	struct record_opts *o = opts;

	(void)row;
	if (o->nports == SX_TAKE_PORTS_MOST)
		return sx_fail(&c->err, SX_EUSAGE, 0, "more than %d ports",
		    SX_TAKE_PORTS_MOST);
	o->ports[o->nports++] = arg;
	return 0;
}

const struct option_row record_options[] = {
	{ 'p', "port", "PORT", "record from this port; repeatable",
	    OPT_BY(record_take_port) },
	{ 'o', "out", "FILE.mid", "the MIDI file",
	    OPT_TEXT(struct record_opts, out) },
	{ 't', "timeout", "S", "stop after S seconds without input",
	    OPT_SECONDS(struct record_opts, timeout, 1000) },
	{ 0, "type", "TYPE",
	    "0: one track; 1: a track per port; default 0 for one port",
	    OPT_COUNT(struct record_opts, type, 0, 1) },
	{ 0, "tracks", NULL, "a track per channel, and one for SysEx",
	    OPT_FLAG(struct record_opts, tracks) },
	{ 0, "snapshot", NULL, "only what the knobs are set to: last values",
	    OPT_FLAG(struct record_opts, snapshot) },
	{ 0, "clock", NULL, "also keep MIDI clock and time code",
	    OPT_FLAG(struct record_opts, clock) },
	{ 0, "sensing", NULL, "also keep active sensing",
	    OPT_FLAG(struct record_opts, sensing) },
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "report each SysEx message",
	    OPT_COMMON(verbose) },
	OPTIONS_END,
};

int
record_parse(struct cli *c, struct record_opts *o)
{
	*o = (struct record_opts){ .type = -1 };
	if (opt_parse(c, o) == -1 || opt_no_arguments(c) == -1)
		return -1;
	if (o->out == NULL) {
		sx_fail(&c->err, SX_EUSAGE, 0, "missing --out FILE");
		return sx_hint(&c->err, "such as --out take.mid");
	}
	if (o->type == 0 && (o->tracks || o->nports > 1))
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--type 0 has one track, but %s needs more",
		    o->tracks ? "--tracks" : "more than one --port");
	if (o->snapshot && (o->tracks || o->clock || o->sensing ||
			       o->type == 1 || o->nports > 1))
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--snapshot is one track, of one port, without clock or "
		    "sensing");
	/* No port is told: $SXLIB_PORT, or the only one there is. */
	if (o->nports == 0)
		o->nports = 1;
	return 0;
}
