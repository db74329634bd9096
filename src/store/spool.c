/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "journal.h"
#include "spool.h"
#include "store_priv.h"

struct sx_spool *
sx_spool_new(struct sx_store *s, struct sx_time t, struct sx_err *e)
{
	struct sx_spool *sp = calloc(1, sizeof(*sp));

	if (sp == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	sp->part = sx_store_begin(s, t, SX_SPOOL_SUFFIX, e);
	if (sp->part == NULL) {
		free(sp);
		return NULL;
	}
	sp->wall = t.wall;
	sp->left = 1;
	return sp;
}

/* Drop n references. */
static void
spool_leave(struct sx_spool *sp, size_t n)
{
	if (atomic_fetch_sub(&sp->left, n) > n)
		return;
	sx_part_release(sp->part);
	free(sp);
}

void
sx_spool_unref(struct sx_spool *sp)
{
	if (sp != NULL)
		spool_leave(sp, 1);
}

void
sx_spool_drop(struct sx_spool *sp)
{
	sx_part_drop(sp->part);
	free(sp);
}

int
sx_spool_add(struct sx_spool *sp, struct sx_job *job, const uint8_t *bytes,
    struct sx_err *e)
{
	uint64_t before = sp->part->size;
	struct sx_journal_record r = { .port = job->dump.damage.kind,
		.kind = SX_RECORD_DUMP,
		.at = job->dump.time.wall,
		.data = bytes,
		.len = (size_t)job->dump.bytes };
	uint8_t head[SX_RECORD_HEAD];

	sx_journal_record_pack(head, &r);
	if (sx_part_append(sp->part, head, sizeof(head), e) == -1 ||
	    sx_part_append(sp->part, bytes, r.len, e) == -1) {
		/* The dumps before it are intact all the same. */
		(void)sx_part_cut_back(sp->part, before);
		return -1;
	}
	job->spool = sp;
	job->at = before + SX_RECORD_HEAD;
	sp->jobs++;
	atomic_fetch_add(&sp->left, 1);
	return 0;
}

size_t
sx_spool_jobs(const struct sx_spool *sp)
{
	return sp->jobs;
}

struct sx_part *
sx_spool_part(const struct sx_spool *sp)
{
	return sp->part;
}

/* ---- Splitting ---- */

static struct sx_part *
make_piece(
    const struct sx_job *job, size_t i, const uint8_t *data, struct sx_err *e)
{
	const struct sx_spool *sp = job->spool;
	bool marked = job->dump.damage.kind != SX_DAMAGE_NONE;
	char name[SX_PART_NAME];
	struct sx_part *p;

	sx_part_piece_name(name, sp->part->name, i,
	    job->dump.time.wall / 1000 - sp->wall / 1000, marked);
	p = sx_part_create_named(sp->part->folder, name, e);
	if (p == NULL)
		return NULL;
	p->store = job->store;
	p->wall = job->dump.time.wall;
	p->marked = marked;
	if (sx_part_append(p, data + job->at, (size_t)job->dump.bytes, e) == 0)
		return p;
	sx_part_drop(p);
	return NULL;
}

static void
drop_pieces(struct sx_job *first)
{
	for (struct sx_job *job = first; job != NULL; job = job->next) {
		sx_part_drop(job->part);
		job->part = NULL;
	}
}

/* Sync all pieces, and their names. */
static int
sync_pieces(struct sx_job *first, struct sx_err *e)
{
	const struct sx_folder *folder = first->spool->part->folder;
	struct sx_sync_set set = { 0 };
	int error = 0;

	for (struct sx_job *job = first; job != NULL && error == 0;
	     job = job->next)
		error = sx_sync_add(&set, job->part->fd) == -1 ? errno : 0;
	if (error == 0 && sx_sync_add_copy(&set, folder->fd, true) == -1)
		error = errno;
	if (error == 0)
		error = sx_sync_run(&set);
	sx_sync_free(&set);
	if (error != 0)
		return sx_fail(e, SX_EIO, error,
		    "cannot sync the contents of '%s'",
		    sx_part_path(first->spool->part));
	return 0;
}

int
sx_spool_take_apart(struct sx_job *first, struct sx_err *e)
{
	struct sx_spool *sp = first->spool;
	const uint8_t *data;
	size_t n, i = 0;

	data = sx_part_map(sp->part, &n, e);
	for (struct sx_job *job = first; data != NULL && job != NULL;
	     job = job->next) {
		job->part = make_piece(job, i++, data, e);
		if (job->part == NULL)
			data = NULL;
	}
	if (data == NULL || sync_pieces(first, e) == -1) {
		drop_pieces(first);
		return -1;
	}
	if (unlinkat(sp->part->folder->fd, sp->part->name, 0) == -1) {
		sx_fail(e, SX_EIO, errno, "cannot remove '%s'",
		    sx_part_path(sp->part));
		drop_pieces(first);
		return -1;
	}
	for (struct sx_job *job = first; job != NULL; job = job->next) {
		job->part->dirty = false;
		job->part->entered = true;
		job->spool = NULL;
	}
	spool_leave(sp, i);
	return sx_folder_sync(first->part->folder, e);
}
