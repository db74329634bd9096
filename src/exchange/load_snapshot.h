/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXCHANGE_LOAD_SNAPSHOT_H
#define SXLIB_EXCHANGE_LOAD_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/reader.h"

/* All of a snapshot (record --snapshot), back to back, malloc'ed: 1, and *n > 0
 * bytes. 0: the file is something else. -1 and e: out of memory. Starts the
 * file over. */
int sx_snapshot_bytes(
    struct sx_file *f, uint8_t **bytes, size_t *n, struct sx_err *e);

#endif
