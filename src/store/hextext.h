/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_HEXTEXT_H
#define SXLIB_STORE_HEXTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/* Bytes written as hex text. sxlib/reader.h says what may stand in it. */
struct sx_hex {
	uint8_t *bytes;
	size_t n;
	struct sx_hex_time {
		size_t off; /* of the first byte after it */
		int64_t at; /* us */
	} * times;
	size_t ntimes;
};

/* 0, or -1 and e (SX_EDATA: which line, and what is there). Free *h with
 * sx_hex_free() whatever this returns. */
int sx_hex_parse(
    struct sx_hex *h, const uint8_t *text, size_t n, struct sx_err *e);
void sx_hex_free(struct sx_hex *h);

#endif
