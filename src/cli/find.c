/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>

#include "commands.h"
#include "sounds.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

struct find {
	struct cli *c;
	struct sx_rules rules; /* only the makers */
	struct sx_find found;
	struct sx_rows rows; /* printed once all are known */
};

static const struct option_row find_options[] = {
	{ 0, "exact", NULL, "the whole name, ignoring case and spaces",
	    OPT_VALUE(struct find, found.how, SX_FIND_EXACT) },
	{ 0, "regex", NULL, "TEXT is an extended regular expression",
	    OPT_VALUE(struct find, found.how, SX_FIND_REGEX) },
	{ 0, "maker", "MAKER", "only this maker; repeatable",
	    OPT_MAKER(struct find, rules) },
	{ 0, "device", "DEVICE", "only devices whose name contains this",
	    OPT_TEXT(struct find, found.device) },
	{ 'q', "quiet", NULL, "only the references: FILE:SLOT or FILE:#N",
	    OPT_COMMON(quiet) },
	OPTION_JSON,
	OPTIONS_END,
};

static int
find_print_reference(void *to, const struct sx_found *found)
{
	(void)to;
	print_sound_path(found->record.file, found->ref);
	return 0;
}

static int
find_print_found_json(void *to, const struct sx_found *found)
{
	(void)to;
	print_sound_record(&found->record, found->ref, found->index);
	return 0;
}

static void
find_look_for(struct find *f)
{
	static const enum row_cell cells[] = { CELL_REFERENCE, CELL_NAME,
		CELL_DEVICE };
	struct row_columns columns = { cells, { .columns = 3, .cut = 4 } };
	struct cli *c = f->c;
	bool failed = false;
	int rc;

	rc = each_found(c, &f->found,
	    c->json    ? find_print_found_json
	    : c->quiet ? find_print_reference
		       : add_found,
	    &f->rows, &failed);
	print_rows(c, &columns, &f->rows, false);
	if (rc == 0 && f->found.found == 0)
		c->worst = status_worse(c->worst, ST_FAILED);
	if (rc == 0)
		say_found(c, &f->found);
}

static enum status
run_find(struct cli *c)
{
	struct find f = { .c = c, .found = { .kind = -1, .since = INT64_MIN } };

	if (opt_parse(c, &f) == 0 &&
	    opt_arguments(c, 1, INT_MAX, "missing TEXT") == 0 &&
	    opt_exclude(c, "exact", "regex") == 0) {
		f.found.text = c->argv[c->next++];
		f.found.user = user_devices(c);
		f.found.makers = f.rules.makers;
		f.found.nmakers = f.rules.nmakers;
		opt_walk(c, &f.found.walk);
		find_look_for(&f);
	}
	sx_find_end(&f.found);
	sx_rows_free(&f.rows);
	free((void *)(uintptr_t)f.rules.makers);
	return ST_OK;
}

const struct command cmd_find = {
	.name = "find",
	.synopsis = "[options] TEXT [FILE|FOLDER...]",
	.summary = "Find sounds by name, including inside banks",
	.options = find_options,
	.run = run_find,
};
