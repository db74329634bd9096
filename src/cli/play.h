/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PLAY_H
#define SXLIB_PLAY_H

#include "sxlib/player.h"
#include "term/opt.h"
#include "user.h"

/* What play.c and its helpers share. */

struct play_opts {
	const char *port;
	const char *file;
	long rate;	  /* bytes/s; 0: max; -1: by the port, else din */
	int64_t delay;	  /* us; -1: by the device */
	int64_t from, to; /* us; to: INT64_MAX: all of it */
	long loops;	  /* 0: without end */
	double factor;	  /* times as fast, or */
	double bpm;	  /* the tempo to begin with; 0: not told */
	bool sysex_only, no_sysex, dry_run, force;
};

/* Take the command line apart. 0; -1 and c->err, left empty for --help. */
int play_parse(struct cli *c, struct play_opts *o);
extern const struct option_row play_options[];

struct play {
	struct cli *c;
	struct play_opts o;
	struct sx_talk talk; /* the port */
	struct sx_player player;
};

/* Open the file and check what is to be sent of it. -1 and c->err. */
int play_load(struct play *p);

#endif
