/* SPDX-License-Identifier: ISC */
/*
 * What a command means depends on the product: 54 is a pattern on an Analog
 * Rytm and the project settings on a Digitakt. Data is 8-in-7; the checksum of
 * these products leaves the slot out.
 */
#include <stdio.h>

#include "device_elektron.h"

#define LAR  "github.com/bsp2/libanalogrytm; github.com/ggozad/elektron-ctl"
#define HERD "github.com/mzero/elk-herd"

static unsigned
pair(const uint8_t *p)
{
	return (unsigned)p[0] << 7 | p[1];
}

void
sx_elektron_footer(
    const uint8_t *msg, size_t n, size_t from, struct sx_facts *facts)
{
	size_t at = n - FOOTER;

	if (n < DATA + FOOTER) {
		facts->checksum = SX_CHECKSUM_BAD;
		return;
	}
	sx_read_checksum(
	    facts, pair(msg + at), sx_sum(msg, from, at) & 0x3fff, at, 2);
	sx_read_length(facts, pair(msg + at + 2), (n - 10) & 0x3fff, at + 2, 2);
}

void
sx_elektron_slot(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	if (n > SLOT_AT + 1)
		sx_read_slot(facts, msg[SLOT_AT], SLOT_AT, 1);
}

void
sx_elektron_numbered_slot(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_elektron_slot(msg, n, facts);
	if (facts->slot >= 0)
		snprintf(facts->slot_text, sizeof(facts->slot_text), "%d",
		    (int)facts->slot + 1);
}

/* A01 to H16, as on the displays. */
void
sx_elektron_pattern_slot(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_elektron_slot(msg, n, facts);
	if (facts->slot >= 0)
		snprintf(facts->slot_text, sizeof(facts->slot_text), "%c%02d",
		    (char)('A' + facts->slot / 16),
		    (int)(facts->slot % 16 + 1));
}

/* A name of len bytes at byte i of the unpacked data. */
static void
read_packed_name(
    const uint8_t *msg, size_t n, size_t i, size_t len, struct sx_facts *facts)
{
	uint8_t text[16];
	size_t k, from = DATA + sx_packed_at(i);

	for (k = 0; k < len && k < sizeof(text); k++) {
		int c = sx_unpack(msg + DATA, n - DATA - FOOTER, i + k);

		if (c == -1)
			return;
		text[k] = (uint8_t)c;
	}
	sx_read_name(
	    facts, text, k, from, DATA + sx_packed_at(i + k - 1) + 1 - from);
}

/* The work buffer belongs to no slot. */
static void
read_buffer(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_elektron_footer(msg, n, DATA, facts);
	if (n > DATA + FOOTER)
		sx_read_packed(facts, DATA, n - FOOTER, false);
}

static void
read_object(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_elektron_numbered_slot(msg, n, facts);
	read_buffer(msg, n, facts);
}

/* How the display shows its slot is not known, or there is only one. */
static void
read_number(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_elektron_slot(msg, n, facts);
	read_buffer(msg, n, facts);
}

static void
read_pattern(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_elektron_pattern_slot(msg, n, facts);
	read_buffer(msg, n, facts);
}

static void
read_sound_name(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	static const uint8_t magic[] = { 0xbe, 0xef, 0xba, 0xce };
	size_t i;

	if (n < DATA + FOOTER)
		return;
	for (i = 0; i < sizeof(magic); i++)
		if (sx_unpack(msg + DATA, n - DATA - FOOTER, i) != magic[i])
			return;
	read_packed_name(msg, n, 12, 16, facts);
}

static void
read_sound(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_object(msg, n, facts);
	read_sound_name(msg, n, facts);
}

/* 0 to 127 are the first 128 sounds, and 0 is also each of the others. */
static void
read_digitone_sound(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_elektron_slot(msg, n, facts);
	read_buffer(msg, n, facts);
	read_sound_name(msg, n, facts);
}

static void
read_sound_buffer(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_buffer(msg, n, facts);
	read_sound_name(msg, n, facts);
}

/* The pattern's name stands at 6194 (hex) of the data, 12 bytes before the
 * kit; the kit's at 6204, for patterns without one. */
static void
read_pattern_and_kit(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_pattern(msg, n, facts);
	if (n < DATA + FOOTER)
		return;
	read_packed_name(msg, n, 0x6194, 12, facts);
	if (facts->name[0] == '\0')
		read_packed_name(msg, n, 0x6204, 16, facts);
}

#define EMPTY_DUMP 15 /* bytes of a request: a dump without data */
/* clang-format off */
#define ASK_EMPTY(c)                                                 \
	{ COMMAND(c, REQUEST), .min = EMPTY_DUMP, .max = EMPTY_DUMP, \
	    .trust = SX_TRUST_INFERRED, .passing = true,             \
	    .decode = read_number }
/* clang-format on */
#define BUFFER "work buffer, not saved"

static const struct sx_format analog[] = {
	{ SEEN(0x53, SOUND), .decode = read_sound },
	{ INFERRED(0x52, KIT), .decode = read_object },
	{ INFERRED(0x54, PATTERN), .decode = read_pattern },
	{ INFERRED(0x55, SONG), .decode = read_object },
	{ INFERRED(0x56, SETTINGS), .decode = read_number },
	{ INFERRED(0x57, GLOBAL), .decode = read_object },
	{ INFERRED(0x58, KIT), .note = BUFFER, .decode = read_buffer },
	{ INFERRED(0x59, SOUND), .note = BUFFER, .decode = read_sound_buffer },
	{ INFERRED(0x5a, PATTERN), .note = BUFFER, .decode = read_buffer },
	{ INFERRED(0x5b, SONG), .note = BUFFER, .decode = read_buffer },
	{ INFERRED(0x5c, SETTINGS), .note = BUFFER, .decode = read_buffer },
	{ INFERRED(0x5d, GLOBAL), .note = BUFFER, .decode = read_buffer },
	ASK_EMPTY(0x62),
	ASK_EMPTY(0x63),
	ASK_EMPTY(0x64),
	ASK_EMPTY(0x65),
	ASK_EMPTY(0x66),
	ASK_EMPTY(0x67),
	ASK_EMPTY(0x68),
	ASK_EMPTY(0x69),
	ASK_EMPTY(0x6a),
	ASK_EMPTY(0x6b),
	ASK_EMPTY(0x6c),
	ASK_EMPTY(0x6d),
	{ OS_PACKET },
};

#define ANALOG_KINDS \
	"sound, kit, pattern, song, settings, global, request, firmware"

const struct sx_device sx_analog_four = {
	.row = { .maker = ELEKTRON,
	    .device = "Analog Four",
	    .kinds = ANALOG_KINDS,
	    .trust = SX_TRUST_INFERRED,
	    .source = LAR,
	    .checksum = CHECKSUM,
	    .delay_ms = PACE_USB },
	SX_ELEKTRON_HEAD(0x06),
	SX_FORMATS(analog),
};

const struct sx_device sx_analog_rytm = {
	.row = { .maker = ELEKTRON,
	    .device = "Analog Rytm",
	    .kinds = ANALOG_KINDS,
	    .trust = SX_TRUST_SEEN,
	    .source = "sounds; " LAR,
	    .checksum = CHECKSUM,
	    .delay_ms = PACE_USB },
	SX_ELEKTRON_HEAD(0x07),
	SX_FORMATS(analog),
};

#define DIGI_REQUESTS                                                       \
	ASK_EMPTY(0x60), ASK_EMPTY(0x61), ASK_EMPTY(0x62), ASK_EMPTY(0x63), \
	    ASK_EMPTY(0x64), ASK_EMPTY(0x6f)

static const struct sx_format digitakt[] = {
	{ SEEN(0x50, PATTERN), .note = "with its kit",
	    .decode = read_pattern_and_kit },
	{ INFERRED(0x51, PATTERN), .decode = read_pattern },
	{ INFERRED(0x52, KIT), .decode = read_object },
	{ INFERRED(0x53, SOUND), .decode = read_sound },
	{ SEEN(0x54, SETTINGS), .decode = read_number },
	DIGI_REQUESTS,
	{ OS_PACKET },
};

#define DIGI_KINDS "pattern, kit, sound, settings, request, firmware"

const struct sx_device sx_digitakt = {
	.row = { .maker = ELEKTRON,
	    .device = "Digitakt",
	    .kinds = DIGI_KINDS,
	    .trust = SX_TRUST_SEEN,
	    .source = "a project; " HERD,
	    .checksum = CHECKSUM,
	    .delay_ms = PACE_USB },
	SX_ELEKTRON_HEAD(0x0a),
	SX_FORMATS(digitakt),
};

const struct sx_device sx_digitakt2 = {
	.row = { .maker = ELEKTRON,
	    .device = "Digitakt II",
	    .kinds = DIGI_KINDS,
	    .trust = SX_TRUST_INFERRED,
	    .source = HERD,
	    .checksum = CHECKSUM,
	    .delay_ms = PACE_USB },
	SX_ELEKTRON_HEAD(0x14),
	SX_FORMATS(digitakt),
};

static const struct sx_format digitone[] = {
	{ SEEN(0x53, SOUND), .decode = read_digitone_sound },
	{ OS_PACKET },
};

const struct sx_device sx_digitone = {
	.row = { .maker = ELEKTRON,
	    .device = "Digitone",
	    .kinds = "sound, firmware",
	    .trust = SX_TRUST_SEEN,
	    .source = "sounds",
	    .checksum = CHECKSUM,
	    .delay_ms = PACE_USB },
	SX_ELEKTRON_HEAD(0x0d),
	SX_FORMATS(digitone),
};

/* Products of which only OS files are known. */

#define PRODUCTS \
	"a user's list of the products in OS files, elektronauts.com/t/124096"

static const struct sx_format os_only[] = { { OS_PACKET } };

/* clang-format off */
#define OS_ONLY(product, called, pace) \
	OS_ONLY_BY(product, called, pace, OS_FILE)
#define OS_ONLY_BY(product, called, pace, by)                    \
	{ .row = { .maker = ELEKTRON, .device = (called),        \
	    .kinds = "firmware", .trust = SX_TRUST_INFERRED,     \
	    .source = (by), .delay_ms = (pace) },                \
	    SX_ELEKTRON_HEAD(product), SX_FORMATS(os_only) }
/* clang-format on */

const struct sx_device sx_octatrack = OS_ONLY(0x05, "Octatrack", PACE_DIN);
const struct sx_device sx_analog_heat =
    OS_ONLY_BY(0x08, "Analog Heat", PACE_USB, PRODUCTS);
const struct sx_device sx_analog_drive =
    OS_ONLY_BY(0x09, "Analog Drive", PACE_USB, PRODUCTS);
const struct sx_device sx_analog_four2 =
    OS_ONLY_BY(0x0b, "Analog Four MKII", PACE_USB, PRODUCTS);
const struct sx_device sx_analog_rytm2 =
    OS_ONLY_BY(0x0c, "Analog Rytm MKII", PACE_USB, PRODUCTS);
const struct sx_device sx_analog_heat2 =
    OS_ONLY_BY(0x0e, "Analog Heat MKII", PACE_USB, PRODUCTS);
const struct sx_device sx_model_samples =
    OS_ONLY(0x0f, "Model:Samples", PACE_USB);
const struct sx_device sx_model_cycles =
    OS_ONLY(0x11, "Model:Cycles", PACE_USB);
const struct sx_device sx_digitone2 = OS_ONLY(0x15, "Digitone II", PACE_USB);
const struct sx_device sx_syntakt = OS_ONLY(0x16, "Syntakt", PACE_USB);

/* Any product: 00 and 01, which have no firmware rule, have rows of their
 * own before this one. */
static void
name_product(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	if (n > 4 && msg[4] < 0x80)
		snprintf(facts->device, sizeof(facts->device), "product %02X",
		    msg[4]);
}

const struct sx_device sx_elektron_other = {
	.row = { .maker = ELEKTRON,
	    .device = "(other products)",
	    .kinds = "firmware",
	    .trust = SX_TRUST_INFERRED,
	    .source = OS_FILE,
	    .delay_ms = PACE_DIN },
	.value = { 0xf0, 0x00, 0x20, 0x3c, 0x00 },
	.mask = { 0xff, 0xff, 0xff, 0xff, 0x80 },
	SX_FORMATS(os_only),
	.name = name_product,
};

/* What carries no objects. */

/* clang-format off */
#define TURBO(c, text)                                         \
	{ COMMAND(c, TRANSPORT), .trust = SX_TRUST_DOCUMENTED, \
	    .checksum = SX_CHECKSUM_NONE, .passing = true,     \
	    .note = (text) }
/* clang-format on */

static const struct sx_format turbo[] = {
	TURBO(0x10, "speed request"),
	TURBO(0x11, "speed answer"),
	TURBO(0x12, "speed negotiation"),
	TURBO(0x13, "speed acknowledged"),
	TURBO(0x14, "speed test"),
	TURBO(0x15, "speed test result"),
	TURBO(0x16, "second speed test"),
	TURBO(0x17, "second speed test result"),
	{ COMMAND(0x20, TRANSPORT), .trust = SX_TRUST_INFERRED,
	    .source = "github.com/jmamma/MCL", .passing = true,
	    .note = "MegaCommand speed" },
};

const struct sx_device sx_turbo = {
	.row = { .maker = ELEKTRON,
	    .device = "TurboMIDI",
	    .kinds = "transport",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = MANUAL,
	    .checksum = "none",
	    .delay_ms = -1 },
	SX_ELEKTRON_HEAD(0x00),
	SX_FORMATS(turbo),
};

static const struct sx_format tm1[] = {
	{ COMMAND(0x02, TRANSPORT), .trust = SX_TRUST_INFERRED,
	    .passing = true },
	{ OS_PACKET },
};

const struct sx_device sx_tm1 = {
	.row = { .maker = ELEKTRON,
	    .device = "TM-1",
	    .kinds = "transport, firmware",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/ggozad/elektron-ctl",
	    .delay_ms = -1 },
	SX_ELEKTRON_HEAD(0x04),
	SX_FORMATS(tm1),
};

static const struct sx_format api[] = {
	{ OS_PACKET },
	{ SX_BYTE(4, 0x10), .kind = SX_KIND_TRANSPORT,
	    .trust = SX_TRUST_INFERRED, .passing = true,
	    .note = "a remote call, as by Transfer" },
};

const struct sx_device sx_elektron_api = {
	.row = { .maker = ELEKTRON,
	    .device = "Elektron API",
	    .kinds = "firmware, transport",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/dagargo/elektroid",
	    .delay_ms = -1 },
	SX_ELEKTRON_HEAD(0x10),
	SX_FORMATS(api),
};
