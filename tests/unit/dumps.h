/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TEST_DUMPS_H
#define SXLIB_TEST_DUMPS_H

/* Dumps of real instruments, which are not part of the project. Include after
 * cmocka.h. */
#include <stdlib.h>
#include <unistd.h>

/* Skip the test if they are missing, or let it fail if SXLIB_STRICT is set. */
static inline void
need_dumps(const char *folder)
{
	if (access(folder, R_OK) == 0)
		return;
	if (getenv("SXLIB_STRICT") != NULL)
		fail_msg("SXLIB_STRICT: no dumps at '%s'", folder);
	skip();
}

#endif
