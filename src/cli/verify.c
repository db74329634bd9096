/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>

#include "commands.h"
#include "sxlib/findings.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

static const struct option_row verify_options[] = {
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

static void
verify_print_finding_json(
    const struct sx_finding *f, const struct sx_finding_text *words)
{
	if (f->item != NULL && f->item->stray)
		print_json_stray(
		    stdout, f->path, f->item->offset, f->item->len);
	else
		print_json_facts(stdout, &f->record);
	print_json_flag(stdout, ", ", "bad", f->bad);
	print_json_pair(stdout, ", ", "problem", words->problem);
	print_json_given(stdout, ", ", "expected", words->expected);
	print_json_given(stdout, ", ", "found", words->found);
	puts("}");
}

/* Print a finding. Problems are results; oddities are messages to the user. */
static void
verify_print_finding(struct cli *c, const struct sx_finding *f)
{
	struct sx_finding_text words;
	char line[SX_FINDING_LINE];

	sx_finding_words(&words, f);
	if (c->json) {
		verify_print_finding_json(f, &words);
		flush_result(c);
		return;
	}
	sx_finding_line(line, sizeof(line), f, &words);
	if (f->bad)
		say_bad_result(c, "%s", line);
	else
		say(c, "%s", line);
}

static void
verify_tell_finding(struct cli *c, const struct sx_finding *f)
{
	const struct sx_firmware_facts *os = f->os;

	switch (f->kind) {
	case SX_FOUND_VERDICT:
		say(c, "%s: %s %s OS%s%s: %s", f->path, os->maker, os->device,
		    os->version[0] != '\0' ? " " : "", os->version,
		    os->unchecked != NULL ? os->unchecked
		    : os->wrong > 0	  ? "do not send it"
					  : "whole");
		break;
	case SX_FOUND_SHAKEN:
		warn(c,
		    "%s: only handshakes: the unit waited for an answer and "
		    "sent no dump; start its one-way dump",
		    f->path);
		break;
	default:
		verify_print_finding(c, f);
		if (f->hint != NULL)
			say(c, "%s", f->hint);
		else if (f->why != NULL && f->why->hint[0] != '\0' && !c->json)
			say(c, "%s", f->why->hint);
		break;
	}
}

static enum status
run_verify(struct cli *c)
{
	struct sx_findings f = { .step = 0 };
	const struct sx_finding *found;
	struct sx_err why = { 0 };
	bool failed = false; /* a file could not be read */
	int rc;

	if (opt_parse(c, NULL) == -1 ||
	    opt_arguments(c, 1, INT_MAX, "missing FILE or FOLDER") == -1)
		return ST_OK;
	opt_walk(c, &f.walk);
	f.user = user_devices(c);
	while ((rc = sx_findings_next(&f, &found, &why)) != 0) {
		if (rc == 1) {
			verify_tell_finding(c, found);
		} else {
			failed = true;
			warn_counted(c, &why);
		}
	}
	say_walked(c, &f.walk, failed,
	    f.messages == 0 && f.bad == 0 && !failed ? f.walk.files : SIZE_MAX,
	    &f.nothing);
	say(c,
	    "%zu file%s, %zu message%s: %zu bad, %zu odd; checksums: %zu ok, "
	    "%zu without one, %zu unknown",
	    f.walk.files, plural(f.walk.files), f.messages, plural(f.messages),
	    f.bad, f.odd, f.checksums[SX_CHECKSUM_OK],
	    f.checksums[SX_CHECKSUM_NONE], f.checksums[SX_CHECKSUM_UNKNOWN]);
	sx_findings_end(&f);
	if (f.bad > 0 || failed)
		return ST_FAILED;
	return f.shaken > 0 ? ST_INCOMPLETE : ST_OK;
}

const struct command cmd_verify = {
	.name = "verify",
	.synopsis = "[--json] FILE|FOLDER...",
	.summary = "Check structure, lengths and checksums of whole trees",
	.options = verify_options,
	.run = run_verify,
};
