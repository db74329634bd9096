/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SESSION_SLEEP_H
#define SXLIB_SESSION_SLEEP_H

#include <poll.h>
#include <stdint.h>

#define SESSION_FOREVER INT64_C(-1)

/*
 * poll() that waits at most us microseconds, or SESSION_FOREVER. Returns as
 * poll() does, with errno.
 */
int session_sleep(struct pollfd *fds, nfds_t n, int64_t us);

#endif
