/* SPDX-License-Identifier: ISC */
/* Requests as the manuals of these makers print them. */
#include "request_row.h"

/* clang-format off */
#define DOCUMENTED(where) .trust = SX_TRUST_DOCUMENTED, .source = (where)
#define ONE_TO_16 .id_least = 1, .id_most = 16, .id = 1
#define ID_AT_2 .id_at = 2, .id_zero = 1

/* F0 42 3n model function .. F7; n is the global MIDI channel. */
#define M1_MANUAL  "M1R manual, p. 125"
#define KORG(called, is, source)                                     \
	.maker = 0x42, .device = (called), .kind = SX_KIND_##is,     \
	ONE_TO_16, DOCUMENTED(source)
#define M1_ASK(ask, dump)                                            \
	SX_ASK(.msg = { 0xf0, 0x42, 0x30, 0x19, (ask), 0x00, 0xf7 }, \
	    ID_AT_2, .value = { 0xf0, 0x42, 0x30, 0x19, (dump) }, \
	    .mask = { 0xff, 0xff, 0xf0, 0xff, 0xff })
#define M1(is) KORG("M1", is, M1_MANUAL), .delay_ms = 200

#define XD_DOC "minilogue xd MIDI implementation"
#define XD(is) KORG("minilogue xd", is, XD_DOC)
#define XD_HEAD 0xf0, 0x42, 0x30, 0x00, 0x01, 0x51
#define XD_MASK 0xff, 0xff, 0xf0, 0xff, 0xff, 0xff, 0xff

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
	    ID_AT_2, .value = { 0xf0, 0x42, 0x30, 0x19, 0x40 },
	    .mask = { 0xff, 0xff, 0xf0, 0xff, 0xff }) },
	{ .what = "preset", XD(PRESET), .most = 1024,
	    .slots = { .count = 500, .first = 1, .digits = 3 },
	    SX_ASK(.msg = { XD_HEAD, 0x1c, 0, 0, 0xf7 }, ID_AT_2,
	    .slot = { .at = 7, .width = 2, .low_first = true },
	    .value = { XD_HEAD, 0x4c }, .mask = { XD_MASK },
	    .found = { .at = 7, .width = 2, .low_first = true }) },
	{ .what = "buffer", XD(PRESET), .most = 1024, .aside = true,
	    SX_ASK(.msg = { XD_HEAD, 0x10, 0xf7 }, ID_AT_2,
	    .value = { XD_HEAD, 0x40 }, .mask = { XD_MASK }) },
};
SX_ASK_COUNT(sx_ask_korg)

/* F0 43 2n format F7 */
#define FOUR_OP(is)                                                  \
	.maker = 0x43, .device = "DX21 / TX81Z / DX11",              \
	.kind = SX_KIND_##is, ONE_TO_16, .delay_ms = 50,             \
	DOCUMENTED("DX27 manual, p. 55; DX100 manual, p. 52")
#define FOUR_OP_ASK(format)                                          \
	SX_ASK(.msg = { 0xf0, 0x43, 0x20, (format), 0xf7 },          \
	    ID_AT_2, .value = { 0xf0, 0x43, 0x00, (format) },     \
	    .mask = { 0xff, 0xff, 0xf0, 0xff })

const struct sx_request_row sx_ask_yamaha[] = {
	{ .what = "bank", FOUR_OP(BANK), .most = 4104, FOUR_OP_ASK(0x04),
	    .note = "32 voices" },
	{ .what = "buffer", FOUR_OP(PRESET), .most = 101, .aside = true,
	    FOUR_OP_ASK(0x03) },
};
SX_ASK_COUNT(sx_ask_yamaha)

/* F0 3E 13 device message bank program F7; device 7F is whichever. */
#define BLOFELD(is)                                                  \
	.maker = 0x3e, .device = "Blofeld", .kind = SX_KIND_##is,    \
	.id_least = 0, .id_most = 126, .id = -1, .delay_ms = 100,    \
	DOCUMENTED("Blofeld System Exclusive Specifications 1.04")
#define BLOFELD_FOUND(dump)                                          \
	.id_at = 3, .id_unset = 0x7f,                                \
	.value = { 0xf0, 0x3e, 0x13, 0x00, (dump) },                 \
	.mask = { 0xff, 0xff, 0xff, 0x00, 0xff }

const struct sx_request_row sx_ask_waldorf[] = {
	{ .what = "preset", BLOFELD(PRESET), .most = 392,
	    .slots = { .count = 1024, .first = 1, .bank = 128, .digits = 3 },
	    SX_ASK(.msg = { 0xf0, 0x3e, 0x13, 0, 0x00, 0, 0, 0xf7 },
	    .slot = { .at = 5, .width = 2 }, BLOFELD_FOUND(0x10),
	    .found = { .at = 5, .width = 2 }) },
	{ .what = "global", BLOFELD(GLOBAL), .most = 256,
	    SX_ASK(.msg = { 0xf0, 0x3e, 0x13, 0, 0x04, 0xf7 },
	    BLOFELD_FOUND(0x14)) },
};
SX_ASK_COUNT(sx_ask_waldorf)

/* Access: F0 00 20 33 01 device command bank program F7; 10 is any device. */
#define VIRUS_HEAD 0xf0, 0x00, 0x20, 0x33, 0x01
#define VIRUS                                                        \
	.maker = 0x002033, .device = "Virus", .kind = SX_KIND_PRESET, \
	.id = -1, DOCUMENTED("Virus Powercore manual, p. 160")
#define VIRUS_ASK(ask, dump)                                         \
	SX_ASK(.msg = { VIRUS_HEAD, 0x10, (ask), 1, 0, 0xf7 },       \
	    .slot = { .at = 7, .width = 2, .base = 1 },              \
	    .value = { VIRUS_HEAD, 0x00, (dump) },                   \
	    .mask = { 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff },    \
	    .found = { .at = 7, .width = 2, .base = 1 })

/* Sequential: F0 01 product 05 bank program F7 */
#define PROPHET(called, product, banks, where)                       \
	{ .what = "preset", .maker = 0x01, .device = (called),       \
	    .kind = SX_KIND_PRESET, DOCUMENTED(where), .id = -1,     \
	    .slots = { .count = 128 * (banks), .first = 1,           \
		.bank = 128, .digits = 3 },                          \
	    .note = "bank A is the unit's first",                    \
	    SX_ASK(.msg = { 0xf0, 0x01, (product), 0x05, 0, 0, 0xf7 }, \
	    .slot = { .at = 4, .width = 2 },                         \
	    .value = { 0xf0, 0x01, (product), 0x02 },                \
	    .mask = { 0xff, 0xff, 0xff, 0xff },                      \
	    .found = { .at = 4, .width = 2 }), .most = 512 },        \
	{ .what = "buffer", .maker = 0x01, .device = (called),       \
	    .kind = SX_KIND_PRESET, DOCUMENTED(where), .id = -1,     \
	    .aside = true,                                           \
	    SX_ASK(.msg = { 0xf0, 0x01, (product), 0x06, 0xf7 },     \
	    .value = { 0xf0, 0x01, (product), 0x03 },                \
	    .mask = { 0xff, 0xff, 0xff, 0xff }), .most = 512 }

const struct sx_request_row sx_ask_others[] = {
	{ .what = "single", VIRUS, .most = 267, VIRUS_ASK(0x30, 0x10),
	    .slots = { .count = 512, .first = 0, .bank = 128, .digits = 1 } },
	{ .what = "multi", VIRUS, .most = 267, VIRUS_ASK(0x31, 0x11),
	    .slots = { .count = 128, .first = 0 } },
	PROPHET("Prophet '08", 0x23, 2, "Prophet '08 manual, p. 52"),
	PROPHET("Mopho", 0x25, 3, "Mopho manual, p. 42"),
	PROPHET("Mopho Keyboard", 0x27, 3, "Mopho SE manual, p. 59"),
};
SX_ASK_COUNT(sx_ask_others)
/* clang-format on */
