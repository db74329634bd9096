/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_MONITOR_H
#define SXLIB_CLI_MONITOR_H

#include "sxlib/monitor.h"
#include "term/cli.h"
#include "term/opt.h"

/* What monitor.c and its helpers share. */

enum monitor_time { TIME_START, TIME_LINE, TIME_CLOCK };

struct monitor_opts {
	const char **ports; /* owned */
	size_t nports;
	unsigned only;	   /* bits of groups that --only names; 0: not told */
	unsigned hidden;   /* bits of groups that are not shown */
	unsigned channels; /* bits of channels 1 to 16 that are */
	struct sx_rules rules;
	enum monitor_time time;
	const char *device; /* at the ports; NULL: as ports.conf says */
	bool raw, hex;
	long count;	 /* 0: no end */
	int64_t timeout; /* us; 0: none */
};

extern const struct option_row monitor_options[];

/* Take the command line apart. 0; -1 and c->err, left empty for --help. What
 * o owns is freed by monitor_opts_free(), whatever this returns. */
int monitor_parse(struct cli *c, struct monitor_opts *o);
void monitor_opts_free(struct monitor_opts *o);

/* How lines look. */
struct monitor_form {
	struct cli *c;
	const struct monitor_opts *opts;
	int64_t began;	 /* mono: what relative times count from */
	int64_t before;	 /* mono: of the line before */
	int port_column; /* its width; 0: there is none */
	bool colour;
};

/* Print it as text or JSON, as asked for, and flush. */
void monitor_print(struct monitor_form *f, const struct sx_monitor_line *l);

#endif
