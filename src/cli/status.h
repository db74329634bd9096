/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_STATUS_H
#define SXLIB_CLI_STATUS_H

#include "sxlib/err.h"

/* Exit statuses, see docs/sxlib.1. */
enum status {
	ST_OK = 0,
	ST_FAILED = 1,
	ST_USAGE = 2,
	ST_INCOMPLETE = 3,
	ST_PORT = 4,
	ST_DAMAGED = 5,
};

/* Where several apply, the first of 2, 1, 4, 5, 3 is it. */
enum status status_worse(enum status a, enum status b);

/* The exit status of an error. */
enum status status_of(const struct sx_err *e);

#endif
