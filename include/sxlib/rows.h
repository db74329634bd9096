/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ROWS_H
#define SXLIB_ROWS_H

#include <stdbool.h>

#include "sxlib/record.h"

/*
 * A dump file, or a sound, in as few bytes as will do: a collection has 100,000
 * of them. All its texts are in one piece of memory.
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
	char *texts; /* path, reference, maker, device, slot, name */
	/* Of a sound; 0: it is a file. */
	int64_t offset;
	uint32_t file, number; /* which file, and which sound in it, from 1 */
};

struct sx_rows {
	struct sx_row *rows;
	size_t n, cap;
	/* Private: what the texts stand in, and where the next one goes. */
	struct sx_row_texts *texts;
	size_t used;
};

/* Add what a record says. -1 if memory ends. */
int sx_rows_add(struct sx_rows *rows, const struct sx_record *r, bool mixed);
/* The same for a sound: its reference behind FILE:, which file it is in (any
 * number for each) and which sound of it. */
int sx_rows_add_sound(struct sx_rows *rows, const struct sx_record *r,
    const char *ref, size_t file, size_t number);
void sx_rows_free(struct sx_rows *rows);

/* The record again, its texts borrowed from the row; *facts is behind it. */
struct sx_record sx_row_record(
    const struct sx_row *row, struct sx_facts *facts);

/* Of a sound: its reference behind FILE:. */
const char *sx_row_ref(const struct sx_row *row);

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

/* What is equal in that is sorted by path, sounds of a file as they stand in
 * it. */
void sx_rows_sort(struct sx_rows *rows, enum sx_sort by);

#endif
