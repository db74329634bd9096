/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "sxlib/fields.h"
#include "sxlib/findings.h"
#include "sxlib/record.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

#define FOUND_TEXT 256

/* A finding in words. */
struct words {
	char problem[FOUND_TEXT];
	char expected[FOUND_TEXT], found[FOUND_TEXT]; /* or "" */
};

static const struct option_row verify_options[] = {
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

static void
print_finding_json(
    bool bad, const char *problem, const char *expected, const char *found)
{
	printf(", \"bad\": %s, \"problem\": ", bad ? "true" : "false");
	print_json_text(stdout, problem);
	print_json_given(stdout, ", ", "expected", expected);
	print_json_given(stdout, ", ", "found", found);
	puts("}");
}

static void __attribute__((format(printf, 2, 3)))
put_words(char text[FOUND_TEXT], const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text + used, FOUND_TEXT - used, fmt, ap);
	va_end(ap);
}

static void
word_damage(struct words *w, const struct sx_finding *f)
{
	char text[SX_DAMAGE_TEXT];
	const char *damage = sx_damage_text(f->item->damage, text);

	if (f->kind == SX_FOUND_DAMAGED) {
		put_words(w->problem, "received damaged: %s", damage);
		return;
	}
	put_words(w->problem, "missing F7");
	put_words(w->expected, "F7");
	put_words(w->found, "%s", damage);
}

/* Its checksum, its length, or both. */
static void
word_sums(struct words *w, const struct sx_facts *facts)
{
	bool length = sx_field_is_wrong(SX_FIELD_LENGTH, facts);
	bool sum = sx_field_is_wrong(SX_FIELD_CHECKSUM, facts);
	const char *and = length && sum ? ", " : "";

	put_words(w->problem, "wrong %s",
	    length && sum ? "length and checksum"
	    : length	  ? "length"
			  : "checksum");
	if (length) {
		put_words(w->expected, "%zu", facts->length_want);
		put_words(w->found, "%zu", facts->length_have);
	}
	if (sum) {
		put_words(w->expected, "%s%0*X", and,
		    (int)facts->checksum_at.len * 2, facts->checksum_want);
		put_words(w->found, "%s%0*X", and,
		    (int)facts->checksum_at.len * 2, facts->checksum_have);
	}
}

static void
word_stray(struct words *w, const struct sx_finding *f)
{
	const struct sx_item *item = f->item;

	if (f->kind == SX_FOUND_PADDING)
		put_words(w->problem,
		    "%zu byte%s of padding at the end left out", item->len,
		    plural(item->len));
	else
		put_words(w->problem, "%zu byte%s outside any message: %s",
		    item->len, plural(item->len), sx_stray_text(item->what));
	if (f->kind != SX_FOUND_REST)
		return;
	put_words(w->expected, "F0");
	if (item->data != NULL)
		put_words(w->found, "%02X", item->data[0]);
	else
		put_words(w->found, "data bytes");
}

/* Where one sentence says it all. */
static const char *
sentence_of(const struct sx_finding *f)
{
	switch (f->kind) {
	case SX_FOUND_BANK:
		return "another bank starts here: two consecutive banks in one "
		       "file";
	case SX_FOUND_STORE:
		return "it stores the preceding dump, but there is none";
	case SX_FOUND_WRAPPED:
		return "MacBinary file: 128 bytes before its data, and padding "
		       "after it";
	case SX_FOUND_EMPTY:
		return "no SysEx";
	case SX_FOUND_KEPT:
		return "stored as damaged, even if it looks complete";
	case SX_FOUND_NOTE:
		return f->text;
	case SX_FOUND_OS:
		return f->problem->text;
	default:
		return "";
	}
}

static void
verify_word(struct words *w, const struct sx_finding *f)
{
	*w = (struct words){ "", "", "" };
	switch (f->kind) {
	case SX_FOUND_CUT:
	case SX_FOUND_DAMAGED:
		word_damage(w, f);
		break;
	case SX_FOUND_SUMS:
		word_sums(w, &f->item->facts);
		break;
	case SX_FOUND_REST:
	case SX_FOUND_STRAY:
	case SX_FOUND_PADDING:
		word_stray(w, f);
		break;
	default:
		put_words(w->problem, "%s", sentence_of(f));
		break;
	}
	if (f->kind == SX_FOUND_OS) {
		put_words(w->expected, "%s", f->problem->expected);
		put_words(w->found, "%s", f->problem->found);
	} else if (f->kind == SX_FOUND_EMPTY) {
		put_words(w->expected, "F0");
		put_words(w->found, "%s", f->text);
	}
}

/* What is bad is a result; what is odd is said to the person. */
static void
print_finding(struct cli *c, const struct sx_finding *f, const struct words *w)
{
	uint64_t offset = f->item != NULL ? f->item->offset : 0;
	char values[2 * FOUND_TEXT + 32] = "", text[512], what[600] = "";

	if (f->item != NULL && !f->item->stray)
		snprintf(what, sizeof(what),
		    "message %zu (%s, %zu bytes): ", f->number,
		    sx_facts_text(text, sizeof(text), &f->item->facts),
		    f->item->len);
	if (w->expected[0] != '\0')
		snprintf(values, sizeof(values), ": expected %s, found %s",
		    w->expected, w->found);
	if (f->bad)
		say_bad_result(c, "%s: offset %" PRIu64 ": %s%s%s", f->path,
		    offset, what, w->problem, values);
	else
		say(c, "%s: offset %" PRIu64 ": %s%s%s", f->path, offset, what,
		    w->problem, values);
}

static void
verify_report(struct cli *c, const struct sx_finding *f)
{
	struct words w;

	verify_word(&w, f);
	if (!c->json) {
		print_finding(c, f, &w);
		return;
	}
	if (f->item != NULL && f->item->stray)
		print_json_stray(
		    stdout, f->path, f->item->offset, f->item->len);
	else
		print_json_facts(stdout, &f->record);
	print_finding_json(f->bad, w.problem, w.expected, w.found);
	flush_result(c);
}

static void
report_malformed(struct cli *c, const struct sx_finding *f)
{
	if (!c->json) {
		say_bad_result(c, "%s", f->why->msg);
		if (f->why->hint[0] != '\0')
			say(c, "%s", f->why->hint);
		return;
	}
	print_json_facts(stdout, &f->record);
	print_finding_json(true, f->why->msg, "", "");
	flush_result(c);
}

static void
tell(struct cli *c, const struct sx_finding *f)
{
	const struct sx_firmware_facts *os = f->os;

	switch (f->kind) {
	case SX_FOUND_MALFORMED:
		report_malformed(c, f);
		break;
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
		verify_report(c, f);
		if (f->hint != NULL)
			say(c, "%s", f->hint);
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

	if (opt_parse(c, NULL) == -1)
		return ST_OK;
	if (c->next == c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0, "missing FILE or FOLDER");
		return ST_OK;
	}
	f.walk.arguments = c->argv + c->next;
	f.walk.count = c->argc - c->next;
	f.user = user_devices(c);
	while ((rc = sx_findings_next(&f, &found, &why)) != 0) {
		if (rc == 1) {
			tell(c, found);
		} else {
			failed = true;
			c->worst = status_worse(c->worst, status_of(&why));
			warn_error(c, &why);
		}
	}
	say_skipped(c, f.walk.skipped);
	if (f.walk.files == 0 && !failed)
		sx_walk_nothing(&f.walk, &c->err);
	else if (f.messages == 0 && f.bad == 0 && !failed)
		c->err = f.nothing;
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
