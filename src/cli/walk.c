/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "sxlib/store.h"
#include "walk.h"

bool
is_dump_name(const char *name)
{
	return name[0] != '.' && (sx_path_has_suffix(name, ".syx") ||
				     sx_path_has_suffix(name, ".mid") ||
				     sx_path_has_suffix(name, ".midi"));
}

bool
is_damaged_name(const char *path)
{
	return sx_path_has_suffix(path, ".damaged.syx");
}

static int
is_wanted(const struct dirent *d)
{
	if (d->d_name[0] == '.' || d->d_type == DT_LNK)
		return 0;
	return d->d_type == DT_DIR || d->d_type == DT_UNKNOWN ||
	       is_dump_name(d->d_name);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Go into a folder; its path, which is kept, has no '/' at its end. */
static int
enter(struct walk *w, const char *path, struct sx_err *e)
{
	struct walk_folder f = { .path = strdup(path) };
	struct walk_folder *p;

	p = realloc(w->folders, (w->depth + 1) * sizeof(*p));
	if (p != NULL)
		w->folders = p;
	if (p == NULL || f.path == NULL) {
		free(f.path);
		return sx_fail_memory(e);
	}
	f.n = scandir(path, &f.names, is_wanted, by_name);
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
leave(struct walk *w)
{
	struct walk_folder *f = &w->folders[--w->depth];

	while (f->next < f->n)
		free(f->names[f->next++]);
	free(f->names);
	free(f->path);
}

/* The path of the next name in a folder goes into w->path; *type gets what
 * readdir() knew of it. */
static int
take_name(struct walk *w, unsigned char *type, struct sx_err *e)
{
	struct walk_folder *f = &w->folders[w->depth - 1];
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

/* A name in a folder: 1: it is a file to give out, 0: it is not, or a folder
 * that has been entered. */
static int
look_at(struct walk *w, unsigned char type, struct sx_err *e)
{
	const char *slash = strrchr(w->path, '/');
	struct stat st;

	if (type == DT_UNKNOWN && lstat(w->path, &st) == 0)
		type = S_ISDIR(st.st_mode)   ? DT_DIR
		       : S_ISREG(st.st_mode) ? DT_REG
					     : DT_LNK;
	if (type == DT_DIR)
		return enter(w, w->path, e);
	return type == DT_REG && is_dump_name(slash + 1);
}

int
walk_next(struct walk *w, const char **path, struct sx_err *e)
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
				leave(w);
				continue;
			}
			rc = take_name(w, &type, e);
			if (rc == 0)
				rc = look_at(w, type, e);
		} else if (w->count == 0) {
			return 0;
		} else {
			w->count--;
			*path = *w->arguments++;
			if (stat(*path, &st) == -1 || !S_ISDIR(st.st_mode))
				return 1;
			rc = enter(w, *path, e);
		}
	}
	*path = w->path;
	return rc;
}

void
walk_end(struct walk *w)
{
	while (w->depth > 0)
		leave(w);
	free(w->folders);
	free(w->path);
}
