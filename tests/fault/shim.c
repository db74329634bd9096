/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into the program under test: makes one call of one function fail,
 * as its caller would see it if the kernel or the heap had failed.
 *
 *	FAULT=NAME:N:WHAT   the Nth call of NAME; WHAT is the name of an errno,
 *	                    "short" (half of the bytes; at least one)
 *	                    or "kill" (SIGKILL right before the call)
 *	FAULT=NAME:N-M:WHAT the Nth to the Mth
 *	FAULT_REPORT=FILE   at the end, a line for each function: NAME CALLS;
 *	                    "struck N": calls that did fail;
 *	                    "live N": allocations that were not freed
 *	FAULT_TRACE=FILE    what happens to the disk, a line for each call that
 *	                    succeeded, in order, and one for the beginning of
 *each sync: disk.py reads it
 *
 * Only calls out of the program itself count, not those of its libraries.
 */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim.h"

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
	{ "EAGAIN", EAGAIN }, { "ENOENT", ENOENT }, { "EINVAL", EINVAL },
	{ "ECHILD", ECHILD }, { "ECONNREFUSED", ECONNREFUSED },
	{ "EFAULT", EFAULT } };

static atomic_long calls[FUNCTIONS_END], struck;
static int which = -1, what;
static long nth, last;
static struct code {
	uintptr_t from, to;
} program, smf, glib;
static int trace_fd = -1;
static const char *report; /* FAULT_REPORT */
static atomic_bool over;   /* it has ended: what is called now is gcov's */
static pthread_once_t begun = PTHREAD_ONCE_INIT;

static bool
is_in(const struct code *code, void *caller)
{
	uintptr_t at = (uintptr_t)caller;

	return at >= code->from && at < code->to && !over;
}

bool
is_program(void *caller)
{
	return is_in(&program, caller);
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

int
strike_any(enum function f)
{
	long n = atomic_fetch_add(&calls[f], 1) + 1;

	if ((int)f != which || n < nth || n > last)
		return NONE;
	atomic_fetch_add(&struck, 1);
	if (what == KILL)
		kill(getpid(), SIGKILL);
	if (what > 0)
		errno = what;
	return what;
}

int
strike(enum function f, void *caller)
{
	if (!is_program(caller))
		return NONE;
	pthread_once(&begun, note_end);
	return strike_any(f);
}

int
strike_smf(enum function f, void *caller)
{
	return is_in(&smf, caller) || is_in(&glib, caller) ? strike_any(f)
							   : NONE;
}

size_t
part_of(int how, size_t n)
{
	return how == SHORT ? (n + 1) / 2 : n;
}

/* ---- The trace ---- */

const char *
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

void
trace(const char *fmt, ...)
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

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

void
trace_begin(void)
{
	if (trace_fd != -1)
		pthread_mutex_lock(&order);
}

void
trace_end(void)
{
	if (trace_fd != -1)
		pthread_mutex_unlock(&order);
}

void
trace_bytes(int fd, const void *p, ssize_t n, long long off)
{
	const uint8_t *bytes = p;
	char *line =
	    n > 0 && trace_fd != -1 ? __libc_malloc((size_t)n * 2 + 64) : NULL;
	int at;

	if (line == NULL)
		return;
	at = snprintf(line, 64, "write %d %lld ", fd, off);
	for (ssize_t i = 0; i < n; i++)
		at += snprintf(line + at, 3, "%02x", bytes[i]);
	line[at++] = '\n';
	if (syscall(SYS_write, trace_fd, line, (size_t)at) != at)
		_exit(98);
	__libc_free(line);
}

/* ---- Standard output and standard error ---- */

/* As libc does it: all, or what went before the failure. */
static ssize_t
stream_write(void *cookie, const char *text, size_t n)
{
	int fd = (int)(intptr_t)cookie;
	size_t done = 0;

	while (done < n) {
		int how = strike_any(fd == 1 ? F_stdout : F_stderr);
		ssize_t w = how > 0 ? -1
				    : syscall(SYS_write, fd, text + done,
					  part_of(how, n - done));

		if (w < 0)
			break;
		trace_bytes(fd, text + done, w, -1);
		done += (size_t)w;
	}
	return (ssize_t)done;
}

static FILE *
stream(intptr_t fd, int buffering)
{
	FILE *f = fopencookie(
	    (void *)fd, "w", (cookie_io_functions_t){ .write = stream_write });

	if (f == NULL || setvbuf(f, NULL, buffering, BUFSIZ) != 0)
		_exit(97);
	return f;
}

int
fileno(FILE *f)
{
	return f == stdout ? 1 : f == stderr ? 2 : REAL(fileno)(f);
}

/* ---- The beginning and the end ---- */

static struct code
code_of(const struct dl_phdr_info *info)
{
	struct code code = { 0 };

	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD &&
		    (info->dlpi_phdr[i].p_flags & PF_X) != 0) {
			code.from =
			    info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
			code.to = code.from + info->dlpi_phdr[i].p_memsz;
		}
	return code;
}

static int
find_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	program = code_of(info);
	return 1; /* the first one is the program */
}

static int
find_library(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	if (strstr(info->dlpi_name, "/libsmf.") != NULL)
		smf = code_of(info);
	if (strstr(info->dlpi_name, "/libglib-") != NULL)
		glib = code_of(info);
	return 0;
}

void
find_smf(void)
{
	dl_iterate_phdr(find_library, NULL);
}

static bool
parse(const char *text)
{
	char name[64], word[32];

	if (sscanf(text, "%63[^:]:%ld-%ld:%31s", name, &nth, &last, word) !=
	    4) {
		if (sscanf(text, "%63[^:]:%ld:%31s", name, &nth, word) != 3)
			return false;
		last = nth;
	}
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
	return which != -1 && what != NONE;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("FAULT_TRACE"), *text = getenv("FAULT");

	dl_iterate_phdr(find_program, NULL);
	stdout = stream(1, _IOFBF);
	stderr = stream(2, _IONBF);
	if (path != NULL)
		trace_fd = (int)syscall(SYS_openat, AT_FDCWD, path,
		    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (text != NULL && !parse(text)) {
		(void)!write(2, "bad FAULT\n", 10);
		_exit(99);
	}
	report = getenv("FAULT_REPORT");
	/* Not for the programs that it starts. */
	unsetenv("LD_PRELOAD");
	unsetenv("FAULT_REPORT");
}

__attribute__((destructor)) static void
end(void)
{
	FILE *f = report != NULL ? fopen(report, "w") : NULL;

	if (f == NULL)
		return;
	for (size_t i = 0; i < FUNCTIONS_END; i++)
		fprintf(f, "%s %ld\n", names[i], (long)calls[i]);
	fprintf(f, "struck %ld\nlive %zu\n", (long)struck, still_held());
	fclose(f);
}
