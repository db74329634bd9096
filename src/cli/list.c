/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "sounds.h"
#include "sxlib/list.h"
#include "sxlib/list_page.h"
#include "sxlib/record.h"
#include "sxlib/store.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/status.h"
#include "term/table.h"
#include "user.h"

#define COLUMNS 10

struct list {
	struct cli *c;
	struct sx_rules rules; /* of these only the makers */
	struct sx_list found;
	enum sx_sort sort;
	bool sounds; /* a row for each of these, not for each file */
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
	return sx_fail(&c->err, SX_EUSAGE, 0,
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

/* -1 and c->err only if memory ends: other files can still be read. */
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
		c->worst = status_worse(c->worst, status_of(&e));
		warn_error(c, &e);
	}
	say_skipped(c, found->walk.skipped);
	if (rc == 0 && found->walk.files == 0 && !l->failed)
		sx_walk_nothing(&found->walk, &c->err);
	else if (rc == 0 && found->without == found->walk.files)
		c->err = found->nothing;
	return rc;
}

/* ---- The table ---- */

struct cells {
	char time[SX_TIME_TEXT], bytes[24], messages[16], maker[SX_FACTS_MAKER];
	char slot[SX_FACTS_SLOT];
	const char *all[COLUMNS];
};

static void
set_cells(struct cells *t, const struct sx_record *r, bool mixed)
{
	const struct sx_facts *f = r->facts;

	snprintf(t->bytes, sizeof(t->bytes), "%" PRIu64, r->bytes);
	snprintf(t->messages, sizeof(t->messages), "%zu", r->messages);
	(void)sx_time_text(t->time, r->time);
	t->time[sizeof("2026-11-22T05:15:30") - 1] = '\0';
	t->all[0] = t->time;
	t->all[1] = t->bytes;
	t->all[2] = t->messages;
	t->all[3] = sx_facts_maker(t->maker, f);
	t->all[4] = f->device;
	t->all[5] = mixed ? "several" : sx_kind_text(f->kind);
	t->all[6] = sx_facts_slot(t->slot, f);
	t->all[7] = f->name;
	t->all[8] = r->damage.kind != SX_DAMAGE_NONE
			? "DAMAGED"
			: sx_checksum_text(f->checksum);
	t->all[9] = r->file;
}

static void
list_print_rows(const struct list *l)
{
	static const char *const header[COLUMNS] = { "Time (UTC)", "Bytes",
		"Messages", "Maker", "Device", "Kind", "Slot", "Name",
		"Checksum", "File" };
	struct table t = {
		.columns = COLUMNS, .right = 6, .cut = 3 << 3, .loose = true
	};
	const struct sx_rows *rows = &l->found.rows;
	struct sx_facts facts;
	const struct sx_row *row;
	struct sx_record record;
	struct cells cells;

	table_screen(&t, l->c);
	table_measure(&t, header);
	for (size_t i = 0; !l->c->json && i < rows->n; i++) {
		row = sx_rows_at(rows, i);
		record = sx_row_record(row, &facts);
		set_cells(&cells, &record, row->mixed);
		table_measure(&t, cells.all);
	}
	if (!l->c->json && rows->n > 0)
		table_line(&t, header, stdout);
	for (size_t i = 0; i < rows->n; i++) {
		row = sx_rows_at(rows, i);
		record = sx_row_record(row, &facts);
		if (l->c->json) {
			print_json(stdout, &record);
			continue;
		}
		set_cells(&cells, &record, row->mixed);
		table_line(&t, cells.all, stdout);
	}
	flush_result(l->c);
}

/* ---- Sounds ---- */

static void
list_print_sounds(const struct list *l, struct sound_table *t)
{
	struct sx_facts facts;
	struct sx_record r;

	if (sx_rows_sort(&t->rows, l->sort) == -1) {
		sx_fail_memory(&l->c->err);
		return;
	}
	if (!l->c->json)
		print_sound_table(t, true);
	for (size_t i = 0; l->c->json && i < t->rows.n; i++) {
		const struct sx_row *row = sx_rows_at(&t->rows, i);

		r = sx_row_record(row, &facts);
		print_sound_record(&r, sx_row_ref(row), row->number);
	}
	flush_result(l->c);
}

/* Sounds that match as files do. */
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
	static const enum sound_cell columns[] = { SOUND_MAKER, SOUND_DEVICE,
		SOUND_KIND, SOUND_SLOT, SOUND_NAME, SOUND_REFERENCE };
	struct cli *c = l->c;
	struct sx_find f = list_find(l);
	struct sound_table t = { .columns = columns,
		.table = {
		    .columns = 6, .right = 8, .cut = 3, .loose = true } };

	table_screen(&t.table, c);

	if (each_found(c, &f, add_found, &t, &l->failed) == 0) {
		list_print_sounds(l, &t);
		say(c, "%zu of %zu sound%s in %zu file%s", f.found, f.sounds,
		    plural(f.sounds), f.files, plural(f.files));
	}
	sx_find_end(&f);
	sx_rows_free(&t.rows);
}

static void
list_files(struct list *l)
{
	struct cli *c = l->c;

	if (list_read_files(l) != 0)
		return;
	if (sx_rows_sort(&l->found.rows, l->sort) == -1) {
		sx_fail_memory(&c->err);
		return;
	}
	list_print_rows(l);
	say(c, "%zu of %zu file%s; %zu contain%s no SysEx", l->found.rows.n,
	    l->found.files, plural(l->found.files), l->found.without,
	    l->found.without == 1 ? "s" : "");
}

/* A file has all its sounds in the page, whatever kind of it was asked for. */
static void
list_html(struct list *l)
{
	struct sx_find sounds = list_find(l);
	struct cli *c = l->c;
	size_t n;

	sounds.kind = -1;
	if (list_read_files(l) != 0 || l->found.files == 0)
		return;
	if (sx_rows_sort(&l->found.rows, l->sort) == -1)
		sx_fail_memory(&c->err);
	else if (sx_list_page(stdout, &l->found.rows, &sounds, &n, &c->err) ==
		 0)
		say(c, "%zu of %zu file%s, %zu sound%s", l->found.rows.n,
		    l->found.files, plural(l->found.files), n, plural(n));
	sx_find_end(&sounds);
}

static enum status
run_list(struct cli *c)
{
	struct list l = { .c = c, .found = { .kind = -1, .since = INT64_MIN } };

	if (opt_parse(c, &l) == 0) {
		set_walk(c, &l.found.walk);
		l.found.user = user_devices(c);
		l.found.makers = l.rules.makers;
		l.found.nmakers = l.rules.nmakers;
		if (l.html && c->json)
			sx_fail(&c->err, SX_EUSAGE, 0,
			    "--html and --json are mutually exclusive");
		else if (l.html && l.sounds)
			sx_fail(&c->err, SX_EUSAGE, 0,
			    "--html and --sounds are mutually exclusive: the "
			    "page has all sounds");
		else if (l.html)
			list_html(&l);
		else if (l.sounds)
			list_sounds(&l);
		else
			list_files(&l);
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
