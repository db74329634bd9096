/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PANEL_WORKER_H
#define SXLIB_PANEL_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "sxlib/err.h"

/* A thread that writes what may take long, and the lock of what it is told. */
struct sx_worker {
	const char *what; /* it writes: "the status page", set by the caller */
	pthread_mutex_t lock; /* guards all that both threads use */
	/* Private, but for `quit`. */
	pthread_t thread;
	pthread_cond_t come, gone;
	bool running, over;
	bool quit; /* it is to end */
	/* What it failed with; told once, until it has worked again. */
	struct sx_err why;
	bool fails, news;
	int64_t began; /* what it does now; 0: nothing */
};

/* Start it: it takes no signals, and runs behind those that pass bytes on. -1
 * and e; w is then as before. */
int sx_worker_start(
    struct sx_worker *w, void *(*main)(void *), void *arg, struct sx_err *e);
/* Wake it. The lock is held. */
void sx_worker_wake(struct sx_worker *w);
/* Wait, in the thread, to be woken, until mono time `until`. The lock is
 * held. */
void sx_worker_wait(struct sx_worker *w, int64_t until);
/* In the thread: it begins something that may take long. The lock is held. */
void sx_worker_begins(struct sx_worker *w);
/* In the thread: what was done failed (code not SX_OK) or worked. The lock is
 * held. */
void sx_worker_did(struct sx_worker *w, const struct sx_err *why);
/* Has it failed, or does it not get on, and was that not told yet? Then e is
 * set. */
bool sx_worker_failed(struct sx_worker *w, struct sx_err *e);
/* The last thing that the thread does. The lock is not held. */
void sx_worker_over(struct sx_worker *w);
/* End it. false: it hangs, and still uses its memory. Sets e, an empty one, if
 * it failed or hangs and that was not told yet. */
bool sx_worker_stop(struct sx_worker *w, struct sx_err *e);

/* CLOCK_MONOTONIC, us. */
int64_t sx_worker_now(void);

#endif
