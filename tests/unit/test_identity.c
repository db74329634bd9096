/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/identity.h"

#define BYTES(...)                        \
	(const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ })
#define REPLY 0xf0, 0x7e, 0x11, 0x06, 0x02

static void
test_known(void **state)
{
	const struct {
		const uint8_t *msg;
		size_t n;
		const char *maker, *device, *version;
		unsigned family, member;
	} cases[] = {
		{ BYTES(REPLY, 0x3e, 0x13, 0, 0, 0, '1', '.', '2', '4', 0xf7),
		    "Waldorf", "Blofeld", "1.24", 0x13, 0 },
		/* Versions of 3 bytes, of 1 and of none. */
		{ BYTES(REPLY, 0x01, 0x25, 1, 0, 0, 0x11, 0, 0, 0xf7),
		    "Sequential", "Mopho", "11 00 00", 0xa5, 0 },
		{ BYTES(REPLY, 0x01, 0x30, 1, 0, 0, 2, 0xf7), "Sequential",
		    "Prophet X", "02", 0xb0, 0 },
		{ BYTES(REPLY, 0x01, 0x30, 1, 0, 0, 0xf7), "Sequential",
		    "Prophet X", "", 0xb0, 0 },
		{ BYTES(REPLY, 0x42, 0x51, 1, 0, 0, 2, 0xf7), "Korg",
		    "minilogue xd", "02", 0xd1, 0 },
		{ BYTES(REPLY, 0x3e, 0x13, 0, 0, 0, 0xf7), "Waldorf", "Blofeld",
		    "", 0x13, 0 },
		{ BYTES(REPLY, 0x42, 0x51, 1, 0, 0, 10, 0, 2, 0, 0xf7), "Korg",
		    "minilogue xd", "2.10", 0xd1, 0 },
		{ BYTES(REPLY, 0, 0x20, 0x3c, 2, 0, 1, 0, '1', '6', '3', ' ',
		      0xf7),
		    "Elektron", "Machinedrum", "1.63", 2, 1 },
		{ BYTES(REPLY, 0, 0x20, 0x3c, 2, 0, 1, 0, 1, 2, 3, 4, 0xf7),
		    "Elektron", "Machinedrum", "01 02 03 04", 2, 1 },
		{ BYTES(
		      REPLY, 0, 0x20, 0x3c, 2, 0, 1, 0, '1', '6', '3', 1, 0xf7),
		    "Elektron", "Machinedrum", "31 36 33 01", 2, 1 },
		{ BYTES(REPLY, 0x42, 0x58, 0, 1, 0, 7, 0, 1, 0, 0xf7), "Korg",
		    "MS2000", "1.07", 0x58, 1 },
		{ BYTES(REPLY, 0x42, 0x58, 0, 2, 0, 7, 0, 1, 0, 0xf7), "Korg",
		    "", "07 00 01 00", 0x58, 2 },
		{ BYTES(REPLY, 0x42, 0x35, 0, 0, 0, 4, 0, 1, 0, 0xf7), "Korg",
		    "X3 / X2", "1.04", 0x35, 0 },
		{ BYTES(REPLY, 0x42, 0x30, 0, 0, 0, 4, 0, 1, 0, 0xf7), "Korg",
		    "03R/W", "1.04", 0x30, 0 },
		{ BYTES(REPLY, 0x40, 0, 0, 4, 0, 0, 1, 0, 4, 0xf7), "Kawai",
		    "K4", "00 01 00 04", 0, 4 },
		{ BYTES(REPLY, 0, 0, 0x0e, 0x1d, 0, 0, 0, 1, 4, 0, 0, 0xf7),
		    "Alesis", "Andromeda", "01 04 00 00", 0x1d, 0 },
		{ BYTES(REPLY, 0, 0x20, 0x6b, 4, 0, 2, 1, 1, 0, 3, 2, 0xf7),
		    "Arturia", "MicroBrute", "01 00 03 02", 4, 0x82 },
		{ BYTES(REPLY, 0x0f, 2, 0, 1, 0, 0, 0, 0x32, 3, 0xf7),
		    "Ensoniq", "ESQ-1", "00 00 32 03", 2, 1 },
		{ BYTES(REPLY, 0x0f, 2, 0, 3, 0, 0, 0, 0, 1, 0xf7), "Ensoniq",
		    "SQ-80", "00 00 00 01", 2, 3 },
		{ BYTES(REPLY, 0x0f, 5, 0, 1, 0, 0, 0, 2, 0, 0xf7), "Ensoniq",
		    "VFX", "00 00 02 00", 5, 1 },
		{ BYTES(REPLY, 0, 0x20, 0x29, 0x7e, 0, 0, 0, 0, 3, 9, 7, 16,
		      0xf7),
		    "Novation", "Peak", "00 03 09 07 10", 0x7e, 0 },
		{ BYTES(REPLY, 0x42, 0x19, 0, 0, 0, 5, 0, 1, 0, 0xf7), "Korg",
		    "M1", "1.05", 0x19, 0 },
		{ BYTES(REPLY, 0x40, 0, 0, 0x0a, 2, 1, 0, 1, 1, 0xf7), "Kawai",
		    "K5000S", "01 00 01 01", 0, 0x10a },
		{ BYTES(REPLY, 0x41, 6, 1, 0, 1, 0, 2, 0, 0, 0xf7), "Roland",
		    "JP-8080", "00 02 00 00", 0x86, 0x80 },
		{ BYTES(REPLY, 0x41, 0x3a, 2, 2, 0, 0, 3, 0, 0, 0xf7), "Roland",
		    "Juno-DS", "00 03 00 00", 0x13a, 2 },
		{ BYTES(REPLY, 0x10, 6, 0, 2, 0, 0, 0, 1, 0, 0xf7), "Oberheim",
		    "Matrix-1000", "00 00 01 00", 6, 2 },
		{ BYTES(REPLY, 0, 0x20, 0x29, 3, 1, 0, 0, 0, 2, 3, 8, 0xf7),
		    "Novation", "Launchpad X", "00 02 03 08", 0x83, 0 },
		{ BYTES(REPLY, 0, 0x40, 5, 0, 0, 1, 8, 0x10, 0xf7),
		    "AlphaTheta", "Toraiz AS-1", "10", 0, 0x401 },
	};
	struct sx_identity id;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(
		    sx_identity_decode(NULL, cases[i].msg, cases[i].n, &id));
		assert_string_equal(id.maker, cases[i].maker);
		assert_string_equal(id.device, cases[i].device);
		assert_string_equal(id.version, cases[i].version);
		assert_int_equal(id.family, cases[i].family);
		assert_int_equal(id.member, cases[i].member);
		assert_int_equal(id.unit, 0x11);
		assert_int_equal(
		    id.trust == SX_TRUST_NONE, id.device[0] == '\0');
	}
}

static void
test_none(void **state)
{
	static const uint8_t whole[] = { REPLY, 0, 0x20, 0x3c, 2, 0, 1, 0, '1',
		'6', '3', ' ', 0xf7 };
	uint8_t msg[sizeof(whole)];
	struct sx_identity id;

	(void)state;
	assert_false(sx_identity_decode(
	    NULL, sx_identity_request, SX_IDENTITY_REQUEST, &id));
	for (size_t n = 0; n < sizeof(whole); n++) {
		uint8_t *cut = malloc(n + 1);

		assert_non_null(cut);
		memcpy(cut, whole, n);
		assert_false(sx_identity_decode(NULL, cut, n, &id));
		if (n > 0)
			cut[n - 1] = 0xf7;
		/* Without the whole ID, family and member it is not a reply. */
		assert_int_equal(
		    sx_identity_decode(NULL, cut, n, &id), n >= 13);
		free(cut);
	}
	for (size_t i = 0; i < 5; i++) {
		memcpy(msg, whole, sizeof(msg));
		msg[i] ^= 1;
		assert_int_equal(
		    sx_identity_decode(NULL, msg, sizeof(msg), &id), i == 2);
	}
}

/* A reply without the unit, and a sample packet for unit 6. */
static void
test_no_unit(void **state)
{
	static const uint8_t xt[] = { 0xf0, 0x7e, 0x06, 0x02, 0x3e, 0x0e, 0x00,
		0x0b, 0x00, '2', '.', '3', '3', 0xf7 };
	uint8_t packet[127] = { 0xf0, 0x7e, 0x06, 0x02, 0x3e, [126] = 0xf7 };
	struct sx_identity id;

	(void)state;
	assert_true(sx_identity_decode(NULL, xt, sizeof(xt), &id));
	assert_string_equal(id.device, "Microwave II / XT");
	assert_string_equal(id.version, "2.33");
	assert_int_equal(id.family, 0x0e);
	assert_int_equal(id.member, 0x0b);
	assert_int_equal(id.unit, 0x7f);
	assert_false(sx_identity_decode(NULL, packet, sizeof(packet), &id));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_no_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
