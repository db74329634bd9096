/* SPDX-License-Identifier: ISC */
#include "device_elektron.h"
#include "request_row.h"

#define LAR  "github.com/bsp2/libanalogrytm; github.com/ggozad/elektron-ctl"
#define HERD "github.com/mzero/elk-herd"

/* clang-format off */
#define HEAD(product) 0xf0, 0x00, 0x20, 0x3c, (product), 0x00
#define FOUND(product, dump)                                         \
	.value = { HEAD(product), (dump) },                          \
	.mask = { 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0xff }

/* F0 00 20 3C product 00 command number F7 */
#define SHORT(product, request, dump)                                \
	SX_ASK(.msg = { HEAD(product), (request), 0, 0xf7 },         \
	    .slot = { .at = 7, .width = 1 }, FOUND(product, dump),   \
	    .found = { .at = SLOT_AT, .width = 1 })

/* A dump without data: its checksum is 0 and its length 5. */
#define EMPTY(product, request)                                      \
	.msg = { HEAD(product), (request), 1, 1, 0, 0, 0, 0, 5, 0xf7 }
#define STORED(product, request, dump)                               \
	SX_ASK(EMPTY(product, request),                              \
	    .slot = { .at = SLOT_AT, .width = 1 },                   \
	    FOUND(product, dump), .found = { .at = SLOT_AT, .width = 1 })
#define WORKING(product, request, dump)                              \
	SX_ASK(EMPTY(product, request), FOUND(product, dump)), .aside = true

#define PATTERNS                                                     \
	.slots = { .count = 128, .first = 1, .bank = 16, .digits = 2 }
#define NUMBERED(n) .slots = { .count = (n), .first = 1 }

#define OBJECT(called, is)                                           \
	.maker = ELEKTRON, .device = (called), .kind = SX_KIND_##is, .id = -1
#define MACHINEDRUM(request, dump, is)                               \
	OBJECT("Machinedrum", is), SHORT(0x02, request, dump),       \
	    .trust = SX_TRUST_DOCUMENTED, .source = MANUAL, .delay_ms = 20
#define MONOMACHINE(request, dump, is)                               \
	OBJECT("Monomachine", is), SHORT(0x03, request, dump),       \
	    .trust = SX_TRUST_DOCUMENTED, .source = MANUAL, .delay_ms = 20
#define ANALOG(is)                                                   \
	OBJECT(NAME, is), .trust = SX_TRUST_INFERRED, .source = LAR
#define DIGI(is)                                                     \
	OBJECT(NAME, is), .trust = SX_TRUST_INFERRED, .source = HERD

/* What Analog Four and Analog Rytm share; sizes are those of a Rytm. */
#define ANALOG_ROWS(product, tracks)                                 \
	{ .what = "pattern", ANALOG(PATTERN), PATTERNS,              \
	    .most = 14988, STORED(product, 0x64, 0x54) },            \
	{ .what = "kit", ANALOG(KIT), NUMBERED(128),                 \
	    .most = 2998, STORED(product, 0x62, 0x52) },             \
	{ .what = "sound", ANALOG(SOUND), NUMBERED(128),             \
	    .most = 415, STORED(product, 0x63, 0x53),                \
	    .note = "of the project's pool" },                       \
	{ .what = "song", ANALOG(SONG), NUMBERED(16),                \
	    .most = 1506, STORED(product, 0x65, 0x55) },             \
	{ .what = "settings", ANALOG(SETTINGS),                      \
	    .most = 2401, STORED(product, 0x66, 0x56) },             \
	{ .what = "global", ANALOG(GLOBAL), NUMBERED(4),             \
	    .most = 107, STORED(product, 0x67, 0x57) },              \
	{ .what = "pattern-buffer", ANALOG(PATTERN),                 \
	    .most = 14988, WORKING(product, 0x6a, 0x5a) },           \
	{ .what = "kit-buffer", ANALOG(KIT),                         \
	    .most = 2998, WORKING(product, 0x68, 0x58) },            \
	{ .what = "sound-buffer", ANALOG(SOUND), NUMBERED(tracks),   \
	    .most = 415, STORED(product, 0x69, 0x59),                \
	    .aside = true, .note = "of a track" },                   \
	{ .what = "song-buffer", ANALOG(SONG),                       \
	    .most = 1506, WORKING(product, 0x6b, 0x5b) },            \
	{ .what = "settings-buffer", ANALOG(SETTINGS),               \
	    .most = 2401, WORKING(product, 0x6c, 0x5c) },            \
	{ .what = "global-buffer", ANALOG(GLOBAL),                   \
	    .most = 107, WORKING(product, 0x6d, 0x5d) }

#define DIGI_ROWS(product)                                           \
	{ .what = "pattern", DIGI(PATTERN), PATTERNS,                \
	    .most = 31613, STORED(product, 0x60, 0x50),              \
	    .note = "with its kit" },                                \
	{ .what = "pattern-alone", DIGI(PATTERN), PATTERNS,          \
	    .most = 31613, STORED(product, 0x61, 0x51),              \
	    .aside = true, .note = "without its kit" },              \
	{ .what = "kit", DIGI(KIT), NUMBERED(128),                   \
	    .most = 31613, STORED(product, 0x62, 0x52),              \
	    .aside = true, .note = "of a pattern" },                 \
	{ .what = "sound", DIGI(SOUND), NUMBERED(128),               \
	    .most = 415, STORED(product, 0x63, 0x53),                \
	    .note = "of the project's pool" },                       \
	{ .what = "settings", DIGI(SETTINGS),                        \
	    .most = 2941, STORED(product, 0x64, 0x54) }

const struct sx_request_row sx_ask_elektron[] = {
	{ .what = "pattern", MACHINEDRUM(0x68, 0x67, PATTERN), PATTERNS,
	    .most = 5410 },
	{ .what = "kit", MACHINEDRUM(0x53, 0x52, KIT), NUMBERED(64),
	    .most = 1233 },
	/* of 256 rows */
	{ .what = "song", MACHINEDRUM(0x6a, 0x69, SONG), NUMBERED(32),
	    .most = 3103 },
	{ .what = "global", MACHINEDRUM(0x51, 0x50, GLOBAL), NUMBERED(8),
	    .most = 197 },
	{ .what = "pattern", MONOMACHINE(0x68, 0x67, PATTERN), PATTERNS,
	    .most = 8192 },
	{ .what = "kit", MONOMACHINE(0x53, 0x52, KIT), NUMBERED(128),
	    .most = 1024 },
	{ .what = "song", MONOMACHINE(0x6a, 0x69, SONG), NUMBERED(24),
	    .most = 4096 },
	{ .what = "global", MONOMACHINE(0x51, 0x50, GLOBAL), NUMBERED(8),
	    .most = 102 },
	{ .what = "waveform", MONOMACHINE(0x5e, 0x5d, WAVEFORM), NUMBERED(64),
	    .most = 7027, .note = "DigiPRO" },
#define NAME "Analog Four"
	ANALOG_ROWS(0x06, 4),
#undef NAME
#define NAME "Analog Rytm"
	ANALOG_ROWS(0x07, 12),
#undef NAME
#define NAME "Digitakt"
	DIGI_ROWS(0x0a),
#undef NAME
#define NAME "Digitakt II"
	DIGI_ROWS(0x14),
#undef NAME
};
SX_ASK_COUNT(sx_ask_elektron)
/* clang-format on */
