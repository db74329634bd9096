/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "request.h"
#include "sxlib/auto.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

#define PATIENCE_S 2

_Static_assert(offsetof(struct request, keep) == 0, "as for receive");

const struct option_row request_options[] = {
	OPTION_PORT(struct request, keep.port),
	OPTION_OUT,
	{ 0, "resume", NULL, "skip dumps already complete in the folder",
	    OPT_FLAG(struct request, resume) },
	{ 0, "retries", "N", "number of retries; default 2",
	    OPT_COUNT(struct request, retries, 0, 1000) },
	{ 't', "timeout", "S",
	    "silence that ends the wait for an answer; default 2",
	    OPT_SECONDS(struct request, fetch.asker.patience, 1000) },
	{ 0, "delay", "MS", "pause before the next request",
	    OPT_MS(struct request, fetch.asker.delay, 0) },
	{ 0, "id", "N", "the unit's device number or channel",
	    OPT_COUNT(struct request, wanted.id, 0, 127) },
	{ 0, "hex", "BYTES",
	    "send this request; {slot} is each of SLOTS, 0-127",
	    OPT_TEXT(struct request, wanted.hex) },
	{ 0, "all", NULL, "also keep answers that are not dumps",
	    OPT_FLAG(struct request, keep.rules.all) },
	OPTION_FORMAT,
	OPTIONS_NAMES,
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "also report each request",
	    OPT_COMMON(verbose) },
	OPTIONS_END,
};

static int
request_check(const struct request *r)
{
	struct cli *c = r->c;
	const bool hex = r->wanted.hex != NULL;
	const struct opt_rule rules[] = {
		{ r->resume && hex,
		    "--resume cannot recognize answers to --hex" },
		{ r->keep.rules.all && !hex, "--all only applies to --hex" },
		{ r->wanted.id != -1 && hex,
		    "--hex already contains the device number" },
		{ false, NULL },
	};

	if (opt_is_standard(r->keep.port))
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--port -: requests and results both use standard output");
	if (r->resume && !sx_store_is_folder(r->keep.store.out)) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--resume needs a folder: --out is '%.200s'",
		    r->keep.store.out);
		return sx_hint(&c->err,
		    "a single output file is never overwritten or appended to");
	}
	return opt_check(c, rules) == -1 ? -1 : receive_check(c, &r->keep);
}

/* Ask the port who is there, and nothing else: r->device gets the one
 * instrument that is. -1 and c->err: none, several, or one that cannot be
 * asked. */
static int
request_auto(struct request *r)
{
	struct cli *c = r->c;
	struct sx_units found = { 0 };
	struct sx_talk t = { 0 };
	int rc = talk_open(&t, c, r->keep.port);
	enum sx_auto what;
	char text[256];
	bool one;

	if (rc == 0)
		rc = sx_who_ask(&t, user_devices(c), SX_WHO_US, &found);
	if (rc == 0) {
		what = sx_auto_choose(user_devices(c), &found, r->device);
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
parse_words(struct request *r)
{
	struct cli *c = r->c;
	char everything[] = "all";
	char *const both[] = { r->device, everything };
	struct sx_wanted *w = &r->wanted;

	w->user = w->hex == NULL ? user_devices(c) : NULL;
	w->words = c->argv + c->next;
	w->nwords = (size_t)(c->argc - c->next);
	if (w->hex == NULL && w->nwords == 1 &&
	    strcmp(w->words[0], "auto") == 0) {
		if (request_auto(r) == -1)
			return -1;
		w->words = both;
		w->nwords = 2;
	}
	if (sx_targets_parse(&r->targets, w, &c->err) == -1)
		return -1;
	r->keep.count = (long)w->dumps;
	return 0;
}

int
request_parse(struct request *r)
{
	struct sx_asker *a = &r->fetch.asker;

	r->keep = (struct receive_opts)RECEIVE_OPTS;
	r->retries = 2;
	r->wanted.id = -1;
	a->patience = PATIENCE_S * 1000000;
	a->delay = -1;
	if (opt_parse(r->c, r) == -1 || request_check(r) == -1)
		return -1;
	/* An answer to --hex may be of several messages: silence ends it. */
	r->keep.rules.split =
	    r->wanted.hex != NULL ? SX_SPLIT_AUTO : SX_SPLIT_MESSAGE;
	if (r->keep.rules.gap > a->patience / 2)
		r->keep.rules.gap = a->patience / 2;
	return parse_words(r);
}
