/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LOAD_SOUND_H
#define SXLIB_LOAD_SOUND_H

#include "sxlib/load.h"

/* Sounds to be sent, out of the file that an argument names. */

/* Load the sounds of an argument. -1 and e. */
int sx_load_sounds_begin(struct sx_load *l, const char *arg, struct sx_err *e);
/* The next one becomes l->file; *name, malloc'ed, is its reference. 1 and ev;
 * 0: there are no more. -1 and e. */
int sx_load_sounds_next(
    struct sx_load *l, char **name, struct sx_load_event *ev, struct sx_err *e);
/* All are loaded: is there one for each slot of l->to? -1 and e. */
int sx_load_sounds_end(struct sx_load *l, struct sx_err *e);
void sx_load_sounds_free(struct sx_load *l);

#endif
