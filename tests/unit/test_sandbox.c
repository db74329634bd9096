/* SPDX-License-Identifier: ISC */
/* What a command in the sandbox can still do; each check in a child process. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/sandbox.c"
#include "scratch.h"

#ifdef LANDLOCK_ACCESS_FS_REFER

/* Not every kernel has it or permits its use. */
static void
needs_landlock(int abi)
{
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION) < abi)
		skip();
}

/* The exit status of check(), in the sandbox. */
static int
status_of(int (*check)(void))
{
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		sx_sandbox();
		_exit(check());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define DENIED(call) ((call) == -1 && errno == EACCES)

static int
starts_no_program(void)
{
	char name[] = "true";
	char *const argv[] = { name, NULL }, *const env[] = { NULL };

	return !DENIED(execve("/bin/true", argv, env));
}

static int
makes_nothing_odd(void)
{
	return !(DENIED(mkfifo("fifo", 0600)) &&
		 DENIED(symlink("/etc/passwd", "link")) &&
		 DENIED(mknod("socket", S_IFSOCK | 0600, 0)));
}

static int
uses_no_tcp(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd == -1 ||
	       !DENIED(connect(fd, (struct sockaddr *)&to, sizeof(to)));
}

static int
signals_nobody(void)
{
	return kill(getppid(), 0) != -1 || errno != EPERM;
}

/* Files, folders, renames between them, and devices. */
static int
does_its_work(void)
{
	int fd = open("part", O_RDWR | O_CREAT | O_EXCL, 0600), null;

	if (fd == -1 || write(fd, "x", 1) != 1 || ftruncate(fd, 0) == -1)
		return 1;
	if (mkdir("folder", 0700) == -1 || rename("part", "folder/file") == -1)
		return 2;
	if (link("folder/file", "again") == -1 || unlink("again") == -1 ||
	    unlink("folder/file") == -1 || rmdir("folder") == -1)
		return 3;
	null = open("/dev/null", O_RDWR);
	return null == -1 ? 4 : 0;
}

static void
test_denied(void **state)
{
	(void)state;
	needs_landlock(ABI_REFER);
	assert_int_equal(status_of(starts_no_program), 0);
	assert_int_equal(status_of(makes_nothing_odd), 0);
}

static void
test_denied_by_newer_kernels(void **state)
{
	(void)state;
	needs_landlock(ABI_SCOPE);
	assert_int_equal(status_of(uses_no_tcp), 0);
	assert_int_equal(status_of(signals_nobody), 0);
}

static void
test_allowed(void **state)
{
	(void)state;
	assert_int_equal(status_of(does_its_work), 0);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, scratch_enter, scratch_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_denied),
		TEST(test_denied_by_newer_kernels),
		TEST(test_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void
test_not_built(void **state)
{
	(void)state;
	skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_not_built) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
