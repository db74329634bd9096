/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CHANNEL_STATE_H
#define SXLIB_CHANNEL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/*
 * What a synthesizer has been sent on its channels, so that what sounds can be
 * ended, and so that playback that begins in the middle can first send what
 * came before. Pure.
 */

struct sx_channel_state;

/* Nothing is known and nothing sounds. NULL and e: out of memory. */
struct sx_channel_state *sx_channel_state_new(struct sx_err *e);
/* s may be NULL. */
void sx_channel_state_free(struct sx_channel_state *s);

/* It has been sent this channel message of n bytes, a whole one. -1 and e: out
 * of memory. */
int sx_channel_state_take(struct sx_channel_state *s, const uint8_t *message,
    size_t n, struct sx_err *e);

/* Does anything sound, or is a pedal down? */
bool sx_channel_state_sounds(const struct sx_channel_state *s);

/* Gets one message of n bytes; -1 ends the walk. */
typedef int sx_channel_state_put(void *arg, const uint8_t *message, size_t n);

/*
 * The messages that end all that sounds: note offs and pedals up, and no other,
 * since controllers 120 to 127 are parameters of a sound on some units. Nothing
 * sounds any more once all have been put. -1 as put.
 */
int sx_channel_state_end(
    struct sx_channel_state *s, sx_channel_state_put *put, void *arg);

/*
 * The messages that bring another synthesizer to the same state: bank and
 * program, controllers, parameters (NRPN, RPN) and which of them is chosen,
 * pressure, bend. No notes. -1 as put.
 */
int sx_channel_state_chase(
    const struct sx_channel_state *s, sx_channel_state_put *put, void *arg);

#endif
