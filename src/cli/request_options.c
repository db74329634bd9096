/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "request.h"
#include "sxlib/auto.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

#define PATIENCE_S 2

_Static_assert(offsetof(struct request_opts, keep) == 0, "as for receive");

const struct option_row request_options[] = {
	OPTION_PORT(struct request_opts, keep.port),
	OPTION_OUT,
	{ 0, "resume", NULL, "skip dumps already complete in the folder",
	    OPT_FLAG(struct request_opts, resume) },
	{ 0, "retries", "N", "number of retries; default 2",
	    OPT_COUNT(struct request_opts, retries, 0, 1000) },
	{ 't', "timeout", "S",
	    "silence that ends the wait for an answer; default 2",
	    OPT_SECONDS(struct request_opts, patience, 1000) },
	{ 0, "delay", "MS", "pause before the next request",
	    OPT_MS(struct request_opts, delay, 0) },
	{ 0, "id", "N", "the unit's device number or channel",
	    OPT_COUNT(struct request_opts, wanted.id, 0, 127) },
	{ 0, "hex", "BYTES",
	    "send this request; {slot} is each of SLOTS, 0-127",
	    OPT_TEXT(struct request_opts, wanted.hex) },
	{ 0, "all", NULL, "also keep answers that are not dumps",
	    OPT_FLAG(struct request_opts, keep.rules.all) },
	OPTION_FORMAT,
	OPTIONS_NAMES,
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "also report each request",
	    OPT_COMMON(verbose) },
	OPTIONS_END,
};

static int
request_check(struct cli *c, const struct request_opts *o)
{
	const bool hex = o->wanted.hex != NULL;
	const struct opt_rule rules[] = {
		{ o->resume && hex,
		    "--resume cannot recognize answers to --hex" },
		{ o->keep.rules.all && !hex, "--all only applies to --hex" },
		{ o->wanted.id != -1 && hex,
		    "--hex already contains the device number" },
		{ false, NULL },
	};

	if (opt_is_standard(o->keep.port))
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--port -: requests and results both use standard output");
	if (o->resume && !sx_store_is_folder(o->keep.store.out)) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--resume needs a folder: --out is '%.200s'",
		    o->keep.store.out);
		return sx_hint(&c->err,
		    "a single output file is never overwritten or appended to");
	}
	return opt_check(c, rules) == -1 ? -1 : receive_check(c, &o->keep);
}

/* Ask the port who is there, and nothing else: o->device gets the one
 * instrument that is. -1 and c->err: none, several, or one that cannot be
 * asked. */
static int
request_auto(struct cli *c, struct request_opts *o)
{
	struct sx_units found = { 0 };
	struct sx_talk t = { 0 };
	int rc = talk_open(&t, c, o->keep.port);
	enum sx_auto what;
	char text[256];
	bool one;

	if (rc == 0)
		rc = sx_who_ask(&t, user_devices(c), SX_WHO_US, &found);
	if (rc == 0) {
		what = sx_auto_choose(user_devices(c), &found, o->device);
		one = what == SX_AUTO_ONE;
		for (size_t i = 0; i < found.n; i++)
			say(c, "%s%s%s", one ? t.port_name : "",
			    one ? ": " : "  ",
			    sx_unit_text(
				text, sizeof(text), &found.list[i].id));
		rc = sx_auto_check(what, t.port_name, found.n, &c->err);
	}
	sx_units_free(&found);
	sx_talk_close(&t);
	return rc;
}

static int
parse_words(struct cli *c, struct request_opts *o, struct sx_targets *targets)
{
	char everything[] = "all";
	char *const both[] = { o->device, everything };
	struct sx_wanted *w = &o->wanted;

	w->user = w->hex == NULL ? user_devices(c) : NULL;
	w->words = c->argv + c->next;
	w->nwords = (size_t)(c->argc - c->next);
	if (w->hex == NULL && w->nwords == 1 &&
	    strcmp(w->words[0], "auto") == 0) {
		if (request_auto(c, o) == -1)
			return -1;
		w->words = both;
		w->nwords = 2;
	}
	if (sx_targets_parse(targets, w, &c->err) == -1)
		return -1;
	o->keep.count = (long)w->dumps;
	return 0;
}

int
request_parse(struct cli *c, struct request_opts *o, struct sx_targets *targets)
{
	*o = (struct request_opts){ .keep = RECEIVE_OPTS,
		.retries = 2,
		.patience = PATIENCE_S * 1000000,
		.delay = -1,
		.wanted = { .id = -1 } };
	if (opt_parse(c, o) == -1 || request_check(c, o) == -1)
		return -1;
	/* An answer to --hex may be of several messages: silence ends it. */
	o->keep.rules.split =
	    o->wanted.hex != NULL ? SX_SPLIT_AUTO : SX_SPLIT_MESSAGE;
	if (o->keep.rules.gap > o->patience / 2)
		o->keep.rules.gap = o->patience / 2;
	return parse_words(c, o, targets);
}
