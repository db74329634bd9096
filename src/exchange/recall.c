/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recall_reload.h"
#include "sxlib/recall.h"

#define CHECK_US 1000000 /* how often ports are looked for, and after */
#define AHEAD	 3	 /* bytes ahead of a wire */
#define CUT_MS	 200	 /* that an F7 may take to leave */

enum recall_step {
	RECALL_BEGIN,
	RECALL_LISTEN,
	RECALL_CHECK,
	RECALL_CUT,
	RECALL_REST, /* of what came back */
	RECALL_OVER,
};

static int
recall_tell(struct sx_recall_news *news, enum sx_recall_type type,
    const struct sx_recall_port *p)
{
	news->type = type;
	news->port = p;
	return 1;
}

/* ---- Ports ---- */

/* Is what comes in on it kept? */
static bool
recall_is_kept(const struct sx_recall *r, const struct sx_recall_port *p)
{
	return r->keep != NULL && p != NULL && p->in &&
	       p == &r->ports[r->port_of[0]];
}

static int
recall_open_port(
    struct sx_recall *r, struct sx_recall_port *p, struct sx_err *e)
{
	static const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE,
		.all = true };
	struct midi_io *io = midi_io_open(
	    p->spec, (p->in ? MIDI_IO_IN : 0) | (p->out ? MIDI_IO_OUT : 0), e);

	if (io == NULL)
		return -1;
	snprintf(p->name, sizeof(p->name), "%s", midi_io_name(io));
	p->number = sx_session_add(r->session, io,
	    recall_is_kept(r, p) ? r->keep
	    : p->in		 ? &rules
				 : NULL,
	    e);
	if (p->number == -1)
		return -1;
	if (p->in)
		sx_session_spans(r->session, p->number);
	if (p->out)
		sx_session_ahead(r->session, p->number, AHEAD);
	p->up = true;
	return 0;
}

/* The outputs of a port are there, or not any more. */
static void
recall_set_up(struct sx_recall *r, const struct sx_recall_port *p, bool up)
{
	for (size_t i = 0; i < r->nto; i++)
		if (&r->ports[r->port_of[i]] == p)
			sx_recall_machine_output(
			    r->machine, i, up, sx_now().mono);
}

/* A port is given up, until it is found again. */
static void
recall_close_port(struct sx_recall *r, struct sx_recall_port *p)
{
	sx_session_remove(r->session, p->number);
	p->number = -1;
	p->up = false;
	p->retry_at = sx_now().mono + CHECK_US;
}

static int
recall_tell_lost(struct sx_recall *r, struct sx_recall_news *news,
    const struct sx_recall_port *p)
{
	news->why = &r->why;
	return recall_tell(news, SX_RECALL_LOST, p);
}

/* An output has failed: r->why. Where the port is read as well, its end comes
 * as an event. */
static int
recall_lose_output(
    struct sx_recall *r, struct sx_recall_port *p, struct sx_recall_news *news)
{
	recall_set_up(r, p, false);
	if (p->in)
		p->up = false;
	else
		recall_close_port(r, p);
	return recall_tell_lost(r, news, p);
}

static struct sx_recall_port *
recall_port(const struct sx_recall *r, int number)
{
	for (size_t i = 0; i < r->nports; i++)
		if (r->ports[i].number == number)
			return &r->ports[i];
	return NULL;
}

/* 1 and *news; 0; -1 and e: memory ends. */
static int
recall_gone(struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e)
{
	struct sx_recall_port *p = recall_port(r, r->in.port);
	bool told = p->out && !p->up;

	r->why = *r->in.why;
	recall_set_up(r, p, false);
	recall_close_port(r, p);
	if (p == r->ports && !r->stopping &&
	    sx_recall_machine_input_lost(r->machine, sx_now().mono, e) == -1)
		return -1;
	return told ? 0 : recall_tell_lost(r, news, p);
}

/* Is one that was lost there again, and are the others still? 1 and *news. */
static int
recall_check_port(
    struct sx_recall *r, struct sx_recall_port *p, struct sx_recall_news *news)
{
	struct sx_err e = { 0 };

	if (p->number == -1 && sx_now().mono >= p->retry_at) {
		p->retry_at = sx_now().mono + CHECK_US;
		if ((p == r->ports && r->input_over) ||
		    recall_open_port(r, p, &e) == -1)
			return 0;
		recall_set_up(r, p, true);
		return recall_tell(news, SX_RECALL_FOUND, p);
	}
	if (p->number == -1 || !p->out)
		return 0;
	r->why = (struct sx_err){ 0 };
	if (sx_session_check(r->session, p->number, &r->why) == -1)
		return p->up ? recall_lose_output(r, p, news) : 0;
	if (p->up)
		return 0;
	p->up = true;
	recall_set_up(r, p, true);
	return recall_tell(news, SX_RECALL_FOUND, p);
}

static int
recall_check(struct sx_recall *r, struct sx_recall_news *news)
{
	while (r->checked < r->nports)
		if (recall_check_port(r, &r->ports[r->checked++], news) == 1)
			return 1;
	r->check_at = sx_now().mono + CHECK_US;
	r->step = RECALL_LISTEN;
	return 0;
}

/* ---- What leaves ---- */

/* Write what may leave now; *due: when more may. 1 and *news: the output is
 * lost. */
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
			return recall_lose_output(r, p, news);
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

/* ---- The map, once more ---- */

static void
recall_reload(struct sx_recall *r, struct sx_err *e)
{
	int fd;

	r->again = r->reload != NULL;
	if (r->again)
		return;
	r->reload = sx_recall_reload_start(r->load, &fd, e);
	if (r->reload != NULL)
		sx_session_watch(r->session, SX_WATCH_USER, fd);
}

/* Free the sets that nothing uses any more. */
static void
recall_free_old(struct sx_recall *r)
{
	struct sx_recall_old **link = &r->old, *old;

	while ((old = *link) != NULL) {
		if (r->machine != NULL &&
		    sx_recall_machine_uses(r->machine, old->set)) {
			link = &old->next;
			continue;
		}
		*link = old->next;
		sx_recall_set_free(old->set);
		free(old->set);
		free(old);
	}
}

static int
recall_replace(struct sx_recall *r, struct sx_recall_set *set)
{
	struct sx_recall_old *old = malloc(sizeof(*old));

	if (old == NULL) {
		sx_recall_set_free(set);
		free(set);
		return sx_fail_memory(&r->why);
	}
	*old = (struct sx_recall_old){ .next = r->old, .set = r->set };
	r->old = old;
	r->set = set;
	sx_recall_machine_set(r->machine, set);
	recall_free_old(r);
	return 0;
}

static int
recall_reloaded(struct sx_recall *r, struct sx_recall_news *news)
{
	struct sx_recall_set *set;

	r->why = (struct sx_err){ 0 };
	sx_session_watch(r->session, SX_WATCH_USER, -1);
	set = sx_recall_reload_done(r->reload, &r->why);
	r->reload = NULL;
	news->why = &r->why;
	if (set == NULL || recall_replace(r, set) == -1)
		return recall_tell(news, SX_RECALL_NOT_RELOADED, NULL);
	if (r->again)
		recall_reload(r, &r->why);
	return recall_tell(news, SX_RECALL_RELOADED, NULL);
}

/* ---- What comes in ---- */

int
sx_recall_cut_back(struct sx_recall *r, struct sx_err *e)
{
	const struct sx_recall_port *p = &r->ports[r->port_of[0]];

	if (!recall_is_kept(r, p) || p->number == -1)
		return 0;
	return sx_session_cut(r->session, p->number,
	    r->step == RECALL_REST ? SX_END_INTERRUPTED : SX_END_UNKEPT, e);
}

static int
recall_came_back(struct sx_recall *r, struct sx_recall_news *news)
{
	const struct sx_recall_port *p = recall_port(r, r->in.port);

	if (!recall_is_kept(r, p))
		return 0;
	news->step = &r->in.step;
	news->backlog = sx_session_backlog(r->session);
	return recall_tell(news, SX_RECALL_STEP, p);
}

/* The end: what is open of it is cut, and told. */
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

/* All has left. */
static int
recall_end(struct sx_recall *r, struct sx_err *e)
{
	struct sx_err ignored = { 0 };

	r->step = RECALL_REST;
	/* Where nothing leaves any more, that was told. */
	(void)sx_session_drain(r->session, &ignored);
	return r->dry_run ? 0 : sx_recall_cut_back(r, e);
}

static int
recall_span(struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e)
{
	const struct sx_span *span = &r->in.span;
	size_t output;

	if (r->stopping || recall_port(r, r->in.port) != r->ports)
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
	if (r->stopping) {
		r->step = RECALL_CUT;
		r->checked = 0;
		return 0;
	}
	r->stopping = r->input_over = true;
	if (sx_recall_machine_stop(r->machine, sx_now().mono, e) == -1)
		return -1;
	news->busy = recall_is_busy(r);
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
		return recall_gone(r, news, e);
	case SX_EV_END:
		r->input_over = true;
		return sx_recall_machine_input_lost(
		    r->machine, sx_now().mono, e);
	case SX_EV_STOP:
		return recall_stop(r, news, e);
	case SX_EV_RELOAD:
		r->why = (struct sx_err){ 0 };
		recall_reload(r, &r->why);
		news->why = &r->why;
		return r->why.code == SX_OK
			   ? 0
			   : recall_tell(news, SX_RECALL_NOT_RELOADED, NULL);
	case SX_EV_INPUT:
		return r->in.watched == SX_WATCH_USER
			   ? recall_reloaded(r, news)
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
	/* What has left may be news. */
	if (sx_recall_machine_event(r->machine, &news->event))
		return recall_tell(news, SX_RECALL_DID, NULL);
	if (r->input_over && !recall_is_busy(r)) {
		return recall_end(r, e);
	}
	if (sx_session_next(r->session, &r->in, INT64_MAX, e) == -1)
		return -1;
	return recall_event(r, news, e);
}

/* ---- The end, at once ---- */

/* Close with F7 what is on the wire of an output. */
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

/* ---- All of it ---- */

/* Several roles of one port share it. */
static void
recall_add_port(struct sx_recall *r, const char *spec, bool out, size_t *at)
{
	size_t i = 0;

	while (i < r->nports && strcmp(r->ports[i].spec, spec) != 0)
		i++;
	if (i == r->nports) {
		r->ports[i] =
		    (struct sx_recall_port){ .spec = spec, .number = -1 };
		r->nports++;
	}
	r->ports[i].out |= out;
	r->ports[i].in |= !out;
	*at = i;
}

static int
recall_new(struct sx_recall *r, struct sx_err *e)
{
	const struct sx_recall_options o = { .set = r->set,
		.noutputs = r->nto,
		.rates = r->rates,
		.thru = r->dry_run ? SX_THRU_NONE : r->thru,
		.drop_realtime = r->drop_realtime,
		.playing = r->playing };
	size_t from;

	r->machine = sx_recall_machine_new(&o, e);
	r->ports = calloc(r->nto + 1, sizeof(*r->ports));
	r->port_of = calloc(r->nto, sizeof(*r->port_of));
	if (r->machine == NULL || r->ports == NULL || r->port_of == NULL)
		return sx_fail_memory(e);
	recall_add_port(r, r->from, false, &from);
	for (size_t i = 0; i < r->nto && !r->dry_run; i++)
		recall_add_port(r, r->to[i], true, &r->port_of[i]);
	if (r->keep != NULL && !r->dry_run)
		r->ports[r->port_of[0]].in = true;
	return 0;
}

int
sx_recall_open(struct sx_recall *r, struct sx_err *e)
{
	if (recall_new(r, e) == -1)
		return -1;
	for (size_t i = 0; i < r->nports; i++)
		if (recall_open_port(r, &r->ports[i], e) == -1)
			return -1;
	sx_session_reloads(r->session);
	if (sx_session_start(r->session, e) == -1)
		return -1;
	/* Bytes pass on before other programs run. */
	sx_session_first();
	r->check_at = sx_now().mono + CHECK_US;
	return 0;
}

int
sx_recall_next(
    struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e)
{
	int rc = 0;

	if (r->old != NULL)
		recall_free_old(r);
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
			rc = recall_check(r, news);
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
	struct sx_err ignored = { 0 };
	struct sx_recall_set *set;

	if (r->reload != NULL) {
		set = sx_recall_reload_done(r->reload, &ignored);
		if (set != NULL)
			sx_recall_set_free(set);
		free(set);
	}
	sx_recall_machine_free(r->machine);
	r->machine = NULL;
	recall_free_old(r);
	free(r->ports);
	free(r->port_of);
	if (r->set != NULL)
		sx_recall_set_free(r->set);
	free(r->set);
	*r = (struct sx_recall){ 0 };
}
