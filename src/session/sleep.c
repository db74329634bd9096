/* SPDX-License-Identifier: ISC */

/*
 * A file of its own because it is built without _FORTIFY_SOURCE: where long has
 * 32 bits, the checked ppoll() of glibc 2.36 (Debian 12) reads a time of 32
 * bits although time_t has 64, so that waiting for less than a second returns
 * at once.
 */
#undef _FORTIFY_SOURCE

#include <time.h>

#include "sleep.h"

int
session_sleep(struct pollfd *fds, nfds_t n, int64_t us)
{
	struct timespec most = { .tv_sec = (time_t)(us / 1000000),
		.tv_nsec = (long)(us % 1000000 * 1000) };

	return ppoll(fds, n, us == SESSION_FOREVER ? NULL : &most, NULL);
}
