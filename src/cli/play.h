/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PLAY_H
#define SXLIB_PLAY_H

#include "cli.h"
#include "sxlib/reader.h"
#include "sxlib/session.h"

/* What play.c and its helpers share. */

struct play_opts {
	const char *port;
	const char *file;
	long rate;	  /* bytes/s; 0: max; -1: by the port, else din */
	int64_t delay;	  /* us; -1: by the device */
	int64_t from, to; /* us; to: INT64_MAX: all of it */
	long loops;	  /* 0: without end */
	double factor;	  /* times as fast, or */
	double bpm;	  /* the tempo to begin with; 0: not told */
	bool sysex_only, no_sysex, dry_run, force;
};

/* Take the command line apart. 0; -1 and c->err, left empty for --help. */
int play_parse(struct cli *c, struct play_opts *o);
extern const struct option_row play_options[];

#define PLAY_AHEAD 48 /* bytes: as far as sx_session_write() may be ahead */

struct play_state;

struct player {
	struct cli *c;
	struct play_opts o;
	struct sx_file *file;
	struct sx_session *session;
	int port;
	char port_name[128];
	unsigned rate;
	int delay_ms; /* of the port; -1: it does not say */
	double speed;
	int64_t end;	    /* position in the file where it ends, us */
	int64_t begun;	    /* mono time of position o.from */
	int64_t at;	    /* position */
	int64_t next_sysex; /* mono time before which there is none */
	int64_t latest;	    /* us: how late a message left at most */
	/* Messages whose time has come leave together: an ALSA port takes bytes
	 * only when all of the last ones have left. */
	uint8_t due[PLAY_AHEAD];
	size_t ndue;
	struct play_state *state;
	uint64_t events, sysex, bytes, left_out;
	bool closing; /* signals are no longer heeded */
	bool cut;     /* a SysEx was closed before its end */
};

/* Open the file and check what is to be sent of it. -1 and c->err. */
int play_load(struct player *p);

/*
 * What a synthesizer has been told, so that what sounds can be ended, and so
 * that one that begins in the middle can be told what came before.
 */
struct play_state *play_state_new(struct sx_err *e);
void play_state_free(struct play_state *s);

/* A channel message of n bytes that it has been told. -1: out of memory. */
int play_state_take(
    struct play_state *s, const uint8_t *message, size_t n, struct sx_err *e);

/* Does anything sound, or is a pedal down? */
bool play_state_sounds(const struct play_state *s);

/* Takes one message of n bytes; -1 ends the walk. */
typedef int play_put(void *arg, const uint8_t *message, size_t n);

/* The messages that end all that sounds: note offs, pedals up, all notes off on
 * the channels that were played. It is silent then. -1 as put. */
int play_state_end(struct play_state *s, play_put *put, void *arg);

/*
 * The messages that say what came before: bank and program, controllers,
 * parameters (NRPN, RPN) and which of them is chosen, pressure, bend. No notes.
 */
int play_state_chase(const struct play_state *s, play_put *put, void *arg);

#endif
