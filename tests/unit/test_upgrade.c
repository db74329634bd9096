/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>

#include "sxlib/upgrade.h"

#define ELEKTRON 0x00203c

static void
test_is_for(void **state)
{
	static const struct {
		struct sx_firmware_facts os;
		sx_maker_id maker;
		struct sx_identity id;
		enum sx_upgrade_for is;
	} cases[] = {
		/* Another maker. */
		{ { .device = "One", .product = 5 }, ELEKTRON,
		    { .maker_id = 0x43, .device = "One", .family = 5 },
		    SX_FOR_OTHER },
		/* By its name, regardless of its family. */
		{ { .device = "One", .product = 5 }, ELEKTRON,
		    { .maker_id = ELEKTRON, .device = "ONE", .family = 6 },
		    SX_FOR_THIS },
		{ { .device = "One", .product = 5 }, ELEKTRON,
		    { .maker_id = ELEKTRON, .device = "Two", .family = 5 },
		    SX_FOR_OTHER },
		/* By its number, if one of them has no name. */
		{ { .product = 5 }, ELEKTRON,
		    { .maker_id = ELEKTRON, .device = "Two", .family = 5 },
		    SX_FOR_THIS },
		{ { .device = "One", .product = 5 }, ELEKTRON,
		    { .maker_id = ELEKTRON, .family = 6 }, SX_FOR_OTHER },
		{ { .device = "One", .product = -1 }, ELEKTRON,
		    { .maker_id = ELEKTRON, .family = 6 }, SX_FOR_UNKNOWN },
		/* For other makers the number has no meaning. */
		{ { .device = "One", .product = 5 }, 0x43,
		    { .maker_id = 0x43, .family = 6 }, SX_FOR_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(sx_upgrade_is_for(&cases[i].os, cases[i].maker,
				     &cases[i].id),
		    cases[i].is);
}

/* A supposed upgrade that is not one. */
static void
test_none(void **state)
{
	uint8_t data[] = { 0xf0, 0x7d, 1, 0xf7 };
	struct sx_outgoing m = { .data = data, .len = sizeof(data) };
	const struct sx_load load = { .messages = &m, .nmessages = 1 };
	struct sx_upgrade u = { .load = &load };
	struct sx_upgrade_problem p;
	struct sx_err e = { 0 };

	(void)state;
	while (sx_upgrade_check(&u, &p, &e) == 1)
		continue;
	assert_int_equal(e.code, SX_OK);
	assert_null(u.os);
	/* Everything has been checked. */
	assert_int_equal(sx_upgrade_check(&u, &p, &e), 0);
	sx_upgrade_free(&u);
}

static void
test_words(void **state)
{
	static const struct sx_firmware_facts os = { .maker = "Elektron",
		.device = "Octatrack",
		.version = "1.40C",
		.build = "0178" };
	static const struct sx_firmware_facts bare = { .maker = "Access" };
	const struct sx_upgrade_problem p = { .packet = 2,
		.offset = 12,
		.what = { .text = "wrong checksum",
		    .expected = "01",
		    .found = "02" } };
	const struct sx_upgrade_problem whole = { .what = {
						      .text = "no end" } };
	char text[SX_UPGRADE_PROBLEM_TEXT];

	(void)state;
	assert_string_equal(sx_firmware_describe(text, sizeof(text), &os),
	    "Elektron Octatrack OS 1.40C (build 0178)");
	assert_string_equal(
	    sx_firmware_describe(text, sizeof(text), &bare), "Access OS");
	assert_string_equal(sx_firmware_unit_name(&os), "Octatrack");
	assert_string_equal(sx_firmware_unit_name(&bare), "Access");
	assert_string_equal(sx_upgrade_problem_text(text, &p),
	    "offset 12: packet 2: wrong checksum: expected 01, found 02");
	assert_string_equal(sx_upgrade_problem_text(text, &whole), "no end");
}

static void
test_alone(void **state)
{
	char name[] = "os.syx", *files[] = { name };
	struct sx_outgoing m = { .file = 0 };
	struct sx_load load = { .messages = &m, .files = files, .nfiles = 1 };
	const struct sx_upgrade u = { .load = &load };
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(sx_upgrade_alone(&u, &e), 0);
	load.nfiles = 2;
	assert_int_equal(sx_upgrade_alone(&u, &e), -1);
	assert_string_equal(e.msg,
	    "refused: 'os.syx' contains an OS upgrade and must be sent alone; "
	    "nothing was sent");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_for),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
