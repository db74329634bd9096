/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "part.h"
#include "sxlib/pending.h"

int
sx_pending_begin(struct sx_pending *p, struct sx_store *s, struct sx_time t,
    struct sx_err *e)
{
	p->part = sx_part_begin(s, t, e);
	return p->part != NULL ? 0 : -1;
}

int
sx_pending_append(
    struct sx_pending *p, const uint8_t *data, size_t n, struct sx_err *e)
{
	return sx_part_append(p->part, data, n, e);
}

/* Make room for n pieces. */
static int
pending_reserve(struct sx_pending *p, size_t n, struct sx_err *e)
{
	size_t room = n > p->room * 2 ? n : p->room * 2;
	struct sx_piece *pieces;

	if (n <= p->room)
		return 0;
	pieces = reallocarray(p->pieces, room, sizeof(*pieces));
	if (pieces == NULL)
		return sx_fail_memory(e);
	p->dump.pieces = p->pieces = pieces;
	p->room = room;
	return 0;
}

int
sx_pending_add(struct sx_pending *p, const struct sx_dump *d, struct sx_err *e)
{
	struct sx_dump *all = &p->dump;
	size_t have = sx_dump_pieces(all), more = sx_dump_pieces(d);

	if (more > SX_PIECES_MOST - have)
		more = SX_PIECES_MOST - have;
	if (pending_reserve(p, have + more, e) == -1)
		return -1;
	for (size_t i = 0; i < more; i++) {
		p->pieces[have + i] = d->pieces[i];
		p->pieces[have + i].off += all->bytes;
	}
	if (all->messages == 0) {
		*all = *d;
		all->pieces = p->pieces;
		return 0;
	}
	all->messages += d->messages;
	all->bytes += d->bytes;
	all->realtime += d->realtime;
	if (all->damage.kind == SX_DAMAGE_NONE)
		all->damage = d->damage;
	sx_facts_join(&all->facts, &d->facts);
	return 0;
}

const uint8_t *
sx_pending_rest(struct sx_pending *p, size_t *n, struct sx_err *e)
{
	const uint8_t *bytes = sx_part_map(p->part, n, e);

	if (bytes == NULL)
		return NULL;
	*n -= (size_t)p->dump.bytes;
	return bytes + p->dump.bytes;
}

int
sx_pending_split(struct sx_pending *p, struct sx_pending *rest,
    struct sx_time t, struct sx_err *e)
{
	*rest = (struct sx_pending){ .part = sx_part_split(
					 p->part, p->dump.bytes, t, e) };
	return rest->part != NULL ? 0 : -1;
}

int
sx_pending_sync(struct sx_pending *p, struct sx_archiver *a, struct sx_err *e)
{
	return a != NULL ? sx_archiver_sync(a, p->part, e)
			 : sx_part_sync(p->part, e);
}

int
sx_pending_set(struct sx_pending *p, struct sx_part *part,
    const struct sx_dump *dump, struct sx_err *e)
{
	*p = (struct sx_pending){ .part = NULL };
	if (sx_pending_add(p, dump, e) == -1)
		return -1;
	p->part = part;
	return 0;
}

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
