/* SPDX-License-Identifier: ISC */
#include "commands.h"
#include "rewrite.h"
#include "walk.h"

static const struct option_row join_options[] = {
	{ 'o', "out", "FILE", "FILE.syx or FILE.mid, or - (needed)" },
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

static int
join_file(struct rewrite *r, const char *path)
{
	struct sx_file *f = rewrite_open(r->c, path, &r->c->err);
	int rc = f != NULL ? rewrite_file(r, path, f) : -1;

	sx_file_close(f);
	return rc;
}

static int
join_files(struct rewrite *r)
{
	struct cli *c = r->c;
	struct walk walk = { .arguments = c->argv + c->next,
		.count = c->argc - c->next };
	const char *path;
	size_t files = 0;
	int rc;

	/* Half of it would look like all of it: the first failure ends it. */
	while ((rc = walk_next(&walk, &path, &c->err)) == 1) {
		if (join_file(r, path) == -1) {
			rc = -1;
			break;
		}
		files++;
	}
	walk_end(&walk);
	if (rc == 0 && files == 0)
		rc = sx_fail(&c->err, SX_EDATA, 0, "there is no file to join");
	if (rc == 0)
		rc = rewrite_finish(r);
	if (rc == 0)
		say(c, "%zu file%s, %zu message%s", files, plural(files),
		    r->messages, plural(r->messages));
	return rc;
}

static enum status
run_join(struct cli *c)
{
	struct rewrite r = {
		.c = c, .store_opts = { .first = -1 }, .gap = 1000000
	};
	const char *arg;
	int id;

	while ((id = opt_next(c, &arg)) > 0)
		r.store_opts.out = arg;
	if (id == -1)
		return ST_OK;
	if (r.store_opts.out == NULL)
		sx_fail(&c->err, SX_EUSAGE, 0, "--out FILE is needed");
	else if (c->next == c->argc)
		sx_fail(&c->err, SX_EUSAGE, 0, "no file is given");
	else if (rewrite_target(r.store_opts.out, &r) == -1 || r.as == AS_HEX)
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--out '%s': it has to end in .syx or .mid",
		    r.store_opts.out);
	else if (rewrite_begin(&r) == 0)
		(void)join_files(&r);
	rewrite_free(&r);
	return ST_OK;
}

const struct command cmd_join = {
	.name = "join",
	.synopsis = "FILE|FOLDER... --out FILE",
	.summary = "Make one file of many",
	.options = join_options,
	.run = run_join,
};
