/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/name.h"
#include "scratch.h"
#include "sxlib/store.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
/* 2026-11-22 05:15:30.123999 UTC */
#define WALL INT64_C(1795324530123999)
#define TIME "20261122T051530.123Z"

static void
times_have_names(void **state)
{
	static const struct {
		int64_t wall;
		const char *name;
	} t[] = {
		{ WALL, TIME },
		{ 0, "19700101T000000.000Z" },
		{ 999, "19700101T000000.000Z" },
		{ INT64_C(951827696789000), "20000229T123456.789Z" },
		{ INT64_C(2145916799999999), "20371231T235959.999Z" },
		{ -1, "19700101T000000.000Z" },
	};
	char name[SX_TIME_NAME];

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		sx_time_name(t[i].wall, name);
		assert_string_equal(name, t[i].name);
		if (t[i].wall >= 0)
			assert_int_equal(
			    sx_time_parse(name), t[i].wall / 1000 * 1000);
	}
	sx_time_name(INT64_MAX, name);
	assert_int_equal(strlen(name), SX_TIME_NAME - 1);
}

static void
times_are_parsed_strictly(void **state)
{
	static const char *const bad[] = {
		"",
		"2",
		"20261122",
		"20261122T051530.123",
		"20261122T051530.12Z",
		"20261122 051530.123Z",
		"20261122T051530,123Z",
		"20261322T051530.123Z",
		"20260231T051530.123Z",
		"20261122T251530.123Z",
		"20261122T056030.123Z",
		"+0261122T051530.123Z",
		" 20261122T051530.123Z",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(sx_time_parse(bad[i]), -1);
	assert_int_equal(sx_time_parse(TIME "-jomox.syx"), WALL / 1000 * 1000);
}

static void
text_is_made_safe(void **state)
{
	static const struct {
		const char *text, *safe;
		size_t size;
	} t[] = {
		{ "Alpha Base", "Alpha-Base", 64 },
		{ "A01", "A01", 64 },
		{ "", "", 64 },
		{ "../../etc/passwd", "etc-passwd", 64 },
		{ "..", "", 64 },
		{ "-rf *", "rf", 64 },
		{ ".hidden", "hidden", 64 },
		{ "  KICK  1  ", "KICK-1", 64 },
		{ "a/b\\c:d", "a-b-c-d", 64 },
		{ "B\xc3\xa4ss", "B-ss", 64 },
		{ "\x01\x7f\xff", "", 64 },
		{ "x\ny", "x-y", 64 },
		{ "v1.2_b", "v1.2_b", 64 },
		{ "tail...", "tail", 64 },
		{ "abcdef", "abc", 4 },
		{ "ab cdef", "ab", 4 },
		{ "abc", "", 1 },
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		memset(buf, 'X', sizeof(buf));
		sx_name_safe(buf, t[i].size, t[i].text);
		assert_string_equal(buf, t[i].safe);
	}
}

static const struct sx_facts jomox = { .maker = "Jomox",
	.device = "Alpha Base",
	.kind = SX_KIND_PATTERN,
	.slot = -1 };
static const struct sx_facts elektron = { .maker = "Elektron",
	.device = "Machinedrum",
	.kind = SX_KIND_PATTERN,
	.slot = 0,
	.slot_text = "A01",
	.name = "My Beat" };
static const struct sx_facts nothing = { .slot = -1 };
static const struct sx_facts number = { .kind = SX_KIND_PRESET, .slot = 7 };
static const struct sx_facts slot_only = { .maker = "Jomox", .slot = 7 };
static const struct sx_facts hostile = { .maker = "../..",
	.device = "CON",
	.slot = -1,
	.name = "/etc/\n-x.damaged" };

static void
templates_make_names(void **state)
{
	static const struct {
		const char *text, *label;
		const struct sx_facts *facts;
		long n;
		const char *name;
	} t[] = {
		{ SX_DEFAULT_NAME, NULL, &jomox, 1,
		    TIME "-jomox-alpha-base-pattern" },
		{ SX_DEFAULT_NAME, NULL, &elektron, 1,
		    TIME "-elektron-machinedrum-patternA01" },
		{ SX_DEFAULT_NAME, NULL, &nothing, 1, TIME },
		{ SX_DEFAULT_NAME, NULL, &number, 1, TIME "-preset7" },
		{ SX_DEFAULT_NAME, NULL, &slot_only, 1, TIME "-jomox-7" },
		{ SX_DEFAULT_NAME, NULL, &hostile, 1, TIME "-con" },
		{ "pattern{n:02}", NULL, &jomox, 3, "pattern03" },
		{ "pattern{n:02}", NULL, &jomox, 123, "pattern123" },
		{ "pattern{n}", NULL, &jomox, 3, "pattern3" },
		{ "{slot:03}", NULL, &number, 1, "007" },
		{ "{slot:03}", NULL, &elektron, 1, "A01" },
		{ "{name}", NULL, &elektron, 1, "My-Beat" },
		{ "{name}", NULL, &nothing, 1, "unknown" },
		{ "{name}-{n}", NULL, &nothing, 1, "1" },
		{ "x-{name}", NULL, &nothing, 1, "x" },
		{ "x_{name}_{n}", NULL, &nothing, 1, "x_1" },
		{ "x_{name} - {kind}", NULL, &nothing, 1, "x" },
		{ "x{name}-{n}", NULL, &nothing, 1, "x-1" },
		{ "take -", NULL, &nothing, 1, "take -" },
		{ "{label}-{n}", "live set", &jomox, 2, "live set-2" },
		{ "{label}-{n}", NULL, &jomox, 2, "2" },
		{ "{label}", "M\xc3\xbcsli", &jomox, 2, "M\xc3\xbcsli" },
		{ "{maker}/{device}/{time}", NULL, &jomox, 1,
		    "jomox/alpha-base/" TIME },
		{ "{maker}/{time}", NULL, &nothing, 1, "unknown/" TIME },
		{ "..{label}/x", NULL, &nothing, 1, "unknown/x" },
		{ "{device}/{name}", NULL, &hostile, 1, "_con/etc-x-damaged" },
		{ "{device}{n}", NULL, &hostile, 1, "con1" },
		{ "COM{n}", NULL, &jomox, 1, "COM1" },
		{ "x.damaged", NULL, &jomox, 1, "x-damaged" },
		{ "a}b", NULL, &jomox, 1, "a}b" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct sx_err e = { 0 };
		struct sx_template *tp =
		    sx_template_new(t[i].text, t[i].label, &e);
		char *name;

		if (tp == NULL)
			fail_msg("%s: %s", t[i].text, e.msg);
		name = sx_template_expand(tp, WALL, t[i].facts, t[i].n);
		assert_non_null(name);
		assert_string_equal(name, t[i].name);
		free(name);
		sx_template_free(tp);
	}
}

/* An instrument may have the name of a DOS device, a file may not. */
static void
names_of_dos_devices(void **state)
{
	static const char *const devices[] = { "con", "prn", "aux", "nul",
		"com1", "com9", "lpt1", "lpt9" };
	static const char *const others[] = { "com0", "com10", "com", "lpt",
		"lptx", "cons", "co" };
	struct sx_template *t = sx_template_new("{device}", NULL, NULL);
	struct sx_facts facts = { .slot = -1 };
	char want[SX_FACT_TEXT + 1], *name;

	(void)state;
	assert_non_null(t);
	for (size_t i = 0; i < 15; i++) {
		const char *device = i < 8 ? devices[i] : others[i - 8];

		snprintf(facts.device, sizeof(facts.device), "%s", device);
		snprintf(want, sizeof(want), "%s%s", i < 8 ? "_" : "", device);
		name = sx_template_expand(t, WALL, &facts, 1);
		assert_string_equal(name, want);
		free(name);
	}
	sx_template_free(t);
}

static void
wrong_templates_are_refused(void **state)
{
	static char too_long[240];
	static const struct {
		const char *text, *label, *why;
	} t[] = {
		{ "", NULL, "empty" },
		{ "{nmae}", NULL, "unknown key {nmae}" },
		{ "{}", NULL, "unknown key {}" },
		{ "{Time}", NULL, "unknown key" },
		{ "pattern{n", NULL, "missing '}'" },
		{ "{n:}", NULL, "bad width" },
		{ "{n:x}", NULL, "bad width" },
		{ "{n:-1}", NULL, "bad width" },
		{ "{n:10}", NULL, "bad width" },
		{ "{n:99}", NULL, "bad width" },
		{ "{n:99999999999999999999}", NULL, "bad width" },
		{ "{time:02}", NULL, "has no width" },
		{ "{label:2}", "x", "has no width" },
		{ "{maker:2}", NULL, "has no width" },
		{ "{device:2}", NULL, "has no width" },
		{ "{kind:2}", NULL, "has no width" },
		{ "{name:2}", NULL, "has no width" },
		{ "/abs/{n}", NULL, "absolute" },
		{ "../x", NULL, "not allowed" },
		{ "a/../x", NULL, "not allowed" },
		{ "a/.", NULL, "not allowed" },
		{ "a//b", NULL, "empty name before or after" },
		{ "a/", NULL, "empty name before or after" },
		{ "a\nb", NULL, "control character" },
		{ "{label}", "a\x1b[2J", "control character" },
		{ "{label}", "a/b", "'/' is not allowed" },
		{ too_long, NULL, "too long" },
		{ "{label}", too_long, "too long" },
	};

	(void)state;
	memset(too_long, 'x', sizeof(too_long) - 1);
	for (size_t i = 0; i < COUNT(t); i++) {
		struct sx_err e = { 0 };

		if (sx_template_new(t[i].text, t[i].label, &e) != NULL)
			fail_msg("'%s' was taken", t[i].text);
		assert_int_equal(e.code, SX_EUSAGE);
		if (strstr(e.msg, t[i].why) == NULL)
			fail_msg("'%s': %s", t[i].text, e.msg);
	}
}

/* With a time of 20 bytes and at least one byte of another name. */
static void
the_longest_template(void **state)
{
	char text[SX_STEM_MAX + 1] = "{time}";
	struct sx_template *t;
	size_t most = SX_STEM_MAX - 1 - 20;

	(void)state;
	memset(text + 6, 'x', most);
	t = sx_template_new(text, NULL, NULL);
	assert_non_null(t);
	sx_template_free(t);
	text[6 + most] = 'x';
	assert_null(sx_template_new(text, NULL, NULL));
}

/* Any text from an instrument gives a name that is safe everywhere. */
static void
any_facts_make_safe_names(void **state)
{
	struct sx_err e = { 0 };
	struct sx_template *t = sx_template_new(
	    "{maker}{device}{kind}{slot}{name}{maker}{device}{name}{n}", NULL,
	    &e);
	struct sx_facts f = { .slot = -1 };
	char *const texts[] = { f.maker, f.device, f.name };
	uint32_t seed = 1;

	(void)state;
	assert_non_null(t);
	for (int round = 0; round < 20000; round++) {
		char *name;
		size_t n;

		for (size_t i = 0; i < COUNT(texts); i++)
			for (size_t k = 0; k < SX_FACT_TEXT - 1; k++) {
				seed = seed * 1664525 + 1013904223;
				texts[i][k] = (char)(seed >> 24);
			}
		name = sx_template_expand(t, WALL, &f, 42);
		assert_non_null(name);
		n = strlen(name);
		assert_true(n <= SX_STEM_MAX && n >= 2);
		assert_string_equal(name + n - 2, "42");
		assert_int_equal(strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					      "abcdefghijklmnopqrstuvwxyz"
					      "0123456789-_."),
		    n);
		assert_true(name[0] != '-' && name[0] != '.');
		free(name);
	}
	sx_template_free(t);
}

static void
numbers_go_on(void **state)
{
	static const struct {
		const char *text;
		const char *files[6]; /* a '/' at the end: a folder */
		long next;
	} t[] = {
		{ "p{n:02}", { NULL }, 1 },
		{ "p{n:02}", { "p01.syx", "p02.syx" }, 3 },
		{ "p{n:02}", { "p01.syx", "p07.mid" }, 8 },
		{ "p{n:02}", { "p9.syx", "xp09.syx", "p09.syxx" }, 1 },
		{ "p{n:02}", { "p09.syx", "p100.syx" }, 101 },
		{ "p{n:02}", { "p05.damaged.syx", "p04.txt" }, 1 },
		{ "p{n:02}", { "p05-2.syx" }, 6 },
		{ "p{n}", { "p9999999999999999999999.syx", "p3.syx" }, 4 },
		{ "{name}{n}", { "kick12.syx", "snare3.syx" }, 13 },
		{ "{name}_{n}", { "kick1_05.syx", "7.syx" }, 8 },
		{ "a.b{n}", { "axb5.syx", "a.b2.syx" }, 3 },
		{ "{time}-{n}", { TIME "-6.syx", "x-9.syx" }, 7 },
		{ "{label}{n}", { "3.syx" }, 4 },
		{ "{maker}/p{n}",
		    { "jomox/", "jomox/p4.syx", "x/", "x/p6.syx", "p9.syx" },
		    7 },
		{ "bank{n}/{name}", { "bank2/", "bank3/", "bank9" }, 10 },
		{ "{n}/{n}", { "2/", "2/8.syx", "5/" }, 9 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct sx_err e = { 0 };
		struct sx_template *tp = sx_template_new(t[i].text, NULL, &e);
		struct sx_folder f;
		long next = -1;

		assert_non_null(tp);
		assert_int_equal(mkdir("case", 0777), 0);
		assert_int_equal(chdir("case"), 0);
		for (size_t k = 0; k < 6 && t[i].files[k] != NULL; k++) {
			const char *name = t[i].files[k];

			if (name[strlen(name) - 1] == '/')
				assert_int_equal(mkdir(name, 0777), 0);
			else
				scratch_write(name, "", 0);
		}
		assert_int_equal(sx_folder_open(&f, NULL, ".", false, &e), 0);
		if (sx_template_next(tp, &f, &next, &e) == -1)
			fail_msg("%s: %s", t[i].text, e.msg);
		if (next != t[i].next)
			fail_msg("%s (row %zu): %ld, not %ld", t[i].text, i,
			    next, t[i].next);
		sx_folder_close(&f);
		sx_template_free(tp);
		assert_int_equal(chdir(".."), 0);
		assert_int_equal(
		    nftw("case", scratch_remove, 16, FTW_DEPTH | FTW_PHYS), 0);
	}
}

int
main(void)
{
	/* Names use UTC in any time zone. */
	setenv("TZ", "XXX-5:30", 1);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_have_names),
		cmocka_unit_test(times_are_parsed_strictly),
		cmocka_unit_test(text_is_made_safe),
		cmocka_unit_test(templates_make_names),
		cmocka_unit_test(names_of_dos_devices),
		cmocka_unit_test(wrong_templates_are_refused),
		cmocka_unit_test(the_longest_template),
		cmocka_unit_test(any_facts_make_safe_names),
		cmocka_unit_test_setup_teardown(
		    numbers_go_on, scratch_enter, scratch_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
