/* SPDX-License-Identifier: ISC */
#include "sxlib/send.h"

void
sx_send_begin(struct sx_send *s)
{
	for (size_t i = 0; i < s->load->nmessages; i++) {
		const struct sx_outgoing *m = &s->load->messages[i];

		s->all += m->wire_len;
		s->left_us += sx_load_time(s->pace, m);
	}
}

/* Stop on an error, or on a signal. */
static int
send_stopped(struct sx_send *s)
{
	struct sx_talk *t = s->talk;
	int cut = 0;

	s->stopped = true;
	s->gone = sx_session_sent(t->session);
	if (*t->signal == 0)
		return -1;
	cut = sx_session_abort(t->session, t->err);
	s->closed = cut == 1;
	if (cut == 0 && s->gone > 0) {
		s->at++;
		s->gone = 0;
	}
	return -1;
}

static int
send_message(struct sx_send *s)
{
	const struct sx_outgoing *m = &s->load->messages[s->at];
	struct sx_talk *t = s->talk;

	s->sending = true;
	return sx_session_send(t->session, t->port,
	    m->wire != NULL ? m->wire : m->data, m->wire_len,
	    sx_load_rate(s->pace, m), sx_load_delay(s->pace, m), t->err);
}

/* Wait for the message in progress. */
static int
send_wait(struct sx_send *s, enum sx_send_event *what, int64_t until)
{
	const struct sx_outgoing *m = &s->load->messages[s->at];
	struct sx_talk *t = s->talk;
	struct sx_event ev;

	do {
		if (sx_session_next(t->session, &ev, until, t->err) == -1 ||
		    sx_talk_take(t, &ev) == -1)
			return send_stopped(s);
		if (ev.type == SX_EV_SENT) {
			*what = SX_SEND_SENT;
			s->sending = false;
			s->through = true;
			s->bytes += m->wire_len;
			s->left_us -= sx_load_time(s->pace, m);
			return 1;
		}
	} while (ev.type != SX_EV_QUIET && sx_now().mono < until);
	*what = SX_SEND_QUIET;
	return 1;
}

int
sx_send_next(struct sx_send *s, enum sx_send_event *what, int64_t until)
{
	const struct sx_outgoing *m = s->load->messages;

	if (s->sending)
		return send_wait(s, what, until);
	if (s->through) {
		s->through = s->told = false;
		s->at++;
	}
	if (s->at == s->load->nmessages)
		return sx_session_drain(s->talk->session, s->talk->err);
	if (s->by_file && !s->told &&
	    (s->at == 0 || m[s->at].file != m[s->at - 1].file)) {
		s->told = true;
		*what = SX_SEND_FILE;
		return 1;
	}
	return send_message(s) == -1 ? -1 : send_wait(s, what, until);
}

uint64_t
sx_send_progress(const struct sx_send *s, int64_t *left_us)
{
	size_t gone = s->sending ? sx_session_sent(s->talk->session) : 0;
	unsigned rate;

	*left_us = s->left_us;
	if (gone > 0) {
		rate = sx_load_rate(s->pace, &s->load->messages[s->at]);
		if (rate > 0)
			*left_us -= (int64_t)gone * 1000000 / rate;
	}
	if (*left_us < 0)
		*left_us = 0;
	return s->bytes + gone;
}
