/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ANSWERS_H
#define SXLIB_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/load.h"
#include "sxlib/talk.h"

/* Collects the answers to something that was sent, for a limited time: whole
 * messages, plus, at the end, one that began in time but stalled (cut, and
 * reported as damaged). */
struct sx_answers {
	/* Set by the caller, borrowed. */
	struct sx_talk *talk;
	const struct sx_load *sent; /* its messages coming back are echoes */
	int64_t wait;		    /* us */
	/* Read-only. */
	size_t answers, echoes;
	bool endless; /* the input never paused; gave up */
	/* Private, zero at first. */
	int64_t in_time, last, until;
};

/* Get the next message. 1: *m is valid until the next call; *echo is set if it
 * equals a message that was sent. 0: no more in time. -1 as sx_talk_next().
 * Blocks until one arrives or time is up. */
int sx_answers_next(
    struct sx_answers *a, const struct sx_message **m, bool *echo);

#endif
