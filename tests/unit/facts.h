/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_FACTS_H
#define SXLIB_TESTS_FACTS_H

/* Include after cmocka.h and its headers. */
#include <stdlib.h>
#include <string.h>

#include "sxlib/device.h"

/* Return the facts of msg[0..n-1]; user may be NULL. */
static inline struct sx_facts
facts_of(const struct sx_devices *user, const uint8_t *msg, size_t n)
{
	struct sx_facts facts;
	/* A copy of exactly this size, so that ASan detects a read beyond it.
	 */
	uint8_t *copy = malloc(n > 0 ? n : 1);

	assert_non_null(copy);
	if (n > 0)
		memcpy(copy, msg, n);
	sx_device_decode(user, copy, n, &facts);
	free(copy);
	return facts;
}

#endif
