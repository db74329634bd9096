/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keep.h"
#include "smf.h"
#include "store_priv.h"

/* Does the path still lead to the open folder? If not, files made in it would
 * not be where they are reported. */
static bool
keep_is_there(const struct sx_store *s)
{
	struct stat open, there;

	return s->folder.fd != -1 && fstat(s->folder.fd, &open) == 0 &&
	       stat(s->out, &there) == 0 && open.st_dev == there.st_dev &&
	       open.st_ino == there.st_ino;
}

static int
keep_check(const struct sx_keeping *k, struct sx_err *e)
{
	const struct sx_part *p = k->part;
	const struct sx_store *s = k->store;

	if (s->memory != NULL && !keep_is_there(s))
		return sx_fail(
		    e, SX_EIO, 0, "folder '%s' no longer exists", s->out);
	if (p->size != k->dump->bytes)
		return sx_fail(e, SX_EIO, p->broken,
		    "'%s' lacks part of the dump",
		    p->path != NULL ? p->path : "memory");
	return 0;
}

/*
 * Create a temporary file with the part's name except for the suffix. It keeps
 * that name when it gets its own: its two names tell a start after a crash that
 * the part is done with.
 */
static struct sx_part *
create_beside(const struct sx_keeping *k, struct sx_err *e)
{
	char name[SX_PART_NAME];
	struct sx_part *p;

	sx_part_temp_name(name, k->part->name);
	p = sx_part_create_named(&k->store->folder, name, e);
	if (p != NULL)
		p->linked = true;
	return p;
}

/* Make a MIDI file from the part, which stays until the file is safe. */
static int
make_mid(struct sx_keeping *k, struct sx_err *e)
{
	struct sx_smf_track track;
	const uint8_t *data;
	int rc = -1;
	size_t n;

	k->suffix = ".syx";
	k->stored.note = sx_smf_too_large(k->dump);
	if (k->stored.note != NULL)
		return 0;
	data = sx_part_map(k->part, &n, e);
	if (data == NULL)
		return -1;
	k->stored.note = sx_smf_obstacle(k->dump, data, n);
	if (k->stored.note != NULL)
		return 0;
	if (sx_smf_track_init(&track, k->dump, 0, e) == -1)
		return -1;
	k->suffix = ".mid";
	k->file = create_beside(k, e);
	if (k->file != NULL)
		rc = sx_smf_write(k->file, &track, 1, data, e);
	sx_smf_track_done(&track);
	if (rc == -1)
		sx_keep_undo(k);
	return rc;
}

int
sx_keep_prepare(struct sx_keeping *k, struct sx_err *e)
{
	const struct sx_store *s = k->store;

	k->stored = (struct sx_stored){ .final = true };
	k->file = k->part;
	if (keep_check(k, e) == -1)
		return -1;
	if (s->target != TO_FOLDER)
		k->file = NULL;
	else if (k->dump->damage.kind != SX_DAMAGE_NONE)
		k->suffix = SX_DAMAGED_SUFFIX;
	else if (s->format == SX_FORMAT_MID)
		return make_mid(k, e);
	else
		k->suffix = s->suffix;
	return 0;
}

/* Is the file in the store's folder although its stem names a folder below? */
static bool
is_beside(const struct sx_store *s, const char *stem, const char *path)
{
	char *beside;
	bool is;

	if (strchr(stem, '/') == NULL)
		return false;
	beside = sx_path_join(s->folder.path, sx_path_leaf(path));
	is = beside != NULL && strcmp(beside, path) == 0;
	free(beside);
	return is;
}

static int
keep_place(
    struct sx_keeping *k, long n, struct sx_sync_set *owed, struct sx_err *e)
{
	struct sx_store *s = k->store;
	const struct sx_dump *d = k->dump;
	char *stem = sx_template_expand(s->name, d->time.wall, &d->facts, n);
	int rc;

	if (stem == NULL)
		return sx_fail_memory(e);
	rc = sx_part_place(
	    k->file, &s->folder, stem, k->suffix, owed, &k->stored.path, e);
	if (k->stored.path != NULL && is_beside(s, stem, k->stored.path))
		k->stored.note = "the folder in its name is on another disk: "
				 "stored next to it instead";
	free(stem);
	return rc;
}

/* Return {n} of a dump. If others have taken the number of the nth dump, it and
 * all after it move on. */
static long
number_of(struct sx_store *s, const struct sx_dump *d)
{
	bool late = d->nth < s->moved;
	long wanted, n;

	if (d->nth == 0)
		return sx_numbers_next(s->numbers);
	wanted = s->first + (long)d->nth - 1 + (late ? 0 : s->shift);
	n = sx_numbers_choose(s->numbers, wanted, late);
	if (n != wanted && !late) {
		s->shift += n - wanted;
		s->moved = d->nth;
	}
	return n;
}

static int
name_in_folder(struct sx_keeping *k, struct sx_sync_set *owed, struct sx_err *e)
{
	struct sx_store *s = k->store;
	long n;
	int rc;

	if (s->numbers == NULL)
		return keep_place(k, 0, owed, e);
	(void)sx_numbers_begin(s->numbers, s->name, NULL);
	n = number_of(s, k->dump);
	rc = keep_place(k, n, owed, e);
	if (k->stored.path != NULL &&
	    (k->dump->damage.kind == SX_DAMAGE_NONE || s->number_all))
		sx_numbers_given(s->numbers, n);
	sx_numbers_end(s->numbers);
	return rc;
}

/* Write the part to standard output, continuing where an earlier call
 * failed. */
static int
keep_on_stdout(struct sx_part *p, struct sx_err *e)
{
	struct pollfd room = { .fd = STDOUT_FILENO, .events = POLLOUT };
	uint8_t buf[SX_PART_PIECE];
	ssize_t w;
	size_t n;

	while (p->given < p->size) {
		n = p->size - p->given < sizeof(buf)
			? (size_t)(p->size - p->given)
			: sizeof(buf);
		if (sx_part_read(p, p->given, buf, n, e) == -1)
			return -1;
		w = write(STDOUT_FILENO, buf, n);
		if (w >= 0)
			p->given += (uint64_t)w;
		else if (errno == EAGAIN)
			(void)poll(&room, 1, -1);
		else if (errno != EINTR)
			return sx_fail(e, SX_EIO, errno,
			    "cannot write to standard output");
	}
	return 0;
}

int
sx_keep_name(struct sx_keeping *k, struct sx_sync_set *owed, struct sx_err *e)
{
	struct sx_store *s = k->store;

	if (s->target == TO_STDOUT)
		return keep_on_stdout(k->part, e);
	if (s->target == TO_FOLDER)
		return name_in_folder(k, owed, e);
	return sx_gather_add(s->gather, &k->part, k->dump, owed, &k->stored, e);
}

void
sx_keep_unsynced(struct sx_keeping *k, int error)
{
	struct sx_store *s = k->store;

	if (s->gather != NULL)
		sx_gather_broken(s->gather, error);
}

int
sx_keep_owe(struct sx_keeping *k, struct sx_sync_set *owed, struct sx_err *e)
{
	struct sx_folder folder;
	int rc;

	if (sx_folder_open_for(&folder, k->stored.path, e) == -1)
		return -1;
	rc = sx_part_owe(k->file, &folder, owed, e);
	sx_folder_close(&folder);
	return rc;
}

void
sx_keep_done(struct sx_keeping *k)
{
	bool made = k->file != NULL && k->file != k->part;

	if (made || (k->file == NULL && !k->stored.final))
		sx_part_drop(k->part);
	else
		sx_part_release(k->part);
	/* Remove last the name that marks the part as stored. */
	if (made && k->file->linked)
		sx_part_drop(k->file);
	else if (made)
		sx_part_release(k->file);
	k->part = k->file = NULL;
}

void
sx_keep_undo(struct sx_keeping *k)
{
	if (k->file != k->part)
		sx_part_drop(k->file);
	k->file = k->part;
}

int
sx_part_keep(struct sx_part *p, const struct sx_dump *dump,
    struct sx_stored *stored, struct sx_err *e)
{
	struct sx_keeping k = { .store = p->store, .part = p, .dump = dump };

	if (sx_keep_prepare(&k, e) == -1)
		return -1;
	if (sx_keep_name(&k, NULL, e) == -1) {
		sx_keep_undo(&k);
		return -1;
	}
	*stored = k.stored;
	sx_keep_done(&k);
	return 0;
}
