/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_RECORD_H
#define SXLIB_CLI_RECORD_H

#include "sxlib/take.h"
#include "term/cli.h"
#include "term/opt.h"

/* What record.c and its options share. */

struct record_opts {
	const char *ports[SX_TAKE_PORTS_MOST];
	size_t nports;
	const char *out;
	long type; /* -1: not told */
	bool tracks, clock, sensing, snapshot;
	int64_t timeout; /* us; 0: none */
};

/* Take the command line apart. 0; -1 and c->err, left empty for --help. */
int record_parse(struct cli *c, struct record_opts *o);
extern const struct option_row record_options[];

#endif
