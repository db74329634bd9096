/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "request.h"

/* Where does the knowledge of these requests come from, if from no manual, and
 * what is no part of "all"? */
void
say_source(struct request *r)
{
	const struct sx_request_row *row = r->current->q.row, *other;

	if (row != NULL && row->trust <= SX_TRUST_INFERRED)
		say(r->c, "how to ask the %s is inferred, from %s", row->device,
		    row->source);
	for (size_t i = 0;
	     r->o.everything && (other = sx_request_row(i)) != NULL; i++)
		if (other->lacks != NULL &&
		    strcmp(other->device, row->device) == 0)
			warn(r->c, "of the %s this does not bring: %s",
			    row->device, other->lacks);
}

void
say_again(struct request *r, long attempt)
{
	char text[WISH_TEXT];

	say(r->c, "%s%s: asking again (%ld of %ld)",
	    r->attempt == ATTEMPT_WAITS ? "no answer for " : "",
	    wish_text(r->current, text), attempt + 1, r->o.retries + 1);
}

/* "what: pattern A03, A07" */
static void
say_state(struct request *r, enum wish_state state, const char *what)
{
	char *text = wishes_text(&r->wishes, state);

	if (text != NULL)
		warn(r->c, "%s: %s", what, text);
	free(text);
}

static void
say_silence(struct request *r)
{
	const struct sx_request_row *row = r->wishes.list[0].q.row;
	const char *panel = NULL;
	struct sx_traffic t;

	if (row != NULL)
		panel = sx_request_panel(row->device);
	if (panel != NULL)
		say(r->c, "%s", panel);
	sx_session_traffic(r->session, r->port, &t);
	if (t.bytes == 0)
		say(r->c, "not one byte came: a request needs both cables, the "
			  "unit's MIDI in and its MIDI out, and the unit may "
			  "have to be set to take SysEx");
	else if (r->echoes > 0 && t.sysex > 0)
		say(r->c, "the requests themselves came back: is the MIDI out "
			  "connected to the MIDI in, or the unit's thru?");
	else if (t.sysex == 0)
		say(r->c,
		    "MIDI comes in, but no SysEx: the cable from the unit "
		    "works, the one to it may not");
}

void
say_end(struct request *r)
{
	const struct wishes *w = &r->wishes;
	size_t there = wishes_count(w, WISH_THERE);
	size_t got = wishes_count(w, WISH_GOT) + there;

	say_state(r, WISH_SILENT, "no answer");
	say_state(r, WISH_BAD, "damaged or with a wrong checksum");
	say_state(r, WISH_OPEN, "not asked for");
	if (got == there && wishes_count(w, WISH_SILENT) > 0)
		say_silence(r);
	if (r->doubled > 0)
		say(r->c, "%zu message%s came twice the same: kept once",
		    r->doubled, plural(r->doubled));
	if (r->unasked > 0)
		say(r->c, "%zu dump%s came that had not been asked for: kept",
		    r->unasked, plural(r->unasked));
	if (r->no_dumps > 0)
		say(r->c, "not kept: %zu message%s that %s no dump%s",
		    r->no_dumps, plural(r->no_dumps),
		    r->no_dumps == 1 ? "is" : "are", plural(r->no_dumps));
	if (w->n > 1 || got < w->n)
		say(r->c, "%zu of %zu are here%s", got, w->n,
		    got == w->n	       ? ""
		    : r->o.hex == NULL ? "; the same command with --resume "
					 "asks only for the others"
				       : "");
	/* What nobody asked for counts as well, if it was kept. */
	if (wishes_count(w, WISH_BAD) + r->keeper.damaged + r->keeper.bad > 0)
		r->status = status_worse(r->status, ST_DAMAGED);
	if (got < w->n)
		r->status = status_worse(r->status, ST_INCOMPLETE);
}
