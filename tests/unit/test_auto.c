/* SPDX-License-Identifier: ISC */
/* Choice of the instrument on a port from the units that answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/auto.h"
#include "sxlib/config.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

static const char own[] = "[Own]\nmask = F0 7D 01\n[:preset]\nmatch = @3 02\n"
			  "ask = F0 7D 01 03 F7\n"
			  "[Silent]\nmask = F0 7D 02\n[:preset]\n"
			  "[Only buffer]\nmask = F0 7D 04\n[:preset]\n"
			  "match = @3 02\nask = F0 7D 04 03 F7\nbackup = no\n";

static const struct {
	const char *units[2]; /* the units that answered */
	size_t n;
	enum sx_auto what;
	const char *device;
} t[] = {
	{ { NULL }, 0, SX_AUTO_NOBODY, "" },
	{ { "M1" }, 1, SX_AUTO_ONE, "M1" },
	{ { "M1", "M1" }, 2, SX_AUTO_SEVERAL, "" },
	{ { "M1", "" }, 2, SX_AUTO_SEVERAL, "" },
	/* Its maker may be known. */
	{ { "" }, 1, SX_AUTO_UNKNOWN, "" },
	{ { "Nobody knows it" }, 1, SX_AUTO_UNKNOWN, "Nobody knows it" },
	/* No known request for any of its dumps. */
	{ { "Tempest" }, 1, SX_AUTO_UNKNOWN, "Tempest" },
	{ { "m1" }, 1, SX_AUTO_UNKNOWN, "m1" },
	/* The user's instruments: with a request, without, and without one for
	   a backup. */
	{ { "Own" }, 1, SX_AUTO_ONE, "Own" },
	{ { "Silent" }, 1, SX_AUTO_UNKNOWN, "Silent" },
	{ { "Only buffer" }, 1, SX_AUTO_UNKNOWN, "Only buffer" },
};

static struct sx_devices *
read_own(void)
{
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_err e = { 0 };
	struct sx_config *f =
	    sx_config_memory("own.conf", own, sizeof(own) - 1, &e);
	int rc;

	assert_non_null(d);
	assert_non_null(f);
	while ((rc = sx_config_device(f, d, &e)) == 1)
		;
	if (rc == -1)
		fail_msg("%s", e.msg);
	sx_config_close(f);
	return d;
}

static void
test_choice(void **state)
{
	struct sx_devices *d = read_own();

	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++) {
		struct sx_unit list[2] = { 0 };
		const struct sx_units found = { .list = list, .n = t[i].n };
		char device[SX_FACT_TEXT];

		memset(device, 'x', sizeof(device));
		for (size_t k = 0; k < t[i].n; k++)
			strcpy(list[k].id.device, t[i].units[k]);
		if (sx_auto_choose(d, &found, device) != t[i].what ||
		    strcmp(device, t[i].device) != 0)
			fail_msg("row %zu: '%s'", i, device);
	}
	sx_devices_free(d);
}

/* A device with its own name and the requests of its page; its number as
 * displayed, where requests carry one. */
static void
test_page_and_unit(void **state)
{
	static const struct {
		const char *name, *page, *device;
		uint8_t unit;
		int want;
	} rows[] = {
		{ "MS2000", "microKORG / MS2000", "microKORG / MS2000", 2, 3 },
		{ "MS2000", "microKORG / MS2000", "microKORG / MS2000", 16,
		    -1 },
		{ "M1", "M1", "M1", 0x7f, -1 },
		{ "Prophet '08 Module", "Prophet '08", "Prophet '08 Module", 0,
		    -1 },
		/* Its requests are addressed to any unit. */
		{ "Blofeld", "Blofeld", "Blofeld", 3, -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY(rows); i++) {
		struct sx_unit one = { .id.instrument = rows[i].page,
			.id.unit = rows[i].unit };
		const struct sx_units found = { .list = &one, .n = 1 };
		char device[SX_FACT_TEXT];

		strcpy(one.id.device, rows[i].name);
		assert_int_equal(
		    sx_auto_choose(NULL, &found, device), SX_AUTO_ONE);
		assert_string_equal(device, rows[i].device);
		assert_int_equal(
		    sx_auto_unit(NULL, &found, device), rows[i].want);
	}
}

/* Without the user's instruments the device is unknown. */
static void
test_without_user(void **state)
{
	struct sx_unit one = { .id.device = "Own" };
	const struct sx_units found = { .list = &one, .n = 1 };
	char device[SX_FACT_TEXT];

	(void)state;
	assert_int_equal(sx_auto_choose(NULL, &found, device), SX_AUTO_UNKNOWN);
	assert_string_equal(device, "Own");
}

static void
test_why_none(void **state)
{
	static const struct {
		enum sx_auto what;
		size_t n;
		enum sx_errc code;
		const char *why;
	} none[] = {
		{ SX_AUTO_ONE, 1, SX_OK, "" },
		{ SX_AUTO_NOBODY, 0, SX_ETIMEOUT,
		    "p: no answer to the identity request" },
		{ SX_AUTO_SEVERAL, 2, SX_EREFUSED,
		    "p: 2 units answered: name one" },
		{ SX_AUTO_UNKNOWN, 1, SX_EREFUSED,
		    "p: no known way to request dumps from it" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY(none); i++) {
		const struct sx_units found = { .n = none[i].n };
		struct sx_err e = { 0 };

		assert_int_equal(sx_auto_check(none[i].what, "p", &found, &e),
		    none[i].code == SX_OK ? 0 : -1);
		assert_int_equal(e.code, none[i].code);
		assert_string_equal(e.msg, none[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_page_and_unit),
		cmocka_unit_test(test_without_user),
		cmocka_unit_test(test_why_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
