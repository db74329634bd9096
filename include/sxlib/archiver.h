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
 * Whole dumps become files on its own thread, so that a caller that saves
 * what arrives never waits for a disk to sync, nor for names. In turns: what
 * was handed over is synced, gets its names, and those are synced; what came
 * meanwhile is the next turn. A turn costs two syncs where it is small and two
 * for each file system where it is not, so a slow disk keeps up. Until a dump
 * has its name it is in its part, and a later start recovers it.
 *
 * All calls are for one thread, the caller's. None blocks but
 * sx_archiver_wait(), sx_archiver_stop() and sx_archiver_free().
 */
struct sx_archiver;

/* A dump that was handed over. */
struct sx_job;
/* As set in the keeper that handed it over. */
void *sx_job_owner(const struct sx_job *job);

/* NULL and e on failure. */
struct sx_archiver *sx_archiver_new(struct sx_err *e);
/* Waits for the turn that is under way, unless it was stopped. What has no name
 * stays in its part. a may be NULL. */
void sx_archiver_free(struct sx_archiver *a);

/* Make what a take holds now survive a power cut: what was added is written,
 * and synced by the thread. -1 and e: the one before has failed, or this cannot
 * be. */
struct sx_take;
int sx_archiver_sync_take(
    struct sx_archiver *a, struct sx_take *take, struct sx_err *e);

/* The next job that is done or has failed, in the order in which they were
 * handed over for each store; the caller's from now on. NULL: none now, and
 * sx_archiver_fd() becomes readable when there is one. */
struct sx_job *sx_archiver_next(struct sx_archiver *a);
int sx_archiver_fd(const struct sx_archiver *a);
/* Would sx_archiver_next() give one? Costs next to nothing. */
bool sx_archiver_ready(const struct sx_archiver *a);

/* Jobs that were handed over and are not back. */
size_t sx_archiver_waiting(const struct sx_archiver *a);
/* Those of them that have no name yet. */
size_t sx_archiver_unnamed(struct sx_archiver *a);
/* Are there too many, in parts or in all; or more than half of that? */
bool sx_archiver_is_full(const struct sx_archiver *a, bool half);

/* Wait for a job to come back, until mono time `until` (INT64_MAX: for ever),
 * and let no turn wait for more to come. false: none is there, and either
 * nothing is to come or it is too late. */
bool sx_archiver_wait(struct sx_archiver *a, int64_t until);

/*
 * The end, before all is done: no further turn begins, and what is under way is
 * waited for until mono time `until`. false: it is still going on, in a call
 * that does not return; then nothing that the archiver uses may be freed,
 * and sx_archiver_free() does nothing.
 */
bool sx_archiver_stop(struct sx_archiver *a, int64_t until);

#endif
