/* SPDX-License-Identifier: ISC */
/* A voice is described once, by the fields of its packed form in the order of
 * the single form, which has one byte for each value. */
#include <string.h>

#include "voice.h"

struct voice_field {
	uint8_t at;    /* in the packed voice */
	uint8_t shift; /* of its lowest bit */
	uint8_t bits;
};

#define EACH_BYTE_4(at)                                   \
	{ at, 0, 7 }, { at + 1, 0, 7 }, { at + 2, 0, 7 }, \
	{                                                 \
		at + 3, 0, 7                              \
	}
#define EACH_BYTE_10(at)                                        \
	EACH_BYTE_4(at), EACH_BYTE_4(at + 4), { at + 8, 0, 7 }, \
	{                                                       \
		at + 9, 0, 7                                    \
	}

/* Rates, levels, break point and depths, curves, rate scaling, amplitude
 * modulation, velocity, level, mode, coarse, fine, detune. */
#define DX7_OPERATOR(at)                                             \
	EACH_BYTE_10(at), { at + 10, 0, 7 }, { at + 11, 0, 2 },      \
	    { at + 11, 2, 2 }, { at + 12, 0, 3 }, { at + 13, 0, 2 }, \
	    { at + 13, 2, 3 }, { at + 14, 0, 7 }, { at + 15, 0, 1 }, \
	    { at + 15, 1, 5 }, { at + 16, 0, 7 },                    \
	{                                                            \
		at + 12, 3, 4                                        \
	}

static const struct voice_field dx7[] = { DX7_OPERATOR(0), DX7_OPERATOR(17),
	DX7_OPERATOR(34), DX7_OPERATOR(51), DX7_OPERATOR(68), DX7_OPERATOR(85),
	/* pitch envelope, algorithm, feedback, key sync */
	EACH_BYTE_4(102), EACH_BYTE_4(106), { 110, 0, 5 }, { 111, 0, 3 },
	{ 111, 3, 1 },
	/* speed, delay, depths, sync, wave, pitch sensitivity, transpose */
	EACH_BYTE_4(112), { 116, 0, 1 }, { 116, 1, 3 }, { 116, 4, 3 },
	{ 117, 0, 7 },
	/* name */
	EACH_BYTE_10(118) };

/* Rates, level, scaling, rate scaling, bias, amplitude modulation, velocity,
 * level, frequency, detune. */
#define DX21_OPERATOR(at)                                                      \
	EACH_BYTE_4(at), { at + 4, 0, 7 }, { at + 5, 0, 7 }, { at + 9, 3, 2 }, \
	    { at + 6, 3, 3 }, { at + 6, 6, 1 }, { at + 6, 0, 3 },              \
	    { at + 7, 0, 7 }, { at + 8, 0, 7 },                                \
	{                                                                      \
		at + 9, 0, 3                                                   \
	}

static const struct voice_field dx21[] = { DX21_OPERATOR(0), DX21_OPERATOR(10),
	DX21_OPERATOR(20), DX21_OPERATOR(30),
	/* algorithm, feedback, speed, delay, depths, sync, wave, sensitivities
	 */
	{ 40, 0, 3 }, { 40, 3, 3 }, EACH_BYTE_4(41), { 40, 6, 1 }, { 45, 0, 2 },
	{ 45, 4, 3 }, { 45, 2, 2 },
	/* transpose, mono, bend range, portamento mode and time, foot volume,
	 * sustain, portamento, chorus */
	{ 46, 0, 7 }, { 48, 3, 1 }, { 47, 0, 7 }, { 48, 0, 1 }, { 49, 0, 7 },
	{ 50, 0, 7 }, { 48, 2, 1 }, { 48, 1, 1 }, { 48, 4, 1 },
	/* wheel and breath, name, pitch envelope */
	{ 51, 0, 7 }, { 52, 0, 7 }, EACH_BYTE_4(53), EACH_BYTE_10(57),
	EACH_BYTE_4(67), { 71, 0, 7 }, { 72, 0, 7 } };

/* Fixed frequency and its range, fine, wave, envelope shift. */
#define TX81Z_OPERATOR(at)                                              \
	{ at, 3, 1 }, { at, 0, 3 }, { at + 1, 0, 4 }, { at + 1, 4, 3 }, \
	{                                                               \
		at, 4, 2                                                \
	}

/* Reverb, foot controller's pitch and amplitude. */
static const struct voice_field tx81z[] = { TX81Z_OPERATOR(73),
	TX81Z_OPERATOR(75), TX81Z_OPERATOR(77), TX81Z_OPERATOR(79),
	{ 81, 0, 3 }, { 82, 0, 7 }, { 83, 0, 7 } };

#define PACKED	   128
#define DX21_END   73
#define TX81Z_END  84
#define FIELDS(of) of, sizeof(of) / sizeof((of)[0])

static const struct voice_form {
	const struct voice_field *fields;
	size_t n;
	size_t from, end; /* its range of packed bytes */
} forms[SX_VOICES] = {
	[SX_VOICE_DX7] = { FIELDS(dx7), 0, PACKED },
	[SX_VOICE_DX21] = { FIELDS(dx21), 0, DX21_END },
	[SX_VOICE_TX81Z] = { FIELDS(tx81z), DX21_END, TX81Z_END },
};

size_t
sx_voice_packed(enum sx_voice v)
{
	return v == SX_VOICE_SAME ? 0 : PACKED;
}

size_t
sx_voice_single(enum sx_voice v)
{
	return forms[v].n;
}

static size_t
count_bits(const uint8_t *p, size_t n)
{
	size_t bits = 0;

	for (size_t i = 0; i < n; i++)
		bits += (size_t)__builtin_popcount(p[i]);
	return bits;
}

bool
sx_voice_used(enum sx_voice v, const uint8_t *packed)
{
	return count_bits(
		   packed + forms[v].from, forms[v].end - forms[v].from) > 0;
}

int
sx_voice_check(enum sx_voice v, const uint8_t *packed, struct sx_err *e)
{
	for (size_t i = forms[v].end; v != SX_VOICE_SAME && i < PACKED; i++)
		if (packed[i] != 0)
			return sx_fail(e, SX_EREFUSED, 0,
			    "byte %zu of it is a parameter of a later "
			    "instrument, which the dump of a single voice "
			    "cannot hold",
			    i);
	return 0;
}

void
sx_voice_unpack(
    enum sx_voice v, const uint8_t *packed, uint8_t *single, size_t *dropped)
{
	const struct voice_field *f = forms[v].fields;
	uint8_t rest[PACKED];

	memcpy(rest, packed, PACKED);
	for (size_t i = 0; i < forms[v].n; i++) {
		int mask = (1 << f[i].bits) - 1;

		single[i] = (uint8_t)(packed[f[i].at] >> f[i].shift & mask);
		rest[f[i].at] &= (uint8_t) ~(mask << f[i].shift);
	}
	*dropped +=
	    count_bits(rest + forms[v].from, forms[v].end - forms[v].from);
}

int
sx_voice_pack(
    enum sx_voice v, const uint8_t *single, uint8_t *packed, struct sx_err *e)
{
	const struct voice_field *f = forms[v].fields;

	memset(packed + forms[v].from, 0, forms[v].end - forms[v].from);
	for (size_t i = 0; i < forms[v].n; i++) {
		if (single[i] >> f[i].bits != 0)
			return sx_fail(e, SX_EREFUSED, 0,
			    "byte %zu of the voice is %u: a bank has room for "
			    "at most %u there",
			    i, single[i], (1U << f[i].bits) - 1);
		packed[f[i].at] |= (uint8_t)(single[i] << f[i].shift);
	}
	return 0;
}
