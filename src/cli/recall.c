/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "recall.h"
#include "sxlib/show.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

#define END_US 1000000 /* maximum time for output at the end */

/* Read "NAME=PORT", if the text before '=' has the form of a name; else a port,
 * which is its own name. */
static int
recall_take_to(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	struct recall_opts *o = &((struct recall *)opts)->o;
	size_t n = strspn(arg, good);
	const char *port = arg[n] == '=' && n > 0 ? arg + n + 1 : arg;
	char *name = port != arg ? strndup(arg, n) : strdup(arg);
	const char *wrong = *port == '\0' ? ": the port name is empty"
			    : o->nto == RECALL_OUTPUTS ? ": at most 16 outputs"
						       : NULL;

	if (name == NULL)
		return sx_fail_memory(&c->err);
	for (size_t i = 0; i < o->nto; i++)
		if (strcmp(o->names[i], name) == 0 ||
		    strcmp(o->to[i], port) == 0)
			wrong = " is given twice";
	if (wrong != NULL) {
		free(name);
		return opt_fail(c, "--%s '%s'%s", row->name, arg, wrong);
	}
	o->names[o->nto] = name;
	o->to[o->nto++] = port;
	return 0;
}

static const char *const recall_thrus[] = { "all", "realtime", "none", NULL };
static const char *const recall_realtimes[] = { "pass", "drop", NULL };

static const struct option_row recall_options[] = {
	{ 0, "from", "PORT", "input port: the sequencer",
	    OPT_TEXT(struct recall, recall.from_name) },
	{ 0, "to", "PORT", "output port, or NAME=PORT; repeatable",
	    OPT_BY(recall_take_to) },
	{ 0, "channel", "N", "recall by program changes on this channel",
	    OPT_COUNT(struct recall, o.channel, 1, 16) },
	{ 0, "name", "TEMPLATE", "files for these, such as pattern{n:02}",
	    OPT_TEXT(struct recall, load.name) },
	{ 0, "count-from", "N", "{n} of the first program; default 1",
	    OPT_COUNT(struct recall, o.count_from, 0, 1) },
	{ 0, "thru", "all|realtime|none",
	    "what passes to the first output; default all",
	    OPT_WORD(struct recall, recall.thru, recall_thrus) },
	{ 0, "realtime", "pass|drop", "of clock during a dump; default pass",
	    OPT_WORD(struct recall, o.realtime, recall_realtimes) },
	{ 0, "playing", NULL, "recall only between Start and Stop",
	    OPT_FLAG(struct recall, recall.playing) },
	{ 0, "keep", "DIR", "store dumps that the first output sends back",
	    OPT_TEXT(struct recall, o.keep) },
	OPTIONS_PANEL(struct recall, o.panel),
	{ 0, "dry-run", NULL, "send nothing; show what would be a trigger",
	    OPT_FLAG(struct recall, recall.dry_run) },
	{ 0, "check", NULL, "read everything, show each line, and exit",
	    OPT_FLAG(struct recall, o.check) },
	{ 0, "delay", "MS",
	    "pause after each message; default by device, else 60",
	    OPT_MS(struct recall, o.delay, 0) },
	{ 0, "rate", "din|max|BYTES", "bytes per second; default din",
	    OPT_RATE(struct recall, o.rate) },
	{ 0, "firmware", NULL, "allow an OS upgrade",
	    OPT_FLAG(struct recall, load.firmware) },
	{ 0, "force", NULL, "send despite problems",
	    OPT_FLAG(struct recall, load.force) },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

static int
recall_check(struct recall *r)
{
	struct cli *c = r->c;
	struct recall_opts *o = &r->o;
	const bool unsent = o->check || r->recall.dry_run;
	const char *name = r->load.name;
	const bool template = o->channel > 0 || name != NULL;
	const bool panel = o->panel.page != NULL || o->panel.led != NULL;
	const struct opt_rule rules[] = {
		{ o->check && r->recall.dry_run,
		    "--check and --dry-run are mutually exclusive" },
		{ r->recall.from_name == NULL && !o->check,
		    "missing --from PORT, the sequencer" },
		{ o->nto == 0 && !unsent, "missing --to PORT, the unit" },
		{ o->keep != NULL && unsent,
		    "--keep has nothing to store without an output" },
		{ panel && unsent,
		    "--page and --led show what is sent: not with --check or "
		    "--dry-run" },
		{ template && (o->channel == 0 || name == NULL),
		    "--channel and --name must be given together" },
		{ o->count_from != -1 && !template,
		    "--count-from is for --channel; in a map it is a line" },
		{ c->argc - c->next != 1, name != NULL
					      ? "expected one folder of dumps"
					      : "expected one map" },
		{ c->json && !o->check && recall_fills_stdout(r),
		    "--json and --to - both use standard output" },
		{ false, NULL },
	};

	if (opt_check(c, rules) == -1)
		return -1;
	r->load.folder = c->argv[c->next];
	if (o->count_from == -1)
		o->count_from = 1;
	return 0;
}

/* Returns -1 and sets c->err (empty for --help). */
static int
recall_parse(struct recall *r)
{
	r->o =
	    (struct recall_opts){ .delay = -1, .rate = -1, .count_from = -1 };
	return opt_parse(r->c, r) == -1 ? -1 : recall_check(r);
}

/* Set up an output: its port and its pace. */
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

/* Read everything. Returns -1 and sets c->err on failure. */
static int
recall_load(struct recall *r)
{
	const struct recall_opts *o = &r->o;
	size_t n = o->nto;

	for (size_t i = 0; i < n; i++)
		recall_place(r, i);
	/* A map can be checked without a port. */
	if (n == 0) {
		r->places[n++] = (struct sx_recall_place){ .name = "",
			.pace = { .rate = o->rate,
			    .delay = o->delay,
			    .port_rate = -1,
			    .port_delay = -1 } };
		r->rates[0] = MIDI_IO_DIN_RATE;
	}
	if (r->load.name == NULL)
		r->load.map = r->load.folder;
	r->load.channel = (int)o->channel;
	r->load.count_from = (int)o->count_from;
	r->load.user = user_devices(r->c);
	r->load.places = r->places;
	r->load.nplaces = n;
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
	const struct sx_named_port *named =
	    user_port(r->c, r->recall.from_name);
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
	recall->from = named != NULL ? named->port : recall->from_name;
	recall->to = r->specs;
	recall->nto = r->load.nplaces;
	recall->rates = r->rates;
	recall->drop_realtime = o->realtime == 1;
	if (o->keep != NULL && recall_keep_open(r) == -1)
		return -1;
	if (sx_recall_open(recall, &r->c->err) == -1)
		return -1;
	return o->keep != NULL ? 0 : say_without_waiting(r->c);
}

static void
recall_show(struct recall *r, const struct sx_recall_news *news)
{
	sx_show_recall(&r->display, &r->recall, news,
	    r->o.keep != NULL ? &r->keep.disk : NULL);
	panel_tell(r->c, &r->display);
}

static void
recall_until(struct recall *r)
{
	r->recall.until =
	    sx_earlier(recall_keep_due(r), sx_display_due(&r->display));
}

static void
recall_did(struct recall *r, const struct sx_recall_news *news)
{
	if (news->type == SX_RECALL_LOST)
		recall_keep_skipped(r);
	recall_print_news(r, news);
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
			recall_did(r, &news);
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

	/* Errors are in c->err; the exit status comes from there. */
	if (recall_parse(&r) == 0 && recall_load(&r) == 0) {
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
	for (size_t i = 0; i < r.o.nto; i++)
		free(r.o.names[i]);
	return status;
}

const struct command cmd_recall = {
	.name = "recall",
	.synopsis = "--from PORT --to PORT... [options] MAP|DIR",
	.summary = "Send dumps when a sequencer asks for them",
	.options = recall_options,
	.run = run_recall,
};
