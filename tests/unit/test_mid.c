/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/store/input.h"
#include "../../src/store/mid.h"
#include "sxlib/reader.h"

/*
 * Files are written down as text: hex digits, 'text', [ and ] around what a
 * chunk's length counts, { and } the same for RIFF, NN*X for NN (hex, 2 digits)
 * times the byte X. What comes out is text as well, a line for each message:
 * "offset@microseconds bytes", then " (damage)" and " +realtime" if there is
 * any. note and error: a part of the sentence; NULL: there must be none.
 */
struct file_case {
	const char *name;
	const char *file;
	const char *messages;
	const char *note;
	const char *error;
};

#define HEAD(format, tracks, division) "'MThd' [ " format tracks division " ] "
#define ONE			       HEAD("0000", "0001", "01E0")
#define TWO			       HEAD("0001", "0002", "01E0")
#define TRACK(...)		       "'MTrk' [ " __VA_ARGS__ " ] "
#define END			       "00 FF2F00 "
#define SX			       "00 F0 03 7D 01 F7 " /* the event begins 1 byte in */
#define SX2			       "00 F0 03 7D 02 F7 "
#define BODY			       "F07D01F7"
#define BODY2			       "F07D02F7"

/* clang-format off */
static const struct file_case cases[] = {
	/* good: no note, no error */
	{ "no SysEx", ONE TRACK("00 904040 60 804040 " END), "", NULL, NULL },
	{ "one message", ONE TRACK(SX END), "23@0 " BODY "\n", NULL, NULL },
	{ "time at 120 bpm", ONE TRACK("8360 F0 03 7D 01 F7 " END),
	  "24@500000 " BODY "\n", NULL, NULL },
	{ "tempo change half-way",
	  ONE TRACK("00 FF5103 0F4240 8360 FF5103 03D090 8360 F0 03 7D01F7 " END),
	  "39@1250000 " BODY "\n", NULL, NULL },
	{ "the tempo of another track counts",
	  TWO TRACK("00 FF5103 0F4240 " END) TRACK("8360 F0 03 7D01F7 " END),
	  "43@1000000 " BODY "\n", NULL, NULL },
	{ "thirds of a microsecond add up",
	  HEAD("0000", "0001", "0003")
	  TRACK("01 FF5103 000001 01 FF5103 000002 01 FF5103 07A120 00 F003 7D01F7 "
	  END), "44@166667 " BODY "\n", NULL, NULL },
	{ "SMPTE 25 frames, 40 ticks", HEAD("0000", "0001", "E728")
	  TRACK("8768 F0 03 7D01F7 " END), "24@1000000 " BODY "\n", NULL, NULL },
	{ "tempos of two tracks, the later one first",
	  TWO TRACK("8360 FF5103 03D090 8360 F0037D01F7 " END)
	  TRACK("00 FF5103 0F4240 " END),
	  "32@1250000 " BODY "\n", NULL, NULL },
	{ "SMPTE takes no tempo", HEAD("0000", "0001", "E250")
	  TRACK("00 FF5103 000001 60 F0 03 7D01F7 " END), "30@40000 " BODY "\n",
	  NULL, NULL },
	{ "SMPTE 29 is 29.97", HEAD("0000", "0001", "E301")
	  TRACK("1E F0 03 7D01F7 " END), "23@1001000 " BODY "\n", NULL, NULL },
	{ "SMPTE 24", HEAD("0000", "0001", "E804")
	  TRACK("60 F0 03 7D01F7 " END), "23@1000000 " BODY "\n", NULL, NULL },
	{ "tracks are merged by time",
	  TWO TRACK("60 F0037D01F7 60 F0037D03F7 " END)
	  TRACK("30 F0037D02F7 " END),
	  "47@50000 " BODY2 "\n23@100000 " BODY "\n29@200000 F07D03F7\n",
	  NULL, NULL },
	{ "at one time by track", TWO TRACK(SX END) TRACK(SX2 END),
	  "23@0 " BODY "\n41@0 " BODY2 "\n", NULL, NULL },
	{ "format 2: track after track, each from 120 bpm",
	  HEAD("0002", "0002", "01E0")
	  TRACK("00 FF5103 0F4240 8360 F0037D01F7 8360 FF2F00 ")
	  TRACK("8360 F0037D02F7 " END),
	  "31@1000000 " BODY "\n51@2500000 " BODY2 "\n", NULL, NULL },
	{ "RIFF RMID", "'RIFF' { 'RMID' 'data' { " ONE TRACK(SX END) " } } ",
	  "43@0 " BODY "\n", NULL, NULL },
	{ "RIFF with other chunks around", "'RIFF' { 'RMID' 'disp' { 616263 } 00 "
	  "'data' { " ONE TRACK(SX END) " } 'LIST' { 00 } } ",
	  "55@0 " BODY "\n", NULL, NULL },
	{ "two packets", ONE TRACK("00 F0027D01 60 F70302 03F7 " END),
	  "23@0 F07D010203F7\n", NULL, NULL },
	{ "three packets, one of them empty, one F7 alone",
	  ONE TRACK("00 F0027D01 00 F700 00 F70102 00 F701F7 " END),
	  "23@0 F07D0102F7\n", NULL, NULL },
	{ "an empty F0 event continued", ONE TRACK("00 F000 00 F7037D01F7 " END),
	  "23@0 " BODY "\n", NULL, NULL },
	{ "a meta event between packets",
	  ONE TRACK("00 F0017D 00 FF0102 4142 00 F70201F7 " END),
	  "23@0 " BODY "\n", NULL, NULL },
	{ "packets of two tracks do not mix",
	  TWO TRACK("00 F0017D 10 F70201F7 " END)
	  TRACK("00 F0017D 10 F70202F7 " END),
	  "23@0 " BODY "\n44@0 " BODY2 "\n", NULL, NULL },
	{ "a whole message in an escape", ONE TRACK("00 F704 F07D01F7 " END),
	  "23@0 " BODY "\n", NULL, NULL },
	{ "an escape continued by another", ONE TRACK("00 F702F07D 10 F70201F7 " END),
	  "23@0 " BODY "\n", NULL, NULL },
	{ "other messages in escapes are none",
	  ONE TRACK("00 F701F8 00 F702F310 00 F703904040 00 F701FE " END), "",
	  NULL, NULL },
	{ "a message among others in an escape",
	  ONE TRACK("00 F708 F3 01 F8 F07D01F7 FE " END), "23@0 " BODY "\n",
	  NULL, NULL },
	{ "two messages in one event",
	  ONE TRACK("00 F007 7D01F7 F07D02F7 " END),
	  "23@0 " BODY "\n23@0 " BODY2 "\n", NULL, NULL },
	{ "the second of two goes on in a packet",
	  ONE TRACK("00 F005 7D01F7 F07D 00 F70202F7 " END),
	  "23@0 " BODY "\n23@0 " BODY2 "\n", NULL, NULL },
	{ "real-time bytes inside", ONE TRACK("00 F005 F87D01FEF7 " END),
	  "23@0 " BODY " +2\n", NULL, NULL },
	{ "a real-time byte in each packet",
	  ONE TRACK("00 F0037DF801 00 F702FEF7 " END), "23@0 " BODY " +2\n",
	  NULL, NULL },
	{ "running status", ONE TRACK("00 904040 10 4000 10 4140 " SX END),
	  "33@33333 " BODY "\n", NULL, NULL },
	{ "running status of two bytes", ONE TRACK("00 C001 10 02 00 D010 00 11 " SX
	  END), "33@16666 " BODY "\n", NULL, NULL },
	{ "a meta of 200 bytes", ONE TRACK("00 FF01 8148 C8*41 " SX END),
	  "228@0 " BODY "\n", NULL, NULL },
	{ "lengths with leading zeros", ONE TRACK("80808000 F0 808003 7D01F7 " END),
	  "26@0 " BODY "\n", NULL, NULL },
	{ "20 times the largest delta time",
	  HEAD("0000", "0001", "0001")
	  TRACK("FFFFFF7F B00000 FFFFFF7F 0000 FFFFFF7F 0000 FFFFFF7F 0000 "
	  "FFFFFF7F 0000 FFFFFF7F 0000 FFFFFF7F 0000 FFFFFF7F 0000 "
	  "FFFFFF7F 0000 FFFFFF7F 0000 FFFFFF7F 0000 FFFFFF7F 0000 "
	  "FFFFFF7F 0000 FFFFFF7F 0000 FFFFFF7F 0000 FFFFFF7F 0000 "
	  "FFFFFF7F 0000 FFFFFF7F 0000 FFFFFF7F 0000 FFFFFF7F 0000 " SX END),
	  "144@2684354550000000 " BODY "\n", NULL, NULL },

	/* damaged messages in good files */
	{ "no F7, end of track", ONE TRACK("00 F0027D01 " END),
	  "23@0 F07D01 (end of input)\n", NULL, NULL },
	{ "no F7, then a note", ONE TRACK("00 F0027D01 00 904040 " END),
	  "23@0 F07D01 (status byte 90)\n", NULL, NULL },
	{ "no F7, then a note off", ONE TRACK("00 904040 00 F0027D01 00 804040 "
	  SX END), "27@0 F07D01 (status byte 80)\n36@0 " BODY "\n", NULL, NULL },
	{ "no F7, then another", ONE TRACK("00 F0027D01 " SX END),
	  "23@0 F07D01 (new F0)\n28@0 " BODY "\n", NULL, NULL },
	{ "a status byte inside", ONE TRACK("00 F005 7D01904040 " END),
	  "23@0 F07D01 (status byte 90)\n", "outside any SysEx", NULL },
	{ "cut, then an escape", ONE TRACK("00 F0027D01 00 904040 00 F70201F7 " END),
	  "23@0 F07D01 (status byte 90)\n", "outside any SysEx", NULL },

	/* odd, with a note */
	{ "no end of track", ONE TRACK(SX), "23@0 " BODY "\n",
	  "track 1 has no end of track", NULL },
	{ "a track of length 0", ONE TRACK(""), "", "no end of track", NULL },
	{ "an empty track among two", TWO TRACK("") TRACK(SX END),
	  "31@0 " BODY "\n", "track 1 has no end of track", NULL },
	{ "bytes after the end of the track", ONE TRACK(SX END SX2),
	  "23@0 " BODY "\n", "6 bytes after its end, at offset 32", NULL },
	{ "a length that takes in the next track",
	  TWO "'MTrk' 00000016 " SX END TRACK(SX2 END),
	  "23@0 " BODY "\n41@0 " BODY2 "\n", "track 1 is shorter", NULL },
	{ "an alien chunk first", ONE "'XFIH' [ 0102030405 ] " TRACK(SX END),
	  "36@0 " BODY "\n", "unknown chunk 'XFIH'", NULL },
	{ "an alien chunk last", ONE TRACK(SX END) "'XFIH' [ F07D01F7 ] ",
	  "23@0 " BODY "\n", "offset 32: unknown chunk", NULL },
	{ "more tracks than it says", ONE TRACK(SX END) TRACK(SX2 END),
	  "23@0 " BODY "\n41@0 " BODY2 "\n", "1 in the header, 2 found",
	  NULL },
	{ "fewer tracks than it says", TWO TRACK(SX END), "23@0 " BODY "\n",
	  "2 in the header, 1 found", NULL },
	{ "a header and nothing else", ONE, "", "1 in the header, 0 found", NULL },
	{ "two files in one", ONE TRACK(SX END) ONE TRACK(SX2 END),
	  "23@0 " BODY "\n55@0 " BODY2 "\n", "unknown chunk 'MThd'", NULL },
	{ "a longer header", "'MThd' [ 0000 0001 01E0 AABB ] " TRACK(SX END),
	  "25@0 " BODY "\n", "header has 8 bytes", NULL },
	{ "format 3", HEAD("0003", "0001", "01E0") TRACK(SX END),
	  "23@0 " BODY "\n", "unknown format 3", NULL },
	{ "division 0", HEAD("0000", "0001", "0000") TRACK("60 F0037D01F7 " END),
	  "23@0 " BODY "\n", "division is 0", NULL },
	{ "SMPTE of 0 ticks", HEAD("0000", "0001", "E700")
	  TRACK("60 F0037D01F7 " END), "23@0 " BODY "\n", "division is 0", NULL },
	{ "garbage at the end", ONE TRACK(SX END) "DEADBEEF 0000000000000000 ",
	  "23@0 " BODY "\n", "12 bytes after the last track, at offset 32", NULL },
	{ "a few zeros at the end", ONE TRACK(SX END) "000000 ", "23@0 " BODY "\n",
	  "3 bytes after the last track", NULL },
	{ "running status after SysEx", ONE TRACK("00 904040 " SX "00 4000 " SX2
	  END), "27@0 " BODY "\n36@0 " BODY2 "\n", "running status", NULL },
	{ "running status after a meta", ONE TRACK("00 904040 00 FF0100 00 4000 "
	  SX END), "34@0 " BODY "\n", "running status", NULL },
	{ "the F0 twice", ONE TRACK("00 F004 F07D01F7 " END), "23@0 " BODY "\n",
	  "starts with two F0", NULL },
	{ "bytes after the F7", ONE TRACK("00 F006 7D01F7 000000 " END),
	  "23@0 " BODY "\n", "outside any SysEx", NULL },
	{ "data without F0", ONE TRACK("00 F7037D01F7 " SX2 END),
	  "29@0 " BODY2 "\n", "offset 23: the event contains bytes", NULL },
	{ "a tempo of 2 bytes", ONE TRACK("00 FF51020101 8360 F0037D01F7 " END),
	  "30@500000 " BODY "\n", "tempo of 2 bytes", NULL },
	{ "RIFF data shorter than it says",
	  "'RIFF' 00000000 'RMID' 'data' FFFFFF7F " ONE TRACK(SX END),
	  "43@0 " BODY "\n", "shorter than declared", NULL },

	/* malformed: good messages come out before the error */
	{ "header cut", "'MThd' 00000006 0000", NULL, NULL, "truncated header" },
	{ "header cut after the name", "'MThd'", NULL, NULL, "truncated header" },
	{ "a header of 4", "'MThd' [ 00000001 ] 00000000 ", NULL, NULL,
	  "offset 0: missing MIDI file header" },
	{ "a header longer than the file", "'MThd' 7FFFFFFF 000000010060 ", NULL,
	  NULL, "missing MIDI file header" },
	{ "RIFF without data", "'RIFF' { 'RMID' 'LIST' { 0000 } } ", NULL, NULL,
	  "RIFF MIDI file without" },
	{ "RIFF with data of nothing", "'RIFF' { 'RMID' 'data' { } } ", NULL, NULL,
	  "offset 20: truncated header" },
	{ "RIFF with other data", "'RIFF' { 'RMID' 'data' { 10*00 } } ", NULL, NULL,
	  "offset 20: missing MIDI file header" },
	{ "a track cut in a SysEx", ONE "'MTrk' 00000014 " SX "00 F0 08 7D0202 ",
	  "23@0 " BODY "\n", NULL,
	  "track 1, offset 29: the event needs 8 more bytes" },
	{ "a track cut in a packet", ONE "'MTrk' 00000014 00F0027D01 00F70802 ",
	  "23@0 F07D01 (end of input)\n", NULL, "offset 28" },
	{ "a track cut between events", ONE "'MTrk' 00000014 " SX,
	  "23@0 " BODY "\n", NULL, "declared length is 20 bytes, but the file ends" },
	{ "a track cut in a delta time", ONE TRACK(SX "81 "), "23@0 " BODY "\n",
	  NULL, "offset 28: the track ends inside a delta time" },
	{ "a track cut after a delta time", ONE TRACK(SX "00 "),
	  "23@0 " BODY "\n", NULL, "offset 29: the track ends where" },
	{ "a track cut in a meta", ONE TRACK(SX "00 FF "), "23@0 " BODY "\n", NULL,
	  "inside a length" },
	{ "a track cut in a note", ONE TRACK(SX "00 9040 "), "23@0 " BODY "\n",
	  NULL, "offset 29: the event needs 2 more bytes" },
	{ "a track of 4 GiB", ONE "'MTrk' FFFFFFFF " SX END, "23@0 " BODY "\n",
	  NULL, "declared length is 4294967295 bytes" },
	{ "a track of 2 GiB", ONE "'MTrk' 80000000 " SX END, "23@0 " BODY "\n",
	  NULL, "declared length is 2147483648 bytes" },
	{ "a track that says too little", ONE "'MTrk' 00000008 " SX SX2 END,
	  "23@0 " BODY "\n", NULL, "offset 30: the track ends inside a length"
	},
	{ "a track that says 0", ONE "'MTrk' 00000000 " SX END, "", "no end of track",
	  "offset 22: expected a chunk" },
	{ "the second track is malformed", TWO TRACK(SX END)
	  TRACK(SX2 "00 F47D " END), "23@0 " BODY "\n41@0 " BODY2 "\n", NULL,
	  "track 2, offset 47: status byte F4" },
	{ "the first of two is malformed", TWO TRACK("00 F8 " SX END)
	  TRACK(SX2 END), "43@0 " BODY2 "\n", NULL,
	  "track 1, offset 23: status byte F8" },
	{ "a SysEx of 256 MiB", ONE TRACK(SX "00 F0 FFFFFF7F 7D " END),
	  "23@0 " BODY "\n", NULL, "needs 268435455 more bytes" },
	{ "a length of 5 bytes", ONE TRACK(SX "00 F0 8180808000 7D " END),
	  "23@0 " BODY "\n", NULL, "offset 30: a length is longer than 4" },
	{ "a delta time of 5 bytes", ONE TRACK(SX "8180808000 " SX2 END),
	  "23@0 " BODY "\n", NULL, "a delta time is longer than 4" },
	{ "data where a status belongs", ONE TRACK(SX "00 4040 " END),
	  "23@0 " BODY "\n", NULL, "offset 29: 40 instead of a status byte" },
	{ "a SysEx length too short", ONE TRACK("00 904040 00 F0027D01 02 03 F7 "
	  END), "27@0 F07D01 (end of input)\n", NULL, "03 instead of a status byte" },
	{ "a status byte in a note", ONE TRACK(SX "00 9040F0 " SX2 END),
	  "23@0 " BODY "\n", NULL, "F0 instead of a data byte" },
	{ "garbage where a track belongs", TWO TRACK(SX END) "DEADBEEF 00000001 00 ",
	  "23@0 " BODY "\n", NULL, "offset 32: expected a chunk" },
	{ "a chunk name cut", TWO TRACK(SX END) "'MTr' ", "23@0 " BODY "\n", NULL,
	  "after track 1, offset 32" },
	{ "one of our takes says what is wrong", ONE TRACK(
	  "00 F0 02 7D01 00 FF0118 'sxlib: damaged: overrun!' "
	  "00 FF0117 'sxlib: damaged: overrun' 00 F702 02F7 "
	  "00 F0 01 7D 00 FF011E 'sxlib: damaged: status byte 9F' "
	  SX "00 FF011C 'sxlib: damaged: interrupted!' "
	  "00 FF0117 'sxlib: damaged: overrun' "
	  SX2 "00 904040 00 FF0117 'sxlib: damaged: overrun' " END),
	  "23@0 F07D01 (overrun)\n88@0 F07D (status byte 9F)\n"
	  "126@0 " BODY " (overrun)\n191@0 " BODY2 "\n",
	  "bytes outside any SysEx", NULL },
	{ "an alien chunk longer than the file", ONE "'XFIH' 00FFFFFF 00 ", "", NULL,
	  "offset 14: expected a chunk" },
};
/* clang-format on */

/* With sx_file_all(). */
/* clang-format off */
static const struct file_case all_cases[] = {
	{ "channel messages, running status",
	  ONE TRACK("00 904040 60 4000 00 C005 01 06 00 D107 00 E20102 " END),
	  "23@0 904040\n27@100000 904000\n30@100000 C005\n33@101041 C006\n"
	  "35@101041 D107\n38@101041 E20102\n", NULL, NULL },
	{ "tracks together, tempo of one for both",
	  TWO TRACK("00 FF5103 0F4240 60 B10203 00 B10204 60 F0037D01F7 " END)
	  TRACK("30 904040 30 904140 00 F0037D02F7 30 904240 " END),
	  "56@100000 904040\n30@200000 B10203\n34@200000 B10204\n"
	  "60@200000 904140\n64@200000 " BODY2 "\n70@300000 904240\n"
	  "38@400000 " BODY "\n", NULL, NULL },
	{ "packets, with a clock inside and another track meanwhile",
	  TWO TRACK("00 F0027D01 60 F701F8 60 F70202F7 00 904040 " END)
	  TRACK("30 914040 60 914141 " END),
	  "23@0 F07D0102F7 +1\n53@50000 914040\n28@100000 F8\n"
	  "57@150000 914141\n37@200000 904040\n", NULL, NULL },
	{ "escapes", ONE TRACK("00 F701F8 00 F702F310 00 F703904040 "
	  "00 F705C005F6F07D 00 F701F7 00 F701FA " END),
	  "23@0 F8\n27@0 F310\n32@0 904040\n38@0 C005\n38@0 F6\n38@0 F07DF7\n"
	  "50@0 FA\n", NULL, NULL },
	{ "a SysEx that a note cuts", ONE TRACK("00 F0027D01 60 904040 " END),
	  "23@0 F07D01 (status byte 90)\n28@100000 904040\n", NULL, NULL },
	{ "stray bytes are no message",
	  ONE TRACK("00 F7020506 00 F7029040 00 F005 7D01F70502 " END),
	  "33@0 F07D01F7\n", "outside any SysEx", NULL },
	{ "a track that is cut: the others go on",
	  TWO TRACK("00 904040 01 90 ") TRACK("01 914040 01 914141 " END),
	  "23@0 904040\n37@1041 914040\n41@2083 914141\n", NULL,
	  "needs 2 more bytes" },
	{ "independent pieces", HEAD("0002", "0001", "01E0")
	  TRACK("00 904040 " END), NULL, NULL, "type 2" },
};
/* clang-format on */

struct bytes {
	uint8_t *data;
	size_t len, cap;
};

static void
put(struct bytes *b, const void *data, size_t n)
{
	if (b->len + n >= b->cap) {
		b->cap = (b->len + n) * 2 + 64;
		b->data = realloc(b->data, b->cap);
		assert_non_null(b->data);
	}
	memcpy(b->data + b->len, data, n);
	b->len += n;
}

static void
put_byte(struct bytes *b, unsigned byte, size_t times)
{
	uint8_t c = (uint8_t)byte;

	while (times-- > 0)
		put(b, &c, 1);
}

static unsigned
hex2(const char *text)
{
	unsigned v;

	assert_int_equal(sscanf(text, "%2x", &v), 1);
	return v;
}

static void
close_length(struct bytes *b, size_t at, bool little)
{
	size_t n = b->len - at - 4;

	for (size_t i = 0; i < 4; i++)
		b->data[at + i] = (uint8_t)(n >> (little ? 8 * i : 24 - 8 * i));
}

/* Convert the text of a file, see above, to exactly its bytes. */
static struct bytes
make(const char *text)
{
	struct bytes b = { 0 };
	size_t opened[4], depth = 0;
	const char *end;

	for (; *text != '\0'; text++) {
		if (*text == ' ')
			continue;
		if (*text == '\'') {
			end = strchr(++text, '\'');
			assert_non_null(end);
			put(&b, text, (size_t)(end - text));
			text = end;
		} else if (*text == '[' || *text == '{') {
			assert_true(depth < 4);
			opened[depth++] = b.len;
			put_byte(&b, 0, 4);
		} else if (*text == ']' || *text == '}') {
			assert_true(depth > 0);
			close_length(&b, opened[--depth], *text == '}');
		} else if (text[2] == '*') {
			put_byte(&b, hex2(text + 3), hex2(text));
			text += 4;
		} else {
			put_byte(&b, hex2(text), 1);
			text++;
		}
	}
	assert_int_equal(depth, 0);
	/* Exactly, so that ASan detects a read beyond it. */
	b.data = realloc(b.data, b.len);
	b.cap = b.len;
	return b;
}

static void
render(struct bytes *out, const struct sx_item *item)
{
	char text[64], damage[SX_DAMAGE_TEXT];
	int n = snprintf(text, sizeof(text), "%" PRIu64 "@%" PRId64 " ",
	    item->offset, item->at);

	put(out, text, (size_t)n);
	for (size_t i = 0; i < item->len; i++) {
		n = snprintf(text, sizeof(text), "%02X", item->data[i]);
		put(out, text, (size_t)n);
	}
	if (sx_damage_text(item->damage, damage) != NULL) {
		n = snprintf(text, sizeof(text), " (%s)", damage);
		put(out, text, (size_t)n);
	}
	if (item->realtime > 0) {
		n = snprintf(text, sizeof(text), " +%zu", item->realtime);
		put(out, text, (size_t)n);
	}
	put(out, "\n", 1);
}

/* The result of reading a file. */
struct outcome {
	bool opened;
	struct bytes messages; /* rendered */
	struct bytes all;      /* with sx_file_all() */
	size_t n;
	char note[256];
	struct sx_err e;
	struct sx_err song; /* of sx_file_all() */
};

/* Read all messages twice; the SysEx among them must be the same as before. */
static void
read_song(struct sx_file *f, struct outcome *o)
{
	struct bytes sysex = { 0 };
	struct sx_err e = { 0 };
	struct sx_item item;
	int64_t at = 0;
	int rc;

	for (int round = 0; round < 2; round++) {
		o->all.len = sysex.len = 0;
		put(&o->all, "", 0);
		put(&sysex, "", 0);
		if (sx_file_all(f, &e) == -1) {
			o->song = e;
			break;
		}
		for (at = 0; (rc = sx_file_next(f, &item, &e)) == 1;) {
			assert_true(item.len > 0 && item.at >= at);
			at = item.at;
			render(&o->all, &item);
			if (item.kind == SX_SPAN_SYSEX)
				render(&sysex, &item);
		}
		assert_true(sx_file_length(f) >= at);
		assert_int_equal(rc == -1, o->e.code != SX_OK);
		assert_int_equal(sx_file_next(f, &item, NULL), rc);
		sysex.data[sysex.len] = '\0';
		if (strstr((char *)o->messages.data, "overrun") == NULL)
			assert_string_equal((const char *)sysex.data,
			    (const char *)o->messages.data);
		e.code = SX_OK;
	}
	free(sysex.data);
}

static void
read_all(const uint8_t *data, size_t n, struct outcome *o)
{
	struct sx_item item;
	struct sx_file *f;
	int rc;

	memset(o, 0, sizeof(*o));
	put(&o->messages, "", 0);
	put(&o->all, "", 0);
	f = sx_file_memory(data, n, &o->e);
	assert_int_equal(f == NULL, o->e.code != SX_OK);
	if (f != NULL) {
		o->opened = true;
		while ((rc = sx_file_next(f, &item, &o->e)) == 1) {
			assert_true(item.len > 0 && item.offset < n);
			assert_true(item.len + item.realtime <= n);
			assert_true(item.at >= 0);
			assert_false(item.damage.kind == SX_DAMAGE_NONE &&
				     !item.stray &&
				     item.data[item.len - 1] != 0xf7);
			render(&o->messages, &item);
			o->n++;
		}
		assert_int_equal(rc == -1, o->e.code != SX_OK);
		/* A further call returns the same. */
		assert_int_equal(sx_file_next(f, &item, NULL), rc);
		snprintf(o->note, sizeof(o->note), "%s",
		    sx_file_note(f) != NULL ? sx_file_note(f) : "");
		o->messages.data[o->messages.len] = '\0';
		if (sx_file_format(f) == SX_FILE_MID)
			read_song(f, o);
		sx_file_close(f);
	}
	o->messages.data[o->messages.len] = '\0';
	o->all.data[o->all.len] = '\0';
}

static void
forget(struct outcome *o)
{
	free(o->messages.data);
	free(o->all.data);
}

/* Does the text contain the wanted one, or is it empty if none is wanted? */
static bool
said(const char *text, const char *wanted)
{
	return wanted == NULL ? *text == '\0' : strstr(text, wanted) != NULL;
}

static void
each_file(void **state)
{
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct file_case *c = &cases[i];
		struct bytes b = make(c->file);
		struct outcome o;

		read_all(b.data, b.len, &o);
		if (o.opened != (c->messages != NULL) ||
		    (o.opened &&
			strcmp((char *)o.messages.data, c->messages) != 0) ||
		    !said(o.note, c->note) || !said(o.e.msg, c->error)) {
			print_error("%s:\n%snote: %s\nerror: %s\n", c->name,
			    (char *)o.messages.data, o.note, o.e.msg);
			failed++;
		}
		if (c->error != NULL) {
			assert_int_equal(o.e.code, SX_EDATA);
			assert_non_null(strstr(o.e.msg, "memory is malformed"));
		}
		forget(&o);
		free(b.data);
	}
	assert_int_equal(failed, 0);
}

static void
all_messages(void **state)
{
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(all_cases) / sizeof(all_cases[0]); i++) {
		const struct file_case *c = &all_cases[i];
		struct bytes b = make(c->file);
		struct outcome o;

		read_all(b.data, b.len, &o);
		if (strcmp((char *)o.all.data,
			c->messages != NULL ? c->messages : "") != 0 ||
		    !said(o.note, c->note) ||
		    !said(o.song.code != SX_OK ? o.song.msg : o.e.msg,
			c->error)) {
			print_error("%s:\n%snote: %s\nerror: %s\n", c->name,
			    (char *)o.all.data, o.note, o.e.msg);
			failed++;
		}
		forget(&o);
		free(b.data);
	}
	assert_int_equal(failed, 0);
}

/* Cutting a good file anywhere is detected, and the rest is still read. */
static void
cut_at_every_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes b = make(cases[i].file);
		struct outcome o;

		for (size_t n = 4; n < b.len; n++) {
			uint8_t *cut = malloc(n);

			assert_non_null(cut);
			memcpy(cut, b.data, n);
			read_all(cut, n, &o);
			if (cases[i].note == NULL && cases[i].error == NULL &&
			    o.e.code == SX_OK && o.note[0] == '\0' &&
			    memcmp(cut, "MThd", 4) == 0)
				fail_msg("%s: cut after %zu of %zu bytes, and "
					 "nothing is said",
				    cases[i].name, n, b.len);
			forget(&o);
			free(cut);
		}
		free(b.data);
	}
}

static void
each_byte_changed(void **state)
{
	static const uint8_t with[] = { 0x01, 0x80, 0xff, 0x7f };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes b = make(cases[i].file);
		struct outcome o;

		for (size_t n = 0; n < b.len * 4; n++) {
			b.data[n / 4] ^= with[n % 4];
			read_all(b.data, b.len, &o);
			forget(&o);
			b.data[n / 4] ^= with[n % 4];
		}
		free(b.data);
	}
}

static uint32_t
rnd(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void
random_changes(void **state)
{
	static const uint8_t likely[] = { 0x00, 0xf0, 0xf7, 0xff, 0x2f, 0x51,
		0x7f, 0x80, 0x90, 0x03 };
	size_t n = sizeof(cases) / sizeof(cases[0]);
	uint32_t seed = 20261122;

	(void)state;
	for (size_t round = 0; round < 20000; round++) {
		struct bytes b = make(cases[rnd(&seed) % n].file);
		struct outcome o;

		for (uint32_t k = rnd(&seed) % 6; k < 6; k++) {
			uint32_t r = rnd(&seed);

			b.data[rnd(&seed) % b.len] =
			    r & 0x100 ? (uint8_t)r : likely[r % sizeof(likely)];
		}
		read_all(b.data, b.len, &o);
		forget(&o);
		free(b.data);
	}
}

/* A track chunk with its length, and an end of track, around events. */
static void
put_track(struct bytes *file, const struct bytes *events)
{
	size_t at;

	put(file, "MTrk", 4);
	at = file->len;
	put_byte(file, 0, 4);
	put(file, events->data, events->len);
	put(file, "\x00\xff\x2f\x00", 4);
	close_length(file, at, false);
}

/* 1,000 tracks of 100 messages, all at the same time. */
static void
many_tracks(void **state)
{
	struct bytes file = make(HEAD("0001", "03E8", "01E0"));
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f;

	(void)state;
	for (unsigned t = 0; t < 1000; t++) {
		struct bytes events = { 0 };

		for (unsigned i = 0; i < 100; i++) {
			uint8_t event[] = { 0x30, 0xf0, 5, 0x7d,
				(uint8_t)(t >> 7), t & 0x7f, (uint8_t)i, 0xf7 };

			put(&events, event, sizeof(event));
		}
		put_track(&file, &events);
		free(events.data);
	}
	f = sx_file_memory(file.data, file.len, &e);
	assert_non_null(f);
	for (unsigned i = 0; i < 100; i++) {
		for (unsigned t = 0; t < 1000; t++) {
			uint8_t want[] = { 0xf0, 0x7d, (uint8_t)(t >> 7),
				t & 0x7f, (uint8_t)i, 0xf7 };

			assert_int_equal(sx_file_next(f, &item, &e), 1);
			assert_int_equal(item.len, sizeof(want));
			assert_memory_equal(item.data, want, sizeof(want));
			assert_int_equal(item.at, 50000 * (i + 1));
			assert_int_equal(
			    item.offset, 14 + t * 812 + 8 + i * 8 + 1);
		}
	}
	assert_int_equal(sx_file_next(f, &item, &e), 0);
	assert_null(sx_file_note(f));
	sx_file_close(f);
	free(file.data);
}

/* A message of 3 MB in packets of 1,000 bytes. */
static void
large_message(void **state)
{
	struct bytes file = make(HEAD("0000", "0001", "01E0"));
	struct bytes events = { 0 };
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f;
	uint8_t packet[1004] = { 0x00, 0xf0, 0x87, 0x68 };
	static const uint8_t on[] = { 0x00, 0x90, 0x40, 0x40 };
	static const uint8_t end[] = { 0x00, 0xf7, 0x01, 0xf7 };

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		put(&events, on, sizeof(on));
	for (size_t i = 0; i < 3000; i++) {
		for (size_t k = 4; k < sizeof(packet); k++)
			packet[k] = (uint8_t)((i * 1000 + k - 4) % 127);
		put(&events, packet, sizeof(packet));
		packet[1] = 0xf7;
	}
	put(&events, end, sizeof(end));
	put_track(&file, &events);
	f = sx_file_memory(file.data, file.len, &e);
	assert_non_null(f);
	assert_int_equal(sx_file_next(f, &item, &e), 1);
	assert_int_equal(item.len, 3000002);
	assert_int_equal(item.damage.kind, SX_DAMAGE_NONE);
	for (size_t i = 0; i < 3000000; i++)
		if (item.data[i + 1] != i % 127)
			fail_msg("byte %zu is wrong", i + 1);
	assert_int_equal(sx_file_next(f, &item, &e), 0);
	sx_file_close(f);
	free(events.data);
	free(file.data);
}

/* A time beyond 63 bits of microseconds. */
static void
time_without_end(void **state)
{
	static const uint8_t slow[] = { 0x00, 0xff, 0x51, 3, 0xff, 0xff, 0xff };
	static const uint8_t wait[] = { 0xff, 0xff, 0xff, 0x7f, 0xb0, 0, 0 };
	static const uint8_t message[] = { 0x00, 0xf0, 2, 0x7d, 0xf7 };
	struct bytes file = make(HEAD("0000", "0001", "0001"));
	struct bytes events = { 0 };
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f;

	(void)state;
	put(&events, slow, sizeof(slow));
	for (size_t i = 0; i < 4000; i++) {
		put(&events, wait, sizeof(wait));
		if (i % 1000 == 0)
			put(&events, message, sizeof(message));
	}
	put(&events, message, sizeof(message));
	put_track(&file, &events);
	f = sx_file_memory(file.data, file.len, &e);
	assert_non_null(f);
	assert_int_equal(sx_file_next(f, &item, &e), 1);
	assert_true(item.at == INT64_C(268435455) * 16777215);
	assert_int_equal(sx_file_next(f, &item, &e), 1);
	assert_true(item.at == INT64_C(268435455) * 16777215 * 1001);
	assert_int_equal(sx_file_next(f, &item, &e), 1);
	assert_true(item.at == INT64_C(268435455) * 16777215 * 2001);
	assert_int_equal(sx_file_next(f, &item, &e), 1);
	assert_true(item.at == INT64_MAX);
	assert_int_equal(sx_file_next(f, &item, &e), 1);
	assert_true(item.at == INT64_MAX);
	assert_int_equal(sx_file_next(f, &item, &e), 0);
	sx_file_close(f);
	free(events.data);
	free(file.data);
}

static void
time_of_track_name(void **state)
{
	static const struct {
		const char *file;
		int64_t time;
	} names[] = {
		{ ONE TRACK("00 FF031A '20261122T051530.123Z-jomox' " END),
		    INT64_C(1795324530123000) },
		{ TWO TRACK("00 FF0304 'Main' " END)
			TRACK("00 FF0314 '20261122T051530.123Z' " END),
		    INT64_C(1795324530123000) },
		{ TWO TRACK("00 FF0314 '20261122T051530.123Z' " END)
			TRACK("00 FF0314 '20271122T051530.123Z' " END),
		    INT64_C(1795324530123000) },
		{ ONE TRACK("00 FF0313 '20261122T051530.123' " END), 0 },
		{ ONE TRACK("00 FF0300 " END), 0 },
		{ ONE TRACK("00 FF0114 '20261122T051530.123Z' " END), 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bytes b = make(names[i].file);
		struct sx_err e = { 0 };
		struct sx_file *f = sx_file_memory(b.data, b.len, &e);

		assert_non_null(f);
		assert_int_equal(sx_file_format(f), SX_FILE_MID);
		assert_true(sx_file_time(f) == names[i].time);
		sx_file_close(f);
		free(b.data);
	}
}

/* A file that cannot be read is not mistaken for one of another format. */
static void
not_to_be_read(void **state)
{
	char path[] = "/tmp/sxlib-test-XXXXXX";
	int fd = mkstemp(path);
	struct sx_input in;
	struct sx_err e = { 0 };
	uint64_t begin;

	(void)state;
	assert_int_not_equal(fd, -1);
	assert_int_equal(ftruncate(fd, 2 << 20), 0);
	assert_int_equal(sx_input_open(&in, path, &e), 0);
	assert_int_equal(ftruncate(fd, 100), 0);
	assert_int_equal(sx_mid_find(&in, &begin, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	assert_non_null(strstr(e.msg, "was truncated"));
	sx_input_close(&in);
	close(fd);
	assert_int_equal(unlink(path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file),
		cmocka_unit_test(all_messages),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(each_byte_changed),
		cmocka_unit_test(random_changes),
		cmocka_unit_test(many_tracks),
		cmocka_unit_test(large_message),
		cmocka_unit_test(time_without_end),
		cmocka_unit_test(time_of_track_name),
		cmocka_unit_test(not_to_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
