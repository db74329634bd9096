/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/stray.h"

#define BYTES(...)                        \
	(const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ })

static void
test_kinds(void **state)
{
	const struct {
		const uint8_t *p;
		size_t n;
		enum sx_stray kind;
	} cases[] = {
		{ BYTES(0), SX_STRAY_PADDING },
		{ BYTES(0, 0, 0), SX_STRAY_PADDING },
		{ BYTES(0xff, 0xff), SX_STRAY_PADDING },
		{ BYTES(0x1a), SX_STRAY_PADDING },
		{ BYTES(0x1a, 0), SX_STRAY_PADDING },
		{ BYTES(0x1a, 0, 0), SX_STRAY_PADDING },
		{ BYTES(0x1a, 0, 0xff), SX_STRAY_UNKNOWN },
		{ BYTES(0, 0x1a, 0x1a), SX_STRAY_UNKNOWN },
		{ BYTES(0, 0, 1), SX_STRAY_UNKNOWN },
		{ BYTES(1, 1, 1), SX_STRAY_UNKNOWN },
		{ BYTES(0xf7), SX_STRAY_REST },
		{ BYTES(1, 2, 0xf7), SX_STRAY_REST },
		{ BYTES('a', 'b', '\r', '\n'), SX_STRAY_TEXT },
		{ BYTES('a', 0x7f), SX_STRAY_UNKNOWN },
		{ BYTES(0x90, 0x40, 0x40), SX_STRAY_MIDI },
		{ BYTES(0x90, 0x40, 0x40, 0x41, 0x40), SX_STRAY_MIDI },
		{ BYTES(0xf8, 0xfe), SX_STRAY_MIDI },
		{ BYTES(0x90, 0x40), SX_STRAY_UNKNOWN },
		{ BYTES(0x40, 0x90, 0x40, 0x40), SX_STRAY_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    sx_stray_kind(cases[i].p, cases[i].n), cases[i].kind);
}

#define TEXT(text) (const uint8_t *)(text), sizeof(text) - 1

static void
test_aliens(void **state)
{
	const struct {
		const uint8_t *p;
		size_t n;
		const char *what;
	} cases[] = {
		{ TEXT("PK\3\4..."), "a zip archive" },
		{ TEXT("PK\3"), NULL },
		{ TEXT("\xf0PK\3\4"), NULL },
		{ TEXT("\xf0\x01-lh5-"), NULL },
		{ TEXT("##-lh5-"), "an lha archive" },
		{ TEXT("BZh91AY&SY"), "bzip2 data" },
		{ TEXT("RIFF\1\2\3\4WAVE"), "a WAV sound file" },
		{ TEXT("RIFF\1\2\3\4RMID"), NULL },
		{ TEXT("\n\t <hTmL>"), "a web page (HTML)" },
		{ TEXT("\xef\xbb\xbf<?xml"), "an XML file" },
		{ TEXT("x<html>"), NULL },
		{ TEXT("   "), NULL },
		{ TEXT(""), NULL },
	};
	const char *hint, *what;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		what = sx_alien_text(cases[i].p, cases[i].n, &hint);
		if (cases[i].what == NULL)
			assert_null(what);
		else
			assert_string_equal(what, cases[i].what);
	}
}

static void
test_headerless(void **state)
{
	uint8_t bank[32 * 128];
	const char *hint;

	(void)state;
	memset(bank, 0x63, sizeof(bank));
	for (size_t i = 0; i < sizeof(bank); i += 7)
		bank[i] = 0x20;
	assert_string_equal(sx_remains_text(bank, sizeof(bank), &hint),
	    "a DX7 bank of 32 voices without a header");
	assert_non_null(hint);
	/* Not the size of a bank, an invalid name, a status byte, too short. */
	bank[0] = 1;
	assert_string_equal(sx_remains_text(bank, sizeof(bank) - 1, &hint),
	    "7-bit data, perhaps a bank without a header");
	bank[127] = 0x1f;
	assert_string_equal(sx_remains_text(bank, sizeof(bank), &hint),
	    "7-bit data, perhaps a bank without a header");
	bank[127] = 0x80;
	assert_null(sx_remains_text(bank, sizeof(bank), &hint));
	assert_null(sx_remains_text(bank, 127, &hint));
}

static void
test_macbinary(void **state)
{
	uint8_t head[SX_MACBINARY] = { 0, 4, 'B', 'a', 'n', 'k' };
	uint64_t data;

	(void)state;
	head[85] = 1;
	assert_true(sx_macbinary(head, 128 + 256, &data));
	assert_int_equal(data, 256);
	assert_true(sx_macbinary(head, 128 + 300, &data));
	assert_false(sx_macbinary(head, 128 + 255, &data));
	assert_false(sx_macbinary(head, 100, &data));
	for (size_t at = 0; at < SX_MACBINARY; at++) {
		static const size_t fixed[] = { 0, 1, 74, 82, 83 };
		bool is_fixed = false;

		for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
			is_fixed = is_fixed || fixed[i] == at;
		if (!is_fixed)
			continue;
		head[at] ^= 0x80;
		assert_false(sx_macbinary(head, 128 + 256, &data));
		head[at] ^= 0x80;
	}
	memset(head + 2, 'a', 65);
	head[1] = 63;
	assert_true(sx_macbinary(head, 128 + 256, &data));
	head[1] = 64;
	assert_false(sx_macbinary(head, 128 + 256, &data));
	head[1] = 4;
	head[3] = 7;
	assert_false(sx_macbinary(head, 128 + 256, &data));
	head[3] = 'a';
	/* Its resource fork is missing. */
	head[88] = 1;
	assert_false(sx_macbinary(head, 128 + 256, &data));
	head[88] = 0;
	head[85] = 0;
	assert_false(sx_macbinary(head, 128 + 256, &data));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_aliens),
		cmocka_unit_test(test_headerless),
		cmocka_unit_test(test_macbinary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
