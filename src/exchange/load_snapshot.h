/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXCHANGE_LOAD_SNAPSHOT_H
#define SXLIB_EXCHANGE_LOAD_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/reader.h"

/*
 * Get all messages of a snapshot (record --snapshot), back to back, malloc'ed.
 * Returns 1 with *n > 0 bytes; 0 if the file is something else; -1 and sets e
 * if out of memory. Rewinds the file.
 */
int sx_snapshot_bytes(
    struct sx_file *f, uint8_t **bytes, size_t *n, struct sx_err *e);

#endif
