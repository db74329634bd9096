/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_HOOK_H
#define SXLIB_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/record.h"
#include "sxlib/session.h"

/*
 * A program that is run for each dump, one after the other, while the caller
 * goes on. Its argument is the path, its environment has the facts, its input
 * is empty and its output goes to standard error. It has a process group of its
 * own, so that all of it can be ended: by SIGTERM, and after 2 s by SIGKILL.
 */
struct sx_hook;

enum sx_hook_type {
	SX_HOOK_WELL,	    /* the last run went well: never reported */
	SX_HOOK_TOO_SLOW,   /* 10,000 runs wait: reported once, until the end no
			       more are added while they do */
	SX_HOOK_NO_MEMORY,  /* a run was not added */
	SX_HOOK_CANNOT_RUN, /* code: errno */
	SX_HOOK_CANNOT_WAIT, /* code: errno; what happened to a run is unknown
			      */
	SX_HOOK_SIGNAL,	     /* a run was ended by the signal `code` */
	SX_HOOK_STATUS,	     /* a run ended with the status `code`, not 0 */
	SX_HOOK_LATE,	     /* a run took longer than the time-out, and is
				ended */
	SX_HOOK_STILL_RUNS,  /* at the end: it is ended */
	SX_HOOK_NOT_RUN,     /* at the end: so many (`dumps`) were not run */
};

struct sx_hook_event {
	enum sx_hook_type type;
	int code;
	size_t dumps;
};

/* timeout: us after which a run is ended; 0: never. session is told what to
 * wait for. All are borrowed. NULL: out of memory. */
struct sx_hook *sx_hook_new(
    struct sx_session *session, const char *program, int64_t timeout);
/* A run that still goes on is ended without an event: see sx_hook_end(). h may
 * be NULL. */
void sx_hook_free(struct sx_hook *h);

/* Run it for this dump when its turn comes; r is copied. */
void sx_hook_add(struct sx_hook *h, const struct sx_record *r);
/* No more runs begin, and one that goes on is ended: the next calls of
 * sx_hook_next() see to that. */
void sx_hook_end(struct sx_hook *h);

/* See to the runs: begin the next, end one that takes too long. True: *ev is
 * news. False: there is nothing to do now. Does not block, but for up to 0.2 s
 * at the end. */
bool sx_hook_next(struct sx_hook *h, struct sx_hook_event *ev);
/* The mono time at which to call that again, at the latest. */
int64_t sx_hook_due(const struct sx_hook *h);

const char *sx_hook_program(const struct sx_hook *h);
int64_t sx_hook_timeout(const struct sx_hook *h);
/* Is it run, or to be run? */
bool sx_hook_is_busy(const struct sx_hook *h);
/* How many runs wait. */
size_t sx_hook_waiting(const struct sx_hook *h);
/* What has become of the last run. */
struct sx_hook_event sx_hook_last(const struct sx_hook *h);

#endif
