/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SAMPLE_H
#define SXLIB_SAMPLE_H

#include "sxlib/samples.h"
#include "term/cli.h"
#include "user.h"

/* Shared by sample.c and its parts. */

enum sample_word { SAMPLE_SEND, SAMPLE_RECEIVE, SAMPLE_REQUEST };

struct sample_opts {
	enum sample_word word;
	const char *file; /* for send */
	const char *port, *out;
	const char *name; /* of the sample; or the template of its file */
	enum sx_sample_format format;
	long slot, channel; /* -1: not given */
	struct sx_sample_wish wish;
	bool open;
	int64_t gap;	 /* us */
	int64_t timeout; /* us; -1: not given */
	long retries;
	long rate; /* bytes/s, 0: no limit; -1: not given */
};

enum status sample_send(struct cli *c, const struct sample_opts *o);
/* For receive and request. */
enum status sample_receive(struct cli *c, const struct sample_opts *o);

/* ---- Shared by both ---- */

/* Open its port and get its rate. Returns -1 and sets c->err on failure. */
int sample_open(struct cli *c, const struct sample_opts *o, struct sx_talk *t,
    unsigned *rate);

#endif
