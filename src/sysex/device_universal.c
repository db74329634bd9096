/* SPDX-License-Identifier: ISC */
/*
 * The universal messages, F0 7E|7F device sub-ID ..., by the MIDI
 * Association's table. Each protocol is a "device". Only what surely holds no
 * user data is passing: a tuning or a cue list is somebody's work.
 */
#include "device_row.h"
#include "sxlib/sds.h"

#define SPEC "MIDI 1.0 Universal System Exclusive Messages, table 4"

#define NON_REAL_TIME .value = { 0xf0, 0x7e }, .mask = { 0xff, 0xff }
#define REAL_TIME     .value = { 0xf0, 0x7f }, .mask = { 0xff, 0xff }

#define ROW(id, called, holds)                \
	.row = { .maker = (id),               \
		.device = (called),           \
		.kinds = (holds),             \
		.trust = SX_TRUST_DOCUMENTED, \
		.source = SPEC,               \
		.delay_ms = -1 }

#define SUB(a)	   SX_BYTE(3, a), .trust = SX_TRUST_DOCUMENTED
#define SUB2(a, b) SX_BYTE(3, a), SX_BYTE(4, b), .trust = SX_TRUST_DOCUMENTED

static void
read_sample_number(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	sx_read_slot(facts, msg[5] << 7 | msg[4], 4, 2);
}

static void
read_xor(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_read_checksum(
	    facts, msg[n - 2], sx_sds_checksum(msg, 1, n - 2), n - 2, 1);
}

static const struct sx_format sds[] = {
	{ SUB(SX_SDS_HEADER), .min = SX_SDS_HEADER_SIZE,
	    .max = SX_SDS_HEADER_SIZE, .kind = SX_KIND_SAMPLE,
	    .checksum = SX_CHECKSUM_NONE, .note = "sample dump header",
	    .decode = read_sample_number },
	{ SUB(SX_SDS_PACKET), .min = SX_SDS_PACKET_SIZE,
	    .max = SX_SDS_PACKET_SIZE, .kind = SX_KIND_SAMPLE,
	    .note = "sample data packet", .decode = read_xor },
	{ SUB(SX_SDS_REQUEST), .min = SX_SDS_REQUEST_SIZE,
	    .max = SX_SDS_REQUEST_SIZE, .kind = SX_KIND_REQUEST,
	    .passing = true, .checksum = SX_CHECKSUM_NONE,
	    .decode = read_sample_number },
	{ SUB2(0x05, 0x01), .kind = SX_KIND_SAMPLE, .note = "loop points" },
	{ SUB2(0x05, 0x02), .kind = SX_KIND_REQUEST, .passing = true,
	    .note = "loop points request" },
	{ SUB2(0x05, 0x03), .kind = SX_KIND_SAMPLE, .note = "sample name" },
	{ SUB2(0x05, 0x04), .kind = SX_KIND_REQUEST, .passing = true,
	    .note = "sample name request" },
	{ SUB2(0x05, 0x05), .kind = SX_KIND_SAMPLE,
	    .note = "extended dump header" },
	{ SUB2(0x05, 0x06), .kind = SX_KIND_SAMPLE,
	    .note = "extended loop points" },
	{ SUB2(0x05, 0x07), .kind = SX_KIND_REQUEST, .passing = true,
	    .note = "extended loop points request" },
	{ SUB(SX_SDS_WAIT), .max = 15, .kind = SX_KIND_HANDSHAKE,
	    .passing = true, .note = "WAIT" },
	{ SUB(SX_SDS_CANCEL), .max = 15, .kind = SX_KIND_HANDSHAKE,
	    .passing = true, .note = "CANCEL" },
	{ SUB(SX_SDS_NAK), .max = 15, .kind = SX_KIND_HANDSHAKE,
	    .passing = true, .note = "NAK" },
	{ SUB(SX_SDS_ACK), .max = 15, .kind = SX_KIND_HANDSHAKE,
	    .passing = true, .note = "ACK" },
};

const struct sx_device sx_sds = {
	.row = { .maker = 0x7e,
	    .device = "Sample Dump Standard",
	    .kinds = "sample, request, handshake",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "MIDI 1.0 Detailed Specification 4.2.1, p. 35",
	    .checksum = "packets: XOR of all bytes after F0",
	    /* The sender waits so long for an answer to a packet. */
	    .delay_ms = 20 },
	NON_REAL_TIME,
	SX_FORMATS(sds),
};

static const struct sx_format mtc_setup[] = {
	{ SUB(0x04), .kind = SX_KIND_SETTINGS },
};

const struct sx_device sx_mtc_setup = {
	ROW(0x7e, "MIDI Time Code cue list", "settings"),
	NON_REAL_TIME,
	SX_FORMATS(mtc_setup),
};

static const struct sx_format identity[] = {
	{ SUB2(0x06, 0x01), .min = 6, .max = 6, .passing = true,
	    .kind = SX_KIND_IDENTITY_REQUEST, .checksum = SX_CHECKSUM_NONE },
	{ SUB2(0x06, 0x02), .min = 15, .max = 17, .passing = true,
	    .kind = SX_KIND_IDENTITY_REPLY, .checksum = SX_CHECKSUM_NONE },
};

const struct sx_device sx_identity = {
	ROW(0x7e, "General Information", "identity-request, identity-reply"),
	NON_REAL_TIME,
	SX_FORMATS(identity),
};

/* ss <4 of type> <4 of length> <name> F7 */
static void
read_file_header(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_read_name(facts, msg + 14, n - 15, 14, n - 15);
}

/* kk, count - 1, <count bytes, 8-in-7>, checksum, F7 */
static void
read_file_packet(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	sx_read_length(facts, msg[6] + 1u, n - 9, 6, 1);
	read_xor(msg, n, facts);
}

static const struct sx_format file_dump[] = {
	{ SUB2(0x07, 0x01), .min = 15, .note = "file dump header",
	    .checksum = SX_CHECKSUM_NONE, .decode = read_file_header },
	{ SUB2(0x07, 0x02), .min = 10, .max = 137, .note = "file data packet",
	    .decode = read_file_packet },
	{ SUB2(0x07, 0x03), .kind = SX_KIND_REQUEST, .passing = true,
	    .checksum = SX_CHECKSUM_NONE },
	{ SUB(0x7b), .max = 15, .kind = SX_KIND_HANDSHAKE, .passing = true,
	    .note = "end of file" },
};

const struct sx_device sx_file_dump = {
	.row = { .maker = 0x7e,
	    .device = "File Dump",
	    .kinds = "unknown, request, handshake",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "MIDI 1.0, File Dump",
	    .checksum = "packets: XOR of all bytes after F0, and a count",
	    /* The sender waits so long for an answer to a packet. */
	    .delay_ms = 50 },
	NON_REAL_TIME,
	SX_FORMATS(file_dump),
};

static const struct sx_format tuning[] = {
	{ SUB2(0x08, 0x00), .kind = SX_KIND_REQUEST, .passing = true,
	    .note = "bulk tuning dump request" },
	{ SUB2(0x08, 0x01), .kind = SX_KIND_SETTINGS,
	    .note = "bulk tuning dump" },
	{ SUB2(0x08, 0x03), .kind = SX_KIND_REQUEST, .passing = true,
	    .note = "tuning dump request" },
	{ SUB2(0x08, 0x04), .kind = SX_KIND_SETTINGS,
	    .note = "key-based tuning dump" },
	{ SUB2(0x08, 0x05), .kind = SX_KIND_SETTINGS,
	    .note = "octave tuning dump, 1 byte" },
	{ SUB2(0x08, 0x06), .kind = SX_KIND_SETTINGS,
	    .note = "octave tuning dump, 2 byte" },
	{ SUB2(0x08, 0x07), .kind = SX_KIND_SETTINGS,
	    .note = "single note tuning" },
	{ SUB2(0x08, 0x08), .kind = SX_KIND_SETTINGS,
	    .note = "octave tuning, 1 byte" },
	{ SUB2(0x08, 0x09), .kind = SX_KIND_SETTINGS,
	    .note = "octave tuning, 2 byte" },
};

const struct sx_device sx_tuning = {
	ROW(0x7e, "MIDI Tuning", "settings, request"),
	NON_REAL_TIME,
	SX_FORMATS(tuning),
};

static const struct sx_format general_midi[] = {
	{ SUB2(0x09, 0x01), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "General MIDI 1 on" },
	{ SUB2(0x09, 0x02), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "General MIDI off" },
	{ SUB2(0x09, 0x03), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "General MIDI 2 on" },
};

const struct sx_device sx_general_midi = {
	ROW(0x7e, "General MIDI", "parameter"),
	NON_REAL_TIME,
	SX_FORMATS(general_midi),
};

static const struct sx_format dls[] = {
	{ SUB2(0x0a, 0x01), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "downloadable sounds on" },
	{ SUB2(0x0a, 0x02), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "downloadable sounds off" },
	{ SUB2(0x0a, 0x03), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "voice allocation off" },
	{ SUB2(0x0a, 0x04), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "voice allocation on" },
};

const struct sx_device sx_dls = {
	ROW(0x7e, "Downloadable Sounds", "parameter"),
	NON_REAL_TIME,
	SX_FORMATS(dls),
};

static const struct sx_format file_reference[] = {
	{ SUB2(0x0b, 0x01), .note = "open file" },
	{ SUB2(0x0b, 0x02), .note = "select contents" },
	{ SUB2(0x0b, 0x03), .note = "open file and select contents" },
	{ SUB2(0x0b, 0x04), .note = "close file" },
};

const struct sx_device sx_file_reference = {
	ROW(0x7e, "File Reference", "unknown"),
	NON_REAL_TIME,
	SX_FORMATS(file_reference),
};

static const struct sx_format visual[] = {
	{ SUB(0x0c), .kind = SX_KIND_PARAMETER },
};

const struct sx_device sx_visual = {
	ROW(0x7e, "MIDI Visual Control", "parameter"),
	NON_REAL_TIME,
	SX_FORMATS(visual),
};

static const struct sx_format midi_ci[] = {
	{ SX_BYTE(3, 0x0d), SX_BITS(4, 0x70, 0x70),
	    .trust = SX_TRUST_DOCUMENTED, .kind = SX_KIND_HANDSHAKE,
	    .passing = true },
	/* Property exchange can carry what a user made. */
	{ SUB(0x0d) },
};

const struct sx_device sx_midi_ci = {
	ROW(0x7e, "MIDI-CI", "handshake, unknown"),
	NON_REAL_TIME,
	SX_FORMATS(midi_ci),
};

static const struct sx_format mtc[] = {
	{ SUB2(0x01, 0x01), .kind = SX_KIND_CLOCK, .passing = true,
	    .note = "full time code" },
	{ SUB2(0x01, 0x02), .kind = SX_KIND_CLOCK, .passing = true,
	    .note = "user bits" },
};

const struct sx_device sx_mtc = {
	ROW(0x7f, "MIDI Time Code", "clock"),
	REAL_TIME,
	SX_FORMATS(mtc),
};

static const struct sx_format show_control[] = {
	{ SUB(0x02), .kind = SX_KIND_TRANSPORT, .passing = true },
};

const struct sx_device sx_show_control = {
	ROW(0x7f, "MIDI Show Control", "transport"),
	REAL_TIME,
	SX_FORMATS(show_control),
};

static const struct sx_format notation[] = {
	{ SUB2(0x03, 0x01), .kind = SX_KIND_CLOCK, .passing = true,
	    .note = "bar number" },
	{ SUB2(0x03, 0x02), .kind = SX_KIND_CLOCK, .passing = true,
	    .note = "time signature" },
	{ SUB2(0x03, 0x42), .kind = SX_KIND_CLOCK, .passing = true,
	    .note = "time signature, delayed" },
};

const struct sx_device sx_notation = {
	ROW(0x7f, "Notation Information", "clock"),
	REAL_TIME,
	SX_FORMATS(notation),
};

static const struct sx_format device_control[] = {
	{ SUB2(0x04, 0x01), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "master volume" },
	{ SUB2(0x04, 0x02), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "master balance" },
	{ SUB2(0x04, 0x03), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "master fine tuning" },
	{ SUB2(0x04, 0x04), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "master coarse tuning" },
	{ SUB2(0x04, 0x05), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "global parameter control" },
};

const struct sx_device sx_device_control = {
	ROW(0x7f, "Device Control", "parameter"),
	REAL_TIME,
	SX_FORMATS(device_control),
};

static const struct sx_format mtc_cueing[] = {
	{ SUB(0x05), .kind = SX_KIND_TRANSPORT, .passing = true },
};

const struct sx_device sx_mtc_cueing = {
	ROW(0x7f, "MIDI Time Code cueing", "transport"),
	REAL_TIME,
	SX_FORMATS(mtc_cueing),
};

static const struct sx_format mmc[] = {
	{ SUB(0x06), .kind = SX_KIND_TRANSPORT, .passing = true,
	    .note = "command" },
	{ SUB(0x07), .kind = SX_KIND_TRANSPORT, .passing = true,
	    .note = "response" },
};

const struct sx_device sx_mmc = {
	ROW(0x7f, "MIDI Machine Control", "transport"),
	REAL_TIME,
	SX_FORMATS(mmc),
};

static const struct sx_format tuning_now[] = {
	{ SUB2(0x08, 0x02), .kind = SX_KIND_SETTINGS,
	    .note = "single note tuning" },
	{ SUB2(0x08, 0x07), .kind = SX_KIND_SETTINGS,
	    .note = "single note tuning in a bank" },
	{ SUB2(0x08, 0x08), .kind = SX_KIND_SETTINGS,
	    .note = "octave tuning, 1 byte" },
	{ SUB2(0x08, 0x09), .kind = SX_KIND_SETTINGS,
	    .note = "octave tuning, 2 byte" },
};

const struct sx_device sx_tuning_now = {
	ROW(0x7f, "MIDI Tuning", "settings"),
	REAL_TIME,
	SX_FORMATS(tuning_now),
};

static const struct sx_format controllers[] = {
	{ SUB(0x09), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "controller destination" },
	{ SUB2(0x0a, 0x01), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "key-based instrument control" },
	{ SUB2(0x0b, 0x01), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "scalable polyphony" },
	{ SUB2(0x0c, 0x00), .kind = SX_KIND_PARAMETER, .passing = true,
	    .note = "mobile phone control" },
};

const struct sx_device sx_controllers = {
	ROW(0x7f, "Controllers", "parameter"),
	REAL_TIME,
	SX_FORMATS(controllers),
};
