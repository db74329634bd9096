/* SPDX-License-Identifier: ISC */
/* Pass-through to the first output: into the queue, or counted why not. */
#include <string.h>
#include <sys/types.h>

#include "recall_priv.h"

#define ECHO_US 5000000 /* how long after its end a dump may come back */

/* Return where to count bytes that cannot pass now; NULL: they can. */
static uint64_t *
pass_obstacle(struct sx_recall_machine *m, size_t n)
{
	if (m->thru != SX_THRU_ALL)
		return &m->counts.not_thru;
	if (!m->outputs[0].up)
		return &m->counts.unplugged;
	if (m->queue.len + n > SX_RECALL_QUEUE_MOST)
		return &m->counts.overflowed;
	return NULL;
}

static struct recall_entry *
pass_add(struct sx_recall_machine *m, int64_t now, struct sx_err *e)
{
	struct recall_entry *entry = sx_recall_queue_add(&m->queue, e);

	if (entry == NULL)
		return NULL;
	entry->at = now;
	entry->seq = ++m->seq;
	return entry;
}

int
sx_recall_pass(struct sx_recall_machine *m, const uint8_t *data, size_t n,
    int64_t now, struct sx_err *e)
{
	uint64_t *obstacle = pass_obstacle(m, n);
	struct recall_entry *entry;

	if (obstacle != NULL) {
		*obstacle += n;
		return 0;
	}
	entry = pass_add(m, now, e);
	if (entry == NULL)
		return -1;
	memcpy(entry->head, data, n < 3 ? n : 3);
	entry->ended = true;
	m->clear = data[0] >= 0xf0;
	return sx_recall_queue_grow(&m->queue, data, n, e);
}

void
sx_recall_pass_realtime(struct sx_recall_machine *m, uint8_t byte)
{
	uint64_t *left = NULL;

	if (m->thru == SX_THRU_NONE)
		left = &m->counts.not_thru;
	else if (!m->outputs[0].up)
		left = &m->counts.unplugged;
	else if (m->drop_realtime && m->outputs[0].wire.dump != NULL)
		left = &m->counts.realtime;
	else if (m->rt_n == RECALL_REALTIME)
		left = &m->counts.crowded;
	if (left != NULL)
		++*left;
	else
		m->realtime[(m->rt_first + m->rt_n++) % RECALL_REALTIME] = byte;
}

void
sx_recall_pass_forget(struct sx_recall_machine *m)
{
	uint64_t *unplugged = &m->counts.unplugged;

	*unplugged += m->queue.len + m->rt_n;
	while (m->queue.n > 0)
		sx_recall_queue_drop(&m->queue);
	m->rt_n = 0;
	if (m->run == RECALL_RUN_ECHO)
		*unplugged += m->echo_bytes;
	if (m->run != RECALL_RUN_NONE && m->run != RECALL_RUN_LEFT) {
		m->run = RECALL_RUN_LEFT;
		m->run_left = unplugged;
	}
	m->left = (struct recall_notes){ 0 };
	m->off_len = m->off_sent = 0;
	m->echo = NULL;
}

/* ---- SysEx, in pieces ---- */

static int
run_grow(struct sx_recall_machine *m, const uint8_t *data, size_t n,
    struct sx_err *e)
{
	if (m->queue.len + n > SX_RECALL_QUEUE_MOST) {
		sx_recall_queue_last(&m->queue)->ended = true;
		m->run = RECALL_RUN_LEFT;
		m->run_left = &m->counts.overflowed;
		m->counts.overflowed += n;
		return 0;
	}
	return sx_recall_queue_grow(&m->queue, data, n, e);
}

static int
run_pass(struct sx_recall_machine *m, int64_t now, struct sx_err *e)
{
	struct recall_entry *entry;

	m->run_left = pass_obstacle(m, 0);
	m->run = m->run_left != NULL ? RECALL_RUN_LEFT : RECALL_RUN_PASS;
	if (m->run == RECALL_RUN_LEFT)
		return 0;
	entry = pass_add(m, now, e);
	if (entry == NULL)
		return -1;
	entry->sysex = true;
	return 0;
}

/* Could the input be a dump that was sent and comes back? */
static bool
run_may_echo(const struct sx_recall_machine *m, int64_t now)
{
	const struct recall_output *out = &m->outputs[0];

	return m->thru == SX_THRU_ALL && out->up && m->echo != NULL &&
	       (out->wire.dump == m->echo || now < out->over_at + ECHO_US);
}

static int
run_begin(struct sx_recall_machine *m, const struct sx_span *span, int64_t now,
    struct sx_err *e)
{
	if (span->kind == SX_SPAN_STRAY && !m->clear) {
		/* The unit would take it for more of the last message. */
		m->run = RECALL_RUN_LEFT;
		m->run_left = &m->counts.torn;
		return 0;
	}
	if (span->kind == SX_SPAN_STRAY || !run_may_echo(m, now))
		return run_pass(m, now, e);
	m->run = RECALL_RUN_ECHO;
	m->echo_message = &m->echo->messages[0];
	m->echo_bytes = 0;
	return 0;
}

/* Does a message of the dump go on with this byte? Sets *message to it. */
static bool
run_echoes(const struct sx_recall_machine *m, uint8_t byte,
    const struct sx_recall_message **message)
{
	const size_t n = m->echo_bytes;

	for (size_t i = 0; i < m->echo->nmessages; i++) {
		const struct sx_recall_message *k = &m->echo->messages[i];

		if (k->len > n && k->data[n] == byte &&
		    memcmp(k->data, m->echo_message->data, n) == 0) {
			*message = k;
			return true;
		}
	}
	return false;
}

/* It is another message: pass what was held back of it. */
static int
run_diverge(struct sx_recall_machine *m, int64_t now, struct sx_err *e)
{
	const uint8_t *data = m->echo_message->data;
	size_t n = m->echo_bytes;

	if (run_pass(m, now, e) == -1)
		return -1;
	if (m->run == RECALL_RUN_PASS)
		return run_grow(m, data, n, e);
	*m->run_left += n;
	return 0;
}

/* Return how many bytes of the span still equal the dump, or -1. May change
 * m->run. */
static ssize_t
run_echo(struct sx_recall_machine *m, const struct sx_span *span, int64_t now,
    struct sx_err *e)
{
	size_t i = 0;

	while (
	    i < span->len && run_echoes(m, span->data[i], &m->echo_message)) {
		m->echo_bytes++;
		i++;
	}
	if (i == span->len && span->end == SX_END_OPEN)
		return (ssize_t)i;
	if (i == span->len && span->end == SX_END_WHOLE &&
	    m->echo_bytes == m->echo_message->len) {
		m->counts.echoed += m->echo_bytes;
		sx_recall_event_add(m)->type = SX_RECALL_ECHO;
		return (ssize_t)i;
	}
	return run_diverge(m, now, e) == -1 ? -1 : (ssize_t)i;
}

/* Take n more bytes of the incoming run. */
static int
run_take(struct sx_recall_machine *m, const uint8_t *data, size_t n,
    struct sx_err *e)
{
	switch (m->run) {
	case RECALL_RUN_PASS:
		return run_grow(m, data, n, e);
	case RECALL_RUN_LEFT:
		*m->run_left += n;
		break;
	case RECALL_RUN_NONE:
		m->counts.torn += n;
		break;
	case RECALL_RUN_ECHO:
		break;
	}
	return 0;
}

int
sx_recall_pass_run(struct sx_recall_machine *m, const struct sx_span *span,
    int64_t now, struct sx_err *e)
{
	ssize_t echoed = 0;
	size_t n;

	if (span->first && run_begin(m, span, now, e) == -1)
		return -1;
	if (m->run == RECALL_RUN_ECHO)
		echoed = run_echo(m, span, now, e);
	if (echoed == -1)
		return -1;
	n = (size_t)echoed;
	if (run_take(m, span->data + n, span->len - n, e) == -1)
		return -1;
	if (span->end == SX_END_OPEN)
		return 0;
	if (m->run == RECALL_RUN_PASS) {
		sx_recall_queue_last(&m->queue)->ended = true;
		m->clear = true;
	}
	m->run = RECALL_RUN_NONE;
	return 0;
}

int
sx_recall_pass_offs(struct sx_recall_machine *m, int64_t now, struct sx_err *e)
{
	struct recall_entry *entry;

	/* An open message of the input ends here. */
	if (m->run == RECALL_RUN_ECHO && run_diverge(m, now, e) == -1)
		return -1;
	m->run = RECALL_RUN_NONE;
	entry = sx_recall_queue_last(&m->queue);
	if (entry != NULL)
		entry->ended = true;
	if (m->thru != SX_THRU_ALL || !m->outputs[0].up)
		return 0;
	entry = pass_add(m, now, e);
	if (entry == NULL)
		return -1;
	entry->offs = entry->ended = true;
	return 0;
}
