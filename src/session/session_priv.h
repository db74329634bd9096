/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SESSION_PRIV_H
#define SXLIB_SESSION_PRIV_H

#include <signal.h>

#include "intake.h"
#include "sender.h"
#include "stream_out.h"
#include "sxlib/framer.h"
#include "sxlib/session.h"

/* What session.c and its parts share. */

struct port {
	struct midi_io *io;		/* NULL: the number is free */
	struct sx_collector *collector; /* NULL: output only */
	bool written;			/* something was sent to it */
	struct sx_framer framer;
	struct sx_traffic traffic;
	struct stream_out stream_out;
	bool wants_spans;
	bool has_span; /* to be told before the steps */
	bool skipping; /* the rest of a message that was cut (UNKEPT) */
	struct sx_event span;
};

struct sx_session {
	struct port *ports;
	size_t nports;
	struct intake *intake;
	bool started;
	sigset_t signals_before;
	struct intake_record record; /* being taken apart, */
	size_t fed;		     /* as far as this */
	bool has_record;
	bool has_ending; /* END or GONE, to be told when the steps are out */
	struct sx_event ending;
	struct sx_err why;
	int64_t reached;   /* all that came until then has been given out */
	int64_t heeded;	   /* the time reached at which what was due was told */
	int64_t wake_at;   /* see sx_session_wake() */
	int64_t looked;	   /* when `watched` was looked at in a stream */
	struct sender out; /* the message under way */
	/* Why it is not, to be told when all that came until then is out. */
	struct sx_err failure;
	int64_t failed_at;
	int watched[SX_WATCH_MOST];
};

/* session_input.c: what has arrived becomes events. */

/* The span of any port, or the step of its collector, that is due. */
bool session_step(struct sx_session *s, struct sx_event *ev);
/* Begin with the record that was taken. 1: *ev is filled; 0: go on; -1. */
int session_open_record(
    struct sx_session *s, struct sx_event *ev, struct sx_err *e);
/* Feed the next span of the open record to its port. */
int session_feed_record(struct sx_session *s, struct sx_err *e);

#endif
