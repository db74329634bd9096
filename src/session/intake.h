/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_INTAKE_H
#define SXLIB_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/midi_io.h"

/*
 * The intake thread only polls, reads, stamps and queues, so that no port waits
 * for a disk or a terminal. The queue is bounded: reading stops at INTAKE_LIMIT
 * bytes, or at INTAKE_MEMORY including record headers, which outweigh the bytes
 * where these arrive one by one. A pipe then applies back pressure, and ALSA
 * overruns, which is marked.
 */
#define INTAKE_LIMIT  ((size_t)64 << 20)
#define INTAKE_MEMORY ((size_t)80 << 20)

enum intake_kind {
	INTAKE_BYTES,  /* may be empty, to report only a loss */
	INTAKE_END,    /* the port's input has ended */
	INTAKE_GONE,   /* the port is gone; the data is a struct sx_err */
	INTAKE_STOP,   /* a signal */
	INTAKE_RELOAD, /* SIGHUP, after intake_reloads() */
	INTAKE_TICK,   /* on request: everything received before `time` is
			  queued */
};

struct intake_record {
	enum intake_kind kind;
	int port;
	int signal;
	/* BYTES: as in struct midi_io_in */
	bool lost_before, lost_after;
	size_t doubt;
	struct sx_time time;
	size_t len;
	const uint8_t *data; /* borrowed until the next intake_take() */
};

struct intake;

/* SIGINT, SIGTERM and SIGHUP must be blocked: they become STOP records. Another
 * one, a second or more later, terminates the process directly. */
struct intake *intake_new(struct sx_err *e);
/* Stop the thread, wait for it, and free it. in may be NULL. Ports stay
 * open. */
void intake_free(struct intake *in);

/* Add a port with a number, also while the thread runs. It is borrowed until
 * its END or GONE record has been taken, or intake_free(). */
int intake_add(
    struct intake *in, struct midi_io *io, int port, struct sx_err *e);
/* See sx_session_beat(). Only before intake_start(). */
void intake_beat(struct intake *in, int fd, const char *text, int64_t every);
/* See sx_session_reloads(). Only before intake_start(). */
void intake_reloads(struct intake *in);
/* See sx_session_coalesce(). Only before intake_start(). */
void intake_coalesce(struct intake *in, int64_t gap);
int intake_start(struct intake *in, struct sx_err *e);

/* Fetch the next record; false if there is none, and intake_fd() then becomes
 * readable when there is. Does not block. */
bool intake_take(struct intake *in, struct intake_record *r);
int intake_fd(const struct intake *in);

/* Request a TICK record. */
void intake_tick(struct intake *in);

/* Mono time of the first signal; 0: none. */
int64_t intake_stopped(struct intake *in);

/* Bytes in the queue. */
size_t intake_backlog(struct intake *in);

#endif
