/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_NOTIFY_H
#define SXLIB_NOTIFY_H

#include <stdint.h>

/*
 * What a service manager is told: sd_notify(3) without its library. Each notice
 * is one datagram, and what cannot be told is not.
 */

/* A socket connected to $NOTIFY_SOCKET, to be closed; -1: nobody asks. */
int sx_notify_open(void);

/* How often, in us, the watchdog wants to hear WATCHDOG=1: half of what it
 * waits. 0: there is none. */
int64_t sx_notify_watchdog(void);

/* "READY=1", "STATUS=...". fd may be -1. */
void sx_notify(int fd, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
