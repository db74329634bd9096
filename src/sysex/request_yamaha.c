/* SPDX-License-Identifier: ISC */
#include "request_row.h"

/* clang-format off */
/* F0 43 2n format F7 */
#define FORMAT(format)                                               \
	SX_ASK(.msg = { 0xf0, 0x43, 0x20, (format), 0xf7 },          \
	    SX_ID_AT_2, .value = { 0xf0, 0x43, 0x00, (format) },     \
	    .mask = { 0xff, 0xff, 0xf0, 0xff })

#define FOUR_OP(is)                                                  \
	.maker = 0x43, .device = "DX21 / TX81Z / DX11",              \
	.kind = SX_KIND_##is, SX_ONE_TO_16, .delay_ms = 50,          \
	SX_DOCUMENTED("DX27 manual, p. 55; DX100 manual, p. 52")

/* The DX7s prints it; the DX7II has the same formats. */
#define DX7(is)                                                      \
	.maker = 0x43, .device = "DX7", .kind = SX_KIND_##is,        \
	SX_ONE_TO_16, .delay_ms = 50,                                \
	SX_DOCUMENTED("DX7s manual, pp. 93, 96")

/* F0 43 2n 7E "LM  8973" and two letters F7; an answer has a count in front of
 * that name. */
#define LM8973 'L', 'M', ' ', ' ', '8', '9', '7', '3'
#define UNIVERSAL(a, b)                                              \
	SX_ASK(.msg = { 0xf0, 0x43, 0x20, 0x7e, LM8973, (a), (b),    \
	    0xf7 }, SX_ID_AT_2,                                      \
	    .value = { 0xf0, 0x43, 0, 0x7e, 0, 0, LM8973, (a), (b) }, \
	    .mask = { 0xff, 0xff, 0xf0, 0xff, 0, 0, 0xff, 0xff, 0xff, \
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })
#define NAMED(is)                                                    \
	.maker = 0x43, .device = "DX7", .kind = SX_KIND_##is,        \
	SX_ONE_TO_16, .delay_ms = 50,                                \
	SX_INFERRED(SX_KNOBKRAFT "; github.com/jpcaruana/jsynthlib; " \
		    "answers as in the DX7s manual, p. 93")

const struct sx_request_row sx_ask_yamaha[] = {
	{ .what = "bank", FOUR_OP(BANK), .most = 4104, FORMAT(0x04),
	    .note = "32 voices" },
	{ .what = "buffer", FOUR_OP(PRESET), .most = 101, .aside = true,
	    FORMAT(0x03) },
	{ .what = "bank", DX7(BANK), .most = 4104, FORMAT(0x09),
	    .note = "of a DX7s or DX7II, 32 voices",
	    .lacks = "the other 32 voices (set the block on the unit), "
		     "micro tunings and fractional scaling" },
	{ .what = "supplement", DX7(BANK), .most = 1128, FORMAT(0x06),
	    .note = "what a DX7s or DX7II knows besides of these voices" },
	{ .what = "performances", NAMED(BANK), .most = 1650,
	    UNIVERSAL('P', 'M'), .note = "of a DX7s or DX7II, all 32" },
	{ .what = "system", NAMED(SETTINGS), .most = 103,
	    UNIVERSAL('S', ' '), .note = "of a DX7s or DX7II" },
	{ .what = "buffer", DX7(PRESET), .most = 163, .aside = true,
	    FORMAT(0x00) },
	{ .what = "supplement-buffer", DX7(PRESET), .most = 57,
	    .aside = true, FORMAT(0x05) },
	{ .what = "performance-buffer", NAMED(PRESET), .most = 69,
	    .aside = true, UNIVERSAL('P', 'E') },
};
SX_ASK_COUNT(sx_ask_yamaha)
/* clang-format on */
