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
 * Keep what comes in on a port, until it ends: by itself, by a signal, after so
 * many dumps or so much silence. What is open then is cut and kept, and all
 * that is whole becomes files.
 */

enum sx_capture_type {
	SX_CAPTURE_QUIET,    /* it is time, or something that the caller
				watches can be read */
	SX_CAPTURE_GROWN,    /* bytes of a dump have come */
	SX_CAPTURE_ENDED,    /* a message or a dump has ended */
	SX_CAPTURE_KEEPER,   /* the keeper tells something: `keeper` */
	SX_CAPTURE_SHAKEN,   /* a message of a handshake came, and is answered:
				`shake` and `message` */
	SX_CAPTURE_NOT_KEPT, /* `message` is not kept */
	SX_CAPTURE_NOTHING_YET, /* no SysEx, for some seconds: `seen`; told
				   when it is news */
	SX_CAPTURE_GONE,	/* the port is gone: why */
	SX_CAPTURE_STOPPED,	/* by a signal */
	/* At the end: */
	SX_CAPTURE_LEFT,  /* not all has become files: see the saver */
	SX_CAPTURE_FILE,  /* FILE.syx or FILE.mid is whole: `stored` */
	SX_CAPTURE_FINAL, /* all that was KEPT and not final is so now */
};

/* What there was to see of a port. */
enum sx_seen {
	SX_SEEN_NO_NEWS, /* that was told, or SysEx has come */
	SX_SEEN_SYSEX,
	SX_SEEN_NOTHING, /* no byte */
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
	struct sx_keeper keeper; /* what it says is to be set */
	size_t count;		 /* whole dumps; 0: no end */
	int64_t timeout;	 /* us without SysEx; 0: none */
	bool answers; /* answer handshakes, and nothing else; the port is open
			 for output, too */
	/* Read-only. */
	bool gone;
	/* Private. */
	int phase;
	int64_t listening, look_at;
	enum sx_seen seen;
	enum sx_capture_type what;
	struct sx_time now;
	bool added, after, summed_up;
	struct sx_keeping keeping; /* the end; its keeper NULL: not begun */
	struct sx_shaker shaker;
	bool inside; /* a message that waits for an answer has got it */
	uint8_t reply[4 * SX_SHAKE_BYTES]; /* what has not left */
	size_t nreply;
	int64_t reply_due;
};

/* Start listening: the session is not started yet. -1 and e. */
int sx_capture_begin(struct sx_capture *c, int64_t gap, struct sx_err *e);

/*
 * The next event; waits until mono time `until` at the latest. 1, and 0 when
 * all is over. -1 and e: something has failed; the next calls see to what is
 * whole. Blocks as sx_session_next() does, and on the disk.
 */
int sx_capture_next(struct sx_capture *c, struct sx_capture_event *ev,
    int64_t until, struct sx_err *e);

/* Something else has failed: read no more, the next calls see to what is whole.
 * Always returns -1. */
int sx_capture_end(struct sx_capture *c);

/* What there is to see of the port where no SysEx has come, if that is news. */
enum sx_seen sx_capture_news(struct sx_capture *c);

/* The session, the saver and the store are still open. */
void sx_capture_free(struct sx_capture *c);

#endif
