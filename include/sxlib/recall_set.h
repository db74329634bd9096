/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECALL_SET_H
#define SXLIB_RECALL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/load.h"
#include "sxlib/recall_map.h"

/* The dumps that the lines of a map recall: all files, read, checked and held
 * in memory. */

struct sx_recall_message {
	uint8_t *data; /* complete: one SysEx message, or others back to back */
	size_t len;
	unsigned rate; /* bytes/s; 0: as fast as the port accepts */
	int64_t delay; /* us to wait before the next SysEx; 0 if not SysEx */
	bool sysex;
};

struct sx_recall_dump {
	char *path;    /* as displayed; of hex text, the text */
	size_t output; /* paced for this one */
	struct sx_recall_message *messages;
	size_t nmessages; /* at least 1 */
	size_t bytes;
	int64_t time; /* us to send it, with all pauses but the last */
	bool stores;  /* contains user data: the unit may write it to memory */
	size_t wrong; /* problems; sent only because of `force` */
};

struct sx_recall_set {
	struct sx_recall_map map;
	/* For each line: the output, and the dumps by number, starting at
	 * `first`; NULL: no file (only with a template from the command
	 * line). */
	struct sx_recall_target {
		size_t output;
		const struct sx_recall_dump **dumps;
	} * targets;
	/* All dumps, each once per output. */
	struct sx_recall_dump **dumps;
	size_t ndumps;
};

/* A named output for dumps. */
struct sx_recall_place {
	const char *name;
	struct sx_load_pace pace;
};

struct sx_recall_load {
	/* Set by the caller, borrowed. */
	const char *map;    /* map file; or NULL, and the template: */
	const char *folder; /* folder for its file names */
	const char *name;
	int channel, count_from;
	const struct sx_devices *user;
	const struct sx_recall_place *places;
	size_t nplaces;
	bool force, firmware;
};

/*
 * Read the map and all its files; blocks on the disk. Returns 0 with *set
 * complete, or -1 and sets e (SX_EUSAGE: error in the map; SX_EIO, SX_EDATA,
 * SX_EREFUSED: problem with a file). Call sx_recall_set_free() in both cases.
 * If several lines of the map are wrong, e is the first error; the others are
 * passed to more(arg), which may be NULL.
 */
typedef void sx_recall_more(void *arg, const struct sx_err *e);
int sx_recall_set_load(struct sx_recall_set *set,
    const struct sx_recall_load *load, sx_recall_more *more, void *arg,
    struct sx_err *e);
/* set may be zeroed and never used. */
void sx_recall_set_free(struct sx_recall_set *set);

/* The dump that a trigger recalls, or NULL. *line is set to the matching line
 * or NULL, also if it has no dump for this number; *output is set if a line
 * matches. */
const struct sx_recall_dump *sx_recall_set_find(const struct sx_recall_set *set,
    const struct sx_trigger *t, const struct sx_recall_line **line,
    size_t *output);

/* What the set recalls, for people: a row for each number that has a dump, or
 * one for all numbers of a line if they share it. Zero all but `set`. */
struct sx_recall_rows {
	const struct sx_recall_set *set; /* borrowed */
	/* Read-only: the row. */
	const struct sx_recall_line *line;
	const struct sx_recall_dump *dump;
	size_t output;
	const char *trigger; /* "program 17 on 16", valid until the next call */
	/* Private. */
	size_t at;
	int number;
	char text[SX_TRIGGER_TEXT];
};
/* The next row; false: there are no more. */
bool sx_recall_rows_next(struct sx_recall_rows *r);

/* Does the dump belong to this set? dump may be NULL. */
bool sx_recall_set_has(
    const struct sx_recall_set *set, const struct sx_recall_dump *dump);

#endif
