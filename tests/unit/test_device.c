/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sysex/device_row.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* Everything there is to know of one message. */
struct expected {
	const char *msg; /* hex; "xx*n": xx n times; "CK": a checksum byte */
	const char *maker, *device;
	enum sx_kind kind;
	long slot;
	const char *slot_text, *name;
	enum sx_checksum checksum;
	enum sx_trust trust;
	bool dump, complete;
};

/* Hex text to bytes: "F0 31 00*4 F7". Returns how many. */
static size_t
bytes_of(const char *hex, uint8_t *out, size_t max)
{
	size_t n = 0;

	while (*hex != '\0') {
		char *end;
		unsigned long byte = strtoul(hex, &end, 16), times = 1;

		assert_true(end != hex && byte <= 0xff);
		if (*end == '*')
			times = strtoul(end + 1, &end, 10);
		while (times-- > 0) {
			assert_true(n < max);
			out[n++] = (uint8_t)byte;
		}
		hex = end + strspn(end, " ");
	}
	return n;
}

static struct sx_facts
facts_of(const uint8_t *msg, size_t n)
{
	struct sx_facts facts;
	/* A copy of exactly this size, so that ASan sees one byte too many. */
	uint8_t *copy = malloc(n + 1);

	assert_non_null(copy);
	copy = realloc(copy, n > 0 ? n : 1);
	assert_non_null(copy);
	if (n > 0)
		memcpy(copy, msg, n);
	sx_device_decode(copy, n, &facts);
	free(copy);
	return facts;
}

#define NO_SLOT -1, "", ""
#define T	SX_TRUST_
#define C	SX_CHECKSUM_

static const struct expected plain[] = {
	/* Jomox, and Viscount, whose ID it uses. */
	{ "F0 31 7F 55 00 01*40 F7", "Jomox", "XBase 09", SX_KIND_BANK,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, true },
	{ "F0 31 7F 55 01 01*40 F7", "Jomox", "XBase 09", SX_KIND_UNKNOWN,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },
	{ "F0 31 7F 5D 01 55 01*40 F7", "Jomox", "Alpha Base",
	    SX_KIND_PRESET, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    true, true },
	{ "F0 31 7F 5D 02 55 01*40 F7", "Jomox", "Alpha Base",
	    SX_KIND_PATTERN, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    true, true },
	{ "F0 31 7F 5D 03 55 01 02 77 01*40 F7", "Jomox", "Alpha Base",
	    SX_KIND_SAMPLE, 130, "", "", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, true, true },
	{ "F0 31 7F 5D 10 55 7F 7F 77 01*40 F7", "Jomox", "Alpha Base",
	    SX_KIND_FIRMWARE, 16383, "", "", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 31 7F 5D 04 55 01*40 F7", "Jomox", "Alpha Base",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 31 7F 5E 02 55 01*40 F7", "Jomox", "product 5E",
	    SX_KIND_PATTERN, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 31 7F 5E 55 01*40 F7", "Jomox", "product 5E", SX_KIND_UNKNOWN,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },
	{ "F0 31 7F F7", "Jomox", "", SX_KIND_UNKNOWN, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },
	{ "F0 31 01 02 F7", "Viscount or Jomox", "", SX_KIND_UNKNOWN,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },

	/* Elektron, all but objects. */
	{ "F0 00 20 3C 02 00 53 05 F7", "Elektron", "Machinedrum",
	    SX_KIND_REQUEST, 5, "", "", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 00 20 3C 03 00 5E 3F F7", "Elektron", "Monomachine",
	    SX_KIND_REQUEST, 63, "", "", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 00 20 3C 02 00 5E 01 02 F7", "Elektron", "Machinedrum",
	    SX_KIND_PARAMETER, NO_SLOT, SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 00 20 3C 02 00 70 04 F7", "Elektron", "Machinedrum",
	    SX_KIND_REQUEST, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    false, false },
	{ "F0 00 20 3C 03 00 72 04 0C F7", "Elektron", "Monomachine",
	    SX_KIND_PARAMETER, NO_SLOT, SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 00 20 3C 02 00 73 2F 53 4E 41 52 F7", "Elektron",
	    "Machinedrum", SX_KIND_SAMPLE, 47, "", "SNAR", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 00 20 3C 07 00 63 01 01 09 00 00 00 05 F7", "Elektron",
	    "Analog Rytm", SX_KIND_REQUEST, 9, "", "", SX_CHECKSUM_OK,
	    SX_TRUST_INFERRED, false, false },
	{ "F0 00 20 3C 0A 00 6F 01 01 00 00 00 00 05 F7", "Elektron",
	    "Digitakt", SX_KIND_REQUEST, 0, "", "", SX_CHECKSUM_OK,
	    SX_TRUST_INFERRED, false, false },
	{ "F0 00 20 3C 00 00 10 F7", "Elektron", "TurboMIDI",
	    SX_KIND_TRANSPORT, NO_SLOT, SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 00 20 3C 00 00 14 55*4 00*4 F7", "Elektron", "TurboMIDI",
	    SX_KIND_TRANSPORT, NO_SLOT, SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 00 20 3C 04 00 02 01 F7", "Elektron", "TM-1",
	    SX_KIND_TRANSPORT, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, false, false },
	{ "F0 00 20 3C 10 00 01 02 03 F7", "Elektron", "Elektron API",
	    SX_KIND_TRANSPORT, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, false, false },
	{ "F0 00 20 3C 02 00 7E 01*104 F7", "Elektron", "Machinedrum",
	    SX_KIND_FIRMWARE, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 00 20 3C 05 00 7F 01*80 F7", "Elektron", "Octatrack",
	    SX_KIND_FIRMWARE, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 00 20 3C 16 00 7F 01 00*6 F7", "Elektron", "Syntakt",
	    SX_KIND_FIRMWARE, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 00 20 3C 33 00 7E 01*100 F7", "Elektron", "product 33",
	    SX_KIND_FIRMWARE, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 00 20 3C 01 00 7E 01*100 F7", "Elektron", "SidStation",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 00 20 3C 33 00 52 01*100 F7", "Elektron", "product 33",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 00 20 3C 01 00 01 45 2D*14 F7", "Elektron", "SidStation",
	    SX_KIND_BANK, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    true, false },
	{ "F0 00 20 3C 01 00 02 00 01 10 2D*24 45 "
	  "41 6E 70 61 6E 6D 61 6E 20 20 01*20 F7",
	    "Elektron", "SidStation", SX_KIND_PRESET, -1, "", "Anpanman",
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, false },
	{ "F0 00 20 3C 01 00 03 F7", "Elektron", "SidStation",
	    SX_KIND_PRESET, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    true, false },
	{ "F0 00 45 01 00 02 00 01 10 2D*24 45 "
	  "41 6E 70 61 6E 6D 61 6E 20 20 01*20 F7",
	    "Elektron", "SidStation", SX_KIND_PRESET, -1, "", "Anpanman",
	    SX_CHECKSUM_NONE, SX_TRUST_INFERRED, true, false },

	/* Universal. */
	{ "F0 7E 7F 06 01 F7", "Universal", "General Information",
	    SX_KIND_IDENTITY_REQUEST, NO_SLOT, SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 00 06 02 42 51 01 00 00 01 00 02 00 F7", "Universal",
	    "General Information", SX_KIND_IDENTITY_REPLY, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 00 06 02 00 20 33 51 01 00 00 01 00 02 00 F7", "Universal",
	    "General Information", SX_KIND_IDENTITY_REPLY, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 00 01 05 01 10 01*14 F7", "Universal",
	    "Sample Dump Standard", SX_KIND_SAMPLE, 133, "", "",
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, false },
	{ "F0 7E 03 02 05 11*119 12 69 F7", "Universal",
	    "Sample Dump Standard", SX_KIND_SAMPLE, NO_SLOT, SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 7E 03 02 05 11*119 12 68 F7", "Universal",
	    "Sample Dump Standard", SX_KIND_SAMPLE, NO_SLOT, SX_CHECKSUM_BAD,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 7E 00 03 05 01 F7", "Universal", "Sample Dump Standard",
	    SX_KIND_REQUEST, 133, "", "", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 00 7F 05 F7", "Universal", "Sample Dump Standard",
	    SX_KIND_HANDSHAKE, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 00 7B 05 F7", "Universal", "File Dump", SX_KIND_HANDSHAKE,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED, false,
	    false },
	{ "F0 7E 00 07 01 01 4D 49 44 49 00*4 53 4F 4E 47 F7", "Universal",
	    "File Dump", SX_KIND_UNKNOWN, -1, "", "SONG", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 7E 00 07 02 00 03 00 01 02 03 78 F7", "Universal",
	    "File Dump", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 7E 00 07 02 00 02 00 01 02 03 79 F7", "Universal",
	    "File Dump", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_BAD,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 7E 00 04 01 01*12 F7", "Universal", "MIDI Time Code cue list",
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 7E 00 08 01 05 01*400 F7", "Universal", "MIDI Tuning",
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 7E 00 09 01 F7", "Universal", "General MIDI",
	    SX_KIND_PARAMETER, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 7F 0D 70 02 01*20 F7", "Universal", "MIDI-CI",
	    SX_KIND_HANDSHAKE, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 7F 0D 35 02 01*20 F7", "Universal", "MIDI-CI",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 7E 00 55 01 F7", "Universal", "", SX_KIND_UNKNOWN, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_NONE, true, false },
	{ "F0 7F 7F 01 01 21 02 03 04 F7", "Universal", "MIDI Time Code",
	    SX_KIND_CLOCK, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED,
	    false, false },
	{ "F0 7F 7F 06 02 F7", "Universal", "MIDI Machine Control",
	    SX_KIND_TRANSPORT, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7F 7F 04 01 00 7F F7", "Universal", "Device Control",
	    SX_KIND_PARAMETER, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7F 00 08 02 00 01 3C 3C 00 00 F7", "Universal", "MIDI Tuning",
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, true, false },

	/* Roland: models of one to four bytes, good and bad. */
	{ "F0 41 10 42 12 40 00 7F 00 41 F7", "Roland", "model 42",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 41 10 42 12 40 00 7F 00 40 F7", "Roland", "model 42",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_BAD, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 41 10 00 0B 12 01 02 03 04 05 71 F7", "Roland", "model 00 0B",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 41 10 00 00 20 12 01 02 03 04 05 71 F7", "Roland",
	    "model 00 00 20", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 41 10 00 00 00 33 12 01 02 03 04 05 71 F7", "Roland",
	    "model 00 00 00 33", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 41 10 6A 11 01 00 00 00 00 00 00 10 6F F7", "Roland",
	    "JV-1080", SX_KIND_REQUEST, NO_SLOT, SX_CHECKSUM_OK,
	    SX_TRUST_SEEN, false, false },
	{ "F0 41 3A 00 24 20 01*30 F7", "Roland", "MKS-70", SX_KIND_PRESET,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_SEEN, true, false },

	/* Yamaha. */
	{ "F0 43 00 00 01 1B 00*145 41 42 43 20*7 56 F7", "Yamaha", "DX7",
	    SX_KIND_PRESET, -1, "", "ABC", SX_CHECKSUM_OK, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 43 00 09 20 00 01*4096 01 F7", "Yamaha", "DX7", SX_KIND_BANK,
	    NO_SLOT, SX_CHECKSUM_BAD, SX_TRUST_SEEN, true, true },
	{ "F0 43 00 09 20 00 00*4000 00 F7", "Yamaha", "DX7", SX_KIND_BANK,
	    NO_SLOT, SX_CHECKSUM_BAD, SX_TRUST_SEEN, true, true },
	{ "F0 43 00 7F 1C 00 04 05 0E 0F 00 5E F7", "Yamaha", "reface DX",
	    SX_KIND_PRESET, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_SEEN, true,
	    false },
	{ "F0 43 00 7F 1C 00 2A 05 30 00 00 53 6E 61 70 48 61 70 70 79 20 "
	  "00 00 40 00 02 42 04 00 64 00 00 40*8 03 40 40 07 40 40 00 00 00 "
	  "21 F7",
	    "Yamaha", "reface DX", SX_KIND_PRESET, -1, "", "SnapHappy",
	    SX_CHECKSUM_OK, SX_TRUST_SEEN, true, false },
	{ "F0 43 10 4C 00 00 7E 00 F7", "Yamaha", "", SX_KIND_PARAMETER,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 43 20 09 F7", "Yamaha", "", SX_KIND_REQUEST, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 43 00 5E 00 01 10 00 00 05 6A F7", "Yamaha", "FS1R",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    true, false },

	/* Others. */
	{ "F0 42 30 19 4D 01*100 F7", "Korg", "M1", SX_KIND_BANK, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_SEEN, true, true },
	{ "F0 42 30 19 1C 00 F7", "Korg", "M1", SX_KIND_REQUEST, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 42 30 58 40 01*100 F7", "Korg", "microKORG / MS2000",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 00 20 33 01 00 11 01 05 01*256 17 F7", "Access", "Virus",
	    SX_KIND_PRESET, 5, "", "", SX_CHECKSUM_OK, SX_TRUST_DOCUMENTED,
	    true, false },
	{ "F0 00 20 33 01 00 10 01 05 01*256 16 F7", "Access", "Virus",
	    SX_KIND_PRESET, 5, "", "\1\1\1\1\1\1\1\1\1\1", SX_CHECKSUM_OK,
	    SX_TRUST_SEEN, true, false },
	{ "F0 3E 0B 00 00 03 10*10 20 F7", "Waldorf", "Pulse",
	    SX_KIND_PRESET, 3, "", "", SX_CHECKSUM_OK, SX_TRUST_SEEN, true,
	    false },
	{ "F0 3E 0B 00 00 03 10*10 21 F7", "Waldorf", "Pulse",
	    SX_KIND_PRESET, 3, "", "", SX_CHECKSUM_BAD, SX_TRUST_SEEN, true,
	    false },
	{ "F0 3E 0B 00 00 03 10*10 7F F7", "Waldorf", "Pulse",
	    SX_KIND_PRESET, 3, "", "", SX_CHECKSUM_UNKNOWN, SX_TRUST_SEEN,
	    true, false },
	{ "F0 00 20 32 00 01 39 00 74 06 01 05 00 10*40 00 F7", "Behringer",
	    "Wave", SX_KIND_PRESET, 105, "", "", SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 0F 02 00 09 F7", "Ensoniq", "ESQ-1", SX_KIND_REQUEST, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7D 01 02 03 F7", "Non-commercial", "", SX_KIND_UNKNOWN,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_NONE, true, false },
	{ "F0 45 01 F7", "", "", SX_KIND_UNKNOWN, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_NONE, true, false },
	{ "F0 F7", "", "", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_NONE, true, false },
	{ "12 31 7F F7", "", "", SX_KIND_UNKNOWN, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_NONE, true, false },
};

static void
compare(const char *what, const struct sx_facts *f, const struct expected *e)
{
	if (strcmp(f->maker, e->maker) != 0 ||
	    strcmp(f->device, e->device) != 0 || f->kind != e->kind ||
	    f->slot != e->slot || strcmp(f->slot_text, e->slot_text) != 0 ||
	    strcmp(f->name, e->name) != 0 || f->checksum != e->checksum ||
	    f->trust != e->trust || f->dump != e->dump ||
	    f->complete != e->complete)
		fail_msg("%s: %s, %s, %s, slot %ld (%s), name '%s', "
		    "checksum %s, %s, dump %d, complete %d", what, f->maker,
		    f->device, sx_kind_text(f->kind), f->slot, f->slot_text,
		    f->name, sx_checksum_text(f->checksum),
		    sx_trust_text(f->trust), f->dump, f->complete);
}

static void
test_documented_messages(void **state)
{
	uint8_t msg[8192];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY(plain); i++) {
		size_t n = bytes_of(plain[i].msg, msg, sizeof(msg));
		struct sx_facts facts = facts_of(msg, n);

		compare(plain[i].msg, &facts, &plain[i]);
	}
}
