/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_STATUS_H
#define SXLIB_TERM_STATUS_H

#include "cli.h"
#include "sxlib/err.h"

/* Where several apply, the first of 2, 1, 4, 5, 3 is it. */
enum status status_worse(enum status a, enum status b);

/* The exit status of an error. */
enum status status_of(const struct sx_err *e);

#endif
