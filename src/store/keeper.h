/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_KEEPER_H
#define SXLIB_STORE_KEEPER_H

#include "job.h"
#include "part.h"
#include "store_priv.h"
#include "sxlib/keeper.h"

/* Shared by keeper.c and its helpers. */

/* Append an event; why is copied, and may be NULL. */
void sx_keeper_note(struct sx_keeper *k, const struct sx_keeper_event *ev);

/* Give up on a part that cannot be kept, but leave it for recovery at the
 * next start. A file derived from a dump is removed instead; it can be made
 * again. */
void sx_keeper_leave(const struct sx_keeper *k, struct sx_part *part);
/* Patient: note that the disk has failed. */
void sx_keeper_set_trouble(struct sx_keeper *k, const struct sx_err *e);
/* The same for the part being received. Returns -1 and sets e if the keeper is
 * not patient. */
int sx_keeper_bear(
    struct sx_keeper *k, const struct sx_err *why, struct sx_err *e);
/* A dump has ended, in this part or, if it is buffered, without one. Consumes
 * the part. Returns -1 and sets e on failure. */
int sx_keeper_add_part(struct sx_keeper *k, struct sx_part *part,
    const struct sx_dump *dump, bool unfit, struct sx_err *e);
/* The same for a dump that already is a job. */
int sx_keeper_add_job(
    struct sx_keeper *k, struct sx_job *job, struct sx_err *e);

/* keeper_part.c */

/* Begin the part of a dump. */
int sx_keeper_begin(
    struct sx_keeper *k, struct sx_time t, int64_t now, struct sx_err *e);
/* Add bytes to it. */
int sx_keeper_data(
    struct sx_keeper *k, const struct sx_step *step, struct sx_err *e);
/* Detach it. */
struct sx_part *sx_keeper_part(struct sx_keeper *k);

/* keeper_flood.c: dumps arrive faster than files can be made. No cable is that
 * fast, but a program can be. */

/* True during a flood, if the dump that begins now may be buffered. */
bool sx_keeper_is_flooded(const struct sx_keeper *k, size_t backlog);
/* Add bytes to a buffered dump. If it grows large, it gets a part. */
int sx_keeper_buffer(struct sx_keeper *k, const struct sx_step *step,
    int64_t now, struct sx_err *e);
/* A buffered dump is complete: spool it. */
int sx_keeper_spool(struct sx_keeper *k, struct sx_job *job, struct sx_err *e);
/* End the flood if it is over. */
int sx_keeper_calm(
    struct sx_keeper *k, int64_t now, size_t backlog, struct sx_err *e);

/* keeper_twice.c: handle a complete dump. Consumes the part. Returns -1 and
 * sets e on failure. */
int sx_keeper_prove(struct sx_keeper *k, struct sx_part *part,
    const struct sx_dump *dump, struct sx_err *e);

#endif
