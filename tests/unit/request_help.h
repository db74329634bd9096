/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_REQUEST_HELP_H
#define SXLIB_TESTS_REQUEST_HELP_H

/* Rows of requests. Include after cmocka.h and its headers. */
#include <string.h>

#include "sxlib/request.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

static struct sx_request_row
row_of(const char *device, const char *what)
{
	struct sx_request_row row;

	for (size_t i = 0; sx_request_row(NULL, i, &row); i++)
		if (strcmp(row.device, device) == 0 &&
		    strcmp(row.what, what) == 0)
			return row;
	fail_msg("no row: %s, %s", device, what);
	return row;
}

static inline struct sx_request
second_of(struct sx_request_row row)
{
	struct sx_request q;

	sx_request_make(&row, row.slots.count > 0 ? 1 : -1, -1, &q);
	return q;
}

#endif
