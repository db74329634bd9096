/* SPDX-License-Identifier: ISC */
#include "commands.h"
#include "opt.h"
#include "rewrite.h"
#include "say.h"
#include "sxlib/walk.h"
#include "user.h"

static const struct option_row join_options[] = {
	{ 'o', "out", "FILE", "FILE.syx, FILE.mid or - (required)",
	    OPT_TEXT(struct rewrite, work.store_opts.out) },
	{ 0, "force", NULL, "use the readable part of a malformed file",
	    OPT_FLAG(struct rewrite, work.force) },
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

static int
join_file(struct rewrite *r, const char *path)
{
	struct sx_file *f =
	    sx_file_open_any(path, user_devices(r->c), &r->c->err);
	int rc = f != NULL ? rewrite_file(r, path, f) : -1;

	sx_file_close(f);
	return rc;
}

static int
join_files(struct rewrite *r)
{
	struct cli *c = r->c;
	struct sx_walk walk = { .arguments = c->argv + c->next,
		.count = c->argc - c->next };
	const char *path;
	size_t files = 0;
	int rc;

	/* Half of it would look like all of it: the first failure ends it. */
	while ((rc = sx_walk_next(&walk, &path, &c->err)) == 1) {
		if (join_file(r, path) == -1) {
			rewrite_stopped(r, path);
			rc = -1;
			break;
		}
		files++;
	}
	sx_walk_end(&walk);
	say_skipped(c, walk.skipped);
	if (rc == 0 && files == 0)
		rc = sx_fail(&c->err, SX_EDATA, 0, "no files to join");
	if (rc == 0)
		rc = rewrite_finish(r);
	if (rc == 0)
		say(c, "%zu file%s, %zu message%s", files, plural(files),
		    r->work.messages, plural(r->work.messages));
	return rc;
}

static enum status
run_join(struct cli *c)
{
	struct rewrite r = { .c = c,
		.work = { .store_opts = { .first = -1 }, .gap = 1000000 } };

	if (opt_parse(c, &r) == -1)
		return ST_OK;
	if (r.work.store_opts.out == NULL)
		sx_fail(&c->err, SX_EUSAGE, 0, "missing --out FILE");
	else if (c->next == c->argc)
		sx_fail(&c->err, SX_EUSAGE, 0, "missing FILE");
	else if (sx_rewrite_target(&r.work, r.work.store_opts.out) == -1 ||
		 r.work.as == SX_AS_TEXT)
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--out '%s': must end in .syx or .mid",
		    r.work.store_opts.out);
	else if (rewrite_begin(&r) == 0)
		(void)join_files(&r);
	rewrite_free(&r);
	return ST_OK;
}

const struct command cmd_join = {
	.name = "join",
	.synopsis = "FILE|FOLDER... --out FILE",
	.summary = "Join files into one",
	.options = join_options,
	.run = run_join,
};
