/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_THREAD_H
#define SXLIB_THREAD_H

#include <pthread.h>

/*
 * Start a thread for work that may take long. It takes no signals, and does not
 * inherit the priority of a caller that runs before all others. Returns 0 or an
 * errno.
 */
int sx_thread_start(pthread_t *thread, void *(*main)(void *), void *arg);

#endif
