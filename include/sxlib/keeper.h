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
 * Turns incoming dumps into files. Each dump is in a part from its first byte
 * on and goes to the archiver when it ends. In a flood of small dumps many
 * share one file until there is time to write them separately. A patient keeper
 * survives disk errors: what cannot be written waits in memory. Everything that
 * happens is reported as an event.
 */

enum sx_keeper_type {
	SX_KEEPER_KEPT,	     /* `dump` is now a file, or in one: `stored` */
	SX_KEEPER_ONCE_MORE, /* twice: `bytes` are held until the same dump
				arrives again */
	SX_KEEPER_SAME,	     /* twice: the same dump arrived again; KEPT
				follows */
	SX_KEEPER_DIFFERS,   /* twice: the second dump is different: `differ` */
	SX_KEEPER_LOST,	     /* neither disk nor memory holds all of a dump;
				`bytes` had arrived, `on_disk` are on disk; why,
				or NULL */
	SX_KEEPER_CUT,	     /* only the first `bytes` of a dump are kept: size
				limit */
	SX_KEEPER_CUT_ROOM,  /* the same: the disk has only `room` left */
	SX_KEEPER_PARTED,    /* a dump has reached `bytes`: the next message
				begins a new one */
	SX_KEEPER_SKIPPED,   /* `bytes` more arrived after a cut and were not
				kept */
	SX_KEEPER_LOSS,	     /* bytes were lost between dumps */
	SX_KEEPER_UNMARKED,  /* a dump is damaged, but its part could not be
				marked so: why */
	SX_KEEPER_UNTOLD,    /* out of memory: `untold` events are missing */
};

/* How two dumps that should be identical differ. */
#define SX_DIFFERENCES 8
struct sx_differences {
	uint64_t bytes[2]; /* of the first and the second dump */
	uint64_t n;	   /* differing bytes within their common length */
	struct sx_difference {
		uint64_t at;
		uint8_t byte[2];
	} list[SX_DIFFERENCES]; /* the first ones */
};

/* Pointers are valid until the next call on the keeper. */
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
	struct sx_archiver *archiver; /* NULL: each dump is written before the
					 call returns */
	void *owner;		      /* passed on to its jobs */
	uint64_t max_dump;	      /* bytes per dump; 0: no limit */
	uint64_t reserve; /* bytes of disk space that large dumps leave free; 0:
			     none */
	bool twice;	  /* keep only dumps that arrive twice, identical */
	bool patient;	/* the store keeps parts in memory; only sx_keeper_add()
			   and sx_keeper_step() can fail because of the disk */
	bool must_wait; /* patient: older dumps are waiting. May change at any
			   time */
	uint64_t burst; /* patient: a retry hands over about this many bytes; 0:
			   all. May change at any time */
	/* Read-only. */
	size_t out;   /* dumps the archiver has */
	size_t files; /* files made */
	size_t whole; /* undamaged dumps added; with twice: confirmed ones */
	size_t damaged, bad;	 /* dumps added that are damaged; with a wrong
				    checksum */
	size_t losses;		 /* losses between dumps */
	size_t no_dumps, others; /* messages not kept: not dumps; other
				    makers */
	size_t lost; /* patient: dumps that did not fit into memory either */
	struct sx_pending first; /* twice: the first dump; part NULL: none is
				    held */
	struct sx_err trouble;	 /* patient: why dumps wait; code SX_OK: none */
	unsigned failures;	 /* errors since a dump was last written */
	size_t nback;		 /* dumps waiting */
	bool low;		 /* free space is below `reserve`, or nearly */
	uint64_t room;		 /* free space when last checked */
	uint64_t disk_size;	 /* size of that disk */
	dev_t disk;
	/* Private: the dump being received, in its part. */
	struct sx_part *part;
	int64_t sync_at; /* 0: nothing to sync */
	bool part_failed, part_lost;
	uint64_t size;		  /* bytes received */
	uint64_t kept;		  /* of these, bytes in the part */
	bool cut;		  /* the rest is not kept; this was reported */
	uint64_t unkept, skipped; /* bytes after cuts: not yet reported;
				     reported */
	uint64_t grown;		  /* bytes since the last look at the disk */
	/* In a flood the dump is in memory, and earlier ones in a spool. */
	bool buffered;
	struct sx_time began;
	uint8_t *buf;
	size_t nbuf, room_buf;
	struct sx_spool *spool;
	struct sx_job *spooled, *last_spooled;
	int64_t close_at;
	/* Jobs waiting, in order; returned ones are inserted at *returned. */
	struct sx_job *back, **back_end, **returned;
	/* Events not yet reported. */
	struct sx_notes notes;
	struct sx_job *told, **told_end, *given_job;
	struct sx_differences differ;
	size_t untold;
};

/*
 * Get the next event; false if there is none. Call it until it returns false
 * after every function marked (*), so that events stay in order.
 */
bool sx_keeper_next(struct sx_keeper *k, struct sx_keeper_event *ev);

/*
 * (*) Process one step of the input. backlog: bytes waiting to be read after
 * it; a large backlog is a flood (only checked where a dump begins). Returns 1
 * if no more of the open dump can be kept and the caller must cut it
 * (SX_END_UNKEPT), 0, or -1 and sets e.
 */
int sx_keeper_step(struct sx_keeper *k, const struct sx_step *step, int64_t now,
    size_t backlog, struct sx_err *e);
/* (*) Report bytes skipped after a cut; `skipped` is the total so far. Call
 * when a new dump begins and at the end. */
void sx_keeper_skipped(struct sx_keeper *k, uint64_t skipped);
/* (*) Do what is due at mono time now: sync the open part, end a flood. Returns
 * 0, or -1 and sets e. */
int sx_keeper_tick(
    struct sx_keeper *k, int64_t now, size_t backlog, struct sx_err *e);
/* The mono time by which to call sx_keeper_tick() again. */
int64_t sx_keeper_due(const struct sx_keeper *k);

/*
 * (*) Hand over a finished dump of the store, to become a file. Consumes p in
 * all cases. Returns 0, or -1 and sets e; its part stays for the next start,
 * except with SX_FORMAT_BYTES, where it is removed.
 */
int sx_keeper_add(struct sx_keeper *k, struct sx_pending *p, struct sx_err *e);
/* (*) Take a job of this keeper back from the archiver. If it failed: patient,
 * the dump waits, k->trouble is set and 0 is returned; otherwise returns -1 and
 * sets e, and the dump stays in its part (removed with SX_FORMAT_BYTES). The
 * next dump is tried once all jobs are back. */
int sx_keeper_take_back(
    struct sx_keeper *k, struct sx_job *job, struct sx_err *e);
/* Hand the spooled dumps to the archiver. */
void sx_keeper_flush(struct sx_keeper *k);

/* (*) Retry after an error or before the first dump (patient mode): open the
 * folder, rewrite whatever the disk does not hold, and hand over all waiting
 * dumps. Returns true if no dump waits any more, false also while the archiver
 * still has dumps. */
bool sx_keeper_retry(struct sx_keeper *k);
/* Bytes of dumps waiting for the disk. */
uint64_t sx_keeper_bytes_back(const struct sx_keeper *k);
/* Of those dumps: how many a later start recovers, and how many would be lost
 * if the program ended now. Dumps reported as LOST are not counted. */
void sx_keeper_count_back(
    const struct sx_keeper *k, size_t *saved, size_t *lost);
/* Update low, room, disk_size and disk. */
void sx_keeper_look_at_room(struct sx_keeper *k);

/* Bytes so far of the dump being received; 0: none. */
uint64_t sx_keeper_incoming(const struct sx_keeper *k);

/* Was any input damaged, lost or with a wrong checksum? */
bool sx_keeper_hurt(const struct sx_keeper *k);

/* Dumps that are not files yet stay in their parts. k may be zeroed and never
 * used. */
void sx_keeper_free(struct sx_keeper *k);

#endif
