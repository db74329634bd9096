/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_KEEPER_H
#define SXLIB_STORE_KEEPER_H

#include "job.h"
#include "part.h"
#include "store_priv.h"
#include "sxlib/keeper.h"

/* What keeper.c and its parts share. */

/* An event, behind all others; why is copied, and may be NULL. */
void sx_keeper_note(struct sx_keeper *k, const struct sx_keeper_event *ev);

/* It cannot be kept, but is there at the next start; what was made of a dump is
 * not, and can be made again. */
void sx_keeper_leave(const struct sx_keeper *k, struct sx_part *part);
/* Patient: the disk has failed. */
void sx_keeper_set_trouble(struct sx_keeper *k, const struct sx_err *e);
/* The same for the part that is coming in. -1 and e: it is not patient. */
int sx_keeper_bear(
    struct sx_keeper *k, const struct sx_err *why, struct sx_err *e);
/* A dump has ended, in this part or, if it is buffered, in none. Consumes the
 * part. -1 and e. */
int sx_keeper_add_part(struct sx_keeper *k, struct sx_part *part,
    const struct sx_dump *dump, bool unfit, struct sx_err *e);
/* The same for one that is a job already. */
int sx_keeper_add_job(
    struct sx_keeper *k, struct sx_job *job, struct sx_err *e);

/* keeper_part.c */

/* Begin the part of a dump. */
int sx_keeper_begin(
    struct sx_keeper *k, struct sx_time t, int64_t now, struct sx_err *e);
/* Bytes of it. */
int sx_keeper_data(
    struct sx_keeper *k, const struct sx_step *step, struct sx_err *e);
/* Take it away. */
struct sx_part *sx_keeper_part(struct sx_keeper *k);

/* keeper_flood.c: dumps come faster than files can be made of them, which no
 * cable can, but a program. */

/* Is it one, and may the dump that begins now be buffered? */
bool sx_keeper_is_flooded(const struct sx_keeper *k, size_t backlog);
/* Bytes of a dump that is buffered. If it grows large, it gets a part. */
int sx_keeper_buffer(struct sx_keeper *k, const struct sx_step *step,
    int64_t now, struct sx_err *e);
/* A dump that was buffered is whole: spool it. */
int sx_keeper_spool(struct sx_keeper *k, struct sx_job *job, struct sx_err *e);
/* The flood may be over. */
int sx_keeper_calm(
    struct sx_keeper *k, int64_t now, size_t backlog, struct sx_err *e);

/* keeper_twice.c: a whole dump. Consumes the part. -1 and e. */
int sx_keeper_prove(struct sx_keeper *k, struct sx_part *part,
    const struct sx_dump *dump, struct sx_err *e);

#endif
