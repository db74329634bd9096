/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recall_loop.h"

#define CUT_MS 200 /* that sending an F7 may take */

/* ---- Output ---- */

/* Write what can leave now; *due is when more can. Returns 1 and sets *news if
 * the output is lost. */
static int
recall_pump_output(
    struct sx_recall *r, size_t i, int64_t *due, struct sx_recall_news *news)
{
	struct sx_recall_port *p = &r->ports[r->port_of[i]];
	struct sx_recall_chunk chunk;
	ssize_t w;

	while (p->up) {
		sx_recall_machine_next(r->machine, i, sx_now().mono, &chunk);
		if (chunk.len == 0) {
			*due = sx_earlier(*due, chunk.due);
			return 0;
		}
		r->why = (struct sx_err){ 0 };
		w = sx_session_write(r->session, p->number, chunk.data,
		    chunk.len, chunk.rate, &chunk.due, &r->why);
		if (w == -1)
			return sx_recall_lose_output(r, p, news);
		if (w == 0) {
			*due = sx_earlier(*due, chunk.due);
			return 0;
		}
		sx_recall_machine_sent(r->machine, i, (size_t)w, sx_now().mono);
	}
	return 0;
}

static int
recall_pump(struct sx_recall *r, struct sx_recall_news *news)
{
	int64_t due = r->check_at;

	if (r->until > 0)
		due = sx_earlier(due, r->until);

	for (size_t i = 0; i < r->nto && !r->dry_run; i++)
		if (recall_pump_output(r, i, &due, news) == 1)
			return 1;
	sx_session_wake(r->session, due);
	return 0;
}

/* ---- Input ---- */

int
sx_recall_cut_back(struct sx_recall *r, struct sx_err *e)
{
	const struct sx_recall_port *p = &r->ports[r->port_of[0]];

	if (!sx_recall_is_kept(r, p) || p->number == -1)
		return 0;
	return sx_session_cut(r->session, p->number,
	    r->step == RECALL_REST ? SX_END_INTERRUPTED : SX_END_UNKEPT, e);
}

uint64_t
sx_recall_skipped(const struct sx_recall *r)
{
	const struct sx_recall_port *p;
	struct sx_traffic t;

	if (r->nports == 0)
		return r->skipped;
	p = &r->ports[r->port_of[0]];
	if (!sx_recall_is_kept(r, p) || p->number == -1)
		return r->skipped;
	sx_session_traffic(r->session, p->number, &t);
	return r->skipped + t.skipped;
}

static int
recall_came_back(struct sx_recall *r, struct sx_recall_news *news)
{
	const struct sx_recall_port *p = sx_recall_port_of(r, r->in.port);

	if (!sx_recall_is_kept(r, p))
		return 0;
	news->step = &r->in.step;
	news->backlog = sx_session_backlog(r->session);
	return recall_tell(news, SX_RECALL_STEP, p);
}

/* At the end, report what was cut. */
static int
recall_rest(struct sx_recall *r, struct sx_recall_news *news)
{
	if (sx_session_step(r->session, &r->in)) {
		news->time = r->in.now;
		return r->in.type == SX_EV_STEP ? recall_came_back(r, news) : 0;
	}
	r->step = RECALL_OVER;
	return 0;
}

/* Everything has been sent. */
static int
recall_end(struct sx_recall *r, struct sx_err *e)
{
	struct sx_err ignored = { 0 };

	r->step = RECALL_REST;
	/* An output that takes nothing more has been reported. */
	(void)sx_session_drain(r->session, &ignored);
	return r->dry_run ? 0 : sx_recall_cut_back(r, e);
}

static int
recall_span(struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e)
{
	const struct sx_span *span = &r->in.span;
	size_t output;

	if (r->stopping || sx_recall_port_of(r, r->in.port) != r->ports)
		return 0;
	if (!r->dry_run)
		return sx_recall_machine_take(
		    r->machine, span, r->in.now.mono, e);
	if (span->kind != SX_SPAN_CHANNEL || span->end != SX_END_WHOLE ||
	    !sx_recall_machine_hear(r->machine, span->data, &news->trigger))
		return 0;
	(void)sx_recall_set_find(r->set, &news->trigger, &news->line, &output);
	news->bytes = span->data;
	news->len = span->len;
	return recall_tell(news, SX_RECALL_HEARD, r->ports);
}

static bool
recall_is_busy(const struct sx_recall *r)
{
	return !sx_recall_machine_idle(r->machine);
}

static int
recall_stop(struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e)
{
	bool busy = recall_is_busy(r);

	if (r->stopping) {
		r->step = RECALL_CUT;
		r->checked = 0;
		return 0;
	}
	r->stopping = r->input_over = true;
	if (sx_recall_machine_stop(r->machine, sx_now().mono, e) == -1)
		return -1;
	/* Stopping the notes that sound is not a transfer. */
	news->busy = busy && recall_is_busy(r);
	return recall_tell(news, SX_RECALL_STOPPING, NULL);
}

static int
recall_event(struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e)
{
	news->time = r->in.now;
	switch (r->in.type) {
	case SX_EV_SPAN:
		return recall_span(r, news, e);
	case SX_EV_GONE:
		return sx_recall_port_gone(r, news, e);
	case SX_EV_END:
		r->input_over = true;
		return sx_recall_machine_input_lost(
		    r->machine, sx_now().mono, e);
	case SX_EV_STOP:
		return recall_stop(r, news, e);
	case SX_EV_RELOAD:
		r->why = (struct sx_err){ 0 };
		sx_recall_reload(r, &r->why);
		news->why = &r->why;
		return r->why.code == SX_OK
			   ? 0
			   : recall_tell(news, SX_RECALL_NOT_RELOADED, NULL);
	case SX_EV_INPUT:
		return r->in.watched == SX_WATCH_USER
			   ? sx_recall_reloaded(r, news)
			   : recall_tell(news, SX_RECALL_TURN, NULL);
	case SX_EV_WAKE:
		if (r->until > 0 && sx_now().mono >= r->until) {
			r->until = INT64_MAX;
			return recall_tell(news, SX_RECALL_TURN, NULL);
		}
		if (sx_now().mono >= r->check_at) {
			r->step = RECALL_CHECK;
			r->checked = 0;
		}
		return 0;
	case SX_EV_STEP:
		return recall_came_back(r, news);
	case SX_EV_QUIET:
	case SX_EV_SENT:
		break;
	}
	return 0;
}

static int
recall_listen(
    struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e)
{
	if (recall_pump(r, news) == 1)
		return 1;
	/* Bytes that left may cause an event. */
	if (sx_recall_machine_event(r->machine, &news->event))
		return recall_tell(news, SX_RECALL_DID, NULL);
	if (r->input_over && !recall_is_busy(r)) {
		return recall_end(r, e);
	}
	if (sx_session_next(r->session, &r->in, INT64_MAX, e) == -1)
		return -1;
	return recall_event(r, news, e);
}

/* ---- Stopping at once ---- */

/* Close the message being sent to an output with F7. Returns false if there is
 * none. */
static bool
recall_cut_output(struct sx_recall *r, size_t i)
{
	static const uint8_t eox = 0xf7;
	const struct sx_recall_port *p = &r->ports[r->port_of[i]];
	int64_t due;
	ssize_t w = 0;

	if (!p->up || sx_recall_machine_open(r->machine, i) == 0)
		return false;
	for (int ms = 0; w == 0 && ms < CUT_MS; ms++) {
		w = sx_session_write(
		    r->session, p->number, &eox, 1, r->rates[i], &due, NULL);
		if (w == 0)
			poll(NULL, 0, 1);
	}
	return true;
}

static int
recall_cut(struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e)
{
	for (; r->checked < r->nto; r->checked++)
		if (recall_cut_output(r, r->checked))
			return recall_tell(news, SX_RECALL_CUT,
			    &r->ports[r->port_of[r->checked++]]);
	return recall_end(r, e);
}

/* ---- The loop ---- */

static int
recall_new(struct sx_recall *r, struct sx_err *e)
{
	const struct sx_recall_options o = { .set = r->set,
		.noutputs = r->nto,
		.rates = r->rates,
		.thru = r->dry_run ? SX_THRU_NONE : r->thru,
		.drop_realtime = r->drop_realtime,
		.playing = r->playing };

	r->machine = sx_recall_machine_new(&o, e);
	return r->machine != NULL ? sx_recall_ports_new(r, e) : -1;
}

int
sx_recall_open(struct sx_recall *r, struct sx_err *e)
{
	if (recall_new(r, e) == -1)
		return -1;
	for (size_t i = 0; i < r->nports; i++)
		if (sx_recall_port_open(r, &r->ports[i], e) == -1)
			return -1;
	sx_session_reloads(r->session);
	if (sx_session_start(r->session, e) == -1)
		return -1;
	/* Pass bytes through before other programs run. */
	sx_session_first();
	r->check_at = sx_now().mono + RECALL_CHECK_US;
	return 0;
}

int
sx_recall_next(
    struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e)
{
	int rc = 0;

	if (r->old != NULL)
		sx_recall_free_old(r);
	while (rc == 0) {
		*news = (struct sx_recall_news){ .time = sx_now() };
		if (sx_recall_machine_event(r->machine, &news->event))
			return recall_tell(news, SX_RECALL_DID, NULL);
		switch ((enum recall_step)r->step) {
		case RECALL_BEGIN:
			r->step = RECALL_LISTEN;
			return recall_tell(news, SX_RECALL_LISTENING, r->ports);
		case RECALL_LISTEN:
			rc = recall_listen(r, news, e);
			break;
		case RECALL_CHECK:
			rc = sx_recall_check(r, news);
			break;
		case RECALL_CUT:
			rc = recall_cut(r, news, e);
			break;
		case RECALL_REST:
			rc = recall_rest(r, news);
			break;
		case RECALL_OVER:
			return 0;
		}
	}
	return rc;
}

void
sx_recall_free(struct sx_recall *r)
{
	sx_recall_reload_end(r);
	sx_recall_machine_free(r->machine);
	r->machine = NULL;
	sx_recall_free_old(r);
	free(r->ports);
	free(r->port_of);
	if (r->set != NULL)
		sx_recall_set_free(r->set);
	free(r->set);
	*r = (struct sx_recall){ 0 };
}
