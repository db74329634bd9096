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
 * The one thread that only polls, reads, stamps and queues, so that no port
 * waits for a disk or a terminal. The queue is bounded: at INTAKE_LIMIT bytes,
 * or at INTAKE_MEMORY with the heads of its records, which weigh more than the
 * bytes where these come one by one, reading stops; a pipe then pushes back and
 * ALSA overruns, which is marked.
 */
#define INTAKE_LIMIT  ((size_t)64 << 20)
#define INTAKE_MEMORY ((size_t)80 << 20)

enum intake_kind {
	INTAKE_BYTES,  /* may be none, if only a loss is to be told */
	INTAKE_END,    /* the port's input has ended */
	INTAKE_GONE,   /* the port is gone; the bytes are a struct sx_err */
	INTAKE_STOP,   /* a signal */
	INTAKE_RELOAD, /* SIGHUP, after intake_reloads() */
	INTAKE_TICK,   /* asked for: all that came before `time` is queued */
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

/* SIGINT, SIGTERM and SIGHUP must be blocked: they come as STOP records. A
 * further one, a second later or more, ends the process by itself. */
struct intake *intake_new(struct sx_err *e);
/* Stops the thread, waits for it, frees. May be NULL. Ports stay open. */
void intake_free(struct intake *in);

/* Listen to a port under a number, also while the thread runs. It is borrowed
 * until its END or GONE record has been taken, or intake_free(). */
int intake_add(
    struct intake *in, struct midi_io *io, int port, struct sx_err *e);
/* See sx_session_beat(). Only before intake_start(). */
void intake_beat(struct intake *in, int fd, const char *text, int64_t every);
/* See sx_session_reloads(). Only before intake_start(). */
void intake_reloads(struct intake *in);
/* See sx_session_coalesce(). Only before intake_start(). */
void intake_coalesce(struct intake *in, int64_t gap);
int intake_start(struct intake *in, struct sx_err *e);

/* The next record: true; or false if there is none, and then intake_fd()
 * becomes readable when there is. Does not block. */
bool intake_take(struct intake *in, struct intake_record *r);
int intake_fd(const struct intake *in);

/* Ask for a TICK record. */
void intake_tick(struct intake *in);

/* The mono time of the first signal; 0: none has come. */
int64_t intake_stopped(const struct intake *in);

/* Bytes in the queue. */
size_t intake_backlog(struct intake *in);

#endif
