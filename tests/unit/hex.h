/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_HEX_H
#define SXLIB_TESTS_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Convert "F0 7D F7" to bytes in out, which must be large enough. Returns their
 * number. */
static inline size_t
bytes_of(const char *hex, uint8_t *out)
{
	size_t n = 0;

	for (; *hex != '\0'; hex += hex[2] == ' ' ? 3 : 2)
		out[n++] = (uint8_t)strtoul(hex, NULL, 16);
	return n;
}

#endif
