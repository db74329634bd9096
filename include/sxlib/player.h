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
 * Plays a MIDI file: messages leave a port of a session at their times, SysEx
 * with pauses in between. Notes still sounding at the end are stopped, and
 * playback that starts in the middle first sends the channel state up to there.
 */

struct sx_player {
	/* Set by the caller, all borrowed until sx_player_free(). */
	struct sx_file *file;	    /* a .mid */
	const char *path;	    /* its path, for errors */
	struct sx_session *session; /* started; NULL: send nothing, count
				       everything at once */
	int port;
	unsigned rate;	  /* of the port, bytes/s; 0: as fast as it accepts */
	bool device_rate; /* use a lower rate for devices that need it */
	int64_t delay;	  /* least pause after a SysEx, in us; -1: as the device
			     needs */
	double speed;	  /* factor */
	int64_t from, to; /* us in the file; to INT64_MAX: to the end */
	long loops;	  /* passes; 0: forever */
	bool no_sysex, sysex_only;

	/* Read-only. */
	uint64_t events, sysex, bytes; /* messages sent, by kind; bytes */
	uint64_t left_out;	       /* active sensing messages not sent */
	int64_t at, end;	       /* us in the file: position, end */
	int64_t latest;		       /* us: the greatest delay of a message */
	int signal;		       /* the signal that ended playback; 0:
					  none */
	bool cut; /* a SysEx message was cut short and closed with F7 */

	/* Private. */
	int step;	     /* enum player_step */
	long pass;	     /* from 0 */
	uint64_t before;     /* messages before this pass */
	bool begun;	     /* a message of this pass was found */
	int64_t zero;	     /* mono time of position `from` in this pass */
	struct sx_item item; /* the next message */
	struct sx_channel_state *past, *state; /* state before `from`; state
						  sent */
	int64_t next_sysex; /* mono time before which no SysEx may start */
	/* The next step is due at this mono time, once no more than `room`
	 * bytes are queued and the current message has left. */
	int64_t due;
	size_t room;
	uint8_t *queue; /* messages that are due: an ALSA port accepts bytes
			   only when all earlier ones have left */
	size_t queued, queue_size;
	const uint8_t *message; /* a message too long for the queue */
	size_t len, sent;
	unsigned message_rate;
};

/* Prepare for playing; `end` is valid afterwards. With a session at cable speed
 * this thread gets priority, see sx_session_first(). Returns 0, or -1 and sets
 * e. */
int sx_player_begin(struct sx_player *p, struct sx_err *e);

/* Length of one pass in us. */
int64_t sx_player_length(const struct sx_player *p);

/*
 * Play until mono time `until` at the latest. Returns 1 when it is reached:
 * call again. Returns 0 when everything has left the port, or after a signal,
 * with p->signal set, an open SysEx message closed and all notes off. Returns
 * -1 and sets e if nothing more can be sent (SX_EDATA: nothing to play);
 * p->signal may be set as well. Blocks as sx_session_next() does and, at the
 * end, as sx_session_drain(). A file that turns out to be malformed ends there.
 */
int sx_player_next(struct sx_player *p, int64_t until, struct sx_err *e);

/* p may be zeroed and never begun. */
void sx_player_free(struct sx_player *p);

/* ---- Checks before playing: player_check.c ---- */

/* Checks the SysEx messages that will be sent. */
struct sx_player_check {
	const struct sx_player *player; /* with its file and range set */
	/* Read-only. */
	struct sx_item item;
	unsigned faults; /* of item, see sx_faults() */
	bool wrong;	 /* an item so far had faults */
	/* Private. */
	bool any;
	struct sx_facts before;
};

/* Get the next SysEx message that has faults or belongs to an OS upgrade.
 * Returns 1; 0 when all are checked; -1 and sets e if the file cannot be read
 * further. Blocks on the disk. */
int sx_player_check(struct sx_player_check *k, struct sx_err *e);

/* Set p->speed so that playback starts at this tempo, in beats per minute.
 * Returns 0, or -1 and sets e (SX_EUSAGE) if the file is not timed in beats. */
int sx_player_tempo(struct sx_player *p, double bpm, struct sx_err *e);

#endif
