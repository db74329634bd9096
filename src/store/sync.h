/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_SYNC_H
#define SXLIB_STORE_SYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sxlib/err.h"

/*
 * Files and folders to be made durable together. A few are synced one by one,
 * in the order in which they were added; many with one syncfs() per file
 * system, because on a slow disk one sync takes as long as all. Where syncfs()
 * is not known to reach the disk (FUSE, say) they are synced one by one, too.
 */
struct sx_sync_set {
	struct sx_sync_item {
		int fd;
		bool owned; /* closed with the set */
		bool folder;
		dev_t dev;
		ino_t ino;
		int error; /* errno of a failure; 0: none */
	} * items;
	size_t n, room;
};

/* Up to this number are synced one by one. */
#define SX_SYNC_FEW 4

/* Add fd, borrowed. Returns the item's index, or -1 and sets errno. */
int sx_sync_add(struct sx_sync_set *set, int fd);
/* Add a duplicate of fd, unless its file is already in the set. Returns the
 * same. */
int sx_sync_add_copy(struct sx_sync_set *set, int fd, bool folder);

/*
 * Sync all items and set `error` of each. Blocks. Returns 0, or the errno of
 * the first failure.
 */
int sx_sync_run(struct sx_sync_set *set);

/* Empty the set; it is reusable. */
void sx_sync_clear(struct sx_sync_set *set);
/* Also free its memory. */
void sx_sync_free(struct sx_sync_set *set);

/* fsync() a file or folder. Returns 0 or an errno; also 0 for a folder on a
 * file system without fsync() for folders, which syncs them by itself. */
int sx_sync_fd(int fd, bool folder);

/*
 * Sync everything on the file system of fd. Returns 0 or an errno: ENOTSUP
 * where that is not certain to reach the disk. Call sx_sync_check() for each
 * file: syncfs() reports no errors of single files before Linux 5.8, and since
 * then also errors of unrelated files.
 */
int sx_sync_all(int fd);
/* After sx_sync_all(): returns 0, or the errno with which writing fd's file
 * failed. */
int sx_sync_check(int fd);

#endif
