/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LOAD_SOUND_H
#define SXLIB_LOAD_SOUND_H

#include "sxlib/load.h"

/* Loads sounds to send from the file of an argument. */

/* Load the sounds of an argument. Returns -1 and sets e on failure. */
int sx_load_sounds_begin(struct sx_load *l, const char *arg, struct sx_err *e);
/* Open the next sound as l->file; *name, malloc'ed, is its reference. Returns 1
 * and sets *ev, 0 if there are no more, or -1 and sets e. */
int sx_load_sounds_next(
    struct sx_load *l, char **name, struct sx_load_event *ev, struct sx_err *e);
/* All are loaded: check that each slot of l->to got one. Returns -1 and sets e
 * if not. */
int sx_load_sounds_end(struct sx_load *l, struct sx_err *e);
void sx_load_sounds_free(struct sx_load *l);

#endif
