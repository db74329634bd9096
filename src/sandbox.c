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

/* Versions of Landlock: the first that allows renames between folders, that
 * knows TCP, that knows signals. */
enum { ABI_REFER = 2, ABI_NET = 4, ABI_SCOPE = 6 };

/* What <linux/landlock.h> calls these where it is new enough. */
#define NET_ALL	     (1u << 0 | 1u << 1)
#define SCOPE_SIGNAL (1u << 1)

/* What a ruleset denies where no rule allows it, as the newest kernel has it;
 * an older one takes zeros for what it does not know. */
struct ruleset {
	uint64_t fs, net, scoped;
};

/* Renames are denied unless a rule allows them, and no other right has one. */
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
