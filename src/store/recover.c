/* SPDX-License-Identifier: ISC */
/* Recovers what crashed runs left in several folders, in the order in which it
 * began. */
#include <stdlib.h>

#include "part.h"

/* Return the store whose next part began first, or NULL. */
static struct sx_store *
recovery_first(const struct sx_recovery *r)
{
	const char *first = NULL, *name;
	struct sx_store *best = NULL;

	for (size_t i = 0; i < r->n; i++) {
		name = sx_store_rescue_peek(r->stores[i], r->devices);
		if (name == NULL ||
		    (best != NULL && sx_part_order(name, first) >= 0))
			continue;
		first = name;
		best = r->stores[i];
	}
	return best;
}

/* Consumes stored->path. */
static int
recovery_add(struct sx_recovery *r, const struct sx_stored *stored,
    const struct sx_dump *dump, struct sx_err *e)
{
	struct sx_recovered *p =
	    reallocarray(r->list, r->found + 1, sizeof(*p));

	if (p == NULL) {
		free(stored->path);
		return sx_fail_memory(e);
	}
	r->list = p;
	p[r->found] = (struct sx_recovered){ .stored = *stored, .dump = *dump };
	p[r->found++].dump.pieces = NULL;
	return 0;
}

/* Recover the next part. Returns 1; 0 if there are no more; -1 and sets e. */
static int
recovery_one(struct sx_recovery *r, struct sx_err *e)
{
	struct sx_store *s = r->peeked ? NULL : recovery_first(r);
	struct sx_stored stored;
	const struct sx_dump *dump;
	int rc;

	r->peeked = s == NULL;
	if (r->peeked && r->ended == r->n)
		return 0;
	if (r->peeked)
		s = r->stores[r->ended];
	rc = sx_store_rescue(s, r->devices, &stored, &dump, e);
	if (rc == 1)
		return recovery_add(r, &stored, dump, e) == -1 ? -1 : 1;
	/* The end of each store reports whether its files are synced. */
	r->ended += rc == 0 && r->peeked;
	return rc == -1 ? -1 : 1;
}

int
sx_recovery_next(
    struct sx_recovery *r, const struct sx_recovered **out, struct sx_err *e)
{
	int rc;

	while ((rc = recovery_one(r, e)) != 0)
		if (rc == -1)
			return -1;
	if (r->at == r->found)
		return 0;
	*out = &r->list[r->at++];
	return 1;
}

void
sx_recovery_end(struct sx_recovery *r)
{
	for (size_t i = 0; i < r->found; i++)
		free(r->list[i].stored.path);
	free(r->list);
}
