/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "sounds.h"
#include "sxlib/list.h"
#include "sxlib/list_page.h"
#include "sxlib/store.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

struct list {
	struct cli *c;
	struct sx_rules rules; /* only the makers */
	struct sx_list found;
	enum sx_sort sort;
	bool sounds; /* one row per sound, not per file */
	bool html;
	bool failed; /* a file or folder could not be read */
};

/* ---- Options ---- */

static int
list_take_since(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	struct list *l = opts;

	(void)row;
	l->found.since = sx_time_typed(arg);
	if (l->found.since != INT64_MIN)
		return 0;
	return opt_fail(c,
	    "--since '%s': expected a day such as 2026-11-22 or a time such as "
	    "2026-11-22T05:15:30",
	    arg);
}

static const char *const list_orders[] = { "time", "file", "maker", "device",
	"kind", "slot", "name", "bytes", NULL };

static const struct option_row list_options[] = {
	{ 0, "maker", "MAKER", "only this maker; repeatable",
	    OPT_MAKER(struct list, rules) },
	{ 0, "device", "DEVICE", "only devices whose name contains this",
	    OPT_TEXT(struct list, found.device) },
	{ 0, "kind", "KIND", "only this kind: pattern, kit, preset, ...",
	    OPT_KIND(struct list, found.kind) },
	{ 0, "since", "TIME", "only since then, UTC: 2026-11-22T05:15",
	    OPT_BY(list_take_since) },
	{ 0, "sort", "BY",
	    "time, file, maker, device, kind, slot, name or bytes",
	    OPT_WORD(struct list, sort, list_orders) },
	{ 0, "sounds", NULL, "one row per sound, including those inside banks",
	    OPT_FLAG(struct list, sounds) },
	{ 0, "html", NULL, "one page for a browser, with all sounds",
	    OPT_FLAG(struct list, html) },
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

/* Returns -1 and sets c->err if memory runs out. Other failures are reported,
 * and the remaining files are read. */
static int
list_read_files(struct list *l)
{
	struct sx_list *found = &l->found;
	struct cli *c = l->c;
	struct sx_err e = { 0 };
	int rc;

	while ((rc = sx_list_next(found, &e)) != 0) {
		if (rc == 1)
			continue;
		if (e.code == SX_ENOMEM) {
			c->err = e;
			break;
		}
		l->failed = true;
		warn_counted(c, &e);
	}
	say_walked(c, &found->walk, l->failed, found->without, &found->nothing);
	return rc;
}

static int
list_sort(struct list *l, struct sx_rows *rows)
{
	if (sx_rows_sort(rows, l->sort) == -1)
		return sx_fail_memory(&l->c->err);
	return 0;
}

/* Return a search for sounds that matches like that for files. */
static struct sx_find
list_find(const struct list *l)
{
	const struct sx_list *files = &l->found;

	return (struct sx_find){ .walk = files->walk,
		.user = files->user,
		.makers = files->makers,
		.nmakers = files->nmakers,
		.device = files->device,
		.kind = files->kind,
		.since = files->since };
}

static void
list_sounds(struct list *l)
{
	static const enum row_cell cells[] = { CELL_SOUND_MAKER, CELL_DEVICE,
		CELL_KIND, CELL_SLOT, CELL_NAME, CELL_REFERENCE };
	struct row_columns columns = { cells,
		{ .columns = 6, .right = 8, .cut = 3, .loose = true } };
	struct sx_find f = list_find(l);
	struct sx_rows rows = { 0 };

	if (each_found(l->c, &f, add_found, &rows, &l->failed) == 0) {
		if (list_sort(l, &rows) == 0)
			print_rows(l->c, &columns, &rows, true);
		say_found(l->c, &f);
	}
	sx_find_end(&f);
	sx_rows_free(&rows);
}

static void
list_files(struct list *l)
{
	static const enum row_cell cells[] = { CELL_TIME, CELL_BYTES,
		CELL_MESSAGES, CELL_MAKER, CELL_DEVICE, CELL_KIND, CELL_SLOT,
		CELL_NAME, CELL_CHECKSUM, CELL_FILE };
	struct row_columns columns = { cells,
		{ .columns = 10, .right = 6, .cut = 3 << 3, .loose = true } };
	const struct sx_list *found = &l->found;

	if (list_read_files(l) != 0 || list_sort(l, &l->found.rows) == -1)
		return;
	print_rows(l->c, &columns, &found->rows, true);
	say(l->c, "%zu of %zu file%s; %zu contain%s no SysEx", found->rows.n,
	    found->files, plural(found->files), found->without,
	    found->without == 1 ? "s" : "");
}

/* Print the page. A file shows all its sounds, whatever --kind selects. */
static void
list_html(struct list *l)
{
	struct sx_find sounds = list_find(l);
	struct cli *c = l->c;
	size_t n;

	sounds.kind = -1;
	if (list_read_files(l) != 0 || l->found.files == 0)
		return;
	if (list_sort(l, &l->found.rows) == 0 &&
	    sx_list_page(stdout, &l->found.rows, &sounds, &n, &c->err) == 0)
		say(c, "%zu of %zu file%s, %zu sound%s", l->found.rows.n,
		    l->found.files, plural(l->found.files), n, plural(n));
	sx_find_end(&sounds);
}

static void
list_run(struct list *l)
{
	if (l->html && l->sounds)
		opt_fail(l->c, "--html and --sounds are mutually exclusive: "
			       "the page has all sounds");
	else if (l->html)
		list_html(l);
	else if (l->sounds)
		list_sounds(l);
	else
		list_files(l);
}

static enum status
run_list(struct cli *c)
{
	struct list l = { .c = c, .found = { .kind = -1, .since = INT64_MIN } };

	if (opt_parse(c, &l) == 0) {
		opt_walk(c, &l.found.walk);
		l.found.user = user_devices(c);
		l.found.makers = l.rules.makers;
		l.found.nmakers = l.rules.nmakers;
		if (opt_exclude(c, "html", "json") == 0)
			list_run(&l);
	}
	sx_list_end(&l.found);
	free((void *)(uintptr_t)l.rules.makers);
	return l.failed ? ST_FAILED : ST_OK;
}

const struct command cmd_list = {
	.name = "list",
	.synopsis = "[options] [FILE|FOLDER...]",
	.summary = "List a collection of dumps, newest first",
	.options = list_options,
	.run = run_list,
};
