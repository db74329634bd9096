/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SEND_H
#define SXLIB_SEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/load.h"
#include "sxlib/talk.h"

/* Sends loaded messages over a talk, one after the other. Input that arrives
 * meanwhile stays queued in the talk. */

struct sx_send {
	/* Set by the caller, borrowed. */
	struct sx_talk *talk; /* may be opened after sx_send_begin() */
	const struct sx_load *load;
	const struct sx_load_pace *pace;
	bool by_file; /* SX_SEND_FILE before each file */
	/* Read-only. */
	size_t at;	 /* the message to send next, in progress, or just
			    sent */
	uint64_t all;	 /* bytes */
	uint64_t bytes;	 /* of the messages that are done */
	int64_t left_us; /* for all that are not done */
	bool stopped;	 /* before the end: by a signal, or because the port
			    failed */
	size_t gone;	 /* bytes sent of the message it stopped in; 0: it
			    stopped between messages */
	bool closed;	 /* that message was ended with F7 */
	/* Private. */
	bool told, sending, through;
};

/* Compute the amount and the duration: `all`, `left_us`. */
void sx_send_begin(struct sx_send *s);

enum sx_send_event {
	SX_SEND_QUIET, /* `until` was reached */
	SX_SEND_FILE,  /* the first message of a file is next */
	SX_SEND_SENT,  /* a message and the delay after it are done */
};

/*
 * Continue sending, until mono time `until` at the latest. Returns 1 and sets
 * *what; 0 when everything has left the port; -1 as sx_talk_send(), and s tells
 * whether it stopped before the end. Blocks as sx_session_next() and, at the
 * end, sx_session_drain().
 */
int sx_send_next(struct sx_send *s, enum sx_send_event *what, int64_t until);

/* Returns the bytes handed to the port, and in *left_us the remaining time. */
uint64_t sx_send_progress(const struct sx_send *s, int64_t *left_us);

#endif
