/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_DIFFER_H
#define SXLIB_TERM_DIFFER_H

#include "cli.h"
#include "sxlib/pairs.h"

/*
 * Print a run of different bytes with the values of both sides: as a line, or
 * with --json as object nth of a list, from 0. field: name of the field, or
 * NULL. decoded: offsets are in the unpacked data.
 */
void print_run(const struct cli *c, size_t nth, const char *field, bool decoded,
    const struct sx_run *run, const struct sx_runs *of);

#endif
