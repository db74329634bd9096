/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_HOOK_H
#define SXLIB_HOOK_H

#include "cli.h"
#include "sxlib/record.h"
#include "sxlib/session.h"

/*
 * --exec: a program that is run for each dump, one after the other, while the
 * caller goes on. Its argument is the path, its environment has the facts, its
 * input is empty and its output goes to standard error. A failure is only
 * reported.
 */
struct hook;

/* timeout: us after which a run is ended and reported; 0: never. session is
 * told what to wait for; all are borrowed. NULL: out of memory. */
struct hook *hook_new(struct cli *c, struct sx_session *session,
    const char *program, int64_t timeout);
/* Ends a run that still goes on, after hook_end() at the latest. */
void hook_free(struct hook *h);

/* Run it for this dump when its turn comes; r is copied. */
void hook_add(struct hook *h, const struct sx_record *r);

/* See what has become of it: report an end, end a run that takes too long,
 * begin the next. */
void hook_step(struct hook *h);
/* The mono time at which to call that again, at the latest. */
int64_t hook_due(const struct hook *h);

/* Is it run, or to be run? */
bool hook_is_busy(const struct hook *h);
/* How it fares, for people: "" if the last run went well and none waits, else
 * "--exec: the last run failed with status 7, 3 runs wait". */
#define HOOK_STATE 192
void hook_state(const struct hook *h, char buf[HOOK_STATE]);
/* No more runs begin, and one that goes on is ended; what was not run is
 * reported. */
void hook_end(struct hook *h);

#endif
