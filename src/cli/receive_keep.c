/* SPDX-License-Identifier: ISC */
/* A keeper for commands that are no sx_capture: all that it does is told. */
#include <stdlib.h>

#include "receive.h"

#define FINISH_US 2000000 /* that a disk may take for FILE at the end */

void
keeper_init(struct keeper *k, struct cli *c, const struct receive_opts *o,
    struct finisher *finisher, struct sx_store *store)
{
	*k = (struct keeper){ .c = c, .finisher = finisher };
	k->k.store = store;
	k->k.archiver = finisher != NULL ? finisher->saver.archiver : NULL;
	k->k.owner = k;
	k->k.max_dump = o->max_dump;
	k->t = (struct teller){ .c = c,
		.k = &k->k,
		.label = o->store.label,
		.hook = finisher != NULL ? finisher->hook : NULL };
}

/* Say what has happened. -1 and c->err: memory ends. */
static int
keeper_tell(struct keeper *k)
{
	struct sx_keeper_event ev;
	int rc = 0;

	while (sx_keeper_next(&k->k, &ev))
		if (tell(&k->t, &ev) == -1)
			rc = -1;
	return rc;
}

int
keeper_add(struct keeper *k, struct sx_pending *p)
{
	int rc = sx_keeper_add(&k->k, p, &k->c->err);

	if (keeper_tell(k) == -1 || rc == -1)
		return -1;
	return k->finisher != NULL ? finisher_make_room(k->finisher) : 0;
}

int
keeper_take_back(struct keeper *k, struct sx_job *job)
{
	int rc = sx_keeper_take_back(&k->k, job, &k->c->err);

	return keeper_tell(k) == -1 ? -1 : rc;
}

/* FILE.syx and FILE.mid get their names. */
static int
finish_file(struct keeper *k)
{
	struct sx_stored stored;
	int rc;

	while ((rc = sx_store_finish(k->k.store, &stored, &k->c->err)) == 1) {
		tell_file(&k->t, stored.path);
		free(stored.path);
	}
	if (rc == 0)
		tell_final(&k->t);
	return rc;
}

int
keeper_finish(struct keeper *k)
{
	struct finisher *f = k->finisher;

	if (k->k.store == NULL)
		return 0;
	if (f == NULL)
		return finish_file(k);
	if (finisher_settle(f) == -1)
		return -1;
	/* To name it takes two syncs. */
	if (sx_store_gathers(k->k.store) && f->saver.left == 0 &&
	    k->k.files > 0 && !sx_saver_has_time(&f->saver, FINISH_US))
		f->saver.left = 1;
	if (f->saver.left == 0)
		return finish_file(k);
	tell_left(&k->t, &f->saver);
	return 0;
}

void
keeper_free(struct keeper *k)
{
	sx_keeper_free(&k->k);
	teller_free(&k->t);
}
