/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECALL_H
#define SXLIB_RECALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/midi_io.h"
#include "sxlib/recall_machine.h"
#include "sxlib/recall_set.h"
#include "sxlib/session.h"

/*
 * Recalls dumps on messages from a sequencer: runs the machine of
 * sxlib/recall_machine.h on real ports. A port that is lost is reopened when it
 * comes back.
 */

struct sx_recall_port {
	const char *spec; /* as for midi_io_open(), borrowed */
	/* Read-only. */
	char name[MIDI_IO_NAME];
	const char *remark; /* as midi_io_remark(), once it was open */
	bool up; /* the output works; of an input-only port: the port is
		    there */
	/* Private. */
	int number; /* in the session; -1: not open */
	bool in, out;
	int64_t retry_at;
};

struct sx_recall {
	/* Set by the caller, all borrowed until sx_recall_free(). */
	struct sx_session *session;	   /* not started */
	const struct sx_recall_load *load; /* how to read the map, also on a
					      reload */
	struct sx_recall_set *set; /* loaded by the caller, malloc'ed; owned
				      from sx_recall_open() on */
	const char *from;	   /* port specs */
	const char *from_name;	   /* what the user calls it, to be shown */
	const char *const *to;
	size_t nto;	       /* equal to load->nplaces */
	const unsigned *rates; /* of each output, bytes/s */
	enum sx_recall_thru thru;
	bool drop_realtime, playing;
	bool dry_run; /* send nothing, open no output */
	/* Rules for what the unit at the first output sends back, which is
	 * reported as STEP; NULL: it is not read. */
	const struct sx_rules *keep;
	int64_t until; /* mono time of the next TURN; INT64_MAX or 0: none */
	/* Read-only. */
	struct sx_recall_machine *machine;
	/* Private. */
	struct sx_recall_port *ports; /* [0]: the input */
	size_t nports;
	size_t *port_of; /* index into ports, by output */
	int step;
	struct sx_event in;
	struct sx_err why;
	int64_t check_at;
	size_t checked;
	uint64_t skipped; /* of ports of the first output that were closed */
	bool input_over, stopping;
	struct sx_recall_old {
		struct sx_recall_old *next;
		struct sx_recall_set *set;
	} * old; /* replaced sets still in use */
	struct sx_recall_reload *reload;
	bool again; /* SIGHUP arrived during a reload */
};

enum sx_recall_type {
	SX_RECALL_LISTENING, /* triggers on `port` are handled from now on */
	SX_RECALL_DID,	     /* `event` of the machine */
	SX_RECALL_HEARD,     /* dry run: `trigger`, its bytes, and the line it
				matches, or NULL */
	SX_RECALL_LOST,	     /* `port` was lost: `why`; waiting for it */
	SX_RECALL_FOUND,     /* `port` is back */
	SX_RECALL_STEP,	     /* `step` of what the first output sends back */
	SX_RECALL_TURN,	     /* `until` has passed, or a descriptor the caller
				watches is readable */
	SX_RECALL_RELOADED,
	SX_RECALL_NOT_RELOADED, /* `why`; the old set stays in use */
	SX_RECALL_STOPPING, /* a signal arrived; if `busy`, output in progress
			       is finished first */
	SX_RECALL_CUT,	    /* another signal: the dump being sent to `port` was
			       closed with F7 */
};

/* Pointers are valid until the next call. */
struct sx_recall_news {
	enum sx_recall_type type;
	const struct sx_recall_port *port;
	const struct sx_step *step;
	size_t backlog; /* STEP: bytes waiting to be read after it */
	struct sx_recall_event event;
	struct sx_time time; /* of what is reported */
	struct sx_trigger trigger;
	const struct sx_recall_line *line;
	const uint8_t *bytes;
	size_t len;
	const struct sx_err *why;
	bool busy;
};

/* Open the ports and start listening. Returns 0, or -1 and sets e (SX_EPORT: a
 * port is missing). Call sx_recall_free() in both cases. */
int sx_recall_open(struct sx_recall *r, struct sx_err *e);

/*
 * Get the next event. Returns 1 and sets *news; 0 at the end, after a signal or
 * the end of standard input, when all output has been sent; or -1 and sets e.
 * Blocks as sx_session_next() does.
 */
int sx_recall_next(
    struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e);

/* End the open dump in what the first output sends back, as sx_session_cut()
 * does. Does nothing if that is not read. */
int sx_recall_cut_back(struct sx_recall *r, struct sx_err *e);

/* Bytes of what the first output sends back that were dropped after
 * sx_recall_cut_back(), in all. */
uint64_t sx_recall_skipped(const struct sx_recall *r);

/* Free r and r->set; the session stays open. r may be zeroed and never
 * opened. */
void sx_recall_free(struct sx_recall *r);

#endif
