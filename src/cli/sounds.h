/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_SOUNDS_H
#define SXLIB_CLI_SOUNDS_H

#include "sxlib/find.h"
#include "sxlib/record.h"
#include "sxlib/rows.h"
#include "term/cli.h"
#include "term/table.h"

/* Files and sounds as list and find print them. */

/* FILE:REF in a line of its own, uncut; safe on a terminal. */
void print_sound_path(const char *file, const char *ref);

/* The record of a sound as JSON, with its reference, in a line. */
void print_sound_record(
    const struct sx_record *r, const char *ref, size_t number);

/* What is done with a sound that was found. -1: out of memory. */
typedef int with_found(void *to, const struct sx_found *found);
/* Do it with all sounds that f looks for. Files that cannot be read, and
 * references without a sound, are reported: *failed. stdout is flushed behind
 * the sounds of each file. -1 and c->err. */
int each_found(
    struct cli *c, struct sx_find *f, with_found *act, void *to, bool *failed);

/* A with_found that adds one to a struct sx_rows. */
int add_found(void *to, const struct sx_found *found);
/* Say how many there were. */
void say_found(struct cli *c, const struct sx_find *f);

/* What a table of files or sounds can show. */
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

/* The columns of such a table: how many, and which to the right. */
struct row_columns {
	const enum row_cell *cells;
	struct table table;
};

/* Print all rows, with --json as objects; else, if there are any, under a line
 * that says what the columns are. */
void print_rows(struct cli *c, struct row_columns *columns,
    const struct sx_rows *rows, bool header);

#endif
