/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FETCH_H
#define SXLIB_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/archiver.h"
#include "sxlib/asker.h"
#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/pending.h"
#include "sxlib/session.h"
#include "sxlib/store.h"

/*
 * Fetch dumps from an instrument: an asker over a port of a session. What comes
 * in is in a part from its first byte on, one for each answer. An answer that
 * is no good is held until it is known whether a good one comes. Everything
 * that happens is an event; nothing is kept or said here.
 */

enum sx_fetch_type {
	SX_FETCH_QUIET,	 /* it is time, or something that the caller watches
			    can be read */
	SX_FETCH_ASKING, /* target `of` is asked for next: see asker.tries */
	/* Of these the caller keeps `got`: */
	SX_FETCH_ANSWER,   /* the answer to `of`, whole; or none in `got`: it
			      is there already */
	SX_FETCH_STRANGER, /* a whole dump that was not asked for now; `of`: the
			      target that it would be for, or SX_NO_TARGET */
	SX_FETCH_KEEP,	   /* another one that has to be kept */
	/* These are held here: */
	SX_FETCH_BAD,	  /* an answer to `of` with a wrong checksum */
	SX_FETCH_DAMAGED, /* one that has `damage` */
	SX_FETCH_DROPPED, /* one of `of`, removed, since `of` is here whole */

	SX_FETCH_SETTLE,  /* all that was given out has to be files before the
			     next call */
	SX_FETCH_NO_DUMP, /* `message`, which is not kept */
	SX_FETCH_LOSS,	  /* bytes are missing between dumps */
	SX_FETCH_GAVE_UP, /* what comes never pauses: see asker.why */
	SX_FETCH_ENDED,	  /* the input has ended */
	SX_FETCH_GONE,	  /* the port is gone: why */
	SX_FETCH_STOPPED, /* by a signal */
};

/* Pointers are valid until the next call. */
struct sx_fetch_event {
	enum sx_fetch_type type;
	struct sx_time now;
	size_t of;	       /* index of a target */
	bool late;	       /* ANSWER: it had been given up */
	enum sx_answer answer; /* STRANGER: what it is to the request */
	struct sx_pending got; /* the caller's from now on */
	struct sx_damage damage;
	const struct sx_message *message;
	const struct sx_err *why;
	int signal;
};

struct sx_fetch {
	/* Set by the caller, all borrowed until sx_fetch_free(). */
	struct sx_session *session; /* started */
	int port;
	struct sx_store *store;
	struct sx_archiver *archiver; /* syncs what still grows */
	struct sx_asker asker;	      /* what it says is to be set */
	bool numbered; /* the {n} of each answer is its place among all */
	/* Read-only. */
	size_t endless; /* dumps that were cut since they did not end */
	/* Private. */
	bool begun, announced, sending, cutting, cut_endless, gave_up;
	struct sx_pending *in; /* where the dump that is coming in goes, one of
				  the next two; NULL: there is none */
	struct sx_pending alone;
	struct sx_pending pieces; /* of an answer of several messages */
	uint64_t bytes;		  /* of the dump */
	struct sx_time began;	  /* of its first byte */
	int64_t sync_at;
	struct sx_fetched *bad; /* answers that are no good, so far */
	size_t nbad, next_bad;
	bool settling, kept_bad;
	size_t beyond; /* dumps with an {n} behind all others */
};

/*
 * The next event; waits until mono time `until` at the latest. 1, and 0 once it
 * is over: see asker.why and the states of the targets. -1 and e: nothing more
 * can be done but sx_fetch_free(). Blocks as sx_session_next() does, and on the
 * disk.
 */
int sx_fetch_next(struct sx_fetch *f, struct sx_fetch_event *ev, int64_t until,
    struct sx_err *e);

/* Bytes that have come of the answer under way. */
size_t sx_fetch_coming(const struct sx_fetch *f);

/* What is held stays in its parts, for a later start. f may be zeroed and never
 * used. */
void sx_fetch_free(struct sx_fetch *f);

#endif
