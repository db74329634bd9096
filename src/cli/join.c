/* SPDX-License-Identifier: ISC */
#include "commands.h"
#include "rewrite.h"
#include "sxlib/arrange.h"
#include "sxlib/walk.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

struct join {
	struct rewrite r;
	bool bank;
	const char *fill;
};

static const struct option_row join_options[] = {
	{ 'o', "out", "FILE", "FILE.syx, FILE.mid or - (required)",
	    OPT_TEXT(struct join, r.work.store_opts.out) },
	{ 0, "bank", NULL, "make a bank of these sounds, in this order",
	    OPT_FLAG(struct join, bank) },
	{ 0, "fill", "REF", "--bank: the sound for places that are left",
	    OPT_TEXT(struct join, fill) },
	{ 0, "force", NULL, "use the readable part of a malformed file",
	    OPT_FLAG(struct join, r.work.force) },
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

static int
join_file(struct rewrite *r, const char *path)
{
	struct sx_messages sounds;
	struct sx_file *f = sx_pick_open(
	    path, SX_PICK_SINGLE, user_devices(r->c), &sounds, &r->c->err);
	int rc = f != NULL ? rewrite_file(r, path, f) : -1;

	rewrite_dropped(r->c, &sounds);
	sx_file_close(f);
	sx_messages_free(&sounds);
	return rc;
}

static int
join_files(struct rewrite *r)
{
	struct cli *c = r->c;
	struct sx_walk walk = { .count = 0 };
	const char *path;
	size_t files = 0;
	int rc;

	opt_walk(c, &walk);
	/* A partial file would look complete: stop at the first failure. */
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

static int
join_bank(struct join *j)
{
	struct cli *c = j->r.c;
	const struct sx_devices *user = user_devices(c);
	struct sx_arranged bank;
	struct sx_file *f = NULL;
	int rc = sx_arrange_bank(&bank, c->argv + c->next,
	    (size_t)(c->argc - c->next), j->fill, user, &c->err);

	if (rc == -1 && bank.missing > 0 && j->fill == NULL)
		sx_hint(&c->err,
		    "--fill REF puts a sound in the places that are left");
	if (rc == 0)
		f = sx_file_of_bytes(
		    bank.bytes.bytes, bank.bytes.n, bank.time, user, &c->err);
	if (f != NULL && rewrite_begin(&j->r) == 0 &&
	    rewrite_file(&j->r, "the bank", f) == 0 &&
	    rewrite_finish(&j->r) == 0)
		say(c, "a bank of %zu sound%s, %zu message%s", bank.sounds,
		    plural(bank.sounds), j->r.work.messages,
		    plural(j->r.work.messages));
	else
		rewrite_stopped(&j->r, "the bank");
	sx_file_close(f);
	sx_arranged_free(&bank);
	return c->err.code == SX_OK ? 0 : -1;
}

static enum status
run_join(struct cli *c)
{
	struct join j = {
		.r = { .c = c,
		    .work = { .store_opts = { .first = -1 }, .gap = 1000000 } }
	};
	struct sx_rewrite *work = &j.r.work;

	if (opt_parse(c, &j) == -1)
		return ST_OK;
	if (work->store_opts.out == NULL)
		opt_fail(c, "missing --out FILE");
	else if (c->next == c->argc)
		opt_fail(c, "missing FILE");
	else if (j.fill != NULL && !j.bank)
		opt_fail(c, "--fill needs --bank");
	else if (sx_rewrite_target(work, work->store_opts.out) == -1 ||
		 work->as == SX_AS_TEXT)
		opt_fail(c, "--out '%s': must end in .syx or .mid",
		    work->store_opts.out);
	else if (j.bank)
		(void)join_bank(&j);
	else if (rewrite_begin(&j.r) == 0)
		(void)join_files(&j.r);
	rewrite_free(&j.r);
	return ST_OK;
}

const struct command cmd_join = {
	.name = "join",
	.synopsis = "[--bank [--fill REF]] FILE|FOLDER... --out FILE",
	.summary = "Join files, or sounds into a bank",
	.options = join_options,
	.run = run_join,
};
