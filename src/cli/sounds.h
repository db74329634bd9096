/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_SOUNDS_H
#define SXLIB_CLI_SOUNDS_H

#include "sxlib/find.h"
#include "sxlib/record.h"
#include "sxlib/rows.h"
#include "term/cli.h"
#include "term/table.h"

/* Prints files and sounds for list and find. */

/* Print FILE:REF on its own line, uncut; safe on a terminal. */
void print_sound_path(const char *file, const char *ref);

/* Print the record of a sound as JSON, with its reference, on one line. */
void print_sound_record(
    const struct sx_record *r, const char *ref, size_t number);

/* Handle a sound that was found. Returns -1 if memory runs out. */
typedef int with_found(void *to, const struct sx_found *found);
/*
 * Call `act` for all sounds that f finds. Files that cannot be read, and
 * references without a sound, are reported, and *failed is set. stdout is
 * flushed after the sounds of each file. Returns -1 and sets c->err on failure.
 */
int each_found(
    struct cli *c, struct sx_find *f, with_found *act, void *to, bool *failed);

/* A with_found that adds a sound to a struct sx_rows. */
int add_found(void *to, const struct sx_found *found);
/* Say how many were found. */
void say_found(struct cli *c, const struct sx_find *f);

/* Cells of a table of files or sounds. */
enum row_cell {
	CELL_TIME,
	CELL_BYTES,
	CELL_MESSAGES,
	CELL_MAKER, /* or its ID */
	CELL_SOUND_MAKER,
	CELL_DEVICE,
	CELL_KIND,
	CELL_SLOT,
	CELL_NAME,
	CELL_CHECKSUM,
	CELL_FILE,
	CELL_REFERENCE,
};

/* The columns of such a table: their number and which are right-aligned. */
struct row_columns {
	const enum row_cell *cells;
	struct table table;
};

/* Print all rows: with --json as objects, else, if there are any, below a
 * header line. */
void print_rows(struct cli *c, struct row_columns *columns,
    const struct sx_rows *rows, bool header);

#endif
