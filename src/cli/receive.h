/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECEIVE_H
#define SXLIB_RECEIVE_H

#include "cli.h"
#include "sxlib/session.h"
#include "sxlib/store.h"

/* What receive.c and its helpers share. */

struct receive_opts {
	const char *port;
	struct sx_store_opts store;
	struct sx_rules rules;
	long count;	 /* 0: no end */
	int64_t timeout; /* us; 0: none */
	const char *exec;
	bool twice;
};

/* Take the command line apart. 0; -1 and c->err, left empty for --help. */
int receive_parse(struct cli *c, struct receive_opts *o);
extern const struct option_row receive_options[];

/* A dump that waits to be confirmed by a second one like it (--twice). */
struct candidate {
	struct sx_part *part; /* NULL: there is none */
	struct sx_dump dump;
	struct sx_piece *pieces;
};

/* Keep a dump and its part as a candidate; both are copied or consumed. */
int candidate_set(struct candidate *a, struct sx_part *part,
    const struct sx_dump *dump, struct sx_err *e);
/* Forget it and remove its part. */
void candidate_drop(struct candidate *a);
/*
 * Are the bytes of the candidate and of the part the same? 1: yes. 0: no, and
 * what differs has been said. -1 and e.
 */
int candidate_confirms(struct cli *c, const struct candidate *a,
    struct sx_part *part, struct sx_err *e);

/*
 * Run a program with a path as its argument and the facts in its environment,
 * its output going to stderr, and wait for it. A failure is only said.
 */
void run_program(struct cli *c, const char *program, const struct record *r);

#endif
