/* SPDX-License-Identifier: ISC */
/*
 * A part whose bytes are in memory as well: when the disk is full, or has been
 * pulled out, all of it is written anew as soon as there is one again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "part.h"

#define OVERHEAD ((size_t)1 << 10) /* what a waiting dump costs besides */
#define LEAST	 ((size_t)256)

/* Give the copy up. */
static void
let_go(struct sx_part *p)
{
	if (!p->held)
		return;
	p->held = false;
	p->budget->used -= OVERHEAD + p->room;
	free(p->copy);
	p->copy = NULL;
	p->copied = p->room = 0;
}

void
sx_held_begin(struct sx_part *p, struct sx_budget *budget)
{
	if (budget->most - budget->used < OVERHEAD)
		return;
	budget->used += OVERHEAD;
	p->budget = budget;
	p->held = true;
}

/* Make room for `need` bytes; false: there is none. */
static bool
grow(struct sx_part *p, size_t need)
{
	size_t free_bytes = p->budget->most - p->budget->used;
	size_t room = p->room < LEAST ? LEAST : 2 * p->room;
	uint8_t *copy;

	if (room < need || room - p->room > free_bytes)
		room = need;
	if (room - p->room > free_bytes)
		return false;
	copy = realloc(p->copy, room);
	if (copy == NULL)
		return false;
	p->budget->used += room - p->room;
	p->copy = copy;
	p->room = room;
	return true;
}

void
sx_held_add(struct sx_part *p, const uint8_t *data, size_t n)
{
	if (!p->held || n == 0)
		return;
	if (n > p->room - p->copied && !grow(p, p->copied + n)) {
		let_go(p);
		return;
	}
	memcpy(p->copy + p->copied, data, n);
	p->copied += n;
}

void
sx_held_end(struct sx_part *p)
{
	let_go(p);
}

/* Where thousands wait for room on the disk, empty files are of no use, and
 * descriptors few. */
void
sx_held_failed(struct sx_part *p)
{
	if (!p->held || p->size > 0)
		return;
	(void)unlinkat(p->folder->fd, p->name, 0);
	sx_part_forget_file(p);
}

bool
sx_part_held(const struct sx_part *p)
{
	return p->held;
}

void
sx_part_park(struct sx_part *p)
{
	if (!p->held || p->fd == -1)
		return;
	close(p->fd);
	p->fd = -1;
	p->broken = EIO;
}

int
sx_part_renew(struct sx_part *p, struct sx_err *e)
{
	struct sx_part *new;

	if (!p->held)
		return sx_fail(
		    e, SX_EDATA, 0, "not all of the dump is in memory");
	new = sx_part_create(p->folder, p->wall,
	    p->marked ? SX_MARKED_SUFFIX : SX_PART_SUFFIX, e);
	if (new == NULL)
		return -1;
	if (sx_part_append(new, p->copy, p->copied, e) == -1) {
		sx_part_drop(new);
		return -1;
	}
	/* The folder may be a new one, and the name free in it. */
	if (p->name != NULL && strcmp(p->name, new->name) != 0)
		(void)unlinkat(p->folder->fd, p->name, 0);
	sx_part_forget_file(p);
	p->fd = new->fd;
	p->path = new->path;
	p->name = new->name;
	p->size = new->size;
	p->dirty = true;
	p->entered = false;
	p->broken = 0;
	new->fd = -1;
	new->path = NULL;
	sx_part_release(new);
	return 0;
}
