/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_DIFFER_H
#define SXLIB_TERM_DIFFER_H

#include "cli.h"
#include "sxlib/pairs.h"

/* Print a run of bytes that differ, with what both sides have there: as a line,
 * or with --json as the nth object of a list, from 0. field: the name of the
 * one it is in, or NULL. decoded: its offsets are in the unpacked data. */
void print_run(const struct cli *c, size_t nth, const char *field, bool decoded,
    const struct sx_run *run, const struct sx_runs *of);

#endif
