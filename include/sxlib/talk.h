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
 * A conversation with an instrument through one port, in both directions. Input
 * that arrives while a message is sent is not lost.
 */

struct sx_talk {
	struct sx_session *session;
	int port;
	char port_name[MIDI_IO_NAME];
	const char *remark; /* as midi_io_remark() */
	bool ended;	    /* the input has ended ("-") */
	bool flood; /* too much input: an endless message, or messages that are
		       not fetched. What arrived before is returned, then
		       nothing more. */
	/* Private. */
	int *signal;
	struct sx_err *err;
	struct sx_talk_message *first, *last; /* received, not yet returned */
	struct sx_talk_message *given;
	size_t queued; /* bytes of these */
};

/*
 * Open a port (spec as in midi_io_open()) for both directions and listen.
 * Receives all SysEx messages, complete and damaged. user: the user's devices,
 * or NULL. Later errors are stored in *e, and the signal that ends the talk in
 * *signal; both and user are borrowed until sx_talk_close(). Returns -1 and
 * sets *e on failure.
 */
int sx_talk_open(struct sx_talk *t, const char *spec,
    const struct sx_devices *user, int *signal, struct sx_err *e);
/* The same for output only. */
int sx_talk_open_out(
    struct sx_talk *t, const char *spec, int *signal, struct sx_err *e);
/* t may be zeroed and never opened. Drops unsent bytes. */
void sx_talk_close(struct sx_talk *t);

/*
 * Send one message at rate bytes/s (0: as fast as the port accepts it) and wait
 * until it has left the wire and delay_us is over. Returns -1 and sets *err, or
 * sets *signal with the message ended by F7.
 */
int sx_talk_send(struct sx_talk *t, const uint8_t *msg, size_t n, unsigned rate,
    int64_t delay_us);

/* Wait for us microseconds. Returns -1 as above. */
int sx_talk_pause(struct sx_talk *t, int64_t us);

/*
 * Return the next received message. Waits until mono time deadline (INT64_MAX:
 * for ever). Returns 1 and sets *m, valid until the next call of any of these;
 * 0 if none arrived in time, or t->flood is set; -1 and sets *err or *signal.
 * After the last message of an input that has ended: -1, *err and t->ended.
 */
int sx_talk_next(
    struct sx_talk *t, int64_t deadline, const struct sx_message **m);

/* For callers that accept silence as an answer, after sx_talk_next() or
 * sx_talk_pause() returned rc. Returns true if the only failure was the end of
 * input, and clears that error. Also clears t->flood; the rest of an endless
 * message is skipped. */
bool sx_talk_forgive(struct sx_talk *t, int rc);

/* End the incoming message: what was received of it is the next message, marked
 * damaged. Returns -1 and sets *err on failure. */
int sx_talk_cut(struct sx_talk *t, enum sx_end why);

/*
 * For callers with a separate event loop over t->session: queue the message of
 * an event for sx_talk_next(). Returns 0; -1 and sets *err (SX_EPORT if the
 * port is gone) or *signal.
 */
int sx_talk_take(struct sx_talk *t, const struct sx_event *ev);

/* How long to listen beyond the time-out for an answer while only unrelated
 * messages arrive. */
#define SX_TALK_FLOOD_US 10000000
/* How long, beyond the time-out, a message may keep arriving. */
#define SX_TALK_LONGEST_US 300000000
/* The longest message, and the limit of queued input. */
#define SX_TALK_MESSAGE_MOST SX_BUFFERED_MOST
#define SX_TALK_MOST	     ((size_t)64 << 20)

#endif
