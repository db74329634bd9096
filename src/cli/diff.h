/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DIFF_H
#define SXLIB_DIFF_H

#include "cli.h"
#include "sxlib/pairs.h"

/* Write what differs to stdout as the command does; *d gets the numbers, and
 * has ended. any_unit as in sx_diff. -1 and c->err. */
int diff_lists(struct cli *c, const struct sx_items *a,
    const struct sx_items *b, bool any_unit, struct sx_diff *d);

#endif
