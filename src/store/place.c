/* SPDX-License-Identifier: ISC */
/* Gives a part its name: permanently, and never replacing another file. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "libc.h"
#include "part.h"

/*
 * rename() that fails with EEXIST. On a file system without such a call, a
 * second name is made by link(), which cannot replace a file either. Without
 * links, an empty file reserves the name and is then replaced: only there can a
 * kill between the two leave an empty file; the part is then still complete.
 */
static int
rename_new(int fd, const char *name, int to_fd, const char *to)
{
	int reserved, error;

	if (renameat2(fd, name, to_fd, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (linkat(fd, name, to_fd, to, 0) == 0) {
		/* If the part's name remains, it is a second name of the same
		 * file. */
		(void)unlinkat(fd, name, 0);
		return 0;
	}
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS &&
	    errno != EMLINK && errno != EINVAL)
		return -1;
	reserved = openat(to_fd, to,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (reserved == -1)
		return -1;
	close(reserved);
	if (renameat(fd, name, to_fd, to) == 0)
		return 0;
	error = errno;
	(void)unlinkat(to_fd, to, 0);
	errno = error;
	return -1;
}

/* Give a part its name; as a second one if it should keep its first and can. */
static int
give_name(const struct sx_part *p, int to_fd, const char *to)
{
	if (p->linked) {
		if (linkat(p->folder->fd, p->name, to_fd, to, 0) == 0)
			return 0;
		if (errno == EEXIST)
			return -1;
	}
	return rename_new(p->folder->fd, p->name, to_fd, to);
}

/*
 * FAT stores the size and place of a file with its name, and a new name gets
 * them only when the file is synced again: without that the file is empty after
 * a power cut, even if the folder was synced.
 */
static bool
needs_second_sync(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == MSDOS_SUPER_MAGIC;
}

int
sx_part_owe(const struct sx_part *p, const struct sx_folder *folder,
    struct sx_sync_set *owed, struct sx_err *e)
{
	bool twice = needs_second_sync(p->fd);

	if ((!twice || sx_sync_add_copy(owed, p->fd, false) != -1) &&
	    sx_sync_add_copy(owed, folder->fd, true) != -1)
		return 0;
	/* Sync now instead of later: no descriptor is left, say. */
	if (twice && fsync(p->fd) == -1)
		return sx_fail(e, SX_EIO, errno, "cannot sync a file in '%s'",
		    folder->path);
	return sx_folder_sync(folder, e);
}

/* Make a new name survive a power cut, now or with the owed syncs. */
static int
place_sync(struct sx_part *p, const struct sx_folder *folder, const char *name,
    struct sx_sync_set *owed, struct sx_err *e)
{
	if (owed == NULL && needs_second_sync(p->fd) && fsync(p->fd) == -1)
		return sx_fail(e, SX_EIO, errno, "cannot sync '%s/%s'",
		    folder->path, name);
	return owed == NULL ? sx_folder_sync(folder, e)
			    : sx_part_owe(p, folder, owed, e);
}

int
sx_part_commit(struct sx_part *p, const struct sx_folder *folder,
    const char *name, struct sx_sync_set *owed, struct sx_err *e)
{
	if (sx_part_flush(p, e) == -1)
		return -1;
	if (give_name(p, folder->fd, name) == -1) {
		if (errno == EEXIST)
			return 1;
		return sx_fail(e, SX_EIO, errno,
		    "cannot rename '%s' to '%s/%s'", p->path, folder->path,
		    name);
	}
	p->placed = true;
	return place_sync(p, folder, name, owed, e);
}

/* sx_part_flush() syncs the new name before any further bytes. */
int
sx_part_mark(struct sx_part *p, struct sx_err *e)
{
	char name[SX_PART_NAME], *path;
	int error;

	if (p->marked)
		return 0;
	p->marked = true;
	if (p->path == NULL)
		return 0;
	for (unsigned k = 0;; k++) {
		/* Keep its place among the parts, if possible. */
		if (k == 0)
			snprintf(name, sizeof(name), "%.*s" SX_MARKED_SUFFIX,
			    (int)sx_part_stem(p->name), p->name);
		else
			sx_part_nth_name(name, p->wall, k, SX_MARKED_SUFFIX);
		path = sx_path_join(p->folder->path, name);
		if (path == NULL)
			return sx_fail_memory(e);
		if (rename_new(p->folder->fd, p->name, p->folder->fd, name) ==
		    0)
			break;
		error = errno;
		free(path);
		if (error != EEXIST)
			return sx_fail(e, SX_EIO, error,
			    "cannot rename '%s' to '%s'", p->path, name);
	}
	free(p->path);
	p->path = path;
	p->name = sx_path_leaf(path);
	p->entered = false;
	if (needs_second_sync(p->fd) && fsync(p->fd) == -1)
		return sx_fail(e, SX_EIO, errno, "cannot sync '%s'", p->path);
	return 0;
}

#define LEAF_SIZE (2 * NAME_MAX)

/* Format the k-th name of a leaf: "leaf.syx", "leaf-2.syx", ... */
static void
nth_name(
    char buf[LEAF_SIZE], const char *leaf, unsigned long k, const char *suffix)
{
	char more[24] = "";

	if (k > 1)
		snprintf(more, sizeof(more), "-%lu", k);
	/* A name truncated here is too long for the file system, too. */
	(void)snprintf(buf, LEAF_SIZE, "%s%s%s", leaf, more, suffix);
}

static bool
place_in_use(const struct sx_folder *f, const char *leaf, unsigned long k,
    const char *suffix)
{
	char name[LEAF_SIZE];
	struct stat st;

	nth_name(name, leaf, k, suffix);
	return fstatat(f->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Find a free k after one in use. In doubling steps, since a burst makes
 * thousands of dumps with the same time. */
static unsigned long
free_after(const struct sx_folder *f, const char *leaf, unsigned long k,
    const char *suffix)
{
	unsigned long step = 1, low = k;

	while (place_in_use(f, leaf, low + step, suffix)) {
		low += step;
		step *= 2;
	}
	while (step > 1) {
		step /= 2;
		if (place_in_use(f, leaf, low + step, suffix))
			low += step;
	}
	return low + 1;
}

/* Commit p under the first free name of a leaf. */
static int
place_in(struct sx_part *p, const struct sx_folder *folder, const char *leaf,
    const char *suffix, struct sx_sync_set *owed, char **path, struct sx_err *e)
{
	unsigned long k = 1;
	char name[LEAF_SIZE], *it;
	int rc;

	for (;;) {
		nth_name(name, leaf, k, suffix);
		it = sx_path_join(folder->path, name);
		if (it == NULL)
			return sx_fail_memory(e);
		rc = sx_part_commit(p, folder, name, owed, e);
		if (rc == 0 || (owed != NULL && p->placed)) {
			*path = it;
			return rc;
		}
		free(it);
		if (rc == -1)
			return -1;
		k = free_after(folder, leaf, k, suffix);
	}
}

int
sx_part_place(struct sx_part *p, const struct sx_folder *folder,
    const char *stem, const char *suffix, struct sx_sync_set *owed, char **path,
    struct sx_err *e)
{
	const char *slash = strrchr(stem, '/');
	struct sx_err why = { 0 };
	struct sx_folder sub;
	char *below;
	int rc;

	if (slash == NULL)
		return place_in(p, folder, stem, suffix, owed, path, e);
	below = strndup(stem, (size_t)(slash - stem));
	if (below == NULL)
		return sx_fail_memory(e);
	rc = sx_folder_open(&sub, folder, below, true, e);
	free(below);
	if (rc == -1)
		return -1;
	rc = place_in(p, &sub, slash + 1, suffix, owed, path, &why);
	sx_folder_close(&sub);
	/* The subfolder is a link to another disk, to which no part can be
	 * moved. */
	if (rc == -1 && why.sys == EXDEV)
		return place_in(p, folder, slash + 1, suffix, owed, path, e);
	if (rc == -1 && e != NULL)
		*e = why;
	return rc;
}
