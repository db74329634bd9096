/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_THREAD_H
#define SXLIB_THREAD_H

#include <pthread.h>

/*
 * Start a thread for work that may take long. It blocks all signals, and does
 * not inherit the caller's real-time priority. Returns 0 or an errno.
 */
int sx_thread_start(pthread_t *thread, void *(*main)(void *), void *arg);

#endif
