/* SPDX-License-Identifier: ISC */
/* The built-in instruments: made from src/instruments/ at build time. */
#include "devices.h"
#include "instrument_table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct sx_mark
sx_built_in(size_t i)
{
	if (i >= COUNT(place))
		return (struct sx_mark){ 0 };
	return (struct sx_mark){ records + place[i], (const char *)texts };
}

struct sx_mark
sx_built_in_of(uint8_t byte, size_t *n)
{
	*n = byte < 0x80 ? (size_t)(behind[byte] - first[byte]) : 0;
	return sx_built_in(first[byte & 0x7f]);
}
