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
 * A live session with one or more ports. It owns the ports, the intake thread
 * that reads them, the pacing of output, and the signals SIGINT, SIGTERM and
 * SIGHUP, which become STOP events. The caller may block (disk, terminal) for
 * any length of time: up to 64 MiB of input are queued. Beyond that the
 * kernel's buffers fill up, and losses there are marked.
 */

struct sx_session;

/*
 * Block SIGINT, SIGTERM and SIGHUP in this thread until sx_session_close(). The
 * caller must ignore SIGPIPE. Call before any other thread exists. Returns NULL
 * and sets e on failure.
 */
struct sx_session *sx_session_new(struct sx_err *e);

/*
 * Add a port; the session closes it. rules select what is kept of its input;
 * NULL for a port that is only written to. Returns the port's number, from 0,
 * or -1 and sets e; the port is closed in that case, too. If the session is
 * already started (a port plugged in later), it listens at once.
 */
int sx_session_add(struct sx_session *s, struct midi_io *io,
    const struct sx_rules *rules, struct sx_err *e);

/*
 * Also report each span of the port's input, as SPAN, in order of arrival and
 * before the steps that result from it: channel, common and real-time messages,
 * pieces of SysEx and of stray runs, and the ends of those that are cut. Where
 * bytes were lost outside any message, the span has no kind and its end is
 * SX_END_OVERRUN.
 */
void sx_session_spans(struct sx_session *s, int port);

/*
 * Close a port that has had its END or GONE, or that is only written to. The
 * next port added reuses its number.
 */
void sx_session_remove(struct sx_session *s, int port);

/*
 * Watchdog heartbeat: the intake thread sends text to fd, a connected datagram
 * socket, at the start and then every `every` us for as long as it runs, even
 * while the caller is busy. Call before sx_session_start(). fd and text are
 * borrowed until the session is closed.
 */
void sx_session_beat(
    struct sx_session *s, int fd, const char *text, int64_t every);

/*
 * Coalesce wake-ups, for callers that only store input. Once a stream has
 * lasted a while, a port that delivers a few bytes at a time and can wait
 * (midi_io_can_wait()) is polled only every 25 ms. Arrival times inside such a
 * stream are late by up to that much; signals and QUIET are not. Has no effect
 * if `gap`, the shortest meaningful silence in us, is below 100 ms. Call before
 * sx_session_start().
 */
void sx_session_coalesce(struct sx_session *s, int64_t gap);

/*
 * SIGHUP produces RELOAD instead of STOP. A second signal, of another kind,
 * also produces STOP, for a caller that needs time after the first one. Call
 * before sx_session_start().
 */
void sx_session_reloads(struct sx_session *s);

/* Start listening. Once it has returned 0, no dump whose F0 arrives later is
 * missed. */
int sx_session_start(struct sx_session *s, struct sx_err *e);

/* Stop the intake thread, close the ports (dropping unsent bytes) and restore
 * the signal mask. s may be NULL. */
void sx_session_close(struct sx_session *s);

/* Other descriptors that a caller may wait for. */
enum sx_watched {
	SX_WATCH_USER,	   /* the user's Enter, hotplug */
	SX_WATCH_ARCHIVER, /* finished files */
	SX_WATCH_PROGRAM,  /* a child process */
	SX_WATCH_MOST,
};

enum sx_event_type {
	SX_EV_STEP,   /* a collector step: see dump.h */
	SX_EV_SPAN,   /* see sx_session_spans() */
	SX_EV_QUIET,  /* the deadline has passed, and all input from before it
			 was delivered */
	SX_EV_SENT,   /* the message of sx_session_send() and its delay are
			 done */
	SX_EV_WAKE,   /* the time of sx_session_wake() has come */
	SX_EV_RELOAD, /* SIGHUP, see sx_session_reloads() */
	SX_EV_INPUT,  /* a descriptor of sx_session_watch() is readable */
	SX_EV_END,    /* the port's input has ended ("-") */
	SX_EV_GONE,   /* the port is gone: see why; other ports continue */
	SX_EV_STOP,   /* a signal: see signal. All earlier input was delivered;
			 an unfinished message or dump is still open */
};

struct sx_event {
	enum sx_event_type type;
	int port;
	struct sx_time now; /* arrival; QUIET: the time reached */
	struct sx_step step;
	struct sx_span
	    span;   /* SPAN: its data are borrowed until the next call */
	bool doubt; /* SPAN: bytes were lost somewhere near it */
	int signal;
	enum sx_watched watched;  /* INPUT: which */
	const struct sx_err *why; /* GONE: borrowed until the next call */
};

/* Input statistics of a port. */
struct sx_traffic {
	uint64_t bytes;	    /* all bytes read */
	uint64_t sysex;	    /* bytes of SysEx, complete or not */
	uint64_t clock;	    /* F8, FA, FB, FC */
	uint64_t sensing;   /* FE */
	uint64_t other;	    /* bytes of other messages */
	uint64_t holes;	    /* places where bytes were lost */
	uint64_t skipped;   /* bytes dropped after a cut with UNKEPT */
	int64_t last_sysex; /* mono time of the last SysEx byte; -1: none */
};

/*
 * Return the next event. Waits until mono time `deadline` (INT64_MAX: for ever)
 * and then returns QUIET; if the deadline has already passed, QUIET follows as
 * soon as all earlier input is delivered. Returns 0, or -1 and sets e: out of
 * memory, or an output failed (SX_EPORT) or accepted no byte for 5 s (SX_EIO).
 * An output error is returned after all earlier input, and after GONE if there
 * is one.
 */
int sx_session_next(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e);

/* Return the next SPAN or STEP that is already due, without reading more input:
 * 1, or 0 if there is none. For the end, after sx_session_cut(). */
int sx_session_step(struct sx_session *s, struct sx_event *ev);

void sx_session_traffic(
    const struct sx_session *s, int port, struct sx_traffic *t);
/* The unfinished message on a port with rules: returns its bytes so far and
 * sets *facts, borrowed until the next call, or NULL. */
size_t sx_session_incoming(
    const struct sx_session *s, int port, const struct sx_facts **facts);
/* Its first bytes, see sx_collector_head(). */
size_t sx_session_head(
    const struct sx_session *s, int port, uint8_t head[SX_TRIAGE_BYTES]);
/* Bytes read by the intake thread that the caller has not yet seen. */
size_t sx_session_backlog(struct sx_session *s);

/*
 * End what is open on a port with rules: a message is cut and marked damaged
 * (why), a dump ends. UNKEPT: the rest of the message produces no events and is
 * only counted. The resulting steps are returned by sx_session_step() or
 * sx_session_next().
 */
int sx_session_cut(
    struct sx_session *s, int port, enum sx_end why, struct sx_err *e);
/* After a step that is a MESSAGE, see sx_collector_transfer(). */
void sx_session_transfer(struct sx_session *s, int port, enum sx_transfer what);

/*
 * Send one message. data is borrowed until SENT; only one message may be in
 * progress. rate is in bytes/s; 0: as fast as the port accepts, which is
 * refused (SX_EREFUSED) unless midi_io_any_rate(). delay_us starts when the
 * last byte has left the wire. Bytes are sent only inside sx_session_next().
 */
int sx_session_send(struct sx_session *s, int port, const uint8_t *data,
    size_t n, unsigned rate, int64_t delay_us, struct sx_err *e);
/* Bytes of the message already handed to the port. */
size_t sx_session_sent(const struct sx_session *s);
/*
 * Abort the message in progress: drop what is queued in the port and, if its F0
 * was sent and its F7 was not, send F7. Blocks for 5 s at most. Returns 1 if a
 * message was cut, 0 if none was in progress, -1 if F7 could not be sent.
 */
int sx_session_abort(struct sx_session *s, struct sx_err *e);

/*
 * Write what may be sent now of data[0..n-1], the bytes of timed messages: at
 * most 48 bytes ahead of a wire of `rate` bytes/s (0: as much as the port
 * accepts). Returns the number of bytes sent; 0 if none can be, and *due is
 * when to try again; -1 and sets e as sx_session_next(). Does not block. Must
 * not be mixed with sx_session_send().
 */
ssize_t sx_session_write(struct sx_session *s, int port, const uint8_t *data,
    size_t n, unsigned rate, int64_t *due, struct sx_err *e);

/* Limit an output port to n bytes ahead of the wire (default and maximum:
 * 48). */
void sx_session_ahead(struct sx_session *s, int port, size_t n);
/* Check that an output still exists. Returns -1 and sets e if it does not. */
int sx_session_check(struct sx_session *s, int port, struct sx_err *e);

/* Schedule one WAKE at mono time `at`, replacing an earlier one. It may precede
 * input that arrived before that time. INT64_MAX: none. */
void sx_session_wake(struct sx_session *s, int64_t at);

/* Wait until everything sent has left the port. Blocks while the port keeps
 * accepting bytes; returns -1 if it accepts none for 5 s. */
int sx_session_drain(struct sx_session *s, struct sx_err *e);

/* Give this thread real-time priority (SCHED_FIFO) where permitted. Not for a
 * thread that computes for long without waiting. */
void sx_session_first(void);

/* Also wait until fd is readable, one descriptor per purpose; -1: stop. */
void sx_session_watch(struct sx_session *s, enum sx_watched what, int fd);

/* Mono time of the first signal, for which SX_EV_STOP was or will be returned;
 * 0: none. For callers that wait for something else. */
int64_t sx_session_stopped(const struct sx_session *s);

/* The current time, in both clocks. */
struct sx_time sx_now(void);

/* The earlier of two times or deadlines. */
static inline int64_t
sx_earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

#endif
