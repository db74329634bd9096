/* SPDX-License-Identifier: ISC */
/* --keep: what the unit sends back becomes files. A disk that fails does not
 * end the recall. */
#include <inttypes.h>

#include "recall.h"
#include "term/say.h"
#include "user.h"

int
recall_keep_open(struct recall *r)
{
	struct recall_keep *k = &r->keep;
	struct cli *c = r->c;

	k->o = (struct receive_opts)RECEIVE_OPTS;
	k->o.store.out = r->o.keep;
	k->o.rules.devices = user_devices(c);
	k->o.max_dump = LONG_MAX_DUMP;
	k->store = sx_store_open(&k->o.store, &c->err);
	if (k->store == NULL)
		return -1;
	recover(c, k->o.rules.devices, k->store);
	if (finisher_open(&k->finisher, c, r->recall.session, NULL, 0) == -1)
		return -1;
	keeper_init(&k->keeper, c, &k->o, &k->finisher, k->store);
	k->keeper.k.reserve = LONG_RESERVE;
	k->keeper.t.fixed = true;
	k->keeper.t.panel = sx_display_panel(&r->display);
	k->keeper.t.out = r->o.keep;
	r->recall.keep = &k->o.rules;
	return 0;
}

/* What failed does not end the recall, but counts at its end. */
static void
recall_keep_failed(struct recall *r)
{
	struct recall_keep *k = &r->keep;

	if (r->c->err.code == SX_EIO)
		k->full = true;
	if (r->c->err.code != SX_OK)
		k->status = status_worse(k->status, warn_of(r->c, &r->c->err));
	r->c->err = (struct sx_err){ 0 };
}

/* Before the disk is full, and once. */
static void
recall_keep_look(struct recall *r, size_t files)
{
	const struct sx_keeper *k = &r->keep.keeper.k;

	if (k->files > files)
		r->keep.full = false;
	if (k->low && !r->keep.low)
		warn(r->c,
		    "the disk has %" PRIu64
		    " MiB left: make room before it is full",
		    k->room >> 20);
	r->keep.low = k->low;
}

/* files: those that there were before. What fails after a file was made is
 * newer. */
static void
recall_keep_did(struct recall *r, size_t files, bool failed)
{
	recall_keep_look(r, files);
	if (failed)
		recall_keep_failed(r);
}

int64_t
recall_keep_due(const struct recall *r)
{
	return r->keep.store != NULL ? sx_keeper_due(&r->keep.keeper.k)
				     : INT64_MAX;
}

void
recall_keep_step(struct recall *r, const struct sx_recall_news *news)
{
	struct keeper *k = &r->keep.keeper;
	struct sx_err *e = &r->c->err;
	const size_t files = k->k.files;
	int rc = sx_keeper_step(
	    &k->k, news->step, news->time.mono, news->backlog, e);

	if (rc == 1)
		rc = sx_recall_cut_back(&r->recall, e);
	if (keeper_run(k) == -1)
		rc = -1;
	recall_keep_did(r, files, rc == -1);
}

void
recall_keep_turn(struct recall *r)
{
	struct keeper *k = &r->keep.keeper;
	const size_t files = k->k.files;
	int rc;

	if (r->keep.store == NULL)
		return;
	rc = sx_keeper_tick(&k->k, sx_now().mono, 0, &r->c->err);

	if (keeper_run(k) == -1)
		rc = -1;
	recall_keep_did(r, files, rc == -1);
}

enum status
recall_keep_end(struct recall *r)
{
	struct recall_keep *k = &r->keep;
	size_t files;

	if (k->store == NULL)
		return ST_OK;
	files = k->keeper.k.files;
	sx_keeper_flush(&k->keeper.k);
	recall_keep_did(r, files, keeper_finish(&k->keeper) == -1);
	tell_rest(&k->keeper.t);
	if (sx_keeper_hurt(&k->keeper.k))
		k->status = status_worse(k->status, ST_DAMAGED);
	finisher_end(&k->finisher);
	return k->status;
}

void
recall_keep_free(struct recall *r)
{
	struct recall_keep *k = &r->keep;

	if (r->o.keep == NULL)
		return;
	if (k->keeper.c != NULL)
		keeper_free(&k->keeper);
	finisher_free(&k->finisher);
	/* What the archiver has, if that hangs, stays. */
	if (!k->finisher.saver.stuck)
		sx_store_close(k->store);
}
