/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_NOTIFY_H
#define SXLIB_NOTIFY_H

#include <stdint.h>

/*
 * Notifications to a service manager: sd_notify(3) without its library. Each
 * one is a single datagram. Errors are ignored.
 */

/* Returns a socket connected to $NOTIFY_SOCKET, which the caller closes; -1 if
 * it is unset or unusable. */
int sx_notify_open(void);

/* How often to send WATCHDOG=1, in us: half the watchdog's timeout. 0: no
 * watchdog. */
int64_t sx_notify_watchdog(void);

/* Send a notification: "READY=1", "STATUS=...". Does not block. fd may be
 * -1. */
void sx_notify(int fd, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
