/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

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

static bool
is_mid(const char *path)
{
	return sx_path_has_suffix(path, ".mid");
}

/* Its bytes are those of the old file, which is of the same kind. */
static int
rename_check_out(struct rewrite *r, const char *ref)
{
	struct sx_store_opts *o = &r->work.store_opts;
	struct sx_ref in;
	int rc = sx_ref_split(ref, &in, &r->c->err);

	o->format = SX_FORMAT_BYTES;
	if (rc == 0 && is_mid(in.path) != is_mid(o->out))
		rc = sx_fail(&r->c->err, SX_EUSAGE, 0,
		    "--out '%s': must end as '%s' does", o->out, in.path);
	else if (rc == 0 && !is_mid(o->out) &&
		 !sx_path_has_suffix(o->out, ".syx"))
		rc = sx_fail(&r->c->err, SX_EUSAGE, 0,
		    "--out '%s': must end in .syx or .mid", o->out);
	free(in.path);
	return rc;
}

static void
rename_sound(struct rewrite *r, const char *ref, const char *name)
{
	struct cli *c = r->c;
	struct sx_arranged file = { .time = 0 };

	if (sx_store_check(&r->work.store_opts, &c->err) == 0 &&
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

	if (opt_parse(c, &r) == -1)
		return ST_OK;
	if (c->argc - c->next != 2)
		sx_fail(&c->err, SX_EUSAGE, 0, "expected FILE:SLOT and NAME");
	else if (r.work.store_opts.out == NULL)
		sx_fail(&c->err, SX_EUSAGE, 0, "missing --out FILE");
	else if (rename_check_out(&r, c->argv[c->next]) == 0)
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
