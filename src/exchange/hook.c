/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sxlib/hook.h"

#define RUNS_MOST 10000	  /* queued runs */
#define LOOK_US	  50000	  /* poll interval without a pidfd */
#define KILL_US	  2000000 /* from SIGTERM to SIGKILL */
/* From SIGTERM to SIGKILL, at the end. */
#define LAST_LOOKS   20
#define LAST_LOOK_MS 10

struct hook_run {
	struct hook_run *next;
	char *path;
	char **facts;
};

struct sx_hook {
	struct sx_session *session;
	const char *program;
	int64_t timeout;
	struct hook_run *first, **end; /* queued */
	size_t waiting, skipped;
	pid_t pid; /* of the current run; 0: none */
	int fd;	   /* readable once it has ended; -1: no pidfd */
	int64_t kill_at;
	bool ended;		   /* SIGTERM was sent */
	struct sx_hook_event last; /* outcome of the last run */
	/* To be reported. */
	bool too_slow, ending;
	size_t unadded;
};

/* Return the facts, and environ without variables of their names: these are of
 * another dump, or the user's SXLIB_PORT. The texts are not copied. */
static char **
hook_env(char **facts)
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

/* Start the program. The child gets back the signals that a session blocks or
 * ignores, and its own process group, so that all of it can be killed. */
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

struct sx_hook *
sx_hook_new(struct sx_session *session, const char *program, int64_t timeout)
{
	struct sx_hook *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->session = session;
	h->program = program;
	h->timeout = timeout;
	h->end = &h->first;
	h->fd = -1;
	return h;
}

static void
hook_free_run(struct hook_run *run)
{
	free(run->path);
	sx_record_env_free(run->facts);
	free(run);
}

void
sx_hook_add(struct sx_hook *h, const struct sx_record *r)
{
	struct hook_run *run;

	if (h->waiting == RUNS_MOST) {
		h->too_slow |= h->skipped++ == 0;
		return;
	}
	run = calloc(1, sizeof(*run));
	if (run == NULL || (run->path = strdup(r->file)) == NULL ||
	    (run->facts = sx_record_env(r)) == NULL) {
		h->unadded++;
		if (run != NULL)
			hook_free_run(run);
		return;
	}
	*h->end = run;
	h->end = &run->next;
	h->waiting++;
}

static void
hook_watch(struct sx_hook *h)
{
	h->fd = -1;
#ifdef SYS_pidfd_open
	h->fd = (int)syscall(SYS_pidfd_open, h->pid, 0);
#endif
	sx_session_watch(h->session, SX_WATCH_PROGRAM, h->fd);
}

static bool
hook_tell(struct sx_hook_event *ev, enum sx_hook_type type, int code)
{
	*ev = (struct sx_hook_event){ .type = type, .code = code };
	return true;
}

/* Report a failed run and remember it. */
static bool
hook_failed(struct sx_hook *h, struct sx_hook_event *ev, enum sx_hook_type type,
    int code)
{
	(void)hook_tell(&h->last, type, code);
	return hook_tell(ev, type, code);
}

static void
hook_drop_first(struct sx_hook *h)
{
	struct hook_run *run = h->first;

	h->first = run->next;
	if (h->first == NULL)
		h->end = &h->first;
	h->waiting--;
	hook_free_run(run);
}

/* Start the next run. Returns true and sets *ev if it cannot be started. */
static bool
hook_begin(struct sx_hook *h, struct sx_hook_event *ev)
{
	char **env = hook_env(h->first->facts);
	int rc = ENOMEM;

	if (env != NULL)
		rc = hook_spawn(&h->pid, h->program, h->first->path, env);
	free(env);
	hook_drop_first(h);
	if (rc != 0) {
		h->pid = 0;
		return hook_failed(h, ev, SX_HOOK_CANNOT_RUN, rc);
	}
	h->ended = false;
	h->kill_at = h->timeout > 0 ? sx_now().mono + h->timeout : INT64_MAX;
	hook_watch(h);
	return false;
}

/* Judge how a run ended. One that was killed here has been reported. */
static bool
hook_judge(struct sx_hook *h, int status, struct sx_hook_event *ev)
{
	if (h->ended)
		return false;
	if (WIFSIGNALED(status))
		return hook_failed(h, ev, SX_HOOK_SIGNAL, WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return hook_failed(h, ev, SX_HOOK_STATUS, WEXITSTATUS(status));
	h->last = (struct sx_hook_event){ .type = SX_HOOK_WELL };
	return false;
}

/* Reap the run if it has ended: then h->pid is 0. Returns true and sets *ev if
 * there is something to report. */
static bool
hook_reap(struct sx_hook *h, struct sx_hook_event *ev)
{
	int status = 0, error;
	pid_t pid = waitpid(h->pid, &status, WNOHANG);

	error = errno;
	if (pid == 0 || (pid == -1 && error == EINTR))
		return false;
	if (h->fd != -1)
		close(h->fd);
	h->fd = -1;
	sx_session_watch(h->session, SX_WATCH_PROGRAM, -1);
	h->pid = 0;
	if (pid == -1)
		return hook_tell(ev, SX_HOOK_CANNOT_WAIT, error);
	return hook_judge(h, status, ev);
}

/* End the run: SIGTERM first, so that it may tidy up. */
static void
hook_kill(struct sx_hook *h, int64_t now)
{
	(void)kill(-h->pid, h->ended ? SIGKILL : SIGTERM);
	h->ended = true;
	h->kill_at = now + KILL_US;
}

/* End the run if its time is up. */
static bool
hook_look_at_time(struct sx_hook *h, struct sx_hook_event *ev)
{
	const int64_t now = sx_now().mono;
	const bool first = !h->ended;

	if (now < h->kill_at)
		return false;
	hook_kill(h, now);
	return first && hook_failed(h, ev, SX_HOOK_LATE, 0);
}

/* At the end: finish the run, then report those that are left. */
static bool
hook_finish(struct sx_hook *h, struct sx_hook_event *ev)
{
	size_t left = h->waiting + h->skipped;
	const bool runs = h->pid != 0;

	if (runs && hook_reap(h, ev))
		return true;
	if (h->pid != 0) {
		hook_kill(h, sx_now().mono);
		for (int i = 0; i < LAST_LOOKS && h->pid != 0; i++) {
			poll(NULL, 0, LAST_LOOK_MS);
			(void)hook_reap(h, ev);
		}
		if (h->pid != 0)
			(void)kill(-h->pid, SIGKILL);
		h->pid = 0;
		return hook_tell(ev, SX_HOOK_STILL_RUNS, 0);
	}
	while (h->first != NULL)
		hook_drop_first(h);
	h->skipped = 0;
	h->ending = false;
	*ev = (struct sx_hook_event){ .type = SX_HOOK_NOT_RUN, .dumps = left };
	return left > 0;
}

void
sx_hook_end(struct sx_hook *h)
{
	h->ending = true;
}

bool
sx_hook_next(struct sx_hook *h, struct sx_hook_event *ev)
{
	if (h->too_slow) {
		h->too_slow = false;
		return hook_tell(ev, SX_HOOK_TOO_SLOW, 0);
	}
	if (h->unadded > 0) {
		h->unadded--;
		return hook_tell(ev, SX_HOOK_NO_MEMORY, 0);
	}
	if (h->ending)
		return hook_finish(h, ev);
	if (h->pid != 0 && hook_reap(h, ev))
		return true;
	if (h->pid != 0)
		return hook_look_at_time(h, ev);
	while (h->pid == 0 && h->first != NULL)
		if (hook_begin(h, ev))
			return true;
	return false;
}

int64_t
sx_hook_due(const struct sx_hook *h)
{
	int64_t look = sx_now().mono + LOOK_US;

	if (h->pid == 0)
		return INT64_MAX;
	return h->fd == -1 ? sx_earlier(look, h->kill_at) : h->kill_at;
}

const char *
sx_hook_program(const struct sx_hook *h)
{
	return h->program;
}

int64_t
sx_hook_timeout(const struct sx_hook *h)
{
	return h->timeout;
}

bool
sx_hook_is_busy(const struct sx_hook *h)
{
	return h->pid != 0 || h->first != NULL;
}

char *
sx_hook_text(
    char buf[SX_HOOK_TEXT], const struct sx_hook_event *ev, int64_t timeout)
{
	buf[0] = '\0';
	if (ev->type == SX_HOOK_CANNOT_RUN)
		snprintf(
		    buf, SX_HOOK_TEXT, "cannot be run: %s", strerror(ev->code));
	else if (ev->type == SX_HOOK_SIGNAL)
		snprintf(
		    buf, SX_HOOK_TEXT, "was killed by signal %d", ev->code);
	else if (ev->type == SX_HOOK_STATUS)
		snprintf(buf, SX_HOOK_TEXT, "failed with status %d", ev->code);
	else if (ev->type == SX_HOOK_LATE)
		snprintf(buf, SX_HOOK_TEXT,
		    "exceeded %g s: killed (--exec-timeout)",
		    (double)timeout / 1e6);
	else if (ev->type == SX_HOOK_TOO_SLOW)
		snprintf(buf, SX_HOOK_TEXT,
		    "is too slow: it will not run for every dump");
	else if (ev->type == SX_HOOK_STILL_RUNS)
		snprintf(buf, SX_HOOK_TEXT, "is still running: killed");
	else if (ev->type == SX_HOOK_NOT_RUN)
		snprintf(buf, SX_HOOK_TEXT, "was not run for %zu dump%s",
		    ev->dumps, ev->dumps == 1 ? "" : "s");
	return buf;
}

char *
sx_hook_state(char buf[SX_HOOK_STATE], const struct sx_hook *h)
{
	char waits[48] = "", failure[SX_HOOK_TEXT];
	bool failed = sx_hook_text(failure, &h->last, h->timeout)[0] != '\0';

	if (h->waiting > 0)
		snprintf(waits, sizeof(waits), "%s%zu run%s",
		    failed ? ", " : "", h->waiting,
		    h->waiting == 1 ? " waits" : "s wait");
	buf[0] = '\0';
	if (failed || h->waiting > 0)
		snprintf(buf, SX_HOOK_STATE, "--exec: %s%s%s",
		    failed ? "last run " : "", failure, waits);
	return buf;
}

void
sx_hook_free(struct sx_hook *h)
{
	struct sx_hook_event ev;

	if (h == NULL)
		return;
	h->ending = true;
	while (sx_hook_next(h, &ev))
		continue;
	if (h->fd != -1)
		close(h->fd);
	free(h);
}
