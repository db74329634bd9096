/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_KEEPING_H
#define SXLIB_KEEPING_H

#include <stdbool.h>

#include "sxlib/disk.h"
#include "sxlib/err.h"
#include "sxlib/keeper.h"
#include "sxlib/pending.h"
#include "sxlib/saver.h"

/*
 * Finishing the dumps of a keeper: the archiver makes files of them, and at the
 * end FILE.syx and FILE.mid get their names. Everything that happens is
 * reported as an event.
 */

enum sx_keeping_type {
	SX_KEEPING_KEEPER,  /* an event of the keeper: `keeper` */
	SX_KEEPING_DISK,    /* an event of its disk: `disk` */
	SX_KEEPING_WAITING, /* still waiting; some time has passed */
	SX_KEEPING_LEFT,    /* out of time for the rest: see the saver */
	SX_KEEPING_FILE,    /* FILE.syx or FILE.mid is complete: `stored` */
	SX_KEEPING_FINAL,   /* every KEPT dump that was not final now is */
};

/* Pointers are valid until the next call. */
struct sx_keeping_event {
	enum sx_keeping_type type;
	struct sx_keeper_event keeper;
	struct sx_disk_event disk;
	const struct sx_stored *stored;
};

struct sx_keeping {
	/* Set by the caller, borrowed. */
	struct sx_keeper *keeper; /* with one store */
	struct sx_saver *saver;	  /* uses the keeper's archiver; NULL: each dump
				     is written at once */
	/* An error while finishing: no FILE is made. Also set by the caller. */
	bool failed;
	/* Private. */
	struct sx_disk *disk; /* NULL: a failing disk is an error */
	struct sx_disk_keeper patient;
	int todo;
	bool finishing;
	struct sx_stored stored;
};

/* Survive disk errors: adds the keeper to d, which is borrowed and must have
 * been opened with the same saver. Dumps that the disk does not accept then
 * wait, and no disk error makes a function below fail. */
void sx_keeping_outlive(struct sx_keeping *k, struct sx_disk *d);

/* As sx_keeper_step(). Does not wait if the archiver has too many dumps. */
int sx_keeping_step(struct sx_keeping *k, const struct sx_step *step,
    int64_t now, size_t backlog, struct sx_err *e);
/* When to call sx_keeper_tick() and sx_keeping_next() again. */
int64_t sx_keeping_due(const struct sx_keeping *k);
/*
 * Keep a dump, as sx_keeper_add() does. Then limit the queue: if too many dumps
 * wait, the next calls of sx_keeping_next() wait until half of them are files.
 */
int sx_keeping_add(
    struct sx_keeping *k, struct sx_pending *p, struct sx_err *e);
/* The next calls wait until all dumps added so far are files; after a signal,
 * for a few seconds at most. */
void sx_keeping_settle(struct sx_keeping *k);
/* The same, then finish the store. */
void sx_keeping_finish(struct sx_keeping *k);

/*
 * Get the next event. Returns 1; 0 when there is nothing left to do (without
 * one of the calls above: nothing more has come back yet); or -1 and sets e
 * (the first error) if a dump could not be kept: keep calling. Blocks for 0.1 s
 * at most; longer, on the disk, without a saver or while the store is finished.
 */
int sx_keeping_next(
    struct sx_keeping *k, struct sx_keeping_event *ev, struct sx_err *e);

/* Does not free the keeper, the saver or the store. */
void sx_keeping_free(struct sx_keeping *k);

#endif
