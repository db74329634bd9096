/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_KEEPING_H
#define SXLIB_KEEPING_H

#include <stdbool.h>

#include "sxlib/err.h"
#include "sxlib/keeper.h"
#include "sxlib/pending.h"
#include "sxlib/saver.h"

/*
 * The end of every dump of a keeper: the archiver makes files of them, and at
 * the end FILE.syx and FILE.mid get their names. Everything is an event.
 */

enum sx_keeping_type {
	SX_KEEPING_KEEPER,  /* the keeper tells something: `keeper` */
	SX_KEEPING_WAITING, /* some time has passed */
	SX_KEEPING_LEFT,    /* it is too late for the rest: see the saver */
	SX_KEEPING_FILE,    /* FILE.syx or FILE.mid is whole: `stored` */
	SX_KEEPING_FINAL,   /* all that was KEPT and not final is so now */
};

/* Pointers are valid until the next call. */
struct sx_keeping_event {
	enum sx_keeping_type type;
	struct sx_keeper_event keeper;
	const struct sx_stored *stored;
};

struct sx_keeping {
	/* Set by the caller, borrowed. */
	struct sx_keeper *keeper; /* of one store */
	struct sx_saver *saver;	  /* its archiver is the keeper's; NULL: each
				     dump is kept at once */
	/* Something has failed while finishing: no file is finished then. Set
	 * here, or by the caller. */
	bool failed;
	/* Private. */
	int todo;
	bool finishing;
	struct sx_stored stored;
};

/*
 * Keep a dump: as sx_keeper_add(). Then see to it that not too many wait: the
 * next calls of sx_keeping_next() may wait until half of them are files.
 */
int sx_keeping_add(
    struct sx_keeping *k, struct sx_pending *p, struct sx_err *e);
/* The next calls wait until all that were added are files; after a signal for a
 * few seconds only. */
void sx_keeping_settle(struct sx_keeping *k);
/* The same, and then the store is finished. */
void sx_keeping_finish(struct sx_keeping *k);

/*
 * The next event. 1; 0: nothing more is to be done, and without any of the
 * calls above that is all that has come back by now; -1 and e (the first one):
 * a dump could not be kept, go on. Blocks for 0.1 s at most, and on the disk
 * where there is no saver or the store is finished.
 */
int sx_keeping_next(
    struct sx_keeping *k, struct sx_keeping_event *ev, struct sx_err *e);

/* The keeper, the saver and the store are the caller's. */
void sx_keeping_free(struct sx_keeping *k);

#endif
