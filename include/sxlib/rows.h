/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ROWS_H
#define SXLIB_ROWS_H

#include <stdbool.h>

#include "sxlib/record.h"

/*
 * A dump file in as few bytes as will do: a collection has 100,000 of them.
 * All its texts are in one piece of memory.
 */
struct sx_row {
	int64_t time;
	uint64_t bytes;
	uint32_t messages;
	sx_maker_id maker_id;
	int32_t slot;
	int16_t unit;
	uint8_t maker_len, kind, checksum, trust;
	uint8_t damage, status;
	bool mixed;  /* its messages are of several kinds */
	char *texts; /* path, maker, device, slot, name */
};

struct sx_rows {
	struct sx_row *rows;
	size_t n, cap;
};

/* Add what a record says. -1 if memory ends. */
int sx_rows_add(struct sx_rows *rows, const struct sx_record *r, bool mixed);
void sx_rows_free(struct sx_rows *rows);

/* The record again, its texts borrowed from the row; *facts is behind it. */
struct sx_record sx_row_record(
    const struct sx_row *row, struct sx_facts *facts);

enum sx_sort {
	SX_BY_TIME, /* newest first; the others rise */
	SX_BY_FILE,
	SX_BY_MAKER,
	SX_BY_DEVICE,
	SX_BY_KIND,
	SX_BY_SLOT,
	SX_BY_NAME,
	SX_BY_BYTES,
};

/* What is equal in that is sorted by path. */
void sx_rows_sort(struct sx_rows *rows, enum sx_sort by);

#endif
