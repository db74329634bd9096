/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "sxlib/store.h"
#include "sync.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

char *
sx_path_join(const char *path, const char *name)
{
	size_t n = strlen(path);
	const char *slash = n > 0 && path[n - 1] == '/' ? "" : "/";
	char *joined;

	if (strcmp(path, ".") == 0 && name[0] != '-')
		return strdup(name);
	if (asprintf(&joined, "%s%s%s", path, slash, name) == -1)
		return NULL;
	return joined;
}

const char *
sx_path_leaf(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

bool
sx_path_has_suffix(const char *path, const char *suffix)
{
	size_t n = strlen(path), k = strlen(suffix);

	return n > k && strcasecmp(path + n - k, suffix) == 0;
}

const char *
sx_path_slash(const char *folder)
{
	size_t n = strlen(folder);

	return n > 0 && folder[n - 1] == '/' ? "" : "/";
}

bool
sx_folder_unlikely(const char *out)
{
	static const char *const suffixes[] = { ".hex", ".txt", ".sysex",
		".sds", ".midi", ".smf", ".kar", ".rmi", ".bin", ".wav", ".aif",
		".aiff" };
	struct stat st;

	if (stat(out, &st) == 0)
		return false;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (sx_path_has_suffix(out, suffixes[i]))
			return true;
	return false;
}

int
sx_folder_sync(const struct sx_folder *f, struct sx_err *e)
{
	int error = sx_sync_fd(f->fd, true);

	if (error != 0)
		return sx_fail(
		    e, SX_EIO, error, "cannot sync folder '%s'", f->path);
	return 0;
}

/* Sync the folder that holds path, which is relative to the folder fd. */
static int
sync_parent(int fd, const char *path, struct sx_err *e)
{
	const char *slash = strrchr(path, '/');
	char *parent;
	int rc = 0, pfd, error;

	if (slash == NULL)
		parent = strdup(".");
	else
		parent = strndup(path, (size_t)(slash - path) + 1);
	if (parent == NULL)
		return sx_fail_memory(e);
	/* A folder may be searchable and writable but not readable: then it
	 * cannot be opened for a sync. */
	pfd = openat(fd, parent, FOLDER_FLAGS);
	error = pfd == -1 ? errno : sx_sync_fd(pfd, true);
	if (error != 0 && (pfd != -1 || error != EACCES))
		rc = sx_fail(
		    e, SX_EIO, error, "cannot sync folder '%s'", parent);
	if (pfd != -1)
		close(pfd);
	free(parent);
	return rc;
}

/* Create folders as `mkdir -p` does, below the folder fd. */
static int
make_path(int fd, const char *path, struct sx_err *e)
{
	char *part = strdup(path);
	int rc = 0;

	if (part == NULL)
		return sx_fail_memory(e);
	for (size_t i = 1; rc == 0 && i <= strlen(path); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdirat(fd, part, 0777) == 0)
			rc = sync_parent(fd, part, e);
		else if (errno != EEXIST)
			rc = sx_fail(e, SX_EIO, errno,
			    "cannot create folder '%s'", part);
		part[i] = path[i];
	}
	free(part);
	return rc;
}

int
sx_folder_open(struct sx_folder *f, const struct sx_folder *base,
    const char *path, bool make, struct sx_err *e)
{
	int at = base != NULL ? base->fd : AT_FDCWD;

	f->path = base != NULL ? sx_path_join(base->path, path) : strdup(path);
	if (f->path == NULL)
		return sx_fail_memory(e);
	f->fd = openat(at, path, FOLDER_FLAGS);
	if (f->fd == -1 && errno == ENOENT && make) {
		if (make_path(at, path, e) == -1)
			goto fail;
		f->fd = openat(at, path, FOLDER_FLAGS);
	}
	if (f->fd == -1) {
		sx_fail(e, SX_EIO, errno, "cannot open folder '%s'", f->path);
		goto fail;
	}
	return 0;
fail:
	free(f->path);
	return -1;
}

void
sx_folder_close(struct sx_folder *f)
{
	close(f->fd);
	free(f->path);
}

/* Cut the last component off path, leaving its parent folder. */
static void
folder_up(char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n > 0 && path[n - 1] != '/')
		n--;
	if (n == 0)
		path[n++] = '.';
	path[n] = '\0';
}

int
sx_folder_check(const char *path, struct sx_err *e)
{
	char *found = strdup(path);
	struct stat st;
	int rc = 0;

	if (found == NULL)
		return sx_fail_memory(e);
	while (stat(found, &st) == -1 && errno == ENOENT &&
	       strcmp(found, ".") != 0 && strcmp(found, "/") != 0)
		folder_up(found);
	if (stat(found, &st) == -1)
		rc = sx_fail(e, SX_EIO, errno, "cannot use '%s'", path);
	else if (!S_ISDIR(st.st_mode))
		rc = sx_fail(e, SX_EIO, 0, "'%s' is not a folder", found);
	else if (faccessat(AT_FDCWD, found, R_OK | W_OK | X_OK, AT_EACCESS) ==
		 -1)
		rc = sx_fail(
		    e, SX_EIO, errno, "cannot write to folder '%s'", found);
	free(found);
	return rc;
}

/* Return the folder that holds the file `path`, malloc'ed; NULL if out of
 * memory. */
static char *
folder_of(const char *path)
{
	size_t n = (size_t)(sx_path_leaf(path) - path);

	return n == 0 ? strdup(".") : strndup(path, n);
}

int
sx_folder_open_for(struct sx_folder *f, const char *path, struct sx_err *e)
{
	char *folder = folder_of(path);
	int rc;

	if (folder == NULL)
		return sx_fail_memory(e);
	rc = sx_folder_open(f, NULL, folder, false, e);
	free(folder);
	return rc;
}

int
sx_file_check(const char *path, struct sx_err *e)
{
	struct stat st;
	char *folder;
	int rc;

	if (lstat(path, &st) == 0)
		return sx_fail(e, SX_EREFUSED, 0,
		    "'%s' already exists and is not overwritten", path);
	folder = folder_of(path);
	if (folder == NULL)
		return sx_fail_memory(e);
	rc = stat(folder, &st) == -1
		 ? sx_fail(e, SX_EIO, errno, "cannot use '%s'", folder)
		 : sx_folder_check(folder, e);
	free(folder);
	return rc;
}
