/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "sxlib/record.h"
#include "sxlib/same.h"
#include "sxlib/text.h"
#include "sxlib/twins.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

static const struct option_row duplicates_options[] = {
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

/* *failed is set if a file could not be read. Returns -1 and sets c->err
 * if memory runs out. */
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
	c->err = e;
	say_walked(c, &s->walk, *failed, s->without, &s->nothing);
	return rc;
}

static const char *
duplicates_same_text(const struct sx_same_member *m)
{
	return m->exact ? "content" : "all but slot, unit and checksum";
}

/* Describe all members of a group. */
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
		    duplicates_same_text(m), text, r->bytes);
}

static void
duplicates_print_member_json(const struct sx_same_member *m)
{
	print_json_facts(stdout, &m->record);
	print_json_pair(stdout, ", ", "same", duplicates_same_text(m));
	print_json_pair(stdout, ", ", "as", m->as);
	print_json_number(stdout, ", ", "as_offset", (int64_t)m->as_offset);
	puts("}");
}

static void
duplicates_tell(struct cli *c, const struct sx_same_member *m)
{
	const struct sx_record *r = &m->record;
	char slot[SX_FACTS_SLOT] = "";

	if (c->json) {
		duplicates_print_member_json(m);
		flush_result(c);
		return;
	}
	if (m->first)
		duplicates_print_head(c, m);
	/* An exact group's slot is in its heading. */
	if (!m->exact)
		sx_facts_slot(slot, &m->facts);
	if (m->file)
		say_result(c, "  %s", r->file);
	else
		say_result(c, "  %s: offset %" PRId64 "%s%s", r->file,
		    r->offset, slot[0] != '\0' ? ": " : "", slot);
}

static int
duplicates_find_same(struct cli *c, struct sx_same *s)
{
	struct sx_same_member member;
	int rc;

	while ((rc = sx_same_next(s, &member, &c->err)) == 1)
		duplicates_tell(c, &member);
	return rc;
}

/* ---- Sounds ---- */

static const char *
duplicates_twin_text(const struct sx_twin *t)
{
	if (t->same_name)
		return t->same_slot ? "content" : "all but slot";
	return t->same_slot ? "all but name" : "all but name and slot";
}

static void
duplicates_print_twin_json(const struct sx_twin *t)
{
	print_json_pair(stdout, "{", "file", t->path);
	print_json_pair(stdout, ", ", "sound", t->ref);
	print_json_pair(stdout, ", ", "maker", t->maker);
	print_json_pair(stdout, ", ", "device", t->device);
	print_json_given(stdout, ", ", "slot_text", t->slot_text);
	print_json_given(stdout, ", ", "name", t->name);
	print_json_number(stdout, ", ", "bytes", (int64_t)t->bytes);
	print_json_pair(stdout, ", ", "same", duplicates_twin_text(t));
	print_json_number(stdout, ", ", "sounds", (int64_t)t->n);
	print_json_flag(stdout, ", ", "first", t->first);
	puts("}");
}

static void
duplicates_tell_twin(struct cli *c, const struct sx_twin *t)
{
	char safe[4 * SX_FACT_TEXT] = "", name[sizeof(safe) + 8] = "";

	if (c->json) {
		duplicates_print_twin_json(t);
		flush_result(c);
		return;
	}
	sx_text_safe(safe, sizeof(safe), t->name);
	if (!t->same_name || safe[0] != '\0')
		snprintf(name, sizeof(name), " \"%s\"", safe);
	if (t->first)
		say_result(c, "%zu sounds, the same %s: %s, %s%s%s:", t->n,
		    duplicates_twin_text(t), t->maker, t->device,
		    t->same_name && name[0] != '\0' ? "," : "",
		    t->same_name ? name : "");
	say_result(c, "  %s:%s%s", t->path, t->ref, t->same_name ? "" : name);
}

/* Print the sounds that occur several times, after all files and messages; sets
 * *groups to the number of groups. Returns -1 and sets c->err on failure. */
static int
duplicates_find_twins(struct cli *c, const struct sx_same *s, size_t *groups)
{
	struct sx_twins t = { .same = s };
	struct sx_twin twin;
	int rc;

	while ((rc = sx_twins_next(&t, &twin, &c->err)) == 1)
		duplicates_tell_twin(c, &twin);
	*groups = t.groups;
	sx_twins_end(&t);
	return rc;
}

/* Reject standard input: it cannot be read again to compare the bytes. */
static int
duplicates_check_arguments(struct cli *c)
{
	for (int i = c->next; i < c->argc; i++)
		if (strcmp(c->argv[i], "-") == 0)
			return opt_fail(c,
			    "cannot compare standard input ('-'): give files "
			    "or folders");
	return opt_arguments(c, 1, INT_MAX, "missing FILE or FOLDER");
}

static enum status
run_duplicates(struct cli *c)
{
	struct sx_same s = { .step = 0 };
	bool failed = false;
	size_t sounds;

	if (opt_parse(c, NULL) == -1 || duplicates_check_arguments(c) == -1)
		return ST_OK;
	opt_walk(c, &s.walk);
	s.user = user_devices(c);
	if (duplicates_read_files(c, &s, &failed) == 0 &&
	    duplicates_find_same(c, &s) == 0 &&
	    duplicates_find_twins(c, &s, &sounds) == 0)
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
