/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FIELDS_H
#define SXLIB_FIELDS_H

#include "sxlib/device.h"

/* What the bytes of a message are. Pure. Narrower fields come first: where
 * several cover a byte, the first one counts. */
enum sx_field {
	SX_FIELD_SLOT,
	SX_FIELD_NAME,
	SX_FIELD_CHECKSUM,
	SX_FIELD_LENGTH,
	SX_FIELD_F7,
	SX_FIELD_HEADER,
	SX_FIELD_PAYLOAD, /* from the header to the checksum, or the end */
	SX_FIELDS
};

/* Locate the fields of a message; len 0: no such field. Stray bytes, whose
 * facts are zero, have none except the F7. */
void sx_fields(struct sx_region at[SX_FIELDS], const struct sx_facts *facts,
    const uint8_t *data, size_t n);

/* True for a checksum or length field that is wrong. */
bool sx_field_is_wrong(enum sx_field field, const struct sx_facts *facts);

/* The field of byte i; SX_FIELDS: none. */
enum sx_field sx_field_at(const struct sx_region at[SX_FIELDS], size_t i);

#endif
