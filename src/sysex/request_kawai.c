/* SPDX-License-Identifier: ISC */
/* F0 40 0n function 00 model where number F7: function 00 asks for one patch,
 * which 20 brings; 01 asks for all of a kind, which 21 brings. */
#include "request_row.h"

/* clang-format off */
#define KAWAI(called, is)                                            \
	.maker = 0x40, .device = (called), .kind = SX_KIND_##is,     \
	SX_ONE_TO_16
#define K1(is)                                                       \
	KAWAI("K1", is), .delay_ms = 150,                            \
	SX_INFERRED(SX_KNOBKRAFT "; MIDI Tool Box, the K1's guide")
#define K4(is)                                                       \
	KAWAI("K4", is), .delay_ms = 200,                            \
	SX_INFERRED(SX_KNOBKRAFT "; github.com/jpcaruana/jsynthlib")

#define HEAD(function, model, where)                                 \
	0xf0, 0x40, 0x00, (function), 0x00, (model), (where)
#define MASK 0xff, 0xff, 0xf0, 0xff, 0xff, 0xff, 0xff
#define ONE(model, where, from)                                      \
	SX_ASK(.msg = { HEAD(0x00, model, where), (from), 0xf7 },    \
	    SX_ID_AT_2,                                              \
	    .slot = { .at = 7, .width = 1, .base = (from) },         \
	    .value = { HEAD(0x20, model, where) }, .mask = { MASK }, \
	    .found = { .at = 7, .width = 1, .base = (from) })
#define ALL(model, which)                                            \
	SX_ASK(.msg = { HEAD(0x01, model, 0x00), (which), 0xf7 },    \
	    SX_ID_AT_2, .value = { HEAD(0x21, model, 0x00), (which) }, \
	    .mask = { MASK, 0xff })

/* Of the K1 the display calls E to H "a" to "d". */
const struct sx_request_row sx_ask_kawai[] = {
	{ .what = "single", K1(PRESET), .most = 97,
	    .slots = { .count = 64, .first = 1, .bank = 8, .digits = 1 },
	    .note = "E to H are iA to iD", ONE(0x03, 0x00, 0x00) },
	{ .what = "multi", K1(PRESET), .most = 97,
	    .slots = { .count = 32, .first = 1, .bank = 8, .digits = 1 },
	    ONE(0x03, 0x00, 0x40) },
	{ .what = "singles", K1(BANK), .most = 2900, .aside = true,
	    .note = "IA to ID in one message", ALL(0x03, 0x00) },
	{ .what = "singles-i", K1(BANK), .most = 2900, .aside = true,
	    .note = "iA to iD in one message", ALL(0x03, 0x20) },
	{ .what = "multis", K1(BANK), .most = 2900, .aside = true,
	    .note = "in one message", ALL(0x03, 0x40) },
	{ .what = "single", K4(PRESET), .most = 140,
	    .slots = { .count = 64, .first = 1, .bank = 16, .digits = 1 },
	    ONE(0x04, 0x00, 0x00) },
	{ .what = "multi", K4(PRESET), .most = 86,
	    .slots = { .count = 64, .first = 1, .bank = 16, .digits = 1 },
	    ONE(0x04, 0x00, 0x40) },
	{ .what = "effect", K4(PRESET), .most = 44,
	    .slots = { .count = 32, .first = 1 }, ONE(0x04, 0x01, 0x00) },
	{ .what = "drum", K4(KIT), .most = 691,
	    SX_ASK(.msg = { HEAD(0x00, 0x04, 0x01), 0x20, 0xf7 },
	    SX_ID_AT_2, .value = { HEAD(0x20, 0x04, 0x01), 0x20 },
	    .mask = { MASK, 0xff }) },
};
SX_ASK_COUNT(sx_ask_kawai)
/* clang-format on */
