/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "items.h"
#include "list.h"
#include "own.h"
#include "sxlib/reader.h"
#include "sxlib/store.h"
#include "table.h"
#include "walk.h"

enum {
	OPT_MAKER = OPT_LONG,
	OPT_DEVICE,
	OPT_KIND,
	OPT_SINCE,
	OPT_SORT,
};

#define COLUMNS 10

struct list {
	struct cli *c;
	struct sx_rules rules; /* of these only the makers */
	const char *device;
	int kind;      /* -1: any */
	int64_t since; /* INT64_MIN: ever; files have times before 1970, too */
	enum sort_by sort;
	struct rows rows;
	size_t files, without; /* those without SysEx */
	bool failed;
};

static const struct option_row list_options[] = {
	{ OPT_MAKER, "maker", "MAKER", "only of this maker; repeatable" },
	{ OPT_DEVICE, "device", "DEVICE",
	    "only of devices with this in the name" },
	{ OPT_KIND, "kind", "KIND", "only this: pattern, kit, preset, ..." },
	{ OPT_SINCE, "since", "TIME",
	    "only from then on, UTC: 2026-11-22T05:15" },
	{ OPT_SORT, "sort", "BY",
	    "time, file, maker, device, kind, slot, name or bytes" },
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

/* ---- Options ---- */

/* A day, a day and a time, or the time of a default name. */
static int
parse_since(struct cli *c, const char *arg, int64_t *since)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%SZ",
		"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d" };
	const char *end;
	struct tm tm;
	int day;

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
	    "--since '%s': a day like 2026-11-22 or a time like "
	    "2026-11-22T05:15:30 is needed",
	    arg);
}

static int
take_option(struct list *l, int id, const char *arg)
{
	static const char *const orders[] = { "time", "file", "maker", "device",
		"kind", "slot", "name", "bytes", NULL };
	int rc = 0;

	switch (id) {
	case OPT_MAKER:
		rc = opt_maker(l->c, arg, &l->rules);
		break;
	case OPT_DEVICE:
		l->device = arg;
		break;
	case OPT_KIND:
		rc = l->kind = opt_kind(l->c, arg);
		break;
	case OPT_SINCE:
		rc = parse_since(l->c, arg, &l->since);
		break;
	default:
		rc = opt_word(l->c, "sort", arg, orders);
		l->sort = (enum sort_by)rc;
		break;
	}
	return rc < 0 ? -1 : 0;
}

/* ---- Files in ---- */

static bool
is_wanted(const struct list *l, const struct sx_facts *f)
{
	bool maker = l->rules.nmakers == 0;

	for (size_t i = 0; !maker && i < l->rules.nmakers; i++)
		maker = sx_maker_matches(f->maker_id, l->rules.makers[i]);
	return maker && (l->kind == -1 || (int)f->kind == l->kind) &&
	       (l->device == NULL || strcasestr(f->device, l->device) != NULL);
}

/* What a file is besides its record. */
struct seen {
	struct sx_facts facts; /* of all its messages, joined */
	bool wanted, mixed;
};

static int
read_file(const struct list *l, struct sx_file *f, struct record *r,
    struct seen *seen, struct sx_err *e)
{
	struct sx_item item;
	int rc;

	while ((rc = sx_file_next(f, &item, e)) == 1) {
		if (item.stray)
			continue;
		seen->mixed |=
		    r->messages > 0 && seen->facts.kind != item.facts.kind;
		record_add(r, &seen->facts, &item);
		seen->wanted |= is_wanted(l, &item.facts);
	}
	return rc;
}

static int
add_file(struct list *l, const char *path, struct sx_err *e)
{
	struct sx_file *f = sx_file_open(path, own_devices(l->c), e);
	struct seen seen = { .wanted = false };
	struct record r = { .file = path };
	int rc;

	if (f == NULL)
		return -1;
	l->files++;
	sx_file_skim(f);
	r.time = sx_file_time(f);
	rc = read_file(l, f, &r, &seen, e);
	sx_file_close(f);
	if (r.messages == 0)
		l->without += rc == 0;
	else if (seen.wanted && r.time >= l->since &&
		 rows_add(&l->rows, &r, seen.mixed) == -1)
		return sx_fail_memory(e);
	return rc;
}

/* -1 and c->err only if memory ends: other files can still be read. */
static int
add_files(struct list *l)
{
	static char here[] = ".";
	char *const none[] = { here };
	bool given = l->c->next < l->c->argc;
	struct walk walk = {
		.arguments = given ? l->c->argv + l->c->next : none,
		.count = given ? l->c->argc - l->c->next : 1,
	};
	struct sx_err e = { 0 };
	const char *path;
	int rc = 0;

	while (rc == 0 && (rc = walk_next(&walk, &path, &e)) != 0) {
		if (rc == 1)
			rc = add_file(l, path, &e);
		if (rc == -1 && e.code == SX_ENOMEM) {
			l->c->err = e;
			break;
		}
		if (rc == -1) {
			l->failed = true;
			warn_error(l->c, &e);
		}
		rc = 0;
	}
	walk_end(&walk);
	return rc;
}

/* ---- The table ---- */

struct cells {
	char time[TIME_TEXT], bytes[24], messages[16], maker[80];
	char slot[SLOT_TEXT];
	char id[SX_MAKER_ID_TEXT];
	const char *all[COLUMNS];
};

static void
set_cells(struct cells *t, const struct record *r, bool mixed)
{
	const struct sx_facts *f = r->facts;

	snprintf(t->bytes, sizeof(t->bytes), "%" PRIu64, r->bytes);
	snprintf(t->messages, sizeof(t->messages), "%zu", r->messages);
	snprintf(t->maker, sizeof(t->maker), "%s", f->maker);
	if (f->maker[0] == '\0' && f->maker_len > 0)
		snprintf(t->maker, sizeof(t->maker), "ID %s",
		    sx_maker_id_text(f->maker_id, t->id));
	t->all[0] = time_text(t->time, r->time);
	t->time[sizeof("2026-11-22T05:15:30") - 1] = '\0';
	t->all[1] = t->bytes;
	t->all[2] = t->messages;
	t->all[3] = t->maker;
	t->all[4] = f->device;
	t->all[5] = mixed ? "several" : sx_kind_text(f->kind);
	t->all[6] = slot_text(t->slot, f);
	t->all[7] = f->name;
	t->all[8] = r->damage.kind != SX_DAMAGE_NONE
			? "DAMAGED"
			: sx_checksum_text(f->checksum);
	t->all[9] = r->file;
}

static void
print_rows(const struct list *l)
{
	static const char *const header[COLUMNS] = { "Time (UTC)", "Bytes",
		"Messages", "Maker", "Device", "Kind", "Slot", "Name",
		"Checksum", "File" };
	struct table t = { .columns = COLUMNS, .right = 6 };
	const struct rows *rows = &l->rows;
	struct sx_facts facts;
	struct record record;
	struct cells cells;

	table_measure(&t, header);
	for (size_t i = 0; !l->c->json && i < rows->n; i++) {
		record = row_record(&rows->rows[i], &facts);
		set_cells(&cells, &record, rows->rows[i].mixed);
		table_measure(&t, cells.all);
	}
	if (!l->c->json && rows->n > 0)
		table_line(&t, header, stdout);
	for (size_t i = 0; i < rows->n; i++) {
		record = row_record(&rows->rows[i], &facts);
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
	struct list l = { .c = c, .kind = -1, .since = INT64_MIN };
	const char *arg;
	int id;

	while ((id = opt_next(c, &arg)) > 0)
		if (take_option(&l, id, arg) == -1) {
			id = -1;
			break;
		}
	if (id == 0 && add_files(&l) == 0) {
		rows_sort(&l.rows, l.sort);
		print_rows(&l);
		say(c, "%zu of %zu file%s; %zu hold%s no SysEx", l.rows.n,
		    l.files, plural(l.files), l.without,
		    l.without == 1 ? "s" : "");
	}
	rows_free(&l.rows);
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
