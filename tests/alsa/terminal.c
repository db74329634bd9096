/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * terminal SECONDS FILE COMMAND...: run a command on a terminal that stands
 * still for so long, as after Ctrl-S, once the command says that it is
 * listening. All that it prints goes to FILE. Exit status: its own, or 128 and
 * the signal.
 */

#define SIGN "listening on"

/* EIO: the other side is closed. */
static ssize_t
read_on(int fd, char *buf, size_t size)
{
	ssize_t n;

	do
		n = read(fd, buf, size);
	while (n == -1 && errno == EINTR);
	return n > 0 ? n : 0;
}

/* It says no more before the first dump. */
static size_t
read_until_sign(int fd, char *buf, size_t size)
{
	size_t n = 0, got;

	do {
		got = (size_t)read_on(fd, buf + n, size - n);
		n += got;
	} while (
	    got > 0 && n < size && memmem(buf, n, SIGN, strlen(SIGN)) == NULL);
	return n;
}

int
main(int argc, char *argv[])
{
	char buf[4096];
	ssize_t n;
	int fd, out, status;
	pid_t pid;

	if (argc < 4)
		return 2;
	out = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (out == -1) {
		perror(argv[2]);
		return 2;
	}
	pid = forkpty(&fd, NULL, NULL, NULL);
	if (pid == -1) {
		perror("forkpty");
		return 2;
	}
	if (pid == 0) {
		execvp(argv[3], argv + 3);
		perror(argv[3]);
		_exit(127);
	}
	n = (ssize_t)read_until_sign(fd, buf, sizeof(buf));
	if (write(out, buf, (size_t)n) != n)
		return 2;
	sleep((unsigned)strtoul(argv[1], NULL, 10));
	while ((n = read_on(fd, buf, sizeof(buf))) > 0)
		if (write(out, buf, (size_t)n) != n)
			return 2;
	if (waitpid(pid, &status, 0) == -1)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
