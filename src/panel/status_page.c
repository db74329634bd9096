/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "sxlib/clock.h"
#include "sxlib/status_page.h"
#include "worker.h"

#define OFTEN_US   ((int64_t)1000000)
#define RENEW_US   ((int64_t)SX_PANEL_RENEW * 1000000)
#define ZEROS_MOST ((off_t)1 << 20) /* more than any page */
/* The part of the mark that other pages may begin with, too. */
#define ANY_PAGE (sizeof("<!DOCTYPE html>\n") - 1)

struct sx_status_page {
	struct sx_worker worker;
	struct sx_panel put; /* guarded by the worker's lock */
	bool some;	     /* put is set */
	bool clock_set;	     /* when last checked; guarded by the lock, too */
	/* Private to the thread. */
	struct sx_panel shown;
	char *path, *new, *disk;
	uint64_t changes;
	int64_t written; /* time of the last write; 0: never */
	int64_t as_of;	 /* mono time of the page written */
};

/* ---- Protection of other files ---- */

/* True if the file contains only zeros. */
static bool
page_is_blank(int fd, off_t size)
{
	char some[4096];
	ssize_t n;

	if (size > ZEROS_MOST || lseek(fd, 0, SEEK_SET) == -1)
		return false;
	while ((n = read(fd, some, sizeof(some))) > 0)
		for (ssize_t i = 0; i < n; i++)
			if (some[i] != '\0')
				return false;
	return n == 0;
}

/*
 * Check that a file may be replaced. Returns 0 if so, or if it does not exist;
 * -1 and sets e if not. least: this many bytes of the mark suffice if the file
 * is that short.
 */
static int
status_page_check(const char *path, size_t least, struct sx_err *e)
{
	char first[SX_PANEL_MARK];
	const size_t mark = strlen(sx_panel_mark);
	struct stat st;
	ssize_t n = -1;
	bool ours = false;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1 && errno != ELOOP)
		return sx_fail(
		    e, SX_EIO, errno, "cannot tell what '%s' is", path);
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = read(fd, first, mark);
	if (n >= 0)
		ours = ((size_t)n >= least &&
			   memcmp(first, sx_panel_mark, (size_t)n) == 0) ||
		       page_is_blank(fd, st.st_size);
	if (fd != -1)
		close(fd);
	if (ours)
		return 0;
	sx_fail(e, SX_EREFUSED, 0,
	    "'%s' is not a status page of sxlib: not overwritten", path);
	return sx_hint(e, "move it away, or name another file");
}

/* ---- Writing ---- */

static int
page_write_all(int fd, const char *text, size_t n)
{
	ssize_t w;

	while (n > 0) {
		w = write(fd, text, n);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == -1)
			return -1;
		text += w;
		n -= (size_t)w;
	}
	return 0;
}

/* Create the new file. One left by a killed run is ours, too. */
static int
page_create(const struct sx_status_page *s, struct sx_err *e)
{
	const char *path = s->new;
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags, 0666);

	if (fd == -1 && errno == EEXIST) {
		if (status_page_check(path, 1, e) == -1)
			return -1;
		(void)unlink(path);
		fd = open(path, flags, 0666);
	}
	if (fd == -1)
		return sx_fail(e, SX_EIO, errno,
		    "cannot write the status page '%s'", s->path);
	return fd;
}

static int
page_replace(const struct sx_status_page *s, const char *text, size_t n,
    struct sx_err *e)
{
	const int fd = page_create(s, e);
	int rc;

	if (fd == -1)
		return -1;
	rc = page_write_all(fd, text, n);
	if (close(fd) == -1)
		rc = -1;
	if (rc == -1)
		sx_fail(e, SX_EIO, errno, "cannot write the status page '%s'",
		    s->path);
	else
		rc = status_page_check(s->path, ANY_PAGE + 1, e);
	if (rc == 0 && rename(s->new, s->path) == -1)
		rc = sx_fail(e, SX_EIO, errno,
		    "cannot rename the status page to '%s'", s->path);
	if (rc == -1)
		(void)unlink(s->new);
	return rc;
}

static void
page_measure(const struct sx_status_page *s, struct sx_panel_box *box)
{
	struct statvfs fs;

	*box = (struct sx_panel_box){ 0 };
	if (s->disk == NULL || statvfs(s->disk, &fs) == -1)
		return;
	box->free = (uint64_t)fs.f_bavail * fs.f_frsize;
	box->size = (uint64_t)fs.f_blocks * fs.f_frsize;
}

static void
page_write(struct sx_status_page *s, struct sx_err *e)
{
	struct sx_panel_box box;
	size_t n;
	char *text;

	page_measure(s, &box);
	text = sx_panel_html(&s->shown, &box, &n);
	if (text != NULL)
		(void)page_replace(s, text, n, e);
	else
		sx_fail_memory(e);
	free(text);
}

/* ---- The thread ---- */

/* Check the clock, without the lock: reading one on a slow bus takes time. */
static bool
page_look_at_clock(void)
{
	struct timespec now;
	struct sx_clock clock;

	clock_gettime(CLOCK_REALTIME, &now);
	clock =
	    sx_clock_read((int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	return sx_clock_is_set(&clock);
}

/* Return the time at which to write the page. */
static int64_t
page_due(const struct sx_status_page *s)
{
	if (!s->some ||
	    (s->put.now.mono == s->as_of && s->put.changes == s->changes))
		return INT64_MAX;
	if (s->written == 0)
		return 0;
	/* After a failure do not retry each second. */
	if (s->put.changes != s->changes && !s->worker.fails)
		return s->written + OFTEN_US;
	return s->written + RENEW_US;
}

static void *
page_main(void *arg)
{
	struct sx_status_page *s = arg;
	struct sx_worker *w = &s->worker;
	struct sx_err why;
	int64_t due;
	bool clock_set;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		due = page_due(s);
		if (w->quit && due == INT64_MAX)
			break;
		if (!w->quit && sx_worker_now() < due) {
			sx_worker_wait(w, due);
			continue;
		}
		s->shown = s->put;
		sx_worker_begins(w);
		pthread_mutex_unlock(&w->lock);
		why = (struct sx_err){ 0 };
		page_write(s, &why);
		clock_set = page_look_at_clock();
		s->changes = s->shown.changes;
		s->as_of = s->shown.now.mono;
		s->written = sx_worker_now();
		pthread_mutex_lock(&w->lock);
		s->clock_set = clock_set;
		sx_worker_did(w, &why);
	}
	pthread_mutex_unlock(&w->lock);
	sx_worker_over(w);
	return NULL;
}

/* ---- Start and end ---- */

static void
page_free(struct sx_status_page *s)
{
	free(s->path);
	free(s->new);
	free(s->disk);
	free(s);
}

/* Set the names, such as "folder/.name.tmp" for "folder/name". */
static int
page_names(struct sx_status_page *s, const char *path, const char *disk,
    struct sx_err *e)
{
	const char *slash = strrchr(path, '/');
	const char *leaf = slash != NULL ? slash + 1 : path;

	if (leaf[0] == '\0' || strcmp(leaf, ".") == 0 ||
	    strcmp(leaf, "..") == 0 || strcmp(path, "-") == 0)
		return sx_fail(e, SX_EUSAGE, 0,
		    "'%s' is not the name of a file for the status page", path);
	s->path = strdup(path);
	s->disk = disk != NULL ? strdup(disk) : NULL;
	if (asprintf(&s->new, "%.*s.%s.tmp", (int)(leaf - path), path, leaf) ==
	    -1)
		s->new = NULL;
	if (s->path == NULL || s->new == NULL ||
	    (disk != NULL && s->disk == NULL))
		return sx_fail_memory(e);
	return 0;
}

/* Check the path before the start. One that cannot be examined is reported when
 * it is written: storing dumps continues. */
static bool
page_may_begin(const char *path, struct sx_err *e)
{
	struct sx_err why = { 0 };

	if (status_page_check(path, ANY_PAGE + 1, &why) == 0 ||
	    why.code != SX_EREFUSED)
		return true;
	*e = why;
	return false;
}

struct sx_status_page *
sx_status_page_open(const char *path, const char *disk, struct sx_err *e)
{
	struct sx_status_page *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	s->worker.what = "the status page";
	s->clock_set = page_look_at_clock();
	if (page_names(s, path, disk, e) == 0 && page_may_begin(path, e) &&
	    sx_worker_start(&s->worker, page_main, s, e) == 0)
		return s;
	page_free(s);
	return NULL;
}

void
sx_status_page_put(struct sx_status_page *s, const struct sx_panel *p)
{
	pthread_mutex_lock(&s->worker.lock);
	s->put = *p;
	s->some = true;
	sx_worker_wake(&s->worker);
	pthread_mutex_unlock(&s->worker.lock);
}

bool
sx_status_page_clock(struct sx_status_page *s)
{
	bool is_set;

	pthread_mutex_lock(&s->worker.lock);
	is_set = s->clock_set;
	pthread_mutex_unlock(&s->worker.lock);
	return is_set;
}

bool
sx_status_page_failed(struct sx_status_page *s, struct sx_err *e)
{
	return sx_worker_failed(&s->worker, e);
}

int
sx_status_page_close(struct sx_status_page *s, struct sx_err *e)
{
	struct sx_err why = { 0 };

	if (s == NULL)
		return 0;
	if (sx_worker_stop(&s->worker, &why))
		page_free(s);
	if (why.code == SX_OK)
		return 0;
	*e = why;
	return -1;
}
