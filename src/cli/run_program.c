/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "receive.h"

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
		if (!names_fact(*p))
			all[n++] = *p;
	return all;
}

/* The child gets back the signals that a session blocks or ignores. */
static int
spawn(pid_t *pid, const char *program, const char *path, char **env)
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
	posix_spawnattr_setflags(
	    &attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn_file_actions_adddup2(
	    &files, STDERR_FILENO, STDOUT_FILENO);
	if (rc == 0)
		rc = posix_spawnp(pid, program, &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

void
run_program(struct cli *c, const char *program, const struct record *r)
{
	char **facts = facts_env(r), **env = NULL;
	int rc = ENOMEM, status = 0;
	pid_t pid;

	if (facts != NULL)
		env = whole_env(facts);
	if (env != NULL)
		rc = spawn(&pid, program, r->file, env);
	free(env);
	free_env(facts);
	if (rc != 0) {
		warn(c, "cannot run '%s': %s", program, strerror(rc));
		return;
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR) {
			warn(c, "cannot wait for '%s': %s", program,
			    strerror(errno));
			return;
		}
	if (WIFSIGNALED(status))
		warn(c, "'%s' was ended by signal %d", program,
		    WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		warn(c, "'%s' failed with status %d", program,
		    WEXITSTATUS(status));
}
