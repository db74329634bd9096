/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/talk.h"

struct sx_talk_message {
	struct sx_talk_message *next;
	struct sx_message message; /* its data follows */
	uint8_t data[];
};

static int
talk_open(struct sx_talk *t, const char *spec, const struct sx_rules *in,
    int *signal, struct sx_err *e)
{
	struct midi_io *io;

	*t = (struct sx_talk){ .signal = signal, .err = e };
	t->session = sx_session_new(e);
	if (t->session == NULL)
		return -1;
	io = midi_io_open(
	    spec, in != NULL ? MIDI_IO_IN | MIDI_IO_OUT : MIDI_IO_OUT, e);
	if (io == NULL)
		return -1;
	snprintf(t->port_name, sizeof(t->port_name), "%s", midi_io_name(io));
	t->remark = midi_io_remark(io);
	t->port = sx_session_add(t->session, io, in, e);
	if (t->port == -1)
		return -1;
	return sx_session_start(t->session, e);
}

int
sx_talk_open(struct sx_talk *t, const char *spec, const struct sx_devices *user,
    int *signal, struct sx_err *e)
{
	const struct sx_rules rules = {
		.split = SX_SPLIT_MESSAGE, .all = true, .devices = user
	};

	return talk_open(t, spec, &rules, signal, e);
}

int
sx_talk_open_out(
    struct sx_talk *t, const char *spec, int *signal, struct sx_err *e)
{
	return talk_open(t, spec, NULL, signal, e);
}

void
sx_talk_close(struct sx_talk *t)
{
	struct sx_talk_message *m;

	while ((m = t->first) != NULL) {
		t->first = m->next;
		free(m);
	}
	free(t->given);
	sx_session_close(t->session);
	*t = (struct sx_talk){ 0 };
}

static int
talk_keep(struct sx_talk *t, const struct sx_message *m)
{
	struct sx_talk_message *kept;

	if (m->data == NULL ||
	    t->queued + sizeof(*kept) + m->len > SX_TALK_MOST)
		t->flood = true;
	if (t->flood)
		return 0;
	kept = malloc(sizeof(*kept) + m->len);
	if (kept == NULL)
		return sx_fail_memory(t->err);
	kept->next = NULL;
	kept->message = *m;
	memcpy(kept->data, m->data, m->len);
	kept->message.data = kept->data;
	if (t->first == NULL)
		t->first = kept;
	else
		t->last->next = kept;
	t->last = kept;
	t->queued += sizeof(*kept) + m->len;
	return 0;
}

/* Stop receiving a message that does not end. */
static int
talk_limit(struct sx_talk *t)
{
	const struct sx_facts *facts;

	if (sx_session_incoming(t->session, t->port, &facts) <=
	    SX_TALK_MESSAGE_MOST)
		return 0;
	t->flood = true;
	return sx_session_cut(t->session, t->port, SX_END_UNKEPT, t->err);
}

int
sx_talk_take(struct sx_talk *t, const struct sx_event *ev)
{
	switch (ev->type) {
	case SX_EV_STEP:
		if (ev->step.kind == SX_STEP_MESSAGE)
			return talk_keep(t, ev->step.message);
		if (ev->step.kind == SX_STEP_DATA)
			return talk_limit(t);
		break;
	case SX_EV_END:
		t->ended = true;
		break;
	case SX_EV_GONE:
		*t->err = *ev->why;
		return -1;
	case SX_EV_STOP:
		*t->signal = ev->signal;
		return -1;
	case SX_EV_QUIET:
	case SX_EV_SENT:
	case SX_EV_WAKE:
	case SX_EV_RELOAD:
	case SX_EV_INPUT:
	case SX_EV_SPAN:
		break;
	}
	return 0;
}

static void
talk_forget_given(struct sx_talk *t)
{
	free(t->given);
	t->given = NULL;
}

int
sx_talk_send(struct sx_talk *t, const uint8_t *msg, size_t n, unsigned rate,
    int64_t delay_us)
{
	struct sx_err *e = t->err;
	struct sx_event ev;

	talk_forget_given(t);
	if (sx_session_send(t->session, t->port, msg, n, rate, delay_us, e) ==
	    -1)
		return -1;
	do {
		if (sx_session_next(t->session, &ev, INT64_MAX, e) == -1)
			return -1;
		if (sx_talk_take(t, &ev) == -1) {
			if (*t->signal != 0)
				sx_session_abort(t->session, e);
			return -1;
		}
	} while (ev.type != SX_EV_SENT);
	return 0;
}

int
sx_talk_pause(struct sx_talk *t, int64_t us)
{
	const int64_t until = sx_now().mono + us;
	struct sx_event ev;

	talk_forget_given(t);
	do {
		if (sx_session_next(t->session, &ev, until, t->err) == -1 ||
		    sx_talk_take(t, &ev) == -1)
			return -1;
	} while (ev.type != SX_EV_QUIET);
	return 0;
}

int
sx_talk_next(struct sx_talk *t, int64_t deadline, const struct sx_message **m)
{
	struct sx_event ev;

	talk_forget_given(t);
	while (t->first == NULL) {
		if (t->ended)
			return sx_fail(t->err, SX_EPORT, 0, "%s: end of input",
			    t->port_name);
		if (t->flood)
			return 0;
		if (sx_session_next(t->session, &ev, deadline, t->err) == -1 ||
		    sx_talk_take(t, &ev) == -1)
			return -1;
		/* Messages that are not SysEx may arrive without a pause. */
		if (ev.type == SX_EV_QUIET ||
		    (t->first == NULL &&
			sx_now().mono - SX_TALK_FLOOD_US >= deadline))
			return 0;
	}
	t->given = t->first;
	t->first = t->given->next;
	t->queued -= sizeof(*t->given) + t->given->message.len;
	*m = &t->given->message;
	return 1;
}

int
sx_talk_cut(struct sx_talk *t, enum sx_end why)
{
	struct sx_event ev;

	if (sx_session_cut(t->session, t->port, why, t->err) == -1)
		return -1;
	while (sx_session_step(t->session, &ev))
		if (sx_talk_take(t, &ev) == -1)
			return -1;
	return 0;
}

bool
sx_talk_forgive(struct sx_talk *t, int rc)
{
	const bool over = rc == -1 && t->ended && *t->signal == 0;

	if (over)
		*t->err = (struct sx_err){ 0 };
	t->flood = false;
	return over;
}
