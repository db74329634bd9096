/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts.h"
#include "sxlib/device.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* The expected facts of one message. */
struct expected {
	const char *msg; /* hex; "xx*n": xx n times */
	const char *maker, *device;
	enum sx_kind kind;
	long slot;
	const char *slot_text, *name;
	enum sx_checksum checksum;
	enum sx_trust trust;
	bool dump, complete;
};

/* Convert hex text to bytes: "F0 31 00*4 F7". Returns their number. */
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

#define NO_SLOT -1, "", ""

static const struct expected plain[] = {
	/* Jomox, and Viscount, whose ID it uses. */
	{ "F0 31 7F 55 00 01*40 F7", "Jomox", "XBase 09", SX_KIND_BANK, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, true },
	{ "F0 31 7F 55 01 01*40 F7", "Jomox", "XBase 09", SX_KIND_UNKNOWN,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },
	{ "F0 31 7F 5D 01 55 01*40 F7", "Jomox", "Alpha Base", SX_KIND_PRESET,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, true },
	{ "F0 31 7F 5D 02 55 01*40 F7", "Jomox", "Alpha Base", SX_KIND_PATTERN,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, true },
	{ "F0 31 7F 5D 03 55 01 02 77 01*40 F7", "Jomox", "Alpha Base",
	    SX_KIND_SAMPLE, 130, "", "", SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    true, true },
	{ "F0 31 7F 5D 10 55 7F 7F 77 01*40 F7", "Jomox", "Alpha Base",
	    SX_KIND_FIRMWARE, 16383, "", "", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 31 7F 5D 04 55 01*40 F7", "Jomox", "Alpha Base", SX_KIND_UNKNOWN,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED, true, false },
	{ "F0 31 7F 5E 02 55 01*40 F7", "Jomox", "product 5E", SX_KIND_PATTERN,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },
	{ "F0 31 7F 5E 55 01*40 F7", "Jomox", "product 5E", SX_KIND_UNKNOWN,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },
	{ "F0 31 7F F7", "Jomox", "", SX_KIND_UNKNOWN, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },
	{ "F0 31 01 02 F7", "Viscount or Jomox", "", SX_KIND_UNKNOWN, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },

	/* Elektron, except objects. */
	{ "F0 00 20 3C 02 00 53 05 F7", "Elektron", "Machinedrum",
	    SX_KIND_REQUEST, 5, "6", "", SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    false, false },
	{ "F0 00 20 3C 03 00 5E 3F F7", "Elektron", "Monomachine",
	    SX_KIND_REQUEST, 63, "64", "", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 00 20 3C 02 00 5E 01 02 F7", "Elektron", "Machinedrum",
	    SX_KIND_PARAMETER, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    false, false },
	{ "F0 00 20 3C 02 00 70 04 F7", "Elektron", "Machinedrum",
	    SX_KIND_REQUEST, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    false, false },
	{ "F0 00 20 3C 03 00 72 04 0C F7", "Elektron", "Monomachine",
	    SX_KIND_PARAMETER, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    false, false },
	{ "F0 00 20 3C 02 00 73 2F 53 4E 41 52 F7", "Elektron", "Machinedrum",
	    SX_KIND_SAMPLE, 47, "", "SNAR", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 00 20 3C 07 00 63 01 01 09 00 00 00 05 F7", "Elektron",
	    "Analog Rytm", SX_KIND_REQUEST, 9, "10", "", SX_CHECKSUM_OK,
	    SX_TRUST_INFERRED, false, false },
	{ "F0 00 20 3C 0A 00 6F 01 01 00 00 00 00 05 F7", "Elektron",
	    "Digitakt", SX_KIND_REQUEST, 0, "", "", SX_CHECKSUM_OK,
	    SX_TRUST_INFERRED, false, false },
	{ "F0 00 20 3C 00 00 10 F7", "Elektron", "TurboMIDI", SX_KIND_TRANSPORT,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 00 20 3C 00 00 14 55*4 00*4 F7", "Elektron", "TurboMIDI",
	    SX_KIND_TRANSPORT, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    false, false },
	{ "F0 00 20 3C 04 00 02 01 F7", "Elektron", "TM-1", SX_KIND_TRANSPORT,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 00 20 3C 10 00 01 02 03 F7", "Elektron", "Elektron API",
	    SX_KIND_TRANSPORT, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    false, false },
	{ "F0 00 20 3C 02 00 7E 01*104 F7", "Elektron", "Machinedrum",
	    SX_KIND_FIRMWARE, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 00 20 3C 05 00 7F 01*80 F7", "Elektron", "Octatrack",
	    SX_KIND_FIRMWARE, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 00 20 3C 16 00 7F 01 00*6 F7", "Elektron", "Syntakt",
	    SX_KIND_FIRMWARE, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 00 20 3C 33 00 7E 01*100 F7", "Elektron", "product 33",
	    SX_KIND_FIRMWARE, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 00 20 3C 01 00 7E 01*100 F7", "Elektron", "SidStation",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED,
	    true, false },
	{ "F0 00 20 3C 33 00 52 01*100 F7", "Elektron", "product 33",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 00 20 3C 01 00 01 45 2D*14 F7", "Elektron", "SidStation",
	    SX_KIND_BANK, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true,
	    false },
	{ "F0 00 20 3C 01 00 02 00 01 10 2D*24 45 "
	  "41 6E 70 61 6E 6D 61 6E 20 20 01*20 F7",
	    "Elektron", "SidStation", SX_KIND_PRESET, -1, "", "Anpanman",
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, false },
	{ "F0 00 20 3C 01 00 03 F7", "Elektron", "SidStation", SX_KIND_PRESET,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, false },
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
	{ "F0 7E 00 01 05 01 10 01*14 F7", "Universal", "Sample Dump Standard",
	    SX_KIND_SAMPLE, 133, "", "", SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    true, false },
	{ "F0 7E 03 02 05 11*119 12 79 F7", "Universal", "Sample Dump Standard",
	    SX_KIND_SAMPLE, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_DOCUMENTED, true,
	    false },
	{ "F0 7E 03 02 05 11*119 12 78 F7", "Universal", "Sample Dump Standard",
	    SX_KIND_SAMPLE, NO_SLOT, SX_CHECKSUM_BAD, SX_TRUST_DOCUMENTED, true,
	    false },
	{ "F0 7E 00 03 05 01 F7", "Universal", "Sample Dump Standard",
	    SX_KIND_REQUEST, 133, "", "", SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    false, false },
	{ "F0 7E 00 7F 05 F7", "Universal", "Sample Dump Standard",
	    SX_KIND_HANDSHAKE, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 00 7B 05 F7", "Universal", "File Dump", SX_KIND_HANDSHAKE,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 00 07 01 01 4D 49 44 49 00*4 53 4F 4E 47 F7", "Universal",
	    "File Dump", SX_KIND_UNKNOWN, -1, "", "SONG", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 7E 00 07 02 00 03 00 01 02 03 78 F7", "Universal", "File Dump",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_DOCUMENTED, true,
	    false },
	{ "F0 7E 00 07 02 00 02 00 01 02 03 79 F7", "Universal", "File Dump",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_BAD, SX_TRUST_DOCUMENTED,
	    true, false },
	{ "F0 7E 00 04 01 01*12 F7", "Universal", "MIDI Time Code cue list",
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED,
	    true, false },
	{ "F0 7E 00 08 01 05 01*400 F7", "Universal", "MIDI Tuning",
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED,
	    true, false },
	{ "F0 7E 00 09 01 F7", "Universal", "General MIDI", SX_KIND_PARAMETER,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 7F 0D 70 02 01*20 F7", "Universal", "MIDI-CI",
	    SX_KIND_HANDSHAKE, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 7F 0D 35 02 01*20 F7", "Universal", "MIDI-CI", SX_KIND_UNKNOWN,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED, true, false },
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
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED,
	    true, false },

	/* Roland: models of one to four bytes, good and bad. */
	{ "F0 41 10 7A 12 40 00 7F 00 41 F7", "Roland", "model 7A",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_INFERRED, true,
	    false },
	{ "F0 41 10 7A 12 40 00 7F 00 40 F7", "Roland", "model 7A",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_BAD, SX_TRUST_INFERRED, true,
	    false },
	{ "F0 41 10 00 0B 12 01 02 03 04 05 71 F7", "Roland", "model 00 0B",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_INFERRED, true,
	    false },
	{ "F0 41 10 00 00 20 12 01 02 03 04 05 71 F7", "Roland",
	    "model 00 00 20", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 41 10 00 00 00 7A 12 01 02 03 04 05 71 F7", "Roland",
	    "model 00 00 00 7A", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 41 10 6A 11 01 00 00 00 00 00 00 10 6F F7", "Roland", "JV-1080",
	    SX_KIND_REQUEST, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_SEEN, false,
	    false },
	{ "F0 41 3A 00 24 10 01*30 F7", "Roland", "MKS-70", SX_KIND_PRESET,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_SEEN, true, false },
	{ "F0 41 3A 00 24 20 01*2 05 41*10 01*69 F7", "Roland", "MKS-70",
	    SX_KIND_PRESET, 5, "", "AAAAAAAAAA", SX_CHECKSUM_NONE,
	    SX_TRUST_INFERRED, true, true },

	/* Messages that their pages once did not know, or mistook for others.
	 */
	{ "F0 00 20 33 01 00 11 00 05 00*4 47 4C 41 53 53 20*5 00*242 30 F7",
	    "Access", "Virus", SX_KIND_PRESET, -1, "", "GLASS", SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 00 20 33 01 00 11 01 05 00*4 47 4C 41 53 53 20*5 00*242 31 F7",
	    "Access", "Virus", SX_KIND_PRESET, 5, "5", "GLASS", SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 00 20 33 01 00 72 00 69 05 F7", "Access", "Virus",
	    SX_KIND_PARAMETER, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    false, false },
	{ "F0 47 7E 05 00*45 F7", "Akai", "AX80", SX_KIND_PRESET, 5, "", "",
	    SX_CHECKSUM_NONE, SX_TRUST_SEEN, true, false },
	{ "F0 00 00 0E 13 00 00 4C 00 00 F7", "Alesis", "DM5", SX_KIND_SETTINGS,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED, true, true },
	{ "F0 00 00 0E 13 00 03 01*128 00 F7", "Alesis", "DM5",
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_INFERRED, true,
	    true },
	{ "F0 00 20 6B 05 01 17 23 3A 06 20 20 30*32 F7", "Arturia",
	    "MicroBrute", SX_KIND_PATTERN, 6, "7", "", SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 00 20 6B 05 01 00 01 05 00 F7", "Arturia", "MicroBrute",
	    SX_KIND_PARAMETER, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    false, false },
	{ "F0 00 20 2B 00 6F 41*5 42 45 41 41*16 F7", "Medeli",
	    "ASM Hydrasynth", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 00 20 2B 00 6F 41*5 52 59 41 45 42*15 F7", "Medeli",
	    "ASM Hydrasynth", SX_KIND_PRESET, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 00 20 32 00 01 24 00 78 7E 03 00*40 F7", "Behringer", "Pro-800",
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED,
	    true, false },
	{ "F0 00 20 32 00 11 21 7D 30 41*6000 F7", "Behringer", "V-Amp 2",
	    SX_KIND_BANK, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED, true,
	    true },
	{ "F0 33 00 04 04 62 01*132 F7", "Clavia", "Nord Lead", SX_KIND_PRESET,
	    98, "99", "", SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, true },
	{ "F0 33 00 04 01 63 01*1056 F7", "Clavia", "Nord Lead", SX_KIND_PRESET,
	    -1, "", "", SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, true },
	{ "F0 33 00 04 1F 05 01*708 F7", "Clavia", "Nord Lead", SX_KIND_PRESET,
	    5, "", "", SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, true },
	{ "F0 33 00 04 29 05 F7", "Clavia", "Nord Lead", SX_KIND_REQUEST,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 44 00 00 70 20 60 01*256 F7", "Casio", "CZ series",
	    SX_KIND_PRESET, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED, true,
	    false },
	{ "F0 44 00 00 70 30 01*256 01 04 02 04 03 04 00*26 F7", "Casio",
	    "CZ series", SX_KIND_PRESET, -1, "", "ABC", SX_CHECKSUM_NONE,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 44 00 00 70 11 05 70 31 F7", "Casio", "CZ series",
	    SX_KIND_REQUEST, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED,
	    false, false },
	{ "F0 00 21 45 01 02 7B 7D F7", "Electra One", "Electra One",
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    true, true },
	{ "F0 18 04 00 02 05 00 F7", "E-mu", "Proteus/1", SX_KIND_REQUEST,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 18 04 00 03 05 00 01 00 F7", "E-mu", "Proteus/1",
	    SX_KIND_PARAMETER, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_DOCUMENTED, false, false },
	{ "F0 0F 02 00 06 01*40 F7", "Ensoniq", "ESQ-1", SX_KIND_PATTERN,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, false },
	{ "F0 0F 05 00 00 04 01*96 F7", "Ensoniq", "VFX", SX_KIND_PRESET,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED, true, true },
	{ "F0 0F 05 00 00 05 01*1920 F7", "Ensoniq", "VFX", SX_KIND_BANK,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED, true, true },
	{ "F0 0F 05 00 00 00 09 F7", "Ensoniq", "VFX", SX_KIND_REQUEST, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_INFERRED, false, false },
	{ "F0 0F 05 00 00 00 01 02 F7", "Ensoniq", "VFX", SX_KIND_PARAMETER,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED, false, false },
	{ "F0 0F 05 00 00 01 04 F7", "Ensoniq", "VFX", SX_KIND_HANDSHAKE,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED, false, false },

	/* Requests, dumps and replies with the same beginning. */
	{ "F0 10 02 02 00 F7", "Oberheim", "Xpander / Matrix-12",
	    SX_KIND_REQUEST, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED,
	    false, false },
	{ "F0 00 01 05 21 7F 7D F7", "M-Audio", "Venom", SX_KIND_HANDSHAKE,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 00 01 05 21 7F 02 00 00 01*25 65 F7", "M-Audio", "Venom",
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_INFERRED, true,
	    false },
	{ "F0 00 01 05 21 7F 01 01 01 05 F7", "M-Audio", "Venom",
	    SX_KIND_REQUEST, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    false, false },
	{ "F0 00 20 32 7F 0C 0F F7", "Behringer", "FCB1010", SX_KIND_REQUEST,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED, false, false },
	{ "F0 00 20 32 7F 0C 0F 00*2344 F7", "Behringer", "FCB1010",
	    SX_KIND_SETTINGS, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED,
	    true, true },
	{ "F0 00 21 35 00 06 02 F7", "Dreadbox", "Nymphes", SX_KIND_REQUEST,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 00 21 35 00 06 01 00 07 07 0F 0F 00 00 F7", "Dreadbox", "Nymphes",
	    SX_KIND_PRESET, 55, "G7", "", SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, true, true },

	{ "F0 42 30 19 11 00 05 F7", "Korg", "M1", SX_KIND_PRESET, 5, "05", "",
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, true },
	{ "F0 42 30 19 1F F7", "Korg", "M1", SX_KIND_REQUEST, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 42 33 03 F7", "Korg", "DW-8000", SX_KIND_IDENTITY_REPLY, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_INFERRED, false, false },
	{ "F0 42 30 58 12 F7", "Korg", "microKORG / MS2000", SX_KIND_REQUEST,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 42 30 4A 49 00 54 45 53 54 20 53 47 00*272 F7", "Korg",
	    "SG ProX / SG Rack", SX_KIND_PRESET, -1, "", "TEST SG",
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, true },
	{ "F0 40 00 44 00 0A F7", "Kawai", "K5000", SX_KIND_HANDSHAKE, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 40 00 61 00 0A 02 F7", "Kawai", "K5000", SX_KIND_IDENTITY_REPLY,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 40 00 21 00 0A 20 00*6592 F7", "Kawai", "K5000", SX_KIND_BANK,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, true },
	{ "F0 00 20 29 03 01 7F 60 21 00 00 00 00 F7", "Novation", "UltraNova",
	    SX_KIND_REQUEST, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED,
	    false, false },
	{ "F0 00 20 29 02 0C 05 01 04 F7", "Novation", "Launchpad X",
	    SX_KIND_REQUEST, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    false, false },
	{ "F0 10 06 0E 01 02 00 F7", "Oberheim", "Matrix-6 / Matrix-1000",
	    SX_KIND_PRESET, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    true, false },
	/* A voice modulator, which has no name, and the patches beside it. */
	{ "F0 41 10 00 06 12 03 02 08 00 41*41 0A F7", "Roland",
	    "JP-8000 / JP-8080", SX_KIND_PRESET, NO_SLOT, SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 41 10 00 06 11 02 00 00 00 00 00 01 78 05 F7", "Roland",
	    "JP-8000 / JP-8080", SX_KIND_REQUEST, NO_SLOT, SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, false, false },

	/* Yamaha. */
	{ "F0 43 00 00 01 1B 00*145 41 42 43 20*7 5A F7", "Yamaha", "DX7",
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
	{ "F0 43 00 7F 1C 00 04 0C 01 10 20 43 F7", "Yamaha", "",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_INFERRED, true,
	    false },
	{ "F0 43 10 7B 00 00 7E 00 F7", "Yamaha", "", SX_KIND_PARAMETER,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 43 20 09 F7", "Yamaha", "DX7", SX_KIND_REQUEST, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 43 30 5E 10 00 05 F7", "Yamaha", "FS1R", SX_KIND_REQUEST, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 43 00 7E 00 25 4C 4D 20 20 38 39 37 36 53 30 00*27 46 F7",
	    "Yamaha", "DX21 / TX81Z / DX11", SX_KIND_SETTINGS, NO_SLOT,
	    SX_CHECKSUM_OK, SX_TRUST_INFERRED, true, false },
	{ "F0 43 00 5E 00 01 10 00 00 05 6A F7", "Yamaha", "FS1R",
	    SX_KIND_PRESET, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_SEEN, true,
	    true },

	/* Handshakes: never a dump; DAT is one. */
	{ "F0 41 01 14 40 02 00 00 00 7F 00 7F F7", "Roland", "D-50",
	    SX_KIND_HANDSHAKE, NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_DOCUMENTED,
	    false, false },
	{ "F0 41 01 14 43 F7", "Roland", "D-50", SX_KIND_HANDSHAKE, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 41 01 14 42 02 00 00 01 7D F7", "Roland", "D-50", SX_KIND_UNKNOWN,
	    NO_SLOT, SX_CHECKSUM_OK, SX_TRUST_INFERRED, true, false },
	{ "F0 41 10 00 55 4F F7", "Roland", "model 00 55", SX_KIND_HANDSHAKE,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 41 40 00 23 F7", "Roland", "Alpha Juno / MKS-50",
	    SX_KIND_HANDSHAKE, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED,
	    false, false },
	{ "F0 41 00 45 F7", "Roland", "", SX_KIND_HANDSHAKE, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 44 00 00 70 30 F7", "Casio", "CZ series", SX_KIND_HANDSHAKE,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED, false, false },
	{ "F0 44 00 00 71 30", "Casio", "CZ series", SX_KIND_HANDSHAKE, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_INFERRED, false, false },
	{ "F0 44 00 00 70 30 01*256 F7", "Casio", "CZ series", SX_KIND_PRESET,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_INFERRED, true, false },
	{ "F0 42 30 19 23 F7", "Korg", "M1", SX_KIND_HANDSHAKE, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 40 00 40 00 04 F7", "Kawai", "K4", SX_KIND_HANDSHAKE, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	/* Identity replies with fewer bytes of version, and without the unit.
	 */
	{ "F0 7E 7F 06 02 01 25 01 00 00 11 00 00 F7", "Universal",
	    "General Information", SX_KIND_IDENTITY_REPLY, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 09 06 02 01 30 01 00 00 F7", "Universal",
	    "General Information", SX_KIND_IDENTITY_REPLY, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 7E 06 02 3E 0E 00 0B 00 32 2E 33 33 F7", "Universal",
	    "General Information", SX_KIND_IDENTITY_REPLY, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_INFERRED, false, false },

	/* Others. */
	{ "F0 42 30 19 4D 01*100 F7", "Korg", "M1", SX_KIND_BANK, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_SEEN, true, true },
	{ "F0 42 30 19 1C 00 F7", "Korg", "M1", SX_KIND_REQUEST, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 42 30 58 40 00*100 F7", "Korg", "microKORG / MS2000",
	    SX_KIND_PRESET, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    true, true },
	{ "F0 42 30 28 49 01 31 00*20 F7", "Korg", "Wavestation",
	    SX_KIND_PRESET, 99, "B49", "", SX_CHECKSUM_OK, SX_TRUST_DOCUMENTED,
	    true, true },
	{ "F0 42 30 28 11 00 05 F7", "Korg", "Wavestation", SX_KIND_PRESET, 5,
	    "A05", "", SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED, true, true },
	{ "F0 42 30 28 10 00 05 F7", "Korg", "Wavestation", SX_KIND_REQUEST,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 01 2A 02 01 62 00*20 F7", "Sequential", "Prophet 12",
	    SX_KIND_PRESET, 197, "B099", "", SX_CHECKSUM_NONE,
	    SX_TRUST_DOCUMENTED, true, true },
	{ "F0 01 26 22 05 00*20 F7", "Sequential", "Tetra", SX_KIND_PRESET, 5,
	    "006", "", SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, true, true },
	{ "F0 01 20 01 01 05 03 04 F7", "Sequential", "Evolver",
	    SX_KIND_PARAMETER, NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    false, false },
	{ "F0 01 20 01 12 F7", "Sequential", "Evolver", SX_KIND_PARAMETER,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 01 20 01 0E F7", "Sequential", "Evolver", SX_KIND_REQUEST,
	    NO_SLOT, SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	{ "F0 10 06 01 07 01 04 02 04 03 04 00*262 46 F7", "Oberheim",
	    "Matrix-6 / Matrix-1000", SX_KIND_PRESET, 7, "07", "ABC",
	    SX_CHECKSUM_OK, SX_TRUST_DOCUMENTED, true, false },
	{ "F0 10 06 01 07 01 04 02 04 03 04 00*262 45 F7", "Oberheim",
	    "Matrix-6 / Matrix-1000", SX_KIND_PRESET, 7, "07", "ABC",
	    SX_CHECKSUM_BAD, SX_TRUST_DOCUMENTED, true, false },
	{ "F0 18 04 00 01 41 00 41 00 42 00 43 00*251 46 F7", "E-mu",
	    "Proteus/1", SX_KIND_PRESET, 65, "065", "ABC", SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, true, true },
	{ "F0 3E 0E 05 10 01 02 03*256 03 F7", "Waldorf", "Microwave II / XT",
	    SX_KIND_PRESET, 130, "B003", "", SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, true, true },
	{ "F0 3E 30 00 73 00 41 42 43 20*20 00*290 F7", "Waldorf", "M",
	    SX_KIND_PRESET, -1, "", "ABC", SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_INFERRED, true, false },
	{ "F0 40 00 20 00 03 00 05 41 42 43 20*7 01*77 18 F7", "Kawai", "K1",
	    SX_KIND_PRESET, 5, "A6", "ABC", SX_CHECKSUM_OK, SX_TRUST_SEEN, true,
	    true },
	{ "F0 40 00 20 00 03 00 45 01*75 70 F7", "Kawai", "K1", SX_KIND_PRESET,
	    5, "A6", "", SX_CHECKSUM_OK, SX_TRUST_INFERRED, true, false },
	{ "F0 40 00 20 00 04 01 20 01*682 F7", "Kawai", "K4", SX_KIND_KIT,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },
	{ "F0 40 00 20 00 04 01 05 01*34 47 F7", "Kawai", "K4", SX_KIND_PRESET,
	    5, "6", "", SX_CHECKSUM_OK, SX_TRUST_INFERRED, true, false },
	{ "F0 40 00 20 00 04 00 45 01*76 71 F7", "Kawai", "K4", SX_KIND_PRESET,
	    5, "A6", "", SX_CHECKSUM_OK, SX_TRUST_INFERRED, true, false },
	/* A K3's waves are stored behind its programs. */
	{ "F0 40 00 20 00 01 31 00*70 F7", "Kawai", "K3", SX_KIND_PRESET, 49,
	    "50", "", SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, true },
	{ "F0 40 00 20 00 01 65 00*130 F7", "Kawai", "K3", SX_KIND_WAVEFORM,
	    NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, true, false },
	{ "F0 40 00 41 00 01 31 F7", "Kawai", "K3", SX_KIND_HANDSHAKE, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_INFERRED, false, false },
	{ "F0 41 10 6A 12 11 05 00 00 01*10 60 F7", "Roland", "JV-1080",
	    SX_KIND_PRESET, 5, "006", "", SX_CHECKSUM_OK, SX_TRUST_SEEN, true,
	    false },
	{ "F0 43 00 7E 00 0C 4C 4D 20*2 38 39 37 33 50 4D 01 02 2C F7",
	    "Yamaha", "DX7", SX_KIND_BANK, NO_SLOT, SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 00 00 0E 1D 00 00 05 01*20 F7", "Alesis", "Andromeda",
	    SX_KIND_PRESET, 5, "5", "", SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED,
	    true, false },
	{ "F0 00 20 33 01 00 11 01 05 01*256 17 F7", "Access", "Virus",
	    SX_KIND_PRESET, 5, "5", "", SX_CHECKSUM_OK, SX_TRUST_DOCUMENTED,
	    true, false },
	{ "F0 00 20 33 01 00 10 01 05 01*256 16 F7", "Access", "Virus",
	    SX_KIND_PRESET, 5, "A5", "", SX_CHECKSUM_OK, SX_TRUST_SEEN, true,
	    false },
	{ "F0 3E 0B 00 00 03 10*10 20 F7", "Waldorf", "Pulse", SX_KIND_PRESET,
	    3, "4", "", SX_CHECKSUM_OK, SX_TRUST_SEEN, true, false },
	{ "F0 3E 0B 00 00 03 10*10 21 F7", "Waldorf", "Pulse", SX_KIND_PRESET,
	    3, "4", "", SX_CHECKSUM_BAD, SX_TRUST_SEEN, true, false },
	{ "F0 3E 0B 00 00 03 10*10 7F F7", "Waldorf", "Pulse", SX_KIND_PRESET,
	    3, "4", "", SX_CHECKSUM_UNKNOWN, SX_TRUST_SEEN, true, false },
	{ "F0 00 20 32 00 01 39 00 74 06 01 05 00 10*40 00 F7", "Behringer",
	    "Wave", SX_KIND_PRESET, 105, "105", "", SX_CHECKSUM_OK,
	    SX_TRUST_DOCUMENTED, true, false },
	{ "F0 0F 02 00 09 F7", "Ensoniq", "ESQ-1", SX_KIND_REQUEST, NO_SLOT,
	    SX_CHECKSUM_NONE, SX_TRUST_DOCUMENTED, false, false },
	/* Longer than the message that its first bytes indicate: it is another
	   one, and may hold user data. */
	{ "F0 7E 00 06 01 01*40 F7", "Universal", "", SX_KIND_UNKNOWN, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_NONE, true, false },
	{ "F0 00 20 3C 02 00 53 01*40 F7", "Elektron", "Machinedrum",
	    SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN, SX_TRUST_SEEN, true,
	    false },
	{ "F0 7D 01 02 03 F7", "Non-commercial", "", SX_KIND_UNKNOWN, NO_SLOT,
	    SX_CHECKSUM_UNKNOWN, SX_TRUST_NONE, true, false },
	{ "F0 45 01 F7", "", "", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_NONE, true, false },
	{ "F0 F7", "", "", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_NONE, true, false },
	{ "12 31 7F F7", "", "", SX_KIND_UNKNOWN, NO_SLOT, SX_CHECKSUM_UNKNOWN,
	    SX_TRUST_NONE, true, false },
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
			 "checksum %s, %s, dump %d, complete %d",
		    what, f->maker, f->device, sx_kind_text(f->kind), f->slot,
		    f->slot_text, f->name, sx_checksum_text(f->checksum),
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
		struct sx_facts facts = facts_of(NULL, msg, n);

		compare(plain[i].msg, &facts, &plain[i]);
	}
}

/*
 * Elektron objects, assembled here from the description of the format, by other
 * code than that which reads them.
 */
struct object {
	uint8_t msg[128000];
	size_t n;
};

/* 8-in-7, high bits first. */
static size_t
pack(const uint8_t *in, size_t n, uint8_t *out)
{
	size_t i, o = 0, head = 0;

	for (i = 0; i < n; i++) {
		if (i % 7 == 0) {
			head = o++;
			out[head] = 0;
		}
		if (in[i] & 0x80)
			out[head] |= (uint8_t)(0x40 >> i % 7);
		out[o++] = in[i] & 0x7f;
	}
	return o;
}

/* Add the footer for the bytes in o->msg; the sum begins at byte `from`. */
static void
close_object(struct object *o, size_t from)
{
	unsigned sum = 0;
	size_t i, length = o->n + 5 - 10;

	for (i = from; i < o->n; i++)
		sum += o->msg[i];
	o->msg[o->n++] = sum >> 7 & 0x7f;
	o->msg[o->n++] = sum & 0x7f;
	o->msg[o->n++] = length >> 7 & 0x7f;
	o->msg[o->n++] = length & 0x7f;
	o->msg[o->n++] = 0xf7;
}

static void
make_object(struct object *o, uint8_t product, uint8_t command, uint8_t slot,
    const uint8_t *data, size_t n)
{
	const uint8_t head[] = { 0xf0, 0x00, 0x20, 0x3c, product, 0x00, command,
		0x01, 0x01, slot };

	memcpy(o->msg, head, sizeof(head));
	memcpy(o->msg + sizeof(head), data, n);
	o->n = sizeof(head) + n;
	close_object(o, product < 0x06 ? 9 : 10);
}

static const struct {
	uint8_t product, command, slot;
	const char *device;
	enum sx_kind kind;
	long slot_is;
	const char *slot_text;
	enum sx_trust trust;
} objects[] = {
	{ 0x02, 0x50, 7, "Machinedrum", SX_KIND_GLOBAL, 7, "8",
	    SX_TRUST_DOCUMENTED },
	{ 0x02, 0x52, 63, "Machinedrum", SX_KIND_KIT, 63, "64", SX_TRUST_SEEN },
	{ 0x02, 0x67, 127, "Machinedrum", SX_KIND_PATTERN, 127, "H16",
	    SX_TRUST_DOCUMENTED },
	{ 0x02, 0x69, 31, "Machinedrum", SX_KIND_SONG, 31, "32",
	    SX_TRUST_DOCUMENTED },
	{ 0x03, 0x50, 1, "Monomachine", SX_KIND_GLOBAL, 1, "2", SX_TRUST_SEEN },
	{ 0x03, 0x67, 16, "Monomachine", SX_KIND_PATTERN, 16, "B01",
	    SX_TRUST_SEEN },
	{ 0x03, 0x5d, 63, "Monomachine", SX_KIND_WAVEFORM, 63, "64",
	    SX_TRUST_DOCUMENTED },
	{ 0x06, 0x54, 15, "Analog Four", SX_KIND_PATTERN, 15, "A16",
	    SX_TRUST_INFERRED },
	{ 0x06, 0x53, 5, "Analog Four", SX_KIND_SOUND, 5, "6",
	    SX_TRUST_INFERRED },
	{ 0x07, 0x54, 17, "Analog Rytm", SX_KIND_PATTERN, 17, "B02",
	    SX_TRUST_INFERRED },
	{ 0x07, 0x52, 3, "Analog Rytm", SX_KIND_KIT, 3, "4",
	    SX_TRUST_INFERRED },
	{ 0x07, 0x55, 3, "Analog Rytm", SX_KIND_SONG, 3, "4",
	    SX_TRUST_INFERRED },
	{ 0x07, 0x56, 3, "Analog Rytm", SX_KIND_SETTINGS, 3, "",
	    SX_TRUST_INFERRED },
	{ 0x07, 0x57, 3, "Analog Rytm", SX_KIND_GLOBAL, 3, "4",
	    SX_TRUST_INFERRED },
	{ 0x07, 0x5a, 3, "Analog Rytm", SX_KIND_PATTERN, -1, "",
	    SX_TRUST_INFERRED },
	{ 0x0a, 0x50, 1, "Digitakt", SX_KIND_PATTERN, 1, "A02", SX_TRUST_SEEN },
	{ 0x0a, 0x54, 1, "Digitakt", SX_KIND_SETTINGS, 1, "", SX_TRUST_SEEN },
	{ 0x14, 0x54, 1, "Digitakt II", SX_KIND_SETTINGS, 1, "",
	    SX_TRUST_INFERRED },
	{ 0x0d, 0x53, 127, "Digitone", SX_KIND_SOUND, 127, "127",
	    SX_TRUST_SEEN },
};

static void
test_elektron_objects(void **state)
{
	static struct object o;
	uint8_t data[40];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i & 1 ? 0x7f : 0);
	for (i = 0; i < ARRAY(objects); i++) {
		struct expected e = {
			"",
			"Elektron",
			objects[i].device,
			objects[i].kind,
			objects[i].slot_is,
			objects[i].slot_text,
			"",
			SX_CHECKSUM_OK,
			objects[i].trust,
			true,
			true,
		};
		struct sx_facts f;

		make_object(&o, objects[i].product, objects[i].command,
		    objects[i].slot, data, sizeof(data));
		f = facts_of(NULL, o.msg, o.n);
		compare(objects[i].device, &f, &e);
		assert_int_equal(f.checksum_have, f.checksum_want);
		assert_int_equal(f.length_have, f.length_want);
		assert_int_equal(f.checksum_at.off, o.n - 5);
		assert_int_equal(f.length_at.off, o.n - 3);

		o.msg[12] ^= 1;
		f = facts_of(NULL, o.msg, o.n);
		assert_int_equal(f.checksum, SX_CHECKSUM_BAD);
		assert_int_not_equal(f.checksum_have, f.checksum_want);
		assert_int_equal(f.length_have, f.length_want);

		o.msg[12] ^= 1;
		o.msg[o.n - 2] ^= 1;
		f = facts_of(NULL, o.msg, o.n);
		assert_int_equal(f.checksum, SX_CHECKSUM_BAD);
		assert_int_equal(f.checksum_have, f.checksum_want);
		assert_int_not_equal(f.length_have, f.length_want);
	}
}

/* Only on the two older devices does the sum include the slot. */
static void
test_elektron_slot_in_sum(void **state)
{
	static struct object o;
	uint8_t data[40] = { 1, 2, 3 };

	(void)state;
	make_object(&o, 0x02, 0x52, 5, data, sizeof(data));
	o.msg[9] = 6;
	assert_int_equal(facts_of(NULL, o.msg, o.n).checksum, SX_CHECKSUM_BAD);
	make_object(&o, 0x07, 0x52, 5, data, sizeof(data));
	o.msg[9] = 6;
	assert_int_equal(facts_of(NULL, o.msg, o.n).checksum, SX_CHECKSUM_OK);
}

static void
test_elektron_too_short(void **state)
{
	uint8_t msg[16] = { 0xf0, 0x00, 0x20, 0x3c, 0x02, 0x00, 0x52 };
	size_t n;

	(void)state;
	for (n = 8; n < 15; n++) {
		msg[n - 1] = 0xf7;
		assert_int_equal(
		    facts_of(NULL, msg, n).checksum, SX_CHECKSUM_BAD);
		msg[n - 1] = 0;
	}
}

static void
test_elektron_names(void **state)
{
	static struct object o;
	static uint8_t raw[99328], packed[127000];
	struct sx_facts f;
	size_t n;

	(void)state;
	memcpy(packed, "DISTORTED\0\0\0\0\0\0\0\1\2", 18);
	make_object(&o, 0x02, 0x52, 44, packed, 1218);
	f = facts_of(NULL, o.msg, o.n);
	assert_string_equal(f.name, "DISTORTED");
	assert_int_equal(f.name_at.off, 10);
	assert_int_equal(o.n, 1233);

	/* Three of "A", "BC", 0 times "x", eight of 0. */
	memcpy(raw,
	    "\x83"
	    "ABC\x80x\x88\0",
	    8);
	n = pack(raw, 40, packed);
	make_object(&o, 0x03, 0x69, 2, packed, n);
	assert_string_equal(facts_of(NULL, o.msg, o.n).name, "AAABC");
	raw[0] = 0xff;
	raw[1] = 0xff;
	n = pack(raw, 40, packed);
	make_object(&o, 0x03, 0x69, 2, packed, n);
	assert_string_equal(facts_of(NULL, o.msg, o.n).name, "");
	assert_int_equal(facts_of(NULL, o.msg, o.n).checksum, SX_CHECKSUM_OK);

	memcpy(raw, "\xbe\xef\xba\xce\0\0\0\3\0\0\0\0TIN \xc4 SOUND", 23);
	n = pack(raw, 100, packed);
	make_object(&o, 0x0d, 0x53, 2, packed, n);
	f = facts_of(NULL, o.msg, o.n);
	assert_string_equal(f.name, "TIN \xc4 SOUND");
	assert_memory_equal(o.msg + f.name_at.off, "TI", 2);
	raw[3] = 0;
	n = pack(raw, 100, packed);
	make_object(&o, 0x0d, 0x53, 2, packed, n);
	assert_string_equal(facts_of(NULL, o.msg, o.n).name, "");

	memset(raw, 0, sizeof(raw));
	memcpy(raw + 0x6204, "KIT NAME", 8);
	n = pack(raw, 27648, packed);
	make_object(&o, 0x0a, 0x50, 2, packed, n);
	assert_string_equal(facts_of(NULL, o.msg, o.n).name, "KIT NAME");
	assert_int_equal(o.n, 31613);
	assert_int_equal(facts_of(NULL, o.msg, o.n).length_have, 15219);
	memcpy(raw + 0x6194, "PAT NAME", 8);
	raw[3] = 9;
	n = pack(raw, 27648, packed);
	make_object(&o, 0x0a, 0x50, 2, packed, n);
	assert_string_equal(facts_of(NULL, o.msg, o.n).name, "PAT NAME");

	/* An older version has other bytes there. */
	raw[3] = 8;
	memcpy(raw + 0x6184, "OLD NAME", 8);
	n = pack(raw, 27648, packed);
	make_object(&o, 0x0a, 0x50, 2, packed, n);
	assert_string_equal(facts_of(NULL, o.msg, o.n).name, "KIT NAME");
	n = pack(raw, 25088, packed);
	make_object(&o, 0x0a, 0x51, 2, packed, n);
	assert_string_equal(facts_of(NULL, o.msg, o.n).name, "OLD NAME");
	assert_int_equal(o.n, 28687);
	raw[3] = 9;
	n = pack(raw, 25088, packed);
	make_object(&o, 0x0a, 0x51, 2, packed, n);
	assert_string_equal(facts_of(NULL, o.msg, o.n).name, "PAT NAME");

	/* A Digitakt II's kit follows its pattern, in both versions. */
	memset(raw, 0, sizeof(raw));
	memcpy(raw + 56320, "\xbe\xef\xba\xce\0\0\0\2OLD KIT", 15);
	n = pack(raw, 66048, packed);
	make_object(&o, 0x14, 0x50, 2, packed, n);
	assert_string_equal(facts_of(NULL, o.msg, o.n).name, "OLD KIT");
	memset(raw, 0, sizeof(raw));
	memcpy(raw + 89088, "\xbe\xef\xba\xce\0\0\0\3NEW KIT", 15);
	n = pack(raw, sizeof(raw), packed);
	make_object(&o, 0x14, 0x50, 2, packed, n);
	assert_string_equal(facts_of(NULL, o.msg, o.n).name, "NEW KIT");
}

/* 128 bytes as a stream of 7 bits each, lowest first; the name at 84. */
static void
test_voyager_name(void **state)
{
	uint8_t raw[128] = { 0 },
		msg[200] = { 0xf0, 0x04, 0x01, 0x00, 0x03, 0x11 };
	size_t bit, n = 6 + (128 * 8 + 6) / 7;
	struct sx_facts f;

	(void)state;
	memcpy(raw + 84,
	    "Tasty Moog \xa0"
	    "Bass",
	    16);
	for (bit = 0; bit < 128 * 8; bit++)
		if (raw[bit / 8] >> bit % 8 & 1)
			msg[6 + bit / 7] |= (uint8_t)(1 << bit % 7);
	msg[n++] = 0xf7;
	f = facts_of(NULL, msg, n);
	/* Their high bits have no meaning. */
	assert_string_equal(f.name, "Tasty Moog  Bass");
	assert_int_equal(f.slot, 17);
	msg[4] = 0x02;
	memmove(msg + 5, msg + 6, n - 6);
	f = facts_of(NULL, msg, n - 1);
	assert_string_equal(f.name, "Tasty Moog  Bass");
	assert_int_equal(f.slot, -1);
}

static void
test_danger(void **state)
{
	uint8_t msg[64];
	size_t n;

	(void)state;
	n = bytes_of("F0 00 20 3C 01 00 01 45 2D*14 F7", msg, sizeof(msg));
	assert_non_null(facts_of(NULL, msg, n).danger);
	n = bytes_of("F0 00 45 01 00 01 45 2D*14 F7", msg, sizeof(msg));
	assert_non_null(facts_of(NULL, msg, n).danger);
	n = bytes_of("F0 00 20 3C 01 00 03 F7", msg, sizeof(msg));
	assert_null(facts_of(NULL, msg, n).danger);
}

static void
test_pace(void **state)
{
	static const struct {
		const char *msg;
		int delay, rate;
	} cases[] = {
		{ "F0 31 7F 5D 02 55 01 F7", 200, 0 },
		{ "F0 42 30 19 4C 01 F7", 200, 0 },
		{ "F0 43 00 09 20 00 01 F7", 50, 0 },
		{ "F0 43 00 5E 01 01 F7", 170, 0 },
		{ "F0 00 20 3C 02 00 52 01*20 F7", 50, 0 },
		{ "F0 00 20 3C 07 00 52 01*20 F7", 0, 0 },
		{ "F0 00 20 3C 07 00 7E 01*20 F7", 20, 0 },
		{ "F0 3E 30 00 72 01 F7", 7000, 0 },
		{ "F0 40 00 20 00 04 01 F7", 200, 0 },
		{ "F0 00 20 2B 00 6F 01 F7", 3500, 0 },
		{ "F0 7D 01 F7", -1, 0 },
	};
	uint8_t msg[64];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY(cases); i++) {
		size_t n = bytes_of(cases[i].msg, msg, sizeof(msg));
		struct sx_facts f = facts_of(NULL, msg, n);

		if (f.delay_ms != cases[i].delay || f.rate != cases[i].rate)
			fail_msg("%s: %d ms", cases[i].msg, f.delay_ms);
	}
}

static void
test_texts(void **state)
{
	int k;

	(void)state;
	for (k = 0; k < SX_KINDS; k++)
		assert_non_null(sx_kind_text((enum sx_kind)k));
	assert_string_equal(
	    sx_kind_text(SX_KIND_IDENTITY_REPLY), "identity-reply");
	assert_string_equal(sx_checksum_text(SX_CHECKSUM_BAD), "bad");
	assert_string_equal(sx_trust_text(SX_TRUST_DOCUMENTED), "documented");
}

/* Messages for playing are not dumps: of the known Real Time messages, only
 * tunings are. */
static void
test_articles(void **state)
{
	static const char *const an[] = { "M1", "MS series", "ESQ-1", "FS1R",
		"XV-3080", "OB-6", "R3", "SY22", "8-bit", "Andromeda",
		"Evolver", "UltraNova", "identity-reply", "FB-01" };
	static const char *const a[] = { "Machinedrum", "microKORG / MS2000",
		"U-110", "K1", "JV-1080", "DX7", "VFX", "TG33", "Matrix-6",
		"Sledge", "3rd Wave", "kit", "global", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(an) / sizeof(an[0]); i++)
		if (strcmp(sx_article(an[i]), "an") != 0)
			fail_msg("a %s", an[i]);
	for (size_t i = 0; i < sizeof(a) / sizeof(a[0]); i++)
		if (strcmp(sx_article(a[i]), "a") != 0)
			fail_msg("an %s", a[i]);
}

static void
test_real_time_is_no_dump(void **state)
{
	unsigned known = 0;

	(void)state;
	for (unsigned i = 0; i < 0x10 * 0x80; i++) {
		const uint8_t msg[] = { 0xf0, 0x7f, 0x7f, (uint8_t)(i >> 7),
			i & 0x7f, 0, 0, 0, 0, 0, 0, 0xf7 };
		struct sx_facts facts;

		sx_device_decode(NULL, msg, sizeof(msg), &facts);
		if (facts.kind == SX_KIND_UNKNOWN)
			continue;
		known++;
		if (facts.dump != (i >> 7 == 0x08))
			fail_msg("%02X %02X", i >> 7, i & 0x7f);
	}
	assert_true(known > 30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documented_messages),
		cmocka_unit_test(test_elektron_objects),
		cmocka_unit_test(test_elektron_slot_in_sum),
		cmocka_unit_test(test_elektron_too_short),
		cmocka_unit_test(test_elektron_names),
		cmocka_unit_test(test_voyager_name),
		cmocka_unit_test(test_danger),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_articles),
		cmocka_unit_test(test_real_time_is_no_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
