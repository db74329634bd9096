/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STOP_H
#define SXLIB_STOP_H

#include <signal.h>
#include <stdbool.h>

/*
 * Signals that end the program (SIGINT, SIGTERM, SIGHUP) wait until no
 * temporary file is left; not those that nohup(1), or a shell without job
 * control, has had ignored.
 */
struct sx_stop {
	sigset_t before; /* private */
};

/* They wait from here on, in this thread. */
void sx_stop_hold(struct sx_stop *s);
/* Has one come? */
bool sx_stop_came(const struct sx_stop *s);
/* No longer so: one that came ends the program now. */
void sx_stop_release(const struct sx_stop *s);

#endif
