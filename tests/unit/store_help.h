/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_STORE_HELP_H
#define SXLIB_TESTS_STORE_HELP_H

/*
 * Dumps to store, and a disk that fails on request: a function defined by the
 * program takes precedence over the C library's. Include after cmocka.h and its
 * headers and scratch.h.
 */
#include <linux/magic.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include "../../src/store/job.h"
#include "../../src/store/part.h"
#include "sxlib/store.h"

#define WALL INT64_C(1795324530123999)
#define TIME "20261122T051530.123Z"

/* Behavior of the disk. */
static struct {
	bool no_rename2;  /* as on NFS */
	bool no_links;	  /* as on FUSE */
	bool no_unlinks;  /* as in a folder that can only grow */
	bool fat;	  /* files have no owners of their own */
	uid_t user;	  /* another user; 0: the real one */
	int fsync_error;  /* 0: it succeeds at once */
	int folder_error; /* the same, only for folders */
	unsigned fsyncs, syncfs, renames;
	char calls[32]; /* in order: f, d: fsync of a file or folder; r: rename
			 */
	ino_t synced;	/* the last one synced */
	bool no_locks;	/* as on some network drives */
	void (*before_lock)(void); /* another process acts now */
	void (*before_sync)(void);
} disk;

static inline void
disk_note(char call)
{
	size_t n = strlen(disk.calls);

	if (n < sizeof(disk.calls) - 1)
		disk.calls[n] = call;
}

/* Check that exactly these calls were made since the last check. */
static inline void
disk_did(const char *calls)
{
	assert_string_equal(disk.calls, calls);
	memset(disk.calls, 0, sizeof(disk.calls));
}

int
renameat2(int fd, const char *from, int to_fd, const char *to, unsigned flags)
{
	disk.renames++;
	disk_note('r');
	if (disk.no_rename2) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, fd, from, to_fd, to, flags);
}

int
linkat(int fd, const char *from, int to_fd, const char *to, int flags)
{
	if (disk.no_links) {
		errno = EPERM;
		return -1;
	}
	return (int)syscall(SYS_linkat, fd, from, to_fd, to, flags);
}

int
unlinkat(int fd, const char *name, int flags)
{
	if (disk.no_unlinks) {
		errno = EPERM;
		return -1;
	}
	return (int)syscall(SYS_unlinkat, fd, name, flags);
}

int
fstatfs(int fd, struct statfs *fs)
{
	int rc = (int)syscall(SYS_fstatfs, fd, fs);

	if (rc == 0 && disk.fat)
		fs->f_type = MSDOS_SUPER_MAGIC;
	return rc;
}

uid_t
geteuid(void)
{
	return disk.user != 0 ? disk.user : (uid_t)syscall(SYS_geteuid);
}

int
fsync(int fd)
{
	struct stat st = { 0 };
	int error = disk.fsync_error;
	bool folder = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);

	if (disk.before_sync != NULL)
		disk.before_sync();
	disk.fsyncs++;
	disk_note(folder ? 'd' : 'f');
	disk.synced = st.st_ino;
	if (error == 0 && folder)
		error = disk.folder_error;
	errno = error;
	return error == 0 ? 0 : -1;
}

/* Succeeds at once, too. */
int
syncfs(int fd)
{
	(void)fd;
	disk.syncfs++;
	return 0;
}

static inline int
store_setup(void **state)
{
	memset(&disk, 0, sizeof(disk));
	signal(SIGXFSZ, SIG_IGN);
	return scratch_enter(state);
}

int
flock(int fd, int how)
{
	void (*act)(void) = disk.before_lock;

	disk.before_lock = NULL;
	if (act != NULL)
		act();
	if (disk.no_locks) {
		errno = ENOLCK;
		return -1;
	}
	return (int)syscall(SYS_flock, fd, how);
}

/* Like fork(). A failed assertion ends the child, which does not outlive a
 * failed test. */
static inline pid_t
fork_child(void)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setenv("CMOCKA_TEST_ABORT", "1", 1);
		alarm(240);
	}
	return child;
}

/* Limit the size of files; 0: no limit. */
static inline void
limit_size(size_t n)
{
	struct rlimit r = { n > 0 ? n : RLIM_INFINITY, RLIM_INFINITY };

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

static inline struct sx_store *
store_open(const char *out, enum sx_format format, const char *name, long first)
{
	struct sx_store_opts o = {
		.out = out, .format = format, .name = name, .first = first
	};
	struct sx_err e = { 0 };
	struct sx_store *s = sx_store_open(&o, &e);

	if (s == NULL)
		fail_msg("%s: %s", out, e.msg);
	return s;
}

/* A dump of one message, seq somewhere in its n bytes. */
struct sample {
	struct sx_dump dump;
	struct sx_piece piece;
	uint8_t bytes[256];
};

static inline void
sample_make(struct sample *m, unsigned seq, size_t n, int64_t wall)
{
	memset(m, 0, sizeof(*m));
	memset(m->bytes, 0x11, n);
	m->bytes[0] = 0xf0;
	m->bytes[1] = 0x7d;
	m->bytes[2] = seq & 0x7f;
	m->bytes[3] = seq >> 7 & 0x7f;
	m->bytes[n - 1] = 0xf7;
	m->piece = (struct sx_piece){ 0, n, { wall, wall } };
	m->dump = (struct sx_dump){ .time = { wall, wall },
		.bytes = n,
		.messages = 1,
		.pieces = &m->piece,
		.facts = { .slot = -1, .maker = "Jomox" } };
}

static inline struct sx_part *
sample_begin(struct sx_store *s, const struct sample *m)
{
	struct sx_err e = { 0 };
	struct sx_part *p = sx_part_begin(s, m->dump.time, &e);

	if (p == NULL ||
	    sx_part_append(p, m->bytes, (size_t)m->dump.bytes, &e) == -1)
		fail_msg("%s", e.msg);
	return p;
}

/* Store it. Returns its path, malloc'ed. */
static inline char *
sample_keep(struct sx_store *s, const struct sample *m)
{
	struct sx_part *p = sample_begin(s, m);
	struct sx_stored stored;
	struct sx_err e = { 0 };

	if (sx_part_keep(p, &m->dump, &stored, &e) == -1)
		fail_msg("%s", e.msg);
	return stored.path;
}

/* Store it and check its path. */
static inline void
sample_becomes(struct sx_store *s, const struct sample *m, const char *path)
{
	char *have = sample_keep(s, m);

	assert_string_equal(have, path);
	free(have);
}

#endif
