/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_WALK_H
#define SXLIB_WALK_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "sxlib/err.h"

/*
 * The dump files among arguments and below them: a file that is named is taken
 * whatever it is called, of a folder and all in it the .syx and .mid files, in
 * the order of their names. Hidden files and symbolic links inside of folders
 * are passed over, so that no walk goes in circles.
 */
struct walk {
	char *const *arguments;
	int count;
	/* private */
	struct walk_folder {
		char *path;
		struct dirent **names;
		int n, next;
	} * folders; /* the one that is being read, and those it is in */
	size_t depth;
	char *path; /* the last that was given out */
};

/* The next file: 1 and *path, borrowed until the next call. 0: no more. -1 and
 * e: an argument or a folder cannot be read; go on calling. */
int walk_next(struct walk *w, const char **path, struct sx_err *e);
/* Good at any time. */
void walk_end(struct walk *w);

/* Is this the name of a file that a walk takes in a folder? */
bool is_dump_name(const char *name);
/* Does it say that what is in it is damaged, however whole it looks? */
bool is_damaged_name(const char *path);

#endif
