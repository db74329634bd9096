/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECORDER_H
#define SXLIB_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/archiver.h"
#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/session.h"
#include "sxlib/take.h"

/* Records all input on the ports of a session into a take. */

struct sx_recorder {
	/* Set by the caller, all borrowed. */
	struct sx_session *session; /* started; spans enabled on each port, with
				       rules that keep all messages */
	size_t ports;		    /* number of ports, in the session and in
				       the take */
	struct sx_take *take;
	struct sx_archiver *archiver; /* to sync the take */
	bool clock, sensing; /* keep clock and time code; active sensing */
	bool snapshot;	     /* keep only what sx_snapshot_wants() */
	int64_t timeout;     /* end after this many us with nothing to keep; 0:
				never */
	/* Read-only. */
	uint64_t clock_left, sensing_left; /* messages left out */
	uint64_t others_left; /* messages not in a snapshot, SysEx included */
	uint64_t wrong;	      /* complete SysEx with a wrong checksum or
				 length */
	/* Private. */
	int step;
	size_t open;	   /* ports whose input has not ended */
	int64_t listening; /* mono time of the start */
	int64_t last;	   /* arrival of the last message kept */
	int64_t now;	   /* time of the last event */
	int64_t sync_at, hint_at;
	enum sx_end why;
	size_t cut; /* ports cut at the end */
};

enum sx_recorder_type {
	SX_RECORDER_QUIET,   /* `until` has passed */
	SX_RECORDER_MESSAGE, /* a SysEx message, `message`, is in the take */
	SX_RECORDER_NOTHING, /* nothing to keep in the first seconds: see what
				was left out */
	SX_RECORDER_GONE,    /* a port is gone: `why`; the others stay open;
				`last`: it was the last one */
};

/* Pointers are valid until the next call. */
struct sx_recorder_event {
	enum sx_recorder_type type;
	const struct sx_message *message;
	const struct sx_err *why;
	bool last;
};

void sx_recorder_begin(struct sx_recorder *r);

/*
 * Record until mono time `until` at the latest. Returns 1 and sets *ev; 0 at
 * the end (all ports ended, a signal, or the timeout), with open messages cut
 * and stored; or -1 and sets e. The take keeps what it has. Blocks as
 * sx_session_next() does, and on the disk.
 */
int sx_recorder_next(struct sx_recorder *r, struct sx_recorder_event *ev,
    int64_t until, struct sx_err *e);

#endif
