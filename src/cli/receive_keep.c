/* SPDX-License-Identifier: ISC */
/* A keeper for commands that do not use sx_capture; reports everything it
 * does. */
#include "receive.h"

void
keeper_init(struct keeper *k, struct cli *c, const struct receive_opts *o,
    struct finisher *finisher, struct sx_store *store)
{
	*k = (struct keeper){ .c = c, .finisher = finisher };
	k->k.store = store;
	k->k.archiver = finisher != NULL ? finisher->saver.archiver : NULL;
	k->k.max_dump = o->max_dump;
	k->keeping.keeper = &k->k;
	k->keeping.saver = finisher != NULL ? &finisher->saver : NULL;
	k->t = (struct teller){ .c = c,
		.k = &k->k,
		.label = o->store.label,
		.hook = finisher != NULL ? finisher->hook : NULL };
}

/* Returns -1 and sets c->err if memory runs out. */
static int
keeper_tell(struct keeper *k, const struct sx_keeping_event *ev)
{
	switch (ev->type) {
	case SX_KEEPING_KEEPER:
		return tell(&k->t, &ev->keeper);
	case SX_KEEPING_DISK:
		tell_disk(k->c, &k->t, k->keeping.saver, &ev->disk);
		break;
	case SX_KEEPING_WAITING:
		finisher_step(k->finisher);
		break;
	case SX_KEEPING_LEFT:
		tell_left(&k->t, &k->finisher->saver);
		break;
	case SX_KEEPING_FILE:
		tell_file(&k->t, ev->stored->path);
		break;
	case SX_KEEPING_FINAL:
		tell_final(&k->t);
		break;
	}
	return 0;
}

int
keeper_run(struct keeper *k)
{
	struct sx_keeping_event ev;
	int rc, all = 0;

	while ((rc = sx_keeping_next(&k->keeping, &ev, &k->c->err)) != 0)
		if (rc == -1 || keeper_tell(k, &ev) == -1)
			all = -1;
	return all;
}

int
keeper_add(struct keeper *k, struct sx_pending *p)
{
	int rc = sx_keeping_add(&k->keeping, p, &k->c->err);

	return keeper_run(k) == -1 ? -1 : rc;
}

int
keeper_finish(struct keeper *k)
{
	if (k->k.store == NULL)
		return 0;
	sx_keeping_finish(&k->keeping);
	return keeper_run(k);
}

void
keeper_free(struct keeper *k)
{
	sx_keeping_free(&k->keeping);
	sx_keeper_free(&k->k);
	teller_free(&k->t);
}
