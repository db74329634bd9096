/* SPDX-License-Identifier: ISC */
/* --keep: stores what the unit sends back. A failing disk does not end the
 * recall; dumps that it does not accept wait. */
#include "recall.h"
#include "term/say.h"
#include "user.h"

#define BURST ((uint64_t)64 << 10) /* other bytes are passed on in between */

/* Create the folder, and recover what an earlier run left in it. */
static int
recall_keep_recover(struct recall *r)
{
	struct sx_store_opts o = r->keep.o.store;
	struct sx_store *store;

	if (sx_store_check(&o, &r->c->err) == -1)
		return -1;
	o.memory = NULL;
	store = sx_store_open(&o, &r->c->err);
	if (store == NULL)
		return -1;
	recover(r->c, r->keep.o.rules.devices, store,
	    sx_display_panel(&r->display));
	sx_store_close(store);
	return 0;
}

int
recall_keep_open(struct recall *r)
{
	struct recall_keep *k = &r->keep;
	struct cli *c = r->c;

	k->o = (struct receive_opts)RECEIVE_OPTS;
	k->o.store.out = r->o.keep;
	k->o.store.memory = &k->disk.memory;
	k->o.store.existing = true;
	k->o.rules.devices = user_devices(c);
	k->o.max_dump = LONG_MAX_DUMP;
	if (recall_keep_recover(r) == -1 ||
	    finisher_open(&k->finisher, c, r->recall.session, NULL, 0) == -1)
		return -1;
	sx_disk_open(&k->disk, &k->finisher.saver);
	k->disk.burst = BURST;
	k->store = sx_store_open(&k->o.store, &c->err);
	if (k->store == NULL)
		return -1;
	keeper_init(&k->keeper, c, &k->o, &k->finisher, k->store);
	k->keeper.k.reserve = LONG_RESERVE;
	k->keeper.t.fixed = true;
	k->keeper.t.panel = sx_display_panel(&r->display);
	k->keeper.t.out = r->o.keep;
	sx_keeping_outlive(&k->keeper.keeping, &k->disk);
	r->recall.keep = &k->o.rules;
	return 0;
}

/* Report what was stored. A failure for lack of memory does not end the recall,
 * but counts at its end. */
static void
recall_keep_did(struct recall *r)
{
	struct sx_err *e = &r->c->err;

	(void)keeper_run(&r->keep.keeper);
	if (e->code != SX_OK)
		r->keep.status = status_worse(r->keep.status, warn_of(r->c, e));
	*e = (struct sx_err){ 0 };
}

int64_t
recall_keep_due(const struct recall *r)
{
	return r->keep.store != NULL ? sx_keeping_due(&r->keep.keeper.keeping)
				     : INT64_MAX;
}

void
recall_keep_skipped(struct recall *r)
{
	if (r->keep.store == NULL)
		return;
	sx_keeper_skipped(&r->keep.keeper.k, sx_recall_skipped(&r->recall));
	recall_keep_did(r);
}

void
recall_keep_step(struct recall *r, const struct sx_recall_news *news)
{
	struct sx_err *e = &r->c->err;

	if (news->step->begins)
		recall_keep_skipped(r);
	if (sx_keeping_step(&r->keep.keeper.keeping, news->step,
		news->time.mono, news->backlog, e) == 1)
		(void)sx_recall_cut_back(&r->recall, e);
	recall_keep_did(r);
}

void
recall_keep_turn(struct recall *r)
{
	if (r->keep.store == NULL)
		return;
	(void)sx_keeper_tick(&r->keep.keeper.k, sx_now().mono, 0, &r->c->err);
	recall_keep_did(r);
}

enum status
recall_keep_end(struct recall *r)
{
	struct recall_keep *k = &r->keep;

	if (k->store == NULL)
		return ST_OK;
	sx_keeping_finish(&k->keeper.keeping);
	recall_keep_did(r);
	recall_keep_skipped(r);
	k->status = status_worse(k->status, tell_over(&k->keeper.t));
	if (k->finisher.saver.left > 0)
		k->status = status_worse(k->status, ST_INCOMPLETE);
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
	sx_disk_free(&k->disk);
	finisher_free(&k->finisher);
	/* A hanging archiver still uses the store. */
	if (!k->finisher.saver.stuck)
		sx_store_close(k->store);
}
