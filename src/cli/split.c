/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "commands.h"
#include "rewrite.h"

enum {
	OPT_SPLIT = OPT_LONG,
	OPT_GAP,
	OPT_KEEP_STRAY,
	OPT_NAME,
	OPT_LABEL,
	OPT_FIRST,
};

static const struct option_row split_options[] = {
	{ 'o', "out", "FOLDER", "where the files go (needed)" },
	{ OPT_SPLIT, "split", "auto|message|gap",
	    "what a dump is; default message" },
	{ OPT_GAP, "gap", "MS", "time between dumps, in a .mid (1000)" },
	{ OPT_KEEP_STRAY, "keep-stray", NULL,
	    "also keep the bytes of no message" },
	{ OPT_NAME, "name", "TEMPLATE", "names of the files, without suffix" },
	{ OPT_LABEL, "label", "TEXT", "{label} in the template" },
	{ OPT_FIRST, "first", "N", "where {n} begins" },
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

static int
take_option(struct cli *c, struct rewrite *r, int id, const char *arg)
{
	struct sx_store_opts *o = &r->store_opts;
	int rc = 0;

	switch (id) {
	case 'o':
		o->out = arg;
		break;
	case OPT_SPLIT:
		rc = opt_split(c, arg, &r->split);
		break;
	case OPT_GAP:
		rc = opt_time(c, "gap", arg, 0, OPT_MS, &r->gap);
		break;
	case OPT_KEEP_STRAY:
		r->leave_stray = false;
		break;
	case OPT_NAME:
		o->name = arg;
		break;
	case OPT_LABEL:
		o->label = arg;
		break;
	default:
		rc = opt_count(c, "first", arg, 0, 999999999, &o->first);
		break;
	}
	return rc < 0 ? -1 : 0;
}

/* Items of a file, as many digits as the default template needs. It is begun
 * again, not opened again: a pipe gives its bytes once. */
static int
count_digits(struct cli *c, struct sx_file *f)
{
	struct sx_item item;
	int digits = 2, rc;
	size_t n = 0;

	while ((rc = sx_file_next(f, &item, &c->err)) == 1)
		n++;
	sx_file_rewind(f);
	for (; n > 99; n /= 10)
		digits++;
	return rc == 0 ? digits : -1;
}

/*
 * The default names sort as the messages stand in the file, so that
 * "sxlib join out/" puts it together again.
 */
static char *
default_name(struct cli *c, struct sx_file *f)
{
	int digits = count_digits(c, f);
	char *name;

	if (digits == -1)
		return NULL;
	if (asprintf(&name, "{time}-{n:0%d}-{maker}-{device}-{kind}{slot}",
		digits) == -1) {
		sx_fail_memory(&c->err);
		return NULL;
	}
	return name;
}

/* No folder is made for a file of which nothing could be put there. */
static int
check_items(struct cli *c, struct sx_file *f, const char *path)
{
	struct sx_item item;
	int rc = sx_file_next(f, &item, &c->err);

	sx_file_rewind(f);
	if (rc == 0)
		rc = sx_fail(&c->err, SX_EDATA, 0, "'%s' holds no SysEx", path);
	return rc == 1 ? 0 : -1;
}

static void
split_file(struct cli *c, struct rewrite *r, const char *path)
{
	struct sx_file *f = rewrite_open(c, path, &c->err);
	char *name = NULL;

	if (f == NULL)
		return;
	if (r->store_opts.name == NULL)
		r->store_opts.name = name = default_name(c, f);
	if (r->store_opts.name != NULL &&
	    sx_store_check(&r->store_opts, &c->err) == 0 &&
	    check_items(c, f, path) == 0 && rewrite_begin(r) == 0 &&
	    rewrite_file(r, path, f) == 0 && rewrite_finish(r) == 0)
		say(c, "%zu message%s in %zu file%s", r->messages,
		    plural(r->messages), r->dumps, plural(r->dumps));
	else if (r->dumps > 0)
		say(c, "%zu file%s had been made before", r->dumps,
		    plural(r->dumps));
	if (c->err.code == SX_OK && r->leave_stray && r->stray > 0)
		warn(c,
		    "%ju byte%s of no message left out: --keep-stray keeps "
		    "them",
		    (uintmax_t)r->stray_bytes, plural(r->stray_bytes));
	sx_file_close(f);
	free(name);
}

static enum status
run_split(struct cli *c)
{
	struct rewrite r = { .c = c,
		.as = AS_DUMPS,
		.store_opts = { .first = -1, .number_all = true },
		.split = SX_SPLIT_MESSAGE,
		.gap = 1000000,
		.leave_stray = true };
	const char *arg, *path;
	int id;

	while ((id = opt_next(c, &arg)) > 0)
		if (take_option(c, &r, id, arg) == -1)
			return ST_OK;
	if (id == -1)
		return ST_OK;
	path = c->argv[c->next];
	if (c->argc - c->next != 1)
		sx_fail(&c->err, SX_EUSAGE, 0, "one file is needed");
	else if (r.store_opts.out == NULL)
		sx_fail(&c->err, SX_EUSAGE, 0, "--out FOLDER is needed");
	else
		split_file(c, &r, path);
	rewrite_free(&r);
	return ST_OK;
}

const struct command cmd_split = {
	.name = "split",
	.synopsis = "FILE --out FOLDER [options]",
	.summary = "Make a file of each message or dump of one",
	.options = split_options,
	.run = run_split,
};
