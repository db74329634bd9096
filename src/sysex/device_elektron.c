/* SPDX-License-Identifier: ISC */
/*
 * F0 00 20 3C product channel command ... From product 02 up a dump ends in
 * checksum and length, 14 bits each, high first, and its data is 8-in-7. What
 * a command means depends on the product: 54 is a pattern on an Analog Rytm
 * and the project settings on a Digitakt.
 */
#include <stdio.h>
#include <string.h>

#include "device_row.h"

#define HEAD(product)                                           \
	.value = { 0xf0, 0x00, 0x20, 0x3c, (product) },         \
	.mask = { 0xff, 0xff, 0xff, 0xff, 0xff }

#define CHECKSUM "sum and length, 14 bits each"
#define FOOTER	 5 /* checksum, length, F7 */
#define DATA	 10 /* where the data of a dump begins */
#define SLOT_AT	 9

#define MANUAL "Machinedrum and Monomachine manuals, Appendix C"
#define LAR    "github.com/bsp2/libanalogrytm; github.com/ggozad/elektron-ctl"
#define HERD   "github.com/mzero/elk-herd"
#define OSFILE "Elektron's OS files, as read by elektron-firmware-tool"

/* Their own dumps need no pause on USB; on DIN 50 ms are a cautious guess. */
#define PACE_USB 0
#define PACE_DIN 50
/* An OS is written while it comes: 1.4 times the wire time of a packet. */
#define PACE_OS 20

static unsigned
pair(const uint8_t *p)
{
	return (unsigned)p[0] << 7 | p[1];
}

static void
read_footer(const uint8_t *msg, size_t n, size_t from, struct sx_facts *facts)
{
	size_t at = n - FOOTER;

	if (n < DATA + FOOTER) {
		facts->checksum = SX_CHECKSUM_BAD;
		return;
	}
	sx_read_checksum(facts, pair(msg + at),
	    sx_sum(msg, from, at) & 0x3fff, at, 2);
	sx_read_length(facts, pair(msg + at + 2), (n - 10) & 0x3fff, at + 2,
	    2);
}

static void
read_slot(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	if (n > SLOT_AT + 1)
		sx_read_slot(facts, msg[SLOT_AT], SLOT_AT, 1);
}

/* A01 to H16, as on the displays. */
static void
read_pattern_slot(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_slot(msg, n, facts);
	if (facts->slot >= 0)
		snprintf(facts->slot_text, sizeof(facts->slot_text), "%c%02d",
		    (char)('A' + facts->slot / 16),
		    (int)(facts->slot % 16 + 1));
}

/* A name of len bytes at byte i of the unpacked data. */
static void
read_packed_name(const uint8_t *msg, size_t n, size_t i, size_t len,
    struct sx_facts *facts)
{
	uint8_t text[16];
	size_t k, from = DATA + sx_packed_at(i);

	for (k = 0; k < len && k < sizeof(text); k++) {
		int c = sx_unpack(msg + DATA, n - DATA - FOOTER, i + k);

		if (c == -1)
			return;
		text[k] = (uint8_t)c;
	}
	sx_read_name(facts, text, k, from,
	    DATA + sx_packed_at(i + k - 1) + 1 - from);
}

/* Machinedrum and Monomachine. The checksum includes the slot. */

static void
read_md_object(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_slot(msg, n, facts);
	read_footer(msg, n, SLOT_AT, facts);
}

static void
read_md_pattern(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_pattern_slot(msg, n, facts);
	read_footer(msg, n, SLOT_AT, facts);
}

static void
read_md_named(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_md_object(msg, n, facts);
	if (n >= DATA + 16 + FOOTER)
		sx_read_name(facts, msg + DATA, 16, DATA, 16);
}

/*
 * A Monomachine object is run-length coded before it is packed: 80..FF stand
 * for 0 to 127 times the next byte. Its name is the first 11 bytes; a slot
 * that was cleared has FF there.
 */
static void
read_mnm_named(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	uint8_t text[11];
	size_t i = 0, len = 0;

	read_md_object(msg, n, facts);
	if (n < DATA + FOOTER)
		return;
	while (len < sizeof(text)) {
		int times = 1;
		int c = sx_unpack(msg + DATA, n - DATA - FOOTER, i++);

		if (c >= 0x80) {
			times = c & 0x7f;
			c = sx_unpack(msg + DATA, n - DATA - FOOTER, i++);
		}
		if (c == -1)
			return;
		while (times-- > 0 && len < sizeof(text))
			text[len++] = (uint8_t)c;
	}
	if (text[0] == 0xff)
		return;
	sx_read_name(facts, text, len, DATA + 1, sx_packed_at(i - 1));
}

static void
read_md_number(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	sx_read_slot(facts, msg[7], 7, 1);
}

static void
read_uw_name(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_md_number(msg, n, facts);
	sx_read_name(facts, msg + 8, 4, 8, 4);
}

#define COMMAND(c, is) SX_BYTE(6, c), .kind = SX_KIND_##is
#define OBJECT(c, is)                                      \
	COMMAND(c, is), .trust = SX_TRUST_SEEN, .complete = true
#define LISTED(c, is)                                              \
	COMMAND(c, is), .trust = SX_TRUST_DOCUMENTED, .complete = true
#define INFERRED(c, is)                                         \
	COMMAND(c, is), .trust = SX_TRUST_INFERRED, .complete = true
#define COMMAND_ONLY(c, is)                                        \
	COMMAND(c, is), .trust = SX_TRUST_DOCUMENTED,              \
	    .checksum = SX_CHECKSUM_NONE, .passing = true
#define ASK(c)                                                         \
	{ COMMAND_ONLY(c, REQUEST), .min = 9, .max = 9, .read = read_md_number }
#define SET(c, text) { COMMAND_ONLY(c, PARAMETER), .note = (text) }
#define OS_PACKET                                                          \
	{ SX_BITS(6, 0x7e, 0x7e), .kind = SX_KIND_FIRMWARE,                \
	    .trust = SX_TRUST_INFERRED, .source = OSFILE,                  \
	    .delay_ms = PACE_OS, .note = "part of an operating system" }

/* What both have. Saving is a command: it holds nothing, but overwrites. */
#define MD_COMMANDS                                                       \
	ASK(0x51), ASK(0x53), ASK(0x68), ASK(0x6a),                       \
	    SET(0x55, "name of the current kit"),                         \
	    SET(0x56, "select a global"), SET(0x57, "load a pattern"),    \
	    SET(0x58, "load a kit"), SET(0x59, "save the kit to a slot"), \
	    SET(0x5b, "assign a machine"), SET(0x5c, "routing"),          \
	    SET(0x61, "tempo"), SET(0x6c, "load a song"),                 \
	    SET(0x6d, "save the song to a slot"),                         \
	    { COMMAND_ONLY(0x70, REQUEST), .note = "status request" },    \
	    SET(0x71, "set status"), SET(0x72, "status response"), OS_PACKET

static const struct sx_format machinedrum[] = {
	{ OBJECT(0x52, KIT), .read = read_md_named },
	{ LISTED(0x50, GLOBAL), .read = read_md_object },
	{ LISTED(0x67, PATTERN), .read = read_md_pattern },
	{ LISTED(0x69, SONG), .read = read_md_named },
	/* Comes between the header and the data of a sample dump. */
	{ COMMAND(0x73, SAMPLE), .min = 13, .max = 13,
	    .trust = SX_TRUST_DOCUMENTED, .checksum = SX_CHECKSUM_NONE,
	    .note = "name of a sample", .read = read_uw_name },
	SET(0x5a, "note map"),
	SET(0x5d, "delay"),
	SET(0x5e, "reverb"),
	SET(0x5f, "equalizer"),
	SET(0x60, "dynamics"),
	SET(0x62, "LFO"),
	SET(0x64, "reset the note map"),
	SET(0x65, "trig group"),
	SET(0x66, "mute group"),
	{ COMMAND(0x6b, PARAMETER), .trust = SX_TRUST_INFERRED,
	    .passing = true, .checksum = SX_CHECKSUM_NONE,
	    .source = "github.com/wesen/mididuino",
	    .note = "set the receive position" },
	MD_COMMANDS,
};

const struct sx_device sx_machinedrum = {
	.row = { .maker = 0x00203c, .device = "Machinedrum",
	    .kinds = "kit, global, pattern, song, sample, request, parameter, "
	    "firmware",
	    .trust = SX_TRUST_SEEN, .source = MANUAL "; a kit",
	    .checksum = CHECKSUM, .delay_ms = PACE_DIN },
	HEAD(0x02),
	SX_FORMATS(machinedrum),
};

static const struct sx_format monomachine[] = {
	{ OBJECT(0x50, GLOBAL), .read = read_md_object },
	{ OBJECT(0x52, KIT), .read = read_mnm_named },
	{ OBJECT(0x67, PATTERN), .read = read_md_pattern },
	{ OBJECT(0x69, SONG), .read = read_mnm_named },
	{ LISTED(0x5d, WAVEFORM), .read = read_md_object },
	ASK(0x5e),
	MD_COMMANDS,
};

const struct sx_device sx_monomachine = {
	.row = { .maker = 0x00203c, .device = "Monomachine",
	    .kinds = "global, kit, pattern, song, waveform, request, "
	    "parameter, firmware",
	    .trust = SX_TRUST_SEEN,
	    .source = MANUAL "; globals, kits, patterns, songs",
	    .checksum = CHECKSUM, .delay_ms = PACE_DIN },
	HEAD(0x03),
	SX_FORMATS(monomachine),
};

/* Analog Four and later. The checksum leaves the slot out. */

static void
read_object(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_slot(msg, n, facts);
	read_footer(msg, n, DATA, facts);
}

static void
read_pattern(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_pattern_slot(msg, n, facts);
	read_footer(msg, n, DATA, facts);
}

/* The work buffer belongs to no slot. */
static void
read_buffer(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_footer(msg, n, DATA, facts);
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
#define ASK_EMPTY(c)                                                   \
	{ COMMAND(c, REQUEST), .min = EMPTY_DUMP, .max = EMPTY_DUMP,   \
	    .trust = SX_TRUST_INFERRED, .passing = true,               \
	    .read = read_object }
#define BUFFER "work buffer, not saved"

static const struct sx_format analog[] = {
	{ OBJECT(0x53, SOUND), .read = read_sound },
	{ INFERRED(0x52, KIT), .read = read_object },
	{ INFERRED(0x54, PATTERN), .read = read_pattern },
	{ INFERRED(0x55, SONG), .read = read_object },
	{ INFERRED(0x56, SETTINGS), .read = read_object },
	{ INFERRED(0x57, GLOBAL), .read = read_object },
	{ INFERRED(0x58, KIT), .note = BUFFER, .read = read_buffer },
	{ INFERRED(0x59, SOUND), .note = BUFFER, .read = read_sound_buffer },
	{ INFERRED(0x5a, PATTERN), .note = BUFFER, .read = read_buffer },
	{ INFERRED(0x5b, SONG), .note = BUFFER, .read = read_buffer },
	{ INFERRED(0x5c, SETTINGS), .note = BUFFER, .read = read_buffer },
	{ INFERRED(0x5d, GLOBAL), .note = BUFFER, .read = read_buffer },
	ASK_EMPTY(0x62), ASK_EMPTY(0x63), ASK_EMPTY(0x64), ASK_EMPTY(0x65),
	ASK_EMPTY(0x66), ASK_EMPTY(0x67), ASK_EMPTY(0x68), ASK_EMPTY(0x69),
	ASK_EMPTY(0x6a), ASK_EMPTY(0x6b), ASK_EMPTY(0x6c), ASK_EMPTY(0x6d),
	OS_PACKET,
};

#define ANALOG_KINDS \
	"sound, kit, pattern, song, settings, global, request, firmware"

const struct sx_device sx_analog_four = {
	.row = { .maker = 0x00203c, .device = "Analog Four",
	    .kinds = ANALOG_KINDS, .trust = SX_TRUST_INFERRED, .source = LAR,
	    .checksum = CHECKSUM, .delay_ms = PACE_USB },
	HEAD(0x06),
	SX_FORMATS(analog),
};

const struct sx_device sx_analog_rytm = {
	.row = { .maker = 0x00203c, .device = "Analog Rytm",
	    .kinds = ANALOG_KINDS, .trust = SX_TRUST_SEEN,
	    .source = "sounds; " LAR, .checksum = CHECKSUM,
	    .delay_ms = PACE_USB },
	HEAD(0x07),
	SX_FORMATS(analog),
};

#define DIGI_REQUESTS \
	ASK_EMPTY(0x60), ASK_EMPTY(0x61), ASK_EMPTY(0x62), ASK_EMPTY(0x63), \
	    ASK_EMPTY(0x64), ASK_EMPTY(0x6f)

static const struct sx_format digitakt[] = {
	{ OBJECT(0x50, PATTERN), .note = "with its kit",
	    .read = read_pattern_and_kit },
	{ INFERRED(0x51, PATTERN), .read = read_pattern },
	{ INFERRED(0x52, KIT), .read = read_object },
	{ INFERRED(0x53, SOUND), .read = read_sound },
	{ OBJECT(0x54, SETTINGS), .read = read_object },
	DIGI_REQUESTS,
	OS_PACKET,
};

#define DIGI_KINDS "pattern, kit, sound, settings, request, firmware"

const struct sx_device sx_digitakt = {
	.row = { .maker = 0x00203c, .device = "Digitakt",
	    .kinds = DIGI_KINDS, .trust = SX_TRUST_SEEN,
	    .source = "a project; " HERD, .checksum = CHECKSUM,
	    .delay_ms = PACE_USB },
	HEAD(0x0a),
	SX_FORMATS(digitakt),
};

const struct sx_device sx_digitakt2 = {
	.row = { .maker = 0x00203c, .device = "Digitakt II",
	    .kinds = DIGI_KINDS, .trust = SX_TRUST_INFERRED, .source = HERD,
	    .checksum = CHECKSUM, .delay_ms = PACE_USB },
	HEAD(0x14),
	SX_FORMATS(digitakt),
};

static const struct sx_format digitone[] = {
	{ OBJECT(0x53, SOUND), .read = read_sound },
	OS_PACKET,
};

const struct sx_device sx_digitone = {
	.row = { .maker = 0x00203c, .device = "Digitone",
	    .kinds = "sound, firmware", .trust = SX_TRUST_SEEN,
	    .source = "sounds", .checksum = CHECKSUM,
	    .delay_ms = PACE_USB },
	HEAD(0x0d),
	SX_FORMATS(digitone),
};

/* Products of which only OS files are known. */

static const struct sx_format os_only[] = { OS_PACKET };

#define OS_ONLY(product, called, pace)                                   \
	{                                                                \
		.row = { .maker = 0x00203c, .device = (called),          \
		    .kinds = "firmware", .trust = SX_TRUST_INFERRED,     \
		    .source = OSFILE, .delay_ms = (pace) },              \
		HEAD(product), SX_FORMATS(os_only),                      \
	}

const struct sx_device sx_octatrack = OS_ONLY(0x05, "Octatrack", PACE_DIN);
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
	else
		facts->device[0] = '\0';
}

const struct sx_device sx_elektron_other = {
	.row = { .maker = 0x00203c, .device = "(other products)",
	    .kinds = "firmware", .trust = SX_TRUST_INFERRED,
	    .source = OSFILE, .delay_ms = PACE_DIN },
	.value = { 0xf0, 0x00, 0x20, 0x3c, 0x00 },
	.mask = { 0xff, 0xff, 0xff, 0xff, 0x80 },
	SX_FORMATS(os_only),
	.name = name_product,
};

/* What carries no objects. */

#define TURBO(c, text)                                                 \
	{ COMMAND(c, TRANSPORT), .trust = SX_TRUST_DOCUMENTED,         \
	    .checksum = SX_CHECKSUM_NONE, .passing = true, .note = (text) }

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
	.row = { .maker = 0x00203c, .device = "TurboMIDI",
	    .kinds = "transport", .trust = SX_TRUST_DOCUMENTED,
	    .source = MANUAL, .checksum = "none", .delay_ms = -1 },
	HEAD(0x00),
	SX_FORMATS(turbo),
};

static const struct sx_format tm1[] = {
	{ COMMAND(0x02, TRANSPORT), .trust = SX_TRUST_INFERRED,
	    .passing = true },
	OS_PACKET,
};

const struct sx_device sx_tm1 = {
	.row = { .maker = 0x00203c, .device = "TM-1",
	    .kinds = "transport, firmware", .trust = SX_TRUST_INFERRED,
	    .source = "github.com/ggozad/elektron-ctl", .delay_ms = -1 },
	HEAD(0x04),
	SX_FORMATS(tm1),
};

static const struct sx_format api[] = {
	OS_PACKET,
	{ SX_BYTE(4, 0x10), .kind = SX_KIND_TRANSPORT,
	    .trust = SX_TRUST_INFERRED, .passing = true,
	    .note = "a remote call, as by Transfer" },
};

const struct sx_device sx_elektron_api = {
	.row = { .maker = 0x00203c, .device = "Elektron API",
	    .kinds = "firmware, transport", .trust = SX_TRUST_INFERRED,
	    .source = "github.com/dagargo/elektroid", .delay_ms = -1 },
	HEAD(0x10),
	SX_FORMATS(api),
};
