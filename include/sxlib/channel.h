/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CHANNEL_H
#define SXLIB_CHANNEL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Messages other than SysEx: what each one is, and what several mean together
 * (a 14-bit parameter, a tempo, a time code). Pure: times are only numbers
 * passed in. Follows "MIDI 1.0 Detailed Specification" 4.2.1.
 */

enum sx_midi_event {
	SX_MIDI_NOTE_OFF, /* also a note on with velocity 0 */
	SX_MIDI_NOTE_ON,
	SX_MIDI_KEY_PRESSURE,
	SX_MIDI_CC,
	SX_MIDI_NRPN, /* from control changes: see sx_controllers_take() */
	SX_MIDI_RPN,
	SX_MIDI_PROGRAM,
	SX_MIDI_PRESSURE,
	SX_MIDI_BEND,
	SX_MIDI_QUARTER_FRAME,
	SX_MIDI_SONG_POSITION,
	SX_MIDI_SONG_SELECT,
	SX_MIDI_TUNE,
	SX_MIDI_END, /* an F7 outside of SysEx */
	SX_MIDI_CLOCK,
	SX_MIDI_START,
	SX_MIDI_CONTINUE,
	SX_MIDI_STOP,
	SX_MIDI_SENSING,
	SX_MIDI_RESET,
	SX_MIDI_UNDEFINED, /* F4, F5, F9, FD */
	SX_MIDI_EVENTS
};

/* A number that the message does not have. */
#define SX_MIDI_NONE INT_MIN

struct sx_midi {
	enum sx_midi_event event;
	int channel; /* 1 to 16; 0: none */
	int number;  /* key, controller, parameter, program, song, or time code
			piece */
	int value;   /* velocity, pressure, controller or time code value; bend:
			-8192 to 8191; song position: in sixteenths */
	int wide; /* 14 bits, value with its upper half; NONE unless low and the
		     upper half is known */
	bool low; /* value is the lower half of 14 bits */
	int step; /* NRPN, RPN: 1 data increment, -1 decrement; else 0 */
	int bank; /* PROGRAM: bank from controllers 0 and 32; NONE: unknown */
};

/* Decode one message, status byte first, n > 0. Numbers missing from a
 * truncated message are SX_MIDI_NONE. */
void sx_midi_decode(const uint8_t *msg, size_t n, struct sx_midi *m);

const char *sx_midi_text(enum sx_midi_event event); /* "note-on" */

/* "C4" for 60, "F#-1" for 6. Returns buf. */
#define SX_NOTE_TEXT 8
const char *sx_note_text(int key, char buf[SX_NOTE_TEXT]);

/* Name of a controller, as in the MIDI 1.0 table (32 to 63: that of the upper
 * half), or of a registered parameter. NULL: no name. */
const char *sx_controller_text(int number);
const char *sx_rpn_text(int number);

/* State of each channel of a port, as far as it changes the meaning of later
 * messages. Fields are private. */
struct sx_controllers {
	struct sx_controller_channel {
		uint8_t upper[32];     /* of 14 bits; FF: unknown */
		uint8_t bank_low;      /* FF: unknown */
		uint8_t parameter[2];  /* its number; FF: unknown */
		uint8_t data;	       /* upper half of its value */
		enum sx_midi_event of; /* NRPN or RPN; CC: none */
	} channel[16];
};

/* Forget everything: at the start, after a reset, and where bytes were lost. */
void sx_controllers_init(struct sx_controllers *c);

/*
 * Update the state with a decoded message, and complete the message from it:
 * data entry (controllers 6, 38, 96, 97) becomes an NRPN or RPN if one is
 * selected, the lower half of a controller gets `wide`, a program change its
 * bank. Returns false for controllers 98 to 101, which only select a parameter;
 * the data entry that follows is what to report.
 */
bool sx_controllers_take(struct sx_controllers *c, struct sx_midi *m);

/* Tempo of a MIDI clock (F8). Zero before first use. */
#define SX_TEMPO_TICKS 96
struct sx_tempo {
	int64_t tick[SX_TEMPO_TICKS + 1]; /* times of the most recent ones */
	uint64_t ticks;			  /* since the start */
	double told;			  /* bpm; 0: none yet */
	int64_t told_at;
};

/* A clock tick at mono time t (us). Returns the tempo in bpm if it has changed,
 * at most once a second; else 0. */
double sx_tempo_tick(struct sx_tempo *b, int64_t t);

/* MIDI time code, assembled from eight quarter frames (F1). Zero before first
 * use. */
struct sx_timecode {
	int hours, minutes, seconds, frames;
	const char *rate; /* "24", "25", "29.97 drop", "30" */
	/* private */
	uint8_t piece[8];
	int last, direction, run;
	int64_t before; /* the previous time, in frames; see known */
	bool known;
};

/* Add piece 0 to 7. Returns true if a time is complete and does not simply
 * continue the previous one. */
bool sx_timecode_take(struct sx_timecode *t, int piece, int value);

#endif
