/* SPDX-License-Identifier: ISC */
/*
 * If this run crashes the next start finds its parts, so a part must be safe
 * whenever that happens: it is locked at once, removed only when its bytes are
 * safe elsewhere, and renamed only after they are on the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "libc.h"
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
part_unmap(struct sx_part *p)
{
	if (p->map != NULL)
		munmap(p->map, p->mapped);
	p->map = NULL;
}

static void
part_sync_unref(struct sx_part_sync *sync)
{
	if (atomic_fetch_sub(&sync->owners, 1) > 1)
		return;
	close(sync->fd);
	if (sync->folder != -1)
		close(sync->folder);
	free(sync);
}

void
sx_part_forget_file(struct sx_part *p)
{
	if (p->syncing != NULL)
		part_sync_unref(p->syncing);
	p->syncing = NULL;
	part_unmap(p);
	if (p->lock != NULL)
		munmap(p->lock, SX_PART_LOCK);
	p->lock = NULL;
	if (p->fd != -1)
		close(p->fd);
	free(p->path);
	p->fd = -1;
	p->path = NULL;
	p->name = NULL;
	p->size = 0;
	p->placed = p->parked = false;
}

/* Take the result of a sync on another thread, if it is done. */
static void
part_look_at_sync(struct sx_part *p)
{
	struct sx_part_sync *sync = p->syncing;

	if (sync == NULL || !atomic_load(&sync->done))
		return;
	if (sync->error != 0) {
		p->broken = sync->error;
		p->torn = false;
	}
	if (sync->folder_error != 0)
		p->entered = false;
	p->syncing = NULL;
	part_sync_unref(sync);
}

void
sx_part_release(struct sx_part *p)
{
	if (p == NULL)
		return;
	sx_part_forget_file(p);
	sx_part_memory_end(p);
	free(p);
}

int
sx_part_remove(struct sx_part *p, struct sx_err *e)
{
	int rc = 0;

	if (p != NULL && p->name != NULL &&
	    unlinkat(p->folder->fd, p->name, 0) == -1 && errno != ENOENT)
		rc = sx_fail(e, SX_EIO, errno, "cannot remove '%s'", p->path);
	sx_part_release(p);
	return rc;
}

void
sx_part_drop(struct sx_part *p)
{
	/* If it cannot be removed, the next start finds it. */
	(void)sx_part_remove(p, NULL);
}

static int
part_set_name(struct sx_part *p, const char *name)
{
	free(p->path);
	p->path = sx_path_join(p->folder->path, name);
	if (p->path == NULL)
		return -1;
	p->name = p->path + strlen(p->path) - strlen(name);
	return 0;
}

/* Lock the file. Returns 1; 0 if somebody else has the lock; -1 and sets
 * errno. */
static int
part_lock(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 1;
	return errno == EWOULDBLOCK ? 0 : -1;
}

/*
 * Create and lock a part. Between the two it looks like one left by a crash:
 * another run may have adopted and removed it. Returns 1 if it is ours, 0 to
 * try another name, or -1 and sets errno.
 */
static int
part_create_as(struct sx_part *p, const char *name)
{
	struct stat st;
	int locked, error = 0;

	p->fd = openat(p->folder->fd, name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (p->fd == -1)
		return errno == EEXIST ? 0 : -1;
	/* On a file system without locks (-1) it counts as ours; nobody can
	 * adopt a part there. */
	locked = part_lock(p->fd);
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
part_create_in_memory(struct sx_err *e)
{
	struct sx_part *p = part_new(NULL, e);

	if (p == NULL)
		return NULL;
	p->fd = memfd_create("sxlib", MFD_CLOEXEC);
	if (p->fd == -1) {
		sx_fail(e, SX_EIO, errno, "cannot create a file in memory");
		sx_part_release(p);
		return NULL;
	}
	return p;
}

struct sx_part *
sx_part_create(const struct sx_folder *folder, int64_t wall, const char *suffix,
    unsigned *first, struct sx_err *e)
{
	unsigned k = first != NULL ? *first : 1;
	char name[SX_PART_NAME];
	struct sx_part *p;
	int rc = 0;

	if (folder == NULL)
		return part_create_in_memory(e);
	p = part_new(folder, e);
	if (p == NULL)
		return NULL;
	p->wall = wall;
	for (; rc == 0; k++) {
		sx_part_nth_name(name, wall, k, suffix);
		rc = part_create_as(p, name);
	}
	if (first != NULL)
		*first = k - 1;
	if (rc == -1) {
		sx_fail(e, SX_EIO, errno, "cannot create '%s' in '%s'", name,
		    folder->path);
	} else if (part_set_name(p, name) == -1) {
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

struct sx_part *
sx_part_create_named(
    const struct sx_folder *folder, const char *name, struct sx_err *e)
{
	struct sx_part *p = part_new(folder, e);
	int rc;

	if (p == NULL)
		return NULL;
	rc = part_create_as(p, name);
	if (rc == 1 && part_set_name(p, name) == 0)
		return p;
	if (rc == 1) {
		(void)unlinkat(folder->fd, name, 0);
		sx_fail_memory(e);
	} else {
		sx_fail(e, SX_EIO, rc == 0 ? EEXIST : errno,
		    "cannot create '%s' in '%s'", name, folder->path);
	}
	sx_part_release(p);
	return NULL;
}

/* Rename it: the new name tells that its bytes are also in `all`, from off
 * on. */
static int
part_name_as_joined(struct sx_part *p, const struct sx_part *all, uint64_t off,
    struct sx_err *e)
{
	char name[SX_PART_NAME];
	struct stat st;

	if (p->path == NULL)
		return 0;
	if (fstat(all->fd, &st) == -1)
		return sx_fail(e, SX_EIO, errno, "cannot stat '%s'", all->path);
	sx_part_joined_name(name, p->name, (uint64_t)st.st_ino, off);
	if (renameat(p->folder->fd, p->name, p->folder->fd, name) == -1)
		return sx_fail(e, SX_EIO, errno, "cannot rename '%s' to '%s'",
		    p->path, name);
	return part_set_name(p, name) == 0 ? 0 : sx_fail_memory(e);
}

int
sx_part_join(struct sx_part *p, const struct sx_part *all, struct sx_err *e)
{
	return part_name_as_joined(p, all, all->size, e);
}

/* Lock fd. Is it still the file `name`, and not in use? Returns 1, 0, or -1 and
 * sets errno. */
static int
part_is_left(
    const struct sx_folder *folder, const char *name, int fd, struct stat *st)
{
	struct stat there;
	int locked = part_lock(fd);

	if (locked != 1)
		return locked;
	/* Its last holder may have renamed or removed it between our open and
	 * our lock. */
	if (fstat(fd, st) == -1)
		return -1;
	if (fstatat(folder->fd, name, &there, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	return S_ISREG(st->st_mode) && st->st_dev == there.st_dev &&
	       st->st_ino == there.st_ino;
}

/* Open and lock it. Returns 1, or 0 and -1 as part_is_left(). */
static int
part_open_left(struct sx_part *p, const char *name, struct stat *st)
{
	p->fd = openat(
	    p->folder->fd, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (p->fd == -1)
		return errno == ENOENT || errno == ELOOP ? 0 : -1;
	return part_is_left(p->folder, name, p->fd, st);
}

/* Root may adopt any part, other users only their own. On FAT files have no
 * owner: all show the one set by the mount. */
static bool
part_is_ours(int fd, const struct stat *st)
{
	uid_t user = geteuid();
	struct statfs fs;

	return user == 0 || st->st_uid == user ||
	       (fstatfs(fd, &fs) == 0 && (fs.f_type == MSDOS_SUPER_MAGIC ||
					     fs.f_type == EXFAT_SUPER_MAGIC));
}

int
sx_part_adopt_linked(const struct sx_folder *folder, const char *name,
    struct sx_part **part, struct sx_err *e)
{
	struct sx_part *p;
	struct stat st = { 0 };
	int rc;

	/* Before open(): opening a device can have side effects. */
	if (fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 &&
	    errno != ENOENT)
		return sx_fail(e, SX_EIO, errno, "cannot stat '%s' in '%s'",
		    name, folder->path);
	if (!S_ISREG(st.st_mode))
		return 0;
	p = part_new(folder, e);
	if (p == NULL)
		return -1;
	if (part_set_name(p, name) == -1) {
		sx_part_release(p);
		return sx_fail_memory(e);
	}
	rc = part_open_left(p, name, &st);
	if (rc == 1 && part_is_ours(p->fd, &st)) {
		p->size = (uint64_t)st.st_size;
		p->links = st.st_nlink;
		p->dirty = true;
		*part = p;
		return 1;
	}
	if (rc == -1)
		sx_fail(e, SX_EIO, errno, "cannot recover '%s'", p->path);
	else if (rc == 1)
		rc = sx_fail(
		    e, SX_EREFUSED, 0, "'%s' belongs to another user", p->path);
	sx_part_release(p);
	return rc;
}

int
sx_part_adopt(const struct sx_folder *folder, const char *name,
    struct sx_part **part, struct sx_err *e)
{
	struct sx_part *p = NULL;
	int rc = sx_part_adopt_linked(folder, name, &p, e);

	if (rc != 1 || p == NULL)
		return rc;
	if (p->links <= 1 || sx_part_is_temp(name)) {
		*part = p;
		return 1;
	}
	sx_fail(
	    e, SX_EREFUSED, 0, "'%s' has a second name (hard link)", p->path);
	(void)sx_hint(e, "it may be a dump that is already stored; remove one "
			 "of the two names");
	sx_part_release(p);
	return -1;
}

static int
part_broken(struct sx_part *p, int error, const char *what, struct sx_err *e)
{
	p->broken = error;
	return sx_fail(e, SX_EIO, error, "cannot %s '%s'", what,
	    p->path != NULL ? p->path : "memory");
}

/* Write at *off and advance it. */
static int
part_write_at(struct sx_part *p, const uint8_t *data, size_t n, uint64_t *off,
    struct sx_err *e)
{
	while (n > 0) {
		ssize_t w = pwrite(p->fd, data, n, (off_t)*off);

		if (w == -1 && errno == EINTR)
			continue;
		if (w <= 0) {
			p->torn = true;
			return part_broken(
			    p, w == 0 ? ENOSPC : errno, "write", e);
		}
		p->dirty = true;
		*off += (uint64_t)w;
		data += w;
		n -= (size_t)w;
	}
	return 0;
}

/* Make its name survive a power cut. */
static int
part_enter(struct sx_part *p, struct sx_err *e)
{
	if (p->folder == NULL || p->entered)
		return 0;
	if (sx_folder_sync(p->folder, e) == -1)
		return -1;
	p->entered = true;
	return 0;
}

int
sx_part_append(
    struct sx_part *p, const uint8_t *data, size_t n, struct sx_err *e)
{
	sx_part_memory_add(p, data, n);
	part_look_at_sync(p);
	if (p->broken != 0)
		return part_broken(p, p->broken, "continue", e);
	part_unmap(p);
	if (part_write_at(p, data, n, &p->size, e) == -1) {
		sx_part_memory_failed(p);
		return -1;
	}
	return 0;
}

bool
sx_part_cut_back(struct sx_part *p, uint64_t size)
{
	part_look_at_sync(p);
	if (!p->torn || ftruncate(p->fd, (off_t)size) == -1)
		return false;
	p->size = size;
	p->broken = 0;
	p->torn = false;
	return true;
}

int
sx_part_patch(struct sx_part *p, const uint8_t *data, size_t n, uint64_t off,
    struct sx_err *e)
{
	return part_write_at(p, data, n, &off, e);
}

int
sx_part_flush(struct sx_part *p, struct sx_err *e)
{
	part_look_at_sync(p);
	if (p->broken != 0)
		return part_broken(p, p->broken, "continue", e);
	/* If it is marked, its name must be on disk before bytes that look
	 * complete. */
	if (p->marked && part_enter(p, e) == -1)
		return -1;
	/* After a failed fsync the kernel treats the lost pages as clean, so
	 * that a second one would succeed: one failure is final. */
	if (p->folder != NULL && p->dirty && fsync(p->fd) == -1)
		return part_broken(p, errno, "sync", e);
	p->dirty = false;
	return 0;
}

int
sx_part_sync(struct sx_part *p, struct sx_err *e)
{
	return sx_part_flush(p, e) == -1 ? -1 : part_enter(p, e);
}

int
sx_part_sync_begin(
    struct sx_part *p, struct sx_part_sync **begun, struct sx_err *e)
{
	struct sx_part_sync *sync;

	part_look_at_sync(p);
	if (p->broken != 0)
		return part_broken(p, p->broken, "continue", e);
	if (p->folder == NULL || p->syncing != NULL ||
	    (!p->dirty && p->entered))
		return 0;
	sync = calloc(1, sizeof(*sync));
	if (sync == NULL)
		return sx_fail_memory(e);
	sync->owners = 2;
	sync->folder = -1;
	sync->name_first = p->marked;
	sync->fd = fcntl(p->fd, F_DUPFD_CLOEXEC, 0);
	if (sync->fd != -1 && !p->entered)
		sync->folder = fcntl(p->folder->fd, F_DUPFD_CLOEXEC, 0);
	if (sync->fd == -1 || (sync->folder == -1 && !p->entered)) {
		sx_fail(e, SX_EIO, errno, "cannot sync '%s'", p->path);
		if (sync->fd != -1)
			close(sync->fd);
		free(sync);
		return -1;
	}
	p->syncing = *begun = sync;
	p->dirty = false;
	p->entered = true;
	return 1;
}

void
sx_part_sync_end(struct sx_part_sync *sync)
{
	atomic_store(&sync->done, true);
	part_sync_unref(sync);
}

#define POPULATED ((size_t)16 << 20) /* of a large map at a time */

/*
 * Can the whole map be read? A page that cannot would kill the process
 * (SIGBUS), so it is read here, where that is an error. Linux before 5.14
 * cannot do so.
 */
static bool
part_readable(uint8_t *map, size_t n)
{
	bool large = n > POPULATED;
	size_t some;

	for (; n > 0; map += some, n -= some) {
		some = n < POPULATED ? n : POPULATED;
		if (madvise(map, some, MADV_POPULATE_READ) == -1 &&
		    (errno == EFAULT || errno == EHWPOISON))
			return false;
		if (large)
			(void)madvise(map, some, MADV_DONTNEED);
	}
	return true;
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
	if (!part_readable(map, *n)) {
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
sx_part_read(const struct sx_part *p, uint64_t off, uint8_t *buf, size_t n,
    struct sx_err *e)
{
	ssize_t r;

	while (n > 0) {
		r = pread(p->fd, buf, n, (off_t)off);
		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			return sx_fail(e, SX_EIO, r == 0 ? EIO : errno,
			    "cannot read '%s'",
			    p->path != NULL ? p->path : "memory");
		buf += r;
		off += (uint64_t)r;
		n -= (size_t)r;
	}
	return 0;
}

#define HOLES_MOST ((off_t)16 << 20) /* bytes in holes */

bool
sx_part_is_sparse(const struct sx_part *p)
{
	off_t hole, data = 0, size = (off_t)p->size, bytes = 0;

	while (data < size && bytes <= HOLES_MOST) {
		hole = lseek(p->fd, data, SEEK_HOLE);
		if (hole == -1 || hole >= size)
			break;
		data = lseek(p->fd, hole, SEEK_DATA);
		/* The rest is a hole. */
		if (data == -1 || data > size)
			data = size;
		bytes += data - hole;
	}
	return bytes > HOLES_MOST;
}

static int
part_copy_some(struct sx_part *p, const struct sx_part *src, uint64_t off,
    uint64_t n, struct sx_err *e)
{
	uint8_t buf[SX_PART_PIECE];
	size_t some;

	for (; n > 0; off += some, n -= some) {
		some = n < sizeof(buf) ? (size_t)n : sizeof(buf);
		if (sx_part_read(src, off, buf, some, e) == -1 ||
		    sx_part_append(p, buf, some, e) == -1)
			return -1;
	}
	return 0;
}

int
sx_part_copy_some(struct sx_part *p, const struct sx_part *src, uint64_t off,
    uint64_t n, struct sx_err *e)
{
	uint64_t before = p->size;

	if (p->broken != 0)
		return part_broken(p, p->broken, "continue", e);
	if (part_copy_some(p, src, off, n, e) == 0)
		return 0;
	if (p->size > before && ftruncate(p->fd, (off_t)before) == -1)
		return -1;
	p->size = before;
	p->broken = 0;
	return -1;
}

int
sx_part_copy(struct sx_part *p, const struct sx_part *src, struct sx_err *e)
{
	return sx_part_copy_some(p, src, 0, src->size, e);
}

struct sx_part *
sx_part_split(
    struct sx_part *p, uint64_t off, struct sx_time t, struct sx_err *e)
{
	struct sx_part *rest = sx_part_begin(p->store, t, e);

	if (rest == NULL)
		return NULL;
	if (part_name_as_joined(rest, p, off, e) == -1 ||
	    sx_part_copy_some(rest, p, off, p->size - off, e) == -1 ||
	    sx_part_sync(rest, e) == -1)
		goto fail;
	part_unmap(p);
	if (ftruncate(p->fd, (off_t)off) == -1) {
		sx_fail(e, SX_EIO, errno, "cannot truncate '%s'",
		    p->path != NULL ? p->path : "memory");
		goto fail;
	}
	p->size = off;
	p->dirty = true;
	return rest;
fail:
	sx_part_drop(rest);
	return NULL;
}
