/* SPDX-License-Identifier: ISC */
/* --to, --id: what is loaded is for other slots, or another unit. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "send.h"
#include "term/say.h"

/* Bytes in hex, "" if there are none. */
static void
sum_text(char text[16], const uint8_t *sum, size_t n)
{
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), 16 - strlen(text), "%s%02X",
		    i > 0 ? " " : "", sum[i]);
}

static void
say_slot(struct send *s, const struct sx_load_moved *m)
{
	char before[16], after[16];

	sum_text(before, m->before, m->sum);
	sum_text(after, m->after, m->sum);
	say(s->c, "%s: offset %" PRIu64 ": %s %s -> %s%s%s%s%s",
	    s->list.files[m->message->file], m->message->offset, m->what,
	    m->from, m->to, m->sum > 0 ? ", checksum " : "", before,
	    m->sum > 0 ? " -> " : "", after);
}

static void
say_unit(struct send *s, const struct sx_load_moved *m)
{
	int unit = m->message->facts.unit;
	char was[16];

	snprintf(was, sizeof(was), "%d", m->was);
	if (m->was != unit)
		say(s->c, "%s: offset %" PRIu64 ": unit %s -> %d",
		    s->list.files[m->message->file], m->message->offset,
		    m->was == -1 ? "any" : was, unit);
}

static int
move_all(struct send *s, struct sx_load_to *to)
{
	struct sx_load_moved m;
	int rc;

	while ((rc = sx_load_to_next(to, &m, &s->c->err)) == 1)
		if (to->slots != NULL)
			say_slot(s, &m);
		else
			say_unit(s, &m);
	sx_load_to_end(to);
	return rc;
}

int
send_to_slots(struct send *s)
{
	struct sx_load_to to = { .load = &s->list, .slots = s->o.to };

	return move_all(s, &to);
}

int
send_to_unit(struct send *s)
{
	struct sx_load_to to = { .load = &s->list, .unit = (int)s->o.id };

	return move_all(s, &to);
}
