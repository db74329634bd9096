/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_WALK_H
#define SXLIB_WALK_H

#include <dirent.h>
#include <stddef.h>

#include "sxlib/err.h"

/*
 * The dump files among arguments and below them: a file that is named is taken
 * whatever it is called, of a folder and all in it those that
 * sx_is_dump_name(), in the natural order of their names. Hidden files are
 * passed over; symbolic links, so that no walk goes in circles, and files of
 * other names are skipped.
 */
struct sx_walk {
	char *const *arguments;
	int count;
	size_t files, skipped; /* so far */
	/* private */
	struct sx_walk_folder {
		char *path;
		struct dirent **names;
		int n, next;
	} * folders; /* the one that is being read, and those it is in */
	size_t depth;
	char *path; /* the last that was given out */
};

/* The names in one folder that are not hidden, in natural order, as scandir()
 * gives them: how many, or -1 and errno. The caller frees each and the array.
 */
int sx_walk_names(const char *folder, struct dirent ***names);

/* The next file: 1 and *path, borrowed until the next call. 0: no more. -1 and
 * e: an argument or a folder cannot be read; keep calling. */
int sx_walk_next(struct sx_walk *w, const char **path, struct sx_err *e);
/* Good at any time. */
void sx_walk_end(struct sx_walk *w);

/* After the last file, e: there was no file at all (SX_ENONE). Always -1. */
int sx_walk_nothing(const struct sx_walk *w, struct sx_err *e);

#endif
