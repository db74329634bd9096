/* SPDX-License-Identifier: ISC */
/* The outputs: what leaves next, and when. */
#include <stdlib.h>
#include <string.h>

#include "recall_priv.h"

#define HOUR_US (INT64_C(3600) * 1000000)
#define AHEAD	3 /* bytes that may not have left yet when one is written */

/* Return how long the last of n bytes take on the wire. */
static int64_t
output_rest(size_t n, unsigned rate)
{
	return rate > 0 ? (int64_t)(n < AHEAD ? n : AHEAD) * 1000000 / rate : 0;
}

/* ---- Dumps ---- */

static void
output_supersede(struct sx_recall_machine *m, size_t i, int64_t now)
{
	struct recall_output *out = &m->outputs[i];

	if (out->next.dump != NULL)
		sx_recall_tell(
		    m, i, &out->next, SX_RECALL_SUPERSEDED, now - out->next.at);
	out->next.dump = NULL;
}

/* A dump that has settled is sent after everything that has arrived so far. */
static void
output_settle(
    struct sx_recall_machine *m, struct recall_output *out, int64_t now)
{
	if (out->next.dump != NULL && !out->fired && now >= out->fire_at) {
		out->fired = true;
		out->seq = m->seq;
	}
}

/* Must a message that passes through leave before a dump behind seq? */
static bool
output_is_passing(const struct sx_recall_machine *m, size_t i, uint64_t seq)
{
	const struct recall_entry *entry = sx_recall_queue_first(&m->queue);

	return i == 0 &&
	       (m->off_len > 0 ||
		   (entry != NULL && (entry->sent > 0 || entry->seq <= seq)));
}

static void
output_start(struct sx_recall_machine *m, size_t i, int64_t now)
{
	struct recall_output *out = &m->outputs[i];

	output_settle(m, out, now);
	if (out->wire.dump != NULL || out->next.dump == NULL || !out->fired ||
	    now < out->pause_until || output_is_passing(m, i, out->seq))
		return;
	out->wire = out->next;
	out->next.dump = NULL;
	out->message = out->byte = out->bytes = 0;
	if (i == 0 && m->run != RECALL_RUN_ECHO)
		m->echo = out->wire.dump;
}

void
sx_recall_trigger(struct sx_recall_machine *m, size_t i,
    const struct recall_send *s, int64_t now)
{
	struct recall_output *out = &m->outputs[i];

	output_supersede(m, i, now);
	if (!out->up) {
		sx_recall_tell(m, i, s, SX_RECALL_NO_PORT, 0);
		return;
	}
	if (out->wire.dump == s->dump) {
		sx_recall_tell(m, i, s, SX_RECALL_REPEAT, 0);
		return;
	}
	out->next = *s;
	out->fire_at = now + m->set->map.settle;
	out->fired = false;
	output_start(m, i, now);
}

/* Count a send to a memory, and warn of too many within an hour. */
static void
output_wear(struct sx_recall_machine *m, size_t i, int64_t now)
{
	struct recall_output *out = &m->outputs[i];
	int64_t *oldest = &out->wears[out->nwears % SX_RECALL_WEAR];
	struct sx_recall_event *ev;

	if (out->nwears >= SX_RECALL_WEAR && now - *oldest < HOUR_US &&
	    now >= out->wear_until) {
		out->wear_until = now + HOUR_US;
		ev = sx_recall_event_add(m);
		ev->type = SX_RECALL_WEARS;
		ev->output = i;
	}
	*oldest = now;
	out->nwears++;
}

static void
output_finish(struct sx_recall_machine *m, size_t i, int64_t now, int64_t rest)
{
	struct recall_output *out = &m->outputs[i];
	const struct recall_send wire = out->wire;

	out->wire.dump = NULL;
	out->over_at = now;
	sx_recall_tell(m, i, &wire, SX_RECALL_SENT, now + rest - wire.at);
	m->events[(m->ev_first + m->ev_n - 1) % RECALL_EVENTS].bytes =
	    out->bytes;
	if (wire.dump->stores)
		output_wear(m, i, now);
}

static void
output_sent_dump(struct sx_recall_machine *m, size_t i, size_t n, int64_t now)
{
	struct recall_output *out = &m->outputs[i];
	const struct sx_recall_dump *dump = out->wire.dump;
	const struct sx_recall_message *message = &dump->messages[out->message];
	const int64_t rest = output_rest(message->len, message->rate);

	out->byte += n;
	out->bytes += n;
	if (out->byte < message->len)
		return;
	if (message->delay > 0)
		out->pause_until = now + rest + message->delay;
	out->message++;
	out->byte = 0;
	if (out->message == dump->nmessages)
		output_finish(m, i, now, rest);
}

/* ---- Pass-through ---- */

static bool
entry_is_note(const struct recall_entry *entry, bool on)
{
	const uint8_t status = entry->head[0] & 0xf0;
	const bool starts = status == 0x90 && entry->head[2] > 0;

	return on ? starts : status == 0x80 || (status == 0x90 && !starts);
}

static uint8_t *
note_count(uint8_t notes[16][128], const struct recall_entry *entry)
{
	return &notes[entry->head[0] & 15][entry->head[1]];
}

/* Is the first entry a note-on that waited for a dump and is too late now, or
 * its note-off? */
static bool
pass_is_late(
    struct sx_recall_machine *m, struct recall_entry *entry, int64_t now)
{
	uint8_t *gone;

	if (entry->sent > 0 || entry->sysex || entry->offs)
		return false;
	gone = note_count(m->left.gone, entry);
	if (entry_is_note(entry, true)) {
		if (entry->at >= m->outputs[0].over_at ||
		    now - entry->at <= SX_RECALL_LATE_US)
			return false;
		*gone = (uint8_t)(*gone + (*gone < UINT8_MAX));
		m->counts.late++;
		return true;
	}
	if (!entry_is_note(entry, false) || *gone == 0 ||
	    *note_count(m->left.on, entry) > 0)
		return false;
	--*gone;
	return true;
}

/* Put the next note-off of a sounding note into m->off. Returns false if none
 * sounds. */
static bool
pass_make_off(struct sx_recall_machine *m)
{
	for (size_t i = 0; i < sizeof(m->left.on); i++) {
		uint8_t *on = &m->left.on[i / 128][i % 128];

		if (*on == 0)
			continue;
		--*on;
		m->off[0] = (uint8_t)(0x80 | i / 128);
		m->off[1] = (uint8_t)(i % 128);
		m->off[2] = 64;
		m->off_len = 3;
		m->off_sent = 0;
		m->counts.offs++;
		return true;
	}
	return false;
}

/* Return the first entry with something to send, or NULL. Drops entries that
 * are sent or late. */
static struct recall_entry *
pass_first(struct sx_recall_machine *m, int64_t now)
{
	struct recall_entry *entry;

	while ((entry = sx_recall_queue_first(&m->queue)) != NULL) {
		if (pass_is_late(m, entry, now))
			m->counts.late_bytes += entry->len;
		else if (entry->offs ? pass_make_off(m)
				     : entry->len > 0 || !entry->ended)
			return entry;
		sx_recall_queue_drop(&m->queue);
	}
	return NULL;
}

static void
output_pass(
    struct sx_recall_machine *m, struct sx_recall_chunk *chunk, int64_t now)
{
	struct recall_output *out = &m->outputs[0];
	struct recall_entry *entry = NULL;

	if (m->off_len == 0)
		entry = pass_first(m, now);
	if (m->off_len > 0) {
		out->given = RECALL_GIVEN_OFF;
		chunk->data = m->off + m->off_sent;
		chunk->len = m->off_len - m->off_sent;
	} else if (entry != NULL && entry->sysex && entry->sent == 0 &&
		   now < out->pause_until) {
		chunk->due = out->pause_until;
	} else if (entry != NULL) {
		out->given = RECALL_GIVEN_ENTRY;
		chunk->data = m->queue.bytes + m->queue.start;
		chunk->len = entry->len;
	}
}

static void
output_sent_entry(struct sx_recall_machine *m, size_t n)
{
	struct recall_entry *entry = sx_recall_queue_first(&m->queue);
	uint8_t *on;

	m->counts.passed += n;
	sx_recall_queue_take(&m->queue, n);
	if (entry->len > 0 || !entry->ended)
		return;
	if (!entry->sysex && entry->head[0] < 0xa0) {
		on = note_count(m->left.on, entry);
		if (entry_is_note(entry, true))
			*on = (uint8_t)(*on + (*on < UINT8_MAX));
		else if (*on > 0)
			--*on;
	}
	sx_recall_queue_drop(&m->queue);
}

/* ---- The machine ---- */

/* For a device slower than the wire: return how many bytes of the message are
 * due; if 0, chunk->due is when more are. */
static size_t
output_paced(struct recall_output *out, unsigned rate, int64_t now,
    struct sx_recall_chunk *chunk)
{
	int64_t due;
	size_t n;

	if (out->byte == 0)
		out->paced_from = now;
	/* After a stall, catch up only with what the interface may hold. */
	due = out->paced_from + (int64_t)(out->byte + AHEAD) * 1000000 / rate;
	if (now > due)
		out->paced_from += now - due;
	n = (size_t)((now - out->paced_from) * rate / 1000000) + 1;
	if (n > out->byte)
		return n - out->byte;
	chunk->due =
	    out->paced_from + ((int64_t)out->byte * 1000000 + rate - 1) / rate;
	return 0;
}

static void
output_dump(
    struct recall_output *out, struct sx_recall_chunk *chunk, int64_t now)
{
	const struct sx_recall_message *message =
	    &out->wire.dump->messages[out->message];
	size_t paced;

	if (out->byte == 0 && now < out->pause_until) {
		chunk->due = out->pause_until;
		return;
	}
	chunk->data = message->data + out->byte;
	chunk->len = message->len - out->byte;
	if (message->rate > 0 &&
	    (out->rate == 0 || message->rate < out->rate)) {
		paced = output_paced(out, message->rate, now, chunk);
		chunk->len = paced < chunk->len ? paced : chunk->len;
	} else {
		chunk->rate = message->rate;
	}
}

void
sx_recall_machine_next(struct sx_recall_machine *m, size_t i, int64_t now,
    struct sx_recall_chunk *chunk)
{
	struct recall_output *out = &m->outputs[i];
	int64_t due;

	*chunk =
	    (struct sx_recall_chunk){ .rate = out->rate, .due = INT64_MAX };
	out->given = RECALL_GIVEN_NOTHING;
	if (!out->up)
		return;
	if (i == 0 && m->rt_n > 0) {
		const size_t to_end = RECALL_REALTIME - m->rt_first;

		out->given = RECALL_GIVEN_REALTIME;
		chunk->data = m->realtime + m->rt_first;
		chunk->len = m->rt_n < to_end ? m->rt_n : to_end;
		return;
	}
	if (i == 0 && out->wire.dump == NULL && m->off_len == 0)
		(void)pass_first(m, now);
	output_start(m, i, now);
	if (out->wire.dump != NULL) {
		output_dump(out, chunk, now);
		if (chunk->len > 0)
			out->given = RECALL_GIVEN_DUMP;
	} else if (i == 0) {
		output_pass(m, chunk, now);
	}
	if (chunk->len == 0 && out->wire.dump == NULL &&
	    out->next.dump != NULL) {
		due = out->fired ? out->pause_until : out->fire_at;
		if (due > now && due < chunk->due)
			chunk->due = due;
	}
}

void
sx_recall_machine_sent(
    struct sx_recall_machine *m, size_t i, size_t n, int64_t now)
{
	switch (m->outputs[i].given) {
	case RECALL_GIVEN_NOTHING:
		break;
	case RECALL_GIVEN_REALTIME:
		m->rt_first = (m->rt_first + n) % RECALL_REALTIME;
		m->rt_n -= n;
		m->counts.passed += n;
		break;
	case RECALL_GIVEN_DUMP:
		output_sent_dump(m, i, n, now);
		break;
	case RECALL_GIVEN_OFF:
		m->off_sent += n;
		if (m->off_sent == m->off_len)
			m->off_len = m->off_sent = 0;
		break;
	case RECALL_GIVEN_ENTRY:
		output_sent_entry(m, n);
		break;
	}
}

void
sx_recall_machine_output(
    struct sx_recall_machine *m, size_t i, bool up, int64_t now)
{
	struct recall_output *out = &m->outputs[i];
	struct recall_send *const all[] = { &out->wire, &out->next };

	out->up = up;
	for (size_t k = 0; k < 2 && !up; k++) {
		if (all[k]->dump == NULL)
			continue;
		sx_recall_tell(
		    m, i, all[k], SX_RECALL_NO_PORT, now - all[k]->at);
		if (k == 0)
			m->events[(m->ev_first + m->ev_n - 1) % RECALL_EVENTS]
			    .bytes = out->bytes;
		all[k]->dump = NULL;
	}
	out->pause_until = 0;
	if (i == 0 && !up)
		sx_recall_pass_forget(m);
}

bool
sx_recall_machine_uses(
    const struct sx_recall_machine *m, const struct sx_recall_set *set)
{
	if (m->set == set ||
	    (m->echo != NULL && sx_recall_set_has(set, m->echo)))
		return true;
	for (size_t i = 0; i < m->noutputs; i++)
		if (sx_recall_set_has(set, m->outputs[i].wire.dump) ||
		    sx_recall_set_has(set, m->outputs[i].next.dump))
			return true;
	return false;
}

int
sx_recall_machine_stop(
    struct sx_recall_machine *m, int64_t now, struct sx_err *e)
{
	for (size_t i = 0; i < m->noutputs; i++) {
		m->counts.unsent += m->outputs[i].next.dump != NULL;
		m->outputs[i].next.dump = NULL;
	}
	return sx_recall_machine_input_lost(m, now, e);
}

bool
sx_recall_machine_idle(const struct sx_recall_machine *m)
{
	for (size_t i = 0; i < m->noutputs; i++)
		if (m->outputs[i].wire.dump != NULL ||
		    m->outputs[i].next.dump != NULL)
			return false;
	return m->queue.n == 0 && m->rt_n == 0 && m->off_len == 0;
}

size_t
sx_recall_machine_open(const struct sx_recall_machine *m, size_t i)
{
	const struct recall_output *out = &m->outputs[i];

	if (out->wire.dump == NULL ||
	    !out->wire.dump->messages[out->message].sysex)
		return 0;
	return out->byte;
}
