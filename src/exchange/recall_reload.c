/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "recall_loop.h"
#include "sxlib/thread.h"

/* A separate thread reads, so that pass-through does not wait for the disk. */
struct sx_recall_reload {
	pthread_t thread;
	int fd; /* eventfd: done */
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

static void
reload_free(struct sx_recall_reload *r)
{
	if (r->fd != -1)
		close(r->fd);
	free(r->set);
	free(r);
}

/* Start the thread; *fd becomes readable when it is done. Returns NULL and sets
 * e on failure. */
static struct sx_recall_reload *
reload_start(const struct sx_recall_load *load, int *fd, struct sx_err *e)
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
	rc = r->fd != -1 ? sx_thread_start(&r->thread, reload_main, r) : errno;
	if (rc != 0) {
		sx_fail(e, SX_EIO, rc, "cannot start rereading the map");
		reload_free(r);
		return NULL;
	}
	*fd = r->fd;
	return r;
}

/* Wait for the thread and free r. Returns the set, malloc'ed, or NULL and sets
 * e. */
static struct sx_recall_set *
reload_done(struct sx_recall_reload *r, struct sx_err *e)
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

void
sx_recall_reload(struct sx_recall *r, struct sx_err *e)
{
	int fd;

	r->again = r->reload != NULL;
	if (r->again)
		return;
	r->reload = reload_start(r->load, &fd, e);
	if (r->reload != NULL)
		sx_session_watch(r->session, SX_WATCH_USER, fd);
}

void
sx_recall_free_old(struct sx_recall *r)
{
	struct sx_recall_old **link = &r->old, *old;

	while ((old = *link) != NULL) {
		if (r->machine != NULL &&
		    sx_recall_machine_uses(r->machine, old->set)) {
			link = &old->next;
			continue;
		}
		*link = old->next;
		sx_recall_set_free(old->set);
		free(old->set);
		free(old);
	}
}

static int
reload_replace(struct sx_recall *r, struct sx_recall_set *set)
{
	struct sx_recall_old *old = malloc(sizeof(*old));

	if (old == NULL) {
		sx_recall_set_free(set);
		free(set);
		return sx_fail_memory(&r->why);
	}
	*old = (struct sx_recall_old){ .next = r->old, .set = r->set };
	r->old = old;
	r->set = set;
	sx_recall_machine_set(r->machine, set);
	sx_recall_free_old(r);
	return 0;
}

int
sx_recall_reloaded(struct sx_recall *r, struct sx_recall_news *news)
{
	struct sx_recall_set *set;

	r->why = (struct sx_err){ 0 };
	sx_session_watch(r->session, SX_WATCH_USER, -1);
	set = reload_done(r->reload, &r->why);
	r->reload = NULL;
	news->why = &r->why;
	if (set == NULL || reload_replace(r, set) == -1)
		return recall_tell(news, SX_RECALL_NOT_RELOADED, NULL);
	if (r->again)
		sx_recall_reload(r, &r->why);
	return recall_tell(news, SX_RECALL_RELOADED, NULL);
}

void
sx_recall_reload_end(struct sx_recall *r)
{
	struct sx_err ignored = { 0 };
	struct sx_recall_set *set;

	if (r->reload == NULL)
		return;
	set = reload_done(r->reload, &ignored);
	if (set != NULL)
		sx_recall_set_free(set);
	free(set);
	r->reload = NULL;
}
