/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_APART_H
#define SXLIB_STORE_APART_H

#include <stddef.h>

#include "sxlib/err.h"

#define SX_APART_WHY 256

/* The work. Returns 0, or -1 with a reason in `why`. */
typedef int sx_apart_work(void *arg, char why[SX_APART_WHY]);

/*
 * Runs work in a child process, because it may terminate the process: by an
 * assertion, or when memory runs out. Its only result is what it writes to
 * descriptors. It may use libc and data that no other thread uses. Blocks until
 * the child has finished; a child that makes no progress for half a minute is
 * killed. Returns 0; -1 and sets e, whose text begins with `what`.
 */
int sx_apart(
    sx_apart_work *work, void *arg, const char *what, struct sx_err *e);

#endif
