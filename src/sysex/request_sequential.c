/* SPDX-License-Identifier: ISC */
/* F0 01 product 05 bank program F7 asks for a program, 06 for the one that is
 * being edited. */
#include "request_row.h"

/* clang-format off */
#define SEQUENTIAL(called, where)                                    \
	.maker = 0x01, .device = (called), .kind = SX_KIND_PRESET,   \
	SX_DOCUMENTED(where), .id = -1
#define FOUND(product, dump)                                         \
	.value = { 0xf0, 0x01, (product), (dump) },                  \
	.mask = { 0xff, 0xff, 0xff, 0xff }

#define PROPHET(called, product, banks, of, bytes, where)            \
	{ .what = "preset", SEQUENTIAL(called, where),               \
	    .slots = { .count = (of) * (banks), .first = 1,          \
		.bank = (of), .digits = 3 },                         \
	    .note = "bank A is the unit's first", .most = (bytes),   \
	    SX_ASK(.msg = { 0xf0, 0x01, (product), 0x05, 0, 0, 0xf7 }, \
	    .slot = { .at = 4, .width = 2, .radix = (of) },          \
	    FOUND(product, 0x02),                                    \
	    .found = { .at = 4, .width = 2, .radix = (of) }) },      \
	{ .what = "buffer", SEQUENTIAL(called, where),               \
	    .aside = true, .most = (bytes),                          \
	    SX_ASK(.msg = { 0xf0, 0x01, (product), 0x06, 0xf7 },     \
	    FOUND(product, 0x03)) }

#define TETRA 0x26
#define TETRA_MANUAL "Tetra manual, pp. 62-66"

const struct sx_request_row sx_ask_sequential[] = {
	PROPHET("Prophet '08", 0x23, 2, 128, 512, "Prophet '08 manual, p. 52"),
	PROPHET("Mopho", 0x25, 3, 128, 512, "Mopho manual, p. 42"),
	PROPHET("Tetra", TETRA, 4, 128, 512, TETRA_MANUAL),
	{ .what = "combo", SEQUENTIAL("Tetra", TETRA_MANUAL),
	    .most = 1183, .slots = { .count = 128, .first = 1, .digits = 3 },
	    SX_ASK(.msg = { 0xf0, 0x01, TETRA, 0x21, 0, 0xf7 },
	    .slot = { .at = 4, .width = 1 }, FOUND(TETRA, 0x22),
	    .found = { .at = 4, .width = 1 }) },
	{ .what = "combo-buffer", SEQUENTIAL("Tetra", TETRA_MANUAL),
	    .most = 1182, .aside = true,
	    SX_ASK(.msg = { 0xf0, 0x01, TETRA, 0x38, 0xf7 },
	    FOUND(TETRA, 0x37)) },
	PROPHET("Mopho Keyboard", 0x27, 3, 128, 512, "Mopho SE manual, p. 59"),
	PROPHET("Prophet 12", 0x2a, 8, 99, 1178,
	    "Prophet 12 manual, pp. 84, 85"),
	PROPHET("Prophet Rev2", 0x2f, 8, 128, 2346,
	    "Prophet Rev2 manual, pp. 96, 97"),
	PROPHET("Prophet X", 0x30, 8, 128, 4690,
	    "Prophet X manual, pp. 153, 155"),
	PROPHET("Pro 3", 0x31, 8, 128, 4697, "Pro 3 manual, pp. 148, 149"),
};
SX_ASK_COUNT(sx_ask_sequential)
/* clang-format on */
