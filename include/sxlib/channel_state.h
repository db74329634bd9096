/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CHANNEL_STATE_H
#define SXLIB_CHANNEL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/* Tracks what a synthesizer was sent on its channels: to silence it, and to
 * bring it up to date when playback starts in the middle. Pure. */

struct sx_channel_state;

/* Starts with nothing known and nothing sounding. Returns NULL and sets e if
 * out of memory. */
struct sx_channel_state *sx_channel_state_new(struct sx_err *e);
/* s may be NULL. */
void sx_channel_state_free(struct sx_channel_state *s);

/* Record a complete channel message of n bytes. Returns -1 and sets e if out of
 * memory. */
int sx_channel_state_take(struct sx_channel_state *s, const uint8_t *message,
    size_t n, struct sx_err *e);

/* True if a note sounds or a pedal is down. */
bool sx_channel_state_sounds(const struct sx_channel_state *s);

/* Called with one message of n bytes; return -1 to stop. */
typedef int sx_channel_state_put(void *arg, const uint8_t *message, size_t n);

/*
 * Emit the messages that silence everything: note offs and pedals up only,
 * since controllers 120 to 127 are sound parameters on some units. After that
 * nothing sounds. Returns -1 if put() did.
 */
int sx_channel_state_end(
    struct sx_channel_state *s, sx_channel_state_put *put, void *arg);

/*
 * Emit the messages that bring another synthesizer to the same state: bank and
 * program, controllers, parameters (NRPN, RPN) and the selected one, pressure,
 * bend. No notes. Returns -1 if put() did.
 */
int sx_channel_state_chase(
    const struct sx_channel_state *s, sx_channel_state_put *put, void *arg);

#endif
