/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_OFFER_H
#define SXLIB_OFFER_H

#include "sxlib/handshake.h"
#include "sxlib/load.h"
#include "sxlib/talk.h"

/* The loaded messages as blocks, *n of them after sx_offer_prune(); the caller
 * frees them before the load. NULL and sets e: not one transfer (SX_EREFUSED),
 * or out of memory. */
struct sx_block *sx_offer_blocks(
    const struct sx_load *l, size_t *n, struct sx_err *e);

/*
 * Run a complete handshake: sx_offer_begin(), then send the blocks of o until
 * it is done; o->why has the result. rate in bytes/s, 0: as fast as the port
 * accepts. told, if not NULL, is called with o before each message is sent.
 * Blocks as sx_talk_next() does. Returns 0, or -1 with *err or *signal of the
 * talk set, after trying to tell the unit that no more follows.
 */
int sx_offer_run(struct sx_talk *t, struct sx_offer *o, unsigned rate,
    void (*told)(void *arg, const struct sx_offer *o), void *arg);

#endif
