/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_WATCH_H
#define SXLIB_CLI_WATCH_H

#include "panel.h"
#include "receive.h"
#include "sxlib/watch.h"
#include "term/opt.h"

/* Shared by watch.c and its options. */

struct watch_opts {
	/* store.out is the parent of the ports' folders. */
	struct receive_opts receive;
	const char **ports, **not_ports; /* as given */
	size_t nports, nnot_ports;
	bool sequencer;	  /* open all hardware ports through it */
	uint64_t reserve; /* bytes */
	struct sx_display_opts panel;
};

/* Parse the command line. Returns 0; -1 and sets c->err (empty for --help). */
int watch_parse(struct cli *c, struct watch_opts *o);
extern const struct option_row watch_options[];

#endif
