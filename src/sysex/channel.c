/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "sxlib/channel.h"

const char *
sx_midi_text(enum sx_midi_event event)
{
	static const char *const text[SX_MIDI_EVENTS] = {
		[SX_MIDI_NOTE_OFF] = "note-off",
		[SX_MIDI_NOTE_ON] = "note-on",
		[SX_MIDI_KEY_PRESSURE] = "key-pressure",
		[SX_MIDI_CC] = "cc",
		[SX_MIDI_NRPN] = "nrpn",
		[SX_MIDI_RPN] = "rpn",
		[SX_MIDI_PROGRAM] = "program",
		[SX_MIDI_PRESSURE] = "pressure",
		[SX_MIDI_BEND] = "bend",
		[SX_MIDI_QUARTER_FRAME] = "mtc",
		[SX_MIDI_SONG_POSITION] = "song-position",
		[SX_MIDI_SONG_SELECT] = "song-select",
		[SX_MIDI_TUNE] = "tune-request",
		[SX_MIDI_END] = "end",
		[SX_MIDI_CLOCK] = "clock",
		[SX_MIDI_START] = "start",
		[SX_MIDI_CONTINUE] = "continue",
		[SX_MIDI_STOP] = "stop",
		[SX_MIDI_SENSING] = "sensing",
		[SX_MIDI_RESET] = "reset",
		[SX_MIDI_UNDEFINED] = "undefined",
	};

	return text[event];
}

const char *
sx_note_text(int key, char buf[SX_NOTE_TEXT])
{
	static const char *const name[12] = { "C", "C#", "D", "D#", "E", "F",
		"F#", "G", "G#", "A", "A#", "B" };

	snprintf(buf, SX_NOTE_TEXT, "%s%d", name[(key & 127) % 12],
	    (key & 127) / 12 - 1);
	return buf;
}

static enum sx_midi_event
channel_event(uint8_t status)
{
	static const enum sx_midi_event event[8] = { SX_MIDI_NOTE_OFF,
		SX_MIDI_NOTE_ON, SX_MIDI_KEY_PRESSURE, SX_MIDI_CC,
		SX_MIDI_PROGRAM, SX_MIDI_PRESSURE, SX_MIDI_BEND,
		SX_MIDI_UNDEFINED };

	return event[status >> 4 & 7];
}

static enum sx_midi_event
system_event(uint8_t status)
{
	static const enum sx_midi_event event[16] = {
		[0x0] = SX_MIDI_UNDEFINED, /* SysEx: not decoded here */
		[0x1] = SX_MIDI_QUARTER_FRAME,
		[0x2] = SX_MIDI_SONG_POSITION,
		[0x3] = SX_MIDI_SONG_SELECT,
		[0x4] = SX_MIDI_UNDEFINED,
		[0x5] = SX_MIDI_UNDEFINED,
		[0x6] = SX_MIDI_TUNE,
		[0x7] = SX_MIDI_END,
		[0x8] = SX_MIDI_CLOCK,
		[0x9] = SX_MIDI_UNDEFINED,
		[0xa] = SX_MIDI_START,
		[0xb] = SX_MIDI_CONTINUE,
		[0xc] = SX_MIDI_STOP,
		[0xd] = SX_MIDI_UNDEFINED,
		[0xe] = SX_MIDI_SENSING,
		[0xf] = SX_MIDI_RESET,
	};

	return event[status & 15];
}

void
sx_midi_decode(const uint8_t *msg, size_t n, struct sx_midi *m)
{
	bool system = msg[0] >= 0xf0;
	int a = n > 1 ? msg[1] : SX_MIDI_NONE;
	int b = n > 2 ? msg[2] : SX_MIDI_NONE;
	int both = n > 2 ? msg[2] << 7 | msg[1] : SX_MIDI_NONE;

	*m = (struct sx_midi){
		.event = system ? system_event(msg[0]) : channel_event(msg[0]),
		.channel = system ? 0 : (msg[0] & 15) + 1,
		.number = SX_MIDI_NONE,
		.value = SX_MIDI_NONE,
		.wide = SX_MIDI_NONE,
		.bank = SX_MIDI_NONE,
	};
	switch (m->event) {
	case SX_MIDI_NOTE_ON:
		if (b == 0)
			m->event = SX_MIDI_NOTE_OFF;
		/* FALLTHROUGH */
	case SX_MIDI_NOTE_OFF:
	case SX_MIDI_KEY_PRESSURE:
	case SX_MIDI_CC:
		m->number = a;
		m->value = b;
		break;
	case SX_MIDI_PROGRAM:
	case SX_MIDI_SONG_SELECT:
		m->number = a;
		break;
	case SX_MIDI_PRESSURE:
		m->value = a;
		break;
	case SX_MIDI_BEND:
		m->value = n > 2 ? both - 8192 : SX_MIDI_NONE;
		break;
	case SX_MIDI_SONG_POSITION:
		m->value = both;
		break;
	case SX_MIDI_QUARTER_FRAME:
		m->number = n > 1 ? a >> 4 : SX_MIDI_NONE;
		m->value = n > 1 ? a & 15 : SX_MIDI_NONE;
		break;
	default:
		break;
	}
}
