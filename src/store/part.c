/* SPDX-License-Identifier: ISC */
/*
 * A part is found by the next start if this run crashes, so its life is ordered
 * by what may be cut off at any moment: it is locked at once, removed only when
 * its bytes are safe elsewhere, and renamed only after they are on the disk.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "part.h"

static struct sx_part *
part_new(const struct sx_folder *folder, struct sx_err *e)
{
	struct sx_part *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	p->folder = folder;
	p->fd = -1;
	return p;
}

static void
unmap(struct sx_part *p)
{
	if (p->map != NULL)
		munmap(p->map, p->mapped);
	p->map = NULL;
}

void
sx_part_forget_file(struct sx_part *p)
{
	unmap(p);
	if (p->fd != -1)
		close(p->fd);
	free(p->path);
	p->fd = -1;
	p->path = NULL;
	p->name = NULL;
	p->size = 0;
}

void
sx_part_release(struct sx_part *p)
{
	if (p == NULL)
		return;
	sx_part_forget_file(p);
	sx_held_end(p);
	free(p);
}

void
sx_part_drop(struct sx_part *p)
{
	/* If it cannot be removed, the next start finds it. */
	if (p != NULL && p->name != NULL)
		(void)unlinkat(p->folder->fd, p->name, 0);
	sx_part_release(p);
}

static int
set_name(struct sx_part *p, const char *name)
{
	free(p->path);
	p->path = sx_path_join(p->folder->path, name);
	if (p->path == NULL)
		return -1;
	p->name = p->path + strlen(p->path) - strlen(name);
	return 0;
}

void
sx_part_nth_name(
    char buf[SX_PART_NAME], int64_t wall, unsigned k, const char *suffix)
{
	char time[SX_TIME_NAME], more[24] = "";

	sx_time_name(wall, time);
	if (k > 1)
		snprintf(more, sizeof(more), "-%u", k);
	snprintf(buf, SX_PART_NAME, "%s-%ld%s%s", time, (long)getpid(), more,
	    suffix);
}

/* 1: the lock is ours, 0: somebody else has it, -1: errno. */
static int
lock(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 1;
	return errno == EWOULDBLOCK ? 0 : -1;
}

/*
 * Between its creation and its lock a part looks like one that a crash has
 * left: another run may have taken and removed it. 1: it is ours, 0: try
 * another name, -1: errno.
 */
static int
create_as(struct sx_part *p, const char *name)
{
	struct stat st;
	int locked, error = 0;

	p->fd = openat(p->folder->fd, name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (p->fd == -1)
		return errno == EEXIST ? 0 : -1;
	/* A file system that knows no locks gives it to everyone, but then
	 * lets no one adopt. */
	locked = lock(p->fd);
	if (fstat(p->fd, &st) == -1)
		error = errno;
	else if (locked != 0 && st.st_nlink > 0)
		return 1;
	if (error != 0)
		(void)unlinkat(p->folder->fd, name, 0);
	close(p->fd);
	p->fd = -1;
	errno = error;
	return error != 0 ? -1 : 0;
}

static struct sx_part *
create_in_memory(struct sx_err *e)
{
	struct sx_part *p = part_new(NULL, e);

	if (p == NULL)
		return NULL;
	p->fd = memfd_create("sxlib", MFD_CLOEXEC);
	if (p->fd == -1) {
		sx_fail(e, SX_EIO, errno, "cannot make a file in memory");
		sx_part_release(p);
		return NULL;
	}
	return p;
}

struct sx_part *
sx_part_create(const struct sx_folder *folder, int64_t wall, const char *suffix,
    struct sx_err *e)
{
	char name[SX_PART_NAME];
	struct sx_part *p;
	int rc = 0;

	if (folder == NULL)
		return create_in_memory(e);
	p = part_new(folder, e);
	if (p == NULL)
		return NULL;
	p->wall = wall;
	for (unsigned k = 1; rc == 0; k++) {
		sx_part_nth_name(name, wall, k, suffix);
		rc = create_as(p, name);
	}
	if (rc == -1) {
		sx_fail(e, SX_EIO, errno, "cannot create '%s' in '%s'", name,
		    folder->path);
	} else if (set_name(p, name) == -1) {
		sx_fail_memory(e);
		(void)unlinkat(folder->fd, name, 0);
		rc = -1;
	}
	if (rc == -1) {
		sx_part_release(p);
		return NULL;
	}
	return p;
}

bool
sx_part_named(const char *name, const char *suffix)
{
	static const char shape[] = "00000000T000000.000Z-0";
	const char *p = name;

	for (const char *s = shape; *s != '\0'; s++, p++)
		if (*s == '0' ? !isdigit((unsigned char)*p) : *p != *s)
			return false;
	p += strspn(p, "0123456789");
	if (*p == '-' && isdigit((unsigned char)p[1]))
		p += 1 + strspn(p + 1, "0123456789");
	return strcmp(p, suffix) == 0;
}

/* Is `name` still the file that fd is, and nobody else's? 1, 0, -1: errno. */
static int
is_left(
    const struct sx_folder *folder, const char *name, int fd, struct stat *st)
{
	struct stat there;
	int locked = lock(fd);

	if (locked != 1)
		return locked;
	/* Whoever had it until now may have given it its name, or removed it,
	 * between our open and our lock. */
	if (fstat(fd, st) == -1)
		return -1;
	if (fstatat(folder->fd, name, &there, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	return S_ISREG(st->st_mode) && st->st_dev == there.st_dev &&
	       st->st_ino == there.st_ino;
}

/* Open and lock it: 1, or 0 and -1 as is_left(). */
static int
take(struct sx_part *p, const char *name, struct stat *st)
{
	p->fd = openat(
	    p->folder->fd, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (p->fd == -1)
		return errno == ENOENT || errno == ELOOP ? 0 : -1;
	return is_left(p->folder, name, p->fd, st);
}

int
sx_part_adopt(const struct sx_folder *folder, const char *name,
    struct sx_part **part, struct sx_err *e)
{
	struct sx_part *p;
	struct stat st = { 0 };
	int rc;

	/* Before open(): to open a device can do things to it. */
	if (fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 &&
	    errno != ENOENT)
		return sx_fail(e, SX_EIO, errno, "cannot look at '%s' in '%s'",
		    name, folder->path);
	if (!S_ISREG(st.st_mode))
		return 0;
	p = part_new(folder, e);
	if (p == NULL)
		return -1;
	if (set_name(p, name) == -1) {
		sx_part_release(p);
		return sx_fail_memory(e);
	}
	rc = take(p, name, &st);
	if (rc == 1) {
		p->size = (uint64_t)st.st_size;
		p->dirty = true;
		*part = p;
		return 1;
	}
	if (rc == -1)
		sx_fail(e, SX_EIO, errno, "cannot take in '%s'", p->path);
	sx_part_release(p);
	return rc;
}

static int
broken(struct sx_part *p, int error, const char *what, struct sx_err *e)
{
	p->broken = error;
	return sx_fail(e, SX_EIO, error, "cannot %s '%s'", what,
	    p->path != NULL ? p->path : "memory");
}

/* Write at *off, which moves on. */
static int
write_at(struct sx_part *p, const uint8_t *data, size_t n, uint64_t *off,
    struct sx_err *e)
{
	while (n > 0) {
		ssize_t w = pwrite(p->fd, data, n, (off_t)*off);

		if (w == -1 && errno == EINTR)
			continue;
		if (w <= 0)
			return broken(p, w == 0 ? ENOSPC : errno, "write", e);
		p->dirty = true;
		*off += (uint64_t)w;
		data += w;
		n -= (size_t)w;
	}
	return 0;
}

/* Make its name survive a power cut. */
static int
enter(struct sx_part *p, struct sx_err *e)
{
	if (p->folder == NULL || p->entered)
		return 0;
	if (sx_folder_sync(p->folder, e) == -1)
		return -1;
	p->entered = true;
	return 0;
}

/* With a mark, the name has to be there before the bytes that look whole. */
static int
enter_marked(struct sx_part *p, struct sx_err *e)
{
	return p->marked ? enter(p, e) : 0;
}

int
sx_part_append(
    struct sx_part *p, const uint8_t *data, size_t n, struct sx_err *e)
{
	sx_held_add(p, data, n);
	if (p->broken != 0)
		return broken(p, p->broken, "go on with", e);
	unmap(p);
	if (enter_marked(p, e) == -1)
		return -1;
	if (write_at(p, data, n, &p->size, e) == -1) {
		sx_held_failed(p);
		return -1;
	}
	return 0;
}

int
sx_part_patch(struct sx_part *p, const uint8_t *data, size_t n, uint64_t off,
    struct sx_err *e)
{
	return write_at(p, data, n, &off, e);
}

int
sx_part_flush(struct sx_part *p, struct sx_err *e)
{
	if (p->broken != 0)
		return broken(p, p->broken, "go on with", e);
	if (enter_marked(p, e) == -1)
		return -1;
	/* After a failed fsync the kernel takes the lost pages for clean, so
	 * that a second one would succeed: one failure is final. */
	if (p->folder != NULL && p->dirty && fsync(p->fd) == -1)
		return broken(p, errno, "sync", e);
	p->dirty = false;
	return 0;
}

int
sx_part_sync(struct sx_part *p, struct sx_err *e)
{
	return sx_part_flush(p, e) == -1 ? -1 : enter(p, e);
}

/* What cannot be read through a map ends the process by SIGBUS; so it is read
 * in here, where that is an error. Linux before 5.14 does not know how. */
static bool
readable(void *map, size_t n)
{
	return madvise(map, n, MADV_POPULATE_READ) == 0 ||
	       (errno != EFAULT && errno != EHWPOISON);
}

const uint8_t *
sx_part_map(struct sx_part *p, size_t *n, struct sx_err *e)
{
	void *map;

	*n = (size_t)p->size;
	if (p->map != NULL)
		return p->map;
	if (p->size == 0 || p->size > SIZE_MAX) {
		sx_fail(e, SX_EDATA, 0, "'%s' is %s",
		    p->path != NULL ? p->path : "memory",
		    p->size == 0 ? "empty" : "too big");
		return NULL;
	}
	map = mmap(NULL, *n, PROT_READ, MAP_SHARED, p->fd, 0);
	if (map == MAP_FAILED) {
		sx_fail(e, SX_EIO, errno, "cannot map '%s'",
		    p->path != NULL ? p->path : "memory");
		return NULL;
	}
	if (!readable(map, *n)) {
		munmap(map, *n);
		sx_fail(e, SX_EIO, EIO, "cannot read '%s'",
		    p->path != NULL ? p->path : "memory");
		return NULL;
	}
	p->map = map;
	p->mapped = *n;
	return p->map;
}

const char *
sx_part_path(const struct sx_part *p)
{
	return p->path;
}

int
sx_part_measure(struct sx_part *p)
{
	struct stat st;

	if (fstat(p->fd, &st) == -1)
		return -1;
	p->size = (uint64_t)st.st_size;
	return 0;
}

int
sx_part_copy(struct sx_part *p, struct sx_part *src, struct sx_err *e)
{
	uint64_t before = p->size;
	const uint8_t *data;
	size_t n;

	if (p->broken != 0)
		return broken(p, p->broken, "go on with", e);
	data = sx_part_map(src, &n, e);
	if (data == NULL)
		return -1;
	if (sx_part_append(p, data, n, e) == -1) {
		if (p->size > before && ftruncate(p->fd, (off_t)before) == -1)
			return -1;
		p->size = before;
		p->broken = 0;
		return -1;
	}
	return 0;
}
