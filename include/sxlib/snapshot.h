/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SNAPSHOT_H
#define SXLIB_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/channel_state.h"
#include "sxlib/err.h"

/*
 * What the knobs of a unit are set to: the last value of each controller,
 * program and pitch bend on each channel. Pure.
 *
 * Every controller is one, 96 to 101 and 120 to 127 too, since they are
 * parameters of a sound on some units. Only where data entry (6, 38) follows
 * a complete choice of an NRPN or RPN (98 to 101), that parameter is kept, with
 * its choice.
 */

struct sx_snapshot;

/* NULL and e: out of memory. s may be NULL when freed. */
struct sx_snapshot *sx_snapshot_new(struct sx_err *e);
void sx_snapshot_free(struct sx_snapshot *s);

/* Is it of a kind that is kept? message[0] is its status. */
bool sx_snapshot_wants(const uint8_t *message);
/* A complete channel message that came; others than those are ignored. -1 and
 * e: out of memory. */
int sx_snapshot_take(
    struct sx_snapshot *s, const uint8_t *message, struct sx_err *e);

/* How many values there are. */
size_t sx_snapshot_count(const struct sx_snapshot *s);

/*
 * The messages that set all of them, in the order of their last arrival; of two
 * controllers that are the halves of 14 bits (0 and 32 to 31 and 63) the high
 * one first, where the later of them came. -1 as put.
 */
int sx_snapshot_put(
    struct sx_snapshot *s, sx_channel_state_put *put, void *arg);

#endif
