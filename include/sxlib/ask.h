/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ASK_H
#define SXLIB_ASK_H

#include "sxlib/asker.h"
#include "sxlib/talk.h"

/*
 * Runs an asker over a talk, for answers that fit into memory. Call
 * sx_asker_begin() first. Blocks until the next message. 1: *m is a message,
 * valid until the next call, and *came says what it is. 0: done; see a->why and
 * the states of the targets. -1 as sx_talk_next(), also if out of memory.
 */
int sx_ask_next(struct sx_talk *t, struct sx_asker *a,
    const struct sx_message **m, struct sx_came *came);

#endif
