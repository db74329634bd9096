/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_FOLDER_H
#define SXLIB_STORE_FOLDER_H

#include <stdbool.h>

#include "sxlib/err.h"

/* A folder that is open, and its path for people. */
struct sx_folder {
	char *path;
	int fd;
};

/*
 * Open the folder `path`, below `base` unless that is NULL. make: with all
 * that is missing of it, each new folder synced into its parent. Close with
 * sx_folder_close(); on failure *f needs no closing.
 */
int sx_folder_open(struct sx_folder *f, const struct sx_folder *base,
    const char *path, bool make, struct sx_err *e);
void sx_folder_close(struct sx_folder *f);

/* Could sx_folder_open() make or open it, and files be made in it? Touches
 * nothing. */
int sx_folder_check(const char *path, struct sx_err *e);

/* Is it no folder as yet, and named like a file that no dump goes into? */
bool sx_folder_unlikely(const char *out);

/* Open the folder that holds the file `path`. */
int sx_folder_open_for(struct sx_folder *f, const char *path, struct sx_err *e);

/* Could a new file be made at path? Touches nothing. -1 and e: it exists
 * (SX_EREFUSED), or as sx_folder_check(). */
int sx_file_check(const char *path, struct sx_err *e);

/* Make the names in it survive a power cut. */
int sx_folder_sync(const struct sx_folder *f, struct sx_err *e);

/* "path/name", or only "name" if that means the same; malloc'ed, NULL if
 * memory ends. */
char *sx_path_join(const char *path, const char *name);
/* The last component of a path. */
const char *sx_path_leaf(const char *path);

#endif
