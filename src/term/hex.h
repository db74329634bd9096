/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_HEX_H
#define SXLIB_TERM_HEX_H

#include <stdio.h>

#include "sxlib/fields.h"

/*
 * Print an annotated hex dump: 16 bytes per line, fewer on a narrow terminal,
 * with offsets and characters. Known regions are named on the line where they
 * begin, and coloured if colour is set. decode: also print the unpacked bytes
 * of a packed payload.
 */
void print_hex(FILE *f, const uint8_t *data, size_t n,
    const struct sx_facts *facts, bool colour, bool decode);

/* Return the name of a field: "name", "CHECKSUM WRONG", ...; NULL for
 * SX_FIELDS. */
const char *field_text(enum sx_field field, const struct sx_facts *facts);

#endif
