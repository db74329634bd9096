/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * terminal SECONDS FILE COMMAND...: run a command on a terminal that shows
 * nothing for so long, as after Ctrl-S. Then all that it printed goes to FILE.
 * Exit status: its own, or 128 and the signal.
 */
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
	sleep((unsigned)strtoul(argv[1], NULL, 10));
	/* EIO: the other side is closed. */
	while (
	    (n = read(fd, buf, sizeof(buf))) > 0 || (n == -1 && errno == EINTR))
		if (n > 0 && write(out, buf, (size_t)n) != n)
			return 2;
	if (waitpid(pid, &status, 0) == -1)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
