/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into the program under test: makes one call of one function fail,
 * as its caller would see it if the kernel or the heap had failed.
 *
 *	FAULT=NAME:N:WHAT   the Nth call of NAME; WHAT is the name of an errno,
 *	                    "short" (half of the bytes; at least one)
 *	                    or "kill" (SIGKILL right before the call)
 *	FAULT_REPORT=FILE   at the end, a line for each function: NAME CALLS;
 *	                    "live N": allocations that were not freed
 *
 *	FAULT_TRACE=FILE    what happens to the disk, a line for each call that
 *	                    succeeded, in order: crash.py reads it
 *
 * Only calls out of the program itself count, not those of its libraries.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* clang-format off */
#define FUNCTIONS                                                              \
	X(open)                                                                \
	X(openat)                                                              \
	X(close)                                                               \
	X(read)                                                                \
	X(pread) X(write) X(pwrite) X(fsync) X(fdatasync) X(renameat)          \
	    X(renameat2) X(linkat) X(unlinkat) X(mkdir) X(mkdirat) X(flock)    \
		X(fstat) X(stat) X(lstat) X(fstatat) X(ftruncate) X(mmap)      \
		    X(memfd_create) X(poll) X(ppoll) X(eventfd) X(signalfd)    \
			X(pthread_create) X(faccessat) X(fdopendir) X(readdir) \
			    X(dlopen) X(malloc) X(calloc) X(realloc)           \
				X(reallocarray) X(strdup) X(strndup)           \
				    X(asprintf) X(open_memstream) X(scandir)   \
					X(scandirat)
/* clang-format on */

enum function {
#define X(name) F_##name,
	FUNCTIONS
#undef X
	    FUNCTIONS_END
};

static const char *const names[] = {
#define X(name) #name,
	FUNCTIONS
#undef X
};

static const struct {
	const char *name;
	int number;
} errors[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EINTR", EINTR },
	{ "EMFILE", EMFILE }, { "ENOMEM", ENOMEM }, { "EACCES", EACCES },
	{ "EAGAIN", EAGAIN }, { "EROFS", EROFS }, { "EDQUOT", EDQUOT },
	{ "ENOENT", ENOENT }, { "EINVAL", EINVAL } };

/* libc's own names: dlsym() itself allocates. */
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void __libc_free(void *p);

enum { NONE = 0, SHORT = -1, KILL = -2 };

static atomic_long calls[FUNCTIONS_END];
static int which = -1, what;
static long nth;
static uintptr_t from, to; /* the program's code */
static atomic_bool over;   /* it has ended: what is called now is gcov's */
static pthread_once_t begun = PTHREAD_ONCE_INIT;

/* What is allocated and not freed: the addresses, hashed. */
#define PLACES ((size_t)1 << 16)
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *live[PLACES];
static size_t nlive;

static void
enter(void *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&lock);
	for (size_t i = (uintptr_t)p / 16; nlive < PLACES - 1; i++)
		if (live[i % PLACES] == NULL) {
			live[i % PLACES] = p;
			nlive++;
			break;
		}
	pthread_mutex_unlock(&lock);
}

static void
leave(void *p)
{
	size_t i = (uintptr_t)p / 16 % PLACES, hole, home;

	if (p == NULL)
		return;
	pthread_mutex_lock(&lock);
	while (live[i] != NULL && live[i] != p)
		i = (i + 1) % PLACES;
	if (live[i] == p) {
		live[i] = NULL;
		nlive--;
		/* Those behind it move up, or they would not be found. */
		for (hole = i, i = (i + 1) % PLACES; live[i] != NULL;
		     i = (i + 1) % PLACES) {
			home = (uintptr_t)live[i] / 16 % PLACES;
			if ((i - home) % PLACES >= (i - hole) % PLACES) {
				live[hole] = live[i];
				live[i] = NULL;
				hole = i;
			}
		}
	}
	pthread_mutex_unlock(&lock);
}

/* ---- The trace ---- */

static int trace_fd = -1;

/* The path that a call names, made absolute. */
static const char *
full(char buf[2 * PATH_MAX], int at, const char *path)
{
	char link[64];
	ssize_t n;

	if (path[0] == '/')
		return path;
	snprintf(link, sizeof(link), "/proc/self/%s/%d", "fd", at);
	n = readlink(at == AT_FDCWD ? "/proc/self/cwd" : link, buf, PATH_MAX);
	if (n < 0)
		n = 0;
	snprintf(buf + n, PATH_MAX, "/%s", path);
	return buf;
}

static void __attribute__((format(printf, 1, 2))) trace(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	if (trace_fd == -1)
		return;
	va_start(ap, fmt);
	vdprintf(trace_fd, fmt, ap);
	va_end(ap);
	errno = saved;
}

/* A descriptor and the bytes that were written to it. */
static void
trace_bytes(int fd, const uint8_t *p, ssize_t n, long long off)
{
	char *line =
	    n > 0 && trace_fd != -1 ? __libc_malloc((size_t)n * 2 + 64) : NULL;
	int at;

	if (line == NULL)
		return;
	at = snprintf(line, 64, "write %d %lld ", fd, off);
	for (ssize_t i = 0; i < n; i++)
		at += snprintf(line + at, 3, "%02x", p[i]);
	line[at++] = '\n';
	if (syscall(SYS_write, trace_fd, line, (size_t)at) != at)
		_exit(98);
	__libc_free(line);
}

static ssize_t
trace_print(void *cookie, const char *text, size_t n)
{
	ssize_t rc = syscall(SYS_write, 1, text, n);

	(void)cookie;
	trace_bytes(1, (const uint8_t *)text, rc, -1);
	return rc;
}

static int
find_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD &&
		    (info->dlpi_phdr[i].p_flags & PF_X) != 0) {
			from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
			to = from + info->dlpi_phdr[i].p_memsz;
		}
	return 1; /* the first one is the program */
}

__attribute__((constructor)) static void
begin(void)
{
	const char *p = getenv("FAULT");
	char name[64], word[32];

	dl_iterate_phdr(find_program, NULL);
	if (getenv("FAULT_TRACE") != NULL) {
		/* libc's own write() is not seen. */
		stdout = fopencookie(
		    NULL, "w", (cookie_io_functions_t){ .write = trace_print });
		trace_fd =
		    (int)syscall(SYS_openat, AT_FDCWD, getenv("FAULT_TRACE"),
			O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	}
	if (p == NULL || sscanf(p, "%63[^:]:%ld:%31s", name, &nth, word) != 3)
		return;
	for (size_t i = 0; i < FUNCTIONS_END; i++)
		if (strcmp(names[i], name) == 0)
			which = (int)i;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(errors[i].name, word) == 0)
			what = errors[i].number;
	if (strcmp(word, "short") == 0)
		what = SHORT;
	if (strcmp(word, "kill") == 0)
		what = KILL;
	if (which == -1 || what == NONE) {
		(void)!write(2, "bad FAULT\n", 10);
		_exit(99);
	}
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("FAULT_REPORT");
	FILE *f = path != NULL ? fopen(path, "w") : NULL;

	if (f == NULL)
		return;
	for (size_t i = 0; i < FUNCTIONS_END; i++)
		fprintf(f, "%s %ld\n", names[i], (long)calls[i]);
	fprintf(f, "live %zu\n", nlive);
	fclose(f);
}

static void
program_is_over(void)
{
	over = true;
}

/* At the program's first call: then it is called before gcov's end. */
static void
note_end(void)
{
	(void)atexit(program_is_over);
}

static bool
is_program(void *caller)
{
	uintptr_t at = (uintptr_t)caller;

	return at >= from && at < to && !over;
}

/* Is this the call? Then errno is set. */
static int
strike(enum function f, void *caller)
{
	if (!is_program(caller))
		return NONE;
	pthread_once(&begun, note_end);
	if (atomic_fetch_add(&calls[f], 1) + 1 != nth || (int)f != which)
		return NONE;
	if (what == KILL)
		kill(getpid(), SIGKILL);
	if (what > 0)
		errno = what;
	return what;
}

/* The real function behind ours; its type is that of ours. */
#define REAL(name) ((__typeof__(&(name)))find(#name))
#define CALLER	   __builtin_return_address(0)

static void *
find(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* A function that does nothing if it is struck. */
#define FAILS(type, failure, name, parameters, arguments)                   \
	type name parameters                                                \
	{                                                                   \
		return strike(F_##name, CALLER) > 0 ? failure               \
						    : REAL(name) arguments; \
	}

FAILS(int, -1, fdatasync, (int fd), (fd))
FAILS(int, -1, mkdir, (const char *p, mode_t mode), (p, mode))
FAILS(int, -1, flock, (int fd, int how), (fd, how))
FAILS(int, -1, fstat, (int fd, struct stat *st), (fd, st))
FAILS(int, -1, stat, (const char *p, struct stat *st), (p, st))
FAILS(int, -1, lstat, (const char *p, struct stat *st), (p, st))
FAILS(int, -1, fstatat, (int a, const char *p, struct stat *st, int flags),
    (a, p, st, flags))
FAILS(int, -1, memfd_create, (const char *p, unsigned flags), (p, flags))
FAILS(int, -1, eventfd, (unsigned n, int flags), (n, flags))
FAILS(int, -1, signalfd, (int fd, const sigset_t *set, int flags),
    (fd, set, flags))
FAILS(int, -1, faccessat, (int a, const char *p, int mode, int flags),
    (a, p, mode, flags))
FAILS(DIR *, NULL, fdopendir, (int fd), (fd))
FAILS(struct dirent *, NULL, readdir, (DIR * d), (d))
FAILS(void *, NULL, dlopen, (const char *p, int flags), (p, flags))
FAILS(int, -1, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms))
FAILS(int, -1, ppoll,
    (struct pollfd * fds, nfds_t n, const struct timespec *ts,
	const sigset_t *set),
    (fds, n, ts, set))
FAILS(int, -1, scandir,
    (const char *p, struct dirent ***names_, int (*want)(const struct dirent *),
	int (*order)(const struct dirent **, const struct dirent **)),
    (p, names_, want, order))
FAILS(int, -1, scandirat,
    (int a, const char *p, struct dirent ***names_,
	int (*want)(const struct dirent *),
	int (*order)(const struct dirent **, const struct dirent **)),
    (a, p, names_, want, order))
FAILS(FILE *, NULL, open_memstream, (char **p, size_t *n), (p, n))

/* The same for what changes the disk, if it succeeds. */
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
		rc = REAL(name) arguments;                   \
		if (rc == 0 && is_program(CALLER))           \
			trace(#name " " __VA_ARGS__);        \
		return rc;                                   \
	}

CHANGES(fsync, (int fd), (fd), "%d\n", fd)
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

/* It returns its error. */
int
pthread_create(
    pthread_t *t, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
	int rc = strike(F_pthread_create, CALLER);

	return rc > 0 ? rc : REAL(pthread_create)(t, attr, start, arg);
}

/* On Linux the descriptor is gone whatever close() returns. */
int
close(int fd)
{
	int rc = strike(F_close, CALLER);
	int done = REAL(close)(fd);

	if (is_program(CALLER))
		trace("close %d\n", fd);
	if (rc <= 0)
		return done;
	errno = rc;
	return -1;
}

void *
mmap(void *p, size_t n, int prot, int flags, int fd, off_t off)
{
	if (strike(F_mmap, CALLER) > 0)
		return MAP_FAILED;
	return REAL(mmap)(p, n, prot, flags, fd, off);
}

static mode_t
mode_of(int flags, va_list ap)
{
	return (flags & O_CREAT) != 0 ? (mode_t)va_arg(ap, int) : 0;
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
	return REAL(open)(p, flags, mode);
}

int
openat(int at, const char *p, int flags, ...)
{
	char buf[2 * PATH_MAX];
	va_list ap;
	mode_t mode;
	int fd;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	if (strike(F_openat, CALLER) > 0)
		return -1;
	fd = REAL(openat)(at, p, flags, mode);
	if (fd != -1 && is_program(CALLER))
		trace("openat %d %d %s\n", fd, (flags & O_CREAT) != 0,
		    full(buf, at, p));
	return fd;
}

static size_t
part_of(int struck, size_t n)
{
	return struck == SHORT ? (n + 1) / 2 : n;
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

/* ---- Memory ---- */

static void *
given(void *p, void *caller)
{
	if (is_program(caller))
		enter(p);
	return p;
}

void *
malloc(size_t n)
{
	if (strike(F_malloc, CALLER) > 0)
		return NULL;
	return given(__libc_malloc(n), CALLER);
}

void *
calloc(size_t n, size_t size)
{
	if (strike(F_calloc, CALLER) > 0)
		return NULL;
	return given(__libc_calloc(n, size), CALLER);
}

static void *
grown(void *p, size_t n, void *caller)
{
	void *q;

	/* Before another thread is given the same address. */
	leave(p);
	q = __libc_realloc(p, n);
	return given(q != NULL || n == 0 ? q : p, caller) == q ? q : NULL;
}

void *
realloc(void *p, size_t n)
{
	if (strike(F_realloc, CALLER) > 0)
		return NULL;
	return grown(p, n, CALLER);
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	if (strike(F_reallocarray, CALLER) > 0)
		return NULL;
	if (size != 0 && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return grown(p, n * size, CALLER);
}

void
free(void *p)
{
	leave(p);
	__libc_free(p);
}

char *
strndup(const char *text, size_t max)
{
	size_t n = strnlen(text, max);
	char *p;

	if (strike(F_strndup, CALLER) > 0)
		return NULL;
	p = given(__libc_malloc(n + 1), CALLER);
	if (p == NULL)
		return NULL;
	memcpy(p, text, n);
	p[n] = '\0';
	return p;
}

char *
strdup(const char *text)
{
	size_t n = strlen(text) + 1;
	char *p;

	if (strike(F_strdup, CALLER) > 0)
		return NULL;
	p = given(__libc_malloc(n), CALLER);
	return p != NULL ? memcpy(p, text, n) : NULL;
}

int
asprintf(char **p, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (strike(F_asprintf, CALLER) > 0)
		return -1;
	va_start(ap, fmt);
	n = vasprintf(p, fmt, ap);
	va_end(ap);
	if (n != -1)
		given(*p, CALLER);
	return n;
}
