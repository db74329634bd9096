/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ANSWERS_H
#define SXLIB_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/load.h"
#include "sxlib/talk.h"

/* What answers to something that was sent, for some time: whole messages, and
 * at the end what has begun in time and goes no further. */
struct sx_answers {
	/* Set by the caller, borrowed. */
	struct sx_talk *talk;
	const struct sx_load *sent; /* what of it comes back is an echo */
	int64_t wait;		    /* us */
	/* Read-only. */
	size_t answers, echoes;
	bool endless; /* what comes does not end: it was given up */
	/* Private. */
	int64_t in_time, last, until;
};

/* 1 and *m, valid until the next call: it came; *echo: it is what was sent. 0:
 * no more does in time. -1 as sx_talk_next(). */
int sx_answers_next(
    struct sx_answers *a, const struct sx_message **m, bool *echo);

#endif
