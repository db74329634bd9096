/* SPDX-License-Identifier: ISC */
#include "sxlib/sandbox.h"

#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif

#ifdef LANDLOCK_ACCESS_FS_REFER
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The first Landlock versions with renames between folders, TCP, and
 * signals. */
enum { ABI_REFER = 2, ABI_NET = 4, ABI_SCOPE = 6 };

/* An older <linux/landlock.h> does not define these. */
#define NET_ALL	     (1u << 0 | 1u << 1)
#define SCOPE_SIGNAL (1u << 1)

/*
 * Rights that a ruleset denies unless a rule allows them, in the newest
 * kernel's form; an older kernel accepts zeros in fields that it does not know.
 */
struct ruleset {
	uint64_t fs, net, scoped;
};

/* Renames are denied unless a rule allows them; no other right has a rule. */
static const uint64_t denied =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |
    LANDLOCK_ACCESS_FS_REFER;

static int
new_ruleset(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	const struct ruleset set = {
		.fs = denied,
		.net = abi >= ABI_NET ? NET_ALL : 0,
		.scoped = abi >= ABI_SCOPE ? SCOPE_SIGNAL : 0,
	};

	if (abi < ABI_REFER)
		return -1;
	return (int)syscall(SYS_landlock_create_ruleset, &set, sizeof(set), 0);
}

static int
allow_renames(int rules)
{
	struct landlock_path_beneath_attr everywhere = {
		.allowed_access = LANDLOCK_ACCESS_FS_REFER,
		.parent_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC),
	};
	long rc = -1;

	if (everywhere.parent_fd == -1)
		return -1;
	rc = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
	    &everywhere, 0);
	close(everywhere.parent_fd);
	return (int)rc;
}

void
sx_sandbox(void)
{
	int rules = new_ruleset();

	if (rules == -1)
		return;
	if (allow_renames(rules) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		(void)syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
}

#else

void
sx_sandbox(void)
{
}

#endif
