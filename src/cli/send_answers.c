/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "hex.h"
#include "json.h"
#include "say.h"
#include "send.h"
#include "status.h"
#include "sxlib/record.h"

#define GOING_US 1000000 /* bytes of a message follow each other so close */

static bool
was_sent(const struct send *s, const struct sx_message *m)
{
	const struct sx_outgoing *o = s->list.messages;

	for (size_t i = 0; i < s->list.nmessages; i++)
		if (o[i].len == m->len &&
		    memcmp(o[i].data, m->data, m->len) == 0)
			return true;
	return false;
}

static void
print_answer(struct send *s, const struct sx_message *m, bool echo)
{
	struct sx_record record = sx_record_of_message(m);
	char text[512];

	record.port = s->talk.port_name;
	progress(s->c, "%s", "");
	if (s->c->json) {
		print_json_facts(stdout, &record);
		printf(", \"answer\": true, \"echo\": %s, \"hex\": \"",
		    echo ? "true" : "false");
		for (size_t i = 0; i < m->len; i++)
			printf("%s%02X", i > 0 ? " " : "", m->data[i]);
		puts("\"}");
	} else {
		printf("after %.3f s: %s%s\n",
		    (double)(m->time.mono - s->begun) / 1e6,
		    sx_record_text(text, sizeof(text), &record),
		    echo ? ": what was sent (an echo?)" : "");
		print_hex(stdout, m->data, m->len, &m->facts,
		    has_colour(stdout), false);
	}
	flush_result(s->c);
}

/* Until when to wait on: a message that has begun in time is waited for. */
static int64_t
wait_on(const struct send *s, int64_t until)
{
	const struct sx_facts *facts;
	struct sx_traffic t;

	if (sx_session_incoming(s->talk.session, s->talk.port, &facts) == 0)
		return until;
	sx_session_traffic(s->talk.session, s->talk.port, &t);
	return t.last_sysex + GOING_US > until ? t.last_sysex + GOING_US
					       : until;
}

/* What has begun and goes no further came as well. 1: it is a message now; 0:
 * there is nothing; -1. */
static int
cut_rest(struct send *s)
{
	const struct sx_facts *facts;

	if (sx_session_incoming(s->talk.session, s->talk.port, &facts) == 0)
		return 0;
	return sx_talk_cut(&s->talk, SX_END_TIMEOUT) == -1 ? -1 : 1;
}

/* What has come is of this status. */
static enum status
verdict(const struct sx_message *m)
{
	return m->damage.kind != SX_DAMAGE_NONE ||
		       m->facts.checksum == SX_CHECKSUM_BAD
		   ? ST_DAMAGED
		   : ST_OK;
}

static void
say_none(struct send *s, bool echo)
{
	struct sx_traffic t;

	sx_session_traffic(s->talk.session, s->talk.port, &t);
	say(s->c, "no answer within %g s%s", (double)s->o.wait / 1e6,
	    echo	  ? ": received only what was sent"
	    : t.other > 0 ? ": received MIDI messages, but no SysEx"
	    : t.bytes > 0 ? ": received only clock or active sensing"
			  : "");
}

static void
say_flood(struct send *s)
{
	warn(s->c, "%s: endless input: giving up", s->talk.port_name);
}

enum status
send_answers(struct send *s)
{
	const int64_t in_time = sx_now().mono + s->o.wait;
	const int64_t last = in_time + SX_TALK_LONGEST_US;
	const struct sx_message *m;
	enum status status = ST_OK;
	int64_t until = in_time;
	size_t answers = 0, echoes = 0;
	bool echo;
	int rc;

	progress(s->c, "waiting for an answer");
	while ((rc = sx_talk_next(&s->talk, until, &m)) != -1) {
		if (rc == 0 && (s->talk.flood || sx_now().mono >= last)) {
			say_flood(s);
			status = status_worse(status, ST_INCOMPLETE);
			break;
		}
		if (rc == 0) {
			int64_t later = sx_earlier(wait_on(s, in_time), last);

			if (later <= until && (rc = cut_rest(s)) != 1)
				break;
			until = later;
			continue;
		}
		if (m->time.mono > in_time)
			break;
		echo = was_sent(s, m);
		print_answer(s, m, echo);
		status = status_worse(status, verdict(m));
		*(echo ? &echoes : &answers) += 1;
	}
	if (answers > 0)
		return status;
	if (rc != -1 && !s->talk.flood)
		say_none(s, echoes > 0);
	return status_worse(status, ST_INCOMPLETE);
}
