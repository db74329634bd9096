/* SPDX-License-Identifier: ISC */
#include <time.h>

#include "sxlib/thread.h"
#include "worker.h"

#define END_US	 300000	 /* maximum time for the end */
#define STUCK_US 5000000 /* without progress */

int64_t
sx_worker_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int
sx_worker_start(
    struct sx_worker *w, void *(*main)(void *), void *arg, struct sx_err *e)
{
	pthread_condattr_t attr;
	pthread_mutexattr_t heir;
	int rc;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	/* A thread waiting for the lock may have a higher priority. */
	pthread_mutexattr_init(&heir);
	pthread_mutexattr_setprotocol(&heir, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&w->lock, &heir);
	pthread_mutexattr_destroy(&heir);
	pthread_cond_init(&w->come, &attr);
	pthread_cond_init(&w->gone, &attr);
	pthread_condattr_destroy(&attr);
	rc = sx_thread_start(&w->thread, main, arg);
	w->running = rc == 0;
	return rc == 0 ? 0
		       : sx_fail(e, SX_EIO, rc, "cannot start another thread");
}

void
sx_worker_wake(struct sx_worker *w)
{
	pthread_cond_signal(&w->come);
}

static int
worker_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until)
{
	const struct timespec late = { .tv_sec = (time_t)(until / 1000000),
		.tv_nsec = (long)(until % 1000000 * 1000) };

	if (until == INT64_MAX)
		return pthread_cond_wait(cond, lock);
	return pthread_cond_timedwait(cond, lock, &late);
}

void
sx_worker_wait(struct sx_worker *w, int64_t until)
{
	(void)worker_wait(&w->come, &w->lock, until);
}

void
sx_worker_begins(struct sx_worker *w)
{
	w->began = sx_worker_now();
}

void
sx_worker_did(struct sx_worker *w, const struct sx_err *why)
{
	const bool failed = why->code != SX_OK;

	if (failed && !w->fails) {
		w->why = *why;
		w->news = true;
	}
	w->fails = failed;
	w->began = 0;
}

/* Report that it hangs, like a failure. The lock is held. */
static void
worker_hangs(struct sx_worker *w)
{
	struct sx_err why = { 0 };
	const int64_t began = w->began;

	sx_fail(&why, SX_EIO, 0, "%s: its disk or device does not respond",
	    w->what);
	sx_worker_did(w, &why);
	w->began = began;
}

bool
sx_worker_failed(struct sx_worker *w, struct sx_err *e)
{
	bool news;

	pthread_mutex_lock(&w->lock);
	if (w->began != 0 && sx_worker_now() - w->began >= STUCK_US)
		worker_hangs(w);
	news = w->news;
	if (news)
		*e = w->why;
	w->news = false;
	pthread_mutex_unlock(&w->lock);
	return news;
}

void
sx_worker_over(struct sx_worker *w)
{
	pthread_mutex_lock(&w->lock);
	w->over = true;
	pthread_cond_signal(&w->gone);
	pthread_mutex_unlock(&w->lock);
}

bool
sx_worker_stop(struct sx_worker *w, struct sx_err *e)
{
	const int64_t until = sx_worker_now() + END_US;
	int rc = 0;

	if (w->running) {
		pthread_mutex_lock(&w->lock);
		w->quit = true;
		sx_worker_wake(w);
		while (!w->over && rc == 0)
			rc = worker_wait(&w->gone, &w->lock, until);
		rc = w->over ? 0 : -1;
		if (rc == -1)
			worker_hangs(w);
		if (w->news)
			*e = w->why;
		pthread_mutex_unlock(&w->lock);
		if (rc == -1)
			return false;
		pthread_join(w->thread, NULL);
	}
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->come);
	pthread_cond_destroy(&w->gone);
	return true;
}
