/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "json.h"
#include "opt.h"
#include "say.h"
#include "sxlib/list.h"
#include "sxlib/record.h"
#include "sxlib/store.h"
#include "table.h"
#include "user.h"

#define COLUMNS 10

struct list {
	struct cli *c;
	struct sx_rules rules; /* of these only the makers */
	struct sx_list found;
	enum sx_sort sort;
	bool failed; /* a file or folder could not be read */
};

/* ---- Options ---- */

/* A day, a day and a time, or the time of a default name. */
static int
list_take_since(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%SZ",
		"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d" };
	struct list *l = opts;
	int64_t *since = &l->found.since;
	const char *end;
	struct tm tm;
	int day;

	(void)row;
	*since = sx_time_parse(arg);
	if (*since != -1)
		return 0;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		tm = (struct tm){ 0 };
		end = strptime(arg, forms[i], &tm);
		if (end == NULL || *end != '\0')
			continue;
		day = tm.tm_mday;
		*since = (int64_t)timegm(&tm) * 1000000;
		/* timegm() takes the 31st of February for one of March. */
		if (tm.tm_mday == day)
			return 0;
	}
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
		warn_error(c, &e);
	}
	say_skipped(c, found->walk.skipped);
	if (rc == 0 && found->walk.files == 0 && !l->failed)
		sx_walk_nothing(&found->walk, &c->err);
	else if (rc == 0 && found->without == found->walk.files)
		c->err = found->nothing;
	return rc;
}

/* All of the arguments, or the folder that one is in. */
static void
set_walk(struct list *l)
{
	static char here[] = ".";
	static char *const none[] = { here };
	struct cli *c = l->c;

	l->found.walk.arguments = c->next < c->argc ? c->argv + c->next : none;
	l->found.walk.count = c->next < c->argc ? c->argc - c->next : 1;
}

/* ---- The table ---- */

struct cells {
	char time[SX_TIME_TEXT], bytes[24], messages[16], maker[80];
	char slot[SX_FACTS_SLOT];
	char id[SX_MAKER_ID_TEXT];
	const char *all[COLUMNS];
};

static void
set_cells(struct cells *t, const struct sx_record *r, bool mixed)
{
	const struct sx_facts *f = r->facts;

	snprintf(t->bytes, sizeof(t->bytes), "%" PRIu64, r->bytes);
	snprintf(t->messages, sizeof(t->messages), "%zu", r->messages);
	snprintf(t->maker, sizeof(t->maker), "%s", f->maker);
	if (f->maker[0] == '\0' && f->maker_len > 0)
		snprintf(t->maker, sizeof(t->maker), "ID %s",
		    sx_maker_id_text(f->maker_id, t->id));
	(void)sx_time_text(t->time, r->time);
	t->time[sizeof("2026-11-22T05:15:30") - 1] = '\0';
	t->all[0] = t->time;
	t->all[1] = t->bytes;
	t->all[2] = t->messages;
	t->all[3] = t->maker;
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
	struct table t = { .columns = COLUMNS, .right = 6 };
	const struct sx_rows *rows = &l->found.rows;
	struct sx_facts facts;
	struct sx_record record;
	struct cells cells;

	table_measure(&t, header);
	for (size_t i = 0; !l->c->json && i < rows->n; i++) {
		record = sx_row_record(&rows->rows[i], &facts);
		set_cells(&cells, &record, rows->rows[i].mixed);
		table_measure(&t, cells.all);
	}
	if (!l->c->json && rows->n > 0)
		table_line(&t, header, stdout);
	for (size_t i = 0; i < rows->n; i++) {
		record = sx_row_record(&rows->rows[i], &facts);
		if (l->c->json) {
			print_json(stdout, &record);
			continue;
		}
		set_cells(&cells, &record, rows->rows[i].mixed);
		table_line(&t, cells.all, stdout);
	}
	flush_result(l->c);
}

static enum status
run_list(struct cli *c)
{
	struct list l = { .c = c, .found = { .kind = -1, .since = INT64_MIN } };
	int rc;

	rc = opt_parse(c, &l);
	if (rc == 0) {
		set_walk(&l);
		l.found.user = user_devices(c);
		l.found.makers = l.rules.makers;
		l.found.nmakers = l.rules.nmakers;
	}
	if (rc == 0 && list_read_files(&l) == 0) {
		sx_rows_sort(&l.found.rows, l.sort);
		list_print_rows(&l);
		say(c, "%zu of %zu file%s; %zu contain%s no SysEx",
		    l.found.rows.n, l.found.files, plural(l.found.files),
		    l.found.without, l.found.without == 1 ? "s" : "");
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
