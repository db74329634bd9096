/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FAULT_SHIM_H
#define SXLIB_FAULT_SHIM_H

#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* clang-format off */
/* Every function that is struck. stdout and stderr: what their streams write;
 * libc's own write() is not seen. From fopen on: by libsmf, which is loaded when
 * it is needed, and in smf_alloc by GLib, too. */
#define FUNCTIONS                                                     \
	X(open) X(openat) X(close) X(read) X(pread) X(write) X(pwrite)    \
	X(stdout) X(stderr) X(fsync) X(renameat) X(renameat2) X(linkat)   \
	X(unlinkat) X(mkdirat) X(flock) X(fstat) X(stat) X(lstat)         \
	X(fstatat) X(fstatfs) X(fstatvfs) X(faccessat) X(ftruncate)       \
	X(fcntl) X(ioctl) X(mmap) X(memfd_create) X(poll) X(ppoll)        \
	X(nanosleep) X(eventfd) X(eventfd_read) X(eventfd_write)          \
	X(signalfd) X(timerfd_create) X(inotify_init1)                    \
	X(inotify_add_watch) X(socket) X(connect) X(send)                 \
	X(posix_spawnp) X(waitpid) X(pthread_create)                      \
	X(pthread_setschedparam) X(opendir) X(fdopendir) X(readdir)       \
	X(scandirat) X(scandir) X(dlopen) X(malloc) X(calloc) X(realloc)  \
	X(reallocarray) X(strdup) X(strndup) X(asprintf) X(vasprintf)     \
	X(mkdir) X(mkostemp) X(fchmod) X(rename) X(unlink) X(realpath)    \
	X(posix_spawn) X(fdopen) X(lseek) X(access) X(madvise)            \
	X(open_memstream) X(syncfs) X(sync_file_range)                    \
	X(fopen) X(fread) X(fwrite) X(fclose) X(smf_alloc)
/* clang-format on */

enum function {
#define X(name) F_##name,
	FUNCTIONS
#undef X
	    FUNCTIONS_END
};

enum { NONE = 0, SHORT = -1, KILL = -2 };

/* One more call of f. Is it to fail? NONE, SHORT, or an errno, which is set. */
int strike_any(enum function f);

/* The same if it comes from the program itself, and not from a library. */
int strike(enum function f, void *caller);
bool is_program(void *caller);

/* The same if it comes from libsmf or GLib; where these are. */
int strike_smf(enum function f, void *caller);
void find_smf(void);

/* What a call may still do of the n bytes that it is asked for. */
size_t part_of(int struck, size_t n);

/* Lines of FAULT_TRACE. */
void trace(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void trace_bytes(int fd, const void *p, ssize_t n, long long off);

/* From a call that changes names or descriptors to its line: no other thread
 * makes one in between. */
void trace_begin(void);
void trace_end(void);

/* The path that a call names, made absolute; in buf if need be. */
const char *full(char buf[2 * PATH_MAX], int at, const char *path);

/* Allocations of the program that were not freed. */
size_t still_held(void);

/* The real function behind ours; its type is that of ours. */
#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))
#define CALLER	   __builtin_return_address(0)

/* libc's own names: dlsym() itself allocates. */
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void __libc_free(void *p);

/* A function that does nothing if it is struck. */
#define FAILS(type, failure, name, parameters, arguments)                   \
	type name parameters                                                \
	{                                                                   \
		return strike(F_##name, CALLER) > 0 ? failure               \
						    : REAL(name) arguments; \
	}

#endif
