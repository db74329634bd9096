/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SAMPLE_H
#define SXLIB_SAMPLE_H

#include "sxlib/samples.h"
#include "term/cli.h"
#include "user.h"

/* What sample.c and its parts share. */

enum sample_word { SAMPLE_SEND, SAMPLE_RECEIVE, SAMPLE_REQUEST };

struct sample_opts {
	enum sample_word word;
	const char *file; /* send */
	const char *port, *out;
	const char *name; /* of the sample; or the template of its file */
	enum sx_sample_format format;
	long slot, channel; /* -1: not told */
	struct sx_sample_wish wish;
	bool open;
	int64_t gap;	 /* us */
	int64_t timeout; /* us; -1: not told */
	long retries;
	long rate; /* bytes/s, 0: no limit; -1: not told */
};

enum status sample_send(struct cli *c, const struct sample_opts *o);
/* receive and request */
enum status sample_receive(struct cli *c, const struct sample_opts *o);

/* ---- What both do ---- */

/* Open its port, and its rate. -1 and c->err. */
int sample_open(struct cli *c, const struct sample_opts *o, struct sx_talk *t,
    unsigned *rate);

#endif
