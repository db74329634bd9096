/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "send.h"
#include "sxlib/slot.h"
#include "user.h"

/* The bytes of a region in hex, "" if there is none. */
static void
region_text(char text[16], const uint8_t *msg, const struct sx_region *at)
{
	text[0] = '\0';
	for (size_t i = 0; i < at->len && i < 4; i++)
		snprintf(text + strlen(text), 16 - strlen(text), "%s%02X",
		    i > 0 ? " " : "", msg[at->off + i]);
}

static int
move(struct send *s, struct sx_outgoing *m, const struct sx_request_row *row,
    long slot)
{
	char from[SX_SLOT_TEXT], to[SX_SLOT_TEXT], before[16], after[16];

	sx_slot_text(
	    &row->slots, sx_request_slot_of(row, m->data, m->len), from);
	sx_slot_text(&row->slots, slot, to);
	region_text(before, m->data, &m->facts.checksum_at);
	if (sx_slot_move(user_devices(s->c), m->data, m->len, row, slot,
		&m->facts, &s->c->err) == -1)
		return -1;
	region_text(after, m->data, &m->facts.checksum_at);
	say(s->c, "%s: offset %" PRIu64 ": %s %s -> %s%s%s%s%s",
	    s->list.files[m->file], m->offset, row->what, from, to,
	    after[0] != '\0' ? ", checksum " : "", before,
	    after[0] != '\0' ? " -> " : "", after);
	return 0;
}

/* What all messages are; -1 and c->err if one of them cannot be moved, or is
 * something else. */
static int
find_common_row(struct send *s, struct sx_request_row *first)
{
	struct sx_request_row row;
	struct sx_err why = { 0 };

	for (size_t i = 0; i < s->list.nmessages; i++) {
		const struct sx_outgoing *m = &s->list.messages[i];

		if (sx_slot_row(user_devices(s->c), m->data, m->len, &m->facts,
			&row, &why) == -1)
			return sx_fail(&s->c->err, why.code, 0,
			    "'%s', offset %" PRIu64 ": %s",
			    s->list.files[m->file], m->offset, why.msg);
		if (i == 0)
			*first = row;
		if (!sx_request_row_is(&row, first))
			return sx_fail(&s->c->err, SX_EREFUSED, 0,
			    "--to: both %ss and %ss are to be sent: only one "
			    "kind at a time can go to other slots",
			    first->what, row.what);
	}
	return 0;
}

int
send_to_slots(struct send *s)
{
	struct sx_request_row row;
	size_t n = 0, messages = s->list.nmessages;
	long *slots = NULL;
	int rc = 0;

	if (find_common_row(s, &row) == -1 ||
	    sx_slots_parse(&row.slots, s->o.to, &slots, &n, &s->c->err) == -1) {
		free(slots);
		return -1;
	}
	if (n != messages) {
		rc = sx_fail(&s->c->err, SX_EUSAGE, 0,
		    "--to '%s' names %zu slot%s for %zu message%s", s->o.to, n,
		    plural(n), messages, plural(messages));
		sx_hint(&s->c->err,
		    "name as many slots as there are messages, as in --to "
		    "B01-B16: only slots you name are overwritten");
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = move(s, &s->list.messages[i], &row, slots[i]);
	free(slots);
	return rc;
}

int
send_to_unit(struct send *s)
{
	const struct sx_devices *own = user_devices(s->c);
	struct sx_err why = { 0 };
	char was[16];

	for (size_t i = 0; i < s->list.nmessages; i++) {
		struct sx_outgoing *m = &s->list.messages[i];
		const struct sx_facts before = m->facts;

		if (sx_unit_move(own, m->data, m->len, (int)s->o.id, &m->facts,
			&why) == -1)
			return sx_fail(&s->c->err, why.code, 0,
			    "'%s', offset %" PRIu64 ": %s",
			    s->list.files[m->file], m->offset, why.msg);
		/* That of a pair is said by its second message. */
		m->facts.slot = before.slot;
		memcpy(m->facts.slot_text, before.slot_text,
		    sizeof(m->facts.slot_text));
		snprintf(was, sizeof(was), "%d", before.unit);
		if (before.unit != m->facts.unit)
			say(s->c, "%s: offset %" PRIu64 ": unit %s -> %d",
			    s->list.files[m->file], m->offset,
			    before.unit == -1 ? "any" : was, m->facts.unit);
	}
	return 0;
}
