/* SPDX-License-Identifier: ISC */
#include "record.h"

enum { OPT_TYPE = OPT_LONG, OPT_TRACKS, OPT_CLOCK, OPT_SENSING };

const struct option_row record_options[] = {
	{ 'p', "port", "PORT", "where it comes from; may be repeated" },
	{ 'o', "out", "FILE.mid", "the MIDI file" },
	{ 't', "timeout", "S", "stop when nothing has come for S seconds" },
	{ OPT_TYPE, "type", "TYPE",
	    "0: one track; 1: one for each port; default 0 for one" },
	{ OPT_TRACKS, "tracks", NULL,
	    "a track for each channel, and one for SysEx" },
	{ OPT_CLOCK, "clock", NULL, "keep MIDI clock and time code, too" },
	{ OPT_SENSING, "sensing", NULL, "keep active sensing, too" },
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "say each SysEx message" },
	OPTIONS_END,
};

static int
parse_option(struct cli *c, struct record_opts *o, int id, const char *arg)
{
	switch (id) {
	case 'p':
		if (o->nports == SX_TAKE_PORTS_MOST)
			return sx_fail(&c->err, SX_EUSAGE, 0,
			    "more than %d ports", SX_TAKE_PORTS_MOST);
		o->ports[o->nports++] = arg;
		return 0;
	case 'o':
		o->out = arg;
		return 0;
	case 't':
		return opt_time(
		    c, "timeout", arg, 0.001, OPT_SECONDS, &o->timeout);
	case OPT_TYPE:
		return opt_count(c, "type", arg, 0, 1, &o->type);
	case OPT_TRACKS:
		o->tracks = true;
		return 0;
	case OPT_CLOCK:
		o->clock = true;
		return 0;
	default:
		o->sensing = true;
		return 0;
	}
}

int
record_parse(struct cli *c, struct record_opts *o)
{
	const char *arg;
	int id;

	*o = (struct record_opts){ .type = -1 };
	while ((id = opt_next(c, &arg)) > 0)
		if (parse_option(c, o, id, arg) == -1)
			return -1;
	if (id == -1 || opt_no_arguments(c) == -1)
		return -1;
	if (o->out == NULL) {
		sx_fail(&c->err, SX_EUSAGE, 0, "no --out is given");
		return sx_hint(&c->err, "such as --out take.mid");
	}
	if (o->type == 0 && (o->tracks || o->nports > 1))
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--type 0 has one track, and %s needs more",
		    o->tracks ? "--tracks" : "more than one --port");
	/* No port is told: $SXLIB_PORT, or the only one there is. */
	if (o->nports == 0)
		o->nports = 1;
	return 0;
}
