/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MONITOR_H
#define SXLIB_MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/channel.h"
#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/knobs.h"
#include "sxlib/session.h"

/* What comes in on the ports of a session, as lines: what belongs together is
 * put together. */

enum sx_monitor_group {
	SX_GROUP_NOTE,
	SX_GROUP_CC,
	SX_GROUP_PROGRAM,
	SX_GROUP_BEND,
	SX_GROUP_PRESSURE,
	SX_GROUP_SYSEX,
	SX_GROUP_MTC,
	SX_GROUP_SONG,
	SX_GROUP_TRANSPORT,
	SX_GROUP_CLOCK,
	SX_GROUP_SENSING,
	SX_GROUP_OTHER,
	SX_GROUPS
};

/* One line. Numbers that it does not have are SX_MIDI_NONE. Pointers are valid
 * until the next call. */
struct sx_monitor_line {
	struct sx_time time;
	const char *port;
	enum sx_monitor_group group;
	const char *event;
	struct sx_midi midi; /* event is not looked at */
	bool has_knob;	     /* a controller of the instrument at the port: */
	struct sx_knob knob; /* of a pair, midi.wide is its value once both
				halves have come */
	double bpm;	     /* 0: none */
	uint64_t ticks;	     /* clocks counted; 0: none */
	const char *text;    /* time code, and the like; NULL */
	struct sx_damage damage;
	const struct sx_message *sysex; /* then midi is not looked at */
	const uint8_t *bytes;		/* NULL: it is no message */
	size_t len;
};

struct sx_monitor_port {
	const char *name;  /* set by the caller, borrowed */
	const char *knobs; /* the same: controllers of what is there; or NULL */
	/* Private. */
	struct sx_controllers controllers;
	uint8_t high[16][128]; /* of pairs: 1 and the high half; 0: not known */
	struct sx_tempo tempo;
	struct sx_timecode timecode;
	char code[48];			    /* the time of it, as it was last */
	bool sensing, running;		    /* FE and F1 are coming */
	int64_t byte_at, clock_at, code_at; /* mono: the last one of each */
	bool over;
};

struct sx_monitor {
	/* Set by the caller, borrowed. */
	struct sx_session *session;    /* with spans of each port */
	struct sx_monitor_port *ports; /* by their numbers in the session */
	size_t nports;
	/* Lines that are not given out, unless something is wrong: bits of
	 * groups; and the bits, 1 to 16, of the channels that are. */
	unsigned without, channels;
	bool raw;	 /* every message as it is */
	size_t count;	 /* so many lines are enough; 0: no end */
	int64_t timeout; /* us without a line end it; 0: never */
	/* Read-only. */
	size_t shown, hidden, choices, damaged;
	int64_t shown_at; /* mono: arrival of what the last line tells */
	/* May be set by the caller: no further line is wanted. */
	bool over;
	/* Private. */
	int step;
	size_t open;	       /* ports */
	int64_t now;	       /* mono: arrival of what is being looked at */
	struct sx_event in;    /* that */
	size_t rest, rest_end; /* ports to look for what has stopped */
	bool cutting;
	enum sx_end why;
	size_t cut; /* ports */
};

/* Right before sx_session_start(). */
void sx_monitor_begin(struct sx_monitor *m);

enum sx_monitor_type {
	SX_MONITOR_LINE, /* see line */
	SX_MONITOR_GONE, /* a port is gone: why; the others go on */
};

struct sx_monitor_event {
	enum sx_monitor_type type;
	struct sx_monitor_line line;
	const struct sx_err *why; /* until the next call */
};

/* The next one. 1 and *ev. 0: it is over, and what was open has been cut and
 * given out. -1 and e. Blocks as sx_session_next(). */
int sx_monitor_next(
    struct sx_monitor *m, struct sx_monitor_event *ev, struct sx_err *e);

#endif
