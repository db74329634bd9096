/* SPDX-License-Identifier: ISC */
/* Finds the files of the user's instruments. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sxlib/config.h"
#include "sxlib/natural.h"

#define FOLDER "instruments"
#define SUFFIX ".conf"

struct paths {
	char **all;	 /* ends in NULL */
	size_t n, pages; /* pages: index of the first page */
	struct sx_err *e;
};

/* Add a copy of path. */
static int
add_path(struct paths *p, const char *path)
{
	char **all = realloc(p->all, (p->n + 2) * sizeof(*all));

	if (all == NULL)
		return sx_fail_memory(p->e);
	p->all = all;
	all[p->n] = strdup(path);
	if (all[p->n] == NULL)
		return sx_fail_memory(p->e);
	all[++p->n] = NULL;
	return 0;
}

static bool
has_page(const struct paths *p, const char *name)
{
	for (size_t i = p->pages; i < p->n; i++)
		if (strcmp(basename(p->all[i]), name) == 0)
			return true;
	return false;
}

static int
is_page(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] != '.' && n > sizeof(SUFFIX) - 1 &&
	       strcmp(d->d_name + n - (sizeof(SUFFIX) - 1), SUFFIX) == 0;
}

static int
config_by_name(const struct dirent **a, const struct dirent **b)
{
	return sx_natural_order((*a)->d_name, (*b)->d_name);
}

static int
add_page(struct paths *p, const char *folder, const char *name)
{
	char *path;
	int rc;

	if (asprintf(&path, "%s/%s", folder, name) == -1)
		return sx_fail_memory(p->e);
	rc = add_path(p, path);
	free(path);
	return rc;
}

/* Add the pages of a folder; a missing one has no pages. */
static int
config_add_folder(struct paths *p, const char *folder)
{
	struct dirent **names;
	int n = scandir(folder, &names, is_page, config_by_name), rc = 0;

	if (n == -1 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (n == -1)
		return sx_fail(
		    p->e, SX_EIO, errno, "cannot read folder '%s'", folder);
	for (int i = 0; i < n; i++) {
		if (rc == 0 && !has_page(p, names[i]->d_name))
			rc = add_page(p, folder, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return rc;
}

/* "All paths must be absolute": the others are skipped. */
static int
add_system(struct paths *p)
{
	const char *dirs = getenv("XDG_CONFIG_DIRS");
	char *folder;
	int rc = 0;

	if (dirs == NULL || dirs[0] == '\0')
		dirs = "/etc/xdg";
	for (size_t n; *dirs != '\0'; dirs += n + (dirs[n] == ':')) {
		n = strcspn(dirs, ":");
		if (dirs[0] != '/')
			continue;
		if (asprintf(&folder, "%.*s/sxlib/" FOLDER, (int)n, dirs) == -1)
			return sx_fail_memory(p->e);
		if (config_add_folder(p, folder) == -1)
			rc = -1;
		free(folder);
	}
	return rc;
}

int
sx_config_pages(char ***paths, struct sx_err *e)
{
	struct paths p = { .e = e };
	char *file = sx_config_path("devices.conf", NULL);
	char *folder = sx_config_path(FOLDER, NULL);
	struct stat st;
	int rc = 0;

	/* It is read even if it is not a file, so that errors are reported. */
	if (file != NULL && lstat(file, &st) == 0)
		rc = add_path(&p, file);
	p.pages = p.n;
	if (folder != NULL && config_add_folder(&p, folder) == -1)
		rc = -1;
	if (add_system(&p) == -1)
		rc = -1;
	free(file);
	free(folder);
	*paths = p.all;
	return rc;
}

void
sx_config_pages_free(char **paths)
{
	for (size_t i = 0; paths != NULL && paths[i] != NULL; i++)
		free(paths[i]);
	free(paths);
}
