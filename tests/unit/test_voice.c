/* SPDX-License-Identifier: ISC */
/*
 * Yamaha's packed voices, bit by bit, and against a second implementation from
 * the manuals that shares no code with the first: value by value, as in the
 * parameter table of a DX7's manual.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sysex/voice.h"

#define PACKED 128

/* DX7: parameter n of the 155. */
static unsigned
dx7_value(const uint8_t *v, unsigned n)
{
	const uint8_t *op = v + n / 21 * 17;

	if (n >= 145)
		return v[118 + n - 145]; /* name */
	if (n >= 126)
		switch (n) {
		case 134:
			return v[110] & 31; /* algorithm */
		case 135:
			return v[111] & 7; /* feedback */
		case 136:
			return v[111] >> 3 & 1; /* oscillator sync */
		case 137:
		case 138:
		case 139:
		case 140:
			return v[112 + n - 137]; /* LFO */
		case 141:
			return v[116] & 1; /* LFO sync */
		case 142:
			return v[116] >> 1 & 7; /* wave */
		case 143:
			return v[116] >> 4; /* pitch sensitivity */
		case 144:
			return v[117]; /* transpose */
		default:
			return v[102 + n - 126]; /* pitch envelope */
		}
	switch (n % 21) {
	case 11:
		return op[11] & 3; /* left curve */
	case 12:
		return op[11] >> 2 & 3; /* right curve */
	case 13:
		return op[12] & 7; /* rate scaling */
	case 14:
		return op[13] & 3; /* amplitude modulation */
	case 15:
		return op[13] >> 2 & 7; /* velocity */
	case 16:
		return op[14]; /* level */
	case 17:
		return op[15] & 1; /* mode */
	case 18:
		return op[15] >> 1 & 31; /* coarse */
	case 19:
		return op[16]; /* fine */
	case 20:
		return op[12] >> 3; /* detune */
	default:
		return op[n % 21];
	}
}

/* DX21: parameter n of the 93. */
static unsigned
dx21_value(const uint8_t *v, unsigned n)
{
	const uint8_t *op = v + n / 13 * 10;

	if (n >= 71)
		return v[51 + n - 71];
	if (n >= 52)
		switch (n) {
		case 52:
			return v[40] & 7; /* algorithm */
		case 53:
			return v[40] >> 3 & 7; /* feedback */
		case 58:
			return v[40] >> 6; /* sync */
		case 59:
			return v[45] & 3; /* wave */
		case 60:
			return v[45] >> 4; /* pitch sensitivity */
		case 61:
			return v[45] >> 2 & 3; /* amplitude sensitivity */
		case 62:
			return v[46]; /* transpose */
		case 63:
			return v[48] >> 3 & 1; /* mono */
		case 64:
			return v[47]; /* bend range */
		case 65:
			return v[48] & 1; /* portamento mode */
		case 66:
			return v[49]; /* portamento time */
		case 67:
			return v[50]; /* foot volume */
		case 68:
			return v[48] >> 2 & 1; /* sustain */
		case 69:
			return v[48] >> 1 & 1; /* portamento */
		case 70:
			return v[48] >> 4 & 1; /* chorus */
		default:
			return v[41 + n - 54];
		}
	switch (n % 13) {
	case 6:
		return op[9] >> 3 & 3; /* rate scaling */
	case 7:
		return op[6] >> 3 & 7; /* bias sensitivity */
	case 8:
		return op[6] >> 6; /* amplitude modulation */
	case 9:
		return op[6] & 7; /* velocity */
	case 10:
		return op[7]; /* level */
	case 11:
		return op[8]; /* frequency */
	case 12:
		return op[9] & 7; /* detune */
	default:
		return op[n % 13];
	}
}

/* TX81Z: parameter n of its 23 additional ones. */
static unsigned
tx81z_value(const uint8_t *v, unsigned n)
{
	const uint8_t *op = v + 73 + n / 5 * 2;

	if (n >= 20)
		return n == 20 ? v[81] & 7 : v[82 + n - 21];
	switch (n % 5) {
	case 0:
		return op[0] >> 3 & 1; /* fixed frequency */
	case 1:
		return op[0] & 7; /* its range */
	case 2:
		return op[1] & 15; /* fine */
	case 3:
		return op[1] >> 4; /* wave */
	default:
		return op[0] >> 4 & 3; /* shift of the envelope */
	}
}

static const struct {
	enum sx_voice voice;
	size_t n;
	unsigned (*value)(const uint8_t *v, unsigned n);
	size_t bits;	  /* bits with a meaning */
	size_t from, end; /* the bytes it is about */
} voices[] = {
	/* 6 * (13 * 7 + 2 + 2 + 7 + 5 + 6) bits of operators, 8 * 7 + 5 + 4 of
	 * pitch and algorithm, 5 * 7 + 7 of the rest, and the name. */
	{ SX_VOICE_DX7, 155, dx7_value, 6 * 113 + 65 + 42 + 70, 0, 128 },
	{ SX_VOICE_DX21, 93, dx21_value,
	    4 * 68 + 7 + 28 + 7 + 14 + 5 + 14 + 154, 0, 73 },
	{ SX_VOICE_TX81Z, 23, tx81z_value, 4 * 13 + 3 + 14, 73, 84 },
};
#define VOICES (sizeof(voices) / sizeof(voices[0]))

static void
check_values(size_t i, const uint8_t *packed, const uint8_t *single)
{
	for (unsigned k = 0; k < voices[i].n; k++)
		if (single[k] != voices[i].value(packed, k))
			fail_msg("voice %zu, value %u: %u, not %u", i, k,
			    single[k], voices[i].value(packed, k));
}

/* Each single bit is one value, or has no meaning; and it is restored. */
static void
test_every_bit(void **state)
{
	uint8_t packed[PACKED], back[PACKED], single[155];
	size_t dropped;

	(void)state;
	for (size_t i = 0; i < VOICES; i++) {
		size_t bits = 0;

		assert_int_equal(sx_voice_single(voices[i].voice), voices[i].n);
		assert_int_equal(sx_voice_packed(voices[i].voice), PACKED);
		for (size_t bit = 7 * voices[i].from; bit < 7 * voices[i].end;
		     bit++) {
			memset(packed, 0, sizeof(packed));
			memset(back, 0, sizeof(back));
			packed[bit / 7] = (uint8_t)(1 << bit % 7);
			dropped = 0;
			sx_voice_unpack(
			    voices[i].voice, packed, single, &dropped);
			check_values(i, packed, single);
			assert_int_equal(
			    sx_voice_pack(voices[i].voice, single, back, NULL),
			    0);
			if (dropped == 0)
				assert_memory_equal(back, packed, PACKED);
			else
				assert_int_equal(dropped, 1);
			bits += dropped == 0;
		}
		assert_int_equal(bits, voices[i].bits);
	}
}

/* Many bits at a time do not affect each other. */
static void
test_many_bits(void **state)
{
	uint8_t packed[PACKED], back[PACKED], single[155];
	uint32_t seed = 1;

	(void)state;
	for (size_t i = 0; i < VOICES; i++)
		for (int round = 0; round < 1000; round++) {
			size_t dropped = 0;

			memset(packed, 0, sizeof(packed));
			memset(back, 0, sizeof(back));
			for (size_t k = voices[i].from; k < voices[i].end;
			     k++) {
				seed = seed * 1664525 + 1013904223;
				packed[k] = seed >> 24 & 0x7f;
			}
			sx_voice_unpack(
			    voices[i].voice, packed, single, &dropped);
			check_values(i, packed, single);
			assert_int_equal(
			    sx_voice_pack(voices[i].voice, single, back, NULL),
			    0);
			for (size_t k = 0; k < PACKED; k++)
				assert_int_equal(back[k] & ~packed[k], 0);
			dropped = 0;
			sx_voice_unpack(
			    voices[i].voice, back, single, &dropped);
			assert_int_equal(dropped, 0);
			check_values(i, packed, single);
		}
}

/* A value with more bits than its place. */
static void
test_no_room(void **state)
{
	uint8_t packed[PACKED], single[155] = { 0 };
	struct sx_err e = { 0 };

	(void)state;
	single[134] = 32; /* algorithm */
	assert_int_equal(sx_voice_pack(SX_VOICE_DX7, single, packed, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	assert_string_equal(e.msg,
	    "byte 134 of the voice is 32: a bank has room for at most 31 "
	    "there");
	single[134] = 31;
	assert_int_equal(sx_voice_pack(SX_VOICE_DX7, single, packed, &e), 0);
}

/* Each packs only its own bytes, and reports those after them. */
static void
test_more_than_single(void **state)
{
	static const uint8_t zeros[155] = { 0 };
	uint8_t packed[PACKED];

	(void)state;
	for (size_t i = 0; i < VOICES; i++)
		for (size_t at = 0; at < PACKED; at++) {
			struct sx_err e = { 0 };
			bool in = at >= voices[i].from && at < voices[i].end;

			memset(packed, 0, sizeof(packed));
			packed[at] = 1;
			assert_int_equal(
			    sx_voice_used(voices[i].voice, packed), in);
			assert_int_equal(
			    sx_voice_check(voices[i].voice, packed, &e),
			    at >= voices[i].end ? -1 : 0);
			assert_int_equal(
			    e.code, at >= voices[i].end ? SX_EREFUSED : 0);
			assert_int_equal(
			    sx_voice_pack(voices[i].voice, zeros, packed, NULL),
			    0);
			assert_int_equal(packed[at], in ? 0 : 1);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_many_bits),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_more_than_single),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
