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
 * Fetches dumps from an instrument: an asker over a port of a session. Input
 * goes into a part from its first byte on, one part per answer. A bad answer is
 * held until it is known whether a good one arrives. Everything is reported as
 * an event; nothing is kept or printed here.
 */

enum sx_fetch_type {
	SX_FETCH_QUIET,	 /* `until` was reached, or a descriptor watched by the
			    caller is readable */
	SX_FETCH_ASKING, /* target `of` is requested next: see asker.tries */
	/* With these the caller must keep `got`: */
	SX_FETCH_ANSWER, /* the whole answer to `of`; `got` is empty if it is a
			    duplicate */
	SX_FETCH_STRANGER, /* a whole dump that was not requested now; `of`: the
			      target it matches, or SX_NO_TARGET */
	SX_FETCH_KEEP,	   /* another dump that must be kept */
	/* These are held here: */
	SX_FETCH_BAD,	  /* an answer to `of` with a wrong checksum */
	SX_FETCH_DAMAGED, /* an answer to `of` with `damage` */
	SX_FETCH_DROPPED, /* a bad answer to `of` was removed: a whole one has
			     arrived */

	SX_FETCH_SETTLE, /* everything handed out must be a file before the next
			    call */
	SX_FETCH_NO_DUMP, /* `message` is not kept */
	SX_FETCH_LOSS,	  /* bytes are missing between dumps */
	SX_FETCH_GAVE_UP, /* the input never pauses: see asker.why */
	SX_FETCH_ENDED,	  /* the input ended */
	SX_FETCH_GONE,	  /* the port is gone: why */
	SX_FETCH_STOPPED, /* a signal arrived: `signal` */
};

/* Pointers are valid until the next call. */
struct sx_fetch_event {
	enum sx_fetch_type type;
	struct sx_time now;
	size_t of;	 /* index of a target */
	bool late;	 /* ANSWER: arrived after its attempt had ended */
	bool odd_length; /* BAD: its length is wrong for its format, not its
			    checksum */
	enum sx_answer answer; /* STRANGER: its relation to the request */
	struct sx_pending got; /* owned by the caller */
	struct sx_damage damage;
	const struct sx_message *message;
	const struct sx_err *why;
	int signal;
};

struct sx_fetch {
	/* Set by the caller, borrowed until sx_fetch_free(). */
	struct sx_session *session; /* already started */
	int port;
	struct sx_store *store;
	struct sx_archiver *archiver; /* syncs parts that are still growing */
	struct sx_asker asker;	      /* set as asker.h says */
	bool numbered; /* {n} of an answer is the number of its target */
	/* Read-only. */
	size_t endless; /* dumps cut because they did not end */
	/* Private. */
	bool begun, announced, sending, cutting, cut_endless, gave_up;
	struct sx_pending *in; /* part of the dump being received, one of the
				  next two; NULL: none */
	struct sx_pending alone;
	struct sx_pending pieces; /* of an answer in several messages */
	uint64_t bytes;		  /* received of the dump */
	struct sx_time began;	  /* its first byte */
	int64_t sync_at;
	struct sx_fetched *bad; /* bad answers so far */
	size_t nbad, next_bad;
	bool settling, kept_bad;
	size_t beyond; /* dumps numbered after all targets */
};

/*
 * Wait for the next event, until mono time `until`. 1: *ev. 0: done; see
 * asker.why and the states of the targets. -1 and e: failed; only
 * sx_fetch_free() may follow. Blocks like sx_session_next(), and on the disk.
 */
int sx_fetch_next(struct sx_fetch *f, struct sx_fetch_event *ev, int64_t until,
    struct sx_err *e);

/* Bytes received so far of the current answer. */
size_t sx_fetch_coming(const struct sx_fetch *f);

/* Held answers stay in their parts, for a later start to recover. Frees the
 * asker as well. f may be all zero. */
void sx_fetch_free(struct sx_fetch *f);

#endif
