/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "scratch.h"
#include "sxlib/status_page.h"

static struct sx_panel panel; /* it is large */

/* malloc'ed; NULL: no such file */
static char *
content(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = calloc(1, 1 << 20);

	assert_non_null(text);
	if (f == NULL) {
		free(text);
		return NULL;
	}
	(void)!fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	return text;
}

static bool
holds(const char *path, const char *word)
{
	char *text = content(path);
	bool yes = text != NULL && strstr(text, word) != NULL;

	free(text);
	return yes;
}

/* Wait until the page contains the word. */
static void
wait_for(const char *path, const char *word)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	while (!holds(path, word))
		nanosleep(&ms, NULL);
}

static struct sx_panel *
begin(void)
{
	sx_panel_init(
	    &panel, "watch", (struct sx_time){ .mono = 1, .wall = 1 });
	memcpy(panel.disk.folder, ".", 2);
	return &panel;
}

static void
host(struct sx_panel *p, const char *name)
{
	sx_panel_text(p->host, sizeof(p->host), name);
	p->changes++;
}

/* us */
static int64_t
written(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
}

static void
test_write(void **state)
{
	int64_t first;
	struct sx_err e = { 0 };
	struct sx_panel *p = begin();
	struct sx_status_page *s = sx_status_page_open("st.html", ".", &e);

	(void)state;
	assert_non_null(s);
	/* Nothing is written before the first put. */
	assert_int_equal(access("st.html", F_OK), -1);
	host(p, "first");
	sx_status_page_put(s, p);
	wait_for("st.html", "on first<");
	assert_true(holds("st.html", " free of "));
	first = written("st.html");
	host(p, "second");
	sx_status_page_put(s, p);
	host(p, "third");
	sx_status_page_put(s, p);
	wait_for("st.html", "on third<");
	/* At most once a second, allowing for the difference of the clocks. */
	assert_true(written("st.html") - first > 950000);
	host(p, "last");
	sx_status_page_put(s, p);
	/* The last state is written at once. */
	assert_int_equal(sx_status_page_close(s, &e), 0);
	assert_true(holds("st.html", "on last<"));
	assert_int_equal(access(".st.html.tmp", F_OK), -1);
	assert_int_equal(e.code, SX_OK);
}

/* Files that may exist there, and whether they are replaced. */
static void
test_whose(void **state)
{
	char page[400], zeros[5000] = "", text[5000] = "";
	const struct {
		const char *what, *data;
		size_t n;
		bool ours;
	} cases[] = {
		{ "empty", "", 0, true },
		{ "zeros", zeros, sizeof(zeros), true },
		{ "a page", page,
		    (size_t)snprintf(
			page, sizeof(page), "%s<p>", sx_panel_mark),
		    true },
		{ "the beginning of one", sx_panel_mark, 20, true },
		{ "a byte more than a doctype", sx_panel_mark, 17, true },
		{ "a doctype", sx_panel_mark, 16, false },
		{ "a bracket", sx_panel_mark, 1, false },
		{ "a letter", "x", 1, false },
		{ "another page", "<!DOCTYPE html>\n<html lang=\"en\"><body>",
		    38, false },
		{ "zeros before something", text, sizeof(text), false },
		{ "a dump", "\xf0\x7d\x01\xf7", 4, false },
	};

	(void)state;
	text[4999] = 'x';
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sx_err e = { 0 };
		struct sx_panel *p = begin();
		struct sx_status_page *s;

		scratch_write("st.html", cases[i].data, cases[i].n);
		s = sx_status_page_open("st.html", NULL, &e);
		if ((s != NULL) != cases[i].ours)
			fail_msg("%s: %s", cases[i].what, e.msg);
		if (s != NULL) {
			sx_status_page_put(s, p);
			assert_int_equal(sx_status_page_close(s, &e), 0);
			assert_true(holds("st.html", "NO DUMP") ||
				    holds("st.html", "as of"));
		} else {
			assert_int_equal(e.code, SX_EREFUSED);
		}
		assert_int_equal(unlink("st.html"), 0);
	}
}

static void
test_not_a_file(void **state)
{
	static const struct {
		const char *path;
		enum sx_errc code;
	} cases[] = {
		{ "folder", SX_EREFUSED },
		{ "link", SX_EREFUSED },
		{ "hole", SX_EREFUSED },
		{ "fifo", SX_EREFUSED },
		{ "folder/", SX_EUSAGE },
		{ "", SX_EUSAGE },
		{ ".", SX_EUSAGE },
		{ "folder/..", SX_EUSAGE },
		{ "-", SX_EUSAGE },
	};

	(void)state;
	assert_int_equal(mkdir("folder", 0777), 0);
	scratch_write("page", sx_panel_mark, strlen(sx_panel_mark));
	assert_int_equal(symlink("page", "link"), 0);
	assert_int_equal(symlink("nowhere", "hole"), 0);
	assert_int_equal(mkfifo("fifo", 0666), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sx_err e = { 0 };

		assert_null(sx_status_page_open(cases[i].path, NULL, &e));
		assert_int_equal(e.code, cases[i].code);
	}
}

/* Another file appears, or replaces the page, while the page is open. */
static void
test_becomes_another(void **state)
{
	struct sx_err e = { 0 };
	struct sx_panel *p = begin();
	struct sx_status_page *s = sx_status_page_open("st.html", NULL, &e);
	char *text;

	(void)state;
	assert_non_null(s);
	host(p, "first");
	sx_status_page_put(s, p);
	wait_for("st.html", "on first<");
	assert_int_equal(unlink("st.html"), 0);
	scratch_write("st.html", "mine", 4);
	host(p, "second");
	sx_status_page_put(s, p);
	assert_int_equal(sx_status_page_close(s, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	text = content("st.html");
	assert_string_equal(text, "mine");
	free(text);
	assert_int_equal(access(".st.html.tmp", F_OK), -1);
}

static void
wait_for_failure(struct sx_status_page *s, struct sx_err *e)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	while (!sx_status_page_failed(s, e))
		nanosleep(&ms, NULL);
}

/* No folder: reported once, until it has worked again. */
static void
test_failure(void **state)
{
	struct sx_err e = { 0 };
	struct sx_panel *p = begin();
	struct sx_status_page *s = sx_status_page_open("no/st.html", NULL, &e);

	(void)state;
	assert_non_null(s);
	sx_status_page_put(s, p);
	wait_for_failure(s, &e);
	assert_int_equal(e.sys, ENOENT);
	assert_non_null(strstr(e.msg, "'no/st.html'"));
	assert_int_equal(mkdir("no", 0777), 0);
	host(p, "now");
	sx_status_page_put(s, p);
	e = (struct sx_err){ 0 };
	assert_int_equal(sx_status_page_close(s, &e), 0);
	assert_true(holds("no/st.html", "on now<"));
}

/* The remains of a page from a killed run are replaced; a file of the user's
 * with that name is not. */
static void
test_left_behind(void **state)
{
	static const size_t left[] = { 0, 1, 16, 30 };
	struct sx_err e = { 0 };
	struct sx_panel *p = begin();
	struct sx_status_page *s;

	(void)state;
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		scratch_write(".st.html.tmp", sx_panel_mark, left[i]);
		s = sx_status_page_open("st.html", NULL, &e);
		assert_non_null(s);
		sx_status_page_put(s, p);
		assert_int_equal(sx_status_page_close(s, &e), 0);
		assert_true(holds("st.html", "as of"));
		assert_int_equal(access(".st.html.tmp", F_OK), -1);
		assert_int_equal(unlink("st.html"), 0);
	}

	scratch_write(".st.html.tmp", "mine", 4);
	s = sx_status_page_open("st.html", NULL, &e);
	assert_non_null(s);
	sx_status_page_put(s, p);
	assert_int_equal(sx_status_page_close(s, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	assert_true(holds(".st.html.tmp", "mine"));
	assert_int_equal(access("st.html", F_OK), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_write, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_whose, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_not_a_file, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_becomes_another, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_failure, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_left_behind, scratch_enter, scratch_leave),
	};

	return cmocka_run_group_tests_name("status_page", tests, NULL, NULL);
}
