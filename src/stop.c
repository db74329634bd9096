/* SPDX-License-Identifier: ISC */
#include <stddef.h>

#include "sxlib/stop.h"

static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };

enum { STOP_SIGNALS = sizeof(stop_signals) / sizeof(stop_signals[0]) };

void
sx_stop_hold(struct sx_stop *s)
{
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < STOP_SIGNALS; i++)
		if (sigaction(stop_signals[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(&set, stop_signals[i]);
	sigprocmask(SIG_BLOCK, &set, &s->before);
}

bool
sx_stop_came(const struct sx_stop *s)
{
	sigset_t pending;
	bool came = false;

	if (sigpending(&pending) != 0)
		return false;
	for (size_t i = 0; i < STOP_SIGNALS; i++)
		came |= sigismember(&pending, stop_signals[i]) == 1 &&
			sigismember(&s->before, stop_signals[i]) == 0;
	return came;
}

void
sx_stop_release(const struct sx_stop *s)
{
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}
