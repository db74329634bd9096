/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hook.h"
#include "term/say.h"

/* What became of a run, behind the name of the program. */
static void
run_text(const struct sx_hook *h, const struct sx_hook_event *ev,
    char buf[HOOK_STATE])
{
	buf[0] = '\0';
	if (ev->type == SX_HOOK_CANNOT_RUN)
		snprintf(
		    buf, HOOK_STATE, "cannot be run: %s", strerror(ev->code));
	else if (ev->type == SX_HOOK_SIGNAL)
		snprintf(buf, HOOK_STATE, "was killed by signal %d", ev->code);
	else if (ev->type == SX_HOOK_STATUS)
		snprintf(buf, HOOK_STATE, "failed with status %d", ev->code);
	else if (ev->type == SX_HOOK_LATE)
		snprintf(buf, HOOK_STATE,
		    "exceeded %g s: killed (--exec-timeout)",
		    (double)sx_hook_timeout(h) / 1e6);
}

static void
tell(struct cli *c, const struct sx_hook *h, const struct sx_hook_event *ev)
{
	const char *program = sx_hook_program(h);
	char text[HOOK_STATE];

	switch (ev->type) {
	case SX_HOOK_TOO_SLOW:
		warn(c, "'%s' is too slow: it will not run for every dump",
		    program);
		break;
	case SX_HOOK_NO_MEMORY:
		warn(c, "cannot run '%s': %s", program, strerror(ENOMEM));
		break;
	case SX_HOOK_CANNOT_WAIT:
		warn(
		    c, "cannot wait for '%s': %s", program, strerror(ev->code));
		break;
	case SX_HOOK_STILL_RUNS:
		warn(c, "'%s' is still running: killed", program);
		break;
	case SX_HOOK_NOT_RUN:
		warn(c, "'%s' was not run for %zu dump%s", program, ev->dumps,
		    plural(ev->dumps));
		break;
	default:
		run_text(h, ev, text);
		warn(c, "'%s' %s", program, text);
		break;
	}
}

void
hook_step(struct cli *c, struct sx_hook *h)
{
	struct sx_hook_event ev;

	while (h != NULL && sx_hook_next(h, &ev))
		tell(c, h, &ev);
}

void
hook_end(struct cli *c, struct sx_hook *h)
{
	if (h != NULL)
		sx_hook_end(h);
	hook_step(c, h);
}

void
hook_state(const struct sx_hook *h, char buf[HOOK_STATE])
{
	const struct sx_hook_event last = sx_hook_last(h);
	size_t waiting = sx_hook_waiting(h);
	char waits[48] = "", failure[HOOK_STATE];

	run_text(h, &last, failure);
	buf[0] = '\0';
	if (waiting > 0)
		snprintf(waits, sizeof(waits), "%s%zu run%s wait%s",
		    failure[0] != '\0' ? ", " : "", waiting, plural(waiting),
		    waiting == 1 ? "s" : "");
	if (failure[0] != '\0' || waiting > 0)
		snprintf(buf, HOOK_STATE, "--exec: %s%.*s%s",
		    failure[0] != '\0' ? "last run " : "", HOOK_STATE / 2,
		    failure, waits);
}
