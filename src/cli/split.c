/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "commands.h"
#include "rewrite.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

static const char *const split_words[] = { "auto", "message", "gap", "sound",
	NULL };
#define SPLIT_SOUND 3

static const struct option_row split_options[] = {
	{ 'o', "out", "FOLDER", "output folder (required)",
	    OPT_TEXT(struct rewrite, work.store_opts.out) },
	{ 0, "split", "auto|message|gap|sound",
	    "what goes into a file; default message",
	    OPT_WORD(struct rewrite, work.split, split_words) },
	{ 0, "gap", "MS", "time between dumps in a .mid; default 1000",
	    OPT_MS(struct rewrite, work.gap, 0) },
	{ 0, "keep-stray", NULL, "also keep bytes outside any message",
	    OPT_UNSET(struct rewrite, work.leave_stray) },
	{ 0, "name", "TEMPLATE", "file name template, without suffix",
	    OPT_TEXT(struct rewrite, work.store_opts.name) },
	{ 0, "label", "TEXT", "value of {label} in the template",
	    OPT_TEXT(struct rewrite, work.store_opts.label) },
	{ 0, "first", "N", "first value of {n}",
	    OPT_COUNT(struct rewrite, work.store_opts.first, 0, 999999999) },
	{ 0, "force", NULL, "use the readable part of a malformed file",
	    OPT_FLAG(struct rewrite, work.force) },
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

/* Check the store's options before the file. */
static int
split_prepare(
    struct rewrite *r, struct sx_file *f, const char *path, char **name)
{
	struct sx_store_opts *o = &r->work.store_opts;
	size_t items;

	if (sx_store_check(o, &r->c->err) == -1 ||
	    sx_rewrite_count(&r->work, f, path, &items, &r->c->err) == -1)
		return r->work.malformed ? rewrite_malformed(r) : -1;
	if (o->name == NULL)
		o->name = *name = sx_rewrite_name(items, false, &r->c->err);
	return o->name != NULL ? rewrite_begin(r) : -1;
}

/* Report an early end, and the files written before it. */
static void
split_stopped(const struct rewrite *r, const char *path)
{
	rewrite_stopped(r, path);
	if (r->work.dumps > 0)
		say(r->c, "%zu file%s written before that", r->work.dumps,
		    plural(r->work.dumps));
}

static void
split_file(struct cli *c, struct rewrite *r, const char *path)
{
	struct sx_file *f = sx_file_open_any(path, user_devices(c), &c->err);
	char *name = NULL;

	if (f == NULL)
		return;
	if (split_prepare(r, f, path, &name) == 0 &&
	    rewrite_file(r, path, f) == 0 && rewrite_finish(r) == 0) {
		say(c, "%zu message%s in %zu file%s", r->work.messages,
		    plural(r->work.messages), r->work.dumps,
		    plural(r->work.dumps));
	} else {
		split_stopped(r, path);
	}
	if (c->err.code == SX_OK && r->work.leave_stray && r->work.stray > 0)
		warn(c,
		    "%ju byte%s outside any message left out: --keep-stray "
		    "keeps them",
		    (uintmax_t)r->work.stray_bytes,
		    plural(r->work.stray_bytes));
	sx_file_close(f);
	free(name);
}

/* Write one file per sound, in the form that the unit itself would send. */
static int
split_each(struct rewrite *r, const struct sx_pick *p)
{
	struct cli *c = r->c;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->refs.n; i++) {
		struct sx_messages m;
		struct sx_file *f =
		    sx_pick_file(p, i, SX_PICK_SINGLE, &m, &c->err);

		rc = f != NULL ? rewrite_file(r, p->refs.ref.path, f) : -1;
		if (rc == 0 && m.dropped > 0)
			say(c, "sound %zu:", i + 1);
		rewrite_dropped(c, &m);
		sx_file_close(f);
		sx_messages_free(&m);
	}
	return rc;
}

static void
split_sounds(struct cli *c, struct rewrite *r, const char *arg)
{
	struct sx_store_opts *o = &r->work.store_opts;
	struct sx_pick p = { .user = NULL };
	char *name = NULL;

	/* All messages of a sound are one dump. */
	r->work.split = SX_SPLIT_GAP;
	if (sx_store_check(o, &c->err) == -1 ||
	    sx_pick_load(&p, arg, user_devices(c), &c->err) == -1) {
		sx_pick_free(&p);
		return;
	}
	if (o->name == NULL)
		o->name = name = sx_rewrite_name(p.refs.n, true, &c->err);
	if (o->name != NULL && rewrite_begin(r) == 0 &&
	    split_each(r, &p) == 0 && rewrite_finish(r) == 0)
		say(c, "%zu sound%s in %zu file%s", p.refs.n, plural(p.refs.n),
		    r->work.dumps, plural(r->work.dumps));
	else
		split_stopped(r, arg);
	sx_pick_free(&p);
	free(name);
}

static enum status
run_split(struct cli *c)
{
	struct rewrite r = { .c = c,
		.work = { .as = SX_AS_DUMPS,
		    .store_opts = { .first = -1, .number_all = true },
		    .split = SX_SPLIT_MESSAGE,
		    .gap = 1000000,
		    .leave_stray = true } };
	const char *path;

	if (opt_parse(c, &r) == -1 ||
	    opt_arguments(c, 1, 1, "expected one FILE") == -1)
		return ST_OK;
	path = c->argv[c->next];
	if (r.work.store_opts.out == NULL)
		opt_fail(c, "missing --out FOLDER");
	else if ((int)r.work.split == SPLIT_SOUND || sx_pick_is_ref(path))
		split_sounds(c, &r, path);
	else
		split_file(c, &r, path);
	rewrite_free(&r);
	return ST_OK;
}

const struct command cmd_split = {
	.name = "split",
	.synopsis = "FILE --out FOLDER [options]",
	.summary = "Split a file into one file per message, dump or sound",
	.options = split_options,
	.run = run_split,
};
