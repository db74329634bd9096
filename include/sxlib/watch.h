/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_WATCH_H
#define SXLIB_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/keeper.h"
#include "sxlib/midi_io.h"
#include "sxlib/notes.h"
#include "sxlib/saver.h"
#include "sxlib/session.h"
#include "sxlib/store.h"
#include "sxlib/user.h"

/*
 * Keep what comes in on all ports, also those that are plugged in later, each
 * in a separate folder. Ports and disks come and go; nothing ends it but a
 * signal, or the end of all inputs that were named.
 */

/* The folder of standard input, which has no name. */
#define SX_WATCH_INPUT "stdin"

/* A port that is listened to, or that has left dumps that wait for a disk. */
struct sx_watch_port {
	struct sx_watch_port *next;
	int number;		 /* the session's; -1: it is gone */
	char key[MIDI_IO_NAME];	 /* what it is known by: "hw:UMONE,0,0", or as
				    it was named */
	char name[MIDI_IO_NAME]; /* "hw:1,0,0" */
	char folder[128];	 /* in `out` */
	struct sx_keeper keeper;
	void *user; /* the caller's own */
	bool low;   /* that its disk is nearly full was told */
};

enum sx_watch_type {
	SX_WATCH_QUIET,	  /* something that the caller watches can be read, or
			     some time has passed */
	SX_WATCH_TURN,	  /* all that has happened was told */
	SX_WATCH_WARNING, /* a file or folder cannot be read: why */
	SX_WATCH_RESCUED, /* a dump of an earlier run: `recovered` */
	SX_WATCH_NOT_RESCUED, /* one cannot be: why */
	SX_WATCH_LISTENING,   /* to `port`, a new one */
	SX_WATCH_REFUSED,     /* a port cannot be opened: why; it is tried
				 again */
	SX_WATCH_KEEPER,      /* that of `port` tells something: `keeper` */
	SX_WATCH_NOT_KEPT,    /* `message` is not kept */
	SX_WATCH_ENDED,	      /* the input of `port` */
	SX_WATCH_GONE,	      /* the port is: why */
	SX_WATCH_DONE,	      /* nothing more becomes of the port */
	SX_WATCH_LOW,	      /* the disk of `port` is nearly full */
	SX_WATCH_TROUBLE,     /* a disk takes nothing: why */
	SX_WATCH_RECOVERED,   /* it does again; `lost` dumps are lost */
	/* At the end: */
	SX_WATCH_STOPPING,
	SX_WATCH_LEFT, /* not all has become files: see the saver */
	SX_WATCH_BACK, /* dumps of `port` wait for the disk in vain: why, or
			  NULL; `lost` and `saved` ones */
};

/* Pointers are valid until the next call, `port` until it is DONE. */
struct sx_watch_event {
	enum sx_watch_type type;
	struct sx_watch_port *port;
	struct sx_keeper_event keeper;
	const struct sx_message *message;
	const struct sx_recovered *recovered;
	const struct sx_err *why;
	size_t lost, saved;
};

/* What all ports have come to. */
struct sx_watch_totals {
	size_t open, files;
	size_t back, out, lost; /* dumps, as in the keepers */
	uint64_t bytes;		/* of those that are back */
	bool low;
};

struct sx_watch {
	/* Set by the caller, all borrowed until sx_watch_free(). */
	struct sx_session *session; /* not started yet */
	struct sx_saver *saver;
	struct sx_user *user;
	struct sx_rules rules;
	struct sx_store_opts store; /* `out` is the folder of all folders */
	uint64_t max_dump, reserve;
	const char **ports, **not_ports; /* as they were named; none: all */
	size_t nports, nnot_ports;
	bool sequencer; /* without `ports`: all hardware, through the sequencer,
			   so that other programs can use it, too */
	/* Read-only. */
	struct sx_watch_port *list;
	bool in_trouble; /* TROUBLE, and not yet RECOVERED */
	bool stuck;	 /* the disk gives no answer */
	/* Private. */
	int phase;
	struct midi_io_watch *hotplug;
	struct sx_memory memory; /* for dumps that wait for a disk */
	struct sx_numbers *numbers;
	struct sx_recovery recovery;
	struct sx_watch_refusal *refusals;
	bool *ended; /* of `ports`: its input has ended, for good */
	bool began, after, added, some, turn, no_memory;
	struct sx_time now;
	int64_t scan_at;    /* when to look for ports again */
	bool settling;	    /* something has just been plugged in or out */
	size_t lost_before; /* dumps, when the trouble began */
	int64_t retry_at;
	int64_t stuck_at; /* when a disk that does not answer is */
	size_t files_then;
	size_t gone_files, gone_lost; /* of ports that are no more */
	unsigned rounds;
	struct sx_notes notes;
	struct sx_watch_port *done, *given_port;
};

/* Open the folders. -1 and e: w can be freed. */
int sx_watch_open(struct sx_watch *w, struct sx_err *e);

/*
 * The next event; waits until mono time `until` at the latest. 1, and 0 when
 * all is over. -1 and e: something has failed; the next calls see to what is
 * whole. Blocks as sx_session_next() does, and on the disk.
 */
int sx_watch_next(struct sx_watch *w, struct sx_watch_event *ev, int64_t until,
    struct sx_err *e);

/* Something else has failed: read no more, the next calls see to what is whole.
 * Always returns -1. */
int sx_watch_end(struct sx_watch *w);

struct sx_watch_totals sx_watch_total(const struct sx_watch *w);

/* The session and the saver are still open. w may be zeroed and never used. */
void sx_watch_free(struct sx_watch *w);

#endif
