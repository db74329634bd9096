/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SEND_H
#define SXLIB_SEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/load.h"
#include "sxlib/talk.h"

/* Send what is loaded over a talk, one message after the other. What comes in
 * meanwhile stays in the talk. */

struct sx_send {
	/* Set by the caller, borrowed. */
	struct sx_talk *talk; /* may be opened after sx_send_begin() */
	const struct sx_load *load;
	const struct sx_load_pace *pace;
	bool by_file; /* SX_SEND_FILE before each file */
	/* Read-only. */
	size_t at;	 /* the message that is next, or under way, or was sent
			    just now */
	uint64_t all;	 /* bytes */
	uint64_t bytes;	 /* of messages that are through */
	int64_t left_us; /* for all that are not */
	bool stopped;	 /* in between: by a signal, or since the port failed */
	size_t gone;	 /* bytes of the message that it stopped in; 0: it
			    stopped before it */
	bool closed;	 /* that was closed with F7 */
	/* Private. */
	bool told, sending, through;
};

/* How much it is, and how long it takes: `all`, `left_us`. */
void sx_send_begin(struct sx_send *s);

enum sx_send_event {
	SX_SEND_QUIET, /* it is `until` */
	SX_SEND_FILE,  /* the first message of a file is next */
	SX_SEND_SENT,  /* a message is through, and the pause after it over */
};

/*
 * Send on, until mono time `until` at the latest. 1 and *what; 0: all has left
 * the port. -1 as sx_talk_send(); if it stopped in between that is in s. Blocks
 * as sx_session_next() and, at the end, sx_session_drain().
 */
int sx_send_next(struct sx_send *s, enum sx_send_event *what, int64_t until);

/* Bytes that have been handed to the port, and us that are left. */
uint64_t sx_send_progress(const struct sx_send *s, int64_t *left_us);

#endif
