/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "commands.h"
#include "recall.h"
#include "sxlib/show.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

#define END_US 1000000 /* that lines may take at the end */

/* One output: its port, and how fast it takes what. */
static void
recall_place(struct recall *r, size_t i)
{
	const struct recall_opts *o = &r->o;
	const struct sx_named_port *named = user_port(r->c, o->to[i]);
	struct sx_recall_place *place = &r->places[i];

	r->specs[i] = named != NULL ? named->port : o->to[i];
	place->name = o->names[i];
	place->pace =
	    (struct sx_load_pace){ .rate = o->rate, .delay = o->delay };
	sx_load_port(&place->pace, user_devices(r->c), named);
	r->rates[i] = sx_load_passing(&place->pace);
}

static void
recall_more(void *arg, const struct sx_err *e)
{
	(void)warn_of(arg, e);
}

/* Read everything. -1 and c->err. */
static int
recall_load(struct recall *r)
{
	const struct recall_opts *o = &r->o;
	const bool template = o->name != NULL;
	size_t n = o->nto;

	for (size_t i = 0; i < n; i++)
		recall_place(r, i);
	/* To look at a map, a port will do that is not there. */
	if (n == 0) {
		r->places[n++] = (struct sx_recall_place){ .name = "",
			.pace = { .rate = o->rate,
			    .delay = o->delay,
			    .port_rate = -1,
			    .port_delay = -1 } };
		r->rates[0] = MIDI_IO_DIN_RATE;
	}
	r->load = (struct sx_recall_load){ .map = template ? NULL : o->map,
		.folder = o->map,
		.name = o->name,
		.channel = (int)o->channel,
		.count_from = (int)o->count_from,
		.user = user_devices(r->c),
		.places = r->places,
		.nplaces = n,
		.force = o->force,
		.firmware = o->firmware };
	r->recall.set = calloc(1, sizeof(*r->recall.set));
	if (r->recall.set == NULL)
		return sx_fail_memory(&r->c->err);
	return sx_recall_set_load(
	    r->recall.set, &r->load, recall_more, r->c, &r->c->err);
}

static int
recall_start(struct recall *r)
{
	const struct recall_opts *o = &r->o;
	const struct sx_named_port *named = user_port(r->c, o->from);
	struct sx_recall *recall = &r->recall;

	recall->session = sx_session_new(&r->c->err);
	if (recall->session == NULL)
		return -1;
	r->o.panel.command = r->c->command->name;
	r->o.panel.disk = o->keep;
	r->o.panel.reserve = LONG_RESERVE;
	if (sx_display_open(&r->display, &o->panel, &r->c->err) == -1)
		return -1;
	recall->load = &r->load;
	recall->from = named != NULL ? named->port : o->from;
	recall->from_name = o->from;
	recall->to = r->specs;
	recall->nto = r->load.nplaces;
	recall->rates = r->rates;
	recall->thru = (enum sx_recall_thru)o->thru;
	recall->drop_realtime = o->realtime == 1;
	recall->playing = o->playing;
	recall->dry_run = o->dry_run;
	if (o->keep != NULL && recall_keep_open(r) == -1)
		return -1;
	if (sx_recall_open(recall, &r->c->err) == -1)
		return -1;
	return o->keep != NULL ? 0 : say_without_waiting(r->c);
}

static void
recall_show(struct recall *r, const struct sx_recall_news *news)
{
	const struct sx_show_back back = { .keeper = &r->keep.keeper.k,
		.low = r->keep.low,
		.full = r->keep.full };

	sx_show_recall(
	    &r->display, &r->recall, news, r->o.keep != NULL ? &back : NULL);
	panel_tell(r->c, &r->display);
}

/* When to be woken. */
static void
recall_until(struct recall *r)
{
	r->recall.until =
	    sx_earlier(recall_keep_due(r), sx_display_due(&r->display));
}

static void
recall_run(struct recall *r)
{
	struct sx_recall_news news;

	while (sx_recall_next(&r->recall, &news, &r->c->err) == 1) {
		if (news.type == SX_RECALL_STEP)
			recall_keep_step(r, &news);
		else if (news.type == SX_RECALL_TURN)
			recall_keep_turn(r);
		else
			recall_print_news(r, &news);
		recall_show(r, &news);
		recall_until(r);
	}
	recall_print_counts(r);
	r->c->say_until = sx_now().mono + END_US;
}

static enum status
run_recall(struct cli *c)
{
	const struct sx_recall_news over = { .type = SX_RECALL_TURN };
	struct recall r = { .c = c };
	struct sx_session *session;
	enum status status = ST_OK;
	bool ran = false;

	/* What fails is in c->err, and its status is taken from there. */
	if (recall_parse(c, &r.o) == 0 && recall_load(&r) == 0) {
		if (r.o.check)
			(void)recall_print_set(&r);
		else if ((ran = recall_start(&r) == 0))
			recall_run(&r);
	}
	if (r.recall.machine != NULL)
		status = recall_keep_end(&r);
	if (ran)
		recall_show(&r, &over);
	panel_close(c, &r.display);
	recall_keep_free(&r);
	session = r.recall.session;
	sx_recall_free(&r.recall);
	sx_session_close(session);
	recall_opts_free(&r.o);
	return status;
}

const struct command cmd_recall = {
	.name = "recall",
	.synopsis = "--from PORT --to PORT... [options] MAP|DIR",
	.summary = "Send dumps when a sequencer asks for them",
	.options = recall_options,
	.run = run_recall,
};
