/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_SPOOL_H
#define SXLIB_STORE_SPOOL_H

#include "job.h"
#include "part.h"

/*
 * A spool file holds a sequence of dumps, each after a journal record
 * (journal.h) with its damage in `port` and its wall time in `at`. To make
 * files, the spool is split: each dump becomes a piece, and the pieces are
 * valid once the spool is removed.
 */
struct sx_spool {
	struct sx_part *part;
	int64_t wall;
	size_t jobs;	    /* added */
	atomic_size_t left; /* unfinished jobs, plus one for the caller that
			       adds: the last one frees it */
};

#define SX_RECORD_DUMP 10 /* kind of its records */

/* Upper limit for a spool: see keeper_flood.c. */
#define SX_SPOOL_MOST ((uint64_t)64 << 20)

/*
 * Give each job of a list, all jobs of one spool, a separate, synced part, and
 * remove the spool. On failure nothing has changed.
 */
int sx_spool_take_apart(struct sx_job *first, struct sx_err *e);

#endif
