/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ARCHIVER_H
#define SXLIB_ARCHIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/store.h"

/*
 * Turns finished dumps into files on a separate thread, so that a caller that
 * saves input never waits for a disk to sync or for a name to be chosen.
 *
 * The thread works in turns: it syncs the dumps handed over so far, names them
 * and syncs the names; whatever arrives meanwhile is the next turn. A small
 * turn costs two syncs, a large one two per file system, so a slow disk keeps
 * up. Until a dump has its name it stays in its part, and a later start
 * recovers it.
 *
 * All calls must come from one thread, the caller's. Only sx_archiver_wait(),
 * sx_archiver_stop() and sx_archiver_free() block.
 */
struct sx_archiver;

/* A dump handed over to the archiver. */
struct sx_job;
/* The owner set in the keeper that handed it over. */
void *sx_job_owner(const struct sx_job *job);

/* Returns NULL and sets e on failure. */
struct sx_archiver *sx_archiver_new(struct sx_err *e);
/* Waits for the current turn, unless sx_archiver_stop() already did. Dumps
 * without a name stay in their parts. a may be NULL. */
void sx_archiver_free(struct sx_archiver *a);

/* Make the current contents of a take survive a power cut: buffered data is
 * written here, the thread syncs it. Returns -1 and sets e if this or the
 * previous sync failed. */
struct sx_take;
int sx_archiver_sync_take(
    struct sx_archiver *a, struct sx_take *take, struct sx_err *e);

/* The next job that is done or has failed, in the order of handover within each
 * store; the caller owns it. NULL: none yet; sx_archiver_fd() becomes readable
 * when there is one. */
struct sx_job *sx_archiver_next(struct sx_archiver *a);
int sx_archiver_fd(const struct sx_archiver *a);
/* True if sx_archiver_next() may return a job. Very cheap. */
bool sx_archiver_ready(const struct sx_archiver *a);

/* Number of jobs handed over and not yet returned. */
size_t sx_archiver_waiting(const struct sx_archiver *a);
/* How many of these have no name yet. */
size_t sx_archiver_unnamed(struct sx_archiver *a);
/* True if too many parts or jobs are outstanding; with half, if at least half
 * as many are. */
bool sx_archiver_is_full(const struct sx_archiver *a, bool half);

/* Wait for a job to come back, until mono time `until` (INT64_MAX: forever).
 * Turns start at once meanwhile, without waiting for more jobs to batch.
 * Returns false if none is back: none is outstanding, or time is up. */
bool sx_archiver_wait(struct sx_archiver *a, int64_t until);

/*
 * Stop before everything is done: start no further turn, and wait for the
 * current one until mono time `until`, and 50 ms longer for a rename. Returns
 * false if the turn is still stuck in a system call; a dump without a name by
 * then gets none. In that case free nothing that the archiver uses, and do not
 * call sx_archiver_free(), which would wait for it.
 */
bool sx_archiver_stop(struct sx_archiver *a, int64_t until);

#endif
