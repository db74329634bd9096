/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "sxlib/keeping.h"

#define FINISH_US 2000000 /* that a disk may take to finish FILE */

enum {
	KEEPING_COLLECT,
	KEEPING_ROOM,
	KEEPING_SETTLE,
	KEEPING_FILES,
	KEEPING_OVER
};

static int
keeping_tell(struct sx_keeping_event *ev, enum sx_keeping_type type)
{
	ev->type = type;
	return 1;
}

void
sx_keeping_outlive(struct sx_keeping *k, struct sx_disk *d)
{
	k->disk = d;
	k->patient.k = k->keeper;
	sx_disk_add(d, &k->patient);
}

int
sx_keeping_step(struct sx_keeping *k, const struct sx_step *step, int64_t now,
    size_t backlog, struct sx_err *e)
{
	if (k->disk == NULL)
		return sx_keeper_step(k->keeper, step, now, backlog, e);
	return sx_disk_step(k->disk, &k->patient, step, now, backlog, e);
}

int64_t
sx_keeping_due(const struct sx_keeping *k)
{
	return k->disk != NULL ? sx_disk_due(k->disk)
			       : sx_keeper_due(k->keeper);
}

int
sx_keeping_add(struct sx_keeping *k, struct sx_pending *p, struct sx_err *e)
{
	if (sx_keeper_add(k->keeper, p, e) == -1)
		return -1;
	if (k->saver != NULL)
		k->todo = KEEPING_ROOM;
	return 0;
}

void
sx_keeping_settle(struct sx_keeping *k)
{
	k->todo = KEEPING_SETTLE;
}

void
sx_keeping_finish(struct sx_keeping *k)
{
	k->todo = KEEPING_SETTLE;
	k->finishing = true;
}

static int
keeping_take_back(struct sx_keeping *k, struct sx_job *job, struct sx_err *e)
{
	return job != NULL ? sx_keeper_take_back(k->keeper, job, e) : 0;
}

/* Everything that could be waited for is done. */
static int
keeping_settled(struct sx_keeping *k, struct sx_keeping_event *ev)
{
	struct sx_saver *s = k->saver;

	k->todo = KEEPING_COLLECT;
	if (!k->finishing)
		return 0;
	/* Naming FILE takes two syncs. */
	if (s != NULL && sx_store_gathers(k->keeper->store) && s->left == 0 &&
	    k->keeper->files > 0 && !sx_saver_has_time(s, FINISH_US))
		s->left = 1;
	if (k->failed)
		return 0;
	if (s != NULL && s->left > 0)
		return keeping_tell(ev, SX_KEEPING_LEFT);
	k->todo = KEEPING_FILES;
	return 0;
}

/* The same for a keeper that outlives its disk. */
static int
keeping_settle_disk(struct sx_keeping *k, struct sx_keeping_event *ev)
{
	bool waited;

	if (sx_disk_settle(k->disk, &waited))
		return waited ? keeping_tell(ev, SX_KEEPING_WAITING) : 0;
	sx_disk_end(k->disk, &k->patient);
	k->todo = KEEPING_OVER;
	return 0;
}

static int
keeping_settle(
    struct sx_keeping *k, struct sx_keeping_event *ev, struct sx_err *e)
{
	struct sx_job *job;

	if (k->disk != NULL)
		return keeping_settle_disk(k, ev);
	sx_keeper_flush(k->keeper);
	if (k->saver == NULL || sx_saver_settle(k->saver, &job) == 0)
		return keeping_settled(k, ev);
	if (job == NULL)
		return keeping_tell(ev, SX_KEEPING_WAITING);
	if (keeping_take_back(k, job, e) == 0)
		return 0;
	k->failed |= k->finishing;
	return -1;
}

static int
keeping_file(
    struct sx_keeping *k, struct sx_keeping_event *ev, struct sx_err *e)
{
	int rc;

	free(k->stored.path);
	k->stored.path = NULL;
	rc = sx_store_finish(k->keeper->store, &k->stored, e);
	if (rc == 1) {
		ev->stored = &k->stored;
		return keeping_tell(ev, SX_KEEPING_FILE);
	}
	k->todo = KEEPING_COLLECT;
	return rc == 0 ? keeping_tell(ev, SX_KEEPING_FINAL) : -1;
}

/* Take back a finished job; *done if there is none. */
static int
keeping_collect(struct sx_keeping *k, struct sx_err *e, bool *done)
{
	struct sx_job *job = NULL;

	if (k->disk != NULL) {
		*done = !sx_disk_collect(k->disk);
		if (*done)
			sx_disk_look(k->disk, sx_now().mono);
		return 0;
	}
	if (k->saver != NULL)
		job = sx_saver_next(k->saver);
	*done = job == NULL;
	return keeping_take_back(k, job, e);
}

/* Do the next step. Returns 1 and sets *ev, 0 to go on unless *done, or -1 and
 * sets e. */
static int
keeping_do(struct sx_keeping *k, struct sx_keeping_event *ev, struct sx_err *e,
    bool *done)
{
	struct sx_job *job = NULL;

	switch (k->todo) {
	case KEEPING_ROOM:
		if (sx_saver_room(k->saver, &job) == 1)
			return keeping_take_back(k, job, e);
		k->todo = KEEPING_COLLECT;
		return 0;
	case KEEPING_SETTLE:
		return keeping_settle(k, ev, e);
	case KEEPING_FILES:
		return keeping_file(k, ev, e);
	case KEEPING_OVER:
		*done = true;
		return 0;
	default:
		return keeping_collect(k, e, done);
	}
}

int
sx_keeping_next(
    struct sx_keeping *k, struct sx_keeping_event *ev, struct sx_err *e)
{
	bool done = false;
	int rc = 0;

	while (rc == 0) {
		if (sx_keeper_next(k->keeper, &ev->keeper))
			return keeping_tell(ev, SX_KEEPING_KEEPER);
		if (k->disk != NULL && sx_disk_next(k->disk, &ev->disk))
			return keeping_tell(ev, SX_KEEPING_DISK);
		if (done)
			return 0;
		rc = keeping_do(k, ev, e, &done);
	}
	return rc;
}

void
sx_keeping_free(struct sx_keeping *k)
{
	free(k->stored.path);
	k->stored.path = NULL;
}
