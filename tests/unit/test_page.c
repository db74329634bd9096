/* SPDX-License-Identifier: ISC */
/* Pages: the effect of each key's values, and the errors for wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sysex/devices.h"
#include "facts.h"
#include "instruments.h"
#include "sxlib/config.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* Read all instruments of a text; errors gets a line for each wrong one. */
static struct sx_devices *
read_text(const char *text, size_t n, bool built_in, char *errors, size_t size)
{
	struct sx_devices *d = sx_devices_new(NULL);
	/* Of exactly this size, so that ASan detects a read beyond it. */
	char *copy = malloc(n > 0 ? n : 1);
	struct sx_config *f;
	struct sx_err e = { 0 };
	int rc;

	assert_non_null(d);
	assert_non_null(copy);
	memcpy(copy, text, n);
	f = sx_config_memory("a/p.conf", copy, n, NULL);
	free(copy);
	assert_non_null(f);
	if (built_in)
		sx_config_built_in(f);
	errors[0] = '\0';
	while ((rc = sx_config_device(f, d, &e)) != 0) {
		size_t used = strlen(errors);

		if (rc == -1) {
			assert_int_equal(e.code, SX_EDATA);
			snprintf(errors + used, size - used, "%s\n", e.msg);
		}
		e = (struct sx_err){ 0 };
	}
	sx_config_close(f);
	return d;
}

static struct sx_devices *
good(const char *text, bool built_in)
{
	char errors[2048];
	struct sx_devices *d =
	    read_text(text, strlen(text), built_in, errors, sizeof(errors));

	assert_string_equal(errors, "");
	return d;
}

static void
bad(const char *text, const char *want)
{
	char errors[8192];

	sx_devices_free(
	    read_text(text, strlen(text), false, errors, sizeof(errors)));
	assert_string_equal(errors, want);
}

static const struct {
	const char *key, *want;
} wants[] = {
	{ "format", "1" },
	{ "mask",
	    "bytes from F0 on: F0 31 ?? 7F, with the maker's ID in full" },
	{ "maker", "a name" },
	{ "call", "a text in which %4 is byte 4" },
	{ "delay", "ms from 0 to 3600000" },
	{ "rate", "bytes per second from 1 to 1000000000" },
	{ "trust", "seen, documented or inferred" },
	{ "unit", "AT [bits MASK] FIRST-LAST [is BYTE] [usually N] [any BYTE], "
		  "as 2 bits 0F 1-16 usually 1" },
	{ "identity", "bytes of family and member, then as NAME, version text, "
		      "1.23 or korg" },
	{ "identity-2", "bytes of family and member, then as NAME, version "
			"text, 1.23 or korg" },
	{ "identity-trust", "seen, documented or inferred" },
	{ "like", "an instrument on an earlier page, or a built-in one" },
	{ "match", "bytes, or @OFFSET bytes: @4 02 55 @8 77" },
	{ "size", "57, 8-, -7 or 10-137" },
	{ "kind",
	    "preset, pattern, kit, song, global, sound, project, sample, "
	    "waveform, bank, settings, firmware, unknown, request, parameter, "
	    "identity-request, identity-reply, handshake, transport or clock" },
	{ "keep", "yes or no" },
	{ "whole", "yes or no" },
	{ "waits", "yes or no" },
	{ "accepted", "yes or no" },
	{ "slot", "an offset, or two, the higher byte first, then x100, from "
		  "N, bits MASK, below N; or data and these, or text AT" },
	{ "shown", "the first and the last slot: A01-H16, 1-64, 11-88 by 8" },
	{ "data", "a code and its bytes, as 8in7 10..-5: 8in7, 8in7-low, 7of8, "
		  "nibbles, nibbles-high, pairs, stream, base64" },
	{ "body", "its bytes: 6..-1" },
	{ "name", "AT LEN or data AT LEN, then every N, chars SET, not BYTE, "
		  "if AT BYTES" },
	{ "name-2", "a key 'data' as well, or no word 'data'" },
	{ "checksum", "none, unknown, or a rule and its bytes, as sum7 6..-2: "
		      "sum7, neg7, sum14, xor7, nibbles7, k5000" },
	{ "checksum-2", "none, unknown, or a rule and its bytes, as sum7 "
			"6..-2: sum7, neg7, sum14, xor7, nibbles7, k5000" },
	{ "count", "AT WIDTH of FROM..TO" },
	{ "steps", "TRACKS of STEPS at OFFSET [then OFFSET] length OFFSET: 16 "
		   "of 32 at 10 length 178" },
	{ "sounds", "COUNT of SIZE from AT, or from data AT, then skip N every "
		    "M, first AT" },
	{ "memory",
	    "COUNT of SIZE at ADDRESS place AT WIDTH [trim N] [used N]" },
	{ "sound-name", "AT LEN or data AT LEN, then every N, chars SET, not "
			"BYTE, if AT BYTES" },
	{ "sound-shown",
	    "the first and the last slot: A01-H16, 1-64, 11-88 by 8" },
	{ "sound-as", "the name of a message, then by dx7 or by dx21" },
	{ "sound-more", "the name of a message" },
	{ "sound-to", "ADDRESS by N" },
	{ "head", "bytes: F0 3E 13 nn 10 7F 00, and nn, ss, == or =N" },
	{ "parts", "how many messages one sound has" },
	{ "ask", "bytes: F0 42 3n 19 1C ss F7, or roland BYTES at ADDRESS size "
		 "SIZE" },
	{ "before", "channel messages: B0 00 bb Cn ss, or one of SysEx" },
	{ "answer", "the WHAT of another message" },
	{ "ask-banks", "slots of a bank" },
	{ "ask-from", "the byte of the first slot" },
	{ "ask-ends", "@OFFSET BYTE" },
	{ "ask-delay", "ms, up to an hour" },
	{ "ask-trust", "seen, documented or inferred" },
	{ "most", "how many, up to 16777216" },
	{ "backup", "yes or no" },
};

static const struct {
	const char *key, *value,
	    *problem; /* the expected result, if not as above */
	bool of_message;
} wrong[] = {
	{ "format", "2", "is a version unknown to this sxlib", false },
	{ "mask", "31 7F", "does not start with F0", false },
	{ "mask", "F0 4", "has a part that is not a byte", false },
	{ "mask", "F0 7D 40/78 80", "has a byte above 7F", false },
	{ "mask", "F0 7D 41/78", "has bits outside its mask", false },
	{ "mask", "F0 7D ??", "ends with an open byte", false },
	{ "mask", "F0 00 20", "does not contain the full maker ID", false },
	{ "mask", "F0 7D 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F",
	    "has more than 16 bytes", false },
	{ "maker", "(x)", "starts with '('", false },
	{ "maker",
	    "123456789 123456789 123456789 123456789 123456789 123456789 1234",
	    "is longer than 63 bytes", false },
	{ "call", "product %16", "has a % without a byte from 1 to 15", false },
	{ "call", "product %0", "has a % without a byte from 1 to 15", false },
	{ "delay", "-1", "is not in range", false },
	{ "delay", "3600001", "is not in range", false },
	{ "delay", "5 ms", "is not in range", false },
	{ "rate", "0", "is not in range", false },
	{ "rate", "max", "is not in range", false },
	{ "trust", "user", "is not one of them", false },
	{ "trust", "sure", "is not one of them", false },
	{ "unit", "none", "does not start with an offset from 2 to 15", false },
	{ "unit", "1 1-16", "does not start with an offset from 2 to 15",
	    false },
	{ "unit", "16 1-16", "does not start with an offset from 2 to 15",
	    false },
	{ "unit", "2 bits 70 1-8",
	    "has bits that are not the low bits of a data byte", false },
	{ "unit", "2 bits 00 1-1",
	    "has bits that are not the low bits of a data byte", false },
	{ "unit", "2 bits 0F 1-17", "has more numbers than its bits can hold",
	    false },
	{ "unit", "2 bits 0F 1", "has no ascending FIRST-LAST up to 255",
	    false },
	{ "unit", "2 16-1", "has no ascending FIRST-LAST up to 255", false },
	{ "unit", "2 1-16 is G0", "has no byte after 'is'", false },
	{ "unit", "2 1-16 usually 17",
	    "has a default number outside FIRST-LAST", false },
	{ "unit", "2 bits 0F 1-16 any 7F",
	    "has a broadcast byte that does not fit its bits", false },
	{ "unit", "2 1-16 any", "has no byte after 'any'", false },
	{ "unit", "2 1-16 more", "has trailing text", false },
	{ "identity", "02",
	    "does not start with two bytes of family, or four of family and "
	    "member",
	    false },
	{ "identity", "02 00 01",
	    "does not start with two bytes of family, or four of family and "
	    "member",
	    false },
	{ "identity", "82 00",
	    "does not start with two bytes of family, or four of family and "
	    "member",
	    false },
	{ "identity", "02 00 version 1.24", "has an unknown version format",
	    false },
	{ "identity", "02 00 text", "has trailing text", false },
	{ "identity-2", "x",
	    "does not start with two bytes of family, or four of family and "
	    "member",
	    false },
	{ "identity-trust", "yes", "is not one of them", false },
	{ "like", "Nobody", "is unknown", false },
	{ "match", "@0 01", "has an offset outside 1 to 15", true },
	{ "match", "@16 01", "has an offset outside 1 to 15", true },
	{ "match", "@15 01 02", "extends beyond the first 16 bytes", true },
	{ "match", "@4 40 @4 41", "has a duplicate offset", true },
	{ "match", "F0 7E", "contradicts the mask of the instrument", true },
	{ "match", "@4 100", "has a part that is not a byte", true },
	{ "match", "@4 41/78", "has bits outside its mask", true },
	{ "match", "@4 F0", "has a byte above 7F", true },
	{ "match", "@4", "has a part that is not a byte", true },
	{ "size", "1", "is not a number of bytes", true },
	{ "size", "-", "is not a number of bytes", true },
	{ "size", "9-8", "has a maximum below the minimum", true },
	{ "size", "9 bytes", "has trailing text", true },
	{ "size", "16777217", "is not a number of bytes", true },
	{ "kind", "thing", "is not a kind", true },
	{ "keep", "maybe", "is neither yes nor no", true },
	{ "whole", "1", "is neither yes nor no", true },
	{ "waits", "ja", "is neither yes nor no", true },
	{ "accepted", "perhaps", "is neither yes nor no", true },
	{ "steps", "16", "does not begin with TRACKS of STEPS", true },
	{ "steps", "33 of 32 at 10 length 9",
	    "does not begin with TRACKS of STEPS", true },
	{ "steps", "16 of 31 at 10 length 9",
	    "does not begin with TRACKS of STEPS", true },
	{ "steps", "16 of 72 at 10 length 9",
	    "does not begin with TRACKS of STEPS", true },
	{ "steps", "16 of 32 at -10 length 9", "has no 'at' with an offset",
	    true },
	{ "steps", "16 of 32 length 9", "has no 'at' with an offset", true },
	{ "steps", "16 of 32 at 10 then 10 length 9",
	    "has no offset of as many further steps after 'then'", true },
	{ "steps", "16 of 64 at 10 then 200 length 9",
	    "has no offset of as many further steps after 'then'", true },
	{ "steps", "16 of 32 at 10", "has no 'length' with an offset", true },
	{ "steps", "16 of 32 at 10 length 0", "has no 'length' with an offset",
	    true },
	{ "steps", "16 of 32 at 10 length 9 9", "has trailing text", true },
	{ "unit", "2", "is not 'none': expected none", true },
	{ "trust", "maybe", "is not one of them", true },
	{ "delay", "0", "is not in range: expected ms from 1 to 3600000",
	    true },
	{ "call", "%99", "has a % without a byte from 1 to 15", true },
	{ "slot", "1", "has an offset within the maker ID or at the F7", true },
	{ "slot", "-1", "has an offset within the maker ID or at the F7",
	    true },
	{ "slot", "x", "does not start with an offset", true },
	{ "slot", "4 4", "has a duplicate offset", true },
	{ "slot", "4 1", "has an offset within the maker ID or at the F7",
	    true },
	{ "slot", "4 x129", "has an option that is unknown or out of range",
	    true },
	{ "slot", "4 from 128", "has an option that is unknown or out of range",
	    true },
	{ "slot", "4 bits 0E", "has an option that is unknown or out of range",
	    true },
	{ "slot", "4 below 0", "has an option that is unknown or out of range",
	    true },
	{ "slot", "4 5 6", "has an option that is unknown or out of range",
	    true },
	{ "slot", "data 0", "has no offset of at least 1 in the data", true },
	{ "slot", "data -1", "has no offset of at least 1 in the data", true },
	{ "slot", "data 3 -2", "has no offset of at least 1 in the data",
	    true },
	{ "slot", "data 65536", "has an offset above 65535", true },
	{ "slot", "data 4 4", "has a duplicate offset", true },
	{ "slot", "data", "does not start with an offset", true },
	{ "slot", "data 4 5",
	    "counts in data, but there is no key 'data': expected a key 'data' "
	    "as well, or no word 'data'",
	    true },
	{ "slot", "text 1", "has an offset within the maker ID or at the F7",
	    true },
	{ "slot", "text 4 5", "has trailing text", true },
	{ "slot", "text 4 x100", "has trailing text", true },
	{ "slot", "text 4",
	    "has no form to be read in: expected a key 'shown' as well", true },
	{ "shown", "A01", "is not FIRST-LAST", true },
	{ "shown", "A01-64", "has a last slot below the first", true },
	{ "shown", "B01-A16", "has a last slot below the first", true },
	{ "shown", "9-1", "has a last slot below the first", true },
	{ "shown", "0-16384", "has too many slots", true },
	{ "shown", "1A-9A", "is not FIRST-LAST", true },
	{ "shown", "1B-9D", "is not FIRST-LAST", true },
	{ "shown", "A11-B99 by 8",
	    "has a 'by' that does not fit, as in 11-88 by 8", true },
	{ "before", "F0 7D 01", "does not end in F7", true },
	{ "before", "F0 7D C0 F7",
	    "has a part that is not a byte of a channel message, bb or ss",
	    true },
	{ "ask-ends", "8 0F", "is not of the form @OFFSET BYTE", true },
	{ "ask-from", "0", "is not a number from 1 to 127", true },
	{ "ask-banks", "1", "is not a number from 2 to 128", true },
	{ "shown", "12-88 by 8",
	    "has a 'by' that does not fit, as in 11-88 by 8", true },
	{ "shown", "11-99 by 8",
	    "has a 'by' that does not fit, as in 11-88 by 8", true },
	{ "shown", "1-64 of them", "has trailing text", true },
	{ "data", "9in8 4..-1", "starts with an unknown code", true },
	{ "data", "8in7", "has no FROM..TO range, or an empty one", true },
	{ "data", "8in7 ..-1", "has no FROM..TO range, or an empty one", true },
	{ "data", "8in7 9..4", "has no FROM..TO range, or an empty one", true },
	{ "data", "8in7 -2..-4", "has no FROM..TO range, or an empty one",
	    true },
	{ "data", "8in7 4..-1 lzw", "has trailing text", true },
	{ "body", "4", "has no FROM..TO range, or an empty one", true },
	{ "body", "0..4", "has no FROM..TO range, or an empty one", true },
	{ "name", "4", "has no length from 1 to 63", true },
	{ "name", "-4 8", "has no offset of at least 0", true },
	{ "name", "4 64", "has no length from 1 to 63", true },
	{ "name", "4 0", "has no length from 1 to 63", true },
	{ "name", "data 4 -1",
	    "has no length: -1 is for names outside of 'data'", true },
	{ "name", "data 4 8",
	    "counts in data, but there is no key 'data': expected a key 'data' "
	    "as well, or no word 'data'",
	    true },
	{ "name", "4 8 every 1",
	    "has an option that is unknown or out of range", true },
	{ "name", "4 8 every 2 chars json",
	    "has 'json' with 'data', 'every' or 'not'", true },
	{ "name", "data 4 8 chars json",
	    "has 'json' with 'data', 'every' or 'not'", true },
	{ "name", "4 -1 chars json not 20",
	    "has 'json' with 'data', 'every' or 'not'", true },
	{ "name", "4 7 chars words",
	    "has 'words' with 'every', or an odd length", true },
	{ "name", "4 -1 chars words",
	    "has 'words' with 'every', or an odd length", true },
	{ "name", "4 8 every 2 chars words",
	    "has 'words' with 'every', or an odd length", true },
	{ "name", "4 8 chars ebcdic",
	    "has an option that is unknown or out of range", true },
	{ "name", "4 8 if 3", "has an option that is unknown or out of range",
	    true },
	{ "name", "4 8 not", "has an option that is unknown or out of range",
	    true },
	{ "name-2", "data 4 8", "counts in data, but there is no key 'data'",
	    true },
	{ "checksum", "crc 4..-2", "starts with an unknown rule", true },
	{ "checksum", "none 4..-2", "has trailing text", true },
	{ "checksum", "sum7", "has no FROM..TO range, or an empty one", true },
	{ "checksum", "sum7 4..", "has no TO for the position of the checksum",
	    true },
	{ "checksum", "sum7 -2..-4", "has no FROM..TO range, or an empty one",
	    true },
	{ "checksum", "sum7 4..-2 +G",
	    "has an option that is unknown or out of range", true },
	{ "checksum", "sum7 4..-2 longer 0",
	    "has an option that is unknown or out of range", true },
	{ "checksum-2", "sum9 4..-2", "starts with an unknown rule", true },
	{ "count", "0 1 of 4..",
	    "does not start with an offset and a width of 1 or 2", true },
	{ "count", "4 3 of 5..",
	    "does not start with an offset and a width of 1 or 2", true },
	{ "count", "4 2 5..", "has no FROM..TO range, or an empty one", true },
	{ "count", "4 2 of 9..5", "has no FROM..TO range, or an empty one",
	    true },
	{ "count", "4 2 of 5.. less 0", "has no number after 'less'", true },
	{ "sounds", "0 of 10 from 4",
	    "has no COUNT of SIZE, or one out of range", true },
	{ "sounds", "10 of 10", "has no COUNT of SIZE, or one out of range",
	    true },
	{ "sounds", "10 of 10 from data 0",
	    "counts in data, but there is no key 'data': expected a key 'data' "
	    "as well, or no word 'data'",
	    true },
	{ "sounds", "134 of k5000 from 27",
	    "has no COUNT of SIZE, or one out of range", true },
	{ "sounds", "10 of 10 from data -1", "has no offset after 'from'",
	    true },
	{ "sounds", "10 of 10 from 4 first",
	    "has no offset, and not 'none', "
	    "after 'first'",
	    true },
	{ "sounds", "10 of 10 from 4 first 0",
	    "has no offset, and not 'none', "
	    "after 'first'",
	    true },
	{ "sounds", "10 of k5000 from 27 first 5",
	    "has no offset, and not "
	    "'none', after 'first'",
	    true },
	{ "sounds", "10 of 10 from 4 skip",
	    "has no 'skip' of bytes 'every' so many sounds, or one in data",
	    true },
	{ "sounds", "10 of 10 from 4 skip 3",
	    "has no 'skip' of bytes 'every' so many sounds, or one in data",
	    true },
	{ "sounds", "10 of 10 from 4 skip 0 every 4",
	    "has no 'skip' of bytes 'every' so many sounds, or one in data",
	    true },
	{ "sounds", "10 of 10 from 4 skip 4097 every 4",
	    "has no 'skip' of bytes 'every' so many sounds, or one in data",
	    true },
	{ "sounds", "10 of 10 from 4 skip 3 every 0",
	    "has no 'skip' of bytes 'every' so many sounds, or one in data",
	    true },
	{ "sounds", "10 of 10 from data 4 skip 3 every 2",
	    "has no 'skip' of bytes 'every' so many sounds, or one in data",
	    true },
	{ "sounds", "10 of k5000 from 27 skip 3 every 2",
	    "has no 'skip' of bytes 'every' so many sounds, or one in data",
	    true },
	{ "sounds", "10 of 10 from 4 skip 3 every 2 5", "has trailing text",
	    true },
	{ "sounds", "10 of 10 from 4 first 3 5", "has trailing text", true },
	{ "memory", "8 of 16 at 08 00", "has an ADDRESS with bytes above 7F",
	    true },
	{ "memory", "8 of 16 at 08 80 place 5 2",
	    "has an ADDRESS with bytes above 7F", true },
	{ "memory", "8 of 16 at 08 place 5 2",
	    "has no place AT WIDTH with the WIDTH of ADDRESS", true },
	{ "memory", "8 of 16 at 08 00 00 place 5 2",
	    "has no place AT WIDTH with the WIDTH of ADDRESS", true },
	{ "memory", "8 of 16 at 08 00 place 5 2 used 17",
	    "has no number from 1 to SIZE after 'used'", true },
	{ "memory", "16384 of 1048576 at 08 00 place 5 2",
	    "is larger than the memory of an instrument", true },
	{ "memory", "8 of 16 at 08 00 place 5 2 trim 0",
	    "has no number from 1 to 100 after 'trim'", true },
	{ "sound-name", "0 -1", "has no length from 1 to 63", true },
	{ "sound-name", "0 8 chars json",
	    "has 'json', which is for names of a message", true },
	{ "sound-shown", "A01", "is not FIRST-LAST", true },
	{ "sound-as", "kit by dx9", "has no voice format after 'by'", true },
	{ "sound-as", "kit by dx7 9", "has no voice format after 'by'", true },
	{ "sound-as", "kit by itself", "has no voice format after 'by'", true },
	{ "sound-to", "00 00 by 64", "has no 'memory' to refer to", true },
	{ "sound-more", "kit", "is for sounds 'by dx21'", true },
	{ "head", "7D 01", "contradicts 'mask' or 'match'", true },
	{ "head", "F0", "does not start with F0", true },
	{ "head", "F0 7D 80",
	    "has a part that is not a byte up to 7F, nn, ss, == or =N", true },
	{ "head", "F0 7D =112",
	    "has a part that is not a byte up to 7F, nn, ss, == or =N", true },
	{ "head", "F0 7C", "contradicts 'mask' or 'match'", true },
	{ "head", "F0 7D 1 2 3",
	    "has a part that is not a byte up to 7F, nn, ss, == or =N", true },
	{ "head",
	    "F0 7D 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 "
	    "01 01 01",
	    "is longer than 24 bytes", true },
	{ "checksum", "sum7 6..-2 at 0",
	    "has an option that is unknown or out "
	    "of range",
	    true },
	{ "parts", "1", "is not a number from 2 to 255", true },
	{ "ask", "F0 7D F7", "is too short for a request", true },
	{ "ask", "F1 7D 01 F7", "does not start with F0", true },
	{ "ask", "F0 7D 01", "is too short for a request", true },
	{ "ask", "F0 7D 81 F7", "contains a byte above 7F", true },
	{ "ask", "F0 7D xx F7",
	    "has a part that is not a byte, nn or ss, or too many of these",
	    true },
	{ "ask", "F0 7D nn F7",
	    "has a unit number, but the instrument has no key 'unit'", true },
	{ "ask", "F0 7D ss F7", "has a slot, but the message has none", true },
	{ "ask", "roland F0 7D 01 11", "has no address", true },
	{ "ask", "roland F0 7D 01 11 at 08 size 10",
	    "has no address of two to four bytes after 'at'", true },
	{ "ask", "roland F0 7D 01 11 at 08 00 step 01 size 00 10",
	    "has a step whose width differs from the address", true },
	{ "ask", "roland F0 7D 01 11 at 08 00 size 00 00",
	    "has no size above 0 of the same width as the address", true },
	{ "ask", "roland F0 7D 01 11 at 08 00 size 00 10 data 8 to 7",
	    "has no number of bytes after 'to', at least that of 'data'",
	    true },
	{ "ask", "roland F0 7D F7 11 at 08 00 size 00 10",
	    "contains a byte above 7F", true },
	{ "ask", "roland F0 7D 01 11 at 7F 7F size 00 10",
	    "extends beyond the last address: expected fewer slots, or smaller "
	    "steps",
	    true },
	{ "ask",
	    "roland F0 7D 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 "
	    "12 13 14 15 at 00 00 00 00 size 00 00 00 01",
	    "is too long for a request", true },
	{ "ask",
	    "F0 7D 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 "
	    "14 15 16 17 18 19 1A 1B 1C 1D 1E F7",
	    "is too long for a request", true },
	{ "before", "00 C0 ss", "does not start with a status byte", true },
	{ "before", "B0 F0 00",
	    "has a part that is not a byte of a channel message, bb or ss",
	    true },
	{ "before", "B0 00 01 B0 20 01 C0 01 C1 01 C2 01 C3",
	    "is longer than 12 bytes", true },
	{ "before", "C0 ss",
	    "has a slot: expected a key 'shown' with the available slots",
	    true },
	{ "ask-delay", "soon", "is not a time", true },
	{ "ask-trust", "user", "is not one of them", true },
	{ "most", "0", "is not a number of bytes", true },
	{ "backup", "1", "is neither yes nor no", true },
};
/* Each wrong value, with its line. */
static void
test_wrong_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(wrong); i++) {
		const char *key = wrong[i].key, *want = "";
		char text[512], line[512];

		for (size_t k = 0; k < ARRAY(wants); k++)
			if (strcmp(wants[k].key, key) == 0)
				want = wants[k].want;
		if (wrong[i].of_message)
			snprintf(text, sizeof(text),
			    "[It]\nmask = F0 7D\n[:preset]\n%s = %s\n", key,
			    wrong[i].value);
		else
			snprintf(text, sizeof(text),
			    "# head\n\n[It]\n%s = %s\n%s", key, wrong[i].value,
			    strcmp(key, "mask") ? "mask = F0 7D\n" : "");
		snprintf(line, sizeof(line), "a/p.conf:4: %s: '%.80s' %s%s%s\n",
		    key, wrong[i].value, wrong[i].problem,
		    strstr(wrong[i].problem, ": expected ") ? ""
							    : ": expected ",
		    strstr(wrong[i].problem, ": expected ") ? "" : want);
		bad(text, line);
	}
}

static void
test_wrong_pages(void **state)
{
	static const struct {
		const char *text, *error;
	} t[] = {
		{ "[It]\n", "1: [It]: no mask: expected a key 'mask'" },
		{ "[It]\nmask = F0 7D\nid = 7D\n",
		    "1: [It]: both mask and id: expected one of them" },
		{ "[It]\nid = 00 20\n",
		    "2: id: '00 20' is not a maker ID: expected "
		    "one byte, or 00 and two more" },
		{ "[It]\nid = 7D\n[:kit]\n",
		    "1: [It]: messages with an id: expected a mask" },
		{ "[:kit]\nslot = 4\n",
		    "1: [:kit]: a message without an instrument: expected "
		    "[NAME] before it" },
		{ "[It]\nmask = F0 7D\n[:thing]\n",
		    "3: [:thing]: not a kind: expected a key 'kind' with one "
		    "of preset, pattern, kit, song, global, sound, project, "
		    "sample, waveform, bank, settings, firmware, unknown, "
		    "request, parameter, identity-request, identity-reply, "
		    "handshake, transport or clock" },
		{ "[It]\nmask = F0 7D\n[:kit]\ncolour = red\n",
		    "4: colour: unknown key: expected one from "
		    "docs/instruments.md" },
		{ "[It]\nmask = F0 7D\ncolour = red\n",
		    "3: colour: unknown key: expected one from "
		    "docs/instruments.md" },
		/* Message keys do not belong to an instrument, nor instrument
		   keys to a message. */
		{ "[It]\nmask = F0 7D\nmatch = @4 01\n[:kit]\n",
		    "3: match: a message key: expected under [:WHAT]" },
		{ "[It]\nmask = F0 7D\n[:kit]\nalias = it\n",
		    "4: alias: an instrument key: expected under [NAME]" },
		{ "[It]\nmask = F0 7D\n[:kit]\nexample-10 = x\n",
		    "4: example-10: unknown key: expected one from "
		    "docs/instruments.md" },
		{ "[It]\nmask = F0 7D\n[:kit]\nstored-by = store\n",
		    "3: stored-by: 'store' is not a message of It: "
		    "expected the WHAT of a [:WHAT]" },
		{ "[It]\nmask = F0 7D\n[:kit]\nbuffer = kit-buffer\n",
		    "3: buffer: 'kit-buffer' is not a message of "
		    "It: expected the WHAT of a [:WHAT]" },
		{ "[It]\nmask = F0 7D\n[:bank]\nsounds = 2 of 9 from 4\n"
		  "sound-as = preset\n",
		    "3: sound-as: 'preset' is not a message of It: "
		    "expected the WHAT of a [:WHAT]" },
		{ "[It]\nmask = F0 7D\nlike = Other\n",
		    "3: like: 'Other' is unknown: expected an instrument on an "
		    "earlier page, or a built-in one" },
		{ "[It]\nmask = F0 7D\nlike = It\n",
		    "3: like: 'It' is unknown: expected an instrument on an "
		    "earlier page, or a built-in one" },
		{ "[It]\nmask = F0 7D\nlike = M1\n[:kit]\n",
		    "3: like: 'M1' cannot be combined with messages: expected "
		    "either "
		    "'like' or sections [:WHAT]" },
		{ "[It]\nmask = F0 7D\nlike = M1\nslot = 4\n",
		    "4: slot: '4' cannot be combined with 'like': expected "
		    "instrument keys only" },
		/* Inconsistent keys. */
		{ "[It]\nmask = F0 7D\n[:bank]\nsound-name = 0 4\n",
		    "4: sound-name: '0 4' has no sounds to name: expected a "
		    "key 'sounds' or 'memory' as well" },
		{ "[It]\nmask = F0 7D\n[:bank]\nsounds = 4 of 9 from 4\n"
		  "memory = 4 of 9 at 00 place 4 1\n",
		    "5: memory: '4 of 9 at 00 place 4 1' cannot be combined "
		    "with 'sounds': expected one of them" },
		{ "[It]\nmask = F0 7D\n[:bank]\nsounds = 4 of 9 from 4\n"
		  "sound-name = 2 8\n",
		    "5: sound-name: '2 8' extends beyond the end of a sound: "
		    "expected an offset from the start of a sound" },
		{ "[It]\nmask = F0 7D\n[:bank]\nsounds = 4 of 9 from 4\n"
		  "sound-shown = 1-3\n",
		    "5: sound-shown: '1-3' has fewer slots than sounds: "
		    "expected as many as the sounds, or more" },
		{ "[It]\nmask = F0 7D\n[:kit]\n= 4\n",
		    "4: not a key and value: expected KEY = VALUE" },
		{ "[It]\nmask = F0 7D\nslot = 4\n[:kit]\nask = F0 7D ss F7\n",
		    "5: ask: 'F0 7D ss F7' has a slot: expected a key 'shown' "
		    "with the available slots" },
		{ "[It]\nmask = F0 7D\n[:kit]\ndata = nibbles 4..-1\n"
		  "slot = data 2 3\nshown = 1-64\nask = F0 7D ss ss F7\n",
		    "7: ask: 'F0 7D ss ss F7' has a slot, but that of the "
		    "message is packed, or a text: expected bytes: F0 42 3n 19 "
		    "1C ss F7, or roland BYTES at ADDRESS size SIZE" },
		{ "[It]\nmask = F0 7D\nslot = data 2\ndata = nibbles 4..-1\n"
		  "shown = 0-256\n[:kit]\n",
		    "5: shown: '0-256' has more slots than 'slot' can hold: "
		    "expected as many as fit, or a slot of two bytes" },
		{ "[It]\nmask = F0 7D\nslot = 4 5\nshown = 1-999\n[:kit]\n"
		  "ask = F0 7D ss F7\n",
		    "6: ask: 'F0 7D ss F7' has only one byte of a two-byte "
		    "slot: "
		    "expected bytes: F0 42 3n 19 1C ss F7, or roland BYTES at "
		    "ADDRESS size SIZE" },
		{ "[It]\nmask = F0 7D\nslot = 4\n[:kit]\nshown = 1-129\n",
		    "5: shown: '1-129' has more slots than 'slot' can hold: "
		    "expected as many as fit, or a slot of two bytes" },
		{ "[It]\nmask = F0 7D\nslot = 4 from 64\nshown = 1-65\n"
		  "[:kit]\n",
		    "4: shown: '1-65' has more slots than 'slot' can hold: "
		    "expected as many as fit, or a slot of two bytes" },
		{ "[It]\nmask = F0 7D\nslot = 4 bits 3F\nshown = 1-65\n"
		  "[:kit]\n",
		    "4: shown: '1-65' has more slots than 'slot' can hold: "
		    "expected as many as fit, or a slot of two bytes" },
		{ "[It]\nmask = F0 7D\nslot = 4 5 below 64\nshown = 1-65\n"
		  "[:kit]\n",
		    "4: shown: '1-65' has slots excluded by 'slot': "
		    "expected as many as are below" },
		{ "[It]\nmask = F0 7D\nunit = 3 1-16\n[:kit]\n"
		  "ask = F0 7D nn 01 F7\n",
		    "5: ask: 'F0 7D nn 01 F7' has the unit number at a "
		    "different offset from 'unit': expected the same offset in "
		    "both" },
		{ "[It]\nmask = F0 7D\nunit = 2 1-32\n[:kit]\n"
		  "ask = F0 7D 7n 01 F7\n",
		    "5: ask: 'F0 7D 7n 01 F7' has no room for the last unit: "
		    "expected bytes up to 7F" },
		{ "[It]\nmask = F0 7D\nshown = 1-300\n[:kit]\n"
		  "ask = roland F0 7D 01 11 at 00 00 step 01 00 size 00 10\n",
		    "5: ask: 'roland F0 7D 01 11 at 00 00 step 01 00 size 00 "
		    "10' extends beyond the last address: expected fewer "
		    "slots, "
		    "or smaller steps" },
		{ "[It]\nmask = F0 7D\nshown = A001-A129\n[:kit]\n"
		  "ask = F0 7D 01 F7\nbefore = C0 ss\n",
		    "3: shown: 'A001-A129' has banks of more than 128: "
		    "expected what a program change can select" },
		/* As each file. */
		{ "[It]\nmask = F0 7D\nmask = F0 7E\n",
		    "3: mask: duplicate key: expected one" },
		{ "[It]\nmask = F0 7D\n[:kit]\nslot = 4\nslot = 5\n",
		    "5: slot: duplicate key: expected one" },
		{ "[It]\nmask =\n", "2: mask: no value: expected KEY = VALUE" },
		{ "[It]\nmask = F0 7D\n[:kit]\nslot\n",
		    "4: not a key and value: expected KEY = VALUE" },
		{ "[It]\nmask = F0 7D\n[:]\nkind = kit\n",
		    "3: [:]: no name: expected [:WHAT]" },
		{ "[It]\nmask = F0 7D\n[:kit]\nslot = 4\n[:kit]\n",
		    "5: [:kit]: already at line 3: expected another WHAT, and "
		    "a key 'kind'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++) {
		char line[512];

		snprintf(line, sizeof(line), "a/p.conf:%s\n", t[i].error);
		bad(t[i].text, line);
	}
}

static void
test_head(void **state)
{
	static const char text[] =
	    "[It]\nformat = 1\nmask = F0 00 20 7f 3? ?? 40/78\nmaker = Me\n"
	    "alias = it, i\ncall = It %4\npanel = Push.\ndelay = 7\n"
	    "rate = 900\ntrust = documented\nsource = its manual\n"
	    "rule = a sum\nunit = 5 bits 0F 1-12 is 02 usually 3\n"
	    "identity = 02 01\nidentity-2 = 03 00 04 01 as It II version korg\n"
	    "identity-3 = 05 00 version 1.23\nidentity-trust = inferred\n"
	    "identity-source = a reply\nlacks = songs\n"
	    "[:kit]\nask = F0 00 20 7F 30 nn 01 F7\n";
	static const uint8_t value[SX_TRIAGE_BYTES] = { 0xf0, 0, 0x20, 0x7f,
		0x30, 0, 0x40 };
	static const uint8_t mask[SX_TRIAGE_BYTES] = { 0xff, 0xff, 0xff, 0xff,
		0xf0, 0, 0x78 };
	struct sx_devices *d = good(text, true);
	const struct sx_instrument it = instrument_at(d, 0), *in = &it;
	struct sx_identity_row id[3];
	struct sx_request_row row;

	(void)state;
	assert_string_equal(in->row.device, "It");
	assert_string_equal(in->file, "p.conf");
	assert_memory_equal(in->mask.value, value, sizeof(value));
	assert_memory_equal(in->mask.bits, mask, sizeof(mask));
	assert_int_equal(in->row.maker, 0x207f);
	assert_string_equal(in->row.maker_name, "Me");
	assert_string_equal(in->alias, "it, i");
	assert_string_equal(in->call, "It %4");
	assert_string_equal(in->panel, "Push.");
	assert_true(in->row.delay_ms == 7 && in->row.rate == 900);
	assert_int_equal(in->row.trust, SX_TRUST_DOCUMENTED);
	assert_string_equal(in->row.source, "its manual");
	assert_string_equal(in->row.checksum, "a sum");
	assert_string_equal(in->row.kinds, "kit, request");
	/* Byte 2 is unit 1, and 14 and above are none. */
	assert_true(in->unit.at == 5 && in->unit.bits == 0x0f &&
		    in->unit.first == -1 && in->unit.all == 14);
	assert_int_equal(in->nidentities, 3);
	for (size_t i = 0; i < 3; i++)
		sx_instrument_identity(in, i, &id[i]);
	assert_true(id[0].family == 0x82 && id[0].member == -1);
	assert_string_equal(id[0].device, "It");
	assert_int_equal(id[0].version, SX_VERSION_BYTES);
	assert_true(id[1].family == 3 && id[1].member == 0x84);
	assert_string_equal(id[1].device, "It II");
	assert_int_equal(id[1].version, SX_VERSION_KORG);
	assert_int_equal(id[2].version, SX_VERSION_FIRST_DOT);
	assert_int_equal(id[2].trust, SX_TRUST_INFERRED);
	assert_string_equal(id[2].source, "a reply");
	assert_int_equal(in->nrequests, 1);
	row = request_at(in, 0);
	assert_string_equal(row.lacks, "songs");
	assert_true(row.id == 3 && row.id_least == 1 && row.id_most == 12);
	sx_devices_free(d);
}

static void
test_message(void **state)
{
	static const char text[] =
	    "[It]\nmask = F0 7D\ntrust = seen\nsource = a\n"
	    "[:things]\nmatch = @2 05 4? @9 07\nsize = 10-137\nkind = preset\n"
	    "keep = no\nwhole = yes\nwaits = yes\nunit = none\n"
	    "trust = inferred\nsource = b\ndelay = 9\nnote = n\ndanger = x\n"
	    "call = It %2\nbuffer = edit\nparts = 3\n"
	    "[:edit]\nkind = preset\nsize = 8-\n[:bank]\nsize = -7\n"
	    "[:kit]\nsize = 57\n";
	struct sx_devices *d = good(text, true);
	const struct sx_instrument in = instrument_at(d, 0);
	struct sx_message_kind f[4];

	(void)state;
	assert_int_equal(in.nformats, 4);
	for (size_t i = 0; i < 4; i++)
		f[i] = format_at(&in, i);
	assert_string_equal(f->what, "things");
	assert_true(f->mask.value[2] == 0x05 && f->mask.bits[2] == 0xff &&
		    f->mask.value[3] == 0x40 && f->mask.bits[3] == 0xf0 &&
		    f->mask.value[9] == 0x07 && f->mask.bits[9] == 0xff &&
		    f->mask.bits[4] == 0);
	assert_true(f->min == 10 && f->max == 137);
	assert_int_equal(f->kind, SX_KIND_PRESET);
	assert_true(f->transient && f->complete && f->waits && f->no_unit);
	assert_int_equal(f->trust, SX_TRUST_INFERRED);
	assert_string_equal(f->source, "b");
	assert_int_equal(f->delay_ms, 9);
	assert_string_equal(f->note, "n");
	assert_string_equal(f->danger, "x");
	assert_string_equal(f->call, "It %2");
	assert_string_equal(f->buffer, "edit");
	assert_int_equal(f->parts, 3);
	assert_true(f[1].min == 8 && f[1].max == 0 && !f[1].transient);
	assert_true(f[2].min == 0 && f[2].max == 7);
	assert_true(f[3].min == 57 && f[3].max == 57);
	sx_devices_free(d);
}

static void
test_requests(void **state)
{
	static const char text[] =
	    "[It]\nmask = F0 7D\nunit = 2 bits 0F 1-16 usually 2\ndelay = 5\n"
	    "source = s\n"
	    "[:kit]\nmatch = @3 01\nslot = 4 5\nshown = 1-300\n"
	    "ask = F0 7D 3n 02 ss ss F7\nask-delay = 8\nask-note = n\n"
	    "ask-source = t\nmost = 99\nbackup = no\nbefore = B1 00 bb C1 ss\n"
	    "[:song]\nmatch = @3 06\nslot = 5 4\nshown = 1-300\n"
	    "ask = F0 7D 3n 07 ss ss F7\n"
	    "[:preset]\nmatch = @3 12\nshown = 1-8\n"
	    "ask = roland F0 7D 1n 11 at 08 00 step 00 10 size 00 10 "
	    "data 12 to 14 last 00 0F\n";
	static const uint8_t kit[] = { 0xf0, 0x7d, 0x31, 0x02, 2, 43, 0xf7 };
	static const uint8_t song[] = { 0xf0, 0x7d, 0x3f, 0x07, 43, 2, 0xf7 };
	static const uint8_t preset[] = { 0xf0, 0x7d, 0x11, 0x11, 0x08, 0x20,
		0x00, 0x10, 0x48, 0xf7 };
	static const uint8_t before[] = { 0xb1, 0, 2, 0xc1, 43 };
	struct sx_devices *d = good(text, false);
	const struct sx_instrument in = instrument_at(d, 0);
	struct sx_request_row row[3];
	uint8_t wire[SX_REQUEST_WIRE];
	struct sx_request q;

	(void)state;
	assert_int_equal(in.nrequests, 3);
	for (size_t i = 0; i < 3; i++)
		row[i] = request_at(&in, i);
	sx_request_make(&row[0], 299, -1, &q);
	assert_int_equal(q.len, sizeof(kit));
	assert_memory_equal(q.msg, kit, sizeof(kit));
	assert_int_equal(
	    sx_request_wire(&q, wire), sizeof(before) + sizeof(kit));
	assert_memory_equal(wire, before, sizeof(before));
	assert_int_equal(row[0].delay_ms, 8);
	assert_string_equal(row[0].note, "n");
	assert_string_equal(row[0].source, "t");
	assert_true(row[0].most == 99 && row[0].not_in_backup);
	/* Low byte first, and another unit. */
	sx_request_make(&row[1], 299, 16, &q);
	assert_memory_equal(q.msg, song, sizeof(song));
	assert_int_equal(row[1].delay_ms, 5);
	assert_string_equal(row[1].source, "s");
	sx_request_make(&row[2], 2, -1, &q);
	assert_int_equal(q.len, sizeof(preset));
	assert_memory_equal(q.msg, preset, sizeof(preset));
	assert_true(q.data == 12 && q.more == 2 && q.last == 15);
	sx_devices_free(d);
}

/* Without a default unit the byte is that for any unit, or the first unit. */
static void
test_any_unit(void **state)
{
	static const struct {
		const char *unit, *ask;
		uint8_t byte;
	} t[] = {
		{ "2 0-126 any 7F", "F0 7D nn 01 F7", 0x7f },
		{ "2 bits 0F 1-16", "F0 7D 3n 01 F7", 0x30 },
		{ "2 bits 0F 1-15 any 0F", "F0 7D 3n 01 F7", 0x3f },
		{ "2 bits 0F 1-16 usually 4", "F0 7D 3n 01 F7", 0x33 },
		{ "2 17-32 is 10 usually 17", "F0 7D nn 01 F7", 0x10 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++) {
		char text[256];
		struct sx_devices *d;
		struct sx_instrument in;
		struct sx_request_row row;
		struct sx_request q;

		snprintf(text, sizeof(text),
		    "[It]\nmask = F0 7D\nunit = %s\n[:kit]\nask = %s\n",
		    t[i].unit, t[i].ask);
		d = good(text, false);
		in = instrument_at(d, 0);
		row = request_at(&in, 0);
		sx_request_make(&row, -1, -1, &q);
		assert_int_equal(q.msg[2], t[i].byte);
		sx_devices_free(d);
	}
}

/* A message inherits missing values from its instrument. */
static void
test_inheritance(void **state)
{
	static const char text[] =
	    "[It]\nmask = F0 7D\nslot = 4\nshown = 1-8\nchecksum = none\n"
	    "whole = yes\nsize = 20\nname = 5 8\nask-delay = 6\n"
	    "[:kit]\nmatch = @2 01\nask = F0 7D 09 ss F7\n"
	    "[:song]\nmatch = @2 02\nslot = none\nshown = A1-B4\nsize = 9\n"
	    "checksum = sum7 3..-2\nwhole = no\nask = F0 7D 0A 00 F7\n"
	    "ask-delay = 1\n";
	struct sx_devices *d = good(text, false);
	const struct sx_instrument in = instrument_at(d, 0);
	const struct sx_message_kind a = format_at(&in, 0);
	const struct sx_message_kind b = format_at(&in, 1);
	const struct sx_layout *kit = &a.layout, *song = &b.layout;
	const struct sx_request_row row[] = { request_at(&in, 0),
		request_at(&in, 1) };

	(void)state;
	assert_true(kit->slot.low == 4 && song->slot.low == 0);
	assert_true(kit->shown.count == 8 && kit->shown.bank == 0);
	assert_true(song->shown.count == 8 && song->shown.bank == 4);
	assert_true(a.complete && !b.complete);
	assert_true(a.max == 20 && b.max == 9);
	assert_true(kit->name[0].at == 5 && song->name[0].at == 5);
	assert_int_equal(a.checksum, SX_CHECKSUM_NONE);
	assert_int_equal(b.checksum, SX_CHECKSUM_UNKNOWN);
	assert_int_equal(song->sum[0].rule, SX_SUM_7);
	assert_true(row[0].delay_ms == 6 && row[1].delay_ms == 1);
	assert_int_equal(row[0].slots.count, 8);
	assert_int_equal(row[1].slots.count, 0);
	sx_devices_free(d);
}

static void
test_like(void **state)
{
	static const char text[] =
	    "[A]\nmask = F0 7D 01\nunit = 3 0-126 any 7F\n"
	    "[:kit]\nmatch = @4 01\nslot = 5\nshown = 1-64\n"
	    "ask = F0 7D 01 nn 02 ss F7\nask-note = n\n"
	    "[:song]\nmatch = @4 03\nask = F0 7D 01 nn F7\n"
	    "[B]\nmask = F0 7D 02 ?? ?? ?? 09\nlike = A\nlacks = its songs\n";
	static const uint8_t ask[] = { 0xf0, 0x7d, 0x02, 0x7f, 0x02, 0x03,
		0xf7 };
	static const uint8_t song[] = { 0xf0, 0x7d, 0x02, 0x05, 0xf7 };
	static const uint8_t msg[] = { 0xf0, 0x7d, 0x02, 0x07, 0x01, 0x03, 0x09,
		0xf7 };
	struct sx_devices *d = good(text, false);
	const struct sx_instrument a = instrument_at(d, 0);
	const struct sx_instrument b = instrument_at(d, 1);
	struct sx_request_row row[2];
	struct sx_facts f = facts_of(d, msg, sizeof(msg));
	struct sx_request q;
	struct sx_received got = { 0 };

	(void)state;
	assert_string_equal(f.device, "B");
	assert_true(f.kind == SX_KIND_KIT && f.slot == 3 && f.unit == 7);
	assert_int_equal(b.nrequests, 2);
	row[0] = request_at(&b, 0);
	row[1] = request_at(&b, 1);
	assert_string_equal(row[0].device, "B");
	assert_string_equal(row[0].lacks, "its songs");
	assert_string_equal(row[0].note, "n");
	sx_request_make(&row[0], 3, -1, &q);
	assert_int_equal(q.len, sizeof(ask));
	assert_memory_equal(q.msg, ask, sizeof(ask));
	assert_int_equal(sx_request_judge(&q, msg, sizeof(msg), &got, NULL),
	    SX_ANSWER_WHOLE);
	/* A mask that reaches beyond the request leaves its F7 unchanged. */
	sx_request_make(&row[1], -1, 5, &q);
	assert_int_equal(q.len, sizeof(song));
	assert_memory_equal(q.msg, song, sizeof(song));
	/* A message of the other row is not an answer. */
	row[0] = request_at(&a, 0);
	sx_request_make(&row[0], 3, -1, &q);
	assert_int_equal(
	    sx_request_judge(&q, msg, sizeof(msg), &got, NULL), SX_ANSWER_NOT);
	sx_devices_free(d);
}

/* A dump and its store share a pair number, and each is complete. */
static void
test_pairs(void **state)
{
	static const char text[] =
	    "[It]\nmask = F0 7D\n[:preset]\nmatch = @2 01\nstored-by = store\n"
	    "[:kit]\nmatch = @2 02\nstored-by = store\n"
	    "[:store]\nkind = preset\nmatch = @2 03\n"
	    "[:song]\nmatch = @2 04\nstored-by = other\n"
	    "[:other]\nkind = song\nmatch = @2 05\n[:bank]\nmatch = @2 06\n";
	struct sx_devices *d = good(text, false);
	static const uint8_t dump[] = { 0xf0, 0x7d, 1, 0xf7 };
	static const uint8_t store[] = { 0xf0, 0x7d, 3, 0xf7 };
	static const uint8_t other[] = { 0xf0, 0x7d, 5, 0xf7 };
	struct sx_facts a = facts_of(d, dump, sizeof(dump));
	struct sx_facts b = facts_of(d, store, sizeof(store));
	struct sx_facts c = facts_of(d, other, sizeof(other));
	const struct sx_instrument in = instrument_at(d, 0);
	struct sx_message_kind f[6];

	(void)state;
	for (size_t i = 0; i < 6; i++)
		f[i] = format_at(&in, i);
	assert_true(f[0].pair == 1 && f[1].pair == 1 && f[2].pair == -1 &&
		    f[3].pair == 2 && f[4].pair == -2 && f[5].pair == 0);
	assert_true(f[0].complete && f[2].complete && !f[5].complete);
	assert_true(sx_facts_stores(&a, &b));
	assert_false(sx_facts_stores(&a, &c));
	assert_false(sx_facts_stores(&b, &a));
	sx_devices_free(d);
}

/* The message of a request is recognized when received. */
static void
test_questions(void **state)
{
	static const char text[] =
	    "[It]\nmask = F0 7D\nunit = 2 bits 0F 1-16\n"
	    "[:kit]\nmatch = @3 01\nslot = 4\nshown = 1-8\n"
	    "ask = F0 7D 3n 02 ss F7\n";
	static const struct {
		uint8_t msg[7];
		enum sx_kind kind;
	} t[] = {
		{ { 0xf0, 0x7d, 0x35, 0x02, 0x07, 0xf7 }, SX_KIND_REQUEST },
		{ { 0xf0, 0x7d, 0x35, 0x01, 0x07, 0xf7 }, SX_KIND_KIT },
		{ { 0xf0, 0x7d, 0x25, 0x02, 0x07, 0xf7 }, SX_KIND_UNKNOWN },
		{ { 0xf0, 0x7d, 0x35, 0x03, 0x07, 0xf7 }, SX_KIND_UNKNOWN },
	};
	struct sx_devices *d = good(text, false);

	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++) {
		struct sx_facts f = facts_of(d, t[i].msg, 6);

		assert_int_equal(f.kind, t[i].kind);
		assert_int_equal(f.dump, t[i].kind != SX_KIND_REQUEST);
		/* It has the same slot as the dump. */
		if (t[i].kind != SX_KIND_UNKNOWN)
			assert_string_equal(f.slot_text, "8");
	}
	sx_devices_free(d);
}

/* Each value shown in docs/instruments.md. */
static const char *const documented[] = {
	"format = 1\nmask = F0 42 3? 19\nalias = md, machine\ncall = It %4",
	"mask = F0 42 40/78\nunit = 3 bits 0F 1-16 usually 1",
	"mask = F0 42\nidentity = 02 00\nidentity-2 = 58 00 01 00",
	"mask = F0 42\nidentity = 02 00 as It II version text",
	"mask = F0 42\nidentity = 02 00 version 1.23",
	"mask = F0 42\nidentity = 02 00 version korg",
	"mask = F0 42\n[:kit]\nmatch = @4 02 55 @8 77",
	"mask = F0 42\n[:kit]\nsize = 57",
	"mask = F0 42\n[:kit]\nsize = 8-",
	"mask = F0 42\n[:kit]\nsize = -7",
	"mask = F0 42\n[:kit]\nsize = 10-137",
	"mask = F0 42\n[:kit]\nslot = 4 5 x100",
	"mask = F0 42\n[:kit]\nslot = 6 5 from 64",
	"mask = F0 42\n[:kit]\nslot = 6 5 bits 3F below 1024",
	"mask = F0 42\nslot = 4\n[:kit]\nslot = none",
	"mask = F0 42\n[:kit]\nshown = A01-H16",
	"mask = F0 42\n[:kit]\nshown = 1-64",
	"mask = F0 42\n[:kit]\nshown = 000-127",
	"mask = F0 42\n[:kit]\nshown = 11-88 by 8",
	"mask = F0 42\n[:kit]\ndata = 8in7 10..-5 rle\nbody = 6..-1",
	"mask = F0 42\n[:kit]\nslot = data 10 11 from 1\ndata = base64 6..-1",
	"mask = F0 42\n[:kit]\nslot = text 28\nshown = A001-D128",
	"mask = F0 42\n[:kit]\nname = 6 -1 chars json",
	"mask = F0 42\n[:kit]\ndata = 8in7-low 13..-2\n"
	"name = data 78 16 chars words",
	"mask = F0 42\n[:bank]\nsounds = 64 of 587 from 16 skip 3 every 4",
	"mask = F0 42\n[:kit]\nname = 4 -1 every 2 chars six not FF if 3 01",
	"mask = F0 42\n[:kit]\nchecksum = none",
	"mask = F0 42\n[:kit]\nchecksum = sum7 6..-2 +A5 or 7F longer 267",
	"mask = F0 42\n[:kit]\ncount = -3 2 of 10.. less 1",
	"mask = F0 42\n[:bank]\nsounds = 100 of 143 from 6",
	"mask = F0 42\n[:bank]\nsounds = 98 of k5000 from 27",
	"mask = F0 42\n[:bank]\nmemory = 8 of 256 at 02 00 place 5 2 trim 2",
	"mask = F0 42\n[:bank]\nmemory = 8 of 256 at 02 00 place 5 2 used 239",
	"mask = F0 42\n[:kit]\nchecksum = unknown",
	"mask = F0 42\n[:kit]\nslot = 6\nshown = 0-127",
	"mask = F0 41\nunit = 2 17-32 is 10 usually 17",
	"mask = F0 42\n[:ok]\nkind = handshake\n[:do]\nkind = parameter",
	"mask = F0 42\nunit = 2 bits 0F 1-16\n[:kit]\n"
	"ask = F0 42 3n 19 1C 00 F7",
	"mask = F0 41\nunit = 2 17-32 is 10\n[:kit]\nshown = 001-128\n"
	"ask = roland F0 41 nn 6A 11 at 11 00 00 00 step 00 01 00 00 "
	"size 00 00 18 00 data 588 to 590 last 00 00 17 01",
	"mask = F0 42\n[:kit]\nshown = 1-64\nask = F0 42 10 F7\n"
	"before = B0 00 bb C0 ss",
	"mask = F0 31\n[:kit]\nexample = F0 31 7F 5D 03 55 01 02 77 00 F7 -> "
	"slot 130\nexample-2 = kit.syx -> 45 \"DISTORTED\"\n"
	"example-9 = bank.syx -> sound 1 \"SYN-LEAD 2\"",
};

static void
test_documented_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(documented); i++) {
		char text[1024];

		snprintf(text, sizeof(text), "[It]\n%s\n", documented[i]);
		sx_devices_free(good(text, false));
	}
}

/* ---- Hostile pages ---- */

/* Return `before`, then `each` for each i < n, which contains i twice, or in
 * two 7-bit bytes. */
static char *
many(const char *before, const char *each, size_t n, bool sevens)
{
	size_t size = strlen(before) + n * (strlen(each) + 8) + 1, used;
	char *text = malloc(size);

	assert_non_null(text);
	used = (size_t)snprintf(text, size, "%s", before);
	for (unsigned i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, size - used, each,
		    sevens ? i >> 7 : i, sevens ? i & 0x7f : i);
	return text;
}

static void
test_many_sections(void **state)
{
	char errors[4096];
	char *text = many("", "[I]\nmask = F0 7D %02X %02X\n", 10000, true);
	struct sx_devices *d;

	(void)state;
	d = read_text(text, strlen(text), false, errors, sizeof(errors));
	assert_string_equal(errors, "");
	assert_int_equal(sx_devices_count(d), 10000);
	free(text);
	sx_devices_free(d);
	/* More messages than allowed. */
	text =
	    many("[I]\nmask = F0 7D\n", "[:kit%u]\nkind = kit\n", 10000, false);
	d = read_text(text, strlen(text), false, errors, sizeof(errors));
	assert_int_equal(sx_devices_count(d), 0);
	assert_string_equal(errors,
	    "a/p.conf:257: [:kit127]: too many messages: expected at most "
	    "127\n");
	free(text);
	sx_devices_free(d);
	/* All possible pairs. */
	text = many("[I]\nmask = F0 7D\n",
	    "[:a%u]\nkind = kit\nstored-by = a%u\n", 127, false);
	d = read_text(text, strlen(text), false, errors, sizeof(errors));
	assert_string_equal(errors, "");
	free(text);
	sx_devices_free(d);
}

static void
test_many_keys(void **state)
{
	char errors[4096];
	char *text = many("[I]\nmask = F0 7D\n", "k%u = 1\n", 100, false);
	struct sx_devices *d =
	    read_text(text, strlen(text), false, errors, sizeof(errors));

	(void)state;
	assert_string_equal(errors, "a/p.conf:66: k63: unknown key\n");
	free(text);
	sx_devices_free(d);
}

#define TEXT(text) text, sizeof(text) - 1

static void
test_bytes_of_any_kind(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *errors;
		size_t instruments;
	} t[] = {
		{ TEXT("[I]\nmask = F0 7D"), "", 1 },
		{ TEXT("[I]\nmask = F0 7D\n[:kit]"), "", 1 },
		{ TEXT("[I]\r\nmask = F0 7D\r\n[:kit]\r\n"), "", 1 },
		{ TEXT("\xef\xbb\xbf[I]\nmask = F0 7D"), "", 1 },
		{ TEXT("[I]\nmask = F0 7D\0 01\n"),
		    "a/p.conf:2: control character: expected text\n", 0 },
		{ TEXT("[I]\nmask = F0 7D\n[:k\0t]\n"),
		    "a/p.conf:3: [NAME]: control character: expected text\n",
		    0 },
		{ TEXT("[I]\nmask = F0 7D\n[:kit]\nslot = "
		       "99999999999999999999\n"),
		    "a/p.conf:4: slot: '99999999999999999999' does not start "
		    "with an offset: expected an offset, or two, the higher "
		    "byte first, then x100, from N, bits MASK, below N; or "
		    "data and these, or text AT\n",
		    0 },
		{ TEXT("[I]\nmask = F0 7D\ndelay = 1\x1b[2J\n"),
		    "a/p.conf:3: control character: expected text\n", 0 },
		{ TEXT(""), "", 0 },
		{ TEXT("\n\n# x\n; y\n"), "", 0 },
		/* The other sections are valid. */
		{ TEXT("[I]\nmask = F0 7D 01\n[:kit]\nslot = x\n[:song]\n[J]\n"
		       "mask = F0 7D 02\n[:kit]\n"),
		    "a/p.conf:4: slot: 'x' does not start with an offset: "
		    "expected an offset, or two, the higher byte first, then "
		    "x100, from N, bits MASK, below N; or data and these, or "
		    "text AT\n",
		    1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++) {
		char errors[2048];
		struct sx_devices *d =
		    read_text(t[i].text, t[i].n, false, errors, sizeof(errors));

		assert_string_equal(errors, t[i].errors);
		assert_int_equal(sx_devices_count(d), t[i].instruments);
		sx_devices_free(d);
	}
}

/* A page in the user's folder wins over the built-in one of the same mask. */
static void
test_own_page_wins(void **state)
{
	static const uint8_t msg[] = { 0xf0, 0x42, 0x30, 0x19, 0x4c, 0x00,
		0xf7 };
	struct sx_devices *d = good("[Mine]\nmask = F0 42 3? 19\n[:kit]\n"
				    "match = @4 4C\n",
	    false);
	struct sx_facts f = facts_of(NULL, msg, sizeof(msg));

	(void)state;
	assert_string_equal(f.device, "M1");
	f = facts_of(d, msg, sizeof(msg));
	assert_string_equal(f.device, "Mine");
	assert_int_equal(f.kind, SX_KIND_KIT);
	assert_int_equal(f.trust, SX_TRUST_USER);
	assert_string_equal(f.source, "a/p.conf:1");
	sx_devices_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_values),
		cmocka_unit_test(test_wrong_pages),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_any_unit),
		cmocka_unit_test(test_inheritance),
		cmocka_unit_test(test_like),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_documented_values),
		cmocka_unit_test(test_many_sections),
		cmocka_unit_test(test_many_keys),
		cmocka_unit_test(test_bytes_of_any_kind),
		cmocka_unit_test(test_own_page_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
