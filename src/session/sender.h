/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SENDER_H
#define SXLIB_SENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pace.h"
#include "sxlib/err.h"
#include "sxlib/midi_io.h"

/* One message on its way out of a port. See sx_session_send(). */
struct sender {
	struct midi_io *io; /* NULL: none is under way */
	const uint8_t *data;
	size_t len, sent;
	struct pace pace;
	int64_t delay;
	int64_t progress; /* when something was last seen to leave */
	int64_t over;	  /* when its last byte had left; 0: not yet */
	ssize_t queued; /* in the port when last looked; SSIZE_MAX: none yet */
	bool blocked;	/* the port has no room */
};

/* The message is borrowed until it is through. */
void sender_begin(struct sender *o, struct midi_io *io, const uint8_t *data,
    size_t n, unsigned rate, int64_t delay);
/* Let go what may leave now. 1: the message is through; 0; -1: the port failed
 * or takes nothing. */
int sender_pump(struct sender *o, int64_t now, struct sx_err *e);
/* When the message under way wants to be looked after again. */
int64_t sender_due(const struct sender *o, int64_t now);
/* See sx_session_abort(). */
int sender_abort(struct sender *o, struct sx_err *e);

/* A port that takes no byte for so long is stuck. Always returns -1. */
#define SENDER_STUCK_US 5000000
int sender_fail_stuck(const struct midi_io *io, struct sx_err *e);

/* Hand n bytes to a port and see them off, for 5 s at most without progress. */
int sender_see_off(
    struct midi_io *io, const uint8_t *data, size_t n, struct sx_err *e);

#endif
