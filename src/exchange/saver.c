/* SPDX-License-Identifier: ISC */
#include "sxlib/saver.h"

#define LOOK_US 100000 /* how often to check for a signal while waiting */

int
sx_saver_open(struct sx_saver *s, struct sx_session *session, struct sx_err *e)
{
	*s = (struct sx_saver){ .session = session };
	s->archiver = sx_archiver_new(e);
	if (s->archiver == NULL)
		return -1;
	sx_session_watch(
	    session, SX_WATCH_ARCHIVER, sx_archiver_fd(s->archiver));
	return 0;
}

int64_t
sx_saver_end(const struct sx_saver *s)
{
	int64_t stopped = sx_session_stopped(s->session);

	return stopped != 0 ? stopped + SX_END_US : INT64_MAX;
}

bool
sx_saver_may_wait(const struct sx_saver *s, int64_t *until)
{
	int64_t now = sx_now().mono, end = sx_saver_end(s);

	*until = sx_earlier(end, now + LOOK_US);
	return now < end;
}

bool
sx_saver_has_time(const struct sx_saver *s, int64_t us)
{
	return sx_earlier(sx_saver_end(s), INT64_MAX - us) > sx_now().mono + us;
}

struct sx_job *
sx_saver_next(struct sx_saver *s)
{
	return sx_archiver_ready(s->archiver) ? sx_archiver_next(s->archiver)
					      : NULL;
}

/* Return a finished job, waiting at most until `until`, or NULL. */
static struct sx_job *
saver_await(struct sx_saver *s, int64_t until)
{
	(void)sx_archiver_wait(s->archiver, until);
	return sx_archiver_next(s->archiver);
}

int
sx_saver_room(struct sx_saver *s, struct sx_job **job)
{
	int64_t until;

	if (!s->making_room && !sx_archiver_is_full(s->archiver, false))
		return 0;
	s->making_room = true;
	*job = sx_archiver_next(s->archiver);
	if (*job != NULL)
		return 1;
	if (sx_archiver_is_full(s->archiver, true) &&
	    sx_saver_may_wait(s, &until)) {
		*job = saver_await(s, until);
		return 1;
	}
	s->making_room = false;
	return 0;
}

int
sx_saver_settle(struct sx_saver *s, struct sx_job **job)
{
	int64_t until;

	*job = sx_archiver_next(s->archiver);
	if (*job != NULL)
		return 1;
	if (sx_archiver_waiting(s->archiver) == 0)
		return 0;
	if (sx_saver_may_wait(s, &until)) {
		*job = saver_await(s, until);
		return 1;
	}
	if (!s->gave_up) {
		/* Too late for the rest. */
		s->gave_up = true;
		s->stuck =
		    !sx_archiver_stop(s->archiver, sx_saver_end(s) + LOOK_US);
		return 1;
	}
	s->left = sx_archiver_waiting(s->archiver);
	s->unnamed = sx_archiver_unnamed(s->archiver);
	return 0;
}

void
sx_saver_free(struct sx_saver *s)
{
	if (!s->stuck)
		sx_archiver_free(s->archiver);
}
