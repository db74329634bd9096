/* SPDX-License-Identifier: ISC */
/* The keeper: makes files of finished dumps and reports them. */
#include <stdlib.h>

#include "keeper.h"

/* Cost of handing over a job, in bytes written. */
#define JOB_COST ((uint64_t)4 << 10)

/* ---- Events ---- */

void
sx_keeper_note(struct sx_keeper *k, const struct sx_keeper_event *ev)
{
	k->untold += !sx_notes_add(&k->notes, ev, sizeof(*ev), ev->why);
}

/* Report that a job has become a file. The job itself is the event. */
static void
keeper_note_kept(struct sx_keeper *k, struct sx_job *job)
{
	k->files++;
	job->next = NULL;
	if (k->told == NULL)
		k->told_end = &k->told;
	*k->told_end = job;
	k->told_end = &job->next;
}

/* Free the job of the last event. */
static void
keeper_forget_given(struct sx_keeper *k)
{
	if (k->given_job != NULL)
		sx_job_free(k->given_job);
	k->given_job = NULL;
}

bool
sx_keeper_next(struct sx_keeper *k, struct sx_keeper_event *ev)
{
	const struct sx_keeper_event *note;
	const struct sx_err *why;

	keeper_forget_given(k);
	note = sx_notes_next(&k->notes, &why);
	if (note != NULL) {
		*ev = *note;
		ev->why = why;
		return true;
	}
	if (k->untold > 0) {
		*ev = (struct sx_keeper_event){ .type = SX_KEEPER_UNTOLD,
			.untold = k->untold };
		k->untold = 0;
		return true;
	}
	if (k->told == NULL)
		return false;
	k->given_job = k->told;
	k->told = k->given_job->next;
	*ev = (struct sx_keeper_event){ .type = SX_KEEPER_KEPT,
		.dump = &k->given_job->dump,
		.stored = &k->given_job->stored };
	return true;
}

/* ---- Jobs to and from the archiver ---- */

void
sx_keeper_leave(const struct sx_keeper *k, struct sx_part *part)
{
	if (k->store->format == SX_FORMAT_BYTES)
		sx_part_drop(part);
	else
		sx_part_release(part);
}

/* Insert a job at *link in the list of waiting jobs. */
static void
keeper_back_insert(
    struct sx_keeper *k, struct sx_job **link, struct sx_job *job)
{
	job->next = *link;
	*link = job;
	if (job->next == NULL)
		k->back_end = &job->next;
	/* Keep descriptors free for incoming dumps. */
	if (++k->nback > sx_archiver_most(k->archiver) / 2 && !job->named &&
	    job->part != NULL)
		sx_part_park(job->part);
}

/* Make a job wait, behind all others. */
static void
keeper_back_add(struct sx_keeper *k, struct sx_job *job)
{
	if (k->back == NULL)
		k->returned = k->back_end = &k->back;
	keeper_back_insert(k, k->back_end, job);
}

/* Make a job wait that the archiver has returned. It goes before the jobs that
 * have been waiting, as will those handed over after it. */
static void
keeper_back_return(struct sx_keeper *k, struct sx_job *job)
{
	if (k->back == NULL)
		k->returned = k->back_end = &k->back;
	keeper_back_insert(k, k->returned, job);
	k->returned = &job->next;
}

/* Remove the first n waiting jobs. If they return, they go to the front. */
static void
keeper_back_drop_first(struct sx_keeper *k, size_t n)
{
	k->nback -= n;
	while (n-- > 0)
		k->back = k->back->next;
	k->returned = &k->back;
	if (k->back == NULL)
		k->back_end = &k->back;
}

/* Add a hint that the dump is in its part. */
static void
keeper_hint_part(
    const struct sx_keeper *k, const struct sx_job *job, struct sx_err *e)
{
	const char *path = sx_job_path(job);

	if (path != NULL && !job->named && k->store->format != SX_FORMAT_BYTES)
		sx_hint(e,
		    "the dump is in '%s': the next 'sxlib receive' into this "
		    "folder recovers it",
		    path);
}

static void
keeper_discard(const struct sx_keeper *k, struct sx_job *job)
{
	struct sx_part *part = job->part;

	job->part = NULL;
	if (job->file == part)
		job->file = NULL;
	if (part != NULL)
		sx_keeper_leave(k, part);
	sx_job_free(job);
}

/* Report a lost dump, of which `bytes` had arrived. */
static void
keeper_note_lost(struct sx_keeper *k, uint64_t bytes, const struct sx_err *why)
{
	const struct sx_keeper_event ev = {
		.type = SX_KEEPER_LOST, .bytes = bytes, .why = why
	};

	k->lost++;
	sx_keeper_note(k, &ev);
}

/* Report a dump at once if neither the disk nor memory holds it. It waits all
 * the same: the disk may come back. */
static void
keeper_look_for_loss(struct sx_keeper *k, struct sx_job *job)
{
	if (job->lost || sx_job_is_buffered(job) || sx_job_is_saved(job))
		return;
	job->lost = true;
	keeper_note_lost(k, job->dump.bytes, NULL);
}

int
sx_keeper_take_back(struct sx_keeper *k, struct sx_job *job, struct sx_err *e)
{
	struct sx_err why;

	k->out--;
	if (job->kept) {
		k->failures = 0;
		keeper_note_kept(k, job);
		return 0;
	}
	if (k->patient) {
		sx_archiver_trouble(k->archiver, k->store, &why);
		sx_keeper_set_trouble(k, &why);
		keeper_look_for_loss(k, job);
		keeper_back_return(k, job);
		return 0;
	}
	if (e->code == SX_OK) {
		sx_archiver_trouble(k->archiver, k->store, e);
		keeper_hint_part(k, job, e);
	}
	keeper_discard(k, job);
	/* A caller that goes on tries the next dump. */
	if (k->out == 0)
		sx_archiver_resume(k->archiver, k->store);
	return -1;
}

/* Make the file at once, without an archiver. */
static int
keeper_keep_now(struct sx_keeper *k, struct sx_job *job, struct sx_err *e)
{
	struct sx_dump named = job->dump;

	if (job->unfit)
		named.damage.kind = SX_DAMAGE_INPUT;
	if (sx_part_keep(job->part, &named, &job->stored, e) == -1) {
		keeper_hint_part(k, job, e);
		keeper_discard(k, job);
		return -1;
	}
	job->part = NULL;
	keeper_note_kept(k, job);
	return 0;
}

int
sx_keeper_add_job(struct sx_keeper *k, struct sx_job *job, struct sx_err *e)
{
	if (k->archiver == NULL)
		return keeper_keep_now(k, job, e);
	/* Only what the disk holds of a lost dump is stored. */
	if (k->part_lost && k->kept == 0) {
		keeper_discard(k, job);
		return 0;
	}
	job->lost |= k->part_lost;
	if (k->patient && (k->part_failed || k->must_wait || k->nback > 0)) {
		keeper_look_for_loss(k, job);
		keeper_back_add(k, job);
		return 0;
	}
	k->out++;
	sx_archiver_add(k->archiver, k->store, job);
	return 0;
}

int
sx_keeper_add_part(struct sx_keeper *k, struct sx_part *part,
    const struct sx_dump *dump, bool unfit, struct sx_err *e)
{
	struct sx_job *job;

	k->whole += dump->damage.kind == SX_DAMAGE_NONE;
	job = sx_job_new(part, dump, e);
	if (job == NULL) {
		if (part != NULL)
			sx_keeper_leave(k, part);
		return -1;
	}
	job->owner = k->owner;
	job->unfit = unfit;
	k->damaged += dump->damage.kind != SX_DAMAGE_NONE;
	k->bad += dump->facts.checksum == SX_CHECKSUM_BAD;
	return k->buffered ? sx_keeper_spool(k, job, e)
			   : sx_keeper_add_job(k, job, e);
}

int
sx_keeper_add(struct sx_keeper *k, struct sx_pending *p, struct sx_err *e)
{
	int rc = sx_keeper_add_part(k, p->part, &p->dump, p->unfit, e);

	p->part = NULL;
	sx_pending_drop(p);
	return rc;
}

/* ---- Trouble ---- */

void
sx_keeper_set_trouble(struct sx_keeper *k, const struct sx_err *e)
{
	if (k->trouble.code != SX_OK)
		return;
	k->trouble = *e;
	k->failures++;
}

int
sx_keeper_bear(struct sx_keeper *k, const struct sx_err *why, struct sx_err *e)
{
	if (!k->patient) {
		*e = *why;
		return -1;
	}
	k->part_failed = true;
	sx_keeper_set_trouble(k, why);
	return 0;
}

uint64_t
sx_keeper_bytes_back(const struct sx_keeper *k)
{
	uint64_t n = 0;

	for (const struct sx_job *job = k->back; job != NULL; job = job->next)
		n += job->dump.bytes;
	return n;
}

void
sx_keeper_count_back(const struct sx_keeper *k, size_t *saved, size_t *lost)
{
	*saved = *lost = 0;
	for (const struct sx_job *job = k->back; job != NULL; job = job->next) {
		bool is_saved = sx_job_is_saved(job);

		*saved += is_saved;
		*lost += !is_saved && !job->lost;
	}
}

/* Hand over the first waiting job, and all others in its spool. */
static void
keeper_hand_over_first(struct sx_keeper *k)
{
	struct sx_job *job = k->back, *last = job;
	size_t n = 1;

	for (; last->next != NULL && job->spool != NULL &&
	       last->next->spool == job->spool;
	     n++)
		last = last->next;
	keeper_back_drop_first(k, n);
	k->out += n;
	last->next = NULL;
	sx_archiver_add(k->archiver, k->store, job);
}

static bool
keeper_has_more_to_hand_over(const struct sx_keeper *k, uint64_t done)
{
	return k->back != NULL && (k->burst == 0 || done < k->burst);
}

/* Hand over as many waiting jobs as possible; rewrite what the disk does not
 * hold. */
static void
keeper_hand_over_back(struct sx_keeper *k)
{
	struct sx_job *job;
	struct sx_err e = { 0 };

	for (uint64_t done = 0; keeper_has_more_to_hand_over(k, done);) {
		job = k->back;
		done += job->dump.bytes + JOB_COST;
		if (sx_job_renew(job, &e) == 0) {
			keeper_hand_over_first(k);
		} else if (sx_job_is_buffered(job)) {
			sx_keeper_set_trouble(k, &e);
			return;
		} else {
			if (!job->lost)
				keeper_note_lost(k, job->dump.bytes, &e);
			e = (struct sx_err){ 0 };
			keeper_back_drop_first(k, 1);
			keeper_discard(k, job);
		}
	}
}

bool
sx_keeper_retry(struct sx_keeper *k)
{
	struct sx_err e = { 0 };

	/* The jobs that the archiver still has come back first. */
	if (k->out > 0)
		return false;
	if (sx_store_reopen(k->store, &e) == -1 ||
	    (k->part != NULL && k->part_failed && sx_part_buffered(k->part) &&
		sx_part_renew(k->part, &e) == -1)) {
		k->trouble.code = SX_OK;
		sx_keeper_set_trouble(k, &e);
		return false;
	}
	k->part_failed = k->part_failed && k->part_lost;
	k->trouble = (struct sx_err){ 0 };
	sx_archiver_resume(k->archiver, k->store);
	keeper_hand_over_back(k);
	return k->trouble.code == SX_OK && k->back == NULL;
}

/* ---- The end ---- */

uint64_t
sx_keeper_incoming(const struct sx_keeper *k)
{
	return k->buffered ? k->nbuf : k->part != NULL ? k->size : 0;
}

bool
sx_keeper_hurt(const struct sx_keeper *k)
{
	return k->damaged > 0 || k->bad > 0 || k->losses > 0;
}

static void
keeper_free_jobs(struct sx_job *job)
{
	struct sx_job *next;

	for (; job != NULL; job = next) {
		next = job->next;
		sx_job_free(job);
	}
}

void
sx_keeper_free(struct sx_keeper *k)
{
	keeper_forget_given(k);
	sx_notes_free(&k->notes);
	keeper_free_jobs(k->told);
	keeper_free_jobs(k->back);
	keeper_free_jobs(k->spooled);
	sx_spool_unref(k->spool);
	free(k->buf);
	sx_pending_release(&k->first);
	if (k->part != NULL)
		sx_part_release(k->part);
}
