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
 * A sequencer recalls dumps: the machine of sxlib/recall_machine.h between real
 * ports. Ports that get lost are waited for.
 */

struct sx_recall_port {
	const char *spec; /* as midi_io_open() takes it; borrowed */
	/* Read-only. */
	char name[MIDI_IO_NAME];
	bool up; /* its output; of an input only, that it is there */
	/* Private. */
	int number; /* the session's; -1: it is not there */
	bool in, out;
	int64_t retry_at;
};

struct sx_recall {
	/* Set by the caller, all borrowed until sx_recall_free(). */
	struct sx_session *session;	   /* not started */
	const struct sx_recall_load *load; /* how to read the map again */
	struct sx_recall_set *set; /* as it was loaded; from sx_recall_open() on
				      it is owned: malloc'ed */
	const char *from;	   /* specs of ports */
	const char *const *to;
	size_t nto;	       /* as many as load->nplaces */
	const unsigned *rates; /* bytes/s, of each output */
	enum sx_recall_thru thru;
	bool drop_realtime, playing;
	bool dry_run; /* nothing is sent, and no output opened */
	/* What the unit at the first output sends back comes as STEPs by these;
	 * NULL: it is not read. */
	const struct sx_rules *keep;
	int64_t until; /* mono time of the next TURN; INT64_MAX or 0: none */
	/* Read-only. */
	struct sx_recall_machine *machine;
	/* Private. */
	struct sx_recall_port *ports; /* [0]: the input */
	size_t nports;
	size_t *port_of; /* by output */
	int step;
	struct sx_event in;
	struct sx_err why;
	int64_t check_at;
	size_t checked;
	bool input_over, stopping;
	struct sx_recall_old {
		struct sx_recall_old *next;
		struct sx_recall_set *set;
	} * old; /* sets that were replaced, and are in use */
	struct sx_recall_reload *reload;
	bool again; /* SIGHUP came while the map was being read */
};

enum sx_recall_type {
	SX_RECALL_LISTENING, /* triggers are heard on `port` from now on */
	SX_RECALL_DID,	     /* `event` of the machine */
	SX_RECALL_HEARD,     /* dry run: `trigger`, its bytes, and the line that
				it matches, or NULL */
	SX_RECALL_LOST,	     /* `port` is: why; it is waited for */
	SX_RECALL_FOUND,     /* `port` is there again */
	SX_RECALL_STEP,	     /* `step` of what the first output sends back */
	SX_RECALL_TURN,	     /* it is `until`, or something that the caller
				watches can be read */
	SX_RECALL_RELOADED,
	SX_RECALL_NOT_RELOADED, /* why; the old set is kept */
	SX_RECALL_STOPPING, /* by a signal; if `busy`, a dump is finished first
			     */
	SX_RECALL_CUT, /* by another signal: the dump on the wire to `port` was
			  closed with F7 */
};

/* Pointers are valid until the next call. */
struct sx_recall_news {
	enum sx_recall_type type;
	const struct sx_recall_port *port;
	const struct sx_step *step;
	size_t backlog; /* STEP: bytes that wait to be read behind it */
	struct sx_recall_event event;
	struct sx_time time; /* of what is told of */
	struct sx_trigger trigger;
	const struct sx_recall_line *line;
	const uint8_t *bytes;
	size_t len;
	const struct sx_err *why;
	bool busy;
};

/* Open the ports and start to listen. -1 and e (SX_EPORT: one is missing).
 * sx_recall_free() is due in both cases. */
int sx_recall_open(struct sx_recall *r, struct sx_err *e);

/*
 * The next news. 1 and *news; 0: it is over: by a signal, or the end of
 * standard input, once what was on its way has left. -1 and e. Blocks as
 * sx_session_next().
 */
int sx_recall_next(
    struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e);

/* Of what comes back, the open dump ends here: as sx_session_cut(). */
int sx_recall_cut_back(struct sx_recall *r, struct sx_err *e);

/* The session is still open. r may be zeroed and never opened; then set is not
 * freed. */
void sx_recall_free(struct sx_recall *r);

#endif
