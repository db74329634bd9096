/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "finisher.h"
#include "term/say.h"

#define LATE_US 100000 /* extra time for the last output */

static void
finisher_hook_tell(
    struct cli *c, const struct sx_hook *h, const struct sx_hook_event *ev)
{
	const char *program = sx_hook_program(h);
	char text[SX_HOOK_TEXT];

	switch (ev->type) {
	case SX_HOOK_NO_MEMORY:
		warn(c, "cannot run '%s': %s", program, strerror(ENOMEM));
		break;
	case SX_HOOK_CANNOT_WAIT:
		warn(
		    c, "cannot wait for '%s': %s", program, strerror(ev->code));
		break;
	default:
		warn(c, "'%s' %s", program,
		    sx_hook_text(text, ev, sx_hook_timeout(h)));
		break;
	}
}

void
hook_step(struct cli *c, struct sx_hook *h)
{
	struct sx_hook_event ev;

	while (h != NULL && sx_hook_next(h, &ev))
		finisher_hook_tell(c, h, &ev);
}

/* Start no more runs, and end a running one. h may be NULL. */
static void
finisher_hook_end(struct cli *c, struct sx_hook *h)
{
	if (h != NULL)
		sx_hook_end(h);
	hook_step(c, h);
}

int
finisher_open(struct finisher *f, struct cli *c, struct sx_session *session,
    const char *exec, int64_t timeout)
{
	*f = (struct finisher){ .c = c };
	if (sx_saver_open(&f->saver, session, &c->err) == -1)
		return -1;
	if (exec != NULL) {
		f->hook = sx_hook_new(session, exec, timeout);
		if (f->hook == NULL)
			return sx_fail_memory(&c->err);
	}
	return say_without_waiting(c);
}

void
finisher_step(struct finisher *f)
{
	hook_step(f->c, f->hook);
}

int64_t
finisher_due(const struct finisher *f)
{
	return f->hook != NULL ? sx_hook_due(f->hook) : INT64_MAX;
}

void
finisher_end(struct finisher *f)
{
	int64_t until;

	while (f->hook != NULL && sx_hook_is_busy(f->hook) &&
	       sx_saver_may_wait(&f->saver, &until)) {
		poll(NULL, 0, 10);
		hook_step(f->c, f->hook);
	}
	finisher_hook_end(f->c, f->hook);
	while (say_waits(f->c) && sx_saver_may_wait(&f->saver, &until))
		say_wait(f->c, until);
	f->c->say_until =
	    sx_earlier(sx_saver_end(&f->saver), INT64_MAX - LATE_US) + LATE_US;
}

void
finisher_free(struct finisher *f)
{
	finisher_hook_end(f->c, f->hook);
	sx_hook_free(f->hook);
	sx_saver_free(&f->saver);
}
