/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_FOLDER_H
#define SXLIB_STORE_FOLDER_H

#include <stdbool.h>

#include "sxlib/err.h"

/* An open folder, and its path for display. */
struct sx_folder {
	char *path;
	int fd;
};

/*
 * Open the folder `path`, relative to `base` unless that is NULL. make: create
 * all missing components and sync each new folder into its parent. Close with
 * sx_folder_close(); on failure *f needs no closing.
 */
int sx_folder_open(struct sx_folder *f, const struct sx_folder *base,
    const char *path, bool make, struct sx_err *e);
void sx_folder_close(struct sx_folder *f);

/* Check that sx_folder_open() could open or create it, and that files could be
 * created in it. Touches nothing. */
int sx_folder_check(const char *path, struct sx_err *e);

/* True if it is not yet a folder, and its name looks like a file that no dump
 * is stored in. */
bool sx_folder_unlikely(const char *out);

/* Open the parent folder of the file `path`. */
int sx_folder_open_for(struct sx_folder *f, const char *path, struct sx_err *e);

/* Check that a new file could be created at path. Touches nothing. Returns -1
 * and sets e if it exists (SX_EREFUSED), or as sx_folder_check(). */
int sx_file_check(const char *path, struct sx_err *e);

/* Make the names in it survive a power failure. */
int sx_folder_sync(const struct sx_folder *f, struct sx_err *e);

/* "path/name", or just "name" if that is equivalent. The caller frees it; NULL
 * if memory runs out. */
char *sx_path_join(const char *path, const char *name);
/* The last component of a path. */
const char *sx_path_leaf(const char *path);

#endif
