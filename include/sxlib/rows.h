/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ROWS_H
#define SXLIB_ROWS_H

#include <stdbool.h>

#include "sxlib/record.h"

/*
 * A dump file, or a sound, in little memory: a collection has 100,000 of them.
 * The strings of a row are stored back to back, a path once for the rows of a
 * file.
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
	bool mixed; /* its messages are of different kinds */
	const char *path;
	const char *texts; /* reference, maker, device, slot, name, each
			      NUL-terminated */
	/* Of a sound: offset in its file. */
	int64_t offset;
	uint32_t file, number; /* set by sx_rows_add_sound(): which file, and
				  which sound in it, from 1; file 0: not set */
};

struct sx_rows {
	struct sx_row *rows;
	size_t n, cap;
	uint32_t *order; /* private: set by sx_rows_sort() */
	/* Private: storage of the strings, and bytes used in the newest
	 * block. */
	struct sx_row_texts *texts;
	size_t used;
};

/* Add a record. Returns 0, or -1 if out of memory. */
int sx_rows_add(struct sx_rows *rows, const struct sx_record *r, bool mixed);
/* The same for a sound: ref is its reference without FILE:, file is any nonzero
 * number unique to the file, number counts its sounds from 1. */
int sx_rows_add_sound(struct sx_rows *rows, const struct sx_record *r,
    const char *ref, size_t file, size_t number);
void sx_rows_free(struct sx_rows *rows);

/* Restore the record; its strings are borrowed from the row, and its facts are
 * in *facts. */
struct sx_record sx_row_record(
    const struct sx_row *row, struct sx_facts *facts);

/* Of a sound: its reference without FILE:. */
const char *sx_row_ref(const struct sx_row *row);

enum sx_sort {
	SX_BY_TIME, /* newest first; all others ascending */
	SX_BY_FILE,
	SX_BY_MAKER,
	SX_BY_DEVICE,
	SX_BY_KIND,
	SX_BY_SLOT,
	SX_BY_NAME,
	SX_BY_BYTES,
};

/* Rows that are equal in this are sorted by path, sounds of a file in file
 * order. rows->rows stays as it is; see sx_rows_at(). Sort once all are added.
 * Returns 0, or -1 if out of memory. */
int sx_rows_sort(struct sx_rows *rows, enum sx_sort by);
/* Row i in the order last sorted by, or as they were added. */
const struct sx_row *sx_rows_at(const struct sx_rows *rows, size_t i);

#endif
