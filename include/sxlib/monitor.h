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

/* Shows the input of the ports of a session as lines. Messages that belong
 * together share a line. */

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

/* One line. Absent numbers are SX_MIDI_NONE. Pointers are valid until the next
 * call. */
struct sx_monitor_line {
	struct sx_time time;
	const char *port;
	enum sx_monitor_group group;
	const char *event;
	struct sx_midi midi; /* of no single message: event UNDEFINED */
	bool has_knob;	     /* a controller of the instrument at the port:
				knob */
	struct sx_knob knob; /* of a pair, midi.wide is its value once both
				halves have arrived */
	double bpm;	     /* 0: none */
	uint64_t ticks;	     /* clocks counted; 0: none */
	const char *text;    /* time code and the like, or NULL */
	struct sx_damage damage;
	const struct sx_message *sysex; /* if not NULL, midi is unused */
	const uint8_t *bytes;		/* NULL: the line is not about a single
					   message */
	size_t len;
};

struct sx_monitor_port {
	const char *name;  /* set by the caller, borrowed */
	const char *knobs; /* set by the caller, borrowed: controllers of the
			      instrument there, or NULL */
	/* Private. */
	struct sx_controllers controllers;
	uint8_t high[16][128]; /* of pairs: the high half plus 1; 0: unknown */
	struct sx_tempo tempo;
	struct sx_timecode timecode;
	char code[48];			    /* the last time shown */
	bool sensing, running;		    /* FE and F1 are arriving */
	int64_t byte_at, clock_at, code_at; /* mono time of the last one of
					       each */
	bool over;
};

struct sx_monitor {
	/* Set by the caller, borrowed. */
	struct sx_session *session;    /* with spans enabled for each port */
	struct sx_monitor_port *ports; /* indexed by port number in the
					  session */
	size_t nports;
	/* Filter; lines with errors are shown regardless of it. without: bits
	 * of groups to hide. channels: bits 1 to 16, the channels to show. */
	unsigned without, channels;
	bool raw;	 /* show every message, unprocessed */
	size_t count;	 /* end after this many lines; 0: no limit */
	int64_t timeout; /* end after this many us without a line; 0: never */
	/* Read-only. */
	size_t shown, hidden, choices, damaged;
	int64_t shown_at; /* mono arrival time of the content of the last
			     line */
	/* No more lines are shown, not even errors. Set after `count` lines or
	 * when all ports have ended; the caller may set it, too. */
	bool over;
	/* Private. */
	int step;
	size_t open;	       /* ports with open input */
	int64_t now;	       /* mono arrival time of the current event */
	struct sx_event in;    /* the current event */
	size_t rest, rest_end; /* ports to check for streams that have
				  stopped */
	bool cutting;
	enum sx_end why;
	size_t cut; /* ports cut at the end */
};

/* Call right before sx_session_start(). */
void sx_monitor_begin(struct sx_monitor *m);

enum sx_monitor_type {
	SX_MONITOR_LINE, /* `line` */
	SX_MONITOR_GONE, /* a port is gone: `why`; the others stay open */
};

struct sx_monitor_event {
	enum sx_monitor_type type;
	struct sx_monitor_line line;
	const struct sx_err *why; /* valid until the next call */
};

/* Get the next event. Returns 1 and sets *ev; 0 at the end; or -1 and sets e.
 * After a signal or the timeout, open messages are cut and shown before the
 * end; once `over` is set they are not. Blocks as sx_session_next() does. */
int sx_monitor_next(
    struct sx_monitor *m, struct sx_monitor_event *ev, struct sx_err *e);

/* ---- A line as text: monitor_text.c ---- */

/* Return the name of the line's note, RPN or controller, the latter as the
 * instrument at the port calls it, if known. In buf or static; NULL: no name.
 */
#define SX_MONITOR_NAME_TEXT 128
const char *sx_monitor_name(
    const struct sx_monitor_line *l, char buf[SX_MONITOR_NAME_TEXT]);
/* Format the part of the line after its event: "C4 60  velocity 100".
 * SX_MONITOR_TEXT bytes hold any; truncated to size. Returns buf. */
#define SX_MONITOR_TEXT 512
char *sx_monitor_text(char *buf, size_t size, const struct sx_monitor_line *l);

#endif
