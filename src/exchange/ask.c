/* SPDX-License-Identifier: ISC */
#include "sxlib/ask.h"

static int
ask_send(struct sx_talk *t, struct sx_asker *a)
{
	if (sx_talk_send(t, a->wire, a->len, MIDI_IO_DIN_RATE, 0) == -1)
		return -1;
	sx_asker_sent(a, sx_now().mono);
	return 0;
}

/* Report that the deadline has passed, or that the input never pauses. */
static void
ask_passed(struct sx_talk *t, struct sx_asker *a)
{
	const struct sx_facts *facts;
	struct sx_traffic traffic;

	if (t->flood) {
		sx_asker_endless(a, sx_now().mono);
		return;
	}
	sx_session_traffic(t->session, t->port, &traffic);
	sx_asker_passed(a, sx_now().mono,
	    sx_session_incoming(t->session, t->port, &facts),
	    traffic.last_sysex);
}

/* Get the next message as sx_talk_next() does: until the deadline, or from a
 * cut. */
static int
ask_listen(struct sx_talk *t, struct sx_asker *a, const struct sx_message **m)
{
	int rc;

	if (a->todo == SX_ASKER_LISTEN) {
		rc = sx_talk_next(t, a->deadline, m);
		if (rc == 0)
			ask_passed(t, a);
		return rc;
	}
	if (t->first == NULL && sx_talk_cut(t, a->end) == -1)
		return -1;
	if (t->first != NULL)
		return sx_talk_next(t, INT64_MAX, m);
	sx_asker_done(a, sx_now().mono);
	return 0;
}

static int
ask_take(struct sx_talk *t, struct sx_asker *a, const struct sx_message *m,
    struct sx_came *came)
{
	const struct sx_arrival in = { .data = m->data,
		.len = m->len,
		.damage = m->damage,
		.bad_sum = m->facts.checksum == SX_CHECKSUM_BAD,
		.odd_length = m->facts.odd_length,
		.began = m->time.mono,
		.now = sx_now().mono };

	return sx_asker_take(a, &in, came, t->err) == -1 ? -1 : 1;
}

int
sx_ask_next(struct sx_talk *t, struct sx_asker *a, const struct sx_message **m,
    struct sx_came *came)
{
	int rc = 0;

	while (rc == 0) {
		switch (a->todo) {
		case SX_ASKER_SEND:
			rc = ask_send(t, a);
			break;
		case SX_ASKER_LISTEN:
		case SX_ASKER_CUT:
			rc = ask_listen(t, a, m);
			break;
		case SX_ASKER_GIVE_UP:
		case SX_ASKER_SETTLE:
			sx_asker_done(a, sx_now().mono);
			break;
		case SX_ASKER_DONE:
			return 0;
		}
	}
	return rc == 1 ? ask_take(t, a, *m, came) : -1;
}
