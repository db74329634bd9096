/* SPDX-License-Identifier: ISC */
/* Of these makers one or two instruments are known. */
#include "request_row.h"

/* clang-format off */
/* Access: F0 00 20 33 01 device command bank program F7; 10 is any device. */
#define VIRUS_HEAD 0xf0, 0x00, 0x20, 0x33, 0x01
#define VIRUS                                                        \
	.maker = 0x002033, .device = "Virus", .kind = SX_KIND_PRESET, \
	.id = -1, SX_DOCUMENTED("Virus Powercore manual, p. 160")
#define VIRUS_ASK(ask, dump)                                         \
	SX_ASK(.msg = { VIRUS_HEAD, 0x10, (ask), 1, 0, 0xf7 },       \
	    .slot = { .at = 7, .width = 2, .base = 1 },              \
	    .value = { VIRUS_HEAD, 0x00, (dump) },                   \
	    .mask = { 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff },    \
	    .found = { .at = 7, .width = 2, .base = 1 })

/* Moog: F0 04 01 device message .. F7 */
#define VOYAGER(is)                                                  \
	.maker = 0x04, .device = "Voyager", .kind = SX_KIND_##is,    \
	.id_least = 0, .id_most = 127, .id = 0,                      \
	SX_INFERRED(SX_KNOBKRAFT "; a Voyager editor's moog_dump and " \
		    "moog_preset_dump")
#define VOYAGER_FOUND(dump)                                          \
	.id_at = 3, .value = { 0xf0, 0x04, 0x01, 0x00, (dump) },     \
	.mask = { 0xff, 0xff, 0xff, 0x00, 0xff }

/* Ensoniq: F0 0F 02 0n message F7 */
#define ESQ1(is)                                                     \
	.maker = 0x0f, .device = "ESQ-1", .kind = SX_KIND_##is,      \
	SX_ONE_TO_16, SX_DOCUMENTED("ESQ-1 manual, pp. A-5 to A-9")
#define ESQ1_ASK(ask, dump)                                          \
	SX_ASK(.msg = { 0xf0, 0x0f, 0x02, 0x00, (ask), 0xf7 },       \
	    .id_at = 3, .id_zero = 1,                                \
	    .value = { 0xf0, 0x0f, 0x02, 0x00, (dump) },             \
	    .mask = { 0xff, 0xff, 0xff, 0xf0, 0xff })

/* Oberheim: F0 10 06 04 type number F7 */
#define MATRIX(is)                                                   \
	.maker = 0x10, .device = "Matrix-6 / Matrix-1000",           \
	.kind = SX_KIND_##is, .id = -1, .delay_ms = 20,              \
	SX_DOCUMENTED("Matrix-1000 manual, p. 43")
#define MATRIX_ASK(type, dump)                                       \
	.msg = { 0xf0, 0x10, 0x06, 0x04, (type), 0, 0xf7 },          \
	.value = { 0xf0, 0x10, 0x06, (dump) },                       \
	.mask = { 0xff, 0xff, 0xff, 0xff }

/* E-mu: F0 18 04 device message .. F7. Presets 0 to 63 are in ROM. */
#define PROTEUS(is)                                                  \
	.maker = 0x18, .device = "Proteus/1", .kind = SX_KIND_##is,  \
	.id_least = 0, .id_most = 15, .id = 0,                       \
	SX_DOCUMENTED("Proteus manual, p. 119")
#define PROTEUS_HEAD(message) 0xf0, 0x18, 0x04, 0x00, (message)
#define PROTEUS_MASK 0xff, 0xff, 0xff, 0x00, 0xff
#define PROTEUS_ASK(ask, dump)                                       \
	SX_ASK(.msg = { PROTEUS_HEAD(ask), 0xf7 }, .id_at = 3,       \
	    .value = { PROTEUS_HEAD(dump) }, .mask = { PROTEUS_MASK })

/* Novation: F0 00 20 29 00 33 00 message .. F7 */
#define BASS_HEAD(message) 0xf0, 0x00, 0x20, 0x29, 0x00, 0x33, 0x00, (message)
#define BASS_MASK 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
#define BASS(where)                                                  \
	.maker = 0x002029, .device = "Bass Station II", .id = -1,    \
	.kind = SX_KIND_PRESET, .delay_ms = 100, .most = 154,        \
	SX_INFERRED(SX_KNOBKRAFT "; " where)

/* Alesis: F0 00 00 0E 1D message .. F7 */
#define ANDROMEDA_HEAD(message) 0xf0, 0x00, 0x00, 0x0e, 0x1d, (message)
#define ANDROMEDA(is)                                                \
	.maker = 0x0100000e, .device = "Andromeda", .id = -1,        \
	.kind = SX_KIND_##is,                                        \
	SX_DOCUMENTED("A6 MIDI SysEx Specification of 2002-05-23")

const struct sx_request_row sx_ask_others[] = {
	{ .what = "bank", VOYAGER(BANK), .most = 18734,
	    .note = "all 128 presets in one message",
	    SX_ASK(.msg = { 0xf0, 0x04, 0x01, 0, 0x04, 0xf7 },
	    VOYAGER_FOUND(0x01)) },
	{ .what = "preset", VOYAGER(PRESET), .most = 256, .aside = true,
	    .slots = { .count = 128, .first = 1, .digits = 3 },
	    SX_ASK(.msg = { 0xf0, 0x04, 0x01, 0, 0x06, 0, 0xf7 },
	    .slot = { .at = 5, .width = 1 }, VOYAGER_FOUND(0x03),
	    .found = { .at = 5, .width = 1 }) },
	{ .what = "buffer", VOYAGER(PRESET), .most = 256, .aside = true,
	    SX_ASK(.msg = { 0xf0, 0x04, 0x01, 0, 0x05, 0xf7 },
	    VOYAGER_FOUND(0x02)) },
	{ .what = "bank", ESQ1(BANK), .most = 8166, ESQ1_ASK(0x0a, 0x02),
	    .note = "40 programs, internal", .lacks = "sequences" },
	{ .what = "buffer", ESQ1(PRESET), .most = 210, .aside = true,
	    ESQ1_ASK(0x09, 0x01) },
	{ .what = "patch", MATRIX(PRESET),
	    .most = 275, .slots = { .count = 100, .digits = 2 },
	    .note = "of the bank that the unit is set to",
	    .lacks = "a Matrix-1000's other banks (set each on the unit), a "
		     "Matrix-6's splits",
	    SX_ASK(MATRIX_ASK(1, 0x01), .slot = { .at = 5, .width = 1 },
	    .found = { .at = 4, .width = 1 }) },
	{ .what = "master", MATRIX(SETTINGS),
	    .most = 351, SX_ASK(MATRIX_ASK(3, 0x03)) },
	{ .what = "preset", PROTEUS(PRESET), .most = 265,
	    .slots = { .count = 64, .first = 64 },
	    SX_ASK(.msg = { PROTEUS_HEAD(0x00), 0, 0, 0xf7 }, .id_at = 3,
	    .slot = { .at = 5, .width = 1, .base = 64 },
	    .value = { PROTEUS_HEAD(0x01) },
	    .mask = { PROTEUS_MASK, 0x00, 0xff },
	    .found = { .at = 5, .width = 1, .base = 64 }) },
	{ .what = "tuning", PROTEUS(SETTINGS), .most = 512,
	    PROTEUS_ASK(0x04, 0x05) },
	{ .what = "program-map", PROTEUS(SETTINGS), .most = 512,
	    PROTEUS_ASK(0x06, 0x07) },
	{ .what = "preset",
	    BASS("a script that stores patches and reads them back"),
	    .slots = { .count = 128 }, .lacks = "overlays",
	    SX_ASK(.msg = { BASS_HEAD(0x41), 0, 0xf7 },
	    .slot = { .at = 8, .width = 1 },
	    .value = { BASS_HEAD(0x01) }, .mask = { BASS_MASK },
	    .found = { .at = 8, .width = 1 }) },
	{ .what = "buffer", BASS("github.com/francoisgeorgy/BS2-SysEx"),
	    .aside = true,
	    SX_ASK(.msg = { BASS_HEAD(0x40), 0xf7 },
	    .value = { BASS_HEAD(0x00) }, .mask = { BASS_MASK }) },
	{ .what = "single", VIRUS, .most = 267, VIRUS_ASK(0x30, 0x10),
	    .slots = { .count = 512, .first = 0, .bank = 128, .digits = 1 } },
	{ .what = "multi", VIRUS, .most = 267, VIRUS_ASK(0x31, 0x11),
	    .slots = { .count = 128, .first = 0 } },
	{ .what = "preset", ANDROMEDA(PRESET), .most = 2350,
	    .slots = { .count = 128 }, .note = "of the user bank",
	    .lacks = "mixes",
	    SX_ASK(.msg = { ANDROMEDA_HEAD(0x01), 0, 0, 0xf7 },
	    .slot = { .at = 6, .width = 2 },
	    .value = { ANDROMEDA_HEAD(0x00) },
	    .mask = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	    .found = { .at = 6, .width = 2 }) },
	{ .what = "global", ANDROMEDA(GLOBAL), .most = 18183,
	    SX_ASK(.msg = { ANDROMEDA_HEAD(0x09), 0, 0xf7 },
	    .value = { ANDROMEDA_HEAD(0x08) },
	    .mask = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }) },
	{ .what = "buffer", ANDROMEDA(PRESET), .most = 2349, .aside = true,
	    .note = "in program mode",
	    SX_ASK(.msg = { ANDROMEDA_HEAD(0x03), 16, 0xf7 },
	    .value = { ANDROMEDA_HEAD(0x02), 16 },
	    .mask = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }) },
};
SX_ASK_COUNT(sx_ask_others)
/* clang-format on */
