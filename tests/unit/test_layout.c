/* SPDX-License-Identifier: ISC */
/* Where the fields of a message are: each code, rule, character set and option,
 * by its bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sysex/devices.h"
#include "../../src/sysex/facts.h"
#include "../../src/sysex/layout.h"
#include "facts.h"
#include "hex.h"
#include "sxlib/config.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* Make an instrument with the mask F0 7D and these keys, one per line. */
static struct sx_devices *
page(const char *keys)
{
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_err e = { 0 };
	struct sx_config *f;
	char text[1024];

	snprintf(text, sizeof(text), "[It]\nmask = F0 7D\n%s\n", keys);
	f = sx_config_memory("it.conf", text, strlen(text), &e);
	assert_non_null(d);
	assert_non_null(f);
	if (sx_config_device(f, d, &e) != 1)
		fail_msg("%s: %s", keys, e.msg);
	sx_config_close(f);
	return d;
}

static struct sx_facts
decode(const char *keys, const char *hex)
{
	struct sx_devices *d = page(keys);
	uint8_t msg[256];
	struct sx_facts f = facts_of(d, msg, bytes_of(hex, msg));

	/* These point into the instrument, which is freed here. */
	f.format = (struct sx_mark){ 0 };
	f.source = f.note != NULL ? "" : NULL;
	sx_devices_free(d);
	return f;
}

/* ---- Names, codes, characters ---- */

static const struct {
	const char *keys, *msg, *name;
	size_t off, len; /* its place; len 0: not checked */
} names[] = {
	{ "name = 3 4", "F0 7D 01 41 42 43 44 F7", "ABCD", 3, 4 },
	/* RFC 4648: "Zm9vYmFy" is foobar. */
	{ "data = base64 2..-1\nname = data 0 6",
	    "F0 7D 5A 6D 39 76 59 6D 46 79 F7", "foobar", 2, 8 },
	{ "data = base64 2..-1\nname = data 3 3",
	    "F0 7D 5A 6D 39 76 59 6D 46 79 F7", "bar", 6, 4 },
	{ "data = base64 2..-1\nname = data 0 3", "F0 7D 5A 6D 21 76 F7", "", 0,
	    0 },
	{ "name = 2 4 chars juno", "F0 7D 00 19 1A 34 F7", "AZa0", 2, 4 },
	{ "name = 2 4 chars juno", "F0 7D 3F 3D 7E 3E F7", "-9", 0, 0 },
	{ "name = 2 3 chars nibbles", "F0 7D 06 04 0F 06 0F 06 F7", "Foo", 2,
	    6 },
	{ "name = 2 3 chars nibbles", "F0 7D 06 04 0F 06 0F F7", "", 0, 0 },
	/* B is bits 0 to 6 of a word, A the bits from 7 on. */
	{ "data = 8in7-low 2..-1\nname = data 0 4 chars words",
	    "F0 7D 05 42 20 64 31 F7", "ABcd", 3, 4 },
	{ "data = 8in7-low 2..-1\nname = data 2 2 chars words",
	    "F0 7D 05 42 20 64 31 F7", "cd", 5, 2 },
	{ "data = 8in7-low 2..-1\nname = data 0 4 chars words",
	    "F0 7D 05 00 20 64 31 F7", "A", 3, 4 },
	/* Cut in a word. */
	{ "data = 8in7-low 2..-1\nname = data 0 4 chars words",
	    "F0 7D 05 42 20 64 F7", "", 0, 0 },
	{ "data = 8in7-low 2..-1\nname = data 0 4 chars words",
	    "F0 7D 05 00 20 64 F7", "A", 3, 2 },
	{ "name = 2 -1 chars json",
	    "F0 7D 7B 22 6E 61 6D 65 22 3A 22 54 65 73 74 22 7D F7", "Test", 11,
	    4 },
	{ "name = 2 -1 chars json",
	    "F0 7D 20 7B 0A 22 61 22 3A 20 31 2C 20 22 6E 61 6D 65 22 20 3A 20 "
	    "22 54 65 20 73 74 22 20 7D F7",
	    "Te st", 23, 5 },
	{ "name = 2 -1 chars json",
	    "F0 7D 7B 22 61 22 3A 7B 22 6E 61 6D 65 22 3A 22 6E 6F 22 7D 2C 22 "
	    "62 22 3A 5B 7B 22 6E 61 6D 65 22 3A 22 6E 6F 22 7D 5D 2C 22 6E 61 "
	    "6D 65 22 3A 22 59 65 73 22 7D F7",
	    "Yes", 49, 3 },
	{ "name = 2 -1 chars json",
	    "F0 7D 7B 22 61 22 3A 22 6E 61 6D 65 22 2C 22 6E 61 6D 65 22 3A 22 "
	    "62 22 7D F7",
	    "b", 22, 1 },
	{ "name = 2 -1 chars json",
	    "F0 7D 7B 22 61 22 3A 22 5C 22 6E 61 6D 65 5C 22 3A 22 2C 22 6E 61 "
	    "6D 65 22 3A 22 62 22 7D F7",
	    "b", 27, 1 },
	{ "name = 2 -1 chars json",
	    "F0 7D 7B 22 61 22 3A 22 5C 5C 22 2C 22 6E 61 6D 65 22 3A 22 62 22 "
	    "7D F7",
	    "b", 20, 1 },
	{ "name = 2 -1 chars json",
	    "F0 7D 7B 22 6E 61 6D 65 22 3A 22 61 5C 22 62 5C 5C 63 5C 2F 64 5C "
	    "75 30 30 34 31 5C 75 30 30 65 39 5C 74 65 22 7D F7",
	    "a\"b\\c/dA? e", 11, 25 },
	/* This many characters; its place covers the whole value. */
	{ "name = 2 3 chars json",
	    "F0 7D 7B 22 6E 61 6D 65 22 3A 22 54 65 73 74 22 7D F7", "Tes", 11,
	    4 },
	{ "name = 2 -1 chars json", "F0 7D 7B 22 6E 61 6D 65 22 3A 22 22 7D F7",
	    "", 0, 0 },
	{ "name = 2 -1 chars json", "F0 7D 7B 22 6E 61 6D 65 22 3A 31 7D F7",
	    "", 0, 0 },
	{ "name = 2 -1 chars json", "F0 7D 7B 22 6E 61 6D 65 22 3A 22 54 65 F7",
	    "", 0, 0 },
	{ "name = 2 -1 chars json", "F0 7D 7B 22 6E 61 6D 65 22 F7", "", 0, 0 },
	{ "name = 2 -1 chars json", "F0 7D 7B 22 6E 61 6D 65 22 3A F7", "", 0,
	    0 },
	{ "name = 2 -1 chars json",
	    "F0 7D 5B 7B 22 6E 61 6D 65 22 3A 22 6E 6F 22 7D 5D F7", "", 0, 0 },
	{ "name = 2 -1 chars json", "F0 7D 22 6E 61 6D 65 22 3A 22 6E 6F 22 F7",
	    "", 0, 0 },
	{ "name = 2 -1 chars json", "F0 7D 7B 7D F7", "", 0, 0 },
	{ "name = 2 -1 chars json",
	    "F0 7D 7B 7D 7B 22 6E 61 6D 65 22 3A 22 6E 6F 22 7D F7", "", 0, 0 },
	{ "name = 2 -1 chars json",
	    "F0 7D 7B 22 4E 61 6D 65 22 3A 22 6E 6F 22 7D F7", "", 0, 0 },
	{ "name = 2 -1 chars json",
	    "F0 7D 7B 22 6E 61 6D 65 22 3A 6E 75 6C 6C 2C 22 61 22 3A 7B 22 6E "
	    "61 6D 65 22 3A 22 6E 6F 22 7D 7D F7",
	    "", 0, 0 },
	{ "name = 2 -1 chars json", "F0 7D F7", "", 0, 0 },
	{ "name = 2 -1 chars json", "F0 7D 7B 22 6E 61 6D 65 22 3A 22 61 5C F7",
	    "", 0, 0 },
	{ "name = 2 -1 chars json",
	    "F0 7D 7B 22 6E 61 6D 65 22 3A 22 5C 75 30 30 22 7D F7", "?", 0,
	    0 },
	/* It ends at 00, and trailing blanks are removed. */
	{ "name = 3 4", "F0 7D 01 41 00 43 44 F7", "A", 3, 4 },
	{ "name = 3 4", "F0 7D 01 20 42 20 20 F7", " B", 3, 4 },
	/* A name without visible characters is empty, but has its place. */
	{ "name = 3 4", "F0 7D 01 01 7F 20 1F F7", "", 3, 4 },
	{ "name = 3 4", "F0 7D 01 20 20 20 20 F7", "", 3, 4 },
	{ "name = 3 4", "F0 7D 01 01 41 02 20 F7", "\001A\002", 3, 4 },
	{ "name = 3 2\nname-2 = 5 1", "F0 7D 01 01 02 42 F7", "B", 5, 1 },
	/* The F7 is not part of it. */
	{ "name = 3 4", "F0 7D 01 41 42 43 F7", "", 0, 0 },
	{ "name = 3 -1", "F0 7D 01 41 42 43 F7", "ABC", 3, 3 },
	{ "name = 3 -1", "F0 7D 01 F7", "", 0, 0 },
	{ "name = 3 -1", "F0 7D F7", "", 0, 0 },
	{ "name = 3 3 every 2", "F0 7D 01 41 00 42 00 43 F7", "ABC", 3, 5 },
	{ "name = 3 -1 every 2", "F0 7D 01 41 00 42 00 F7", "AB", 0, 0 },
	/* Cut after the terminating 00: nothing beyond the last character is
	   read. */
	{ "name = 3 3 every 2", "F0 7D 01 41 00 00 00 F7", "A", 3, 3 },
	{ "name = 3 9 every 7", "F0 7D 01 41 00 00 00 00 00 00 00 F7", "A", 3,
	    8 },
	{ "name = 3 2 not 7F", "F0 7D 01 41 42 F7", "AB", 3, 2 },
	{ "name = 3 2 not 7F", "F0 7D 01 7F 42 F7", "", 0, 0 },
	{ "name = 3 2 if 2 01 41", "F0 7D 01 41 42 F7", "AB", 3, 2 },
	{ "name = 3 2 if 2 02", "F0 7D 01 41 42 F7", "", 0, 0 },
	{ "name = 3 2 if 90 02", "F0 7D 01 41 42 F7", "", 0, 0 },
	{ "name = 3 2 if 2 02\nname-2 = 4 1", "F0 7D 01 41 42 F7", "B", 4, 1 },
	{ "name = 3 2\nname-2 = 4 1", "F0 7D 01 41 42 F7", "AB", 3, 2 },
	{ "name-2 = 4 1", "F0 7D 01 41 42 F7", "B", 4, 1 },
	/* 01 to 1A are A to Z, 20 to 3F are as in ASCII. */
	{ "name = 2 5 chars six", "F0 7D 01 1A 30 42 20 F7", "AZ0B", 2, 5 },
	{ "name = 2 3 chars d50", "F0 7D 01 1B 3F F7", "Aa-", 2, 3 },
	{ "name = 2 3 chars d50", "F0 7D 35 3E 7F F7", "10?", 2, 3 },
	{ "name = 2 3 chars digits", "F0 7D 00 09 41 F7", "09A", 2, 3 },
	{ "data = nibbles 2..-1\nname = data 0 2 chars seven",
	    "F0 7D 01 0C 02 0C F7", "AB", 2, 4 },
	/* 41 C2 43 44 45 46 47 | 48: the high bits precede each seven bytes. */
	{ "data = 8in7 2..-1\nname = data 0 8 chars seven",
	    "F0 7D 20 41 42 43 44 45 46 47 00 48 F7", "ABCDEFGH", 3, 9 },
	{ "data = 8in7 2..-1\nname = data 0 3", "F0 7D 40 41 42 43 F7",
	    "\xc1"
	    "BC",
	    3, 3 },
	{ "data = 8in7-low 2..-1\nname = data 0 3", "F0 7D 01 41 42 43 F7",
	    "\xc1"
	    "BC",
	    3, 3 },
	{ "data = 7of8 2..-1\nname = data 0 3", "F0 7D 7F 41 42 43 F7", "ABC",
	    3, 3 },
	{ "data = nibbles 2..-1\nname = data 0 2", "F0 7D 01 04 02 04 F7", "AB",
	    2, 4 },
	{ "data = nibbles-high 2..-1\nname = data 0 2", "F0 7D 04 01 04 02 F7",
	    "AB", 2, 4 },
	{ "data = pairs 2..-1\nname = data 0 2", "F0 7D 41 00 42 01 F7",
	    "A\xc2", 2, 4 },
	/* 41 C2 43 from the lowest bit on: 41 04 0F 02. */
	{ "data = stream 2..-1\nname = data 0 3", "F0 7D 41 04 0F 02 F7",
	    "A\xc2"
	    "C",
	    2, 4 },
	{ "data = plain 2..-1\nname = data 1 2", "F0 7D 41 42 43 F7", "BC", 3,
	    2 },
	/* The data ends before the name, or has no room. */
	{ "data = plain 2..-2\nname = data 1 2", "F0 7D 41 42 43 F7", "", 0,
	    0 },
	{ "data = plain 9..-2\nname = data 0 1", "F0 7D 41 42 43 F7", "", 0,
	    0 },
	{ "data = plain -9..-2\nname = data 0 1", "F0 7D 41 42 43 F7", "", 0,
	    0 },
	{ "data = nibbles 2..-1\nname = data 0 2", "F0 7D 01 04 02 F7", "", 0,
	    0 },
	{ "data = plain 2..-1\nname = data 0 2 if 2 43", "F0 7D 41 42 43 F7",
	    "AB", 2, 2 },
	/* 41, twice 42, no 43, 44: the high bits of 82 and 80 are in 28. */
	{ "data = 8in7 2..-1 rle\nname = data 0 4",
	    "F0 7D 28 41 02 42 00 43 44 F7", "ABBD", 0, 0 },
	{ "data = 8in7 2..-1 rle\nname = data 0 2", "F0 7D 40 02 41 F7", "AA",
	    3, 2 },
	{ "data = 8in7 2..-1 rle\nname = data 0 3", "F0 7D 40 02 41 F7", "", 0,
	    0 },
	{ "data = 8in7 2..-1 rle\nname = data 1 1 if 0 41 41",
	    "F0 7D 40 02 41 F7", "A", 4, 1 },
	{ "data = 8in7 2..-1 rle\nname = data 0 1", "F0 7D 40 02 F7", "", 0,
	    0 },
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(names); i++) {
		struct sx_facts f = decode(names[i].keys, names[i].msg);

		if (strcmp(f.name, names[i].name) != 0 ||
		    (names[i].len != 0 && (f.name_at.off != names[i].off ||
					      f.name_at.len != names[i].len)))
			fail_msg("row %zu: '%s' at %zu, %zu bytes", i, f.name,
			    f.name_at.off, f.name_at.len);
	}
}

/* ---- Checksums and lengths ---- */

static const struct {
	const char *keys, *msg;
	enum sx_checksum checksum;
	bool noted;
} sums[] = {
	{ "checksum = none", "F0 7D 01 02 F7", SX_CHECKSUM_NONE, false },
	{ "checksum = sum7 2..-2", "F0 7D 7F 02 01 F7", SX_CHECKSUM_OK, false },
	{ "checksum = sum7 2..-2", "F0 7D 7F 02 02 F7", SX_CHECKSUM_BAD,
	    false },
	{ "checksum = neg7 2..-2", "F0 7D 7F 02 7F F7", SX_CHECKSUM_OK, false },
	{ "checksum = neg7 2..-2", "F0 7D 00 00 00 F7", SX_CHECKSUM_OK, false },
	{ "checksum = neg7 2..-2", "F0 7D 00 00 01 F7", SX_CHECKSUM_BAD,
	    false },
	{ "checksum = sum14 2..-3", "F0 7D 7F 7F 01 7E F7", SX_CHECKSUM_OK,
	    false },
	{ "checksum = sum14 2..-3", "F0 7D 7F 7F 7E 01 F7", SX_CHECKSUM_BAD,
	    false },
	{ "checksum = xor7 1..-2", "F0 7D 55 28 F7", SX_CHECKSUM_OK, false },
	{ "checksum = xor7 1..-2", "F0 7D 55 29 F7", SX_CHECKSUM_BAD, false },
	/* 21 + 43 = 64; an odd byte is not counted. */
	{ "checksum = nibbles7 2..-2", "F0 7D 01 02 03 04 64 F7",
	    SX_CHECKSUM_OK, false },
	{ "checksum = nibbles7 2..-2", "F0 7D 01 02 03 04 05 64 F7",
	    SX_CHECKSUM_OK, false },
	{ "checksum = nibbles7 2..-2", "F0 7D 01 02 03 04 65 F7",
	    SX_CHECKSUM_BAD, false },
	{ "checksum = sum7 2..-2 +A5", "F0 7D 01 02 28 F7", SX_CHECKSUM_OK,
	    false },
	{ "checksum = sum7 2..-2 +A5", "F0 7D 01 02 03 F7", SX_CHECKSUM_BAD,
	    false },
	/* 7F: not to be checked. */
	{ "checksum = sum7 2..-2 or 7F", "F0 7D 01 02 7F F7",
	    SX_CHECKSUM_UNKNOWN, true },
	{ "checksum = sum7 2..-2 or 7F", "F0 7D 01 02 03 F7", SX_CHECKSUM_OK,
	    false },
	{ "checksum = sum7 2..-2 or 7F", "F0 7D 7E 01 7F F7", SX_CHECKSUM_OK,
	    false },
	{ "checksum = unknown 2..-2 or 7F", "F0 7D 01 02 7F F7",
	    SX_CHECKSUM_UNKNOWN, true },
	{ "checksum = unknown 2..-2 or 7F", "F0 7D 01 02 03 F7",
	    SX_CHECKSUM_UNKNOWN, false },
	{ "checksum = sum7 2..-2 longer 6", "F0 7D 01 02 44 F7",
	    SX_CHECKSUM_UNKNOWN, false },
	{ "checksum = sum7 2..-2 longer 5", "F0 7D 01 02 44 F7",
	    SX_CHECKSUM_BAD, false },
	/* A checksum in the middle, and a second one. */
	{ "checksum = sum7 2..4", "F0 7D 01 02 03 55 F7", SX_CHECKSUM_OK,
	    false },
	{ "checksum = sum7 2..4\nchecksum-2 = sum7 5..-2",
	    "F0 7D 01 02 03 55 55 F7", SX_CHECKSUM_OK, false },
	{ "checksum = sum7 2..4\nchecksum-2 = sum7 5..-2",
	    "F0 7D 01 02 03 55 56 F7", SX_CHECKSUM_BAD, false },
	{ "checksum = sum7 2..4\nchecksum-2 = sum7 5..-2",
	    "F0 7D 01 02 04 55 55 F7", SX_CHECKSUM_BAD, false },
	/* Without room for it, no verdict. */
	{ "checksum = sum7 2..4", "F0 7D 01 02 F7", SX_CHECKSUM_UNKNOWN,
	    false },
	{ "checksum = sum14 2..4", "F0 7D 01 02 03 F7", SX_CHECKSUM_UNKNOWN,
	    false },
	{ "checksum = sum7 5..-2", "F0 7D 01 02 F7", SX_CHECKSUM_UNKNOWN,
	    false },
	/* Lengths. */
	{ "count = 2 1 of 3..-1", "F0 7D 03 01 02 03 F7", SX_CHECKSUM_OK,
	    false },
	{ "count = 2 1 of 3..-1", "F0 7D 04 01 02 03 F7", SX_CHECKSUM_BAD,
	    false },
	{ "count = 2 1 of 3..", "F0 7D 04 01 02 03 F7", SX_CHECKSUM_OK, false },
	{ "count = 2 2 of 4..-1", "F0 7D 00 02 02 03 F7", SX_CHECKSUM_OK,
	    false },
	{ "count = 2 2 of 4..-1", "F0 7D 01 02 02 03 F7", SX_CHECKSUM_BAD,
	    false },
	{ "count = 2 1 of 3..-1 less 1", "F0 7D 02 01 02 03 F7", SX_CHECKSUM_OK,
	    false },
	{ "count = -3 2 of 2..", "F0 7D 01 02 00 05 F7", SX_CHECKSUM_OK,
	    false },
	{ "count = -3 2 of 9..", "F0 7D 01 02 00 05 F7", SX_CHECKSUM_BAD,
	    false },
	/* The count would lie before the bytes that it counts. */
	{ "count = -3 2 of 6..", "F0 7D 00 00 00 00 F7", SX_CHECKSUM_BAD,
	    false },
	{ "count = 9 2 of 2..", "F0 7D 01 02 00 05 F7", SX_CHECKSUM_BAD,
	    false },
	/* Both must be right. */
	{ "checksum = sum7 2..-2\ncount = 2 1 of 3..", "F0 7D 03 02 05 F7",
	    SX_CHECKSUM_OK, false },
	{ "checksum = sum7 2..-2\ncount = 2 1 of 3..", "F0 7D 04 02 06 F7",
	    SX_CHECKSUM_BAD, false },
	{ "checksum = sum7 2..-2\ncount = 2 1 of 3..", "F0 7D 03 02 06 F7",
	    SX_CHECKSUM_BAD, false },
};

static void
test_sums(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(sums); i++) {
		struct sx_facts f = decode(sums[i].keys, sums[i].msg);

		if (f.checksum != sums[i].checksum ||
		    (f.note != NULL) != sums[i].noted)
			fail_msg("row %zu: %s, want %02X have %02X", i,
			    sx_checksum_text(f.checksum), f.checksum_want,
			    f.checksum_have);
	}
}

/* A count of one byte wraps at 128 and one of two at 16384, `less` or not. */
/* Of any bytes, however many: no sum of a part overflows. */
static void
test_long_sums(void **state)
{
	static uint8_t bytes[4000];
	static const uint8_t all[] = { 0xff, 0x7f, 0x01 };

	(void)state;
	for (size_t k = 0; k < ARRAY(all); k++) {
		memset(bytes, all[k], sizeof(bytes));
		for (size_t n = 0; n < sizeof(bytes); n++)
			assert_int_equal(sx_sum(bytes, 0, n), n * all[k]);
	}
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37 + i / 256);
	for (size_t from = 0; from < 40; from++) {
		unsigned sum = 0;

		for (size_t to = from; to < sizeof(bytes); to++) {
			assert_int_equal(sx_sum(bytes, from, to), sum);
			sum += bytes[to];
		}
	}
}

static void
test_long_counts(void **state)
{
	static const struct {
		const char *keys;
		size_t n, count;
	} t[] = { { "count = 2 1 of 3..-1", 132, 0 },
		{ "count = 2 1 of 3..-1 less 1", 132, 127 },
		{ "count = 2 2 of 4..-1", 16389, 0 },
		{ "count = 2 2 of 4..-1 less 1", 16389, 16383 } };
	uint8_t *msg = calloc(1, 16389);

	(void)state;
	assert_non_null(msg);
	for (size_t i = 0; i < ARRAY(t); i++) {
		struct sx_devices *d = page(t[i].keys);
		bool two = strstr(t[i].keys, " 2 of") != NULL;

		memset(msg, 0, t[i].n);
		msg[0] = 0xf0;
		msg[1] = 0x7d;
		msg[2] = two ? t[i].count >> 7 & 0x7f : t[i].count & 0x7f;
		if (two)
			msg[3] = t[i].count & 0x7f;
		msg[t[i].n - 1] = 0xf7;
		if (facts_of(d, msg, t[i].n).checksum != SX_CHECKSUM_OK)
			fail_msg("row %zu", i);
		sx_devices_free(d);
	}
	free(msg);
}

/* ---- Slots ---- */

static const struct {
	const char *keys, *msg, *text;
	long slot;
	size_t off, len;
} slots[] = {
	{ "slot = 2\nshown = A01-H16", "F0 7D 11 F7", "B02", 17, 2, 1 },
	{ "slot = 2\nshown = A01-A16", "F0 7D 11 F7", "", 17, 2, 1 },
	{ "slot = 2\nshown = 1-128", "F0 7D 00 F7", "1", 0, 2, 1 },
	{ "slot = 2\nshown = 000-127", "F0 7D 07 F7", "007", 7, 2, 1 },
	{ "slot = 2\nshown = 11-88 by 8", "F0 7D 3F F7", "88", 63, 2, 1 },
	{ "slot = 2\nshown = 11-88 by 8", "F0 7D 08 F7", "21", 8, 2, 1 },
	{ "slot = 2\nshown = A11-B88 by 8", "F0 7D 48 F7", "B21", 72, 2, 1 },
	{ "slot = 2\nshown = A11-B88 by 8", "F0 7D 07 F7", "A18", 7, 2, 1 },
	{ "slot = 2\nshown = 1A-25E", "F0 7D 7C F7", "25E", 124, 2, 1 },
	{ "slot = 2\nshown = 1A-9D", "F0 7D 04 F7", "2A", 4, 2, 1 },
	{ "slot = 2\nshown = 00A-41C", "F0 7D 00 F7", "00A", 0, 2, 1 },
	{ "slot = 2\nshown = 00A-41C", "F0 7D 14 F7", "06C", 20, 2, 1 },
	{ "slot = 2 3\nshown = 00A-99C", "F0 7D 02 2B F7", "99C", 299, 2, 2 },
	{ "slot = 2\nshown = 0A-12B", "F0 7D 03 F7", "1B", 3, 2, 1 },
	{ "slot = -2", "F0 7D 01 05 F7", "", 5, 3, 1 },
	{ "slot = -3", "F0 7D F7", "", -1, 0, 0 },
	{ "slot = -4", "F0 7D F7", "", -1, 0, 0 },
	{ "slot = 2 3", "F0 7D 01 02 F7", "", 130, 2, 2 },
	{ "slot = 3 2", "F0 7D 01 02 F7", "", 257, 2, 2 },
	{ "slot = 2 4", "F0 7D 01 00 02 F7", "", 130, 2, 1 },
	{ "slot = 2 3 x100", "F0 7D 01 02 F7", "", 102, 2, 2 },
	{ "slot = 2 3 x100", "F0 7D 01 64 F7", "", -1, 0, 0 },
	{ "slot = 2 from 64", "F0 7D 41 F7", "", 1, 2, 1 },
	{ "slot = 2 from 64", "F0 7D 3F F7", "", -1, 0, 0 },
	{ "slot = 2 3 from 1", "F0 7D 02 05 F7", "", 133, 2, 2 },
	{ "slot = 2 bits 3F", "F0 7D 43 F7", "", 3, 2, 1 },
	{ "slot = 2 below 64", "F0 7D 3F F7", "", 63, 2, 1 },
	{ "slot = 2 below 64", "F0 7D 40 F7", "", -1, 0, 0 },
	{ "slot = 2", "F0 7D F7", "", -1, 0, 0 },
	{ "slot = 2 3", "F0 7D 01 F7", "", -1, 0, 0 },
	{ "slot = 2 -3", "F0 7D 01 02 F7", "", -1, 0, 0 },
	/* 64 and 27 in nibbles, and the second one above 7F. */
	{ "data = nibbles 2..-1\nslot = data 1", "F0 7D 00 00 04 06 F7", "",
	    100, 0, 0 },
	{ "data = nibbles 2..-1\nslot = data 1\nshown = 0-255",
	    "F0 7D 00 00 0F 0F F7", "255", 255, 0, 0 },
	{ "data = nibbles 2..-1\nslot = data 1 2 x100\nshown = A00-D99",
	    "F0 7D 00 00 02 00 01 02 F7", "C33", 233, 0, 0 },
	{ "data = nibbles 2..-1\nslot = data 2 1", "F0 7D 00 00 02 00 01 02 F7",
	    "", 33 * 128 + 2, 0, 0 },
	{ "data = nibbles 2..-1\nslot = data 1 2", "F0 7D 00 00 02 00 00 08 F7",
	    "", -1, 0, 0 },
	{ "data = nibbles 2..-1\nslot = data 1 from 1", "F0 7D 00 00 00 00 F7",
	    "", -1, 0, 0 },
	{ "data = nibbles 2..-1\nslot = data 1 2", "F0 7D 00 00 02 00 01 F7",
	    "", -1, 0, 0 },
	{ "data = nibbles 9..-1\nslot = data 1", "F0 7D 00 00 02 00 01 F7", "",
	    -1, 0, 0 },
	/* Three times 05. */
	{ "data = 8in7 2..-1 rle\nslot = data 2", "F0 7D 40 03 05 F7", "", 5, 0,
	    0 },
	/* The letter is the bank of 128; numbers begin with 001. */
	{ "slot = text 3\nshown = A001-D128", "F0 7D 00 43 30 30 32 F7", "C002",
	    257, 0, 0 },
	{ "slot = text -6\nshown = A001-D128", "F0 7D 00 43 30 30 32 20 F7",
	    "C002", 257, 0, 0 },
	{ "slot = text 3\nshown = A001-D128", "F0 7D 00 45 30 30 32 F7", "", -1,
	    0, 0 },
	{ "slot = text 3\nshown = A001-D128", "F0 7D 00 43 30 30 F7", "", -1, 0,
	    0 },
	{ "slot = text 3\nshown = A001-D128", "F0 7D 00 63 30 30 32 F7", "", -1,
	    0, 0 },
	{ "slot = text 3\nshown = A001-D128", "F0 7D 00 43 30 30 30 32 F7", "",
	    -1, 0, 0 },
	{ "slot = text 3\nshown = A001-D128", "F0 7D 00 43 F7", "", -1, 0, 0 },
	{ "slot = text 3\nshown = A001-D128", "F0 7D 00 F7", "", -1, 0, 0 },
	{ "slot = text 9\nshown = A001-D128", "F0 7D 00 F7", "", -1, 0, 0 },
	{ "slot = text 2\nshown = 1-64", "F0 7D 36 33 00 31 F7", "63", 62, 0,
	    0 },
	{ "slot = none", "F0 7D 01 F7", "", -1, 0, 0 },
};

static void
test_slots(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(slots); i++) {
		struct sx_facts f = decode(slots[i].keys, slots[i].msg);

		if (f.slot != slots[i].slot ||
		    strcmp(f.slot_text, slots[i].text) != 0 ||
		    f.slot_at.off != slots[i].off ||
		    f.slot_at.len != slots[i].len)
			fail_msg("row %zu: slot %ld '%s' at %zu, %zu bytes", i,
			    f.slot, f.slot_text, f.slot_at.off, f.slot_at.len);
	}
}

/* A written slot is read back, and the other bits are unchanged. */
static void
test_slots_there_and_back(void **state)
{
	static const struct {
		struct sx_slot_at at;
		long most;
	} t[] = {
		{ { .low = 2 }, 127 },
		{ { .low = -2 }, 127 },
		{ { .low = 3, .high = 2 }, 16383 },
		{ { .low = 2, .high = 3 }, 16383 },
		{ { .low = -2, .high = 2 }, 16383 },
		{ { .low = 3, .high = 2, .radix = 100 }, 12799 },
		{ { .low = 3, .high = 2, .radix = 16, .from = 5 }, 1967 },
		{ { .low = 2, .from = 64 }, 63 },
		{ { .low = 2, .bits = 0x3f }, 63 },
		{ { .low = 3, .high = 2, .bits = 0x07, .from = 1 }, 895 },
		{ { .low = 2, .below = 50 }, 49 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++)
		for (long slot = 0; slot <= t[i].most; slot++) {
			uint8_t msg[] = { 0xf0, 0x7d, 0x55, 0x55, 0x55, 0xf7 };
			uint8_t rest = t[i].at.bits ? 0x7f & ~t[i].at.bits : 0;

			sx_slot_put(&t[i].at, msg, sizeof(msg), slot);
			if (sx_slot_get(&t[i].at, msg, sizeof(msg)) != slot)
				fail_msg("row %zu, slot %ld", i, slot);
			assert_true(
			    msg[0] == 0xf0 && msg[1] == 0x7d && msg[5] == 0xf7);
			assert_int_equal(msg[2] & rest, 0x55 & rest);
			for (size_t k = 2; k < 5; k++)
				assert_true(msg[k] < 0x80);
		}
}

/* It is not written without room for it. */
static void
test_slot_outside(void **state)
{
	static const struct sx_slot_at t[] = { { .low = 3 }, { .low = 9 },
		{ .low = 2, .form = SX_SLOT_DATA },
		{ .low = 2, .form = SX_SLOT_TEXT }, { .low = -1 },
		{ .low = -9 }, { .low = 2, .high = 3 },
		{ .low = 2, .high = -9 }, { .low = INT32_MAX }, { 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++) {
		static const uint8_t want[] = { 0xf0, 0x7d, 0x05, 0xf7 };
		uint8_t *msg = malloc(sizeof(want));

		assert_non_null(msg);
		memcpy(msg, want, sizeof(want));
		sx_slot_put(&t[i], msg, sizeof(want), 1);
		assert_memory_equal(msg, want, sizeof(want));
		assert_int_equal(sx_slot_get(&t[i], msg, sizeof(want)), -1);
		free(msg);
	}
}

/* ---- Any message ---- */

static uint32_t
random_number(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void
check_regions(const struct sx_facts *f, size_t n)
{
	const struct sx_region *const regions[] = { &f->slot_at, &f->name_at,
		&f->checksum_at, &f->length_at, &f->packed };

	for (size_t i = 0; i < ARRAY(regions); i++)
		assert_true(regions[i]->len == 0 ||
			    (regions[i]->off < n &&
				regions[i]->len <= n - regions[i]->off));
	assert_non_null(memchr(f->name, '\0', sizeof(f->name)));
}

/* Cut at every length, with and without an F7: nothing outside is read. */
static void
test_every_length(void **state)
{
	const char *keys[ARRAY(names) + ARRAY(sums) + ARRAY(slots)];
	uint32_t seed = 5;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY(names); i++)
		keys[n++] = names[i].keys;
	for (size_t i = 0; i < ARRAY(sums); i++)
		keys[n++] = sums[i].keys;
	for (size_t i = 0; i < ARRAY(slots); i++)
		keys[n++] = slots[i].keys;
	for (size_t i = 0; i < n; i++) {
		struct sx_devices *d = page(keys[i]);
		uint8_t msg[40] = { 0xf0, 0x7d };

		for (size_t len = 0; len < 2 * sizeof(msg); len++) {
			size_t have = len / 2 + 1;
			struct sx_facts f;

			for (size_t k = 2; k < have; k++)
				msg[k] = random_number(&seed) & 0x7f;
			if (len % 2 != 0)
				msg[have - 1] = 0xf7;
			f = facts_of(d, msg, have);
			check_regions(&f, have);
			msg[0] = 0xf0;
			msg[1] = 0x7d;
		}
		sx_devices_free(d);
	}
}

/* The head alone yields the slot if it lies there; otherwise the rest is
 * needed. */
static void
test_skim(void **state)
{
	static const struct {
		const char *keys;
		bool enough;
		long slot;
	} t[] = {
		{ "slot = 4", true, 5 },
		{ "slot = 15", true, 7 },
		{ "slot = 16", false, -1 },
		{ "slot = -2", false, -1 },
		{ "slot = 4 15", true, 5 * 128 + 7 },
		{ "slot = 4 16", false, -1 },
		{ "slot = data 1\ndata = plain 2..-1", false, -1 },
		{ "slot = text 4\nshown = 1-64", false, -1 },
		{ "kind = preset", true, -1 },
		{ "name = 3 4", false, -1 },
		{ "name-2 = 3 4", false, -1 },
		{ "checksum = sum7 2..-2", false, -1 },
		{ "checksum-2 = sum7 2..-2", false, -1 },
		{ "count = 2 1 of 3..", false, -1 },
		{ "data = 8in7 2..-1\nslot = 4", false, 5 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++) {
		struct sx_devices *d = page(t[i].keys);
		uint8_t *head = calloc(1, SX_TRIAGE_BYTES);
		struct sx_facts f;

		assert_non_null(head);
		head[0] = 0xf0;
		head[1] = 0x7d;
		head[4] = 5;
		head[15] = 7;
		if (sx_device_skim(d, head, SX_TRIAGE_BYTES, 100, true, &f) !=
			t[i].enough ||
		    f.slot != t[i].slot)
			fail_msg("row %zu: slot %ld", i, f.slot);
		/* A cut message yields no slot. */
		(void)sx_device_skim(d, head, SX_TRIAGE_BYTES, 100, false, &f);
		assert_int_equal(f.slot, -1);
		free(head);
		sx_devices_free(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_long_sums),
		cmocka_unit_test(test_long_counts),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_slots_there_and_back),
		cmocka_unit_test(test_slot_outside),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_skim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
