/* SPDX-License-Identifier: ISC */
#include "k5000.h"

#define COMMON 82
#define SOURCE 86
#define KIT    806

size_t
sx_k5000_sources(const uint8_t *p, size_t n)
{
	size_t size;

	if (n < COMMON)
		return 0;
	size = COMMON + (size_t)p[51] * SOURCE;
	return size <= n ? size : 0;
}

size_t
sx_k5000_size(const uint8_t *p, size_t n)
{
	size_t sources = sx_k5000_sources(p, n), size = sources;

	for (size_t at = COMMON; at < sources; at += SOURCE)
		if ((p[at + 28] << 7 | p[at + 29]) == 512)
			size += KIT;
	return size <= n ? size : 0;
}
