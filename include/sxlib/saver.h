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
 * An archiver beside a session, which wakes for its jobs; and what there is
 * time to wait for: after a signal, a few seconds for all that is left.
 */
struct sx_saver {
	/* Read-only. */
	struct sx_session *session; /* borrowed */
	struct sx_archiver *archiver;
	bool stuck;	/* the archiver hangs: its stores stay open */
	size_t left;	/* dumps that are not through, at the end */
	size_t unnamed; /* of these, those that have no name yet */
	/* Private. */
	bool making_room, gave_up;
};

/* From a signal to the end, whatever is in the way. */
#define SX_END_US 4000000

/* -1 and e: s can be freed. */
int sx_saver_open(
    struct sx_saver *s, struct sx_session *session, struct sx_err *e);

/* A job that is back now, the caller's from now on; NULL: there is none. */
struct sx_job *sx_saver_next(struct sx_saver *s);

/*
 * After dumps were added, until it gives 0: if too many wait, wait until half
 * of them are back. 1 and *job: one that is, or NULL: some time has passed.
 * Blocks for 0.1 s at most.
 */
int sx_saver_room(struct sx_saver *s, struct sx_job **job);
/* At the end, until it gives 0: wait until all are back; after a signal only
 * for SX_END_US, see s->left. As sx_saver_room(). */
int sx_saver_settle(struct sx_saver *s, struct sx_job **job);

/* When to be through; INT64_MAX: no signal has come. */
int64_t sx_saver_end(const struct sx_saver *s);
/* Is there time left? Then until when to wait, before looking again. */
bool sx_saver_may_wait(const struct sx_saver *s, int64_t *until);
/* Is there time for something that may take so many us? */
bool sx_saver_has_time(const struct sx_saver *s, int64_t us);

void sx_saver_free(struct sx_saver *s);

#endif
