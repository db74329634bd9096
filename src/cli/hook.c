/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook.h"
#include "say.h"
#include "sxlib/record.h"

#define RUNS_MOST 10000	  /* that wait */
#define LOOK_US	  50000	  /* where no descriptor tells of the end */
#define KILL_US	  2000000 /* from SIGTERM to SIGKILL */
/* The same at the end. */
#define LAST_LOOKS   20
#define LAST_LOOK_MS 10

struct hook_run {
	struct hook_run *next;
	char *path;
	char **facts;
};

struct hook {
	struct cli *c;
	struct sx_session *session;
	const char *program;
	int64_t timeout;
	struct hook_run *first, **end; /* that wait */
	size_t waiting, skipped;
	pid_t pid; /* of the one that runs; 0: none does */
	int fd;	   /* readable when it has ended; -1: there is no such thing */
	int64_t kill_at;
	bool ended; /* it was told to end */
	/* What has become of the last run; "": all was well. */
	char failure[HOOK_STATE];
};

/* The facts, and environ without what has the name of one: it is of another
 * dump, or the user's SXLIB_PORT. The texts stay where they are. */
static char **
whole_env(char **facts)
{
	size_t old = 0, n = 0;
	char **all;

	while (environ[old] != NULL)
		old++;
	while (facts[n] != NULL)
		n++;
	all = calloc(old + n + 1, sizeof(*all));
	if (all == NULL)
		return NULL;
	memcpy(all, facts, n * sizeof(*all));
	for (char **p = environ; *p != NULL; p++)
		if (!sx_record_is_env(*p))
			all[n++] = *p;
	return all;
}

/* The child gets back the signals that a session blocks or ignores. It has a
 * process group of its own, so that all of it can be ended. */
static int
hook_spawn(pid_t *pid, const char *program, const char *path, char **env)
{
	char *argv[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)path,
		NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, ignored;
	int rc;

	sigemptyset(&none);
	sigemptyset(&ignored);
	sigaddset(&ignored, SIGPIPE);
	sigaddset(&ignored, SIGXFSZ);
	rc = posix_spawn_file_actions_init(&files);
	if (rc != 0)
		return rc;
	rc = posix_spawnattr_init(&attr);
	if (rc != 0) {
		posix_spawn_file_actions_destroy(&files);
		return rc;
	}
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &ignored);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
					    POSIX_SPAWN_SETSIGDEF |
					    POSIX_SPAWN_SETPGROUP);
	rc = posix_spawn_file_actions_addopen(
	    &files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(
		    &files, STDERR_FILENO, STDOUT_FILENO);
	if (rc == 0)
		rc = posix_spawnp(pid, program, &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

struct hook *
hook_new(struct cli *c, struct sx_session *session, const char *program,
    int64_t timeout)
{
	struct hook *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->c = c;
	h->session = session;
	h->program = program;
	h->timeout = timeout;
	h->end = &h->first;
	h->fd = -1;
	return h;
}

static void
free_run(struct hook_run *run)
{
	free(run->path);
	sx_record_env_free(run->facts);
	free(run);
}

void
hook_add(struct hook *h, const struct sx_record *r)
{
	struct hook_run *run;

	if (h->waiting == RUNS_MOST) {
		if (h->skipped++ == 0)
			warn(h->c,
			    "'%s' is too slow: it is not run for every dump",
			    h->program);
		return;
	}
	run = calloc(1, sizeof(*run));
	if (run == NULL || (run->path = strdup(r->file)) == NULL ||
	    (run->facts = sx_record_env(r)) == NULL) {
		warn(h->c, "cannot run '%s': %s", h->program, strerror(ENOMEM));
		if (run != NULL)
			free_run(run);
		return;
	}
	*h->end = run;
	h->end = &run->next;
	h->waiting++;
	hook_step(h);
}

static void
hook_watch(struct hook *h)
{
	h->fd = -1;
#ifdef SYS_pidfd_open
	h->fd = (int)syscall(SYS_pidfd_open, h->pid, 0);
#endif
	sx_session_watch(h->session, SX_WATCH_PROGRAM, h->fd);
}

/* A run went wrong: report it, and remember it. */
static void __attribute__((format(printf, 2, 3)))
hook_failed(struct hook *h, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(h->failure, sizeof(h->failure), fmt, ap);
	va_end(ap);
	warn(h->c, "'%s' %s", h->program, h->failure);
}

void
hook_state(const struct hook *h, char buf[HOOK_STATE])
{
	bool failed = h->failure[0] != '\0';
	char waits[48] = "";

	buf[0] = '\0';
	if (h->waiting > 0)
		snprintf(waits, sizeof(waits), "%s%zu run%s wait%s",
		    failed ? ", " : "", h->waiting, plural(h->waiting),
		    h->waiting == 1 ? "s" : "");
	if (failed || h->waiting > 0)
		snprintf(buf, HOOK_STATE, "--exec: %s%.*s%s",
		    failed ? "the last run " : "", HOOK_STATE / 2, h->failure,
		    waits);
}

/* Begin the next run. */
static void
hook_begin(struct hook *h)
{
	struct hook_run *run = h->first;
	char **env = whole_env(run->facts);
	int rc = ENOMEM;

	h->first = run->next;
	if (h->first == NULL)
		h->end = &h->first;
	h->waiting--;
	if (env != NULL)
		rc = hook_spawn(&h->pid, h->program, run->path, env);
	free(env);
	free_run(run);
	if (rc != 0) {
		h->pid = 0;
		hook_failed(h, "cannot be run: %s", strerror(rc));
		return;
	}
	h->ended = false;
	h->kill_at = h->timeout > 0 ? sx_now().mono + h->timeout : INT64_MAX;
	hook_watch(h);
}

static void
report_end(struct hook *h, int status)
{
	if (h->ended)
		return; /* which was reported */
	if (WIFSIGNALED(status))
		hook_failed(h, "was ended by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		hook_failed(h, "failed with status %d", WEXITSTATUS(status));
	else
		h->failure[0] = '\0';
}

/* Has the run ended? */
static bool
hook_reap(struct hook *h)
{
	int status = 0;
	pid_t pid = waitpid(h->pid, &status, WNOHANG);

	if (pid == 0 || (pid == -1 && errno == EINTR))
		return false;
	if (pid == -1)
		warn(h->c, "cannot wait for '%s': %s", h->program,
		    strerror(errno));
	else
		report_end(h, status);
	if (h->fd != -1)
		close(h->fd);
	h->fd = -1;
	sx_session_watch(h->session, SX_WATCH_PROGRAM, -1);
	h->pid = 0;
	return true;
}

/* End the run: first it may tidy up. */
static void
hook_kill(struct hook *h, int64_t now)
{
	(void)kill(-h->pid, h->ended ? SIGKILL : SIGTERM);
	h->ended = true;
	h->kill_at = now + KILL_US;
}

void
hook_step(struct hook *h)
{
	int64_t now;

	if (h->pid != 0 && !hook_reap(h)) {
		now = sx_now().mono;
		if (now < h->kill_at)
			return;
		if (!h->ended)
			hook_failed(h,
			    "took longer than %g s: it is ended "
			    "(--exec-timeout)",
			    (double)h->timeout / 1e6);
		hook_kill(h, now);
		return;
	}
	while (h->pid == 0 && h->first != NULL)
		hook_begin(h);
}

int64_t
hook_due(const struct hook *h)
{
	int64_t look = sx_now().mono + LOOK_US;

	if (h->pid == 0)
		return INT64_MAX;
	return h->fd == -1 ? sx_earlier(look, h->kill_at) : h->kill_at;
}

bool
hook_is_busy(const struct hook *h)
{
	return h->pid != 0 || h->first != NULL;
}

void
hook_end(struct hook *h)
{
	size_t left = h->waiting + h->skipped;
	struct hook_run *run;

	if (h->pid != 0 && !hook_reap(h)) {
		warn(h->c, "'%s' is still running: it is ended", h->program);
		hook_kill(h, sx_now().mono);
		for (int i = 0; i < LAST_LOOKS && !hook_reap(h); i++)
			poll(NULL, 0, LAST_LOOK_MS);
		if (h->pid != 0)
			(void)kill(-h->pid, SIGKILL);
	}
	if (left > 0)
		warn(h->c, "'%s' was not run for %zu dump%s", h->program, left,
		    plural(left));
	while ((run = h->first) != NULL) {
		h->first = run->next;
		free_run(run);
	}
	h->end = &h->first;
	h->waiting = h->skipped = 0;
}

void
hook_free(struct hook *h)
{
	if (h == NULL)
		return;
	hook_end(h);
	if (h->fd != -1)
		close(h->fd);
	free(h);
}
