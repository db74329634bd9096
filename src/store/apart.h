/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_APART_H
#define SXLIB_STORE_APART_H

#include <stddef.h>

#include "sxlib/err.h"

#define SX_APART_WHY 256

/* What is done: 0, or -1 and a reason in `why`. */
typedef int sx_apart_work(void *arg, char why[SX_APART_WHY]);

/*
 * Do something in a process of its own, since it may end that process: by an
 * assertion, or when memory ends. What it leaves is what it has written to
 * descriptors. It may use what no other thread does, and libc. Blocks until it
 * is over; one that stands still for half a minute is ended. 0; -1 and e, which
 * begins with `what`.
 */
int sx_apart(
    sx_apart_work *work, void *arg, const char *what, struct sx_err *e);

#endif
