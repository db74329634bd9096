/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_HOOK_H
#define SXLIB_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/record.h"
#include "sxlib/session.h"

/*
 * Runs a program for each dump, one at a time, without blocking the caller. Its
 * argument is the path, its environment has the facts, stdin is empty and
 * stdout goes to stderr. It gets a separate process group, so that its children
 * can be ended as well: SIGTERM, then SIGKILL after 2 s (at the end, after 0.2
 * s).
 */
struct sx_hook;

enum sx_hook_type {
	SX_HOOK_WELL,	    /* the last run succeeded: never reported */
	SX_HOOK_TOO_SLOW,   /* 10,000 runs wait: reported once; runs beyond that
			       are dropped */
	SX_HOOK_NO_MEMORY,  /* a run could not be queued */
	SX_HOOK_CANNOT_RUN, /* code: errno */
	SX_HOOK_CANNOT_WAIT, /* code: errno; the outcome is unknown */
	SX_HOOK_SIGNAL,	     /* a run was killed by the signal `code` */
	SX_HOOK_STATUS,	     /* a run exited with the status `code`, not 0 */
	SX_HOOK_LATE,	     /* a run exceeded the timeout and is being ended */
	SX_HOOK_STILL_RUNS,  /* at the end: still running, and ended */
	SX_HOOK_NOT_RUN,     /* at the end: `dumps` runs did not happen */
};

struct sx_hook_event {
	enum sx_hook_type type;
	int code;
	size_t dumps;
};

/* timeout: us after which a run is ended; 0: never. The session watches its
 * descriptor. All pointers are borrowed. Returns NULL if out of memory. */
struct sx_hook *sx_hook_new(
    struct sx_session *session, const char *program, int64_t timeout);
/* Ends a run in progress without an event: see sx_hook_end(). h may be NULL. */
void sx_hook_free(struct sx_hook *h);

/* Queue a run for this dump; r is copied. */
void sx_hook_add(struct sx_hook *h, const struct sx_record *r);
/* Start no more runs, and end the current one; further sx_hook_next() calls do
 * that. */
void sx_hook_end(struct sx_hook *h);

/* Start the next run, or end one that takes too long. Returns true with an
 * event in *ev, false if there is nothing to do now. Does not block, except for
 * up to 0.2 s at the end. */
bool sx_hook_next(struct sx_hook *h, struct sx_hook_event *ev);
/* The mono time by which to call sx_hook_next() again. */
int64_t sx_hook_due(const struct sx_hook *h);

const char *sx_hook_program(const struct sx_hook *h);
int64_t sx_hook_timeout(const struct sx_hook *h);
/* True if a run is in progress or queued. */
bool sx_hook_is_busy(const struct sx_hook *h);
/* An event as words behind the name of the program: "failed with status 7". ""
 * for WELL, and for NO_MEMORY and CANNOT_WAIT, which are not the fault of the
 * program. timeout: of its sx_hook. Returns buf. */
#define SX_HOOK_TEXT 96
char *sx_hook_text(
    char buf[SX_HOOK_TEXT], const struct sx_hook_event *ev, int64_t timeout);
/* Its state: "" if the last run succeeded and none waits, else "--exec: last
 * run failed with status 7, 3 runs wait". Returns buf. */
#define SX_HOOK_STATE 192
char *sx_hook_state(char buf[SX_HOOK_STATE], const struct sx_hook *h);

#endif
