/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sxlib/natural.h"
#include "sxlib/store.h"
#include "sxlib/walk.h"

static int
is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
walk_by_name(const struct dirent **a, const struct dirent **b)
{
	return sx_natural_order((*a)->d_name, (*b)->d_name);
}

int
sx_walk_names(const char *folder, struct dirent ***names)
{
	return scandir(folder, names, is_visible, walk_by_name);
}

/* Enter a folder. Its path, which is kept, does not end with '/'. */
static int
walk_enter(struct sx_walk *w, const char *path, struct sx_err *e)
{
	struct sx_walk_folder f = { .path = strdup(path) };
	struct sx_walk_folder *p;

	p = realloc(w->folders, (w->depth + 1) * sizeof(*p));
	if (p != NULL)
		w->folders = p;
	if (p == NULL || f.path == NULL) {
		free(f.path);
		return sx_fail_memory(e);
	}
	f.n = sx_walk_names(path, &f.names);
	if (f.n == -1) {
		sx_fail(e, SX_EIO, errno, "cannot read folder '%s'", path);
		free(f.path);
		return -1;
	}
	for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
		f.path[n - 1] = '\0';
	w->folders[w->depth++] = f;
	return 0;
}

static void
walk_leave(struct sx_walk *w)
{
	struct sx_walk_folder *f = &w->folders[--w->depth];

	while (f->next < f->n)
		free(f->names[f->next++]);
	free(f->names);
	free(f->path);
}

/* Set w->path to the path of the folder's next name, and *type to its
 * d_type. */
static int
walk_take_name(struct sx_walk *w, unsigned char *type, struct sx_err *e)
{
	struct sx_walk_folder *f = &w->folders[w->depth - 1];
	struct dirent *d = f->names[f->next++];
	int rc = asprintf(&w->path, "%s%s%s", f->path,
	    strcmp(f->path, "/") == 0 ? "" : "/", d->d_name);

	*type = d->d_type;
	free(d);
	if (rc != -1)
		return 0;
	w->path = NULL;
	return sx_fail_memory(e);
}

/* Examine w->path. Returns 1 if it is a file to return; 0 if it is not, or is a
 * folder, which is then entered; -1 on failure. */
static int
walk_look_at(struct sx_walk *w, unsigned char type, struct sx_err *e)
{
	const char *slash = strrchr(w->path, '/');
	struct stat st;

	if (type == DT_UNKNOWN && lstat(w->path, &st) == 0)
		type = S_ISDIR(st.st_mode)   ? DT_DIR
		       : S_ISREG(st.st_mode) ? DT_REG
					     : DT_LNK;
	if (type == DT_DIR)
		return walk_enter(w, w->path, e);
	if (type == DT_REG && sx_is_dump_name(slash + 1)) {
		w->files++;
		return 1;
	}
	w->skipped++;
	return 0;
}

int
sx_walk_next(struct sx_walk *w, const char **path, struct sx_err *e)
{
	unsigned char type;
	struct stat st;
	int rc = 0;

	while (rc == 0) {
		free(w->path);
		w->path = NULL;
		if (w->depth > 0) {
			if (w->folders[w->depth - 1].next ==
			    w->folders[w->depth - 1].n) {
				walk_leave(w);
				continue;
			}
			rc = walk_take_name(w, &type, e);
			if (rc == 0)
				rc = walk_look_at(w, type, e);
		} else if (w->count == 0) {
			return 0;
		} else {
			w->count--;
			*path = *w->arguments++;
			if (stat(*path, &st) == -1 || !S_ISDIR(st.st_mode)) {
				w->files++;
				return 1;
			}
			rc = walk_enter(w, *path, e);
		}
	}
	*path = w->path;
	return rc;
}

int
sx_walk_nothing(const struct sx_walk *w, struct sx_err *e)
{
	if (w->skipped > 0)
		return sx_fail(e, SX_ENONE, 0,
		    "no dump found, only %zu other file%s", w->skipped,
		    w->skipped == 1 ? "" : "s");
	return sx_fail(e, SX_ENONE, 0, "no dump found: the folder is empty");
}

void
sx_walk_end(struct sx_walk *w)
{
	while (w->depth > 0)
		walk_leave(w);
	free(w->folders);
	free(w->path);
}
