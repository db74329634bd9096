/* SPDX-License-Identifier: ISC */
/*
 * Complete dumps are appended to a common part, which is synced before a dump's
 * own part is removed. After a crash the next start recovers the common part,
 * whatever the format. A .mid is made from it at the end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gather.h"
#include "smf.h"

struct sx_gather {
	const struct sx_folder *folder;
	bool mid, copy;
	char *file;
	char *stem;	     /* the same without suffix */
	struct sx_part *all; /* NULL: no dump yet, or finished */
	int64_t wall;	     /* arrival of the first dump */

	/* For a .mid: all dumps in it. */
	struct sx_smf_track *tracks;
	size_t ntracks, capacity, written;
	struct sx_smf_room room; /* of the file that is being filled */
	unsigned nfiles;	 /* number of that file, from 1 */
};

struct sx_gather *
sx_gather_new(const struct sx_folder *folder, const char *file, bool mid,
    bool copy, struct sx_err *e)
{
	struct sx_gather *g = calloc(1, sizeof(*g));

	if (g == NULL || (g->file = strdup(file)) == NULL ||
	    (g->stem = strndup(file, strlen(file) - strlen(".mid"))) == NULL) {
		sx_fail_memory(e);
		sx_gather_free(g);
		return NULL;
	}
	g->folder = folder;
	g->mid = mid;
	g->copy = copy;
	return g;
}

/* Leave unfinished data for the next start, or remove it if it is a copy. */
static void
gather_give_up(struct sx_gather *g)
{
	if (g->copy)
		sx_part_drop(g->all);
	else
		sx_part_release(g->all);
	g->all = NULL;
}

void
sx_gather_free(struct sx_gather *g)
{
	if (g == NULL)
		return;
	gather_give_up(g);
	for (size_t i = 0; i < g->ntracks; i++)
		sx_smf_track_done(&g->tracks[i]);
	free(g->tracks);
	free(g->file);
	free(g->stem);
	free(g);
}

/* Refuse a dump that FILE.mid cannot hold: a conversion puts no other file next
 * to it. */
static int
gather_refuse(const struct sx_gather *g, const char *why, struct sx_err *e)
{
	sx_fail(e, SX_EREFUSED, 0, "cannot create '%s': %s", g->file, why);
	return sx_hint(e, "use a .syx file instead");
}

/* Store a dump that cannot be gathered in a separate file. */
static int
put_beside(struct sx_gather *g, struct sx_part *p, const char *suffix,
    struct sx_sync_set *owed, struct sx_stored *stored, struct sx_err *e)
{
	return sx_part_place(
	    p, g->folder, g->stem, suffix, owed, &stored->path, e);
}

/* Make the gathered dumps survive a power cut, now or with the owed syncs. */
static int
gather_sync(struct sx_gather *g, struct sx_sync_set *owed, struct sx_err *e)
{
	struct sx_part *all = g->all;

	if (g->copy)
		return 0;
	if (owed == NULL)
		return sx_part_sync(all, e);
	if (sx_sync_add_copy(owed, all->fd, false) == -1 ||
	    (!all->entered &&
		sx_sync_add_copy(owed, g->folder->fd, true) == -1))
		return sx_fail(
		    e, SX_EIO, errno, "cannot sync '%s'", sx_part_path(all));
	all->dirty = false;
	all->entered = true;
	return 0;
}

void
sx_gather_broken(struct sx_gather *g, int error)
{
	if (g->all != NULL)
		g->all->broken = error;
}

static int
gather_add_track(struct sx_gather *g, const struct sx_dump *dump, uint64_t off,
    struct sx_err *e)
{
	size_t want = g->capacity > 0 ? g->capacity * 2 : 64;
	struct sx_smf_track *t;

	if (g->ntracks == g->capacity) {
		t = reallocarray(g->tracks, want, sizeof(*t));
		if (t == NULL)
			return sx_fail_memory(e);
		g->tracks = t;
		g->capacity = want;
	}
	t = &g->tracks[g->ntracks];
	if (sx_smf_track_init(t, dump, off, e) == -1)
		return -1;
	if (g->nfiles == 0) {
		g->room.from_zero = g->copy;
		g->nfiles = 1;
	}
	if (!sx_smf_fits(&g->room, dump)) {
		/* A copy that starts too late counts from its first message. */
		g->nfiles += g->room.tracks > 0;
		g->room = (struct sx_smf_room){ 0 };
		(void)sx_smf_fits(&g->room, dump);
	}
	t->file = g->nfiles;
	t->start = g->room.start;
	g->ntracks++;
	return 0;
}

/* Return the future path of the dump added last. */
static char *
coming_path(const struct sx_gather *g)
{
	char *name, *path;

	if (g->nfiles <= 1)
		return sx_path_join(g->folder->path, g->file);
	if (asprintf(&name, "%s-%u.mid", g->stem, g->nfiles) == -1)
		return NULL;
	path = sx_path_join(g->folder->path, name);
	free(name);
	return path;
}

/* Append a dump to the common part. The first part becomes the common one, and
 * *part NULL. */
static int
gather_bytes(
    struct sx_gather *g, struct sx_part **part, int64_t wall, struct sx_err *e)
{
	if (g->all == NULL) {
		g->all = *part;
		g->wall = wall;
		*part = NULL;
		return 0;
	}
	if (!g->copy && sx_part_join(*part, g->all, e) == -1)
		return -1;
	return sx_part_copy(g->all, *part, e);
}

/* Add a complete dump. On failure nothing has changed. */
static int
gather_whole(struct sx_gather *g, struct sx_part **part,
    const struct sx_dump *dump, struct sx_sync_set *owed,
    struct sx_stored *stored, struct sx_err *e)
{
	uint64_t off = g->all != NULL ? g->all->size : 0;
	struct sx_part *p = *part;

	if (gather_bytes(g, part, dump->time.wall, e) == -1)
		return -1;
	if (gather_sync(g, owed, e) == 0 &&
	    (!g->mid || gather_add_track(g, dump, off, e) == 0)) {
		stored->path = coming_path(g);
		stored->offset = g->mid ? 0 : off;
		stored->final = false;
		if (stored->path != NULL)
			return 0;
		sx_fail_memory(e);
		if (g->mid)
			sx_smf_track_done(&g->tracks[--g->ntracks]);
	}
	if (g->all == p)
		g->all = NULL;
	else if (ftruncate(g->all->fd, (off_t)off) == 0)
		g->all->size = off;
	*part = p;
	return -1;
}

int
sx_gather_add(struct sx_gather *g, struct sx_part **part,
    const struct sx_dump *dump, struct sx_sync_set *owed,
    struct sx_stored *stored, struct sx_err *e)
{
	struct sx_part *p = *part;
	const uint8_t *data;
	size_t n;

	if (dump->damage.kind != SX_DAMAGE_NONE)
		return put_beside(g, p, SX_DAMAGED_SUFFIX, owed, stored, e);
	if (g->mid)
		stored->note = sx_smf_too_large(dump);
	if (g->mid && stored->note == NULL) {
		data = sx_part_map(p, &n, e);
		if (data == NULL)
			return -1;
		stored->note = sx_smf_obstacle(dump, data, n);
	}
	if (stored->note != NULL && g->copy)
		return gather_refuse(g, stored->note, e);
	if (stored->note != NULL)
		return put_beside(g, p, ".syx", owed, stored, e);
	return gather_whole(g, part, dump, owed, stored, e);
}

/* Give a part the user's file name. */
static int
name_file(struct sx_gather *g, struct sx_part *p, struct sx_stored *stored,
    struct sx_err *e)
{
	int rc;

	stored->path = sx_path_join(g->folder->path, g->file);
	if (stored->path == NULL)
		return sx_fail_memory(e);
	rc = sx_part_commit(p, g->folder, g->file, NULL, e);
	if (rc == 1)
		rc = sx_fail(e, SX_EREFUSED, EEXIST, "'%s'", stored->path);
	if (rc == -1) {
		free(stored->path);
		stored->path = NULL;
	}
	return rc;
}

/* Write the next of the MIDI files. */
static int
write_mid(struct sx_gather *g, struct sx_stored *stored, struct sx_err *e)
{
	const struct sx_smf_track *t = &g->tracks[g->written];
	struct sx_part *out;
	const uint8_t *data;
	size_t size, n = 0;
	int rc;

	data = sx_part_map(g->all, &size, e);
	if (data == NULL)
		return -1;
	while (g->written + n < g->ntracks && t[n].file == t->file)
		n++;
	out = sx_part_create(g->folder, g->wall, SX_TEMP_SUFFIX, NULL, e);
	if (out == NULL)
		return -1;
	rc = sx_smf_write(out, t, n, data, e);
	if (rc == 0 && t->file == 1)
		rc = name_file(g, out, stored, e);
	else if (rc == 0)
		rc = sx_part_place(
		    out, g->folder, g->stem, ".mid", NULL, &stored->path, e);
	if (rc == -1) {
		sx_part_drop(out);
		return -1;
	}
	sx_part_release(out);
	g->written += n;
	return 0;
}

int
sx_gather_finish(
    struct sx_gather *g, struct sx_stored *stored, struct sx_err *e)
{
	struct sx_part *all = g->all;
	int rc;

	*stored = (struct sx_stored){ .final = true };
	if (all == NULL)
		return 0;
	if (all->size == 0) {
		sx_part_drop(all);
		g->all = NULL;
		return 0;
	}
	rc = g->mid ? write_mid(g, stored, e) : name_file(g, all, stored, e);
	if (rc == -1 && !g->copy)
		sx_hint(e,
		    "the received data is in '%s'; the next start recovers it",
		    all->path);
	if (rc == 0 && g->mid && g->written < g->ntracks)
		return 1;
	if (rc == 0 && !g->mid)
		sx_part_release(all);
	else if (rc == 0)
		sx_part_drop(all);
	else
		gather_give_up(g);
	g->all = NULL;
	return rc == 0 ? 1 : -1;
}
