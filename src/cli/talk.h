/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TALK_H
#define SXLIB_TALK_H

#include "cli.h"
#include "sxlib/session.h"

/*
 * A conversation with an instrument: one port in both directions, messages
 * out, messages in. Nothing that comes in while a message goes out is lost.
 */

struct talk {
	struct cli *c;
	struct sx_session *session;
	int port;
	char port_name[128];
	bool ended; /* no more can come in ("-") */
	/* private */
	struct talk_message *first, *last; /* came in, not yet given out */
	struct talk_message *given;
};

/*
 * Open a port (as in midi_io_open()) for both directions and listen. All whole
 * and damaged SysEx messages are taken in. -1 and c->err.
 */
int talk_open(struct talk *t, struct cli *c, const char *spec);
/* The same to send only. */
int talk_open_out(struct talk *t, struct cli *c, const char *spec);
/* t may be zeroed and never opened. Drops what has not left. */
void talk_close(struct talk *t);

/*
 * Send one message at rate bytes/s (0: as fast as the port takes it) and wait
 * until it has left the wire and delay_us is over. -1 and c->err, or with
 * c->signal set and the message closed with F7.
 */
int talk_send(struct talk *t, const uint8_t *msg, size_t n, unsigned rate,
    int64_t delay_us);

/* Let so much time pass. -1 as above. */
int talk_pause(struct talk *t, int64_t us);

/*
 * The next message that came in. Waits until mono time deadline (INT64_MAX:
 * for ever). 1: *m is valid until the next call of any talk function; 0: none
 * in time; -1 and c->err, or with c->signal set. After the last message of an
 * input that has ended -1, c->err and t->ended.
 */
int talk_next(struct talk *t, int64_t deadline, const struct sx_message **m);

/* End what is coming in: what has come of it is the next message, damaged. -1
 * and c->err. */
int talk_cut(struct talk *t, enum sx_end why);

/*
 * For callers with a loop of their own over t->session: keep what an event
 * brought for talk_next(). 0; -1 and c->err (SX_EPORT if the port is gone), or
 * with c->signal set.
 */
int talk_take(struct talk *t, const struct sx_event *ev);

#endif
