/* SPDX-License-Identifier: ISC */
/*
 * RQ1 asks for a range of addresses, and DT1s bring it, of no more than 256
 * bytes each: F0 41 device model 11 address size checksum F7.
 */
#include "request_row.h"

#define SEVEN(a, b, c)	   ((uint32_t)(a) << 14 | (b) << 7 | (c))
#define SEVEN4(a, b, c, d) ((uint32_t)(a) << 21 | SEVEN(b, c, d))

/* clang-format off */
#define MT32                                                         \
	.maker = 0x41, .device = "MT-32 / D-10 / D-110",             \
	.id_least = 1, .id_most = 32, .id = 17, .delay_ms = 40,      \
	.trust = SX_TRUST_DOCUMENTED, .source = "MT-32 manual, pp. 39-42"
#define MT32_RANGE(...)                                              \
	SX_ASK(.msg = { 0xf0, 0x41, 0x00, 0x16, 0x11 },              \
	    .id_at = 2, .id_zero = 1,                                \
	    .value = { 0xf0, 0x41, 0x00, 0x16, 0x12 },               \
	    .mask = { 0xff, 0xff, 0x00, 0xff, 0xff },                \
	    .found = { .at = 5, .width = 3 }, __VA_ARGS__)

/* With addresses of four bytes, and gaps between the five blocks of a patch:
 * what belongs to all its tones, and each of these. Models differ in the
 * length of one or the other. */
#define JV(called, where)                                            \
	.maker = 0x41, .device = (called), .kind = SX_KIND_PRESET,   \
	.id_least = 17, .id_most = 32, .id = 17, .delay_ms = 40,     \
	SX_INFERRED(SX_KNOBKRAFT "; " where)
#define JV_RANGE(model, ...)                                         \
	SX_ASK(.msg = { 0xf0, 0x41, 0x00, (model), 0x11 },           \
	    .id_at = 2, .id_zero = 1,                                \
	    .value = { 0xf0, 0x41, 0x00, (model), 0x12 },            \
	    .mask = { 0xff, 0xff, 0x00, 0xff, 0xff },                \
	    .found = { .at = 5, .width = 4 }, __VA_ARGS__)

const struct sx_request_row sx_ask_roland[] = {
	{ .what = "timbre", MT32, .kind = SX_KIND_PRESET, .most = 256,
	    .slots = { .count = 64, .first = 1 },
	    MT32_RANGE(.address = SEVEN(8, 0, 0), .step = SEVEN(0, 2, 0),
	    .span = 246) },
	{ .what = "patches", MT32, .kind = SX_KIND_BANK, .most = 1064,
	    .note = "all 128",
	    MT32_RANGE(.address = SEVEN(5, 0, 0), .span = 1024) },
	{ .what = "system", MT32, .kind = SX_KIND_SETTINGS, .most = 33,
	    MT32_RANGE(.address = SEVEN(0x10, 0, 0), .span = 23) },
	/* JV-80: 34 + 4 * 115; a tone of a JV-880 has 116, of a JV-90 and
	 * JV-1000 117 bytes. */
	{ .what = "patch", JV("JV-80 / JV-880", "github.com/eclab/edisyn"),
	    .most = 560, .slots = { .count = 64, .first = 1, .digits = 2 },
	    .note = "internal", .lacks = "performances, rhythm and system",
	    JV_RANGE(0x46, .address = SEVEN4(1, 0x40, 0x20, 0),
	    .step = SEVEN4(0, 1, 0, 0), .span = SEVEN4(0, 0, 0x0c, 0),
	    .data = 494, .more = 8, .last = SEVEN4(0, 0, 0x0b, 0x73)) },
	/* JV-1080: 72 + 4 * 129; an XP-60 has 1, a JV-2080 2 more. */
	{ .what = "patch", JV("JV-1080", "github.com/gayancc/XP60Studio"),
	    .most = 645, .slots = { .count = 128, .first = 1, .digits = 3 },
	    .note = "user", .lacks = "performances, rhythm sets and system",
	    JV_RANGE(0x6a, .address = SEVEN4(0x11, 0, 0, 0),
	    .step = SEVEN4(0, 1, 0, 0), .span = SEVEN4(0, 0, 0x18, 0),
	    .data = 588, .more = 2, .last = SEVEN4(0, 0, 0x17, 1)) },
};
SX_ASK_COUNT(sx_ask_roland)
/* clang-format on */
