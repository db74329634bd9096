/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_HEX_H
#define SXLIB_TERM_HEX_H

#include <stdio.h>

#include "sxlib/fields.h"

/*
 * A message as an annotated hex dump: 16 bytes a line, fewer on a narrow
 * terminal, with their offsets and characters, the regions that are known named
 * at the line they begin in and, if colour is set, coloured. decode: what a
 * packed payload holds, beside it.
 */
void print_hex(FILE *f, const uint8_t *data, size_t n,
    const struct sx_facts *facts, bool colour, bool decode);

/* A field of a message: "name", "CHECKSUM WRONG", ...; NULL: SX_FIELDS. */
const char *field_text(enum sx_field field, const struct sx_facts *facts);

#endif
