/* SPDX-License-Identifier: ISC */
/* Problems found in files, and which files are checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit.h"
#include "scratch.h"
#include "sxlib/findings.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Write a file with one kit: byte `at` changed, `less` bytes missing at the
 * end, followed by text. */
static void
write_kit(const char *path, size_t at, size_t less, const char *text)
{
	uint8_t file[KIT_SIZE + 32];
	size_t n = KIT_SIZE - less;

	make_kit(file, KIT_SIZE, 3);
	if (at > 0)
		file[at] ^= 1;
	memcpy(file + n, text, strlen(text));
	scratch_write(path, file, n + strlen(text));
}

/* Check that the findings in a file are of these kinds. */
static void
expect(const char *path, const enum sx_finding_kind *kinds, size_t n)
{
	char name[64];
	char *arguments[] = { name };
	struct sx_findings f = { .walk = {
				     .arguments = arguments, .count = 1 } };
	const struct sx_finding *found;
	struct sx_err e = { 0 };

	snprintf(name, sizeof(name), "%s", path);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(sx_findings_next(&f, &found, &e), 1);
		assert_int_equal(found->kind, kinds[i]);
		assert_string_equal(found->path, path);
	}
	assert_int_equal(sx_findings_next(&f, &found, &e), 0);
	assert_int_equal(f.bad + f.odd, n);
	sx_findings_end(&f);
}

static void
test_each_kind(void **state)
{
	static const struct {
		const char *path;
		size_t at, less;
		const char *text;
		enum sx_finding_kind kind;
	} t[] = {
		{ "sum.syx", 100, 0, "", SX_FOUND_SUMS },
		{ "cut.syx", 0, 1, "", SX_FOUND_CUT },
		{ "text.syx", 0, 0, "by hand", SX_FOUND_STRAY },
		{ "rest.syx", 0, 0, "\x01\x02\xf7", SX_FOUND_REST },
		{ "padded.syx", 0, 0, "\x1a\x1a\x1a\x1a", SX_FOUND_PADDING },
		{ "kept.damaged.syx", 0, 0, "", SX_FOUND_KEPT },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		write_kit(t[i].path, t[i].at, t[i].less, t[i].text);
		expect(t[i].path, &t[i].kind, 1);
	}
	write_kit("good.syx", 0, 0, "");
	expect("good.syx", NULL, 0);
}

static void
test_several_in_one_file(void **state)
{
	static const enum sx_finding_kind kinds[] = { SX_FOUND_SUMS,
		SX_FOUND_STRAY };
	static const enum sx_finding_kind empty[] = { SX_FOUND_EMPTY };

	(void)state;
	write_kit("both.syx", 100, 0, "by hand");
	expect("both.syx", kinds, COUNT(kinds));
	scratch_write("empty.syx", "none at all", 11);
	expect("empty.syx", empty, 1);
}

/* A finding has its message and offset. */
static void
test_a_finding_has_its_place(void **state)
{
	char name[] = "two.syx";
	char *arguments[] = { name };
	struct sx_findings f = { .walk = {
				     .arguments = arguments, .count = 1 } };
	uint8_t two[2 * KIT_SIZE];
	const struct sx_finding *found;
	struct sx_err e = { 0 };

	(void)state;
	make_kit(two, KIT_SIZE, 0);
	make_kit(two + KIT_SIZE, KIT_SIZE, 1);
	two[KIT_SIZE + 100] ^= 1;
	scratch_write(name, two, sizeof(two));
	assert_int_equal(sx_findings_next(&f, &found, &e), 1);
	assert_true(found->bad);
	assert_int_equal(found->number, 2);
	assert_int_equal(found->item->offset, KIT_SIZE);
	assert_int_equal(found->record.offset, KIT_SIZE);
	assert_int_equal(found->record.bytes, KIT_SIZE);
	assert_int_equal(found->record.messages, 1);
	assert_int_equal(found->record.facts->slot, 1);
	assert_int_equal(sx_findings_next(&f, &found, &e), 0);
	assert_int_equal(f.messages, 2);
	assert_int_equal(f.bad, 1);
	assert_int_equal(f.odd, 0);
	assert_int_equal(f.checksums[SX_CHECKSUM_OK], 1);
	assert_int_equal(f.checksums[SX_CHECKSUM_BAD], 1);
	sx_findings_end(&f);
}

/* An unreadable file does not end the walk; other files are skipped. */
static void
test_a_walk_goes_on(void **state)
{
	char missing[] = "missing.syx", folder[] = "folder";
	char *arguments[] = { missing, folder };
	struct sx_findings f = { .walk = {
				     .arguments = arguments, .count = 2 } };
	const struct sx_finding *found;
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(mkdir("folder", 0777), 0);
	write_kit("folder/10.syx", 100, 0, "");
	write_kit("folder/9.syx", 0, 1, "");
	write_kit("folder/notes.txt", 0, 1, "");
	write_kit("folder/.hidden.syx", 0, 1, "");
	assert_int_equal(sx_findings_next(&f, &found, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	e = (struct sx_err){ 0 };
	assert_int_equal(sx_findings_next(&f, &found, &e), 1);
	assert_string_equal(found->path, "folder/9.syx");
	assert_int_equal(sx_findings_next(&f, &found, &e), 1);
	assert_string_equal(found->path, "folder/10.syx");
	assert_int_equal(sx_findings_next(&f, &found, &e), 0);
	assert_int_equal(f.walk.files, 3);
	assert_int_equal(f.walk.skipped, 1);
	sx_findings_end(&f);
}

/* Check the words of the only finding in a file. */
static void
expect_words(const char *path, const char *problem, const char *expected,
    const char *got, const char *line)
{
	char name[64], text[SX_FINDING_LINE];
	char *arguments[] = { name };
	struct sx_findings f = { .walk = {
				     .arguments = arguments, .count = 1 } };
	const struct sx_finding *found;
	struct sx_finding_text words;
	struct sx_err e = { 0 };

	snprintf(name, sizeof(name), "%s", path);
	assert_int_equal(sx_findings_next(&f, &found, &e), 1);
	sx_finding_words(&words, found);
	assert_string_equal(words.problem, problem);
	assert_string_equal(words.expected, expected);
	assert_string_equal(words.found, got);
	assert_string_equal(
	    sx_finding_line(text, sizeof(text), found, &words), line);
	sx_findings_end(&f);
}

static void
test_a_finding_in_words(void **state)
{
	(void)state;
	write_kit("cut.syx", 0, 1, "");
	expect_words("cut.syx", "missing F7", "F7", "end of input",
	    "cut.syx: offset 0: message 1 (Elektron, Machinedrum, kit, 1232 "
	    "bytes): missing F7: expected F7, found end of input");
	write_kit("sum.syx", 100, 0, "");
	expect_words("sum.syx", "wrong checksum", "2B57", "2B56",
	    "sum.syx: offset 0: message 1 (Elektron, Machinedrum, kit 4, "
	    "\"KICK\", 1233 bytes): wrong checksum: expected 2B57, found "
	    "2B56");
	write_kit("rest.syx", 0, 0, "\x01\x02\xf7");
	expect_words("rest.syx",
	    "3 bytes outside any message: the rest of a message without its F0",
	    "F0", "01",
	    "rest.syx: offset 1233: 3 bytes outside any message: the rest of a "
	    "message without its F0: expected F0, found 01");
	write_kit("padded.syx", 0, 0, "\x1a");
	expect_words("padded.syx", "1 byte of padding at the end left out", "",
	    "",
	    "padded.syx: offset 1233: 1 byte of padding at the end left out");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_each_kind, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_several_in_one_file, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_a_finding_has_its_place, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_a_walk_goes_on, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_a_finding_in_words, scratch_enter, scratch_leave),
	};

	return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
