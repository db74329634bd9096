/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_STRAY_RUN_H
#define SXLIB_STORE_STRAY_RUN_H

#include "input.h"

/* How much to look at after n of `left` bytes did not settle it. */
size_t sx_look_on(size_t n, uint64_t left);

/* Fill the item with everything from pos to the next F0, which is not at pos,
 * or to end; its data is NULL if there is too much to be held. -1: see
 * sx_input_at(). */
int sx_stray_run(struct sx_input *in, uint64_t pos, uint64_t end,
    struct sx_item *item, struct sx_err *e);
/* The same with everything up to end, which wraps the SysEx of the file. */
int sx_wrapping_run(struct sx_input *in, uint64_t pos, uint64_t end,
    struct sx_item *item, struct sx_err *e);

#endif
