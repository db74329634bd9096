/* SPDX-License-Identifier: ISC */
#include "commands.h"
#include "rewrite.h"
#include "sxlib/arrange.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

static const struct option_row rename_options[] = {
	{ 'o', "out", "FILE", "the new file (required)",
	    OPT_TEXT(struct rewrite, work.store_opts.out) },
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

static void
rename_sound(struct rewrite *r, const char *ref, const char *name)
{
	struct cli *c = r->c;
	struct sx_arranged file = { .time = 0 };

	r->work.store_opts.format = SX_FORMAT_BYTES;
	if (sx_arrange_check_out(ref, r->work.store_opts.out, &c->err) == 0 &&
	    sx_store_check(&r->work.store_opts, &c->err) == 0 &&
	    sx_arrange_rename(&file, ref, name, user_devices(c), &c->err) ==
		0 &&
	    rewrite_begin(r) == 0 &&
	    sx_rewrite_raw(&r->work, file.bytes.bytes, file.bytes.n, file.time,
		&c->err) == 0)
		(void)rewrite_finish(r);
	sx_arranged_free(&file);
}

static enum status
run_rename(struct cli *c)
{
	struct rewrite r = { .c = c,
		.work = { .store_opts = { .first = -1 }, .gap = 1000000 } };

	if (opt_parse(c, &r) == -1 ||
	    opt_arguments(c, 2, 2, "expected FILE:SLOT and NAME") == -1)
		return ST_OK;
	if (r.work.store_opts.out == NULL)
		opt_fail(c, "missing --out FILE");
	else
		rename_sound(&r, c->argv[c->next], c->argv[c->next + 1]);
	rewrite_free(&r);
	return ST_OK;
}

const struct command cmd_rename = {
	.name = "rename",
	.synopsis = "FILE:SLOT NAME --out FILE",
	.summary = "Rename a sound in a dump",
	.options = rename_options,
	.run = run_rename,
};
