/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "sxlib/config.h"

#define SIZE_MOST (4 << 20) /* a larger file is something else */

char *
sx_config_path(const char *name, struct sx_err *e)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path;
	int n;

	/* "All paths must be absolute": XDG Base Directory Specification. */
	if (xdg != NULL && xdg[0] == '/') {
		n = asprintf(&path, "%s/sxlib/%s", xdg, name);
	} else if (home != NULL && home[0] != '\0') {
		n = asprintf(&path, "%s/.config/sxlib/%s", home, name);
	} else {
		sx_fail(e, SX_EIO, 0,
		    "cannot locate %s: neither XDG_CONFIG_HOME nor HOME is set",
		    name);
		return NULL;
	}
	if (n == -1) {
		sx_fail_memory(e);
		return NULL;
	}
	return path;
}

struct sx_config *
sx_config_memory(const char *path, const char *text, size_t n, struct sx_err *e)
{
	static const char mark[] = { '\xef', '\xbb', '\xbf' };
	struct sx_config *f = calloc(1, sizeof(*f));

	if (f != NULL) {
		f->path = strdup(path);
		f->text = malloc(n + 1);
	}
	if (f == NULL || f->path == NULL || f->text == NULL) {
		sx_config_close(f);
		sx_fail_memory(e);
		return NULL;
	}
	if (n > 0)
		memcpy(f->text, text, n);
	/* A NUL would hide the text after it: let it be reported as an
	 * error. */
	for (size_t i = 0; i < n; i++)
		if (f->text[i] == '\0')
			f->text[i] = '\x01';
	f->text[n] = '\0';
	f->next = f->text;
	if (n >= sizeof(mark) && memcmp(f->text, mark, sizeof(mark)) == 0)
		f->next += sizeof(mark);
	return f;
}

void
sx_config_close(struct sx_config *f)
{
	if (f == NULL)
		return;
	free(f->path);
	free(f->text);
	free(f->names);
	free(f);
}

/* Read all of fd into *text, malloc'ed. */
static int
conf_read_all(int fd, const struct stat *st, const char *path, char **text,
    size_t *n, struct sx_err *e)
{
	ssize_t got;

	*n = 0;
	if (!S_ISREG(st->st_mode) || st->st_size > SIZE_MOST)
		return sx_fail(e, SX_EIO, 0,
		    S_ISDIR(st->st_mode) ? "'%s' is a folder, not a file"
					 : "'%s' is not a configuration file",
		    path);
	*text = malloc((size_t)st->st_size + 1);
	if (*text == NULL)
		return sx_fail_memory(e);
	while (*n < (size_t)st->st_size) {
		got = read(fd, *text + *n, (size_t)st->st_size - *n);
		if (got == 0)
			break;
		if (got > 0)
			*n += (size_t)got;
		else if (errno != EINTR)
			return sx_fail(
			    e, SX_EIO, errno, "cannot read '%s'", path);
	}
	return 0;
}

/* Read a file. If it does not exist, *text is NULL, and *mode that of a new
 * file. */
static int
conf_load(
    const char *path, char **text, size_t *n, mode_t *mode, struct sx_err *e)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), rc;
	struct stat st;

	*text = NULL;
	*n = 0;
	*mode = 0666;
	/* ENOTDIR: another file is in place of a folder, so this one does not
	 * exist. A dangling link exists. */
	if (fd == -1) {
		int why = errno;

		if ((why == ENOENT || why == ENOTDIR) && lstat(path, &st) == -1)
			return 0;
		return sx_fail(e, SX_EIO, why, "cannot read '%s'", path);
	}
	if (fstat(fd, &st) == -1)
		rc = sx_fail(e, SX_EIO, errno, "cannot read '%s'", path);
	else
		rc = conf_read_all(fd, &st, path, text, n, e);
	if (rc == 0)
		*mode = st.st_mode & 07777;
	close(fd);
	return rc;
}

char *
sx_config_text(const char *path, size_t *n, struct sx_err *e)
{
	mode_t mode;
	char *text;

	if (conf_load(path, &text, n, &mode, e) == -1) {
		free(text);
		return NULL;
	}
	if (text == NULL)
		sx_fail(e, SX_EIO, ENOENT, "cannot read '%s'", path);
	else
		text[*n] = '\0';
	return text;
}

struct sx_config *
sx_config_open(const char *path, struct sx_err *e)
{
	struct sx_config *f = NULL;
	mode_t mode;
	char *text;
	size_t n;

	if (conf_load(path, &text, &n, &mode, e) == 0)
		f = sx_config_memory(path, text, n, e);
	free(text);
	return f;
}

/* Make the folder that path is in, as `mkdir -p`. */
static int
conf_make_folders(const char *path, struct sx_err *e)
{
	char *part = strdup(path);
	int rc = 0;

	if (part == NULL)
		return sx_fail_memory(e);
	for (char *p = part + 1; rc == 0 && (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		if (mkdir(part, 0777) == -1 && errno != EEXIST)
			rc = sx_fail(e, SX_EIO, errno,
			    "cannot create folder '%s'", part);
		*p = '/';
	}
	free(part);
	return rc;
}

static int
conf_write_all(int fd, const char *text, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(fd, text, n);
		if (done == -1 && errno != EINTR)
			return -1;
		if (done > 0) {
			text += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

/* Open the folder that path is in, and lock it against another run. Returns -1
 * and sets e on failure. */
static int
conf_lock_folder(const char *path, struct sx_err *e)
{
	char *copy = strdup(path);
	int fd;

	if (copy == NULL)
		return sx_fail_memory(e);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		sx_fail(
		    e, SX_EIO, errno, "cannot open the folder of '%s'", path);
	/* Where locks do not work, no other run is expected either. */
	else
		(void)flock(fd, LOCK_EX);
	free(copy);
	return fd;
}

/* Write the old contents, an empty line, then text. */
static int
conf_write_both(int fd, const char *old, size_t n, const char *text)
{
	if (conf_write_all(fd, old, n) == -1)
		return -1;
	if (n > 0 && old[n - 1] != '\n' && conf_write_all(fd, "\n", 1) == -1)
		return -1;
	if (n > 0 && conf_write_all(fd, "\n", 1) == -1)
		return -1;
	return conf_write_all(fd, text, strlen(text));
}

/* Replace path by a file with both. */
static int
conf_replace(const char *path, const char *old, size_t n, mode_t mode,
    const char *text, struct sx_err *e)
{
	char *temp;
	int fd, rc = 0;

	if (asprintf(&temp, "%s.XXXXXX", path) == -1)
		return sx_fail_memory(e);
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd == -1) {
		rc = sx_fail(e, SX_EIO, errno, "cannot create '%s'", temp);
		free(temp);
		return rc;
	}
	if (fchmod(fd, mode) == -1 || conf_write_both(fd, old, n, text) == -1 ||
	    fsync(fd) == -1)
		rc = sx_fail(e, SX_EIO, errno, "cannot write '%s'", temp);
	close(fd);
	if (rc == 0 && rename(temp, path) == -1)
		rc = sx_fail(e, SX_EIO, errno, "cannot replace '%s'", path);
	if (rc == -1)
		unlink(temp);
	free(temp);
	return rc;
}

/* real: path without symbolic links. */
static int
conf_append(const char *real, const char *text, struct sx_err *e)
{
	int folder = conf_lock_folder(real, e), rc;
	char *old = NULL;
	mode_t mode, mask;
	size_t n;

	if (folder == -1)
		return -1;
	rc = conf_load(real, &old, &n, &mode, e);
	if (rc == 0 && old == NULL) {
		mask = umask(0);
		umask(mask);
		mode &= ~mask;
	}
	if (rc == 0)
		rc = conf_replace(real, old, n, mode, text, e);
	/* Some file systems do not support fsync of a folder. */
	if (rc == 0)
		(void)fsync(folder);
	close(folder);
	free(old);
	return rc;
}

int
sx_config_append(const char *path, const char *text, struct sx_err *e)
{
	struct stat st;
	char *real;
	int rc;

	if (conf_make_folders(path, e) == -1)
		return -1;
	real = realpath(path, NULL);
	/* A dangling link is the user's, too. */
	if (real == NULL && (errno != ENOENT || lstat(path, &st) == 0))
		return sx_fail(e, SX_EIO, errno, "cannot read '%s'", path);
	rc = conf_append(real != NULL ? real : path, text, e);
	free(real);
	return rc;
}
