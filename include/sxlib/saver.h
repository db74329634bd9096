/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SAVER_H
#define SXLIB_SAVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/archiver.h"
#include "sxlib/err.h"
#include "sxlib/session.h"

/*
 * Couples an archiver to a session: the session wakes for finished jobs. Also
 * keeps the deadline for waiting: a few seconds after a signal.
 */
struct sx_saver {
	/* Read-only. */
	struct sx_session *session; /* borrowed */
	struct sx_archiver *archiver;
	bool stuck;	/* the archiver hangs: leave its stores open */
	size_t left;	/* dumps not finished at the end */
	size_t unnamed; /* of these, dumps without a final name */
	/* Private. */
	bool making_room, gave_up;
};

/* The time limit from a signal to the end of the program, in all cases. */
#define SX_END_US 4000000

/* Returns -1 and sets e on failure; s can then be freed. */
int sx_saver_open(
    struct sx_saver *s, struct sx_session *session, struct sx_err *e);

/* Return a finished job, which the caller now owns, or NULL if there is
 * none. */
struct sx_job *sx_saver_next(struct sx_saver *s);

/*
 * Call after adding dumps, until it returns 0. If too many are pending, waits
 * until half of them are finished. Returns 1 and sets *job to a finished job,
 * or to NULL if none is yet. Blocks for 0.1 s at most.
 */
int sx_saver_room(struct sx_saver *s, struct sx_job **job);
/* Call at the end, until it returns 0. Waits until all jobs are finished;
 * after a signal for SX_END_US at most, see s->left. Returns as
 * sx_saver_room() does. */
int sx_saver_settle(struct sx_saver *s, struct sx_job **job);

/* The deadline for finishing; INT64_MAX if no signal has arrived. */
int64_t sx_saver_end(const struct sx_saver *s);
/* True if time is left; *until is then how long to wait before checking
 * again. */
bool sx_saver_may_wait(const struct sx_saver *s, int64_t *until);
/* True if an operation of up to `us` microseconds still fits. */
bool sx_saver_has_time(const struct sx_saver *s, int64_t us);

void sx_saver_free(struct sx_saver *s);

#endif
