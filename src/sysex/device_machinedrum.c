/* SPDX-License-Identifier: ISC */
/* Machinedrum and Monomachine. The checksum of a dump includes its slot. */
#include <string.h>

#include "device_elektron.h"

static void
read_md_object(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_elektron_numbered_slot(msg, n, facts);
	sx_elektron_footer(msg, n, SLOT_AT, facts);
}

static void
read_md_pattern(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_elektron_pattern_slot(msg, n, facts);
	sx_elektron_footer(msg, n, SLOT_AT, facts);
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
 * for 0 to 127 times the next byte.
 */
static void
read_mnm_object(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_md_object(msg, n, facts);
	if (n > DATA + FOOTER)
		sx_read_packed(facts, DATA, n - FOOTER, true);
}

static void
read_mnm_pattern(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_md_pattern(msg, n, facts);
	if (n > DATA + FOOTER)
		sx_read_packed(facts, DATA, n - FOOTER, true);
}

/* Its name is the first 11 bytes; a slot that was cleared has FF there. */
static void
read_mnm_named(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	uint8_t text[11];
	size_t i = 0, len = 0;

	read_mnm_object(msg, n, facts);
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

/* clang-format off */
#define COMMAND_ONLY(c, is)                                     \
	COMMAND(c, is), .trust = SX_TRUST_DOCUMENTED,           \
	    .checksum = SX_CHECKSUM_NONE, .passing = true
#define ASK(c)                                                  \
	{ COMMAND_ONLY(c, REQUEST), .min = 9, .max = 9,         \
	    .decode = read_md_number }
#define SET(c, text) { COMMAND_ONLY(c, PARAMETER), .note = (text) }
/* clang-format on */

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
	    SET(0x71, "set status"), SET(0x72, "status response")

static const struct sx_format machinedrum[] = {
	{ SEEN(0x52, KIT), .decode = read_md_named },
	{ LISTED(0x50, GLOBAL), .decode = read_md_object },
	{ LISTED(0x67, PATTERN), .decode = read_md_pattern },
	{ LISTED(0x69, SONG), .decode = read_md_named },
	/* Comes between the header and the data of a sample dump. */
	{ COMMAND(0x73, SAMPLE), .min = 13, .max = 13,
	    .trust = SX_TRUST_DOCUMENTED, .checksum = SX_CHECKSUM_NONE,
	    .note = "name of a sample", .decode = read_uw_name },
	SET(0x5a, "note map"),
	SET(0x5d, "delay"),
	SET(0x5e, "reverb"),
	SET(0x5f, "equalizer"),
	SET(0x60, "dynamics"),
	SET(0x62, "LFO"),
	SET(0x64, "reset the note map"),
	SET(0x65, "trig group"),
	SET(0x66, "mute group"),
	{ COMMAND(0x6b, PARAMETER), .trust = SX_TRUST_INFERRED, .passing = true,
	    .checksum = SX_CHECKSUM_NONE,
	    .source = "github.com/wesen/mididuino",
	    .note = "set the receive position" },
	MD_COMMANDS,
	{ OS_PACKET },
};

const struct sx_device sx_machinedrum = {
	.row = { .maker = ELEKTRON,
	    .device = "Machinedrum",
	    .kinds = "kit, global, pattern, song, sample, request, parameter, "
		     "firmware",
	    .trust = SX_TRUST_SEEN,
	    .source = MANUAL "; a kit",
	    .checksum = CHECKSUM,
	    .delay_ms = PACE_DIN },
	SX_ELEKTRON_HEAD(0x02),
	SX_FORMATS(machinedrum),
};

static const struct sx_format monomachine[] = {
	{ SEEN(0x50, GLOBAL), .decode = read_mnm_object },
	{ SEEN(0x52, KIT), .decode = read_mnm_named },
	{ SEEN(0x67, PATTERN), .decode = read_mnm_pattern },
	{ SEEN(0x69, SONG), .decode = read_mnm_named },
	{ LISTED(0x5d, WAVEFORM), .decode = read_md_object },
	ASK(0x5e),
	MD_COMMANDS,
	{ OS_PACKET },
};

const struct sx_device sx_monomachine = {
	.row = { .maker = ELEKTRON,
	    .device = "Monomachine",
	    .kinds = "global, kit, pattern, song, waveform, request, "
		     "parameter, firmware",
	    .trust = SX_TRUST_SEEN,
	    .source = MANUAL "; globals, kits, patterns, songs",
	    .checksum = CHECKSUM,
	    .delay_ms = PACE_DIN },
	SX_ELEKTRON_HEAD(0x03),
	SX_FORMATS(monomachine),
};
