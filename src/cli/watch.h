/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_WATCH_H
#define SXLIB_CLI_WATCH_H

#include "panel.h"
#include "receive.h"
#include "sxlib/watch.h"
#include "term/opt.h"

/* What watch.c and its options share. */

struct watch_opts {
	struct receive_opts receive; /* what becomes of dumps; store.out is the
					folder that the ports' folders are in */
	const char **ports, **not_ports; /* as they were given */
	size_t nports, nnot_ports;
	bool sequencer;	  /* all hardware through it */
	uint64_t reserve; /* bytes */
	struct sx_display_opts panel;
};

/* Take the command line apart. 0; -1 and c->err, left empty for --help. */
int watch_parse(struct cli *c, struct watch_opts *o);
extern const struct option_row watch_options[];

#endif
