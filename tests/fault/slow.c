/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into the program under test: a disk that takes its time, or gives
 * little at once, and a machine with little memory.
 *
 *	SXLIB_TEST_SLOW_MS=N    each sync takes N milliseconds, and no more: the
 *	                        real disk, which others may keep busy, has no
 *	                        part in it; one that only waits for what is
 *	                        being written takes no time
 *	SXLIB_TEST_CALLS=FILE   what happens to the disk, a line for each call
 *	                        that succeeded, in order, and one for the
 *	                        beginning of each sync: seconds of
 *	                        CLOCK_MONOTONIC, then as FAULT_TRACE of shim.c
 *	SXLIB_TEST_READ=N       a read gives N bytes at most
 *	SXLIB_TEST_MEMINFO=FILE what it reads as /proc/meminfo
 *
 * Nothing fails, and no other call is changed.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* As shim_calls.c has it. */
#define ALSO_64(name)                                                \
	__asm__(".globl " #name "64\n.type " #name "64, %function\n" \
		".set " #name "64, " #name);

static long slow_ms;
static size_t read_most = SIZE_MAX;
static int calls_fd = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void
begin(void)
{
	const char *ms = getenv("SXLIB_TEST_SLOW_MS"),
		   *path = getenv("SXLIB_TEST_CALLS"),
		   *most = getenv("SXLIB_TEST_READ");

	if (ms != NULL)
		slow_ms = atol(ms);
	if (most != NULL)
		read_most = (size_t)atol(most);
	if (path != NULL)
		calls_fd = (int)syscall(SYS_openat, AT_FDCWD, path,
		    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	/* Not for the programs that it starts. */
	unsetenv("LD_PRELOAD");
}

/* ---- The lines ---- */

static void
line(const char *fmt, ...)
{
	static _Thread_local char buf[1 << 18];
	int saved = errno, n;
	struct timespec now;
	va_list ap;

	if (calls_fd == -1)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	n = snprintf(buf, sizeof(buf), "%ld.%06ld ", (long)now.tv_sec,
	    now.tv_nsec / 1000);
	va_start(ap, fmt);
	n += vsnprintf(buf + n, sizeof(buf) - (size_t)n, fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(buf) ||
	    syscall(SYS_write, calls_fd, buf, (size_t)n) != n)
		_exit(98);
	errno = saved;
}

static const char *
full(char buf[2 * PATH_MAX], int at, const char *path)
{
	char link[64];
	ssize_t n;

	if (path[0] == '/')
		return path;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", at);
	n = readlink(at == AT_FDCWD ? "/proc/self/cwd" : link, buf, PATH_MAX);
	if (n < 0)
		n = 0;
	snprintf(buf + n, PATH_MAX, "/%s", path);
	return buf;
}

/* ---- Syncs ---- */

static void
take_time(void)
{
	struct timespec until;
	int saved = errno;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += slow_ms / 1000;
	until.tv_nsec += slow_ms % 1000 * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) ==
	       EINTR)
		;
	errno = saved;
}

static int
synced(int fd)
{
	int rc = fcntl(fd, F_GETFL) == -1 ? -1 : 0;

	take_time();
	if (rc == 0)
		line("synced %d\n", gettid());
	return rc;
}

int
fsync(int fd)
{
	line("begin_fsync %d %d\n", gettid(), fd);
	return synced(fd);
}

int
fdatasync(int fd)
{
	line("begin_fsync %d %d\n", gettid(), fd);
	return synced(fd);
}

int
syncfs(int fd)
{
	line("begin_syncfs %d %d\n", gettid(), fd);
	return synced(fd);
}

/* It makes nothing safe: no line. */
int
sync_file_range(int fd, off64_t off, off64_t n, unsigned flags)
{
	(void)off;
	(void)n;
	if ((flags & SYNC_FILE_RANGE_WRITE) != 0)
		take_time();
	return fcntl(fd, F_GETFL) == -1 ? -1 : 0;
}

/* ---- What changes files and names ---- */

/* A call and its line: no other thread's come between. */
#define CHANGES(name, parameters, arguments, ...)            \
	int name parameters                                  \
	{                                                    \
		char buf1[2 * PATH_MAX], buf2[2 * PATH_MAX]; \
		int rc;                                      \
                                                             \
		(void)buf1;                                  \
		(void)buf2;                                  \
		pthread_mutex_lock(&order);                  \
		rc = REAL(name) arguments;                   \
		if (rc == 0)                                 \
			line(#name " " __VA_ARGS__);         \
		pthread_mutex_unlock(&order);                \
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

/* Before it: another thread may be given the same number at once. */
int
close(int fd)
{
	line("close %d\n", fd);
	return REAL(close)(fd);
}

int
openat(int at, const char *p, int flags, ...)
{
	char buf[2 * PATH_MAX];
	mode_t mode = 0;
	va_list ap;
	int fd;

	va_start(ap, flags);
	if ((flags & O_CREAT) != 0)
		mode = (mode_t)va_arg(ap, int);
	va_end(ap);
	pthread_mutex_lock(&order);
	fd = REAL(openat)(at, p, flags, mode);
	if (fd != -1)
		line("openat %d %d %s\n", fd, (flags & O_CREAT) != 0,
		    full(buf, at, p));
	pthread_mutex_unlock(&order);
	return fd;
}

/* Its third argument, if there is one, fits a pointer. */
int
fcntl(int fd, int command, ...)
{
	va_list ap;
	void *arg;
	int rc;

	va_start(ap, command);
	arg = va_arg(ap, void *);
	va_end(ap);
	pthread_mutex_lock(&order);
	rc = REAL(fcntl)(fd, command, arg);
	if (rc != -1 && (command == F_DUPFD || command == F_DUPFD_CLOEXEC))
		line("dup %d %d\n", fd, rc);
	pthread_mutex_unlock(&order);
	return rc;
}

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t off)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = bytes;
	static _Thread_local char hex[1 << 17];
	ssize_t rc = REAL(pwrite)(fd, bytes, n, off);

	for (ssize_t done = 0, k; done < rc; done += k) {
		for (k = 0; done + k < rc && k < 1 << 15; k++) {
			hex[2 * k] = digits[p[done + k] >> 4];
			hex[2 * k + 1] = digits[p[done + k] & 0xf];
		}
		hex[2 * k] = '\0';
		line("write %d %lld %s\n", fd, (long long)off + done, hex);
	}
	return rc;
}

/* ---- Reads ---- */

static size_t
few(size_t n)
{
	return n < read_most ? n : read_most;
}

ssize_t
read(int fd, void *buf, size_t n)
{
	return REAL(read)(fd, buf, few(n));
}

ssize_t
pread(int fd, void *buf, size_t n, off_t off)
{
	return REAL(pread)(fd, buf, few(n), off);
}

/* What these are where the compiler knows how long buf is. */
ssize_t __read_chk(int fd, void *buf, size_t n, size_t room);
ssize_t __pread64_chk(int fd, void *buf, size_t n, off_t off, size_t room);

ssize_t
__read_chk(int fd, void *buf, size_t n, size_t room)
{
	return n <= room ? read(fd, buf, n) : (abort(), -1);
}

ssize_t
__pread64_chk(int fd, void *buf, size_t n, off_t off, size_t room)
{
	return n <= room ? pread(fd, buf, n, off) : (abort(), -1);
}

FILE *
fopen(const char *p, const char *mode)
{
	const char *meminfo = getenv("SXLIB_TEST_MEMINFO");

	if (meminfo != NULL && strcmp(p, "/proc/meminfo") == 0)
		p = meminfo;
	return REAL(fopen)(p, mode);
}

ALSO_64(fcntl)
ALSO_64(fopen)
ALSO_64(ftruncate)
ALSO_64(openat)
ALSO_64(pread)
ALSO_64(pwrite)
