/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "recall_reload.h"

struct sx_recall_reload {
	pthread_t thread;
	int fd; /* eventfd: it is done */
	const struct sx_recall_load *load;
	struct sx_recall_set *set;
	int rc;
	struct sx_err err;
};

static void *
reload_main(void *arg)
{
	struct sx_recall_reload *r = arg;

	r->rc = sx_recall_set_load(r->set, r->load, NULL, NULL, &r->err);
	(void)eventfd_write(r->fd, 1);
	return NULL;
}

/* The thread must not run before those that pass bytes on. */
static int
reload_run(struct sx_recall_reload *r)
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
		rc = pthread_create(&r->thread, &attr, reload_main, r);
	pthread_attr_destroy(&attr);
	return rc;
}

static void
reload_free(struct sx_recall_reload *r)
{
	if (r->fd != -1)
		close(r->fd);
	free(r->set);
	free(r);
}

struct sx_recall_reload *
sx_recall_reload_start(
    const struct sx_recall_load *load, int *fd, struct sx_err *e)
{
	struct sx_recall_reload *r = calloc(1, sizeof(*r));
	int rc;

	if (r != NULL)
		r->set = calloc(1, sizeof(*r->set));
	if (r == NULL || r->set == NULL) {
		free(r);
		sx_fail_memory(e);
		return NULL;
	}
	r->load = load;
	r->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = r->fd != -1 ? reload_run(r) : errno;
	if (rc != 0) {
		sx_fail(e, SX_EIO, rc, "cannot start to read the map again");
		reload_free(r);
		return NULL;
	}
	*fd = r->fd;
	return r;
}

struct sx_recall_set *
sx_recall_reload_done(struct sx_recall_reload *r, struct sx_err *e)
{
	struct sx_recall_set *set = NULL;

	pthread_join(r->thread, NULL);
	if (r->rc == 0) {
		set = r->set;
		r->set = NULL;
	} else {
		*e = r->err;
		sx_recall_set_free(r->set);
	}
	reload_free(r);
	return set;
}
