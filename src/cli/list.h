/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LIST_H
#define SXLIB_LIST_H

#include "cli.h"

/*
 * A dump file in as few bytes as will do: a collection has 100,000 of them.
 * All its texts are in one piece of memory.
 */
struct row {
	int64_t time;
	uint64_t bytes;
	uint32_t messages;
	sx_maker_id maker_id;
	int32_t slot;
	uint8_t maker_len, kind, checksum, trust;
	uint8_t damage, status;
	bool mixed;  /* its messages are of several kinds */
	char *texts; /* path, maker, device, slot, name */
};

struct rows {
	struct row *rows;
	size_t n, cap;
};

/* Add what a record says. -1 if memory ends. */
int rows_add(struct rows *rows, const struct record *r, bool mixed);
void rows_free(struct rows *rows);

/* The record again, its texts borrowed from the row; *facts is behind it. */
struct record row_record(const struct row *row, struct sx_facts *facts);

enum sort_by {
	BY_TIME, /* newest first; the others rise */
	BY_FILE,
	BY_MAKER,
	BY_DEVICE,
	BY_KIND,
	BY_SLOT,
	BY_NAME,
	BY_BYTES,
};

/* What is equal in that is sorted by path. */
void rows_sort(struct rows *rows, enum sort_by by);

#endif
