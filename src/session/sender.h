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

/* One message being sent to a port. See sx_session_send(). */
struct sender {
	struct midi_io *io; /* NULL: none in progress */
	const uint8_t *data;
	size_t len, sent;
	struct pace pace;
	int64_t delay;
	int64_t progress; /* time of the last progress */
	int64_t over;	  /* when its last byte had left; 0: not yet */
	ssize_t queued;	  /* bytes in the port at the last check; SSIZE_MAX: not
			     checked */
	bool blocked;	  /* the port is full */
};

/* The message is borrowed until it is done. */
void sender_begin(struct sender *o, struct midi_io *io, const uint8_t *data,
    size_t n, unsigned rate, int64_t delay);
/* Send what may leave now. Returns 1 when the message is done; 0 if not yet; -1
 * if the port failed or accepts nothing. */
int sender_pump(struct sender *o, int64_t now, struct sx_err *e);
/* When sender_pump() should be called again. */
int64_t sender_due(const struct sender *o, int64_t now);
/* See sx_session_abort(). */
int sender_abort(struct sender *o, struct sx_err *e);

/* A port that accepts no byte for this long is stuck. Always returns -1. */
#define SENDER_STUCK_US 5000000
int sender_fail_stuck(const struct midi_io *io, struct sx_err *e);

/* Write n bytes to a port and wait until they have left, for 5 s at most
 * without progress. */
int sender_see_off(
    struct midi_io *io, const uint8_t *data, size_t n, struct sx_err *e);

#endif
