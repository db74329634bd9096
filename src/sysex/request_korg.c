/* SPDX-License-Identifier: ISC */
#include "request_row.h"

/* clang-format off */
/* F0 42 3n model function .. F7; n is the global MIDI channel. */
#define KORG(called, is)                                             \
	.maker = 0x42, .device = (called), .kind = SX_KIND_##is,     \
	SX_ONE_TO_16

#define M1(is) KORG("M1", is), SX_DOCUMENTED("M1R manual, p. 125"),  \
	.delay_ms = 200
#define M1_ASK(ask, dump)                                            \
	SX_ASK(.msg = { 0xf0, 0x42, 0x30, 0x19, (ask), 0x00, 0xf7 }, \
	    SX_ID_AT_2, .value = { 0xf0, 0x42, 0x30, 0x19, (dump) }, \
	    .mask = { 0xff, 0xff, 0xf0, 0xff, 0xff })

/* The display calls the programs A11 to B88. */
#define MICROKORG(is)                                                \
	KORG("microKORG / MS2000", is), .delay_ms = 400,             \
	SX_INFERRED(SX_KNOBKRAFT "; "                                \
		    "github.com/coffeeshopped/synth-editors")
#define MICROKORG_ASK(ask, dump)                                     \
	SX_ASK(.msg = { 0xf0, 0x42, 0x30, 0x58, (ask), 0xf7 },       \
	    SX_ID_AT_2, .value = { 0xf0, 0x42, 0x30, 0x58, (dump) }, \
	    .mask = { 0xff, 0xff, 0xf0, 0xff, 0xff })

/* F0 42 3n 28 message bank number F7: banks 0 and 1 are RAM1 and RAM2. What is
 * left out comes as more than one message, or is not on all models. */
#define WAVESTATION(is)                                              \
	KORG("Wavestation", is), .delay_ms = 300,                    \
	SX_INFERRED("github.com/jpcaruana/jsynthlib; message types " \
		    "from Korg's Wavestation SR MIDI System "        \
		    "Exclusive Format")
#define WAVESTATION_SLOTS(of)                                        \
	.slots = { .count = 2 * (of), .bank = (of), .digits = 2 },   \
	.note = "bank A is RAM1, B is RAM2"
#define WAVESTATION_ASK(ask, dump, of)                               \
	SX_ASK(.msg = { 0xf0, 0x42, 0x30, 0x28, (ask), 0, 0, 0xf7 }, \
	    SX_ID_AT_2, .slot = { .at = 5, .width = 2, .radix = (of) }, \
	    .value = { 0xf0, 0x42, 0x30, 0x28, (dump) },             \
	    .mask = { 0xff, 0xff, 0xf0, 0xff, 0xff },                \
	    .found = { .at = 5, .width = 2, .radix = (of) })

#define LOGUE_MASK 0xff, 0xff, 0xf0, 0xff, 0xff, 0xff, 0xff
#define LOGUE_ASK(model, ask, dump)                                  \
	SX_ASK(.msg = { 0xf0, 0x42, 0x30, 0x00, 0x01, (model),       \
	    (ask), 0xf7 }, SX_ID_AT_2,                               \
	    .value = { 0xf0, 0x42, 0x30, 0x00, 0x01, (model), (dump) }, \
	    .mask = { LOGUE_MASK })
#define LOGUE_PRESET(model, n)                                       \
	.slots = { .count = (n), .first = 1, .digits = 3 },          \
	SX_ASK(.msg = { 0xf0, 0x42, 0x30, 0x00, 0x01, (model), 0x1c, \
	    0, 0, 0xf7 }, SX_ID_AT_2,                                \
	    .slot = { .at = 7, .width = 2, .low_first = true },      \
	    .value = { 0xf0, 0x42, 0x30, 0x00, 0x01, (model), 0x4c }, \
	    .mask = { LOGUE_MASK },                                  \
	    .found = { .at = 7, .width = 2, .low_first = true })

#define XD(is)                                                       \
	KORG("minilogue xd", is),                                    \
	SX_DOCUMENTED("minilogue xd MIDI implementation")
/* Over USB it answers on its second port only. */
#define MINILOGUE(is)                                                \
	KORG("minilogue", is),                                       \
	SX_INFERRED("github.com/coffeeshopped/synth-editors; notes " \
		    "on answers of a minilogue that cite Korg's MIDI " \
		    "implementation")

const struct sx_request_row sx_ask_korg[] = {
	{ .what = "programs", M1(BANK), .most = 32768, M1_ASK(0x1c, 0x4c),
	    .note = "all, internal" },
	{ .what = "combinations", M1(BANK), .most = 32768,
	    M1_ASK(0x1d, 0x4d), .note = "all, internal" },
	{ .what = "song", M1(SONG), .most = 65536, M1_ASK(0x18, 0x48),
	    .note = "all sequences, internal" },
	{ .what = "global", M1(GLOBAL), .most = 4096, M1_ASK(0x0e, 0x51) },
	{ .what = "everything", M1(BANK), .most = 131072,
	    M1_ASK(0x0f, 0x50), .aside = true,
	    .note = "all of these in one message" },
	{ .what = "buffer", M1(PRESET), .most = 512, .aside = true,
	    SX_ASK(.msg = { 0xf0, 0x42, 0x30, 0x19, 0x10, 0xf7 },
	    SX_ID_AT_2, .value = { 0xf0, 0x42, 0x30, 0x19, 0x40 },
	    .mask = { 0xff, 0xff, 0xf0, 0xff, 0xff }) },
	{ .what = "programs", MICROKORG(BANK), .most = 37386,
	    MICROKORG_ASK(0x1c, 0x4c), .note = "all 128" },
	{ .what = "global", MICROKORG(GLOBAL), .most = 512,
	    MICROKORG_ASK(0x0e, 0x51) },
	{ .what = "everything", MICROKORG(BANK), .most = 37900,
	    MICROKORG_ASK(0x0f, 0x50), .aside = true,
	    .note = "both of these in one message" },
	{ .what = "buffer", MICROKORG(PRESET), .most = 512, .aside = true,
	    MICROKORG_ASK(0x10, 0x40) },
	{ .what = "performance", WAVESTATION(PRESET), .most = 371,
	    WAVESTATION_SLOTS(50), WAVESTATION_ASK(0x19, 0x49, 50),
	    .lacks = "RAM3, the multi setups, the performance map, scales "
		     "and the system" },
	{ .what = "patch", WAVESTATION(PRESET), .most = 861,
	    WAVESTATION_SLOTS(35), WAVESTATION_ASK(0x10, 0x40, 35) },
	{ .what = "sequences", WAVESTATION(BANK), .most = 17576,
	    .slots = { .count = 2, .first = 1 }, .note = "of RAM1 or RAM2",
	    SX_ASK(.msg = { 0xf0, 0x42, 0x30, 0x28, 0x0c, 0, 0xf7 },
	    SX_ID_AT_2, .slot = { .at = 5, .width = 1 },
	    .value = { 0xf0, 0x42, 0x30, 0x28, 0x54 },
	    .mask = { 0xff, 0xff, 0xf0, 0xff, 0xff },
	    .found = { .at = 5, .width = 1 }) },
	{ .what = "preset", MINILOGUE(PRESET), .most = 522,
	    LOGUE_PRESET(0x2c, 200) },
	{ .what = "global", MINILOGUE(GLOBAL), .most = 118,
	    LOGUE_ASK(0x2c, 0x0e, 0x51) },
	{ .what = "buffer", MINILOGUE(PRESET), .most = 520, .aside = true,
	    LOGUE_ASK(0x2c, 0x10, 0x40) },
	{ .what = "preset", XD(PRESET), .most = 1024,
	    LOGUE_PRESET(0x51, 500) },
	{ .what = "buffer", XD(PRESET), .most = 1024, .aside = true,
	    LOGUE_ASK(0x51, 0x10, 0x40) },
};
SX_ASK_COUNT(sx_ask_korg)
/* clang-format on */
