/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/load.h"
#include "sxlib/slot.h"

/* Report which message cannot be moved, and why. */
static int
move_fail(const struct sx_load_to *t, const struct sx_outgoing *m,
    const struct sx_err *why, struct sx_err *e)
{
	return sx_fail(e, why->code, 0, "'%s', offset %" PRIu64 ": %s",
	    t->load->files[m->file], m->offset, why->msg);
}

/* Find what all messages are. Returns -1 and sets e if one cannot be moved, or
 * is of another kind. */
static int
move_find_row(struct sx_load_to *t, struct sx_err *e)
{
	const struct sx_load *l = t->load;
	struct sx_request_row row;
	struct sx_err why = { 0 };

	for (size_t i = 0; i < l->nmessages; i++) {
		const struct sx_outgoing *m = &l->messages[i];

		if (sx_slot_row(
			l->user, m->data, m->len, &m->facts, &row, &why) == -1)
			return move_fail(t, m, &why, e);
		if (i == 0)
			t->row = row;
		if (!sx_request_row_is(&row, &t->row))
			return sx_fail(e, SX_EREFUSED, 0,
			    "--to: both %ss and %ss are to be sent: only one "
			    "kind at a time can go to other slots",
			    t->row.what, row.what);
	}
	return 0;
}

static int
move_begin(struct sx_load_to *t, struct sx_err *e)
{
	size_t n = 0, messages = t->load->nmessages;

	t->begun = true;
	if (t->slots == NULL)
		return 0;
	if (move_find_row(t, e) == -1 ||
	    sx_slots_parse(&t->row.slots, t->slots, &t->to, &n, e) == -1)
		return -1;
	if (n == messages)
		return 0;
	sx_fail(e, SX_EUSAGE, 0, "--to '%s' names %zu slot%s for %zu message%s",
	    t->slots, n, n == 1 ? "" : "s", messages, messages == 1 ? "" : "s");
	return sx_hint(e,
	    "name as many slots as there are messages, as in --to B01-B16: "
	    "only slots you name are overwritten");
}

/* Print the bytes of the checksum in hex, "" if there are none. */
static void
move_sum_text(char text[16], const struct sx_outgoing *m)
{
	const struct sx_region *at = &m->facts.checksum_at;
	size_t n = at->len < 4 ? at->len : 4;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), 16 - strlen(text), "%s%02X",
		    i > 0 ? " " : "", m->data[at->off + i]);
}

static int
move_slot(struct sx_load_to *t, struct sx_outgoing *o, long slot,
    struct sx_load_moved *m, struct sx_err *e)
{
	const struct sx_request_row *row = &t->row;
	char from[SX_SLOT_TEXT], to[SX_SLOT_TEXT], before[16], after[16];
	bool sum;

	sx_slot_text(
	    &row->slots, sx_request_slot_of(row, o->data, o->len), from);
	sx_slot_text(&row->slots, slot, to);
	move_sum_text(before, o);
	if (sx_slot_move(
		t->load->user, o->data, o->len, row, slot, &o->facts, e) == -1)
		return -1;
	move_sum_text(after, o);
	sum = after[0] != '\0';
	snprintf(m->text, sizeof(m->text), "%s %s -> %s%s%s%s%s", row->what,
	    from, to, sum ? ", checksum " : "", sum ? before : "",
	    sum ? " -> " : "", after);
	return 1;
}

static int
move_unit(struct sx_load_to *t, struct sx_outgoing *o, struct sx_load_moved *m,
    struct sx_err *e)
{
	char slot_text[sizeof(o->facts.slot_text)], was[16];
	long slot = o->facts.slot;
	int unit = o->facts.unit;
	struct sx_err why = { 0 };

	memcpy(slot_text, o->facts.slot_text, sizeof(slot_text));
	if (sx_unit_move(
		t->load->user, o->data, o->len, t->unit, &o->facts, &why) == -1)
		return move_fail(t, o, &why, e);
	/* The slot of a pair is in its second message. */
	o->facts.slot = slot;
	memcpy(o->facts.slot_text, slot_text, sizeof(slot_text));
	snprintf(was, sizeof(was), "%d", unit);
	if (unit != o->facts.unit)
		snprintf(m->text, sizeof(m->text), "unit %s -> %d",
		    unit == -1 ? "any" : was, o->facts.unit);
	return 1;
}

int
sx_load_to_next(struct sx_load_to *t, struct sx_load_moved *m, struct sx_err *e)
{
	struct sx_outgoing *o;
	size_t i;

	if (!t->begun && move_begin(t, e) == -1)
		return -1;
	if (t->at == t->load->nmessages)
		return 0;
	i = t->at++;
	o = &t->load->messages[i];
	*m = (struct sx_load_moved){ .message = o };
	return t->slots != NULL ? move_slot(t, o, t->to[i], m, e)
				: move_unit(t, o, m, e);
}

void
sx_load_to_end(struct sx_load_to *t)
{
	free(t->to);
	t->to = NULL;
}
