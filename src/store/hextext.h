/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_HEXTEXT_H
#define SXLIB_STORE_HEXTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/* Bytes parsed from hex text. The syntax is described in sxlib/reader.h. */
struct sx_hex {
	uint8_t *bytes;
	size_t n;
	struct sx_hex_time {
		size_t off; /* of the first byte it applies to */
		int64_t at; /* us */
	} * times;
	size_t ntimes;
};

/* Returns 0, or -1 and sets e (SX_EDATA: line and offending text). Call
 * sx_hex_free() in both cases. */
int sx_hex_parse(
    struct sx_hex *h, const uint8_t *text, size_t n, struct sx_err *e);
void sx_hex_free(struct sx_hex *h);

#endif
