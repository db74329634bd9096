/* SPDX-License-Identifier: ISC */
/*
 * The lock is on the folder itself, which works on FAT, too. A process that has
 * given a number opens the folder once more before it unlocks: inotify reports
 * that to all others, and only then do they read the names again. The lock
 * orders the reports: those found after locking come from others, those found
 * before unlocking are our own.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "numbers.h"

#define WAIT_MS	     3000
#define WAIT_STEP_MS 2

struct sx_numbers {
	char *root;
	bool below;
	atomic_long next;

	pthread_mutex_t lock; /* recursive; guards all below */
	unsigned depth;
	struct sx_folder folder; /* root; fd -1: not open */
	int opened;		 /* inotify: root was opened; -1: unknown */
	bool locked, given;
	bool stale;	 /* others may have given numbers */
	bool looked;	 /* the names were read once */
	long floor;	 /* numbers below existed before --first */
	long low, above; /* others have given numbers in [low, above) */
};

struct sx_numbers *
sx_numbers_create(const char *root, bool below, struct sx_err *e)
{
	struct sx_numbers *n = calloc(1, sizeof(*n));
	pthread_mutexattr_t attr;

	if (n == NULL || (n->root = strdup(root)) == NULL) {
		free(n);
		sx_fail_memory(e);
		return NULL;
	}
	n->below = below;
	n->next = 1;
	n->folder.fd = n->opened = -1;
	n->stale = true;
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&n->lock, &attr);
	pthread_mutexattr_destroy(&attr);
	return n;
}

struct sx_numbers *
sx_numbers_new(const char *root, struct sx_err *e)
{
	return sx_numbers_create(root, true, e);
}

static void
close_root(struct sx_numbers *n)
{
	if (n->folder.fd != -1)
		sx_folder_close(&n->folder);
	if (n->opened != -1)
		close(n->opened);
	n->folder.fd = n->opened = -1;
}

void
sx_numbers_free(struct sx_numbers *n)
{
	if (n == NULL)
		return;
	close_root(n);
	pthread_mutex_destroy(&n->lock);
	free(n->root);
	free(n);
}

/* ---- The folder and its lock ---- */

static bool
numbers_is_open(const struct sx_numbers *n)
{
	struct stat open, there;

	return n->folder.fd != -1 && fstat(n->folder.fd, &open) == 0 &&
	       stat(n->root, &there) == 0 && open.st_dev == there.st_dev &&
	       open.st_ino == there.st_ino;
}

/* Open the folder, again if it is another one by now, on another disk. */
static int
open_root(struct sx_numbers *n, struct sx_err *e)
{
	if (numbers_is_open(n))
		return 0;
	close_root(n);
	n->stale = true;
	if (sx_folder_open(&n->folder, NULL, n->root, false, e) == -1) {
		n->folder.fd = -1;
		return -1;
	}
	n->opened = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (n->opened != -1 &&
	    inotify_add_watch(n->opened, n->root, IN_OPEN | IN_ONLYDIR) == -1) {
		close(n->opened);
		n->opened = -1;
	}
	return 0;
}

/* Lock the folder, but wait only so long: the holder may be stopped, and a dump
 * is worth more than its number. */
static bool
lock_root(const struct sx_numbers *n)
{
	struct timespec step = { .tv_nsec = WAIT_STEP_MS * 1000000 };

	for (int ms = 0; n->folder.fd != -1; ms += WAIT_STEP_MS) {
		if (flock(n->folder.fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if ((errno != EWOULDBLOCK && errno != EINTR) || ms >= WAIT_MS)
			return false;
		(void)nanosleep(&step, NULL);
	}
	return false;
}

/* Has the folder been opened since the last call? Events for entries in it have
 * a name. */
static bool
was_opened(const struct sx_numbers *n)
{
	_Alignas(struct inotify_event) char buf[4096];
	bool opened = n->opened == -1;
	ssize_t got;

	while (n->opened != -1 && (got = read(n->opened, buf, sizeof(buf))) > 0)
		for (char *p = buf; p < buf + got;) {
			struct inotify_event *ev = (struct inotify_event *)p;

			opened = opened || ev->len == 0;
			p += sizeof(*ev) + ev->len;
		}
	return opened;
}

/* Notify other processes. */
static void
numbers_announce(const struct sx_numbers *n)
{
	int fd = n->folder.fd == -1 ? -1
				    : openat(n->folder.fd, ".",
					  O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1)
		close(fd);
}

/* ---- The names ---- */

/* Continue after the names in the folder. Except at the first look, the new
 * ones are from others. */
static void
go_behind(struct sx_numbers *n, long found)
{
	if (found <= n->floor || found <= n->next)
		return;
	if (n->looked) {
		n->low = n->above == 0 ? n->next : n->low;
		n->above = found;
	}
	n->next = found;
}

int
sx_numbers_look(struct sx_numbers *n, const struct sx_template *name,
    const struct sx_folder *folder, struct sx_err *e)
{
	long found;

	if (sx_template_next(name, folder, &found, e) == -1)
		return -1;
	pthread_mutex_lock(&n->lock);
	go_behind(n, found);
	pthread_mutex_unlock(&n->lock);
	return 0;
}

/* Look at the names in all subfolders. An entry that is not a folder, or cannot
 * be read, has none. */
static int
look_below(
    struct sx_numbers *n, const struct sx_template *name, struct sx_err *e)
{
	struct sx_folder sub;
	struct dirent *entry;
	DIR *dir = opendir(n->root);

	if (dir == NULL)
		return sx_fail(
		    e, SX_EIO, errno, "cannot read folder '%s'", n->root);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' || entry->d_type == DT_REG ||
		    sx_folder_open(
			&sub, &n->folder, entry->d_name, false, NULL) == -1)
			continue;
		(void)sx_numbers_look(n, name, &sub, NULL);
		sx_folder_close(&sub);
	}
	closedir(dir);
	return 0;
}

static int
numbers_look(
    struct sx_numbers *n, const struct sx_template *name, struct sx_err *e)
{
	if (n->folder.fd == -1)
		return 0;
	if (sx_numbers_look(n, name, &n->folder, e) == -1 ||
	    (n->below && look_below(n, name, e) == -1))
		return -1;
	n->looked = true;
	return 0;
}

int
sx_numbers_begin(
    struct sx_numbers *n, const struct sx_template *name, struct sx_err *e)
{
	int rc;

	pthread_mutex_lock(&n->lock);
	if (n->depth++ > 0)
		return 0;
	rc = open_root(n, e);
	n->locked = lock_root(n);
	n->given = false;
	if (was_opened(n) || !n->locked)
		n->stale = true;
	if (rc == 0 && n->stale)
		rc = numbers_look(n, name, e);
	if (rc == 0)
		n->stale = false;
	return rc;
}

void
sx_numbers_end(struct sx_numbers *n)
{
	if (--n->depth == 0) {
		if (n->given)
			numbers_announce(n);
		(void)was_opened(n);
		if (n->locked)
			(void)flock(n->folder.fd, LOCK_UN);
		n->locked = false;
	}
	pthread_mutex_unlock(&n->lock);
}

long
sx_numbers_next(const struct sx_numbers *n)
{
	return n->next;
}

long
sx_numbers_choose(const struct sx_numbers *n, long wanted, bool early)
{
	long above = early ? LONG_MAX : n->above;

	return wanted >= n->low && wanted < above ? n->next : wanted;
}

void
sx_numbers_given(struct sx_numbers *n, long number)
{
	n->given = true;
	if (number >= n->next)
		n->next = number + 1;
}

void
sx_numbers_restart(struct sx_numbers *n, long first)
{
	n->floor = n->next;
	n->next = first;
}
