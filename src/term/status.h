/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_STATUS_H
#define SXLIB_TERM_STATUS_H

#include "cli.h"
#include "sxlib/err.h"

/* Return the worse status; worst first: 2, 1, 4, 5, 3. */
enum status status_worse(enum status a, enum status b);

/* Return the exit status for an error. */
enum status status_of(const struct sx_err *e);

#endif
