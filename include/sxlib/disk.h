/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DISK_H
#define SXLIB_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/keeper.h"
#include "sxlib/notes.h"
#include "sxlib/saver.h"
#include "sxlib/store.h"

/*
 * A disk that may be full, gone or stuck, below one or more patient keepers:
 * dumps that it does not accept wait in memory and are retried every second.
 * Everything that happens is reported as an event.
 */

/* One of the keepers. */
struct sx_disk_keeper {
	/* Set by the caller, borrowed. */
	struct sx_keeper *k; /* its store has the memory of the sx_disk */
	const char *key;     /* dumps of an older keeper with the same key are
				stored first; NULL: no key */
	void *user;	     /* free for the caller */
	/* Private. */
	struct sx_disk_keeper *next;
	bool low;  /* the keeper's `low`, as last handled */
	bool over; /* after sx_disk_end() */
};

enum sx_disk_type {
	SX_DISK_LOW,	   /* the disk of `of` is nearly full */
	SX_DISK_TROUBLE,   /* it accepts no writes: why */
	SX_DISK_RECOVERED, /* it works again; `lost` dumps were lost */
	SX_DISK_UNTOLD,	   /* out of memory: an event is missing */
	/* At the end: */
	SX_DISK_LEFT, /* not everything is stored: see the saver */
	SX_DISK_BACK, /* dumps of `of` still wait for the disk: why, or NULL;
			 counts in `lost` and `saved` */
};

/* Pointers are valid until the next call. */
struct sx_disk_event {
	enum sx_disk_type type;
	struct sx_disk_keeper *of; /* NULL: all keepers; LEFT: the first one */
	const struct sx_err *why;
	size_t lost, saved;
};

/* Totals for all keepers, including those that are gone. */
struct sx_disk_totals {
	size_t files;
	size_t back, out, lost; /* dumps, see the keeper */
	uint64_t bytes;		/* of the dumps in `back` */
	bool low;
};

struct sx_disk {
	/* Set by the caller after sx_disk_open(). For callers that must not be
	 * held up: a call rewrites about this many bytes, and dumps wait while
	 * the archiver has too many; 0: no limit. */
	uint64_t burst;
	/* Read-only. */
	struct sx_memory memory; /* for dumps that wait; for the stores */
	struct sx_disk_keeper *list;
	bool in_trouble; /* after TROUBLE, until RECOVERED; also set by
			    sx_disk_end() if a keeper has an error */
	bool stuck;	 /* the disk does not respond */
	/* Private. */
	struct sx_saver *saver;
	struct sx_notes notes;
	bool untold;
	bool some;	    /* jobs came back */
	size_t lost_before; /* dumps lost when the trouble began */
	int64_t retry_at;
	int64_t stuck_at; /* when an unresponsive disk counts as stuck */
	size_t files_then;
	size_t gone_files, gone_lost; /* of keepers that are gone */
	unsigned rounds;
};

/* Measure the memory. saver: of the keepers' archiver, borrowed. d must not
 * move after this. */
void sx_disk_open(struct sx_disk *d, struct sx_saver *saver);
/* Add a keeper, borrowed until it is removed, and open its folder if that can
 * be done now. It becomes patient, and the owner of its jobs is `of`. */
void sx_disk_add(struct sx_disk *d, struct sx_disk_keeper *of);
void sx_disk_remove(struct sx_disk *d, struct sx_disk_keeper *of);

/* As sx_keeper_step(), for one of the keepers. */
int sx_disk_step(struct sx_disk *d, struct sx_disk_keeper *of,
    const struct sx_step *step, int64_t now, size_t backlog, struct sx_err *e);
/* Take a finished job back. Returns false if there is none. */
bool sx_disk_collect(struct sx_disk *d);
/* Call after adding dumps, until it returns false: as sx_saver_room(). */
bool sx_disk_room(struct sx_disk *d);
/* Call once sx_disk_collect() returns false: retries if it is time to, and
 * reports changes as events. Blocks on the disk. */
void sx_disk_look(struct sx_disk *d, int64_t now);
/* The mono time, at least 1, by which to call sx_disk_look() and
 * sx_keeper_tick() again. */
int64_t sx_disk_due(const struct sx_disk *d);
/* Get the next event; false if there is none. */
bool sx_disk_next(struct sx_disk *d, struct sx_disk_event *ev);
struct sx_disk_totals sx_disk_total(const struct sx_disk *d);

/*
 * Call at the end, until it returns false: hands over everything, waits for it
 * as sx_saver_settle() does, and retries a few times what the disk did not
 * accept. *waited: nothing has come back yet.
 */
bool sx_disk_settle(struct sx_disk *d, bool *waited);
/* Call then for each keeper: reports dumps that still wait for the disk, and
 * stops waiting for it. */
void sx_disk_end(struct sx_disk *d, struct sx_disk_keeper *of);
/* Does not free the keepers. d may be zeroed and never opened. */
void sx_disk_free(struct sx_disk *d);

#endif
