/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CAPTURE_H
#define SXLIB_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/handshake.h"
#include "sxlib/keeper.h"
#include "sxlib/keeping.h"
#include "sxlib/saver.h"
#include "sxlib/session.h"

/*
 * Receives dumps from a port until the input ends, the port goes away, a signal
 * arrives, `count` dumps are in, or it has been silent for `timeout`. An open
 * message is then cut and kept, and every whole dump becomes a file.
 */

enum sx_capture_type {
	SX_CAPTURE_QUIET,    /* time has passed, or a descriptor watched by the
				caller is readable */
	SX_CAPTURE_GROWN,    /* bytes of a dump arrived */
	SX_CAPTURE_ENDED,    /* a message or a dump ended */
	SX_CAPTURE_KEEPER,   /* the keeper has an event: `keeper` */
	SX_CAPTURE_SHAKEN,   /* a handshake message arrived and was answered:
				`shake`, `message` */
	SX_CAPTURE_NOT_KEPT, /* `message` is not kept */
	SX_CAPTURE_NOTHING_YET, /* no SysEx for some seconds: `seen`; only
				   reported when it changes */
	SX_CAPTURE_GONE,	/* the port is gone: why */
	SX_CAPTURE_STOPPED,	/* a signal arrived: `signal` */
	/* At the end: */
	SX_CAPTURE_LEFT,  /* not everything became a file: see the saver */
	SX_CAPTURE_FILE,  /* FILE.syx or FILE.mid is complete: `stored` */
	SX_CAPTURE_FINAL, /* everything that was KEPT is now final */
};

/* What has been seen on a port. */
enum sx_seen {
	SX_SEEN_NO_NEWS, /* already reported, or SysEx arrived */
	SX_SEEN_SYSEX,
	SX_SEEN_NOTHING, /* not a single byte */
	SX_SEEN_CLOCK,	 /* only clock and active sensing */
	SX_SEEN_OTHER,	 /* other messages */
};

/* Pointers are valid until the next call. */
struct sx_capture_event {
	enum sx_capture_type type;
	struct sx_time now; /* QUIET, GROWN, ENDED */
	struct sx_keeper_event keeper;
	const struct sx_message *message;
	enum sx_shake shake;
	const struct sx_stored *stored;
	const struct sx_err *why;
	enum sx_seen seen;
	int signal;
};

struct sx_capture {
	/* Set by the caller, borrowed until sx_capture_free(). */
	struct sx_session *session;
	int port;
	struct sx_saver *saver;
	struct sx_keeper keeper; /* set as keeper.h says */
	size_t count;	 /* stop after this many whole dumps; 0: no limit */
	int64_t timeout; /* stop after this many us without SysEx; 0: never */
	bool answers; /* answer handshakes, send nothing else; the port must be
			 open for output as well */
	/* Read-only. */
	bool gone;
	size_t unanswered; /* replies that the port had no room for: not sent */
	/* Private. */
	int phase;
	int64_t listening, look_at;
	enum sx_seen seen;
	enum sx_capture_type what;
	struct sx_time now;
	bool added, after, summed_up;
	struct sx_keeping keeping; /* the end; keeper NULL: not begun */
	struct sx_shaker shaker;
	bool inside; /* the sender that waits inside its message was answered */
	uint8_t reply[4 * SX_SHAKE_BYTES]; /* not sent yet */
	size_t nreply;
	int64_t reply_due;
};

/* Start listening; starts the session, which must not be started yet. gap: us,
 * see sx_session_coalesce(). Returns -1 and sets e on failure. */
int sx_capture_begin(struct sx_capture *c, int64_t gap, struct sx_err *e);

/*
 * Wait for the next event, until mono time `until`. 1: *ev. 0: finished. -1 and
 * e: something failed; further calls save what is whole. Blocks like
 * sx_session_next(), and on the disk.
 */
int sx_capture_next(struct sx_capture *c, struct sx_capture_event *ev,
    int64_t until, struct sx_err *e);

/* The caller failed: read no more; further sx_capture_next() calls save what is
 * whole. Always returns -1. */
int sx_capture_end(struct sx_capture *c);

/* What has been seen on the port, if no SysEx arrived and this differs from the
 * last report; else SX_SEEN_NO_NEWS. */
enum sx_seen sx_capture_news(struct sx_capture *c);

/* Leaves the session, the saver and the store open. */
void sx_capture_free(struct sx_capture *c);

#endif
