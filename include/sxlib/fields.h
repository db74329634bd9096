/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FIELDS_H
#define SXLIB_FIELDS_H

#include "sxlib/device.h"

/* What the bytes of a message are. Pure. The narrower fields come first: of
 * several that cover a byte the first is meant. */
enum sx_field {
	SX_FIELD_SLOT,
	SX_FIELD_NAME,
	SX_FIELD_CHECKSUM,
	SX_FIELD_LENGTH,
	SX_FIELD_F7,
	SX_FIELD_HEADER,
	SX_FIELD_PAYLOAD, /* between the header and the checksum, or the end */
	SX_FIELDS
};

/* Where the fields of a message are; len 0: it has no such field. Bytes of no
 * message, whose facts are zero, have none but the F7. */
void sx_fields(struct sx_region at[SX_FIELDS], const struct sx_facts *facts,
    const uint8_t *data, size_t n);

/* Is it the checksum or the length of a message, and wrong? */
bool sx_field_is_wrong(enum sx_field field, const struct sx_facts *facts);

/* The one that byte i belongs to; SX_FIELDS: none. */
enum sx_field sx_field_at(const struct sx_region at[SX_FIELDS], size_t i);

#endif
