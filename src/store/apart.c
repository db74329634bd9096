/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "apart.h"

#define LOOK_MS	   1000
#define STILL_MOST 30 /* looks without progress */

/* The result that the child process sends. */
struct answer {
	int rc;
	char why[SX_APART_WHY];
};

/* Leave no core dump, and discard what GLib prints when the child dies. */
static void
be_quiet(void)
{
	const struct rlimit none = { 0, 0 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (null != -1) {
		(void)dup2(null, STDOUT_FILENO);
		(void)dup2(null, STDERR_FILENO);
	}
}

static _Noreturn void
work_and_answer(sx_apart_work *work, void *arg, int out)
{
	struct answer answer = { .rc = -1 };
	ssize_t w;

	be_quiet();
	answer.rc = work(arg, answer.why);
	w = write(out, &answer, sizeof(answer));
	_exit(w == (ssize_t)sizeof(answer) ? 0 : 1);
}

/* Return the processor time that the process has used, in ns. */
static int64_t
time_used(pid_t pid)
{
	struct timespec t = { 0, 0 };
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &t) == -1)
		return 0;
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Wait until the child has answered or died. Returns false if it hangs. */
static bool
apart_await(pid_t pid, int in)
{
	struct pollfd p = { .fd = in, .events = POLLIN };
	int64_t used = 0, now;
	int still = 0;

	for (;;) {
		if (poll(&p, 1, LOOK_MS) == 1)
			return true;
		now = time_used(pid);
		still = now == used ? still + 1 : 0;
		used = now;
		if (still >= STILL_MOST)
			return false;
	}
}

static int
apart_reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return 0;
	return status;
}

/* Report that the child died without an answer. */
static int
fail_dead(const char *what, int status, struct sx_err *e)
{
	if (WIFSIGNALED(status))
		return sx_fail(e, SX_EIO, 0,
		    "%s was killed by signal %d: out of memory?", what,
		    WTERMSIG(status));
	return sx_fail(e, SX_EIO, 0, "%s exited with status %d", what,
	    WEXITSTATUS(status));
}

static int
apart_read_answer(pid_t pid, int in, const char *what, struct sx_err *e)
{
	struct answer answer = { 0 };
	bool hangs = !apart_await(pid, in);
	ssize_t r = -1;
	int status;

	if (hangs)
		(void)kill(pid, SIGKILL);
	else
		do
			r = read(in, &answer, sizeof(answer));
		while (r == -1 && errno == EINTR);
	status = apart_reap(pid);
	if (hangs)
		return sx_fail(e, SX_EIO, 0, "%s hangs", what);
	if (r != (ssize_t)sizeof(answer))
		return fail_dead(what, status, e);
	if (answer.rc == 0)
		return 0;
	answer.why[sizeof(answer.why) - 1] = '\0';
	return sx_fail(e, SX_EIO, 0, "%s: %s", what,
	    answer.why[0] != '\0' ? answer.why : "no reason given");
}

int
sx_apart(sx_apart_work *work, void *arg, const char *what, struct sx_err *e)
{
	int ends[2], rc;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return sx_fail(e, SX_EIO, errno, "%s", what);
	pid = fork();
	if (pid == 0)
		work_and_answer(work, arg, ends[1]);
	rc = pid == -1 ? sx_fail(e, SX_EIO, errno, "%s", what) : 0;
	close(ends[1]);
	if (pid != -1)
		rc = apart_read_answer(pid, ends[0], what, e);
	close(ends[0]);
	return rc;
}
