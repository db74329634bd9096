/* SPDX-License-Identifier: ISC */
/*
 * The keeper during a flood: dumps arrive faster than files can be made. No
 * cable is that fast, but a program can be. Each dump is on disk at once, but
 * shares a file with others until there is time for a separate one.
 */
#include <stdlib.h>
#include <string.h>

#include "keeper.h"

#define FLOOD_BYTES ((size_t)32 << 10) /* waiting to be read */
#define SMALL	    ((size_t)16 << 10)
#define SPOOL_JOBS  400
#define SPOOL_US    300000

/* Must dumps wait for the disk to work again? */
static bool
keeper_is_in_trouble(const struct sx_keeper *k)
{
	return k->part_failed || k->must_wait || k->nback > 0 ||
	       k->trouble.code != SX_OK;
}

bool
sx_keeper_is_flooded(const struct sx_keeper *k, size_t backlog)
{
	return k->archiver != NULL && !k->twice && !keeper_is_in_trouble(k) &&
	       sx_store_on_disk(k->store) && backlog > FLOOD_BYTES;
}

/* Move the buffered bytes to a part. */
static int
keeper_unbuffer(struct sx_keeper *k, int64_t now, struct sx_err *e)
{
	const struct sx_step step = {
		.time = k->began, .data = k->buf, .len = k->nbuf
	};

	k->buffered = false;
	if (sx_keeper_begin(k, k->began, now, e) == -1)
		return -1;
	return sx_keeper_data(k, &step, e);
}

int
sx_keeper_buffer(struct sx_keeper *k, const struct sx_step *step, int64_t now,
    struct sx_err *e)
{
	size_t want = k->room_buf > 0 ? k->room_buf : 1024;
	uint8_t *p;

	if (step->begins) {
		k->buffered = true;
		k->began = step->time;
		k->nbuf = 0;
		if (k->spool == NULL)
			k->close_at = now + SPOOL_US;
	}
	while (want < k->nbuf + step->len)
		want *= 2;
	if (want > k->room_buf) {
		p = realloc(k->buf, want);
		if (p == NULL)
			return sx_fail_memory(e);
		k->buf = p;
		k->room_buf = want;
	}
	memcpy(k->buf + k->nbuf, step->data, step->len);
	k->nbuf += step->len;
	return k->nbuf > SMALL ? keeper_unbuffer(k, now, e) : 0;
}

/* Append a job to those of the spool. */
static void
keeper_spool_add(struct sx_keeper *k, struct sx_job *job)
{
	job->next = NULL;
	if (k->spooled == NULL)
		k->spooled = job;
	else
		k->last_spooled->next = job;
	k->last_spooled = job;
}

void
sx_keeper_flush(struct sx_keeper *k)
{
	struct sx_job *jobs = k->spooled;

	if (k->spool == NULL)
		return;
	if (jobs == NULL) {
		sx_spool_drop(k->spool);
		k->spool = NULL;
		return;
	}
	k->out += sx_spool_jobs(k->spool);
	sx_spool_unref(k->spool);
	k->spool = NULL;
	k->spooled = NULL;
	sx_archiver_add(k->archiver, k->store, jobs);
}

/* Use a part instead: it may work where a spool cannot be made or written. */
static int
keeper_spool_failed(struct sx_keeper *k, struct sx_job *job, struct sx_err *e)
{
	sx_keeper_flush(k);
	if (keeper_unbuffer(k, k->began.mono, e) == -1) {
		sx_job_free(job);
		return -1;
	}
	job->part = sx_keeper_part(k);
	return sx_keeper_add_job(k, job, e);
}

/* Return the most jobs per spool: splitting one needs a descriptor per dump. */
static size_t
keeper_spool_most(const struct sx_keeper *k)
{
	size_t most = sx_archiver_most(k->archiver) / 2;

	return most < SPOOL_JOBS ? most : SPOOL_JOBS;
}

int
sx_keeper_spool(struct sx_keeper *k, struct sx_job *job, struct sx_err *e)
{
	struct sx_err why = { 0 };

	if (keeper_is_in_trouble(k))
		return keeper_spool_failed(k, job, e);
	if (k->spool == NULL)
		k->spool = sx_spool_new(k->store, k->began, &why);
	if (k->spool == NULL || sx_spool_add(k->spool, job, k->buf, &why) == -1)
		return keeper_spool_failed(k, job, e);
	k->buffered = false;
	keeper_spool_add(k, job);
	if (sx_spool_jobs(k->spool) >= keeper_spool_most(k))
		sx_keeper_flush(k);
	return 0;
}

int
sx_keeper_calm(
    struct sx_keeper *k, int64_t now, size_t backlog, struct sx_err *e)
{
	if ((k->spool == NULL && !k->buffered) ||
	    (now < k->close_at && backlog > 0))
		return 0;
	sx_keeper_flush(k);
	return k->buffered ? keeper_unbuffer(k, now, e) : 0;
}
