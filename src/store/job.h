/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_JOB_H
#define SXLIB_STORE_JOB_H

#include "part.h"
#include "sxlib/archiver.h"
#include "sxlib/pending.h"

/* What the keeper hands over to the archiver, and how. */

struct sx_job {
	struct sx_job *next; /* free to be used by whoever has it */
	void *owner;	     /* the caller's own */
	struct sx_store *store;
	struct sx_part *part;	/* NULL once it is kept, or */
	struct sx_spool *spool; /* while its bytes are in there, */
	uint64_t at;		/* at this offset */
	struct sx_dump dump;
	struct sx_piece *pieces; /* behind dump.pieces */
	bool lost;  /* the caller's own: its loss has been reported */
	bool unfit; /* whole, but not what it should be: it is named as a
		       damaged one */
	/* Back from the archiver: */
	bool kept;		 /* all is on the disk, and stored says where */
	bool named;		 /* not kept, but it has its name already: only
				    the sync of that has failed */
	struct sx_stored stored; /* path is the job's, until taken */
	/* Private: */
	bool spooled;
	struct sx_part *file;
	const char *suffix;
	bool ready; /* to be named */
	int in_set;
};

/* For a dump in its part, or with NULL one that goes into a spool: the part is
 * the job's then, the dump is copied. NULL and e if memory ends: the part is
 * still the caller's. */
struct sx_job *sx_job_new(
    struct sx_part *part, const struct sx_dump *dump, struct sx_err *e);
/* Free it. A part that it still has is released: its file stays. */
void sx_job_free(struct sx_job *job);

/* After trouble, with a store that has memory, reopened: make sure that the
 * dump is in a file there, rewritten from memory where it has to be. 0: hand it
 * over again; -1 and e: it is as it was, and lost if sx_part_buffered() is
 * false. */
int sx_job_renew(struct sx_job *job, struct sx_err *e);

/* Is it in a file of which nothing is missing, for a later start to find? */
bool sx_job_is_saved(const struct sx_job *job);
/* Is all of it in memory? */
bool sx_job_is_buffered(const struct sx_job *job);
/* The path of that file, or NULL. */
const char *sx_job_path(const struct sx_job *job);

/*
 * A spool: where dumps come faster than files can be made, many share one, with
 * their times and checksums, {time}-{pid}.spool. The archiver makes files of
 * them later; so does a start after a crash. NULL and e on failure.
 */
struct sx_spool *sx_spool_new(
    struct sx_store *s, struct sx_time t, struct sx_err *e);
/* Add a dump, whose bytes these are: the job is in the spool then. -1 and e: it
 * is not. */
int sx_spool_add(struct sx_spool *sp, struct sx_job *job, const uint8_t *bytes,
    struct sx_err *e);
/* How many were added. */
size_t sx_spool_jobs(const struct sx_spool *sp);
/* Its file, borrowed: to be synced, or for its path. */
struct sx_part *sx_spool_part(const struct sx_spool *sp);
/* No more is added; it lives as long as its jobs. May be NULL. */
void sx_spool_unref(struct sx_spool *sp);
/* Nothing was added: remove it. */
void sx_spool_drop(struct sx_spool *sp);

/* Hand jobs over, a list in the order of arrival; those of one spool all at
 * once. They come back from sx_archiver_next(). */
void sx_archiver_add(
    struct sx_archiver *a, struct sx_store *s, struct sx_job *first);

/*
 * Make what a part that still grows holds now survive a power cut, and its
 * name. The part may be kept or dropped meanwhile; if this fails, the next call
 * for the part does. -1 and e: the one before has failed, or this cannot be.
 */
int sx_archiver_sync(
    struct sx_archiver *a, struct sx_part *part, struct sx_err *e);

/*
 * After a job has failed, those of its store that were handed over behind it
 * come back as well, not tried. *e: why, until sx_archiver_resume() lets the
 * store's jobs be tried again; all of them have to be back then.
 */
void sx_archiver_trouble(
    struct sx_archiver *a, const struct sx_store *s, struct sx_err *e);
void sx_archiver_resume(struct sx_archiver *a, struct sx_store *s);

/* So many of them may have parts, so that descriptors are left for other
 * things. */
size_t sx_archiver_most(const struct sx_archiver *a);

/* pending.c: take a part over, and a copy of its dump, into p, which is
 * overwritten. -1 and e: memory ends, and the part is still the caller's. */
int sx_pending_set(struct sx_pending *p, struct sx_part *part,
    const struct sx_dump *dump, struct sx_err *e);

#endif
