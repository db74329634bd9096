/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "sxlib/answers.h"

#define GOING_US 1000000 /* from byte to byte of a message */

static bool
answers_is_echo(const struct sx_answers *a, const struct sx_message *m)
{
	const struct sx_outgoing *o = a->sent->messages;

	for (size_t i = 0; i < a->sent->nmessages; i++)
		if (o[i].len == m->len &&
		    memcmp(o[i].data, m->data, m->len) == 0)
			return true;
	return false;
}

static bool
answers_is_coming(const struct sx_answers *a)
{
	const struct sx_facts *facts;

	return sx_session_incoming(a->talk->session, a->talk->port, &facts) > 0;
}

/* Return the time until which to wait: a message that began in time may end. */
static int64_t
answers_wait_on(const struct sx_answers *a)
{
	struct sx_traffic t;
	int64_t until = a->in_time;

	if (answers_is_coming(a)) {
		sx_session_traffic(a->talk->session, a->talk->port, &t);
		if (t.last_sysex + GOING_US > until)
			until = t.last_sysex + GOING_US;
	}
	return sx_earlier(until, a->last);
}

/* Handle the end of the wait. Returns 1 to wait on, 0 if no more comes, or
 * -1. */
static int
answers_silence(struct sx_answers *a)
{
	int64_t later = answers_wait_on(a);

	if (a->talk->flood || sx_now().mono >= a->last) {
		a->endless = true;
		return 0;
	}
	/* A message that stopped coming counts, too: cut it, so that it is
	 * delivered. */
	if (later <= a->until && !answers_is_coming(a))
		return 0;
	if (later <= a->until && sx_talk_cut(a->talk, SX_END_TIMEOUT) == -1)
		return -1;
	a->until = later;
	return 1;
}

int
sx_answers_next(struct sx_answers *a, const struct sx_message **m, bool *echo)
{
	int rc;

	if (a->until == 0) {
		a->until = a->in_time = sx_now().mono + a->wait;
		a->last = a->in_time + SX_TALK_LONGEST_US;
	}
	do {
		rc = sx_talk_next(a->talk, a->until, m);
		if (rc == 1)
			break;
		if (rc == 0)
			rc = answers_silence(a);
	} while (rc == 1);
	if (rc != 1 || (*m)->time.mono > a->in_time)
		return rc == -1 ? -1 : 0;
	*echo = answers_is_echo(a, *m);
	a->answers += !*echo;
	a->echoes += *echo;
	return 1;
}
