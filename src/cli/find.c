/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "commands.h"
#include "sounds.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

struct find {
	struct cli *c;
	struct sx_rules rules; /* of these only the makers */
	struct sx_find found;
	bool exact, regex;
	struct sound_table table; /* printed when all are known */
};

static const struct option_row find_options[] = {
	{ 0, "exact", NULL, "the whole name, ignoring case and spaces",
	    OPT_FLAG(struct find, exact) },
	{ 0, "regex", NULL, "TEXT is an extended regular expression",
	    OPT_FLAG(struct find, regex) },
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
print_reference(void *to, const struct sx_found *found)
{
	(void)to;
	print_sound_path(found->record.file, found->ref);
	return 0;
}

static int
print_found_json(void *to, const struct sx_found *found)
{
	(void)to;
	print_sound_record(&found->record, found->ref, found->index);
	return 0;
}

static void
look_for(struct find *f)
{
	struct cli *c = f->c;
	bool failed = false;
	int rc;

	if (c->json)
		rc = each_found(c, &f->found, print_found_json, f, &failed);
	else if (c->quiet)
		rc = each_found(c, &f->found, print_reference, f, &failed);
	else
		rc = each_found(c, &f->found, add_found, &f->table, &failed);
	print_sound_table(&f->table, false);
	flush_result(c);
	if (rc == -1)
		return;
	if (f->found.found == 0)
		c->worst = status_worse(c->worst, ST_FAILED);
	say(c, "%zu of %zu sound%s in %zu file%s", f->found.found,
	    f->found.sounds, plural(f->found.sounds), f->found.files,
	    plural(f->found.files));
}

static enum status
run_find(struct cli *c)
{
	static const enum sound_cell columns[] = { SOUND_REFERENCE, SOUND_NAME,
		SOUND_DEVICE };
	struct find f = { .c = c,
		.found = { .kind = -1, .since = INT64_MIN },
		.table = {
		    .columns = columns, .table = { .columns = 3, .cut = 4 } } };

	if (opt_parse(c, &f) == -1)
		goto out;
	if (c->next == c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0, "missing TEXT");
		goto out;
	}
	if (f.exact && f.regex) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--exact and --regex are mutually exclusive");
		goto out;
	}
	f.found.text = c->argv[c->next++];
	f.found.how = f.exact	? SX_FIND_EXACT
		      : f.regex ? SX_FIND_REGEX
				: SX_FIND_PART;
	f.found.user = user_devices(c);
	f.found.makers = f.rules.makers;
	f.found.nmakers = f.rules.nmakers;
	set_walk(c, &f.found.walk);
	table_screen(&f.table.table, c);
	look_for(&f);
out:
	sx_find_end(&f.found);
	sx_rows_free(&f.table.rows);
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
