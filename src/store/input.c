/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "input.h"
#include "sxlib/store.h"

/*
 * Files are read, not mapped: if a mapped file is truncated or its stick
 * pulled, the process is killed (SIGBUS), while a read returns an error to
 * report. Small files and pipes are loaded whole; of a large file only a window
 * is in memory, as wide as its longest item.
 */
#define WHOLE ((uint64_t)1 << 20)
#define AHEAD ((size_t)64 << 10)

static int
input_grow(struct sx_input *in, size_t cap, struct sx_err *e)
{
	uint8_t *larger = realloc(in->buffer, cap);

	if (larger == NULL)
		return sx_fail_memory(e);
	in->buffer = larger;
	in->window = larger;
	in->cap = cap;
	return 0;
}

/* Read on until the window holds n bytes. */
static int
input_fill(struct sx_input *in, size_t n, struct sx_err *e)
{
	ssize_t r;

	if (n > in->cap && input_grow(in, n, e) == -1)
		return -1;
	while (in->have < n) {
		r = pread(in->fd, in->buffer + in->have, n - in->have,
		    (off_t)(in->from + in->have));
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return sx_fail(
			    e, SX_EIO, errno, "cannot read %s", in->name);
		if (r == 0)
			return sx_fail(e, SX_EIO, 0,
			    "%s was truncated while being read: %ju bytes "
			    "before, %ju now",
			    in->name, (uintmax_t)in->size,
			    (uintmax_t)(in->from + in->have));
		in->have += (size_t)r;
	}
	return 0;
}

/* Wait for a pipe, but only until a signal to stop is pending that the caller
 * has blocked. stop: a signalfd, or -1. */
static int
input_await(const struct sx_input *in, int stop, struct sx_err *e)
{
	struct pollfd fds[] = { { .fd = in->fd, .events = POLLIN },
		{ .fd = stop, .events = POLLIN } };

	while (poll(fds, 2, -1) == -1)
		if (errno != EINTR)
			return sx_fail(
			    e, SX_EIO, errno, "cannot read %s", in->name);
	if (fds[1].revents != 0)
		return sx_fail(e, SX_EIO, EINTR, "cannot read %s", in->name);
	return 0;
}

static int
input_stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

#define PIPE_MOST ((size_t)1 << 30)
#define PIPE_LOOK ((size_t)64 << 20) /* from here on free memory is checked */

/* Fail on an endless pipe before memory runs out. */
static int
check_pipe(const struct sx_input *in, struct sx_err *e)
{
	struct sx_memory free_quarter = { 0 };
	size_t most = PIPE_MOST;

	if (in->have < PIPE_LOOK)
		return 0;
	sx_memory_measure(&free_quarter);
	if (most > 2 * free_quarter.most + in->have)
		most = 2 * free_quarter.most + in->have;
	if (in->have < most && 2 * in->have <= most)
		return 0;
	sx_fail(e, SX_EDATA, 0,
	    "%s is endless or too long: %zu MiB read, more do not fit in "
	    "memory",
	    in->name, in->have >> 20);
	return sx_hint(e, "save it to a file first: files have no size limit");
}

/* Read a pipe to its end. */
static int
slurp_until(struct sx_input *in, int stop, struct sx_err *e)
{
	ssize_t r = 1;

	while (r != 0) {
		if (in->have == in->cap && check_pipe(in, e) == -1)
			return -1;
		if (in->have == in->cap &&
		    input_grow(in, in->cap == 0 ? AHEAD : in->cap * 2, e) == -1)
			return -1;
		if (input_await(in, stop, e) == -1)
			return -1;
		r = read(in->fd, in->buffer + in->have, in->cap - in->have);
		if (r == -1 && errno != EINTR && errno != EAGAIN)
			return sx_fail(
			    e, SX_EIO, errno, "cannot read %s", in->name);
		if (r > 0)
			in->have += (size_t)r;
	}
	in->size = in->have;
	return 0;
}

static int
input_slurp(struct sx_input *in, struct sx_err *e)
{
	int stop = input_stop_signals();
	int rc = slurp_until(in, stop, e);

	if (stop != -1)
		close(stop);
	return rc;
}

static int
open_path(const char *path, const struct sx_input *in, struct sx_err *e)
{
	struct stat st;
	int fd;

	/* Before open(): opening a device can have side effects. */
	if (stat(path, &st) == -1)
		return sx_fail(e, SX_EIO, errno, "cannot open %s", in->name);
	if (S_ISDIR(st.st_mode))
		return sx_fail(
		    e, SX_EIO, 0, "%s is a folder, not a file", in->name);
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		return sx_fail(
		    e, SX_EIO, 0, "%s is a device, not a file", in->name);
	/* O_NONBLOCK: input_await() waits for the writer of a FIFO. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1)
		return sx_fail(e, SX_EIO, errno, "cannot open %s", in->name);
	return fd;
}

static int
input_stdin(struct sx_err *e)
{
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (fd == -1)
		return sx_fail(e, SX_EIO, errno, "cannot read standard input");
	return fd;
}

static void
close_fd(struct sx_input *in)
{
	if (in->fd != -1)
		close(in->fd);
	in->fd = -1;
}

int
sx_input_open(struct sx_input *in, const char *path, struct sx_err *e)
{
	bool standard = strcmp(path, "-") == 0;
	struct timespec now;
	struct stat st;

	*in = (struct sx_input){ .fd = -1 };
	if (standard)
		in->name = strdup("standard input");
	else if (asprintf(&in->name, "'%s'", path) == -1)
		in->name = NULL;
	if (in->name == NULL)
		return sx_fail_memory(e);
	in->fd = standard ? input_stdin(e) : open_path(path, in, e);
	if (in->fd == -1)
		return -1;
	if (fstat(in->fd, &st) == -1)
		return sx_fail(e, SX_EIO, errno, "cannot read %s", in->name);
	if (S_ISDIR(st.st_mode))
		return sx_fail(
		    e, SX_EIO, 0, "%s is a folder, not a file", in->name);
	if (S_ISREG(st.st_mode)) {
		in->mtime = sx_time_of(&st.st_mtim);
		in->size = (uint64_t)st.st_size;
	} else {
		/* Data from a pipe arrives now. */
		clock_gettime(CLOCK_REALTIME, &now);
		in->mtime = sx_time_of(&now);
	}
	/* Standard input is read from its current position. */
	if (standard || !S_ISREG(st.st_mode)) {
		if (input_slurp(in, e) == -1)
			return -1;
		close_fd(in);
	} else if (in->size <= WHOLE) {
		if (input_fill(in, (size_t)in->size, e) == -1)
			return -1;
		close_fd(in);
	}
	return 0;
}

int
sx_input_memory(
    struct sx_input *in, const uint8_t *data, size_t n, struct sx_err *e)
{
	*in =
	    (struct sx_input){ .fd = -1, .window = data, .have = n, .size = n };
	in->name = strdup("memory");
	return in->name != NULL ? 0 : sx_fail_memory(e);
}

void
sx_input_close(struct sx_input *in)
{
	close_fd(in);
	free(in->buffer);
	free(in->name);
	*in = (struct sx_input){ .fd = -1 };
}

int
sx_input_too_long(const struct sx_input *in, uint64_t off, struct sx_err *e)
{
	return sx_fail(e, SX_EDATA, 0,
	    "%s: offset %ju: a message over %zu MiB is too long to fit in "
	    "memory",
	    in->name, (uintmax_t)off, SX_ITEM_MOST >> 20);
}

void
sx_input_share(struct sx_input *view, const struct sx_input *in)
{
	*view = *in;
	view->buffer = NULL;
	view->cap = 0;
	if (in->fd == -1)
		return;
	view->window = NULL;
	view->from = 0;
	view->have = 0;
}

void
sx_input_unshare(struct sx_input *view)
{
	free(view->buffer);
	view->buffer = NULL;
}

const uint8_t *
sx_input_at(struct sx_input *in, uint64_t off, size_t n, struct sx_err *e)
{
	uint64_t past = off - in->from; /* huge if off is before the window */
	uint64_t left = in->size - off;

	if (past <= in->have && n <= in->have - past)
		return in->window + past;
	if (past < in->have) {
		in->have -= (size_t)past;
		memmove(in->buffer, in->buffer + past, in->have);
	} else {
		in->have = 0;
	}
	in->from = off;
	if (input_fill(in, left - n < AHEAD ? (size_t)left : n + AHEAD, e) ==
	    -1)
		return NULL;
	return in->window;
}
