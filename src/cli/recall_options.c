/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "recall.h"
#include "term/opt.h"

/* "NAME=PORT", if what is before the '=' is made as names are; else a port,
 * which is its own name. */
static int
recall_take_to(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	struct recall_opts *o = opts;
	size_t n = strspn(arg, good);
	const char *port = arg[n] == '=' && n > 0 ? arg + n + 1 : arg;
	char *name = port != arg ? strndup(arg, n) : strdup(arg);

	if (name == NULL)
		return sx_fail_memory(&c->err);
	for (size_t i = 0; i < o->nto; i++)
		if (strcmp(o->names[i], name) == 0 ||
		    strcmp(o->to[i], port) == 0) {
			free(name);
			return sx_fail(&c->err, SX_EUSAGE, 0,
			    "--%s '%s' is given twice", row->name, arg);
		}
	if (o->nto == RECALL_OUTPUTS || *port == '\0') {
		free(name);
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    *port == '\0' ? "--%s '%s': the port name is empty"
				  : "--%s '%s': at most 16 outputs",
		    row->name, arg);
	}
	o->names[o->nto] = name;
	o->to[o->nto++] = port;
	return 0;
}

static const char *const recall_thrus[] = { "all", "realtime", "none", NULL };
static const char *const recall_realtimes[] = { "pass", "drop", NULL };

const struct option_row recall_options[] = {
	{ 0, "from", "PORT", "input port: the sequencer",
	    OPT_TEXT(struct recall_opts, from) },
	{ 0, "to", "PORT", "output port, or NAME=PORT; repeatable",
	    OPT_BY(recall_take_to) },
	{ 0, "channel", "N", "recall by program changes on this channel",
	    OPT_COUNT(struct recall_opts, channel, 1, 16) },
	{ 0, "name", "TEMPLATE", "files for these, such as pattern{n:02}",
	    OPT_TEXT(struct recall_opts, name) },
	{ 0, "count-from", "N", "{n} of the first program; default 1",
	    OPT_COUNT(struct recall_opts, count_from, 0, 1) },
	{ 0, "thru", "all|realtime|none",
	    "what passes to the first output; default all",
	    OPT_WORD(struct recall_opts, thru, recall_thrus) },
	{ 0, "realtime", "pass|drop", "of clock during a dump; default pass",
	    OPT_WORD(struct recall_opts, realtime, recall_realtimes) },
	{ 0, "playing", NULL, "recall only between Start and Stop",
	    OPT_FLAG(struct recall_opts, playing) },
	{ 0, "keep", "DIR", "store dumps that the first output sends back",
	    OPT_TEXT(struct recall_opts, keep) },
	OPTIONS_PANEL(struct recall_opts, panel),
	{ 0, "dry-run", NULL, "send nothing; show what would be a trigger",
	    OPT_FLAG(struct recall_opts, dry_run) },
	{ 0, "check", NULL, "read everything, show each line, and exit",
	    OPT_FLAG(struct recall_opts, check) },
	{ 0, "delay", "MS",
	    "pause after each message; default by device, else 60",
	    OPT_MS(struct recall_opts, delay, 0) },
	{ 0, "rate", "din|max|BYTES", "bytes per second; default din",
	    OPT_RATE(struct recall_opts, rate) },
	{ 0, "firmware", NULL, "allow an OS upgrade",
	    OPT_FLAG(struct recall_opts, firmware) },
	{ 0, "force", NULL, "send despite problems",
	    OPT_FLAG(struct recall_opts, force) },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

/* What is missing, or contradicts. */
static const char *
recall_mistake(const struct recall_opts *o)
{
	const bool template = o->channel > 0 || o->name != NULL;

	if (o->check && o->dry_run)
		return "--check and --dry-run are mutually exclusive";
	if (o->from == NULL && !o->check)
		return "missing --from PORT, the sequencer";
	if (o->nto == 0 && !o->check && !o->dry_run)
		return "missing --to PORT, the unit";
	if (o->keep != NULL && (o->check || o->dry_run))
		return "--keep has nothing to store without an output";
	if ((o->panel.page != NULL || o->panel.led != NULL) &&
	    (o->check || o->dry_run))
		return "--page and --led show what is sent: not with --check "
		       "or --dry-run";
	if (template && (o->channel == 0 || o->name == NULL))
		return "--channel and --name must be given together";
	if (o->count_from != -1 && !template)
		return "--count-from is for --channel; in a map it is a line";
	return NULL;
}

static int
recall_check(struct cli *c, struct recall_opts *o)
{
	const char *mistake = recall_mistake(o);

	if (mistake != NULL)
		return sx_fail(&c->err, SX_EUSAGE, 0, "%s", mistake);
	if (c->argc - c->next != 1)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    o->name != NULL ? "expected one folder of dumps"
				    : "expected one map");
	for (size_t i = 0; i < o->nto; i++)
		if (opt_is_standard(o->to[i]) && !o->dry_run && !o->check &&
		    c->json)
			return sx_fail(&c->err, SX_EUSAGE, 0,
			    "--json and --to - both use standard output");
	o->map = c->argv[c->next];
	if (o->count_from == -1)
		o->count_from = 1;
	return 0;
}

int
recall_parse(struct cli *c, struct recall_opts *o)
{
	*o = (struct recall_opts){ .delay = -1, .rate = -1, .count_from = -1 };
	if (opt_parse(c, o) == -1)
		return -1;
	return recall_check(c, o);
}

void
recall_opts_free(struct recall_opts *o)
{
	for (size_t i = 0; i < o->nto; i++)
		free((void *)(uintptr_t)o->names[i]);
}
