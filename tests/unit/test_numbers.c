/* SPDX-License-Identifier: ISC */
/* Each {n} is used once. The two stores share only the folder, as two processes
 * do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/numbers.h"
#include "scratch.h"
#include "store_help.h"

static void
two_in_turns(const char *name, const char *const paths[6])
{
	struct sx_store *s[2];
	struct sample m;

	s[0] = store_open("d", SX_FORMAT_SYX, name, -1);
	s[1] = store_open("d", SX_FORMAT_SYX, name, -1);
	for (int i = 0; i < 6; i++) {
		sample_make(&m, 1, 20, WALL + i * 1000);
		if (i % 2 == 1)
			snprintf(m.dump.facts.maker, sizeof(m.dump.facts.maker),
			    "Other");
		sample_becomes(s[i == 1 || i == 2 || i == 5], &m, paths[i]);
	}
	sx_store_close(s[0]);
	sx_store_close(s[1]);
}

static void
no_number_twice(void **state)
{
	static const char *const paths[] = { "d/jomox-01.syx", "d/other-02.syx",
		"d/jomox-03.syx", "d/other-04.syx", "d/jomox-05.syx",
		"d/other-06.syx" };

	(void)state;
	two_in_turns("{maker}-{n:02}", paths);
}

static void
no_number_twice_in_folders(void **state)
{
	static const char *const paths[] = { "d/jomox/1-a.syx",
		"d/other/2-a.syx", "d/jomox/3-a.syx", "d/other/4-a.syx",
		"d/jomox/5-a.syx", "d/other/6-a.syx" };

	(void)state;
	two_in_turns("{maker}/{n}-a", paths);
}

static void
nor_without_locks(void **state)
{
	static const char *const paths[] = { "d/jomox-01.syx", "d/other-02.syx",
		"d/jomox-03.syx", "d/other-04.syx", "d/jomox-05.syx",
		"d/other-06.syx" };

	(void)state;
	disk.no_locks = true;
	two_in_turns("{maker}-{n:02}", paths);
}

/* A number whose file was removed is not reused during a run. */
static void
a_run_counts_on(void **state)
{
	struct sx_store *s = store_open("d", SX_FORMAT_SYX, "{n}", -1);
	struct sample m;

	(void)state;
	sample_make(&m, 1, 20, WALL);
	sample_becomes(s, &m, "d/1.syx");
	assert_int_equal(unlink("d/1.syx"), 0);
	sample_becomes(s, &m, "d/2.syx");
	sx_store_close(s);
}

/* Existing numbers are reused if the user asks for it, numbers added since are
 * not. */
static void
from_a_first_number(void **state)
{
	struct sx_store *a, *b;
	struct sample m;

	(void)state;
	sample_make(&m, 1, 20, WALL);
	a = store_open("d", SX_FORMAT_SYX, "{maker}{n}", 1);
	b = store_open("d", SX_FORMAT_SYX, "{maker}{n}", 1);
	sample_becomes(a, &m, "d/jomox1.syx");
	sample_becomes(b, &m, "d/jomox2.syx");
	sx_store_close(b);
	b = store_open("d", SX_FORMAT_SYX, "{maker}{n}", 1);
	sample_becomes(b, &m, "d/jomox1-2.syx");
	sample_becomes(a, &m, "d/jomox3.syx");
	sx_store_close(a);
	sx_store_close(b);
}

/* A dump with a fixed place moves behind the numbers of others, and so do those
 * after it; a gap of its own stays free for it. */
static void
places_move(void **state)
{
	static const struct {
		size_t nth;
		const char *path;
	} t[] = { { 3, "d/jomox4.syx" }, { 5, "d/jomox6.syx" },
		{ 4, "d/jomox5.syx" }, { 6, "d/jomox7.syx" } };
	struct sx_store *a, *b;
	struct sample m, n;

	(void)state;
	sample_make(&m, 1, 20, WALL);
	sample_make(&n, 1, 20, WALL);
	a = store_open("d", SX_FORMAT_SYX, "{maker}{n}", -1);
	b = store_open("d", SX_FORMAT_SYX, "{maker}{n}", -1);
	m.dump.nth = 2;
	sample_becomes(a, &m, "d/jomox2.syx");
	sample_becomes(b, &n, "d/jomox3.syx");
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		m.dump.nth = t[i].nth;
		sample_becomes(a, &m, t[i].path);
	}
	m.dump.nth = 1;
	sample_becomes(a, &m, "d/jomox1.syx");
	sx_store_close(a);
	sx_store_close(b);
}

/* Make a file appear without opening the folder. */
static void
appear(const char *path)
{
	scratch_write(path, "x", 1);
}

/* A dump with a fixed place before the last one does not move the count back.
 */
static void
the_next_is_behind_all(void **state)
{
	struct sx_numbers *n = sx_numbers_new(".", NULL);

	(void)state;
	assert_non_null(n);
	assert_int_equal(sx_numbers_next(n), 1);
	sx_numbers_given(n, 7);
	assert_int_equal(sx_numbers_next(n), 8);
	sx_numbers_given(n, 3);
	assert_int_equal(sx_numbers_next(n), 8);
	sx_numbers_given(n, 8);
	assert_int_equal(sx_numbers_next(n), 9);
	sx_numbers_free(n);
}

/* Names are read again only after another process changed the folder. */
static void
alone_it_is_cheap(void **state)
{
	struct sx_store *s = store_open("d", SX_FORMAT_SYX, "a{n}", -1);
	struct sample m;
	DIR *dir;

	(void)state;
	sample_make(&m, 1, 20, WALL);
	sample_becomes(s, &m, "d/a1.syx");
	appear("d/a7.syx");
	sample_becomes(s, &m, "d/a2.syx");
	dir = opendir("d");
	assert_non_null(dir);
	closedir(dir);
	sample_becomes(s, &m, "d/a8.syx");
	sx_store_close(s);
}

/* The folder has been replaced by another one. */
static void
another_folder(void **state)
{
	struct sx_numbers *n = sx_numbers_new("d", NULL);
	struct sx_template *t = sx_template_new("a{n}", NULL, NULL);

	(void)state;
	assert_non_null(n);
	assert_non_null(t);
	assert_int_equal(sx_numbers_begin(n, t, NULL), -1);
	assert_int_equal(sx_numbers_next(n), 1);
	sx_numbers_end(n);
	assert_int_equal(mkdir("d", 0777), 0);
	assert_int_equal(mkdir("d/x", 0777), 0);
	scratch_write("d/a4.syx", "x", 1);
	scratch_write("d/x/a5.syx", "x", 1);
	assert_int_equal(sx_numbers_begin(n, t, NULL), 0);
	assert_int_equal(sx_numbers_next(n), 6);
	sx_numbers_end(n);
	assert_int_equal(rename("d", "old"), 0);
	assert_int_equal(mkdir("d", 0777), 0);
	scratch_write("d/a9.syx", "x", 1);
	assert_int_equal(sx_numbers_begin(n, t, NULL), 0);
	assert_int_equal(sx_numbers_next(n), 10);
	sx_numbers_end(n);
	sx_template_free(t);
	sx_numbers_free(n);
}

/* A lock ends with its process, and one that is held for long is ignored. */
static void
nobody_waits_for_ever(void **state)
{
	struct sx_store *s = store_open("d", SX_FORMAT_SYX, "a{n}", -1);
	struct sample m;
	int pipes[2];
	pid_t child;
	char c;

	(void)state;
	sample_make(&m, 1, 20, WALL);
	assert_int_equal(pipe(pipes), 0);
	child = fork_child();
	if (child == 0) {
		int fd = open("d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (flock(fd, LOCK_EX) == 0 && write(pipes[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(pipes[0], &c, 1), 1);
	sample_becomes(s, &m, "d/a1.syx");
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	sample_becomes(s, &m, "d/a2.syx");
	close(pipes[0]);
	close(pipes[1]);
	sx_store_close(s);
}

/* Stores of several processes at the same time. */
static void
many_at_once(void **state)
{
	enum { PROCESSES = 4, DUMPS = 50 };
	bool seen[PROCESSES * DUMPS + 1] = { false };
	pid_t child[PROCESSES];
	struct dirent *entry;
	int status;
	DIR *dir;

	(void)state;
	for (int i = 0; i < PROCESSES; i++) {
		child[i] = fork_child();
		if (child[i] != 0)
			continue;
		struct sx_store *s =
		    store_open("d", SX_FORMAT_SYX, "{n:03}-{maker}", -1);
		struct sample m;

		sample_make(&m, 1, 20, WALL);
		snprintf(
		    m.dump.facts.maker, sizeof(m.dump.facts.maker), "m%d", i);
		for (int k = 0; k < DUMPS; k++)
			free(sample_keep(s, &m));
		sx_store_close(s);
		_exit(0);
	}
	for (int i = 0; i < PROCESSES; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	dir = opendir("d");
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		long n = strtol(entry->d_name, NULL, 10);

		if (entry->d_name[0] == '.')
			continue;
		assert_in_range(n, 1, PROCESSES * DUMPS);
		assert_false(seen[n]);
		seen[n] = true;
	}
	closedir(dir);
	for (int i = 1; i <= PROCESSES * DUMPS; i++)
		assert_true(seen[i]);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, store_setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(no_number_twice),
		TEST(no_number_twice_in_folders),
		TEST(nor_without_locks),
		TEST(a_run_counts_on),
		TEST(from_a_first_number),
		TEST(places_move),
		TEST(the_next_is_behind_all),
		TEST(alone_it_is_cheap),
		TEST(another_folder),
		TEST(nobody_waits_for_ever),
		TEST(many_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
