/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_DIFFER_H
#define SXLIB_TERM_DIFFER_H

#include "cli.h"
#include "sxlib/pairs.h"

/* A run of bytes that differ, with what both sides have there: a line, or with
 * --json the nth object of a list. It is in the field of that name (NULL: in
 * none), of messages or of what they unpack to. */
void print_run(const struct cli *c, size_t nth, const char *field, bool decoded,
    const struct sx_run *run, const struct sx_runs *of);

#endif
