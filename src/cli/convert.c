/* SPDX-License-Identifier: ISC */
#include "commands.h"
#include "rewrite.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

static const struct option_row convert_options[] = {
	{ 0, "force", NULL, "use the readable part of a malformed file",
	    OPT_FLAG(struct rewrite, work.force) },
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

static enum status
run_convert(struct cli *c)
{
	struct rewrite r = { .c = c,
		.work = { .store_opts = { .first = -1 }, .gap = 1000000 } };
	struct sx_messages sounds = { 0 };
	struct sx_file *f = NULL;
	const char *in;

	if (opt_parse(c, &r) == -1 ||
	    opt_arguments(c, 2, 2, "missing IN or OUT") == -1)
		return ST_OK;
	in = c->argv[c->next];
	r.work.store_opts.out = c->argv[c->next + 1];
	if (sx_rewrite_target(&r.work, r.work.store_opts.out) == -1)
		opt_fail(c, "'%s': must end in .syx, .mid, .hex or .txt",
		    r.work.store_opts.out);
	else if (rewrite_begin(&r) == 0 &&
		 (f = sx_pick_open(in, SX_PICK_SINGLE, user_devices(c), &sounds,
		      &c->err)) != NULL &&
		 rewrite_file(&r, in, f) == 0 && rewrite_finish(&r) == 0)
		say(c, "%zu message%s", r.work.messages,
		    plural(r.work.messages));
	else
		rewrite_stopped(&r, in);
	rewrite_dropped(c, &sounds);
	sx_file_close(f);
	sx_messages_free(&sounds);
	rewrite_free(&r);
	return ST_OK;
}

const struct command cmd_convert = {
	.name = "convert",
	.synopsis = "[--force] IN OUT",
	.summary = "Convert between .syx, .mid and hex text",
	.options = convert_options,
	.run = run_convert,
};
