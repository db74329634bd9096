/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_WALK_H
#define SXLIB_WALK_H

#include <dirent.h>
#include <stddef.h>

#include "sxlib/err.h"

/*
 * Walks the dump files named by arguments. A file is returned whatever its
 * name; a folder is searched recursively for files with sx_is_dump_name(), in
 * natural order of their names. Hidden files are ignored; symbolic links (which
 * could form loops) and files with other names are skipped.
 */
struct sx_walk {
	char *const *arguments;
	int count;
	size_t files, skipped; /* so far */
	/* Private. */
	struct sx_walk_folder {
		char *path;
		struct dirent **names;
		int n, next;
	} * folders; /* the one being read, and its parents */
	size_t depth;
	char *path; /* the last one returned */
};

/* List the names in one folder that are not hidden, in natural order, as
 * scandir() does. Returns their number, or -1 and sets errno. The caller frees
 * each entry and the array. */
int sx_walk_names(const char *folder, struct dirent ***names);

/* Returns 1 and sets *path to the next file, borrowed until the next call; 0 if
 * there are no more; -1 and sets e if an argument or a folder cannot be read:
 * keep calling. */
int sx_walk_next(struct sx_walk *w, const char **path, struct sx_err *e);
/* Safe to call at any time. */
void sx_walk_end(struct sx_walk *w);

/* After the last file, set e if there was no file at all (SX_ENONE). Always
 * returns -1. */
int sx_walk_nothing(const struct sx_walk *w, struct sx_err *e);

#endif
