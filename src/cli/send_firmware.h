/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SEND_FIRMWARE_H
#define SXLIB_SEND_FIRMWARE_H

#include "send.h"

/*
 * An OS upgrade: what is checked, said and asked besides what every dump is.
 * All but upgrade_check() do nothing if the list holds none.
 */

/*
 * Check the OS file that the list holds as a whole. What is wrong is said and
 * counted in the list. -1 and c->err: it is refused whatever is forced, or
 * memory ended.
 */
int upgrade_check(struct send *s);

/* Say what it is, for how long it goes and how the unit is made ready. */
void upgrade_say(struct send *s);

/*
 * Ask who is on the port, then the person. 0: send it; -1 and c->err: not; -1
 * and c->signal.
 */
int upgrade_confirm(struct send *s);

/* What the unit must do now that it has all of it; or has not. */
void upgrade_done(struct send *s);
void upgrade_stopped(struct send *s);

#endif
