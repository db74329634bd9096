/* SPDX-License-Identifier: ISC */
/* The system calls, as shim.h names them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

FAILS(int, -1, flock, (int fd, int how), (fd, how))
FAILS(int, -1, fstat, (int fd, struct stat *st), (fd, st))
FAILS(int, -1, stat, (const char *p, struct stat *st), (p, st))
FAILS(int, -1, lstat, (const char *p, struct stat *st), (p, st))
FAILS(int, -1, fstatat, (int a, const char *p, struct stat *st, int flags),
    (a, p, st, flags))
FAILS(int, -1, fstatfs, (int fd, struct statfs *fs), (fd, fs))
FAILS(int, -1, fstatvfs, (int fd, struct statvfs *fs), (fd, fs))
FAILS(int, -1, faccessat, (int a, const char *p, int mode, int flags),
    (a, p, mode, flags))
FAILS(int, -1, memfd_create, (const char *p, unsigned flags), (p, flags))
FAILS(int, -1, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms))
FAILS(int, -1, ppoll,
    (struct pollfd * fds, nfds_t n, const struct timespec *ts,
	const sigset_t *set),
    (fds, n, ts, set))
FAILS(int, -1, nanosleep, (const struct timespec *ts, struct timespec *left),
    (ts, left))
FAILS(int, -1, eventfd, (unsigned n, int flags), (n, flags))
FAILS(int, -1, eventfd_read, (int fd, eventfd_t *n), (fd, n))
FAILS(int, -1, eventfd_write, (int fd, eventfd_t n), (fd, n))
FAILS(int, -1, signalfd, (int fd, const sigset_t *set, int flags),
    (fd, set, flags))
FAILS(int, -1, timerfd_create, (clockid_t clock, int flags), (clock, flags))
FAILS(int, -1, inotify_init1, (int flags), (flags))
FAILS(int, -1, inotify_add_watch, (int fd, const char *p, uint32_t mask),
    (fd, p, mask))
FAILS(int, -1, socket, (int family, int type, int protocol),
    (family, type, protocol))
FAILS(int, -1, connect, (int fd, const struct sockaddr *to, socklen_t n),
    (fd, to, n))
FAILS(ssize_t, -1, send, (int fd, const void *p, size_t n, int flags),
    (fd, p, n, flags))
FAILS(pid_t, -1, waitpid, (pid_t pid, int *status, int flags),
    (pid, status, flags))
FAILS(DIR *, NULL, opendir, (const char *p), (p))
FAILS(DIR *, NULL, fdopendir, (int fd), (fd))
FAILS(struct dirent *, NULL, readdir, (DIR * d), (d))
FAILS(int, -1, scandirat,
    (int a, const char *p, struct dirent ***names,
	int (*want)(const struct dirent *),
	int (*order)(const struct dirent **, const struct dirent **)),
    (a, p, names, want, order))
FAILS(int, -1, scandir,
    (const char *p, struct dirent ***names, int (*want)(const struct dirent *),
	int (*order)(const struct dirent **, const struct dirent **)),
    (p, names, want, order))
FAILS(int, -1, mkdir, (const char *p, mode_t mode), (p, mode))
FAILS(int, -1, mkostemp, (char *p, int flags), (p, flags))
FAILS(int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
FAILS(int, -1, rename, (const char *p, const char *q), (p, q))
FAILS(int, -1, unlink, (const char *p), (p))
FAILS(char *, NULL, realpath, (const char *p, char *to), (p, to))
FAILS(FILE *, NULL, fdopen, (int fd, const char *mode), (fd, mode))
FAILS(off_t, -1, lseek, (int fd, off_t off, int whence), (fd, off, whence))
FAILS(int, -1, access, (const char *p, int mode), (p, mode))
FAILS(void *, MAP_FAILED, mmap,
    (void *p, size_t n, int prot, int flags, int fd, off_t off),
    (p, n, prot, flags, fd, off))
FAILS(int, -1, madvise, (void *p, size_t n, int advice), (p, n, advice))

void *
dlopen(const char *p, int flags)
{
	void *library;

	if (strike(F_dlopen, CALLER) > 0)
		return NULL;
	library = REAL(dlopen)(p, flags);
	find_smf();
	return library;
}

/* The same for what changes the disk: a line of the trace if it succeeds. */
#define CHANGES(name, parameters, arguments, ...)            \
	int name parameters                                  \
	{                                                    \
		char buf1[2 * PATH_MAX], buf2[2 * PATH_MAX]; \
		int rc;                                      \
                                                             \
		(void)buf1;                                  \
		(void)buf2;                                  \
		if (strike(F_##name, CALLER) > 0)            \
			return -1;                           \
		trace_begin();                               \
		rc = REAL(name) arguments;                   \
		if (rc == 0 && is_program(CALLER))           \
			trace(#name " " __VA_ARGS__);        \
		trace_end();                                 \
		return rc;                                   \
	}

CHANGES(ftruncate, (int fd, off_t n), (fd, n), "%d %lld\n", fd, (long long)n)
CHANGES(renameat, (int a, const char *p, int b, const char *q), (a, p, b, q),
    "%s\t%s\n", full(buf1, a, p), full(buf2, b, q))
CHANGES(renameat2, (int a, const char *p, int b, const char *q, unsigned flags),
    (a, p, b, q, flags), "%s\t%s\n", full(buf1, a, p), full(buf2, b, q))
CHANGES(linkat, (int a, const char *p, int b, const char *q, int flags),
    (a, p, b, q, flags), "%s\t%s\n", full(buf1, a, p), full(buf2, b, q))
CHANGES(unlinkat, (int a, const char *p, int flags), (a, p, flags), "%s\n",
    full(buf1, a, p))
CHANGES(mkdirat, (int a, const char *p, mode_t mode), (a, p, mode), "%s\n",
    full(buf1, a, p))

/* What is written while it works may not be safe when it returns. */
#define SYNCS(name)                                                     \
	int name(int fd)                                                \
	{                                                               \
		bool traced = is_program(CALLER);                       \
		int rc;                                                 \
                                                                        \
		if (strike(F_##name, CALLER) > 0)                       \
			return -1;                                      \
		if (traced)                                             \
			trace("begin_" #name " %d %d\n", gettid(), fd); \
		rc = REAL(name)(fd);                                    \
		if (rc == 0 && traced)                                  \
			trace("synced %d\n", gettid());                 \
		return rc;                                              \
	}

SYNCS(fsync)
SYNCS(syncfs)
FAILS(int, -1, sync_file_range,
    (int fd, off64_t off, off64_t n, unsigned flags), (fd, off, n, flags))

/* These return their errors. */
#define RETURNS(name, parameters, arguments)                     \
	int name parameters                                      \
	{                                                        \
		int error = strike(F_##name, CALLER);            \
                                                                 \
		return error > 0 ? error : REAL(name) arguments; \
	}

RETURNS(pthread_create,
    (pthread_t * t, const pthread_attr_t *attr, void *(*start)(void *),
	void *arg),
    (t, attr, start, arg))
RETURNS(pthread_setschedparam,
    (pthread_t t, int policy, const struct sched_param *param),
    (t, policy, param))
RETURNS(posix_spawnp,
    (pid_t * pid, const char *p, const posix_spawn_file_actions_t *files,
	const posix_spawnattr_t *attr, char *const argv[], char *const env[]),
    (pid, p, files, attr, argv, env))

RETURNS(posix_spawn,
    (pid_t * pid, const char *p, const posix_spawn_file_actions_t *files,
	const posix_spawnattr_t *attr, char *const argv[], char *const env[]),
    (pid, p, files, attr, argv, env))

/* On Linux the descriptor is gone whatever close() returns. */
int
close(int fd)
{
	int error = strike(F_close, CALLER), rc;

	/* Before it: another thread may be given the same number at once. */
	if (is_program(CALLER))
		trace("close %d\n", fd);
	rc = REAL(close)(fd);
	if (error <= 0)
		return rc;
	errno = error;
	return -1;
}

static mode_t
mode_of(int flags, va_list ap)
{
	return (flags & O_CREAT) != 0 ? (mode_t)va_arg(ap, int) : 0;
}

static int
opened(int at, const char *p, int flags, mode_t mode, bool traced)
{
	char buf[2 * PATH_MAX];
	int fd;

	trace_begin();
	fd = REAL(openat)(at, p, flags, mode);
	if (fd != -1 && traced)
		trace("openat %d %d %s\n", fd, (flags & O_CREAT) != 0,
		    full(buf, at, p));
	trace_end();
	return fd;
}

int
open(const char *p, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	if (strike(F_open, CALLER) > 0)
		return -1;
	return opened(AT_FDCWD, p, flags, mode, is_program(CALLER));
}

int
openat(int at, const char *p, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	if (strike(F_openat, CALLER) > 0)
		return -1;
	return opened(at, p, flags, mode, is_program(CALLER));
}

/* Their third argument, if there is one, fits a pointer. */
int
fcntl(int fd, int command, ...)
{
	va_list ap;
	void *arg;
	int rc;

	va_start(ap, command);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (strike(F_fcntl, CALLER) > 0)
		return -1;
	trace_begin();
	rc = REAL(fcntl)(fd, command, arg);
	if (rc != -1 && is_program(CALLER) &&
	    (command == F_DUPFD || command == F_DUPFD_CLOEXEC))
		trace("dup %d %d\n", fd, rc);
	trace_end();
	return rc;
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	return strike(F_ioctl, CALLER) > 0 ? -1 : REAL(ioctl)(fd, request, arg);
}

/* Functions that may do a part of what they are asked for. */

ssize_t
read(int fd, void *buf, size_t n)
{
	int struck = strike(F_read, CALLER);

	return struck > 0 ? -1 : REAL(read)(fd, buf, part_of(struck, n));
}

ssize_t
pread(int fd, void *buf, size_t n, off_t off)
{
	int struck = strike(F_pread, CALLER);

	return struck > 0 ? -1 : REAL(pread)(fd, buf, part_of(struck, n), off);
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	int struck = strike(F_write, CALLER);
	ssize_t rc;

	if (struck > 0)
		return -1;
	rc = REAL(write)(fd, buf, part_of(struck, n));
	if (is_program(CALLER))
		trace_bytes(fd, buf, rc, -1);
	return rc;
}

ssize_t
pwrite(int fd, const void *buf, size_t n, off_t off)
{
	int struck = strike(F_pwrite, CALLER);
	ssize_t rc;

	if (struck > 0)
		return -1;
	rc = REAL(pwrite)(fd, buf, part_of(struck, n), off);
	if (is_program(CALLER))
		trace_bytes(fd, buf, rc, off);
	return rc;
}

/* What libsmf uses. */
#define SMF(type, failure, name, parameters, arguments)                  \
	type name parameters                                             \
	{                                                                \
		return strike_smf(F_##name, CALLER) > 0 ? failure        \
							: REAL(name)     \
							      arguments; \
	}

SMF(FILE *, NULL, fopen, (const char *p, const char *mode), (p, mode))
SMF(size_t, 0, fread, (void *p, size_t size, size_t n, FILE *f),
    (p, size, n, f))
SMF(size_t, 0, fwrite, (const void *p, size_t size, size_t n, FILE *f),
    (p, size, n, f))

int
fclose(FILE *f)
{
	int error = strike_smf(F_fclose, CALLER);
	int rc = REAL(fclose)(f);

	if (error <= 0)
		return rc;
	errno = error;
	return EOF;
}

/* What these are called where _FILE_OFFSET_BITS is 64: the same, if a long has
 * 64 bits. */
#define ALSO_64(name)                                                \
	__asm__(".globl " #name "64\n.type " #name "64, %function\n" \
		".set " #name "64, " #name);

ALSO_64(open)
ALSO_64(openat)
ALSO_64(pread)
ALSO_64(pwrite)
ALSO_64(lseek)
ALSO_64(ftruncate)
ALSO_64(fstat)
ALSO_64(stat)
ALSO_64(lstat)
ALSO_64(fstatat)
ALSO_64(fstatfs)
ALSO_64(fstatvfs)
ALSO_64(fcntl)
ALSO_64(mmap)
ALSO_64(readdir)
ALSO_64(scandir)
ALSO_64(scandirat)
ALSO_64(mkostemp)
ALSO_64(fopen)
