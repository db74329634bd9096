/* SPDX-License-Identifier: ISC */
/* What the confined sxlib-audio can still do; each check in a child process. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/audio/confine.c"

/* The exit status of check(), confined. */
static int
status_of(int (*check)(void))
{
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		confine();
		_exit(check());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
needs_confinement(void)
{
#if defined(UNCONFINED) || !defined(ARCH)
	skip();
#endif
}

#define REFUSED(call) ((call) == -1 && errno == EPERM)

static int
refuses_files(void)
{
	return !(REFUSED(open("/dev/null", O_RDONLY)) &&
		 REFUSED(unlink("/nonexistent")) &&
		 REFUSED(mkdir("/tmp/nonexistent", 0700)) && REFUSED(dup(0)));
}

static int
refuses_programs(void)
{
	char *const argv[] = { NULL };

	return !(REFUSED(execve("/bin/true", argv, argv)) && REFUSED(fork()) &&
		 REFUSED(kill(getppid(), 0)) &&
		 REFUSED(prctl(PR_SET_DUMPABLE, 0)));
}

static int
refuses_network(void)
{
	return !(REFUSED(socket(AF_INET, SOCK_STREAM, 0)) &&
		 REFUSED(socket(AF_UNIX, SOCK_STREAM, 0)));
}

static int
refuses_code(void)
{
	const int all = PROT_READ | PROT_WRITE | PROT_EXEC;
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, flags, -1, 0);

	if (p == MAP_FAILED ||
	    mmap(NULL, 4096, all, flags, -1, 0) != MAP_FAILED)
		return 1;
	return !REFUSED(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

static int
has_limits(void)
{
	struct rlimit core, memory, time;
	volatile size_t much = (size_t)2 << 30;
	void *volatile p = malloc(much);

	/* Reading the limits is refused, too: they were set before. */
	return p != NULL || !REFUSED(getrlimit(RLIMIT_CORE, &core)) ||
	       !REFUSED(getrlimit(RLIMIT_AS, &memory)) ||
	       !REFUSED(getrlimit(RLIMIT_CPU, &time));
}

/* The operations that it needs. */
static int
allows_work(void)
{
	size_t n = (size_t)64 << 20;
	char *p = malloc(n), *q;
	int fd = STDERR_FILENO;

	if (p == NULL)
		return 1;
	memset(p, 1, n);
	q = realloc(p, 2 * n);
	if (q == NULL)
		return 2;
	free(q);
	return write(fd, "", 0) != 0;
}

static void
test_refused(void **state)
{
	(void)state;
	needs_confinement();
	assert_int_equal(status_of(refuses_files), 0);
	assert_int_equal(status_of(refuses_programs), 0);
	assert_int_equal(status_of(refuses_network), 0);
	assert_int_equal(status_of(refuses_code), 0);
	assert_int_equal(status_of(has_limits), 0);
}

static void
test_allowed(void **state)
{
	(void)state;
	assert_int_equal(status_of(allows_work), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
