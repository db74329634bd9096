/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_OFFER_H
#define SXLIB_OFFER_H

#include "sxlib/handshake.h"
#include "sxlib/talk.h"

/*
 * Send the blocks of o in a handshake, from sx_offer_begin() to its end: see
 * o->why. rate in bytes/s, 0: as fast as the port takes them. told, if not
 * NULL, is called with o before each block. Blocks as sx_talk_next() does; -1
 * and *err, or with *signal set, after the unit was told that no more comes.
 */
int sx_offer_run(struct sx_talk *t, struct sx_offer *o, unsigned rate,
    void (*told)(void *arg, const struct sx_offer *o), void *arg);

#endif
