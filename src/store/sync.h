/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_SYNC_H
#define SXLIB_STORE_SYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sxlib/err.h"

/*
 * Files and folders that are to survive a power cut together. A few are synced
 * one by one, in the order in which they were added; many by one syncfs() for
 * each file system, since a slow disk takes as long for one as for all. Where
 * syncfs() is not known to reach the disk (FUSE, say) they are few, too.
 */
struct sx_sync_set {
	struct sx_sync_item {
		int fd;
		bool owned; /* closed with the set */
		bool folder;
		dev_t dev;
		ino_t ino;
		int error; /* errno of what failed; 0: nothing did */
	} * items;
	size_t n, room;
};

/* So many are still synced one by one. */
#define SX_SYNC_FEW 4

/* Add fd, borrowed. The item's index; -1 and errno. */
int sx_sync_add(struct sx_sync_set *set, int fd);
/* Add a duplicate of fd, unless its file is in the set already. The same. */
int sx_sync_add_copy(struct sx_sync_set *set, int fd, bool folder);

/*
 * Sync all of them; each has its own `error` then. Blocks. 0, or the errno of
 * the first that failed.
 */
int sx_sync_run(struct sx_sync_set *set);

/* Empty it; it can be used again. */
void sx_sync_clear(struct sx_sync_set *set);
/* Also free its memory. */
void sx_sync_free(struct sx_sync_set *set);

/* fsync() of a file or folder. 0 or errno; 0 as well for a folder whose file
 * system has no such call, since it syncs by itself. */
int sx_sync_fd(int fd, bool folder);

/*
 * Sync all that the file system of fd holds. 0 or errno: ENOTSUP where that
 * would not be sure to reach the disk. Whether each file has is for
 * sx_sync_check() to tell: syncfs() reports no error of a single file before
 * Linux 5.8, and those of strangers since.
 */
int sx_sync_all(int fd);
/* After sx_sync_all(): 0, or the errno with which writing fd's file failed. */
int sx_sync_check(int fd);

#endif
