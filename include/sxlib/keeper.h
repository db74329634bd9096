/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_KEEPER_H
#define SXLIB_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sxlib/archiver.h"
#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/notes.h"
#include "sxlib/pending.h"
#include "sxlib/store.h"

/*
 * Dumps that come in become files: each is in a part from its first byte on,
 * and goes to the archiver when it has ended. In a flood of small ones many
 * share a file until there is time for one each. A patient keeper outlives its
 * disk: what that does not take waits in memory. Whatever happens is an event.
 */

enum sx_keeper_type {
	SX_KEEPER_KEPT,	     /* `dump` is a file, or a part of one: `stored` */
	SX_KEEPER_ONCE_MORE, /* twice: `bytes` wait for the same dump again */
	SX_KEEPER_SAME,	     /* twice: it came again, and will be KEPT */
	SX_KEEPER_DIFFERS,   /* twice: it is another one: `differ` */
	SX_KEEPER_LOST,	     /* neither the disk nor memory has all of a dump,
				of which `bytes` have come; `on_disk` are kept;
				why, or NULL */
	SX_KEEPER_CUT,	     /* only the first `bytes` of a dump are kept, since
				its limit is reached */
	SX_KEEPER_CUT_ROOM,  /* the same, since the disk has `room` left */
	SX_KEEPER_PARTED,    /* a dump has `bytes`: the next message begins one
				of its own */
	SX_KEEPER_SKIPPED,   /* `bytes` more came behind a cut */
	SX_KEEPER_LOSS,	     /* bytes are missing between dumps */
	SX_KEEPER_UNMARKED,  /* a dump is damaged, and the name of its part does
				not say so: why */
	SX_KEEPER_UNTOLD,    /* memory has ended: so many events are missing */
};

/* Where two dumps that should be the same are not. */
#define SX_DIFFERENCES 8
struct sx_differences {
	uint64_t bytes[2]; /* of the first one and the second */
	uint64_t n;	   /* bytes that differ, of those that both have */
	struct sx_difference {
		uint64_t at;
		uint8_t byte[2];
	} list[SX_DIFFERENCES]; /* the first ones */
};

/* Pointers are valid until the next call for the keeper. */
struct sx_keeper_event {
	enum sx_keeper_type type;
	const struct sx_dump *dump;
	const struct sx_stored *stored;
	uint64_t bytes, on_disk, room;
	size_t untold;
	const struct sx_differences *differ;
	const struct sx_err *why;
};

struct sx_keeper {
	/* Set by the caller, borrowed until sx_keeper_free(). */
	struct sx_store *store;
	struct sx_archiver *archiver; /* NULL: each dump is kept before the
					 call returns */
	void *owner;		      /* of its jobs */
	uint64_t max_dump;	      /* bytes of one; 0: no limit */
	uint64_t reserve; /* bytes of a disk that large dumps leave; 0: none */
	bool twice;	  /* only what comes twice the same is kept */
	bool patient;	/* the store has memory, and no call but sx_keeper_add()
			   and sx_keeper_step() fails for the disk */
	bool must_wait; /* patient: older dumps do. May change at any time */
	/* Read-only. */
	size_t out;   /* dumps that the archiver has */
	size_t files; /* that were made */
	size_t whole; /* dumps that were added; with twice, that are proved */
	size_t damaged, bad;	 /* the same; bad: with a wrong checksum */
	size_t losses;		 /* places between dumps */
	size_t no_dumps, others; /* messages that were not kept, and why */
	size_t lost; /* patient: dumps that memory had no room for either */
	struct sx_pending first; /* twice: what waits, unless part is NULL */
	struct sx_err trouble; /* patient: why dumps wait; SX_OK: they do not */
	unsigned failures;     /* the same, since something was kept */
	size_t nback;	       /* dumps that wait */
	bool low;	       /* the disk has, or will soon have, less than
				  `reserve`: */
	uint64_t room;	       /* so much, at the last look, */
	uint64_t disk_size;    /* of so much */
	dev_t disk;
	/* Private: the dump that is coming in, in its part */
	struct sx_part *part;
	int64_t sync_at; /* 0: nothing to sync */
	bool part_failed, part_lost;
	uint64_t size; /* of it, */
	uint64_t kept; /* of that in its part */
	bool cut;      /* the rest of it is not kept, and that was reported */
	uint64_t unkept, skipped; /* bytes behind cuts: not yet, and told */
	uint64_t grown;		  /* bytes since the disk was looked at */
	/* or in a flood in memory, and those before it in a spool */
	bool buffered;
	struct sx_time began;
	uint8_t *buf;
	size_t nbuf, room_buf;
	struct sx_spool *spool;
	struct sx_job *spooled, *last_spooled;
	int64_t close_at;
	/* jobs that wait, in order; what returns goes to *returned */
	struct sx_job *back, **back_end, **returned;
	/* what is to be reported */
	struct sx_notes notes;
	struct sx_job *told, **told_end, *given_job;
	struct sx_differences differ;
	size_t untold;
};

/*
 * The next event; false: there is none. To be emptied after each call that may
 * make some, so that all stay in order: those are marked with (*).
 */
bool sx_keeper_next(struct sx_keeper *k, struct sx_keeper_event *ev);

/*
 * (*) A step of what comes in. backlog: bytes that wait to be read behind it,
 * of which many are a flood; of interest only where a dump begins. 1: what is
 * kept of the open dump ends here, it is to be cut (SX_END_UNKEPT). -1 and e.
 */
int sx_keeper_step(struct sx_keeper *k, const struct sx_step *step, int64_t now,
    size_t backlog, struct sx_err *e);
/* (*) Of all that came so many bytes were skipped behind a cut: a new dump
 * begins, or it is over. */
void sx_keeper_skipped(struct sx_keeper *k, uint64_t skipped);
/* (*) What is due at mono time now: the open part is synced, a flood may be
 * over. -1 and e. */
int sx_keeper_tick(
    struct sx_keeper *k, int64_t now, size_t backlog, struct sx_err *e);
/* The mono time at which to call that again, at the latest. */
int64_t sx_keeper_due(const struct sx_keeper *k);

/*
 * (*) A dump of the store that has ended: it becomes a file. Consumes p,
 * whatever comes back. -1 and e: its part stays for the next start.
 */
int sx_keeper_add(struct sx_keeper *k, struct sx_pending *p, struct sx_err *e);
/* (*) A job that is back from the archiver, and the keeper's. -1 and e: it
 * could not be kept, and stays in its part; or, if patient, 0 and k->trouble.
 */
int sx_keeper_take_back(
    struct sx_keeper *k, struct sx_job *job, struct sx_err *e);
/* Hand over what was spooled. */
void sx_keeper_flush(struct sx_keeper *k);

/* (*) Retry after an error or before the first dump (patient mode): open the
 * folder, rewrite what the disk does not hold, and hand over all that is back.
 * True: nothing is back any more. */
bool sx_keeper_retry(struct sx_keeper *k);
/* Bytes of dumps that wait for the disk. */
uint64_t sx_keeper_bytes_back(const struct sx_keeper *k);
/* Of those dumps: how many a later start recovers, and how many are lost if it
 * ends now, besides those that were LOST. */
void sx_keeper_count_back(
    const struct sx_keeper *k, size_t *saved, size_t *lost);
/* Bring low, room, disk_size and disk up to date. */
void sx_keeper_look_at_room(struct sx_keeper *k);

/* Was anything that arrived damaged, wrong or lost? */
bool sx_keeper_hurt(const struct sx_keeper *k);

/* What is not a file stays in its part. k may be zeroed and never used. */
void sx_keeper_free(struct sx_keeper *k);

#endif
