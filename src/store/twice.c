/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "part.h"
#include "twice.h"

struct twice {
	const struct sx_folder *folder;
	char **found;
	size_t n;
};

static void
twice_forget(struct twice *t, size_t i)
{
	free(t->found[i]);
	t->found[i] = NULL;
}

/* Remove the file, unless a living process uses it. If it cannot be removed it
 * is still found, and refused because it has two names. */
static void
remove_part(struct twice *t, size_t i)
{
	struct sx_part *p;

	if (sx_part_adopt_linked(t->folder, t->found[i], &p, NULL) != 1 ||
	    sx_part_remove(p, NULL) == 0)
		twice_forget(t, i);
}

/* Does the file have a name in the folder that is not a part's? */
static bool
has_final_name(const struct twice *t, const struct stat *file)
{
	int fd = openat(t->folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	struct stat st;
	bool has = false;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return false;
	}
	while (!has && (entry = readdir(dir)) != NULL)
		has =
		    entry->d_ino == file->st_ino &&
		    !sx_part_named(entry->d_name, SX_PART_SUFFIX) &&
		    !sx_part_named(entry->d_name, SX_MARKED_SUFFIX) &&
		    !sx_part_is_temp(entry->d_name) &&
		    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_ino == file->st_ino && st.st_dev == file->st_dev;
	closedir(dir);
	return has;
}

/* Is this one of two names of a file, the other being final? So it is for a
 * part linked to its name, and a MIDI file made from a part. */
static bool
is_linked(const struct twice *t, const char *name)
{
	struct stat st;

	return fstatat(t->folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode) && st.st_nlink > 1 && has_final_name(t, &st);
}

static bool
is_done(const struct twice *t, const char *name)
{
	char temp[SX_PART_NAME];

	sx_part_temp_name(temp, name);
	return is_linked(t, name) || is_linked(t, temp);
}

/* Does fd contain all bytes of p, from off on? */
static bool
twice_holds(int fd, uint64_t off, const struct sx_part *p)
{
	uint8_t there[4096], some[4096];
	uint64_t at = 0;
	ssize_t got;

	while (at < p->size) {
		got = pread(fd, there,
		    p->size - at < sizeof(there) ? (size_t)(p->size - at)
						 : sizeof(there),
		    (off_t)(off + at));
		if (got <= 0 ||
		    sx_part_read(p, at, some, (size_t)got, NULL) == -1 ||
		    memcmp(some, there, (size_t)got) != 0)
			return false;
		at += (uint64_t)got;
	}
	return at > 0;
}

/* Open the part with this inode. Returns -1 if there is none. */
static int
open_inode(const struct twice *t, uint64_t inode)
{
	struct stat st;

	for (size_t i = 0; i < t->n; i++)
		if (t->found[i] != NULL &&
		    fstatat(t->folder->fd, t->found[i], &st,
			AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_ino == inode)
			return openat(t->folder->fd, t->found[i],
			    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return -1;
}

/* Check a part whose bytes were being added to another one, and remove it if
 * they are there. */
static void
look_at_joined(struct twice *t, size_t i, uint64_t inode, uint64_t off)
{
	struct sx_part *p;
	bool twice;
	int fd;

	if (sx_part_adopt(t->folder, t->found[i], &p, NULL) != 1) {
		twice_forget(t, i);
		return;
	}
	fd = open_inode(t, inode);
	twice = fd != -1 && !sx_part_is_sparse(p) && twice_holds(fd, off, p);
	if (fd != -1)
		close(fd);
	if (!twice) {
		sx_part_release(p);
		return;
	}
	sx_part_drop(p);
	twice_forget(t, i);
}

/* Check a piece, which is valid only if its part is gone. */
static void
look_at_piece(struct twice *t, size_t i)
{
	static const char *const suffixes[] = { SX_PART_SUFFIX,
		SX_MARKED_SUFFIX, SX_SPOOL_SUFFIX };
	char name[SX_PART_NAME];
	struct sx_part *p;
	struct stat st;

	for (size_t k = 0; k < 3 && t->found[i] != NULL; k++) {
		snprintf(name, sizeof(name), "%.*s%s",
		    (int)sx_part_stem(t->found[i]), t->found[i], suffixes[k]);
		if (fstatat(t->folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) ==
		    -1)
			continue;
		/* A process that holds the part is splitting it right now. */
		if (sx_part_adopt(t->folder, name, &p, NULL) != 1) {
			twice_forget(t, i);
			continue;
		}
		remove_part(t, i);
		sx_part_release(p);
	}
}

void
sx_twice_drop(const struct sx_folder *folder, char **found, size_t n)
{
	struct twice t = { .folder = folder, .found = found, .n = n };
	uint64_t inode, off;
	bool marked;
	int64_t ms;

	for (size_t i = 0; i < n; i++) {
		if (sx_part_is_joined(found[i], &inode, &off))
			look_at_joined(&t, i, inode, off);
		else if (sx_part_is_piece(found[i], &ms, &marked))
			look_at_piece(&t, i);
		if (found[i] != NULL &&
		    !sx_part_is_joined(found[i], &inode, &off) &&
		    !sx_part_is_temp(found[i]) &&
		    !sx_part_named(found[i], SX_SPOOL_SUFFIX) &&
		    is_done(&t, found[i]))
			remove_part(&t, i);
	}
}
