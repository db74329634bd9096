/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PANEL_WORKER_H
#define SXLIB_PANEL_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "sxlib/err.h"

/* A thread for writes that may take long, and the lock for the data it gets. */
struct sx_worker {
	const char *what; /* its output: "the status page"; set by the caller */
	pthread_mutex_t lock; /* guards all data that both threads use */
	/* Private, except `quit`. */
	pthread_t thread;
	pthread_cond_t come, gone;
	bool running, over;
	bool quit; /* it must end */
	/* Its failure, reported once until it has worked again. */
	struct sx_err why;
	bool fails, news;
	int64_t began; /* mono time when its current task began; 0: none */
};

/* Start it: it receives no signals, and does not inherit a higher priority.
 * Returns -1 and sets e on failure; w is then as before. */
int sx_worker_start(
    struct sx_worker *w, void *(*main)(void *), void *arg, struct sx_err *e);
/* Wake it. The lock is held. */
void sx_worker_wake(struct sx_worker *w);
/* In the thread: wait until woken, or until mono time `until`. The lock is
 * held. */
void sx_worker_wait(struct sx_worker *w, int64_t until);
/* In the thread: a task that may take long begins. The lock is held. */
void sx_worker_begins(struct sx_worker *w);
/* In the thread: the task has failed (code not SX_OK) or worked. The lock is
 * held. */
void sx_worker_did(struct sx_worker *w, const struct sx_err *why);
/* True if it has failed, or hangs, and that was not reported yet. Then e is
 * set. */
bool sx_worker_failed(struct sx_worker *w, struct sx_err *e);
/* The last call in the thread. The lock is not held. */
void sx_worker_over(struct sx_worker *w);
/* End it. Returns false if it hangs and still uses its memory. Sets e, an empty
 * one, if it failed or hangs and that was not reported yet. */
bool sx_worker_stop(struct sx_worker *w, struct sx_err *e);

/* CLOCK_MONOTONIC, us. */
int64_t sx_worker_now(void);

#endif
