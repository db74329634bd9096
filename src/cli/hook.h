/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_HOOK_H
#define SXLIB_CLI_HOOK_H

#include "sxlib/hook.h"
#include "term/cli.h"

/* --exec, in words. A failure is only reported. */

/* See to the program, and report what has become of it. h may be NULL. */
void hook_step(struct cli *c, struct sx_hook *h);
/* No more runs begin, and one that goes on is ended. h may be NULL. */
void hook_end(struct cli *c, struct sx_hook *h);
/* How it fares, for people: "" if the last run went well and none waits, else
 * "--exec: the last run failed with status 7, 3 runs wait". */
#define HOOK_STATE 192
void hook_state(const struct sx_hook *h, char buf[HOOK_STATE]);

#endif
