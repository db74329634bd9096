/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_DUPLICATES_H
#define SXLIB_CLI_DUPLICATES_H

#include "sxlib/twins.h"
#include "term/cli.h"

/* Print the sounds that are there several times, after all files and messages
 * have been given out; *groups gets their number. -1 and c->err. */
int duplicates_sounds(struct cli *c, const struct sx_same *s, size_t *groups);

#endif
