/* SPDX-License-Identifier: ISC */
/* Dumps for other slots: which bytes are rewritten, and which are not. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kit.h"
#include "sxlib/config.h"
#include "sxlib/slot.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

static void
test_a_kit_goes_to_every_slot(void **state)
{
	uint8_t msg[KIT_SIZE], want[KIT_SIZE];
	struct sx_request_row row;
	struct sx_err e = { 0 };
	struct sx_facts facts;

	(void)state;
	make_kit(msg, sizeof(msg), 5);
	sx_device_decode(NULL, msg, sizeof(msg), &facts);
	assert_int_equal(
	    sx_slot_row(NULL, msg, sizeof(msg), &facts, &row, &e), 0);
	assert_string_equal(row.what, "kit");
	for (long slot = 0; slot < 64; slot++) {
		assert_int_equal(sx_slot_move(NULL, msg, sizeof(msg), &row,
				     slot, &facts, &e),
		    0);
		make_kit(want, sizeof(want), (uint8_t)slot);
		assert_memory_equal(msg, want, sizeof(want));
		assert_int_equal(facts.slot, slot);
		assert_int_equal(facts.checksum, SX_CHECKSUM_OK);
		assert_string_equal(facts.name, "KICK");
	}
}

static void
test_no_such_slot(void **state)
{
	static const long slots[] = { -1, 64, 127, 128, LONG_MAX };
	uint8_t msg[KIT_SIZE], before[KIT_SIZE];
	struct sx_request_row row;
	struct sx_facts facts;

	(void)state;
	make_kit(msg, sizeof(msg), 5);
	memcpy(before, msg, sizeof(msg));
	sx_device_decode(NULL, msg, sizeof(msg), &facts);
	assert_int_equal(
	    sx_slot_row(NULL, msg, sizeof(msg), &facts, &row, NULL), 0);
	for (size_t i = 0; i < ARRAY(slots); i++) {
		struct sx_err e = { 0 };

		assert_int_equal(sx_slot_move(NULL, msg, sizeof(msg), &row,
				     slots[i], &facts, &e),
		    -1);
		assert_int_equal(e.code, SX_EUSAGE);
		assert_memory_equal(msg, before, sizeof(msg));
	}
}

static void
refused(const uint8_t *msg, size_t n, const char *why)
{
	struct sx_err e = { 0 };
	struct sx_facts facts;
	struct sx_request_row row;

	sx_device_decode(NULL, msg, n, &facts);
	assert_int_equal(sx_slot_row(NULL, msg, n, &facts, &row, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	if (strstr(e.msg, why) == NULL)
		fail_msg("'%s' does not say '%s'", e.msg, why);
}

/* No guesses. */
static void
test_what_cannot_be_moved(void **state)
{
	static const uint8_t unknown[] = { 0xf0, 0x7d, 1, 2, 3, 0xf7 };
	static const uint8_t inquiry[] = { 0xf0, 0x7e, 0x7f, 6, 1, 0xf7 };
	uint8_t msg[KIT_SIZE];

	(void)state;
	make_kit(msg, sizeof(msg), 5);
	refused(msg, sizeof(msg) - 1, "is incomplete");
	refused(msg, 1, "is incomplete");
	msg[100] ^= 1;
	refused(msg, sizeof(msg), "already wrong");
	make_kit(msg, sizeof(msg), 5);
	msg[KIT_SLOT] ^= 1;
	refused(msg, sizeof(msg), "already wrong");
	refused(unknown, sizeof(unknown), "cannot be sent");
	refused(inquiry, sizeof(inquiry), "cannot be sent");
}

static struct sx_devices *
devices_of(const char *text)
{
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_err e = { 0 };
	struct sx_config *f = sx_config_memory("it", text, strlen(text), &e);

	assert_int_equal(sx_config_device(f, d, &e), 1);
	sx_config_close(f);
	return d;
}

/* A checksum equal to the byte for "not checked", before or after; and two
 * checksums. */
static void
test_checksums(void **state)
{
	static const struct {
		const char *keys;
		uint8_t from[9], to[9];
	} t[] = {
		{ "checksum = sum7 3..-2 or 7F",
		    { 0xf0, 0x7d, 0x10, 0, 5, 0, 0x7a, 0x7f, 0xf7 },
		    { 0xf0, 0x7d, 0x10, 0, 6, 0, 0x7a, 0x00, 0xf7 } },
		{ "checksum = sum7 3..-2 or 7F",
		    { 0xf0, 0x7d, 0x10, 0, 5, 0, 0x79, 0x7e, 0xf7 },
		    { 0xf0, 0x7d, 0x10, 0, 6, 0, 0x79, 0x7f, 0xf7 } },
		{ "checksum = sum7 3..5\nchecksum-2 = sum7 3..-2",
		    { 0xf0, 0x7d, 0x10, 0, 5, 5, 0x70, 0x7a, 0xf7 },
		    { 0xf0, 0x7d, 0x10, 0, 6, 6, 0x70, 0x7c, 0xf7 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++) {
		struct sx_request_row row;
		struct sx_devices *d;
		struct sx_err e = { 0 };
		struct sx_facts facts;
		uint8_t msg[9];
		char text[256];

		snprintf(text, sizeof(text),
		    "[It]\nmask = F0 7D\n[:preset]\nmatch = @2 10\n"
		    "slot = 3 4\nshown = 1-256\nask = F0 7D 00 ss ss F7\n%s",
		    t[i].keys);
		d = devices_of(text);
		memcpy(msg, t[i].from, sizeof(msg));
		sx_device_decode(d, msg, sizeof(msg), &facts);
		assert_int_equal(facts.checksum, SX_CHECKSUM_OK);
		assert_int_equal(
		    sx_slot_row(d, msg, sizeof(msg), &facts, &row, &e), 0);
		assert_int_equal(
		    sx_slot_move(d, msg, sizeof(msg), &row, 6, &facts, &e), 0);
		assert_memory_equal(msg, t[i].to, sizeof(msg));
		assert_int_equal(
		    sx_slot_move(d, msg, sizeof(msg), &row, 5, &facts, &e), 0);
		assert_memory_equal(msg, t[i].from, sizeof(msg));
		sx_devices_free(d);
	}
}

/* A message that would become another kind stays unchanged. */
static void
test_what_does_not_come_out_right(void **state)
{
	static const uint8_t as_it_was[] = { 0xf0, 0x7d, 0x10, 'A', 'B',
		'A' + 'B', 0xf7 };
	struct sx_devices *d = devices_of("[It]\nmask = F0 7D\n[:preset]\n"
					  "match = @2 10\nname = 3 2\n"
					  "slot = 4\nshown = 1-128\n"
					  "ask = F0 7D 00 ss F7\n"
					  "checksum = sum7 3..-2\n");
	struct sx_request_row row;
	struct sx_err e = { 0 };
	struct sx_facts facts;
	uint8_t msg[sizeof(as_it_was)];

	(void)state;
	memcpy(msg, as_it_was, sizeof(msg));
	msg[5] &= 0x7f;
	sx_device_decode(d, msg, sizeof(msg), &facts);
	assert_string_equal(facts.name, "AB");
	assert_int_equal(sx_slot_row(d, msg, sizeof(msg), &facts, &row, &e), 0);
	assert_int_equal(
	    sx_slot_move(d, msg, sizeof(msg), &row, 'C', &facts, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	assert_non_null(strstr(e.msg, "does not decode as expected"));
	assert_memory_equal(msg, as_it_was, 5);
	assert_int_equal(msg[5], ('A' + 'B') & 0x7f);
	assert_string_equal(facts.name, "AB");
	sx_devices_free(d);
}

/* The same if the format of a dump depends on a byte that is its checksum. */
static void
test_what_is_then_not_recognized(void **state)
{
	static const char *const keys[] = {
		"match = @5 05\nchecksum = sum7 2..5\n",
		"match = @6 0A\nchecksum = sum7 2..5\n"
		"checksum-2 = sum7 2..6\n",
	};
	static const uint8_t as_it_was[] = { 0xf0, 0x7d, 0x00, 0x01, 0x04, 0x05,
		0x0a, 0xf7 };

	(void)state;
	for (size_t i = 0; i < ARRAY(keys); i++) {
		struct sx_request_row row;
		struct sx_devices *d;
		struct sx_err e = { 0 };
		struct sx_facts facts;
		uint8_t msg[sizeof(as_it_was)];
		char text[256];

		snprintf(text, sizeof(text),
		    "[It]\nmask = F0 7D\nunit = 2 1-16\n[:preset]\n"
		    "slot = 4\nshown = 1-128\nask = F0 7D 00 ss F7\n%s",
		    keys[i]);
		d = devices_of(text);
		memcpy(msg, as_it_was, sizeof(msg));
		sx_device_decode(d, msg, sizeof(msg), &facts);
		assert_int_equal(facts.checksum, SX_CHECKSUM_OK);
		assert_int_equal(
		    sx_slot_row(d, msg, sizeof(msg), &facts, &row, &e), 0);
		assert_int_equal(
		    sx_slot_move(d, msg, sizeof(msg), &row, 9, &facts, &e), -1);
		assert_int_equal(facts.slot, 4);
		assert_memory_equal(msg, as_it_was, sizeof(msg));
		assert_int_equal(
		    sx_unit_move(d, msg, sizeof(msg), 5, &facts, &e), -1);
		assert_int_equal(facts.unit, 1);
		assert_memory_equal(msg, as_it_was, sizeof(msg));
		sx_devices_free(d);
	}
}

/* The checksum of a dump is unknown; a message that is not a dump needs none.
 */
static void
test_unit_without_a_checksum(void **state)
{
	struct sx_devices *d = devices_of("[It]\nmask = F0 7D\n"
					  "unit = 2 bits 0F 1-16\n"
					  "[:kit]\nmatch = @3 11\n"
					  "[:parameter]\nmatch = @3 12\n");
	uint8_t msg[] = { 0xf0, 0x7d, 0x00, 0x11, 0x01, 0xf7 };
	struct sx_err e = { 0 };
	struct sx_facts facts;

	(void)state;
	assert_int_equal(sx_unit_move(d, msg, sizeof(msg), 5, &facts, &e), -1);
	assert_true(facts.dump);
	assert_non_null(strstr(e.msg, "its checksum rule is unknown"));
	assert_int_equal(msg[2], 0);
	msg[3] = 0x12;
	assert_int_equal(sx_unit_move(d, msg, sizeof(msg), 5, &facts, &e), 0);
	assert_false(facts.dump);
	assert_int_equal(facts.checksum, SX_CHECKSUM_UNKNOWN);
	assert_int_equal(msg[2], 4);
	sx_devices_free(d);
}

/* For another unit: its number, and a checksum that covers it. */
static void
test_unit(void **state)
{
	static const struct {
		int unit;
		const char *why; /* NULL: it can be sent there */
	} t[] = { { 1, NULL }, { 16, NULL }, { 17, "no such unit number" },
		{ 0, "no such unit number" }, { -1, "no such unit number" } };
	uint8_t virus[267] = { 0xf0, 0x00, 0x20, 0x33, 0x01, 0x04, 0x10, 0x01,
		0x05, [266] = 0xf7 };
	uint8_t before[sizeof(virus)];
	struct sx_facts facts;

	(void)state;
	virus[265] = 0x04 + 0x10 + 0x01 + 0x05;
	for (size_t i = 0; i < ARRAY(t); i++) {
		struct sx_err e = { 0 };

		memcpy(before, virus, sizeof(virus));
		if (t[i].why != NULL) {
			assert_int_equal(
			    sx_unit_move(NULL, virus, sizeof(virus), t[i].unit,
				&facts, &e),
			    -1);
			assert_non_null(strstr(e.msg, t[i].why));
			assert_memory_equal(virus, before, sizeof(virus));
			continue;
		}
		assert_int_equal(sx_unit_move(NULL, virus, sizeof(virus),
				     t[i].unit, &facts, &e),
		    0);
		assert_int_equal(virus[5], t[i].unit - 1);
		assert_int_equal(
		    virus[265], 0x10 + 0x01 + 0x05 + t[i].unit - 1);
		assert_int_equal(facts.unit, t[i].unit);
		assert_int_equal(facts.checksum, SX_CHECKSUM_OK);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checksums),
		cmocka_unit_test(test_what_does_not_come_out_right),
		cmocka_unit_test(test_what_is_then_not_recognized),
		cmocka_unit_test(test_unit),
		cmocka_unit_test(test_unit_without_a_checksum),
		cmocka_unit_test(test_a_kit_goes_to_every_slot),
		cmocka_unit_test(test_no_such_slot),
		cmocka_unit_test(test_what_cannot_be_moved),
	};

	return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
