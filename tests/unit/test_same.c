/* SPDX-License-Identifier: ISC */
/* Duplicates in a collection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit.h"
#include "scratch.h"
#include "sxlib/same.h"

/* Write a file of `n` kits for these slots; all their bytes differ from those
 * of another `sound`. */
static void
write_kits(const char *path, const uint8_t *slots, size_t n, char sound)
{
	uint8_t file[4 * KIT_SIZE], *kit = file;
	unsigned sum;

	assert_in_range(n, 1, 4);
	for (size_t i = 0; i < n; i++, kit += KIT_SIZE) {
		make_kit(kit, KIT_SIZE, slots[i]);
		sum = (unsigned)kit[KIT_SIZE - 5] << 7 | kit[KIT_SIZE - 4];
		sum += (unsigned)sound - kit[10];
		kit[10] = (uint8_t)sound;
		kit[KIT_SIZE - 5] = sum >> 7 & 0x7f;
		kit[KIT_SIZE - 4] = sum & 0x7f;
	}
	scratch_write(path, file, n * KIT_SIZE);
}

static struct sx_same
read_all(char **arguments, int n)
{
	struct sx_same s = { .walk = { .arguments = arguments, .count = n } };
	struct sx_err e = { 0 };

	for (int i = 0; i < n; i++)
		assert_int_equal(sx_same_read(&s, &e), 1);
	assert_int_equal(sx_same_read(&s, &e), 0);
	return s;
}

static void
expect_file(struct sx_same *s, const char *path, const char *as)
{
	struct sx_same_member m;
	struct sx_err e = { 0 };

	assert_int_equal(sx_same_next(s, &m, &e), 1);
	assert_true(m.file);
	assert_int_equal(m.first, path == as);
	assert_string_equal(m.record.file, path);
	assert_string_equal(m.as, as);
}

static void
expect_message(struct sx_same *s, const char *path, uint64_t offset, long slot,
    bool first, bool exact)
{
	struct sx_same_member m;
	struct sx_err e = { 0 };

	assert_int_equal(sx_same_next(s, &m, &e), 1);
	assert_false(m.file);
	assert_int_equal(m.first, first);
	assert_int_equal(m.exact, exact);
	assert_string_equal(m.record.file, path);
	assert_int_equal(m.record.offset, offset);
	assert_int_equal(m.facts.slot, slot);
}

static void
expect_end(struct sx_same *s, size_t file_groups, size_t message_groups)
{
	struct sx_same_member m;
	struct sx_err e = { 0 };

	assert_int_equal(sx_same_next(s, &m, &e), 0);
	assert_int_equal(s->file_groups, file_groups);
	assert_int_equal(s->message_groups, message_groups);
	sx_same_end(s);
}

/* A link is the same file, not a duplicate. */
static void
test_files(void **state)
{
	char a[] = "a.syx", b[] = "b.syx", c[] = "c.syx", l[] = "link.syx";
	char *arguments[] = { b, l, c, a };
	struct sx_same s;

	(void)state;
	write_kits(a, (const uint8_t[]){ 1, 2 }, 2, 'A');
	write_kits(b, (const uint8_t[]){ 1, 2 }, 2, 'A');
	write_kits(c, (const uint8_t[]){ 1, 2 }, 2, 'C');
	assert_int_equal(link(b, l), 0);
	s = read_all(arguments, 4);
	expect_file(&s, b, b);
	expect_file(&s, a, b);
	/* Within b, and within c. */
	expect_message(&s, b, 0, 1, true, false);
	expect_message(&s, b, KIT_SIZE, 2, false, false);
	expect_message(&s, c, 0, 1, true, false);
	expect_message(&s, c, KIT_SIZE, 2, false, false);
	expect_end(&s, 1, 2);
}

static void
test_messages(void **state)
{
	char one[] = "one.syx", two[] = "two.syx";
	char *arguments[] = { one, two };
	struct sx_same s;

	(void)state;
	write_kits(one, (const uint8_t[]){ 7 }, 1, 'A');
	write_kits(two, (const uint8_t[]){ 7, 7 }, 2, 'A');
	s = read_all(arguments, 2);
	expect_message(&s, one, 0, 7, true, true);
	expect_message(&s, two, 0, 7, false, true);
	expect_message(&s, two, KIT_SIZE, 7, false, true);
	expect_end(&s, 0, 1);
}

static void
test_nothing(void **state)
{
	char one[] = "one.syx", two[] = "two.syx";
	char *arguments[] = { one, two };
	struct sx_same s;

	(void)state;
	write_kits(one, (const uint8_t[]){ 7 }, 1, 'A');
	write_kits(two, (const uint8_t[]){ 7 }, 1, 'B');
	s = read_all(arguments, 2);
	expect_end(&s, 0, 0);
}

/* Files that disappear between the two readings are reported. */
static void
test_a_file_goes(void **state)
{
	char one[] = "one.syx", two[] = "two.syx";
	char *arguments[] = { one, two };
	struct sx_same_member m;
	struct sx_err e = { 0 };
	struct sx_same s;

	(void)state;
	write_kits(one, (const uint8_t[]){ 7 }, 1, 'A');
	write_kits(two, (const uint8_t[]){ 7 }, 1, 'A');
	s = read_all(arguments, 2);
	assert_int_equal(unlink(two), 0);
	assert_int_equal(sx_same_next(&s, &m, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	sx_same_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_files, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_messages, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_nothing, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_a_file_goes, scratch_enter, scratch_leave),
	};

	return cmocka_run_group_tests_name("same", tests, NULL, NULL);
}
