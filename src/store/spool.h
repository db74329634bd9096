/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_SPOOL_H
#define SXLIB_STORE_SPOOL_H

#include "job.h"
#include "part.h"

/*
 * A spool file holds dumps one behind the other, before each a record of the
 * journal (journal.h): its damage as the `port`, its time (wall) as `at`. To
 * make files of them it is taken apart: each dump becomes a piece, and these
 * count once the spool is gone.
 */
struct sx_spool {
	struct sx_part *part;
	int64_t wall;
	size_t jobs;	    /* that were added */
	atomic_size_t left; /* of these, and one for the caller that adds: the
			       last frees */
};

#define SX_RECORD_DUMP 10 /* the kind of its records */

/* No spool is so large: see keeper_flood.c. */
#define SX_SPOOL_MOST ((uint64_t)64 << 20)

/*
 * Give each job of a list, all that were added to one spool, a part of its own,
 * synced, and remove the spool. On failure all is as it was.
 */
int sx_spool_take_apart(struct sx_job *first, struct sx_err *e);

#endif
