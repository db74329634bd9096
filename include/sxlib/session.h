/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SESSION_H
#define SXLIB_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/framer.h"
#include "sxlib/midi_io.h"

/*
 * A live conversation with one or more ports. The session owns its ports, the
 * intake thread that reads them, the pace at which bytes leave, and the
 * signals SIGINT, SIGTERM and SIGHUP, which end up as STOP events. Its caller
 * may block (disk, terminal) as long as it likes: 64 MiB of input are kept
 * meanwhile, and beyond that the kernel's own buffers fill, and where those
 * lose something it is marked.
 */

struct sx_session;

/*
 * SIGINT, SIGTERM and SIGHUP are blocked in this thread from here to
 * sx_session_close(). The caller ignores SIGPIPE. Call before any other thread
 * exists. NULL and e filled on failure.
 */
struct sx_session *sx_session_new(struct sx_err *e);

/*
 * Give a port to the session, which closes it. rules, NULL for a port that is
 * only written to, say what is kept of its input. Returns the port's number
 * from 0, or -1 and e (the port is closed then, too). When the session has been
 * started already, a port that was plugged in later, it listens at once.
 */
int sx_session_add(struct sx_session *s, struct midi_io *io,
    const struct sx_rules *rules, struct sx_err *e);

/*
 * From now on each span of the port's input comes out too, as SPAN, in the
 * order of arrival and before the steps that follow from it: channel, common
 * and real-time messages, the pieces of SysEx and of stray runs, the ends of
 * those that are cut. Where bytes were lost and nothing was open the span is
 * of no kind, and its end SX_END_OVERRUN.
 */
void sx_session_spans(struct sx_session *s, int port);

/*
 * Close a port whose END or GONE has come, or that is only written to. The next
 * port that is added gets its number.
 */
void sx_session_remove(struct sx_session *s, int port);

/*
 * For a watchdog: text is sent to fd, a connected datagram socket, at the start
 * and then every `every` us for as long as the intake goes round, however long
 * the caller is busy. Before sx_session_start(); both are borrowed until the
 * session is closed.
 */
void sx_session_beat(
    struct sx_session *s, int fd, const char *text, int64_t every);

/*
 * Coalesce wake-ups, for callers that only store input: in a stream that has
 * gone on for a while, a port that gives a few bytes at a time and can wait
 * (midi_io_can_wait()) is left alone for 25 ms at a time. Inside such a stream
 * times of arrival are up to so much late; a signal is not, nor QUIET. So it is
 * not done if the least silence that means something, `gap` us, is shorter than
 * 100 ms. Before sx_session_start().
 */
void sx_session_coalesce(struct sx_session *s, int64_t gap);

/*
 * SIGHUP is not an end, but RELOAD; and a second signal of another kind is a
 * STOP as well, for a caller that takes its time after the first. Before
 * sx_session_start().
 */
void sx_session_reloads(struct sx_session *s);

/* Start listening. When this returns 0, a dump whose F0 arrives from now on is
 * not missed. */
int sx_session_start(struct sx_session *s, struct sx_err *e);

/* Stops the intake thread, closes the ports (dropping what was not sent),
 * gives the signals back. s may be NULL. */
void sx_session_close(struct sx_session *s);

/* What a caller may wait for beside its ports. */
enum sx_watched {
	SX_WATCH_USER,	   /* the user's Enter, ports that come and go */
	SX_WATCH_ARCHIVER, /* dumps that became files */
	SX_WATCH_PROGRAM,  /* a program that was started */
	SX_WATCH_MOST,
};

enum sx_event_type {
	SX_EV_STEP,   /* a step of the collector: see dump.h */
	SX_EV_SPAN,   /* see sx_session_spans() */
	SX_EV_QUIET,  /* the deadline has passed, and everything that arrived
			 before it has been given out */
	SX_EV_SENT,   /* the message given to sx_session_send() is through, and
			 its delay over */
	SX_EV_WAKE,   /* the time of sx_session_wake() has come */
	SX_EV_RELOAD, /* SIGHUP, after sx_session_reloads() */
	SX_EV_INPUT,  /* a descriptor of sx_session_watch() can be read */
	SX_EV_END,    /* the port's input has ended ("-") */
	SX_EV_GONE,   /* the port is gone: see why; still open ones go on */
	SX_EV_STOP,   /* a signal: see signal. All that arrived before it has
			 been given out; an open message or dump is still open */
};

struct sx_event {
	enum sx_event_type type;
	int port;
	struct sx_time now; /* arrival; for QUIET the time reached */
	struct sx_step step;
	struct sx_span
	    span;   /* SPAN: its data are borrowed until the next call */
	bool doubt; /* SPAN: bytes are missing somewhere near it */
	int signal;
	enum sx_watched watched;  /* INPUT: which */
	const struct sx_err *why; /* GONE: borrowed until the next call */
};

/* What a port has given so far. */
struct sx_traffic {
	uint64_t bytes;	    /* all that was read */
	uint64_t sysex;	    /* bytes of SysEx and of rests of it */
	uint64_t clock;	    /* F8, FA, FB, FC */
	uint64_t sensing;   /* FE */
	uint64_t other;	    /* bytes of other messages */
	uint64_t holes;	    /* places where bytes were lost */
	uint64_t skipped;   /* bytes behind a cut that was UNKEPT */
	int64_t last_sysex; /* mono time of the last SysEx byte; -1: none yet */
};

/*
 * The next event. Waits until mono time `deadline` (INT64_MAX: for ever) and
 * then gives QUIET; a deadline that has passed gives it as soon as all that
 * arrived until then has been given out. 0, or -1 and e: out of memory, or
 * an output that failed (SX_EPORT) or took no byte for 5 s (SX_EIO), after all
 * that had arrived by then; GONE comes first, if it does.
 */
int sx_session_next(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e);

/* The next SPAN or STEP that is due already, without taking in any more: 1, or
 * 0 if there is none. For the end, after sx_session_cut(). */
int sx_session_step(struct sx_session *s, struct sx_event *ev);

void sx_session_traffic(
    const struct sx_session *s, int port, struct sx_traffic *t);
/* The message that is coming in now on a port with rules: bytes so far, facts
 * or NULL, borrowed until the next call. */
size_t sx_session_incoming(
    const struct sx_session *s, int port, const struct sx_facts **facts);
/* Its first bytes, see sx_collector_head(). */
size_t sx_session_head(
    const struct sx_session *s, int port, uint8_t head[SX_TRIAGE_BYTES]);
/* Bytes that intake has read and the caller not yet seen. */
size_t sx_session_backlog(struct sx_session *s);

/*
 * End what is open on a port with rules: a message is cut and damaged (why), a
 * dump ends. UNKEPT: what still comes of the message is no event of any kind,
 * only counted.
 * The steps come out of sx_session_step() or sx_session_next().
 */
int sx_session_cut(
    struct sx_session *s, int port, enum sx_end why, struct sx_err *e);

/*
 * Send one message; data is borrowed until SENT, and one message is under way
 * at a time. rate in bytes/s, 0: as fast as the port takes it, which is
 * refused (SX_EREFUSED) if not midi_io_any_rate(). delay_us is
 * waited after its last byte has left the wire. Bytes leave only within
 * sx_session_next().
 */
int sx_session_send(struct sx_session *s, int port, const uint8_t *data,
    size_t n, unsigned rate, int64_t delay_us, struct sx_err *e);
/* Bytes of it that have been handed to the port. */
size_t sx_session_sent(const struct sx_session *s);
/*
 * Give up the message under way: what is queued in the port is dropped and, if
 * its F0 has left and its F7 not, F7 is sent. Blocks for 5 s at most. 1: a
 * message was cut, 0: none was under way, -1: F7 could not be sent.
 */
int sx_session_abort(struct sx_session *s, struct sx_err *e);

/*
 * Write what may leave now of data[0..n-1], which have a time of their own: no
 * more than 48 bytes ahead of a wire of `rate` bytes/s (0: as many as the port
 * takes). Returns how many have left; 0: none can, and *due is when to try
 * again; -1 and e: as sx_session_next(). Does not block, and not to be mixed
 * with sx_session_send().
 */
ssize_t sx_session_write(struct sx_session *s, int port, const uint8_t *data,
    size_t n, unsigned rate, int64_t *due, struct sx_err *e);

/* For a port that is written to: no more than n bytes (default 48, and at most)
 * ahead of the wire. */
void sx_session_ahead(struct sx_session *s, int port, size_t n);
/* Is an output still there? -1 and e: it is not. */
int sx_session_check(struct sx_session *s, int port, struct sx_err *e);

/* The next WAKE at mono time `at`, once; it may come before what has arrived
 * until then has been given out. INT64_MAX: none. */
void sx_session_wake(struct sx_session *s, int64_t at);

/* Wait until all that was sent has left the port. Blocks for as long as the
 * port goes on taking bytes; -1 if it takes none for 5 s. */
int sx_session_drain(struct sx_session *s, struct sx_err *e);

/* Run this thread before everything that does not wait for the outside world,
 * where that is allowed. Not for one that works for long without waiting. */
void sx_session_first(void);

/* Also wait until fd can be read, one for each purpose; -1: no longer. */
void sx_session_watch(struct sx_session *s, enum sx_watched what, int fd);

/* The mono time of the first signal, which SX_EV_STOP will tell or has told; 0:
 * none has come. For a caller that waits for something else. */
int64_t sx_session_stopped(const struct sx_session *s);

/* Now, in both clocks. */
struct sx_time sx_now(void);

/* The earlier one of two times, or deadlines. */
static inline int64_t
sx_earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

#endif
