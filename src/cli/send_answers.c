/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "send.h"
#include "sxlib/answers.h"
#include "sxlib/record.h"
#include "term/hex.h"
#include "term/json.h"
#include "term/say.h"
#include "term/screen.h"
#include "term/status.h"

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
		    echo ? ": same as sent (an echo?)" : "");
		print_hex(stdout, m->data, m->len, &m->facts,
		    has_colour(s->c, stdout), false);
	}
	flush_result(s->c);
}

static void
answers_say_none(struct send *s, bool echo)
{
	struct sx_traffic t;

	sx_session_traffic(s->talk.session, s->talk.port, &t);
	say(s->c, "no answer within %g s%s", (double)s->wait / 1e6,
	    echo	  ? ": received only what was sent"
	    : t.other > 0 ? ": received MIDI messages, but no SysEx"
	    : t.bytes > 0 ? ": received only clock or active sensing"
			  : "");
}

enum status
send_answers(struct send *s)
{
	struct sx_answers a = {
		.talk = &s->talk, .sent = &s->list, .wait = s->wait
	};
	const struct sx_message *m;
	enum status status = ST_OK;
	bool echo;
	int rc;

	progress(s->c, "waiting for an answer");
	while ((rc = sx_answers_next(&a, &m, &echo)) == 1) {
		print_answer(s, m, echo);
		if (m->damage.kind != SX_DAMAGE_NONE ||
		    m->facts.checksum == SX_CHECKSUM_BAD)
			status = status_worse(status, ST_DAMAGED);
	}
	if (a.endless) {
		warn(s->c, "%s: endless input: giving up", s->talk.port_name);
		status = status_worse(status, ST_INCOMPLETE);
	}
	if (a.answers > 0)
		return status;
	if (rc != -1 && !s->talk.flood)
		answers_say_none(s, a.echoes > 0);
	return status_worse(status, ST_INCOMPLETE);
}
