/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECALL_SET_H
#define SXLIB_RECALL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/load.h"
#include "sxlib/recall_map.h"

/* What the lines of a map recall: all files, read and checked, in memory. */

struct sx_recall_message {
	uint8_t *data; /* complete: SysEx, or others back to back */
	size_t len;
	unsigned rate; /* bytes/s; 0: as the port takes them */
	int64_t delay; /* us after it, before the next SysEx; 0 if it is none */
	bool sysex;
};

struct sx_recall_dump {
	char *path;    /* as it is shown; hex text as it stands */
	size_t output; /* that it is paced for */
	struct sx_recall_message *messages;
	size_t nmessages; /* at least 1 */
	size_t bytes;
	int64_t time; /* us, pauses included, but for the last one */
	bool stores;  /* user data in SysEx: the unit may write it to memory */
	size_t wrong; /* what should not be sent, and is only by force */
};

struct sx_recall_set {
	struct sx_recall_map map;
	/* By line: the output, and by number from `first` on the dump; NULL: it
	 * has none (the template of the command line only). */
	struct sx_recall_target {
		size_t output;
		const struct sx_recall_dump **dumps;
	} * targets;
	/* All of them, each once for each output. */
	struct sx_recall_dump **dumps;
	size_t ndumps;
};

/* Where dumps go: by these names in a map. */
struct sx_recall_place {
	const char *name;
	struct sx_load_pace pace;
};

struct sx_recall_load {
	/* Set by the caller, borrowed. */
	const char *map;    /* a file; or NULL, and the template: */
	const char *folder; /* in which its names are */
	const char *name;
	int channel, count_from;
	const struct sx_devices *user;
	const struct sx_recall_place *places;
	size_t nplaces;
	bool force, firmware;
};

/*
 * Read the map and all its files; blocks on the disk. 0: *set is complete.
 * -1 and e (SX_EUSAGE: the map is wrong; SX_EIO, SX_EDATA, SX_EREFUSED: a file
 * is); sx_recall_set_free() is due in both cases. Where several lines of the
 * map are wrong, e is the first, and each of the others is handed to more(arg),
 * which may be NULL.
 */
typedef void sx_recall_more(void *arg, const struct sx_err *e);
int sx_recall_set_load(struct sx_recall_set *set,
    const struct sx_recall_load *load, sx_recall_more *more, void *arg,
    struct sx_err *e);
/* set may be zeroed and never used. */
void sx_recall_set_free(struct sx_recall_set *set);

/* What a trigger recalls; NULL: nothing. *line, and *output that it goes to,
 * are set unless it is NULL. */
const struct sx_recall_dump *sx_recall_set_find(const struct sx_recall_set *set,
    const struct sx_trigger *t, const struct sx_recall_line **line,
    size_t *output);

/* Is the dump one of this set's? */
bool sx_recall_set_has(
    const struct sx_recall_set *set, const struct sx_recall_dump *dump);

#endif
