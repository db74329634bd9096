/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_SOUNDS_H
#define SXLIB_CLI_SOUNDS_H

#include "sxlib/find.h"
#include "sxlib/record.h"
#include "sxlib/rows.h"
#include "sxlib/sounds.h"
#include "term/cli.h"
#include "term/table.h"

/* Sounds as list and find print them. */

/* FILE:REF; a path longer than PATH_MAX is cut. */
#define REFERENCE_TEXT (4096 + SX_REF_TEXT)
char *reference_text(
    char buf[REFERENCE_TEXT], const char *file, const char *ref);
/* The same in a line of its own, uncut; safe on a terminal. */
void print_sound_path(const char *file, const char *ref);

/* Walk over the arguments that are left, or the folder one is in. */
void set_walk(const struct cli *c, struct sx_walk *walk);

/* The record of a sound as JSON, with its reference, in a line. */
void print_sound_record(
    const struct sx_record *r, const char *ref, size_t number);

/* The object of a sound inside of a message. */
void print_sound_json(const struct sx_sound *sound);

/* What is done with a sound that was found. -1: out of memory. */
typedef int with_found(void *to, const struct sx_found *found);
/* Do it with all sounds that f looks for. Files that cannot be read, and
 * references without a sound, are reported: *failed. stdout is flushed behind
 * the sounds of each file. -1 and c->err. */
int each_found(
    struct cli *c, struct sx_find *f, with_found *act, void *to, bool *failed);

/* What a table of sounds can show. */
enum sound_cell {
	SOUND_MAKER,
	SOUND_DEVICE,
	SOUND_KIND,
	SOUND_SLOT,
	SOUND_NAME,
	SOUND_REFERENCE,
	SOUND_CELLS
};

/* Sounds until all are known, and what the table of them looks like. Zero it
 * but for the columns; free its rows. */
struct sound_table {
	const enum sound_cell *columns;
	struct table table; /* how many columns, and which to the right */
	struct sx_rows rows;
	/* Private: texts of the row at hand. */
	char slot[SX_FACTS_SLOT], reference[REFERENCE_TEXT];
};

/* A with_found that adds one to a struct sound_table. */
int add_found(void *to, const struct sx_found *found);
/* Print them all, under a line that says what the columns are. */
void print_sound_table(struct sound_table *t, bool header);

#endif
