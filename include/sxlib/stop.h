/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STOP_H
#define SXLIB_STOP_H

#include <signal.h>
#include <stdbool.h>

/*
 * Defers signals that end the program (SIGINT, SIGTERM, SIGHUP) until temporary
 * files are removed. Signals that were ignored by nohup(1) or a shell without
 * job control stay ignored.
 */
struct sx_stop {
	sigset_t before; /* private */
};

/* Block the signals in this thread. */
void sx_stop_hold(struct sx_stop *s);
/* True if one is pending. */
bool sx_stop_came(const struct sx_stop *s);
/* Unblock them; a pending one ends the program now. */
void sx_stop_release(const struct sx_stop *s);

#endif
