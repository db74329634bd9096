/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_WATCH_H
#define SXLIB_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/disk.h"
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
 * Keeps the input of all ports, including those plugged in later, each in a
 * separate folder. Ports and disks may come and go. It ends only on a signal,
 * or when all named inputs have ended.
 */

/* Folder for standard input, which has no port name. */
#define SX_WATCH_INPUT "stdin"

/* A port that is open, or whose dumps still wait for a disk. */
struct sx_watch_port {
	struct sx_watch_port *next;
	int number;		 /* in the session; -1: gone */
	char key[MIDI_IO_NAME];	 /* its identity: "hw:UMONE,0,0", or as named by
				    the user */
	char name[MIDI_IO_NAME]; /* "hw:1,0,0" */
	const char *remark;	 /* as midi_io_remark() */
	char folder[128];	 /* in `out` */
	struct sx_keeper keeper;
	struct sx_disk_keeper patient;
	void *user; /* free for the caller */
};

enum sx_watch_type {
	SX_WATCH_QUIET,	  /* a descriptor that the caller watches is readable,
			     or a timer expired */
	SX_WATCH_TURN,	  /* everything so far was reported */
	SX_WATCH_WARNING, /* a file or folder cannot be read: why */
	SX_WATCH_RESCUED, /* a dump of an earlier run was recovered:
			     `recovered` */
	SX_WATCH_NOT_RESCUED, /* one could not be: why */
	SX_WATCH_LISTENING,   /* to `port`, a new one */
	SX_WATCH_REFUSED,     /* a port cannot be opened: why; it is retried */
	SX_WATCH_KEEPER,      /* an event of `port`'s keeper: `keeper` */
	SX_WATCH_NOT_KEPT,    /* `message` was not kept */
	SX_WATCH_ENDED,	      /* the input of `port` has ended */
	SX_WATCH_GONE,	      /* `port` is gone: why */
	SX_WATCH_DONE,	      /* `port` is finished; the last event for it */
	SX_WATCH_DISK,	      /* an event of the disk: `disk`; of `port`, or of
				 all of them (NULL) */
	SX_WATCH_STOPPING,    /* at the end */
};

/* Pointers are valid until the next call, `port` until its DONE. */
struct sx_watch_event {
	enum sx_watch_type type;
	struct sx_watch_port *port;
	struct sx_keeper_event keeper;
	struct sx_disk_event disk;
	const struct sx_message *message;
	const struct sx_recovered *recovered;
	const struct sx_err *why;
};

struct sx_watch {
	/* Set by the caller, all borrowed until sx_watch_free(). */
	struct sx_session *session; /* not started yet */
	struct sx_saver *saver;
	struct sx_user *user;
	struct sx_rules rules;
	struct sx_store_opts store; /* `out` is the parent of all folders */
	uint64_t max_dump, reserve;
	const char **ports, **not_ports; /* as named by the user; none: all */
	size_t nports, nnot_ports;
	bool sequencer; /* without `ports`: all hardware, through the sequencer,
			   so that other programs can use it, too */
	/* Read-only. */
	struct sx_watch_port *list;
	struct sx_disk disk; /* below all folders */
	/* Private. */
	int phase;
	struct midi_io_watch *hotplug;
	struct sx_numbers *numbers;
	struct sx_recovery recovery;
	struct sx_watch_refusal *refusals;
	bool *ended; /* for each of `ports`: its input has ended for good */
	bool began, after, added, some, turn, no_memory;
	struct sx_time now;
	int64_t scan_at; /* next scan for ports */
	bool settling;	 /* a hotplug event has just occurred */
	struct sx_notes notes;
	struct sx_watch_port *done, *given_port;
};

/* Open the folders. Returns -1 and sets e on failure; w can then be freed. */
int sx_watch_open(struct sx_watch *w, struct sx_err *e);

/*
 * Return the next event; waits until mono time `until` at the latest. Returns
 * 1; 0 when finished; -1 and sets e on failure: the next calls save what is
 * complete. Blocks as sx_session_next() does, and on the disk.
 */
int sx_watch_next(struct sx_watch *w, struct sx_watch_event *ev, int64_t until,
    struct sx_err *e);

/* Stop reading after an error elsewhere; the next calls save what is complete.
 * Always returns -1. */
int sx_watch_end(struct sx_watch *w);

/* The number of ports that are open. */
size_t sx_watch_ports(const struct sx_watch *w);

/* Call while the session and the saver are still open. w may be zeroed and
 * never used. */
void sx_watch_free(struct sx_watch *w);

#endif
