/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "duplicates.h"
#include "sxlib/record.h"
#include "sxlib/same.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

static const struct option_row duplicates_options[] = {
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

/* failed: a file could not be read. -1 and c->err only if memory ends. */
static int
duplicates_read_files(struct cli *c, struct sx_same *s, bool *failed)
{
	struct sx_err e = { 0 };
	int rc;

	while ((rc = sx_same_read(s, &e)) != 0) {
		if (rc == 1)
			continue;
		if (e.code == SX_ENOMEM)
			break;
		*failed = true;
		warn_error(c, &e);
	}
	say_skipped(c, s->walk.skipped);
	if (rc == 0 && s->walk.files == 0 && !*failed)
		sx_walk_nothing(&s->walk, &e);
	else if (rc == 0 && s->without == s->walk.files)
		e = s->nothing;
	c->err = e;
	return rc;
}

#define CONTENT "content"

static const char *
same_text(const struct sx_same_member *m)
{
	return m->exact ? CONTENT : "all but slot, unit and checksum";
}

/* What all of a group are. */
static void
duplicates_print_head(struct cli *c, const struct sx_same_member *m)
{
	const struct sx_record *r = &m->record;
	struct sx_facts facts = m->facts;
	char text[512];

	if (!m->exact) {
		facts.slot = -1;
		facts.slot_text[0] = '\0';
	}
	sx_facts_text(text, sizeof(text), &facts);
	if (m->file)
		say_result(c,
		    "the same content, %zu message%s: %s, %" PRIu64 " bytes:",
		    r->messages, plural(r->messages), text, r->bytes);
	else
		say_result(c,
		    "%zu messages, the same %s: %s, %" PRIu64 " bytes:", m->n,
		    same_text(m), text, r->bytes);
}

static void
print_member_json(const struct sx_same_member *m)
{
	print_json_facts(stdout, &m->record);
	printf(", \"same\": \"%s\", \"as\": ", same_text(m));
	print_json_text(stdout, m->as);
	printf(", \"as_offset\": %" PRIu64 "}\n", m->as_offset);
}

static void
tell(struct cli *c, const struct sx_same_member *m)
{
	const struct sx_record *r = &m->record;
	char slot[SX_FACTS_SLOT] = "";

	if (c->json) {
		print_member_json(m);
		flush_result(c);
		return;
	}
	if (m->first)
		duplicates_print_head(c, m);
	/* Where it is the same, it is said of all of them. */
	if (!m->exact)
		sx_facts_slot(slot, &m->facts);
	if (m->file)
		say_result(c, "  %s", r->file);
	else
		say_result(c, "  %s: offset %" PRId64 "%s%s", r->file,
		    r->offset, slot[0] != '\0' ? ": " : "", slot);
}

static int
find_same(struct cli *c, struct sx_same *s)
{
	struct sx_same_member member;
	int rc;

	while ((rc = sx_same_next(s, &member, &c->err)) == 1)
		tell(c, &member);
	return rc;
}

/* Standard input cannot be read again when the bytes are compared. */
static int
check_arguments(struct cli *c)
{
	if (c->next == c->argc)
		return sx_fail(&c->err, SX_EUSAGE, 0, "missing FILE or FOLDER");
	for (int i = c->next; i < c->argc; i++)
		if (strcmp(c->argv[i], "-") == 0)
			return sx_fail(&c->err, SX_EUSAGE, 0,
			    "cannot compare standard input ('-'): give files "
			    "or folders");
	return 0;
}

static enum status
run_duplicates(struct cli *c)
{
	struct sx_same s = { .step = 0 };
	bool failed = false;
	size_t sounds;

	if (opt_parse(c, NULL) == -1 || check_arguments(c) == -1)
		return ST_OK;
	s.walk.arguments = c->argv + c->next;
	s.walk.count = c->argc - c->next;
	s.user = user_devices(c);
	if (duplicates_read_files(c, &s, &failed) == 0 &&
	    find_same(c, &s) == 0 && duplicates_sounds(c, &s, &sounds) == 0)
		say(c,
		    "%zu file%s: %zu group%s of files with the same "
		    "content, %zu of messages within the others, %zu of "
		    "sounds",
		    s.rows.n, plural(s.rows.n), s.file_groups,
		    plural(s.file_groups), s.message_groups, sounds);
	sx_same_end(&s);
	return failed ? ST_FAILED : ST_OK;
}

const struct command cmd_duplicates = {
	.name = "duplicates",
	.synopsis = "FILE|FOLDER...",
	.summary = "Find duplicate dumps",
	.options = duplicates_options,
	.run = run_duplicates,
};
