/* SPDX-License-Identifier: ISC */
#include "request_row.h"

/* clang-format off */
/* F0 3E model device message .. F7; device 7F is whichever. */
#define WALDORF(called, is)                                          \
	.maker = 0x3e, .device = (called), .kind = SX_KIND_##is,     \
	.id_least = 0, .id_most = 126, .id = -1
#define FOUND(model, dump)                                           \
	.id_at = 3, .id_unset = 0x7f,                                \
	.value = { 0xf0, 0x3e, (model), 0x00, (dump) },              \
	.mask = { 0xff, 0xff, 0xff, 0x00, 0xff }

#define BLOFELD(is)                                                  \
	WALDORF("Blofeld", is), .delay_ms = 100,                     \
	SX_DOCUMENTED("Blofeld System Exclusive Specifications 1.04")

/* A request has a checksum as well; 7F is always right. */
#define MICROWAVE(is)                                                \
	WALDORF("Microwave II / XT", is),                            \
	SX_DOCUMENTED("MicroWave II, XT, XTk manual, pp. 106-108; "  \
		      "Terratec MicroWave PC manual, p. 41")

const struct sx_request_row sx_ask_waldorf[] = {
	{ .what = "preset", BLOFELD(PRESET), .most = 392,
	    .slots = { .count = 1024, .first = 1, .bank = 128, .digits = 3 },
	    SX_ASK(.msg = { 0xf0, 0x3e, 0x13, 0, 0x00, 0, 0, 0xf7 },
	    .slot = { .at = 5, .width = 2 }, FOUND(0x13, 0x10),
	    .found = { .at = 5, .width = 2 }) },
	{ .what = "global", BLOFELD(GLOBAL), .most = 256,
	    SX_ASK(.msg = { 0xf0, 0x3e, 0x13, 0, 0x04, 0xf7 },
	    FOUND(0x13, 0x14)) },
	{ .what = "preset", MICROWAVE(PRESET), .most = 265,
	    .slots = { .count = 256, .first = 1, .bank = 128, .digits = 3 },
	    .lacks = "waves and wave tables",
	    SX_ASK(.msg = { 0xf0, 0x3e, 0x0e, 0, 0x00, 0, 0, 0x7f, 0xf7 },
	    .slot = { .at = 5, .width = 2 }, FOUND(0x0e, 0x10),
	    .found = { .at = 5, .width = 2 }) },
	{ .what = "multi", MICROWAVE(PRESET), .most = 265,
	    .slots = { .count = 128, .first = 1, .digits = 3 },
	    SX_ASK(.msg = { 0xf0, 0x3e, 0x0e, 0, 0x01, 0, 0, 0x7f, 0xf7 },
	    .slot = { .at = 5, .width = 2 }, FOUND(0x0e, 0x11),
	    .found = { .at = 5, .width = 2 }) },
	{ .what = "global", MICROWAVE(GLOBAL), .most = 39,
	    SX_ASK(.msg = { 0xf0, 0x3e, 0x0e, 0, 0x04, 0x00, 0xf7 },
	    FOUND(0x0e, 0x14)) },
	{ .what = "buffer", MICROWAVE(PRESET), .most = 265, .aside = true,
	    .note = "in sound mode",
	    SX_ASK(.msg = { 0xf0, 0x3e, 0x0e, 0, 0x00, 0x20, 0x00, 0x7f,
	    0xf7 }, .id_at = 3, .id_unset = 0x7f,
	    .value = { 0xf0, 0x3e, 0x0e, 0x00, 0x10, 0x20, 0x00 },
	    .mask = { 0xff, 0xff, 0xff, 0x00, 0xff, 0xff, 0xff }) },
};
SX_ASK_COUNT(sx_ask_waldorf)
/* clang-format on */
