/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CHANNEL_H
#define SXLIB_CHANNEL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Messages other than SysEx: what each of them is, and what many of them mean
 * together (a parameter of 14 bits, a tempo, a time code). Pure: knows times
 * only as numbers it is given. After "MIDI 1.0 Detailed Specification" 4.2.1.
 */

enum sx_midi_event {
	SX_MIDI_NOTE_OFF, /* also a note on with velocity 0 */
	SX_MIDI_NOTE_ON,
	SX_MIDI_KEY_PRESSURE,
	SX_MIDI_CC,
	SX_MIDI_NRPN, /* out of control changes: see sx_controllers_take() */
	SX_MIDI_RPN,
	SX_MIDI_PROGRAM,
	SX_MIDI_PRESSURE,
	SX_MIDI_BEND,
	SX_MIDI_QUARTER_FRAME,
	SX_MIDI_SONG_POSITION,
	SX_MIDI_SONG_SELECT,
	SX_MIDI_TUNE,
	SX_MIDI_END, /* an F7 that ends nothing */
	SX_MIDI_CLOCK,
	SX_MIDI_START,
	SX_MIDI_CONTINUE,
	SX_MIDI_STOP,
	SX_MIDI_SENSING,
	SX_MIDI_RESET,
	SX_MIDI_UNDEFINED, /* F4, F5, F9, FD */
	SX_MIDI_EVENTS
};

/* A number that a message does not have. */
#define SX_MIDI_NONE INT_MIN

struct sx_midi {
	enum sx_midi_event event;
	int channel; /* 1 to 16; 0: it has none */
	int number;  /* key, controller, parameter, program, song, or piece of
			a time code */
	int value;   /* velocity, pressure, the controller's or the piece's;
			bend: -8192 to 8191; position: in sixteenths */
	int wide;    /* value and its upper half, 14 bits; NONE unless low */
	bool low;    /* value is the lower half of 14 bits */
	int step;    /* NRPN, RPN: 1 or -1, data increment or decrement; 0 */
	int bank;    /* PROGRAM: chosen by controllers 0 and 32 before */
};

/*
 * One message, status first, n > 0. Numbers that it was cut before are NONE.
 */
void sx_midi_decode(const uint8_t *msg, size_t n, struct sx_midi *m);

const char *sx_midi_text(enum sx_midi_event event); /* "note-on" */

/* "C4" for 60, "F#-1" for 6; returns buf. */
#define SX_NOTE_TEXT 8
const char *sx_note_text(int key, char buf[SX_NOTE_TEXT]);

/* The name of a controller, as in the MIDI 1.0 table; of 32 to 63 that of its
 * upper half. Of a registered parameter. NULL: it has none. */
const char *sx_controller_text(int number);
const char *sx_rpn_text(int number);

/* What was said on each channel of a port, as far as later messages mean
 * something else because of it. Fields are private. */
struct sx_controllers {
	struct sx_controller_channel {
		uint8_t upper[32];     /* of 14 bits; FF: not known */
		uint8_t bank_low;      /* FF: not known */
		uint8_t parameter[2];  /* its number; FF: not known */
		uint8_t data;	       /* upper half of its value */
		enum sx_midi_event of; /* NRPN, RPN; else CC: none */
	} channel[16];
};

/* Nothing is known: at the start, after a reset, and where bytes were lost. */
void sx_controllers_init(struct sx_controllers *c);

/*
 * Take a decoded message in, and tell in it what is known by now: data entry
 * (controllers 6, 38, 96, 97) becomes an NRPN or RPN once one is chosen,
 * the lower half of a controller gets `wide`, a program change its bank. false:
 * it only chooses a parameter (98 to 101), and data entry will tell.
 */
bool sx_controllers_take(struct sx_controllers *c, struct sx_midi *m);

/* The tempo of a clock (F8). Zero it before the first use. */
#define SX_TEMPO_TICKS 96
struct sx_tempo {
	int64_t tick[SX_TEMPO_TICKS + 1]; /* their times, the last ones */
	uint64_t ticks;			  /* since it began */
	double told;			  /* bpm; 0: none yet */
	int64_t told_at;
};

/* A tick at mono time t: the tempo in bpm if it is news, else 0. */
double sx_tempo_tick(struct sx_tempo *b, int64_t t);

/* A time code (F1), out of its eight quarter frames. Zero it before. */
struct sx_timecode {
	int hours, minutes, seconds, frames;
	const char *rate; /* "24", "25", "29.97 drop", "30" */
	/* private */
	uint8_t piece[8];
	int last, direction, run;
	int64_t before; /* the one that was reported, in frames; see known */
	bool known;
};

/* A piece (0 to 7) and its value: true if a time is whole now and does not
 * simply go on from the one before. */
bool sx_timecode_take(struct sx_timecode *t, int piece, int value);

#endif
