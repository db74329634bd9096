/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "commands.h"
#include "opt.h"
#include "rewrite.h"
#include "say.h"
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

/*
 * Count the items, and see that one of them is to be written: no folder is made
 * for a file of which nothing could be put there. It is begun again, not opened
 * again: a pipe gives its bytes once.
 */
static int
count_items(
    const struct rewrite *r, struct sx_file *f, const char *path, size_t *n)
{
	struct sx_err *e = &r->c->err;
	struct sx_item item;
	size_t messages = 0;
	int rc;

	for (*n = 0; (rc = sx_file_next(f, &item, e)) == 1; (*n)++)
		messages += !item.stray;
	sx_file_rewind(f);
	if (rc == -1 && (!r->work.force || e->code != SX_EDATA))
		return rewrite_malformed(r);
	/* With --force, it is said when they are written. */
	*e = (struct sx_err){ 0 };
	if (messages > 0 ||
	    (*n > 0 && !r->work.leave_stray && sx_is_damaged_name(path)))
		return 0;
	return sx_file_nothing(f, e);
}

/*
 * The default names sort as the messages stand in the file, so that
 * "sxlib join out/" puts it together again.
 */
static char *
default_name(struct cli *c, size_t items, bool sounds)
{
	int digits = 2;
	char *name;

	for (; items > 99; items /= 10)
		digits++;
	if (asprintf(&name, "{time}-{n:0%d}-{maker}-{device}-{kind}{slot}%s",
		digits, sounds ? "-{name}" : "") == -1) {
		sx_fail_memory(&c->err);
		return NULL;
	}
	return name;
}

/* The store's options are checked before the file is. */
static int
split_prepare(
    struct rewrite *r, struct sx_file *f, const char *path, char **name)
{
	struct sx_store_opts *o = &r->work.store_opts;
	size_t items;

	if (sx_store_check(o, &r->c->err) == -1 ||
	    count_items(r, f, path, &items) == -1)
		return -1;
	if (o->name == NULL)
		o->name = *name = default_name(r->c, items, false);
	return o->name != NULL ? rewrite_begin(r) : -1;
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
		rewrite_stopped(r, path);
		if (r->work.dumps > 0)
			say(c, "%zu file%s already existed", r->work.dumps,
			    plural(r->work.dumps));
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

/* One file for each sound, as the unit itself would send it. */
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
		o->name = name = default_name(c, p.refs.n, true);
	if (o->name != NULL && rewrite_begin(r) == 0 &&
	    split_each(r, &p) == 0 && rewrite_finish(r) == 0)
		say(c, "%zu sound%s in %zu file%s", p.refs.n, plural(p.refs.n),
		    r->work.dumps, plural(r->work.dumps));
	else
		rewrite_stopped(r, arg);
	if (c->err.code != SX_OK && r->work.dumps > 0)
		say(c, "%zu file%s had been made before", r->work.dumps,
		    plural(r->work.dumps));
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

	if (opt_parse(c, &r) == -1)
		return ST_OK;
	path = c->argv[c->next];
	if (c->argc - c->next != 1)
		sx_fail(&c->err, SX_EUSAGE, 0, "expected one FILE");
	else if (r.work.store_opts.out == NULL)
		sx_fail(&c->err, SX_EUSAGE, 0, "missing --out FOLDER");
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
