/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SESSION_PRIV_H
#define SXLIB_SESSION_PRIV_H

#include <signal.h>

#include "intake.h"
#include "sender.h"
#include "stream_out.h"
#include "sxlib/framer.h"
#include "sxlib/session.h"

/* Shared by session.c and its helpers. */

struct port {
	struct midi_io *io;		/* NULL: the number is free */
	struct sx_collector *collector; /* NULL: output only */
	bool written;			/* something was sent to it */
	struct sx_framer framer;
	struct sx_traffic traffic;
	struct stream_out stream_out;
	bool wants_spans;
	bool has_span; /* to be reported before the steps */
	bool skipping; /* the rest of a message that was cut (UNKEPT) */
	struct sx_event span;
};

struct sx_session {
	struct port *ports;
	size_t nports;
	struct intake *intake;
	bool started;
	sigset_t signals_before;
	struct intake_record record; /* being processed, */
	size_t fed;		     /* up to here */
	bool has_record;
	bool
	    has_ending; /* END or GONE, to be reported once all steps are out */
	struct sx_event ending;
	struct sx_err why;
	int64_t reached;   /* all input up to this time was delivered */
	int64_t heeded;	   /* the reached time at which due events were
			      reported */
	int64_t wake_at;   /* see sx_session_wake() */
	int64_t looked;	   /* when `watched` was last polled during a stream */
	struct sender out; /* the message in progress */
	/* Deferred error, returned once all earlier input was delivered. */
	struct sx_err failure;
	int64_t failed_at;
	int watched[SX_WATCH_MOST];
};

/* session_input.c: turns input into events. */

/* Get the next span of any port, or step of its collector. */
bool session_step(struct sx_session *s, struct sx_event *ev);
/* Start on the record just taken. Returns 1 and fills *ev; 0 to continue; -1
 * and sets e. */
int session_open_record(
    struct sx_session *s, struct sx_event *ev, struct sx_err *e);
/* Feed the next span of the open record to its port. */
int session_feed_record(struct sx_session *s, struct sx_err *e);

#endif
