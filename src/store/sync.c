/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "sync.h"

static int
sync_add(struct sx_sync_set *set, const struct sx_sync_item *item)
{
	size_t room = set->room > 0 ? 2 * set->room : 16;
	struct sx_sync_item *p;

	if (set->n == set->room) {
		p = reallocarray(set->items, room, sizeof(*p));
		if (p == NULL)
			return -1;
		set->items = p;
		set->room = room;
	}
	set->items[set->n] = *item;
	return (int)set->n++;
}

static bool
sync_identify(struct sx_sync_item *item)
{
	struct stat st;

	if (fstat(item->fd, &st) == -1)
		return false;
	item->dev = st.st_dev;
	item->ino = st.st_ino;
	return true;
}

int
sx_sync_add(struct sx_sync_set *set, int fd)
{
	struct sx_sync_item item = { .fd = fd };

	return sync_identify(&item) ? sync_add(set, &item) : -1;
}

int
sx_sync_add_copy(struct sx_sync_set *set, int fd, bool folder)
{
	struct sx_sync_item item = {
		.fd = fd, .owned = true, .folder = folder
	};
	int error, at;

	if (!sync_identify(&item))
		return -1;
	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].dev == item.dev &&
		    set->items[i].ino == item.ino)
			return (int)i;
	item.fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (item.fd == -1)
		return -1;
	at = sync_add(set, &item);
	if (at != -1)
		return at;
	error = errno;
	close(item.fd);
	errno = error;
	return -1;
}

int
sx_sync_fd(int fd, bool folder)
{
	if (fsync(fd) == 0 || (folder && (errno == EINVAL || errno == ENOSYS ||
					     errno == EOPNOTSUPP)))
		return 0;
	return errno;
}

#define EXFAT_MAGIC 0x2011bab0 /* not in every linux/magic.h */

int
sx_sync_all(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) == -1)
		return errno;
	switch ((unsigned long)fs.f_type) {
	case EXT4_SUPER_MAGIC: /* ext2 and ext3, too */
	case XFS_SUPER_MAGIC:
	case BTRFS_SUPER_MAGIC:
	case F2FS_SUPER_MAGIC:
	case TMPFS_MAGIC:
		return syncfs(fd) == 0 ? 0 : errno;
	case MSDOS_SUPER_MAGIC:
	case EXFAT_MAGIC:
		/* syncfs() writes everything, but leaves it in the cache of the
		 * stick; fsync() of any file flushes that. */
		return syncfs(fd) == 0 && fsync(fd) == 0 ? 0 : errno;
	default:
		return ENOTSUP;
	}
}

int
sx_sync_check(int fd)
{
	/* Nothing is dirty any more, so this does not wait; it reports whether
	 * writing these pages failed. */
	return sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE) == 0
		   ? 0
		   : errno;
}

/* Was this file system synced for an earlier item? */
static bool
sync_is_done(const struct sx_sync_set *set, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (set->items[k].dev == set->items[i].dev)
			return true;
	return false;
}

/* Returns true if all items are on disk or their own errors are known. */
static bool
sync_many(struct sx_sync_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (!sync_is_done(set, i) && sx_sync_all(set->items[i].fd) != 0)
			return false;
	for (size_t i = 0; i < set->n; i++)
		if (!set->items[i].folder)
			set->items[i].error = sx_sync_check(set->items[i].fd);
	return true;
}

int
sx_sync_run(struct sx_sync_set *set)
{
	int first = 0;

	/* fsync() helps where syncfs() cannot be used, or reports errors of
	 * other files. */
	if (set->n <= SX_SYNC_FEW || !sync_many(set))
		for (size_t i = 0; i < set->n; i++)
			set->items[i].error =
			    sx_sync_fd(set->items[i].fd, set->items[i].folder);
	for (size_t i = 0; i < set->n && first == 0; i++)
		first = set->items[i].error;
	return first;
}

void
sx_sync_clear(struct sx_sync_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].owned)
			close(set->items[i].fd);
	set->n = 0;
}

void
sx_sync_free(struct sx_sync_set *set)
{
	sx_sync_clear(set);
	free(set->items);
	*set = (struct sx_sync_set){ 0 };
}
