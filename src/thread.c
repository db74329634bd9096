/* SPDX-License-Identifier: ISC */
#include <sched.h>
#include <signal.h>

#include "sxlib/thread.h"

static int
thread_create(pthread_t *thread, void *(*main)(void *), void *arg)
{
	const struct sched_param last = { .sched_priority = 0 };
	pthread_attr_t attr;
	int rc = pthread_attr_init(&attr);

	if (rc != 0)
		return rc;
	rc = pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	if (rc == 0)
		rc = pthread_attr_setschedpolicy(&attr, SCHED_OTHER);
	if (rc == 0)
		rc = pthread_attr_setschedparam(&attr, &last);
	if (rc == 0)
		rc = pthread_create(thread, &attr, main, arg);
	pthread_attr_destroy(&attr);
	return rc;
}

int
sx_thread_start(pthread_t *thread, void *(*main)(void *), void *arg)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = thread_create(thread, main, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}
