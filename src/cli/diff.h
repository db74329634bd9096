/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DIFF_H
#define SXLIB_DIFF_H

#include "sxlib/pairs.h"
#include "sxlib/pick.h"
#include "term/cli.h"
#include "term/status.h"

/* Print the differences to stdout, like the command; sets *d to the counts.
 * any_unit: see sx_diff. Returns -1 and sets c->err on failure. */
int diff_lists(struct cli *c, const struct sx_items *a,
    const struct sx_items *b, bool any_unit, struct sx_diff *d);

/* Print the counts. */
void diff_count(
    struct cli *c, size_t same, size_t different, size_t only_a, size_t only_b);

/* diff_sounds.c: the same for the sounds that two arguments refer to. Returns
 * the status; may set c->err. */
enum status diff_sounds(struct cli *c, const char *a, const char *b);

#endif
