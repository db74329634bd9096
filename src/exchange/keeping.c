/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "sxlib/keeping.h"

#define FINISH_US 2000000 /* that a disk may take for FILE at the end */

enum { KEEPING_COLLECT, KEEPING_ROOM, KEEPING_SETTLE, KEEPING_FILES };

static int
keeping_tell(struct sx_keeping_event *ev, enum sx_keeping_type type)
{
	ev->type = type;
	return 1;
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

/* All that could be waited for is through. */
static int
keeping_settled(struct sx_keeping *k, struct sx_keeping_event *ev)
{
	struct sx_saver *s = k->saver;

	k->todo = KEEPING_COLLECT;
	if (!k->finishing)
		return 0;
	/* To name it takes two syncs. */
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

static int
keeping_settle(
    struct sx_keeping *k, struct sx_keeping_event *ev, struct sx_err *e)
{
	struct sx_job *job;

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

/* 1 and *ev; 0: the same again, unless nothing is to be done; -1 and e. */
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
	default:
		if (k->saver != NULL)
			job = sx_saver_next(k->saver);
		*done = job == NULL;
		return keeping_take_back(k, job, e);
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
