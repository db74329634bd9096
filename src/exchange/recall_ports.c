/* SPDX-License-Identifier: ISC */
/* The ports of recall: they may be lost, and found again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recall_loop.h"

#define AHEAD 3 /* bytes ahead of a wire */

bool
sx_recall_is_kept(const struct sx_recall *r, const struct sx_recall_port *p)
{
	return r->keep != NULL && p != NULL && p->in &&
	       p == &r->ports[r->port_of[0]];
}

int
sx_recall_port_open(
    struct sx_recall *r, struct sx_recall_port *p, struct sx_err *e)
{
	static const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE,
		.all = true };
	struct midi_io *io = midi_io_open(
	    p->spec, (p->in ? MIDI_IO_IN : 0) | (p->out ? MIDI_IO_OUT : 0), e);

	if (io == NULL)
		return -1;
	snprintf(p->name, sizeof(p->name), "%s", midi_io_name(io));
	p->remark = midi_io_remark(io);
	p->number = sx_session_add(r->session, io,
	    sx_recall_is_kept(r, p) ? r->keep
	    : p->in		    ? &rules
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

/* Report that all outputs of a port are up, or lost. */
static void
ports_set_up(struct sx_recall *r, const struct sx_recall_port *p, bool up)
{
	for (size_t i = 0; i < r->nto; i++)
		if (&r->ports[r->port_of[i]] == p)
			sx_recall_machine_output(
			    r->machine, i, up, sx_now().mono);
}

/* Close a port until it is found again. */
static void
ports_close_port(struct sx_recall *r, struct sx_recall_port *p)
{
	struct sx_traffic t;

	if (sx_recall_is_kept(r, p)) {
		sx_session_traffic(r->session, p->number, &t);
		r->skipped += t.skipped;
	}
	sx_session_remove(r->session, p->number);
	p->number = -1;
	p->up = false;
	p->retry_at = sx_now().mono + RECALL_CHECK_US;
}

static int
ports_tell_lost(struct sx_recall *r, struct sx_recall_news *news,
    const struct sx_recall_port *p)
{
	news->why = &r->why;
	return recall_tell(news, SX_RECALL_LOST, p);
}

/* A port that is also read stays open: its end comes as an event. */
int
sx_recall_lose_output(
    struct sx_recall *r, struct sx_recall_port *p, struct sx_recall_news *news)
{
	ports_set_up(r, p, false);
	if (p->in)
		p->up = false;
	else
		ports_close_port(r, p);
	return ports_tell_lost(r, news, p);
}

struct sx_recall_port *
sx_recall_port_of(const struct sx_recall *r, int number)
{
	for (size_t i = 0; i < r->nports; i++)
		if (r->ports[i].number == number)
			return &r->ports[i];
	return NULL;
}

int
sx_recall_port_gone(
    struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e)
{
	struct sx_recall_port *p = sx_recall_port_of(r, r->in.port);
	bool told;

	if (p == NULL)
		return 0;
	told = p->out && !p->up;
	r->why = *r->in.why;
	ports_set_up(r, p, false);
	ports_close_port(r, p);
	if (p == r->ports && !r->stopping &&
	    sx_recall_machine_input_lost(r->machine, sx_now().mono, e) == -1)
		return -1;
	return told ? 0 : ports_tell_lost(r, news, p);
}

/* Is a lost port back, or another one lost? Returns 1 and sets *news if so. */
static int
ports_check_port(
    struct sx_recall *r, struct sx_recall_port *p, struct sx_recall_news *news)
{
	struct sx_err e = { 0 };

	if (p->number == -1 && sx_now().mono >= p->retry_at) {
		p->retry_at = sx_now().mono + RECALL_CHECK_US;
		if ((p == r->ports && r->input_over) ||
		    sx_recall_port_open(r, p, &e) == -1)
			return 0;
		ports_set_up(r, p, true);
		return recall_tell(news, SX_RECALL_FOUND, p);
	}
	if (p->number == -1 || !p->out)
		return 0;
	r->why = (struct sx_err){ 0 };
	if (sx_session_check(r->session, p->number, &r->why) == -1)
		return p->up ? sx_recall_lose_output(r, p, news) : 0;
	if (p->up)
		return 0;
	p->up = true;
	ports_set_up(r, p, true);
	return recall_tell(news, SX_RECALL_FOUND, p);
}

int
sx_recall_check(struct sx_recall *r, struct sx_recall_news *news)
{
	while (r->checked < r->nports)
		if (ports_check_port(r, &r->ports[r->checked++], news) == 1)
			return 1;
	r->check_at = sx_now().mono + RECALL_CHECK_US;
	r->step = RECALL_LISTEN;
	return 0;
}

/* Add a port. Several roles of one port share it. */
static void
ports_add(struct sx_recall *r, const char *spec, bool out, size_t *at)
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

int
sx_recall_ports_new(struct sx_recall *r, struct sx_err *e)
{
	size_t from;

	r->ports = calloc(r->nto + 1, sizeof(*r->ports));
	r->port_of = calloc(r->nto, sizeof(*r->port_of));
	if (r->ports == NULL || r->port_of == NULL)
		return sx_fail_memory(e);
	ports_add(r, r->from, false, &from);
	for (size_t i = 0; i < r->nto && !r->dry_run; i++)
		ports_add(r, r->to[i], true, &r->port_of[i]);
	if (r->keep != NULL && !r->dry_run)
		r->ports[r->port_of[0]].in = true;
	return 0;
}
