/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "sxlib/fields.h"

static struct sx_region
payload_of(const struct sx_facts *f, size_t n, bool whole)
{
	size_t from = f->header.off + f->header.len, to = n - whole;

	if (f->checksum_at.len > 0 && f->checksum_at.off < to)
		to = f->checksum_at.off;
	if (f->length_at.len > 0 && f->length_at.off < to &&
	    f->length_at.off > from)
		to = f->length_at.off;
	/* Bytes outside messages have no header. */
	if (from == 0 || to <= from)
		return (struct sx_region){ 0, 0 };
	return (struct sx_region){ from, to - from };
}

void
sx_fields(struct sx_region at[SX_FIELDS], const struct sx_facts *facts,
    const uint8_t *data, size_t n)
{
	bool whole = n > 0 && data[n - 1] == 0xf7;
	const struct sx_region all[SX_FIELDS] = {
		[SX_FIELD_SLOT] = facts->slot_at,
		[SX_FIELD_NAME] = facts->name_at,
		[SX_FIELD_CHECKSUM] = facts->checksum_at,
		[SX_FIELD_LENGTH] = facts->length_at,
		[SX_FIELD_F7] = { n - 1, whole },
		[SX_FIELD_HEADER] = facts->header,
		[SX_FIELD_PAYLOAD] = payload_of(facts, n, whole),
	};

	memcpy(at, all, sizeof(all));
}

enum sx_field
sx_field_at(const struct sx_region at[SX_FIELDS], size_t i)
{
	enum sx_field field = 0;

	while (field < SX_FIELDS &&
	       (i < at[field].off || i - at[field].off >= at[field].len))
		field++;
	return field;
}

bool
sx_field_is_wrong(enum sx_field field, const struct sx_facts *f)
{
	if (f->checksum != SX_CHECKSUM_BAD)
		return false;
	if (field == SX_FIELD_CHECKSUM)
		return f->checksum_at.len > 0 &&
		       f->checksum_have != f->checksum_want;
	return field == SX_FIELD_LENGTH && f->length_at.len > 0 &&
	       f->length_have != f->length_want;
}
