/* SPDX-License-Identifier: ISC */
/* Dumps for other slots: what is rewritten, and what is not touched. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/slot.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

#define KIT_SIZE 1233
#define SLOT	 9 /* where the Machinedrum has it */

/* A Machinedrum kit, after Appendix C of its manual: from byte 9 to the footer
 * 14 bits of sum, then those of the length without 10 bytes. */
static void
make_kit(uint8_t *msg, size_t n, uint8_t slot)
{
	static const uint8_t head[] = { 0xf0, 0, 0x20, 0x3c, 2, 0, 0x52, 4, 1 };
	unsigned sum = 0;

	memset(msg, 0, n);
	memcpy(msg, head, sizeof(head));
	msg[SLOT] = slot;
	memcpy(msg + 10, "KICK", 4);
	for (size_t i = 26; i < n - 5; i++)
		msg[i] = i * 37 & 0x7f;
	for (size_t i = SLOT; i < n - 5; i++)
		sum += msg[i];
	msg[n - 5] = sum >> 7 & 0x7f;
	msg[n - 4] = sum & 0x7f;
	msg[n - 3] = (n - 10) >> 7 & 0x7f;
	msg[n - 2] = (n - 10) & 0x7f;
	msg[n - 1] = 0xf7;
}

static void
test_a_kit_goes_to_every_slot(void **state)
{
	uint8_t msg[KIT_SIZE], want[KIT_SIZE];
	const struct sx_request_row *row;
	struct sx_err e = { 0 };
	struct sx_facts facts;

	(void)state;
	make_kit(msg, sizeof(msg), 5);
	sx_device_decode(NULL, msg, sizeof(msg), &facts);
	row = sx_slot_row(msg, sizeof(msg), &facts, &e);
	assert_non_null(row);
	assert_string_equal(row->what, "kit");
	for (long slot = 0; slot < 64; slot++) {
		assert_int_equal(
		    sx_slot_move(NULL, msg, sizeof(msg), row, slot, &facts, &e),
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
	const struct sx_request_row *row;
	struct sx_facts facts;

	(void)state;
	make_kit(msg, sizeof(msg), 5);
	memcpy(before, msg, sizeof(msg));
	sx_device_decode(NULL, msg, sizeof(msg), &facts);
	row = sx_slot_row(msg, sizeof(msg), &facts, NULL);
	assert_non_null(row);
	for (size_t i = 0; i < ARRAY(slots); i++) {
		struct sx_err e = { 0 };

		assert_int_equal(sx_slot_move(NULL, msg, sizeof(msg), row,
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

	sx_device_decode(NULL, msg, n, &facts);
	assert_null(sx_slot_row(msg, n, &facts, &e));
	assert_int_equal(e.code, SX_EREFUSED);
	if (strstr(e.msg, why) == NULL)
		fail_msg("'%s' does not say '%s'", e.msg, why);
}

/* Never by a guess. */
static void
test_what_cannot_be_moved(void **state)
{
	static const uint8_t unknown[] = { 0xf0, 0x7d, 1, 2, 3, 0xf7 };
	static const uint8_t inquiry[] = { 0xf0, 0x7e, 0x7f, 6, 1, 0xf7 };
	uint8_t msg[KIT_SIZE];

	(void)state;
	make_kit(msg, sizeof(msg), 5);
	refused(msg, sizeof(msg) - 1, "not whole");
	refused(msg, 1, "not whole");
	msg[100] ^= 1;
	refused(msg, sizeof(msg), "wrong already");
	make_kit(msg, sizeof(msg), 5);
	msg[SLOT] ^= 1;
	refused(msg, sizeof(msg), "wrong already");
	refused(unknown, sizeof(unknown), "cannot be sent");
	refused(inquiry, sizeof(inquiry), "cannot be sent");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_kit_goes_to_every_slot),
		cmocka_unit_test(test_no_such_slot),
		cmocka_unit_test(test_what_cannot_be_moved),
	};

	return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
