/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"

/*
 * "-": raw MIDI bytes on standard input and output. Their open file
 * descriptions belong to other processes too, so they are not made
 * non-blocking: poll() is asked before each call instead.
 */

static bool
stdio_takes(const char *spec)
{
	return strcmp(spec, "-") == 0;
}

static struct midi_io *
stdio_open(const char *spec, unsigned dirs, struct sx_err *e)
{
	struct midi_io *io;

	if ((dirs & MIDI_IO_OUT) != 0 && isatty(STDOUT_FILENO)) {
		sx_fail(
		    e, SX_EUSAGE, 0, "--port -: standard output is a terminal");
		sx_hint(e, "send MIDI bytes to a port, a pipe or a file: "
			   "append '> FILE'");
		return NULL;
	}
	io = calloc(1, sizeof(*io));
	if (io != NULL && (io->name = strdup(spec)) != NULL)
		return io;
	free(io);
	sx_fail_memory(e);
	return NULL;
}

static size_t
stdio_pollfds(struct midi_io *io, unsigned dir, struct pollfd *fds, size_t max)
{
	(void)io;
	if (max == 0)
		return 0;
	*fds = dir == MIDI_IO_IN
		   ? (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN }
		   : (struct pollfd){ .fd = STDOUT_FILENO, .events = POLLOUT };
	return 1;
}

/* True if a call on it would not block now. */
static bool
stdio_ready(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, 0) == 1;
}

/* The process that writes into it waits. */
static bool
stdio_can_wait(const struct midi_io *io)
{
	(void)io;
	return true;
}

static int
stdio_read(struct midi_io *io, uint8_t *buf, size_t max, struct midi_io_in *in,
    struct sx_err *e)
{
	ssize_t n;

	(void)io;
	if (!stdio_ready(STDIN_FILENO, POLLIN))
		return 0;
	n = read(STDIN_FILENO, buf, max);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n == -1)
		return sx_fail(e, SX_EIO, errno, "standard input");
	in->len = (size_t)n;
	in->end = n == 0;
	return 0;
}

/* A pipe that is writable according to poll() has room for PIPE_BUF bytes, not
 * more. */
static ssize_t
stdio_write(struct midi_io *io, const uint8_t *buf, size_t n, struct sx_err *e)
{
	ssize_t put;

	(void)io;
	if (!stdio_ready(STDOUT_FILENO, POLLOUT))
		return 0;
	put = write(STDOUT_FILENO, buf, n < PIPE_BUF ? n : PIPE_BUF);
	if (put != -1)
		return put;
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	if (errno == EPIPE)
		return sx_fail(e, SX_EPORT, 0, "standard output: broken pipe");
	return sx_fail(e, SX_EIO, errno, "standard output");
}

static void
stdio_close(struct midi_io *io)
{
	free(io);
}

const struct midi_io_ops midi_io_stdio_ops = {
	.takes = stdio_takes,
	.open = stdio_open,
	.pollfds = stdio_pollfds,
	.can_wait = stdio_can_wait,
	.read = stdio_read,
	.write = stdio_write,
	.close = stdio_close,
};
