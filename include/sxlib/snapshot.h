/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SNAPSHOT_H
#define SXLIB_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/channel_state.h"
#include "sxlib/err.h"

/*
 * The current settings of a unit's controls: the last value of each controller,
 * program and pitch bend on each channel. Pure.
 *
 * Every controller number is kept, including 96 to 101 and 120 to 127, which
 * are sound parameters on some units. Only where data entry (6, 38) follows a
 * complete NRPN or RPN selection (98 to 101) is that parameter kept, together
 * with its selection.
 */

struct sx_snapshot;

/* Returns NULL and sets e if memory runs out. sx_snapshot_free() accepts
 * NULL. */
struct sx_snapshot *sx_snapshot_new(struct sx_err *e);
void sx_snapshot_free(struct sx_snapshot *s);

/* True if messages of this kind are kept. message[0] is the status. */
bool sx_snapshot_wants(const uint8_t *message);
/* Add a complete channel message; kinds that are not kept are ignored. Returns
 * -1 and sets e if memory runs out. */
int sx_snapshot_take(
    struct sx_snapshot *s, const uint8_t *message, struct sx_err *e);

/* The number of values. */
size_t sx_snapshot_count(const struct sx_snapshot *s);

/*
 * Emit the messages that restore all values, in order of last arrival. The two
 * halves of a 14-bit controller (0 to 31 with 32 to 63) stay together at the
 * place of the later one, high half first. Returns -1 if put does.
 */
int sx_snapshot_put(
    struct sx_snapshot *s, sx_channel_state_put *put, void *arg);

#endif
