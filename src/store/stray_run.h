/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_STRAY_RUN_H
#define SXLIB_STORE_STRAY_RUN_H

#include "input.h"

/* How many bytes to examine after n of `left` were inconclusive. */
size_t sx_look_on(size_t n, uint64_t left);

/* Fill the item with everything from pos, which is not an F0, to the next F0 or
 * to end; its data is NULL if that is too much to hold. Returns -1 as
 * sx_input_at(). */
int sx_stray_run(struct sx_input *in, uint64_t pos, uint64_t end,
    struct sx_item *item, struct sx_err *e);
/* The same for everything up to end, which wraps the SysEx of the file. */
int sx_wrapping_run(struct sx_input *in, uint64_t pos, uint64_t end,
    struct sx_item *item, struct sx_err *e);

#endif
