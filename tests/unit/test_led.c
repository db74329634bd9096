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
#include "sxlib/led.h"

#define START 7000000 /* any time will do */

/* A state shown from this time on, in ms. */
struct scene {
	int ms;
	struct sx_led_view view;
};

#define SCENES 6

/* Off, on, off, on, off, and the flash of the first period after that. */
#define BLINKS  \
	"000"   \
	"1111"  \
	"00000" \
	"1111"  \
	"00000" \
	"1"

/* "1" or "0" for each 100 ms of [0, n * 100 ms): the state in their middle. */
static const char *
played(char *buf, int n, const struct scene *scenes)
{
	struct sx_led l = { 0 };
	int64_t next;
	int s = 0;

	for (int i = 0; i < n; i++) {
		while (s < SCENES && scenes[s].ms <= i * 100 &&
		       (s == 0 || scenes[s].ms > 0)) {
			sx_led_show(&l, &scenes[s].view,
			    START + (int64_t)scenes[s].ms * 1000);
			s++;
		}
		buf[i] =
		    sx_led_at(&l, START + (int64_t)i * 100000 + 50000, &next)
			? '1'
			: '0';
	}
	buf[n] = '\0';
	return buf;
}

static void
test_patterns(void **state)
{
	static const struct {
		const char *what, *shown;
		struct scene scenes[SCENES];
	} cases[] = {
		{ "ready: a flash, every 3 s",
		    "1000000000000000000000000000001000000000",
		    { { 0, { 0 } } } },
		{ "receiving", "1111111111", { { 0, { .receiving = true } } } },
		{ "saved: two blinks, then ready", "111" BLINKS "00",
		    { { 0, { .receiving = true } }, { 300, { .saved = 1 } } } },
		{ "saved while the next one arrives: blinks after that",
		    "1111" BLINKS "00000",
		    { { 0, { .receiving = true } },
			{ 300, { .receiving = true, .saved = 1 } },
			{ 400, { .saved = 1 } } } },
		{ "the next one arrives during the blinks: they begin again",
		    "000111" BLINKS "00",
		    { { 0, { .saved = 1 } },
			{ 300, { .receiving = true, .saved = 1 } },
			{ 600, { .saved = 1 } } } },
		{ "saved once more during the blinks: no more than two",
		    BLINKS "00000",
		    { { 0, { .saved = 1 } }, { 500, { .saved = 2 } } } },
		{ "damaged: fast, until a whole one is saved",
		    "1010101010" BLINKS,
		    { { 0, { .damaged = true } }, { 1000, { .saved = 1 } } } },
		{ "damaged after a saved one: no blinks", "0001010101",
		    { { 0, { .saved = 1 } },
			{ 300, { .saved = 1, .damaged = true } } } },
		{ "after a damaged one the next arrives", "1011111010",
		    { { 0, { .damaged = true } },
			{ 200, { .damaged = true, .receiving = true } },
			{ 600, { .damaged = true } } } },
		{ "trouble is shown whatever arrives, as long as it lasts",
		    "1111101010101111",
		    { { 0, { .receiving = true } },
			{ 400, { .receiving = true, .trouble = true } },
			{ 1200, { .receiving = true } } } },
		{ "trouble is over: what was saved meanwhile", "1010" BLINKS,
		    { { 0, { .trouble = true } },
			{ 300, { .trouble = true, .saved = 1 } },
			{ 400, { .saved = 1 } } } },
		{ "stopped", "1010000000000",
		    { { 0, { .trouble = true } },
			{ 300, { .trouble = true, .stopped = true } } } },
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *want = cases[i].shown;
		const char *got =
		    played(buf, (int)strlen(want), cases[i].scenes);

		if (strcmp(got, want) != 0)
			fail_msg(
			    "%s: got %s, want %s", cases[i].what, got, want);
	}
}

/* Queried only when it may change, it gives the same result as queried at every
 * moment. */
static void
test_next(void **state)
{
	static const struct sx_led_view views[] = {
		{ 0 },
		{ .receiving = true },
		{ .saved = 1 },
		{ .damaged = true, .saved = 1 },
		{ .trouble = true, .saved = 1 },
		{ .stopped = true, .saved = 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		struct sx_led often = { 0 }, rare = { 0 };
		int64_t next = 0, other;
		bool on = false;
		int asked = 0;

		sx_led_show(&often, &views[i], 0);
		sx_led_show(&rare, &views[i], 0);
		for (int64_t t = 0; t < 7000000; t += 10000) {
			if (t >= next) {
				on = sx_led_at(&rare, t, &next);
				assert_true(next > t);
				asked++;
			}
			assert_int_equal(on, sx_led_at(&often, t, &other));
		}
		/* No more queries than changes. */
		assert_true(asked <= 71);
	}
}

/* ---- On a fake sysfs ---- */

static void
led_make(const char *name, const char *trigger, const char *brightness)
{
	char path[64];

	assert_true(mkdir("leds", 0777) == 0 || errno == EEXIST);
	snprintf(path, sizeof(path), "leds/%s", name);
	assert_int_equal(mkdir(path, 0777), 0);
	if (trigger != NULL) {
		snprintf(path, sizeof(path), "leds/%s/trigger", name);
		scratch_write(path, trigger, strlen(trigger));
	}
	snprintf(path, sizeof(path), "leds/%s/brightness", name);
	scratch_write(path, brightness, strlen(brightness));
	snprintf(path, sizeof(path), "leds/%s/max_brightness", name);
	scratch_write(path, "255\n", 4);
}

/* A file keeps the rest of an earlier, longer write; an LED does not. */
static bool
led_has(const char *file, const char *text)
{
	char path[64], buf[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "leds/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_not_equal(fd, -1);
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	assert_true(n >= 0);
	buf[n] = '\0';
	return strncmp(buf, text, strlen(text)) == 0;
}

static void
led_wait(const char *file, const char *text)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	while (!led_has(file, text))
		nanosleep(&ms, NULL);
}

static void
test_driver(void **state)
{
	const struct sx_led_view receiving = { .receiving = true };
	const struct sx_led_view stopped = { .stopped = true };
	struct sx_err e = { 0 };
	struct sx_led_driver *d;

	(void)state;
	led_make("ACT", "none rc-feedback [mmc0] timer heartbeat\n", "0\n");
	d = sx_led_open("leds", "ACT", &e);
	assert_non_null(d);
	assert_true(led_has("ACT/trigger", "none"));
	/* It is ready. */
	led_wait("ACT/brightness", "255");
	led_wait("ACT/brightness", "0");
	sx_led_put(d, &receiving);
	led_wait("ACT/brightness", "255");
	sx_led_put(d, &stopped);
	led_wait("ACT/brightness", "0");
	assert_int_equal(sx_led_close(d, &e), 0);
	assert_true(led_has("ACT/trigger", "mmc0"));
	assert_int_equal(e.code, SX_OK);
}

/* An LED that was only on, and one without triggers. */
static void
test_driver_gives_back(void **state)
{
	const struct sx_led_view stopped = { .stopped = true };

	(void)state;
	led_make("on", "[none] timer\n", "128\n");
	led_make("plain", NULL, "7\n");
	for (int i = 0; i < 2; i++) {
		struct sx_err e = { 0 };
		struct sx_led_driver *d =
		    sx_led_open("leds", i == 0 ? "on" : "plain", &e);

		assert_non_null(d);
		sx_led_put(d, &stopped);
		assert_int_equal(sx_led_close(d, &e), 0);
	}
	assert_true(led_has("on/brightness", "128"));
	assert_true(led_has("on/trigger", "none"));
	assert_true(led_has("plain/brightness", "7"));
	assert_int_equal(access("leds/plain/trigger", F_OK), -1);
}

static void
test_driver_refuses(void **state)
{
	static const struct {
		const char *name;
		enum sx_errc code;
		const char *hint;
	} cases[] = {
		{ "", SX_EUSAGE, "" },
		{ "..", SX_EUSAGE, "" },
		{ "a/b", SX_EUSAGE, "" },
		{ "PWR", SX_EIO, "there are: ACT" },
		{ "broken", SX_EIO, "" },
	};

	(void)state;
	led_make("ACT", "[none]\n", "0\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sx_err e = { 0 };

		if (strcmp(cases[i].name, "broken") == 0)
			assert_int_equal(mkdir("leds/broken", 0777), 0);
		assert_null(sx_led_open("leds", cases[i].name, &e));
		assert_int_equal(e.code, cases[i].code);
		assert_string_equal(e.hint, cases[i].hint);
	}
}

/* It is unplugged, which is reported once, and comes back. */
static void
test_driver_fails(void **state)
{
	const struct sx_led_view on = { .receiving = true };
	const struct sx_led_view fast = { .trouble = true };
	const struct timespec ms = { .tv_nsec = 1000000 };
	struct sx_err e = { 0 };
	struct sx_led_driver *d;

	(void)state;
	led_make("usb", "[none]\n", "0\n");
	d = sx_led_open("leds", "usb", &e);
	assert_non_null(d);
	sx_led_put(d, &on);
	led_wait("usb/brightness", "255");
	assert_false(sx_led_failed(d, &e));
	assert_int_equal(rename("leds/usb", "leds/gone"), 0);
	sx_led_put(d, &fast);
	while (!sx_led_failed(d, &e))
		nanosleep(&ms, NULL);
	assert_int_equal(e.sys, ENOENT);
	/* It is retried, and nothing more is reported. */
	for (int i = 0; i < 300; i++) {
		nanosleep(&ms, NULL);
		assert_false(sx_led_failed(d, &e));
	}
	assert_int_equal(rename("leds/gone", "leds/usb"), 0);
	led_wait("usb/brightness", "0");
	led_wait("usb/brightness", "255");
	assert_int_equal(rename("leds/usb", "leds/gone"), 0);
	while (!sx_led_failed(d, &e))
		nanosleep(&ms, NULL);
	/* That was already reported. */
	assert_int_equal(sx_led_close(d, &e), 0);
}

/* If taking it over fails, its trigger is unchanged. */
static void
test_driver_not_taken(void **state)
{
	struct sx_err e = { 0 };

	(void)state;
	led_make("ACT", "none [mmc0] timer\n", "0\n");
	assert_int_equal(unlink("leds/ACT/brightness"), 0);
	assert_null(sx_led_open("leds", "ACT", &e));
	assert_int_equal(e.sys, ENOENT);
	assert_non_null(strstr(e.msg, "'leds/ACT/brightness'"));
	assert_true(led_has("ACT/trigger", "mmc0"));
}

/* It works, except for restoring it at the end. */
static void
test_driver_does_not_give_back(void **state)
{
	struct sx_err e = { 0 };
	struct sx_led_driver *d;

	(void)state;
	led_make("ACT", "none [mmc0] timer\n", "0\n");
	d = sx_led_open("leds", "ACT", &e);
	assert_non_null(d);
	assert_int_equal(unlink("leds/ACT/trigger"), 0);
	assert_int_equal(sx_led_close(d, &e), -1);
	assert_int_equal(e.sys, ENOENT);
	assert_non_null(strstr(e.msg, "'leds/ACT/trigger'"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_next),
		cmocka_unit_test_setup_teardown(
		    test_driver, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_driver_gives_back, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_driver_refuses, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_driver_fails, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_driver_not_taken, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(test_driver_does_not_give_back,
		    scratch_enter, scratch_leave),
	};

	return cmocka_run_group_tests_name("led", tests, NULL, NULL);
}
