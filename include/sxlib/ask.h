/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ASK_H
#define SXLIB_ASK_H

#include "sxlib/asker.h"
#include "sxlib/talk.h"

/*
 * An asker over a talk, for answers that fit into memory. sx_asker_begin()
 * comes first. The next message that came, and what it is: 1, and *m is valid
 * until the next call. 0: it is over, see a->why and the states of the targets.
 * -1 as sx_talk_next().
 */
int sx_ask_next(struct sx_talk *t, struct sx_asker *a,
    const struct sx_message **m, struct sx_came *came);

#endif
