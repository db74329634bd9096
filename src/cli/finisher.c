/* SPDX-License-Identifier: ISC */
#include <poll.h>

#include "receive.h"
#include "say.h"

#define LATE_US 100000 /* what is written now may take longer */

int
finisher_open(struct finisher *f, struct cli *c, struct sx_session *session,
    const char *exec, int64_t timeout)
{
	*f = (struct finisher){ .c = c };
	if (sx_saver_open(&f->saver, session, &c->err) == -1)
		return -1;
	if (exec != NULL) {
		f->hook = hook_new(c, session, exec, timeout);
		if (f->hook == NULL)
			return sx_fail_memory(&c->err);
	}
	return say_without_waiting(c);
}

void
finisher_step(struct finisher *f)
{
	if (f->hook != NULL)
		hook_step(f->hook);
}

int64_t
finisher_due(const struct finisher *f)
{
	return f->hook != NULL ? hook_due(f->hook) : INT64_MAX;
}

void
finisher_end(struct finisher *f)
{
	int64_t until;

	while (f->hook != NULL && hook_is_busy(f->hook) &&
	       sx_saver_may_wait(&f->saver, &until)) {
		poll(NULL, 0, 10);
		hook_step(f->hook);
	}
	if (f->hook != NULL)
		hook_end(f->hook);
	while (say_waits(f->c) && sx_saver_may_wait(&f->saver, &until))
		say_wait(f->c, until);
	f->c->say_until =
	    sx_earlier(sx_saver_end(&f->saver), INT64_MAX - LATE_US) + LATE_US;
}

void
finisher_free(struct finisher *f)
{
	hook_free(f->hook);
	sx_saver_free(&f->saver);
}

/* ---- Keepers ---- */

static int
take_back(struct sx_job *job)
{
	return job != NULL ? keeper_take_back(sx_job_owner(job), job) : 0;
}

int
finisher_collect(struct finisher *f)
{
	struct sx_job *job;
	int rc = 0;

	while ((job = sx_saver_next(&f->saver)) != NULL)
		if (take_back(job) == -1)
			rc = -1;
	return rc;
}

int
finisher_make_room(struct finisher *f)
{
	struct sx_job *job;

	while (sx_saver_room(&f->saver, &job) == 1)
		if (take_back(job) == -1)
			return -1;
	return 0;
}

int
finisher_settle(struct finisher *f)
{
	struct sx_job *job;
	int rc = 0;

	while (sx_saver_settle(&f->saver, &job) == 1) {
		if (take_back(job) == -1)
			rc = -1;
		finisher_step(f);
	}
	return rc;
}
