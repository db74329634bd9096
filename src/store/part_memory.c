/* SPDX-License-Identifier: ISC */
/* A part whose bytes are also in memory: if the disk is full or was pulled out,
 * all of it is rewritten as soon as there is a disk again. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "part.h"
#include "spool.h"
#include "sxlib/archiver.h"

#define OVERHEAD ((size_t)1 << 10) /* further cost of a waiting dump */
#define LEAST	 ((size_t)256)

/* Free the copy. */
static void
part_memory_let_go(struct sx_part *p)
{
	if (!p->buffered)
		return;
	p->buffered = false;
	atomic_fetch_sub(&p->memory->used, OVERHEAD + p->room);
	free(p->copy);
	p->copy = NULL;
	p->copied = p->room = 0;
}

/* Reserve n bytes of the memory that may be used. Returns false if fewer are
 * left. */
static bool
part_memory_reserve(struct sx_memory *m, size_t n)
{
	if (atomic_fetch_add(&m->used, n) + n <= m->most)
		return true;
	atomic_fetch_sub(&m->used, n);
	return false;
}

void
sx_part_memory_begin(struct sx_part *p, struct sx_memory *memory)
{
	if (memory == NULL || !part_memory_reserve(memory, OVERHEAD))
		return;
	p->memory = memory;
	p->buffered = true;
}

/* Make room for `need` bytes and a little more; not much, since it is charged.
 * Returns false if there is none. */
static bool
part_memory_grow(struct sx_part *p, size_t need)
{
	size_t more = p->room < 8 * LEAST ? LEAST : p->room / 8;
	size_t room = need > SIZE_MAX - more ? need : need + more;
	uint8_t *copy;

	/* An endless dump must leave room for others. */
	if (need > SX_MEMORY_PART || need > p->memory->most / 2)
		return false;
	if (!part_memory_reserve(p->memory, room - p->room)) {
		room = need;
		if (!part_memory_reserve(p->memory, room - p->room))
			return false;
	}
	copy = realloc(p->copy, room);
	if (copy == NULL) {
		atomic_fetch_sub(&p->memory->used, room - p->room);
		return false;
	}
	p->copy = copy;
	p->room = room;
	return true;
}

void
sx_part_memory_add(struct sx_part *p, const uint8_t *data, size_t n)
{
	if (!p->buffered || n == 0)
		return;
	if (n > p->room - p->copied && !part_memory_grow(p, p->copied + n)) {
		part_memory_let_go(p);
		return;
	}
	memcpy(p->copy + p->copied, data, n);
	p->copied += n;
}

void
sx_part_memory_trim(struct sx_part *p)
{
	uint8_t *copy;

	if (!p->buffered || p->copied == 0 || p->copied == p->room)
		return;
	copy = realloc(p->copy, p->copied);
	if (copy == NULL)
		return;
	p->copy = copy;
	atomic_fetch_sub(&p->memory->used, p->room - p->copied);
	p->room = p->copied;
}

void
sx_part_memory_end(struct sx_part *p)
{
	part_memory_let_go(p);
}

/* Remove an empty file: where thousands of dumps wait for room on the disk it
 * is useless, and descriptors are few. */
void
sx_part_memory_failed(struct sx_part *p)
{
	if (!p->buffered || p->size > 0)
		return;
	(void)unlinkat(p->folder->fd, p->name, 0);
	sx_part_forget_file(p);
}

bool
sx_part_buffered(const struct sx_part *p)
{
	return p->buffered;
}

uint64_t
sx_part_settle(struct sx_part *p)
{
	if (p->fd == -1 || p->size == 0)
		return 0;
	p->broken = 0;
	p->dirty = true;
	return p->size;
}

/* A map keeps the file open, and with it the lock, without a descriptor; it is
 * never read. */
void
sx_part_park(struct sx_part *p)
{
	struct stat st;
	void *map;

	if (!p->buffered || p->fd == -1)
		return;
	if (p->broken == 0 && fstat(p->fd, &st) == 0) {
		p->parked = true;
		p->dev = st.st_dev;
		p->ino = st.st_ino;
	}
	map = mmap(NULL, SX_PART_LOCK, PROT_NONE, MAP_PRIVATE, p->fd, 0);
	p->lock = map != MAP_FAILED ? map : NULL;
	close(p->fd);
	p->fd = -1;
	p->broken = EIO;
}

int
sx_part_renew(struct sx_part *p, struct sx_err *e)
{
	struct sx_part *new;

	if (!p->buffered)
		return sx_fail(
		    e, SX_EDATA, 0, "part of the dump is not in memory");
	new = sx_part_create(p->folder, p->wall,
	    p->marked ? SX_MARKED_SUFFIX : SX_PART_SUFFIX, NULL, e);
	if (new == NULL)
		return -1;
	if (sx_part_append(new, p->copy, p->copied, e) == -1) {
		sx_part_drop(new);
		return -1;
	}
	/* In a new folder, the new file may have the old name. */
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

/* Does its name lead to its file, in the folder that is open now? */
static bool
has_name(const struct sx_part *p, int folder, const char *name)
{
	struct stat have = { .st_dev = p->dev, .st_ino = p->ino }, there;

	if (p->fd == -1 ? !p->parked : fstat(p->fd, &have) == -1)
		return false;
	return fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       have.st_dev == there.st_dev && have.st_ino == there.st_ino;
}

bool
sx_job_is_saved(const struct sx_job *job)
{
	const struct sx_part *p =
	    job->spool != NULL ? job->spool->part : job->part;

	return job->named ||
	       (p != NULL && (p->broken == 0 || p->parked) && p->name != NULL &&
		   has_name(p, p->folder->fd, p->name));
}

bool
sx_job_is_buffered(const struct sx_job *job)
{
	return job->part != NULL && job->part->buffered;
}

const char *
sx_job_path(const struct sx_job *job)
{
	const struct sx_part *p =
	    job->spool != NULL ? job->spool->part : job->part;

	return p != NULL ? p->path : NULL;
}

int
sx_job_renew(struct sx_job *job, struct sx_err *e)
{
	struct sx_part *p = job->part;

	if (job->named && has_name(job->file, AT_FDCWD, job->stored.path))
		return 0;
	if (job->named) {
		if (job->file != p)
			sx_part_release(job->file);
		job->named = false;
		free(job->stored.path);
		job->stored.path = NULL;
	} else if ((p == NULL || p->fd != -1) && sx_job_is_saved(job)) {
		return 0;
	}
	if (job->spool != NULL)
		return sx_fail(e, SX_EDATA, 0, "'%s' is gone",
		    sx_part_path(job->spool->part));
	job->file = p;
	return sx_part_renew(p, e);
}
