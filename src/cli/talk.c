/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "talk.h"

struct talk_message {
	struct talk_message *next;
	struct sx_message message; /* its data follows */
	uint8_t data[];
};

static int
open_port(
    struct talk *t, struct cli *c, const char *spec, const struct sx_rules *in)
{
	struct midi_io *io;

	*t = (struct talk){ .c = c };
	t->session = sx_session_new(&c->err);
	if (t->session == NULL)
		return -1;
	io = own_port_open(
	    c, spec, in != NULL ? MIDI_IO_IN | MIDI_IO_OUT : MIDI_IO_OUT);
	if (io == NULL)
		return -1;
	snprintf(t->port_name, sizeof(t->port_name), "%s", midi_io_name(io));
	t->port = sx_session_add(t->session, io, in, &c->err);
	if (t->port == -1)
		return -1;
	return sx_session_start(t->session, &c->err);
}

int
talk_open(struct talk *t, struct cli *c, const char *spec)
{
	const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE,
		.all = true,
		.devices = own_devices(c) };

	return open_port(t, c, spec, &rules);
}

int
talk_open_out(struct talk *t, struct cli *c, const char *spec)
{
	return open_port(t, c, spec, NULL);
}

void
talk_close(struct talk *t)
{
	struct talk_message *m;

	while ((m = t->first) != NULL) {
		t->first = m->next;
		free(m);
	}
	free(t->given);
	sx_session_close(t->session);
	*t = (struct talk){ 0 };
}

static int
keep(struct talk *t, const struct sx_message *m)
{
	struct talk_message *kept = malloc(sizeof(*kept) + m->len);

	if (kept == NULL)
		return sx_fail_memory(&t->c->err);
	kept->next = NULL;
	kept->message = *m;
	memcpy(kept->data, m->data, m->len);
	kept->message.data = kept->data;
	if (t->first == NULL)
		t->first = kept;
	else
		t->last->next = kept;
	t->last = kept;
	return 0;
}

int
talk_take(struct talk *t, const struct sx_event *ev)
{
	switch (ev->type) {
	case SX_EV_STEP:
		if (ev->step.kind == SX_STEP_MESSAGE)
			return keep(t, ev->step.message);
		break;
	case SX_EV_END:
		t->ended = true;
		break;
	case SX_EV_GONE:
		t->c->err = *ev->why;
		return -1;
	case SX_EV_STOP:
		t->c->signal = ev->signal;
		return -1;
	case SX_EV_QUIET:
	case SX_EV_SENT:
	case SX_EV_INPUT:
	case SX_EV_SPAN:
		break;
	}
	return 0;
}

static void
forget_given(struct talk *t)
{
	free(t->given);
	t->given = NULL;
}

int
talk_send(struct talk *t, const uint8_t *msg, size_t n, unsigned rate,
    int64_t delay_us)
{
	struct sx_err *e = &t->c->err;
	struct sx_event ev;

	forget_given(t);
	if (sx_session_send(t->session, t->port, msg, n, rate, delay_us, e) ==
	    -1)
		return -1;
	do {
		if (sx_session_next(t->session, &ev, INT64_MAX, e) == -1)
			return -1;
		if (talk_take(t, &ev) == -1) {
			if (t->c->signal != 0)
				sx_session_abort(t->session, e);
			return -1;
		}
	} while (ev.type != SX_EV_SENT);
	return 0;
}

int
talk_pause(struct talk *t, int64_t us)
{
	const int64_t until = sx_now().mono + us;
	struct sx_event ev;

	forget_given(t);
	do {
		if (sx_session_next(t->session, &ev, until, &t->c->err) == -1 ||
		    talk_take(t, &ev) == -1)
			return -1;
	} while (ev.type != SX_EV_QUIET);
	return 0;
}

int
talk_next(struct talk *t, int64_t deadline, const struct sx_message **m)
{
	struct sx_event ev;

	forget_given(t);
	while (t->first == NULL) {
		if (t->ended)
			return sx_fail(&t->c->err, SX_EPORT, 0,
			    "%s: its input has ended", t->port_name);
		if (sx_session_next(t->session, &ev, deadline, &t->c->err) ==
			-1 ||
		    talk_take(t, &ev) == -1)
			return -1;
		if (ev.type == SX_EV_QUIET)
			return 0;
	}
	t->given = t->first;
	t->first = t->given->next;
	*m = &t->given->message;
	return 1;
}

int
talk_cut(struct talk *t, enum sx_end why)
{
	struct sx_event ev;

	if (sx_session_cut(t->session, t->port, why, &t->c->err) == -1)
		return -1;
	while (sx_session_step(t->session, &ev))
		if (talk_take(t, &ev) == -1)
			return -1;
	return 0;
}
