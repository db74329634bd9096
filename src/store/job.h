/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_JOB_H
#define SXLIB_STORE_JOB_H

#include "part.h"
#include "sxlib/archiver.h"
#include "sxlib/pending.h"

/* The interface between keeper and archiver. */

struct sx_job {
	struct sx_job *next; /* for the current owner of the job */
	void *owner;	     /* for the caller */
	struct sx_store *store;
	struct sx_part *part;	/* NULL once it is kept, or */
	struct sx_spool *spool; /* while its bytes are in a spool, */
	uint64_t at;		/* at this offset */
	struct sx_dump dump;
	struct sx_piece *pieces; /* storage of dump.pieces */
	bool lost;  /* for the caller: the loss has been reported */
	bool unfit; /* complete, but not as expected: named like a damaged
		       dump */
	/* Set by the archiver: */
	bool kept;		 /* everything is on disk, at the place in
				    `stored` */
	bool named;		 /* not kept, but the file has its name: only
				    the sync of that failed */
	struct sx_stored stored; /* path belongs to the job until the caller
				    takes it */
	/* Private: */
	bool spooled;
	struct sx_part *file;
	const char *suffix;
	bool ready;   /* to be named */
	bool counted; /* as one that has its name */
	int in_set;
};

/* A job for a dump in its part, or with part NULL for a dump that goes into a
 * spool. The job owns the part; dump is copied. Returns NULL and sets e if
 * memory runs out; the part then remains the caller's. */
struct sx_job *sx_job_new(
    struct sx_part *part, const struct sx_dump *dump, struct sx_err *e);
/* Free it. If it still has a part, the part is released and its file stays. */
void sx_job_free(struct sx_job *job);

/* After trouble, with a store that has memory and was reopened: make sure that
 * the dump is in a file there, rewriting it from memory if needed. Returns 0:
 * add the job again; -1 and sets e: unchanged, and lost if sx_part_buffered()
 * is false. */
int sx_job_renew(struct sx_job *job, struct sx_err *e);

/* True if all of it is in a file that recovery will find. */
bool sx_job_is_saved(const struct sx_job *job);
/* True if all of it is in memory. */
bool sx_job_is_buffered(const struct sx_job *job);
/* The path of its file, or NULL. */
const char *sx_job_path(const struct sx_job *job);

/*
 * A spool. When dumps arrive faster than files can be made, many share one
 * file, {time}-{pid}.spool, together with their times and checksums. The
 * archiver makes files from them later; so does recovery after a crash. Returns
 * NULL and sets e on failure.
 */
struct sx_spool *sx_spool_new(
    struct sx_store *s, struct sx_time t, struct sx_err *e);
/* Add a dump with these bytes; its job is then in the spool. Returns -1 and
 * sets e on failure; it is not. */
int sx_spool_add(struct sx_spool *sp, struct sx_job *job, const uint8_t *bytes,
    struct sx_err *e);
/* The number of jobs added. */
size_t sx_spool_jobs(const struct sx_spool *sp);
/* Its file, borrowed: to sync it, or for its path. */
struct sx_part *sx_spool_part(const struct sx_spool *sp);
/* Nothing more will be added. The spool lives as long as its jobs. sp may be
 * NULL. */
void sx_spool_unref(struct sx_spool *sp);
/* Remove a spool to which nothing was added. */
void sx_spool_drop(struct sx_spool *sp);

/* Pass a list of jobs to the archiver, in order of arrival, with all jobs of a
 * spool in one call. They are returned by sx_archiver_next(). */
void sx_archiver_add(
    struct sx_archiver *a, struct sx_store *s, struct sx_job *first);

/*
 * Sync the current contents and the name of a growing part, in the background.
 * The part may be kept or dropped meanwhile. If the sync fails, the next call
 * for the part reports it. Returns -1 and sets e if the previous sync failed or
 * this one cannot be started.
 */
int sx_archiver_sync(
    struct sx_archiver *a, struct sx_part *part, struct sx_err *e);

/*
 * After a job fails, later jobs of the same store are returned untried. *e is
 * the reason, until sx_archiver_resume() re-enables the store; all its jobs
 * must have been returned by then.
 */
void sx_archiver_trouble(
    struct sx_archiver *a, const struct sx_store *s, struct sx_err *e);
void sx_archiver_resume(struct sx_archiver *a, struct sx_store *s);

/* The number of jobs that may have parts, so that enough descriptors remain for
 * other uses. */
size_t sx_archiver_most(const struct sx_archiver *a);

/* pending.c: move a part, and copy its dump, into p, which is overwritten.
 * Returns -1 and sets e if memory runs out; the part then remains the
 * caller's. */
int sx_pending_set(struct sx_pending *p, struct sx_part *part,
    const struct sx_dump *dump, struct sx_err *e);

#endif
