/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PLAYER_H
#define SXLIB_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/channel_state.h"
#include "sxlib/err.h"
#include "sxlib/reader.h"
#include "sxlib/session.h"

/*
 * Play a MIDI file: its messages leave a port of a session at their times, its
 * SysEx with pauses between. What sounds at the end is ended, and playback that
 * begins in the middle first sends what came before.
 */

struct sx_player {
	/* Set by the caller, all borrowed until sx_player_free(). */
	struct sx_file *file;	    /* a .mid */
	const char *path;	    /* of it, for errors */
	struct sx_session *session; /* started; NULL: nothing is sent, and all
				       is counted at once */
	int port;
	unsigned rate;	  /* bytes/s of the port; 0: as many as it takes */
	bool device_rate; /* a device that needs a lower rate gets it */
	int64_t delay;	  /* us from one SysEx to the next at least; -1: by the
			     device */
	double speed;	  /* times as fast */
	int64_t from, to; /* us in the file; to: INT64_MAX: all of it */
	long loops;	  /* how often; 0: without end */
	bool no_sysex, sysex_only;

	/* Read-only. */
	uint64_t events, sysex, bytes; /* messages that left, by kind */
	uint64_t left_out;	       /* active sensing that was not sent */
	int64_t at, end;	       /* us in the file: where it is, ends */
	int64_t latest;		       /* us: how late a message left at most */
	int signal;		       /* that ended it; 0: none did */
	bool cut; /* a SysEx message was closed with F7 before its end */

	/* Private. */
	int step;	     /* enum player_step */
	long pass;	     /* from 0 */
	uint64_t before;     /* messages before this pass */
	bool begun;	     /* a message of this pass has been found */
	int64_t zero;	     /* mono time of position `from` in this pass */
	struct sx_item item; /* the next one */
	struct sx_channel_state *past, *state; /* before `from`; sent */
	int64_t next_sysex; /* mono time before which there is none */
	/* The next step comes at this mono time, once no more than `room` bytes
	 * wait in the queue, and the message is through. */
	int64_t due;
	size_t room;
	uint8_t *queue; /* messages whose time has come: an ALSA port takes
			   bytes only when all of the last ones have left */
	size_t queued, queue_size;
	const uint8_t *message; /* one that is too long for the queue */
	size_t len, sent;
	unsigned message_rate;
};

/* Get ready: `end` is valid from here on. With a session at the speed of a
 * cable this thread runs before others, see sx_session_first(). -1 and e. */
int sx_player_begin(struct sx_player *p, struct sx_err *e);

/* How long one pass lasts, in us. */
int64_t sx_player_length(const struct sx_player *p);

/*
 * Play until mono time `until` at the latest. 1: it has come; call again. 0:
 * all has left the port; or p->signal is set, and what had begun is ended: a
 * SysEx message is closed, no note sounds. -1 and e (SX_EDATA: there is nothing
 * to play): nothing more can be sent; p->signal may be set as well. Blocks as
 * sx_session_next() and, at the end, sx_session_drain(). A file that turns out
 * to be malformed ends there.
 */
int sx_player_next(struct sx_player *p, int64_t until, struct sx_err *e);

/* p may be zeroed and never begun. */
void sx_player_free(struct sx_player *p);

/* ---- Before it begins: player_check.c ---- */

/* The SysEx of the file that is to be sent. */
struct sx_player_check {
	const struct sx_player *player; /* its file is set, and what of it */
	/* Read-only. */
	struct sx_item item;
	unsigned faults; /* of that, see sx_faults() */
	bool wrong;	 /* one of them so far had some */
	/* Private. */
	bool any;
	struct sx_facts before;
};

/* The next one that has faults, or is of an OS upgrade: 1. 0: all have been
 * looked at. -1 and e: it can be read no further. Blocks on the disk. */
int sx_player_check(struct sx_player_check *k, struct sx_err *e);

/* Begin at this tempo, in beats a minute. -1 and e (SX_EUSAGE): the file counts
 * no beats. */
int sx_player_tempo(struct sx_player *p, double bpm, struct sx_err *e);

#endif
