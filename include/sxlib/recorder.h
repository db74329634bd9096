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

/* All that comes in on the ports of a session goes into a take. */

struct sx_recorder {
	/* Set by the caller, all borrowed. */
	struct sx_session *session; /* started; each port with its spans and
				       with rules that give out all messages */
	size_t ports;		    /* from 0; those of the take */
	struct sx_take *take;
	struct sx_archiver *archiver; /* syncs it */
	bool clock, sensing; /* keep clock and time code; active sensing */
	bool snapshot;	     /* keep only what sx_snapshot_wants() */
	int64_t timeout;     /* us without anything to keep end it; 0: never */
	/* Read-only. */
	uint64_t clock_left, sensing_left; /* messages left out, */
	uint64_t others_left; /* and those that are in no snapshot, SysEx too */
	uint64_t wrong;	      /* whole SysEx, wrong checksum or length */
	/* Private. */
	int step;
	size_t open;	   /* ports whose input has not ended */
	int64_t listening; /* since, mono */
	int64_t last;	   /* when something to be kept came */
	int64_t now;	   /* as far as events have come */
	int64_t sync_at, hint_at;
	enum sx_end why;
	size_t cut; /* ports that are cut, at the end */
};

enum sx_recorder_type {
	SX_RECORDER_QUIET,   /* it is `until` */
	SX_RECORDER_MESSAGE, /* a SysEx message, `message`, is in the take */
	SX_RECORDER_NOTHING, /* nothing to keep has come for a while: see what
				is left out */
	SX_RECORDER_GONE,    /* a port is gone: `why`; the others go on, unless
				it was the last */
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
 * Record, until mono time `until` at the latest. 1 and *ev. 0: it is over, by
 * the ends of all ports, a signal or the time-out, and what was open is in the
 * take, cut. -1 and e: what is in the take still is. Blocks as
 * sx_session_next() does, and on the disk.
 */
int sx_recorder_next(struct sx_recorder *r, struct sx_recorder_event *ev,
    int64_t until, struct sx_err *e);

#endif
