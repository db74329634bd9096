/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TALK_H
#define SXLIB_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/midi_io.h"
#include "sxlib/session.h"

/*
 * A conversation with an instrument: one port in both directions, messages
 * out, messages in. Nothing that comes in while a message goes out is lost.
 */

struct sx_talk {
	struct sx_session *session;
	int port;
	char port_name[MIDI_IO_NAME];
	bool ended; /* no more can come in ("-") */
	bool flood; /* more came than is listened to: a message that does not
		       end, or messages that nobody takes. What had come before
		       is given out, and then nothing more. */
	/* private */
	int *signal;
	struct sx_err *err;
	struct sx_talk_message *first, *last; /* came in, not yet given out */
	struct sx_talk_message *given;
	size_t queued; /* bytes of those */
};

/*
 * Open a port (spec as in midi_io_open()) for both directions and listen. All
 * whole and damaged SysEx messages are taken in. user: the user's devices, or
 * NULL. What fails from here on is in *e, and the signal that ends it in
 * *signal, which are borrowed until sx_talk_close(), as user is. -1 and *e.
 */
int sx_talk_open(struct sx_talk *t, const char *spec,
    const struct sx_devices *user, int *signal, struct sx_err *e);
/* The same to send only. */
int sx_talk_open_out(
    struct sx_talk *t, const char *spec, int *signal, struct sx_err *e);
/* t may be zeroed and never opened. Drops what has not left. */
void sx_talk_close(struct sx_talk *t);

/*
 * Send one message at rate bytes/s (0: as fast as the port takes it) and wait
 * until it has left the wire and delay_us is over. -1 and *err, or with
 * *signal set and the message closed with F7.
 */
int sx_talk_send(struct sx_talk *t, const uint8_t *msg, size_t n, unsigned rate,
    int64_t delay_us);

/* Let so much time pass. -1 as above. */
int sx_talk_pause(struct sx_talk *t, int64_t us);

/*
 * The next message that came in. Waits until mono time deadline (INT64_MAX:
 * for ever). 1: *m is valid until the next call of any of these; 0: none
 * in time, or t->flood; -1 and *err, or with *signal set. After the last
 * message of an input that has ended -1, *err and t->ended.
 */
int sx_talk_next(
    struct sx_talk *t, int64_t deadline, const struct sx_message **m);

/* For callers to whom silence is an answer, after sx_talk_next() or
 * sx_talk_pause() gave rc. True: it failed only since the input has ended, and
 * that is forgotten. What goes on and on is passed over from here on. */
bool sx_talk_forgive(struct sx_talk *t, int rc);

/* End what is coming in: what has come of it is the next message, damaged. -1
 * and *err. */
int sx_talk_cut(struct sx_talk *t, enum sx_end why);

/*
 * For callers with a loop of their own over t->session: keep what an event
 * brought for sx_talk_next(). 0; -1 and *err (SX_EPORT if the port is gone), or
 * with *signal set.
 */
int sx_talk_take(struct sx_talk *t, const struct sx_event *ev);

/* How long to listen for an answer, beyond its time-out, while nothing but
 * other messages comes. */
#define SX_TALK_FLOOD_US 10000000
/* How long one that goes on and on is listened to. */
#define SX_TALK_LONGEST_US 300000000
/* The longest message, and what may wait to be given out. */
#define SX_TALK_MESSAGE_MOST SX_BUFFERED_MOST
#define SX_TALK_MOST	     ((size_t)64 << 20)

#endif
