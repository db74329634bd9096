/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DIFF_H
#define SXLIB_DIFF_H

#include "sxlib/pairs.h"
#include "sxlib/pick.h"
#include "term/cli.h"
#include "term/status.h"

/* Write what differs to stdout as the command does; *d gets the numbers, and
 * has ended. any_unit as in sx_diff. -1 and c->err. */
int diff_lists(struct cli *c, const struct sx_items *a,
    const struct sx_items *b, bool any_unit, struct sx_diff *d);

/* Say what the numbers are. */
void diff_count(
    struct cli *c, size_t same, size_t different, size_t only_a, size_t only_b);

/* diff_sounds.c: the same for the sounds that two arguments refer to. Status;
 * c->err. */
enum status diff_sounds(struct cli *c, const char *a, const char *b);

#endif
