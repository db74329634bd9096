/* SPDX-License-Identifier: ISC */
/* The input: which messages are triggers, and which pass through. */
#include <stdlib.h>
#include <string.h>

#include "recall_priv.h"

enum { CC_BANK = 0, CC_BANK_LOW = 32 };

const char *
sx_recall_outcome_text(enum sx_recall_outcome o)
{
	static const char *const text[] = { "sent", "superseded", "repeat",
		"no port" };

	return text[o];
}

static void
machine_forget_input(struct sx_recall_machine *m)
{
	memset(m->bank, -1, sizeof(m->bank));
	m->came = (struct recall_notes){ 0 };
	m->is_playing = false;
}

struct sx_recall_machine *
sx_recall_machine_new(const struct sx_recall_options *o, struct sx_err *e)
{
	struct sx_recall_machine *m = calloc(1, sizeof(*m));

	if (m != NULL)
		m->outputs = calloc(o->noutputs, sizeof(*m->outputs));
	if (m == NULL || m->outputs == NULL) {
		sx_recall_machine_free(m);
		sx_fail_memory(e);
		return NULL;
	}
	m->set = o->set;
	m->noutputs = o->noutputs;
	m->thru = o->thru;
	m->drop_realtime = o->drop_realtime;
	m->only_playing = o->playing;
	machine_forget_input(m);
	for (size_t i = 0; i < m->noutputs; i++) {
		m->outputs[i].up = true;
		m->outputs[i].rate = o->rates[i];
	}
	return m;
}

void
sx_recall_machine_free(struct sx_recall_machine *m)
{
	if (m == NULL)
		return;
	sx_recall_queue_free(&m->queue);
	free(m->outputs);
	free(m);
}

/* ---- Events ---- */

struct sx_recall_event *
sx_recall_event_add(struct sx_recall_machine *m)
{
	struct sx_recall_event *ev;

	/* Never so many: events are taken out after each call. */
	if (m->ev_n == RECALL_EVENTS) {
		m->ev_first = (m->ev_first + 1) % RECALL_EVENTS;
		m->ev_n--;
	}
	ev = &m->events[(m->ev_first + m->ev_n++) % RECALL_EVENTS];
	*ev = (struct sx_recall_event){ 0 };
	return ev;
}

void
sx_recall_tell(struct sx_recall_machine *m, size_t output,
    const struct recall_send *s, enum sx_recall_outcome outcome, int64_t took)
{
	struct sx_recall_event *ev = sx_recall_event_add(m);
	uint64_t *const count[] = { &m->counts.sent, &m->counts.superseded,
		&m->counts.repeats, &m->counts.no_port };

	++*count[outcome];
	*ev = (struct sx_recall_event){ .type = SX_RECALL_TRIGGER,
		.trigger = s->trigger,
		.line = s->line,
		.dump = s->dump,
		.outcome = outcome,
		.output = output,
		.at = s->at,
		.took = took };
}

bool
sx_recall_machine_event(struct sx_recall_machine *m, struct sx_recall_event *ev)
{
	if (m->ev_n == 0)
		return false;
	*ev = m->events[m->ev_first];
	m->ev_first = (m->ev_first + 1) % RECALL_EVENTS;
	m->ev_n--;
	return true;
}

const struct sx_recall_counts *
sx_recall_machine_counts(struct sx_recall_machine *m)
{
	m->counts.waiting = m->queue.len + m->rt_n +
			    (m->run == RECALL_RUN_ECHO ? m->echo_bytes : 0);
	return &m->counts;
}

/* ---- Messages ---- */

/* Report a program change without a line, once for each. */
static void
machine_no_line(struct sx_recall_machine *m, const struct sx_trigger *t)
{
	struct sx_recall_event *ev;

	for (size_t i = 0; i < m->nseen; i++)
		if (m->seen[i].channel == t->channel &&
		    m->seen[i].program == t->number &&
		    m->seen[i].bank == t->bank)
			return;
	if (m->nseen == RECALL_SEEN)
		return;
	m->seen[m->nseen].channel = (uint8_t)t->channel;
	m->seen[m->nseen].program = (uint8_t)t->number;
	m->seen[m->nseen++].bank = t->bank;
	ev = sx_recall_event_add(m);
	ev->type = SX_RECALL_NO_LINE;
	ev->trigger = *t;
}

/* What happens to a message. */
enum machine_fate {
	MACHINE_PASSES,	 /* recalls nothing, still to be passed */
	MACHINE_PASSED,	 /* queued already, before its dump */
	MACHINE_RECALLS, /* does not pass */
};

/* Recall the dump of a trigger, if it has one. A trigger that also passes is
 * queued first. Returns its fate, or -1 and sets e. */
static int
machine_trigger(struct sx_recall_machine *m, const struct sx_trigger *t,
    const struct sx_span *span, int64_t now, struct sx_err *e)
{
	const bool bank =
	    t->kind == SX_TRIGGER_CC &&
	    (t->controller == CC_BANK || t->controller == CC_BANK_LOW);
	struct recall_send s = { .trigger = *t, .at = now };
	size_t output;

	s.dump = sx_recall_set_find(m->set, t, &s.line, &output);
	if (s.dump == NULL) {
		if (t->kind == SX_TRIGGER_PROGRAM)
			machine_no_line(m, t);
		return MACHINE_PASSES;
	}
	if ((s.line->pass || bank) &&
	    sx_recall_pass(m, span->data, span->len, now, e) == -1)
		return -1;
	m->counts.triggers++;
	if (m->only_playing && !m->is_playing)
		m->counts.unheeded++;
	else
		sx_recall_trigger(m, output, &s, now);
	return s.line->pass || bank ? MACHINE_PASSED : MACHINE_RECALLS;
}

/* A note-off does not pass if its note-on did not. */
static int
machine_note_off(struct recall_notes *notes, const uint8_t *message)
{
	const size_t channel = message[0] & 15, key = message[1];

	if (notes->on[channel][key] > 0)
		notes->on[channel][key]--;
	else if (notes->gone[channel][key] > 0) {
		notes->gone[channel][key]--;
		return MACHINE_RECALLS;
	}
	return MACHINE_PASSES;
}

bool
sx_recall_machine_hear(
    struct sx_recall_machine *m, const uint8_t *message, struct sx_trigger *t)
{
	int *bank = m->bank[message[0] & 15];

	*t = (struct sx_trigger){ .channel = (message[0] & 15) + 1 };
	switch (message[0] & 0xf0) {
	case 0x90:
		t->kind = SX_TRIGGER_NOTE;
		t->number = message[1];
		return message[2] > 0;
	case 0xb0:
		t->kind = SX_TRIGGER_CC;
		t->controller = message[1];
		t->number = message[2];
		if (t->controller == CC_BANK || t->controller == CC_BANK_LOW)
			bank[t->controller == CC_BANK_LOW] = t->number;
		return true;
	case 0xc0:
		t->kind = SX_TRIGGER_PROGRAM;
		t->number = message[1];
		t->bank = (bank[0] > 0 ? bank[0] << 7 : 0) |
			  (bank[1] > 0 ? bank[1] : 0);
		return true;
	}
	return false;
}

/* Count a note-on that passed, or did not. */
static void
machine_note_on(
    struct sx_recall_machine *m, const struct sx_trigger *t, bool on)
{
	const size_t channel = (size_t)t->channel - 1, key = (size_t)t->number;
	uint8_t *count =
	    on ? &m->came.on[channel][key] : &m->came.gone[channel][key];

	*count = (uint8_t)(*count + (*count < UINT8_MAX));
}

static int
machine_channel(struct sx_recall_machine *m, const struct sx_span *span,
    int64_t now, struct sx_err *e)
{
	int fate = MACHINE_PASSES;
	struct sx_trigger t;

	if (sx_recall_machine_hear(m, span->data, &t)) {
		fate = machine_trigger(m, &t, span, now, e);
		if (t.kind == SX_TRIGGER_NOTE)
			machine_note_on(m, &t, fate != MACHINE_RECALLS);
	} else if ((span->data[0] & 0xe0) == 0x80) {
		fate = machine_note_off(&m->came, span->data);
	}
	if (fate == MACHINE_RECALLS)
		m->counts.swallowed += span->len;
	if (fate == MACHINE_PASSES)
		return sx_recall_pass(m, span->data, span->len, now, e);
	return fate == -1 ? -1 : 0;
}

static void
machine_realtime(struct sx_recall_machine *m, uint8_t byte)
{
	switch (byte) {
	case 0xfa:
	case 0xfb:
		m->is_playing = true;
		break;
	case 0xfc:
		m->is_playing = false;
		break;
	case 0xfe:
		m->counts.sensing++;
		return;
	case 0xff:
		memset(m->bank, -1, sizeof(m->bank));
		break;
	}
	sx_recall_pass_realtime(m, byte);
}

int
sx_recall_machine_take(struct sx_recall_machine *m, const struct sx_span *span,
    int64_t now, struct sx_err *e)
{
	switch (span->kind) {
	case SX_SPAN_NONE:
		break;
	case SX_SPAN_REALTIME:
		machine_realtime(m, span->data[0]);
		break;
	case SX_SPAN_SYSEX:
	case SX_SPAN_STRAY:
		return sx_recall_pass_run(m, span, now, e);
	case SX_SPAN_CHANNEL:
	case SX_SPAN_COMMON:
		if (span->end != SX_END_WHOLE) {
			m->counts.torn += span->len;
			break;
		}
		if (span->kind == SX_SPAN_CHANNEL)
			return machine_channel(m, span, now, e);
		return sx_recall_pass(m, span->data, span->len, now, e);
	}
	return 0;
}

int
sx_recall_machine_input_lost(
    struct sx_recall_machine *m, int64_t now, struct sx_err *e)
{
	machine_forget_input(m);
	return sx_recall_pass_offs(m, now, e);
}

void
sx_recall_machine_set(
    struct sx_recall_machine *m, const struct sx_recall_set *set)
{
	m->set = set;
	m->nseen = 0;
}
