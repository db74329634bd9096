/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MONITOR_H
#define SXLIB_MONITOR_H

#include "cli.h"
#include "sxlib/channel.h"
#include "sxlib/session.h"

/* What monitor.c and its helpers share. */

/* Words of --only and --not; their bits. */
enum monitor_group {
	GROUP_NOTE,
	GROUP_CC,
	GROUP_PROGRAM,
	GROUP_BEND,
	GROUP_PRESSURE,
	GROUP_SYSEX,
	GROUP_MTC,
	GROUP_SONG,
	GROUP_TRANSPORT,
	GROUP_CLOCK,
	GROUP_SENSING,
	GROUP_OTHER,
	GROUPS
};

enum monitor_time { TIME_START, TIME_LINE, TIME_CLOCK };

struct monitor_opts {
	const char **ports; /* owned */
	size_t nports;
	unsigned hidden;   /* bits of groups that are not shown */
	unsigned channels; /* bits of channels 1 to 16 that are */
	struct sx_rules rules;
	enum monitor_time time;
	bool raw, hex;
	long count;	 /* 0: no end */
	int64_t timeout; /* us; 0: none */
};

extern const struct option_row monitor_options[];

/* Take the command line apart. 0; -1 and c->err, left empty for --help. What
 * o owns is freed by monitor_opts_free(), whatever this returns. */
int monitor_parse(struct cli *c, struct monitor_opts *o);
void monitor_opts_free(struct monitor_opts *o);

/* One line. Numbers that it does not have are SX_MIDI_NONE. */
struct monitor_line {
	struct sx_time time;
	const char *port;
	enum monitor_group group;
	const char *event;
	struct sx_midi midi; /* event is not looked at */
	double bpm;	     /* 0: none */
	uint64_t ticks;	     /* clocks counted; 0: none */
	const char *text;    /* time code, and the like; NULL */
	struct sx_damage damage;
	const struct sx_message *sysex; /* then midi is not looked at */
	const uint8_t *bytes;		/* NULL: it is no message */
	size_t len;
};

/* How lines look. */
struct monitor_form {
	struct cli *c;
	const struct monitor_opts *opts;
	int64_t began;	 /* mono: what relative times count from */
	int64_t before;	 /* mono: of the line before */
	int port_column; /* its width; 0: there is none */
	bool colour;
};

/* Print it as text or JSON, as asked for, and flush. */
void monitor_print(struct monitor_form *f, const struct monitor_line *l);

struct monitor_input {
	char name[128];
	struct sx_controllers controllers;
	struct sx_tempo tempo;
	struct sx_timecode timecode;
	char code[48];			    /* the time of it, as it was last */
	bool sensing, running;		    /* FE and F1 are coming */
	int64_t byte_at, clock_at, code_at; /* mono: the last one of each */
	bool over;
};

struct monitor {
	struct cli *c;
	struct monitor_opts o;
	struct monitor_form form;
	struct sx_session *session;
	struct monitor_input *inputs;
	size_t ninputs, open;
	size_t shown, hidden, choices, damaged;
	int64_t now;	  /* mono: the arrival of what is being looked at */
	int64_t shown_at; /* mono: that of what was last shown */
	enum status status;
	bool over;
};

/* Print a line, unless it is filtered. What is wrong never is. */
void monitor_show(struct monitor *m, const struct monitor_line *l);

/* monitor_input.c */

/* A span or a step of the collector. */
void monitor_take(struct monitor *m, const struct sx_event *ev);
/* When the next of what goes on by itself is overdue; INT64_MAX: nothing does.
 */
int64_t monitor_rest_at(const struct monitor_input *in);
/* Tell what has not come until t, or will never because the port has ended. */
void monitor_tell_rests(
    struct monitor *m, struct monitor_input *in, struct sx_time t, bool ended);

#endif
