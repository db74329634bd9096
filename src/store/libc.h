/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_LIBC_H
#define SXLIB_STORE_LIBC_H

/* Functions and constants that C libraries other than glibc lack (musl 1.2). */

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* since Linux 5.14 */
#endif

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1U

static inline int
renameat2(int fd, const char *from, int to_fd, const char *to, unsigned flags)
{
	return (int)syscall(SYS_renameat2, fd, from, to_fd, to, flags);
}
#endif

#ifndef __GLIBC__
/* Only for open folders: name is ".". */
static inline int
scandirat(int fd, const char *name, struct dirent ***found,
    int (*wanted)(const struct dirent *),
    int (*order)(const struct dirent **, const struct dirent **))
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", fd, name);
	return scandir(path, found, wanted, order);
}
#endif

#endif
