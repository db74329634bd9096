/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "part.h"

const char *
sx_pending_path(const struct sx_pending *p)
{
	return sx_part_path(p->part);
}

void
sx_pending_drop(struct sx_pending *p)
{
	sx_part_drop(p->part);
	free(p->pieces);
	*p = (struct sx_pending){ .part = NULL };
}

void
sx_pending_release(struct sx_pending *p)
{
	sx_part_release(p->part);
	p->part = NULL;
	sx_pending_drop(p);
}

int
sx_pending_set(struct sx_pending *p, struct sx_part *part,
    const struct sx_dump *dump, struct sx_err *e)
{
	size_t size = sx_dump_pieces(dump) * sizeof(*dump->pieces);
	struct sx_piece *pieces = malloc(size);

	if (pieces == NULL)
		return sx_fail_memory(e);
	memcpy(pieces, dump->pieces, size);
	p->part = part;
	p->dump = *dump;
	p->dump.pieces = p->pieces = pieces;
	return 0;
}

int
sx_pending_add(struct sx_pending *p, const struct sx_dump *d, struct sx_err *e)
{
	struct sx_dump *all = &p->dump;
	struct sx_piece *more;

	if (all->messages < SX_PIECES_MOST) {
		more = realloc(p->pieces, (all->messages + 1) * sizeof(*more));
		if (more == NULL)
			return sx_fail_memory(e);
		more[all->messages] = (struct sx_piece){ .off = all->bytes,
			.len = (size_t)d->bytes,
			.time = d->time };
		all->pieces = p->pieces = more;
	}
	all->messages++;
	all->bytes += d->bytes;
	all->realtime += d->realtime;
	sx_facts_join(&all->facts, &d->facts);
	return 0;
}
