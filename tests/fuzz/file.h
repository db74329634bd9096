/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_FUZZ_FILE_H
#define SXLIB_TESTS_FUZZ_FILE_H

#include "fuzz.h"
#include "sxlib/reader.h"

/* What holds of every item of every file. */
static inline void
file_item(struct sx_file *f, const struct sx_item *item)
{
	struct sx_err e = { 0 };
	uint64_t size = sx_file_size(f);
	bool mid = sx_file_format(f) == SX_FILE_MID;

	MUST(item->len > 0 && item->data != NULL);
	MUST(item->offset < size);
	MUST(item->at >= 0);
	if (!mid)
		MUST(item->len + item->realtime <= size - item->offset);
	MUST(sx_file_bytes(f, item->offset, 1, &e) != NULL);
	if (item->stray) {
		MUST(!mid);
		return;
	}
	MUST(item->data[0] == 0xf0);
	for (size_t i = 1; i + 1 < item->len; i++)
		MUST(item->data[i] < 0x80);
	MUST(item->len == 1 || item->data[item->len - 1] < 0x80 ||
	     item->data[item->len - 1] == 0xf7);
	MUST((item->damage.kind == SX_DAMAGE_NONE) ==
	     (item->len > 1 && item->data[item->len - 1] == 0xf7));
	MUST(item->damage.kind <= SX_DAMAGE_NEW_F0 ||
	     item->damage.kind == SX_DAMAGE_INPUT);
	MUST(memchr(item->facts.name, '\0', SX_FACT_TEXT) != NULL);
}

#endif
