/* SPDX-License-Identifier: ISC */
/* Included before each unit test: names that differ between cmocka 1 and 2,
 * with the casts of cmocka 1. */
#ifndef CMOCKA_ANY_H
#define CMOCKA_ANY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifdef assert_int_in_range
#undef assert_in_range
#define assert_in_range(value, least, most) \
	assert_int_in_range(                \
	    (intmax_t)(value), (intmax_t)(least), (intmax_t)(most))
#endif

#endif
