/* SPDX-License-Identifier: ISC */
/*
 * RQ1 asks for a range of addresses, and DT1s bring it, of no more than 256
 * bytes each: F0 41 device model 11 address size checksum F7.
 */
#include "request_row.h"

#define SEVEN(a, b, c) ((uint32_t)(a) << 14 | (b) << 7 | (c))

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
};
SX_ASK_COUNT(sx_ask_roland)
/* clang-format on */
