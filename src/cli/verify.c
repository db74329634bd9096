/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>

#include "commands.h"
#include "own.h"
#include "sxlib/firmware.h"
#include "sxlib/stray.h"
#include "verify.h"
#include "walk.h"

/* One file, and what it said of itself. */
struct subject {
	const char *path;
	struct sx_file *file;
	size_t messages;
	uint64_t from, to; /* its data, inside of a MacBinary file */
	struct banks banks;
	struct sx_firmware *os;
};

struct verify {
	struct cli *c;
	size_t files, messages, bad, odd;
	size_t checksums[SX_CHECKSUM_BAD + 1];
	bool failed; /* a file could not be read */
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
	printf(", \"expected\": ");
	print_json_text(stdout, expected[0] != '\0' ? expected : NULL);
	printf(", \"found\": ");
	print_json_text(stdout, found[0] != '\0' ? found : NULL);
	puts("}");
}

/* What is bad is a result; what is odd is said to the person. */
static void
print_finding(struct cli *c, const char *path, uint64_t offset,
    const char *what, const struct finding *f)
{
	char values[2 * FOUND_TEXT + 32] = "";

	if (f->expected[0] != '\0')
		snprintf(values, sizeof(values), ": expected %s, found %s",
		    f->expected, f->found);
	if (f->bad)
		say_result(c, "%s: offset %" PRIu64 ": %s%s%s", path, offset,
		    what, f->problem, values);
	else
		say(c, "%s: offset %" PRIu64 ": %s%s%s", path, offset, what,
		    f->problem, values);
}

/* About a message, stray bytes, or (item NULL) the whole file. */
static void
report(struct verify *v, const struct subject *s, const struct sx_item *item,
    const struct finding *f)
{
	char text[512], what[600] = "";
	struct record record = { .file = s->path,
		.time = sx_file_time(s->file),
		.bytes = sx_file_size(s->file),
		.messages = s->messages };

	v->bad += f->bad;
	v->odd += !f->bad;
	if (item != NULL && !item->stray) {
		record.time += item->at;
		record.offset = (int64_t)item->offset;
		record.bytes = item->len;
		record.messages = 1;
		record.facts = &item->facts;
		record.damage = item->damage;
		snprintf(what, sizeof(what),
		    "message %zu (%s, %zu bytes): ", s->messages,
		    describe_facts(text, sizeof(text), &item->facts),
		    item->len);
	}
	if (!v->c->json) {
		print_finding(
		    v->c, s->path, item != NULL ? item->offset : 0, what, f);
		return;
	}
	if (item != NULL && item->stray)
		print_json_stray(stdout, s->path, item->offset, item->len);
	else
		print_json_facts(stdout, &record);
	print_finding_json(f->bad, f->problem, f->expected, f->found);
	flush_result(v->c);
}

static void
report_odd(struct verify *v, const struct subject *s,
    const struct sx_item *item, const char *problem)
{
	struct finding f = { .bad = false };

	snprintf(f.problem, sizeof(f.problem), "%s", problem);
	report(v, s, item, &f);
}

/* Is the item in what a MacBinary file has besides its data? */
static bool
is_wrapping(const struct subject *s, const struct sx_item *item)
{
	return item->offset < s->from || item->offset >= s->to;
}

static void
verify_stray(
    struct verify *v, const struct subject *s, const struct sx_item *item)
{
	enum sx_stray kind = sx_stray_kind(item->data, item->len);
	struct finding f = { .bad = kind == SX_STRAY_REST };

	snprintf(f.problem, sizeof(f.problem), "%zu byte%s of no message: %s",
	    item->len, plural(item->len), sx_stray_text(kind));
	if (f.bad) {
		snprintf(f.expected, sizeof(f.expected), "F0");
		snprintf(f.found, sizeof(f.found), "%02X", item->data[0]);
	}
	report(v, s, item, &f);
}

static void
report_os(struct verify *v, const struct subject *s, const struct sx_item *item,
    const struct sx_firmware_problem *p)
{
	struct finding f = { .bad = true };

	snprintf(f.problem, sizeof(f.problem), "%s", p->text);
	snprintf(f.expected, sizeof(f.expected), "%s", p->expected);
	snprintf(f.found, sizeof(f.found), "%s", p->found);
	report(v, s, item, &f);
}

/* The file as an operating system, if it is one, is whole. */
static void
verify_os_end(struct verify *v, const struct subject *s)
{
	struct sx_firmware_problem problem;
	const struct sx_firmware_facts *os = sx_firmware_facts(s->os);

	if (!os->is)
		return;
	if (sx_firmware_end(s->os, &problem) == 0)
		report_os(v, s, NULL, &problem);
	say(v->c, "%s: %s %s OS%s%s: %s", s->path, os->maker, os->device,
	    os->version[0] != '\0' ? " " : "", os->version,
	    os->unchecked != NULL ? os->unchecked
	    : os->wrong > 0	  ? "not to be sent"
				  : "whole");
}

static int
verify_message(struct verify *v, struct subject *s, const struct sx_item *item,
    struct sx_err *why)
{
	struct sx_firmware_problem problem;
	enum sx_checksum checksum = item->facts.checksum;
	struct finding f;
	int right = sx_firmware_add(
	    s->os, item->data, item->len, &item->facts, &problem, why);

	if (right == -1)
		return -1;
	/* A packet's checksum may need the others to be checked. */
	if (item->facts.kind == SX_KIND_FIRMWARE &&
	    sx_firmware_facts(s->os)->unchecked == NULL)
		checksum = right == 1 ? SX_CHECKSUM_OK : SX_CHECKSUM_BAD;
	s->messages++;
	v->messages++;
	v->checksums[checksum]++;
	if (find_in_message(&f, item))
		report(v, s, item, &f);
	else if (right == 0)
		report_os(v, s, item, &problem);
	else if (bank_begins(&s->banks, &item->facts, item->len))
		report_odd(v, s, item,
		    "another bank begins here: two in a row in one file");
	return 0;
}

static int
look_for_macbinary(struct verify *v, struct subject *s, struct sx_err *why)
{
	uint64_t size = sx_file_size(s->file), data;
	const uint8_t *head;

	s->to = size;
	if (sx_file_format(s->file) == SX_FILE_MID || size < SX_MACBINARY)
		return 0;
	head = sx_file_bytes(s->file, 0, SX_MACBINARY, why);
	if (head == NULL)
		return -1;
	if (!sx_macbinary(head, size, &data))
		return 0;
	s->from = SX_MACBINARY;
	s->to = s->from + data;
	report_odd(v, s, NULL,
	    "it is wrapped in MacBinary: 128 bytes before "
	    "its data, and filling after them");
	return 0;
}

/* Does the file spell SysEx, instead of holding it? */
static bool
is_hex_text(const struct subject *s)
{
	struct sx_err ignored = { 0 };
	struct sx_file *hex = sx_file_open_hex(s->path, NULL, &ignored);
	struct sx_item item;
	bool is = hex != NULL && sx_file_next(hex, &item, &ignored) == 1 &&
		  !item.stray;

	sx_file_close(hex);
	return is;
}

#define LOOK ((uint64_t)64 << 10)

/* A .syx without any message: what is it then? */
static int
report_empty(struct verify *v, struct subject *s, struct sx_err *why)
{
	struct finding f = { .bad = true };
	uint64_t size = sx_file_size(s->file);
	size_t look = size < LOOK ? (size_t)size : (size_t)LOOK;
	const char *found = "nothing";
	const uint8_t *p;

	if (size > 0) {
		p = sx_file_bytes(s->file, 0, look, why);
		if (p == NULL)
			return -1;
		found = sx_stray_text(sx_stray_kind(p, look));
		if (is_hex_text(s))
			found = "hex text, of which sxlib convert makes bytes";
	}
	snprintf(f.problem, sizeof(f.problem), "it holds no SysEx");
	snprintf(f.expected, sizeof(f.expected), "F0");
	snprintf(f.found, sizeof(f.found), "%s", found);
	report(v, s, NULL, &f);
	return 0;
}

/* A hole in a message may leave it as whole as any: then only the name knows of
 * it. */
static void
report_damaged(struct verify *v, const struct subject *s)
{
	struct finding f = { .bad = true };

	snprintf(f.problem, sizeof(f.problem),
	    "it was kept as damaged, however whole it looks");
	report(v, s, NULL, &f);
}

static int
verify_items(struct verify *v, struct subject *s, struct sx_err *why)
{
	size_t before = v->bad;
	struct sx_item item;
	int rc;

	if (look_for_macbinary(v, s, why) == -1)
		return -1;
	while ((rc = sx_file_next(s->file, &item, why)) == 1) {
		if (is_wrapping(s, &item))
			continue;
		if (!item.stray) {
			if (verify_message(v, s, &item, why) == -1)
				return -1;
		} else if (item.len < sx_file_size(s->file)) {
			verify_stray(v, s, &item);
		}
	}
	if (rc == 0)
		verify_os_end(v, s);
	if (rc == 0 && s->messages == 0 &&
	    sx_file_format(s->file) == SX_FILE_SYX)
		rc = report_empty(v, s, why);
	if (rc == 0 && v->bad == before && is_damaged_name(s->path))
		report_damaged(v, s);
	if (rc == 0 && sx_file_note(s->file) != NULL)
		report_odd(v, s, NULL, sx_file_note(s->file));
	return rc;
}

/* It cannot be read on from somewhere: what was malformed is a result, what the
 * disk did is not. */
static void
report_end(struct verify *v, const struct subject *s, struct sx_err *why)
{
	struct record record = { .file = s->path,
		.time = s->file != NULL ? sx_file_time(s->file) : -1,
		.bytes = s->file != NULL ? sx_file_size(s->file) : 0,
		.messages = s->messages };

	if (why->code != SX_EDATA) {
		v->failed = true;
		warn_error(v->c, why);
		return;
	}
	v->bad++;
	if (!v->c->json) {
		say_result(v->c, "%s", why->msg);
		return;
	}
	print_json_facts(stdout, &record);
	print_finding_json(true, why->msg, "", "");
	flush_result(v->c);
}

static void
verify_file(struct verify *v, const char *path)
{
	struct subject s = { .path = path };
	struct sx_err why = { 0 };

	v->files++;
	s.os = sx_firmware_new(&why);
	if (s.os != NULL)
		s.file = sx_file_open(path, own_devices(v->c), &why);
	if (s.file != NULL)
		sx_file_skim(s.file);
	if (s.file == NULL || verify_items(v, &s, &why) == -1)
		report_end(v, &s, &why);
	sx_file_close(s.file);
	sx_firmware_free(s.os);
	banks_free(&s.banks);
}

static enum status
run_verify(struct cli *c)
{
	struct verify v = { .c = c };
	struct sx_err why = { 0 };
	const char *arg, *path;
	struct walk walk;
	int rc;

	if (opt_next(c, &arg) == -1)
		return ST_OK;
	if (c->next == c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0, "no file or folder is given");
		return ST_OK;
	}
	walk = (struct walk){ .arguments = c->argv + c->next,
		.count = c->argc - c->next };
	while ((rc = walk_next(&walk, &path, &why)) != 0) {
		if (rc == 1) {
			verify_file(&v, path);
		} else {
			v.failed = true;
			warn_error(c, &why);
		}
	}
	walk_end(&walk);
	say(c,
	    "%zu file%s, %zu message%s: %zu bad, %zu odd; checksum ok in "
	    "%zu, not in the format of %zu, its rule not known in %zu",
	    v.files, plural(v.files), v.messages, plural(v.messages), v.bad,
	    v.odd, v.checksums[SX_CHECKSUM_OK], v.checksums[SX_CHECKSUM_NONE],
	    v.checksums[SX_CHECKSUM_UNKNOWN]);
	return v.bad > 0 || v.failed ? ST_FAILED : ST_OK;
}

const struct command cmd_verify = {
	.name = "verify",
	.synopsis = "[--json] FILE|FOLDER...",
	.summary = "Check the structure, lengths and checksums of whole trees",
	.options = verify_options,
	.run = run_verify,
};
