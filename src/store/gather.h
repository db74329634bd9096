/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_GATHER_H
#define SXLIB_STORE_GATHER_H

#include <stdbool.h>

#include "folder.h"
#include "part.h"
#include "sxlib/store.h"
#include "sync.h"

/* Dumps that become one file, or as few as a MIDI file can hold. */
struct sx_gather;

/* file is a name in the folder, which is borrowed, and has a suffix of three
 * letters; mid: ".mid". copy: see struct sx_store_opts. NULL if memory ends. */
struct sx_gather *sx_gather_new(const struct sx_folder *folder,
    const char *file, bool mid, bool copy, struct sx_err *e);
/* g may be NULL. */
void sx_gather_free(struct sx_gather *g);

/*
 * A whole dump is added, and its part can be dropped when what is owed is
 * synced (owed NULL: at once); *part is NULL if it is used up. A damaged one,
 * or one that does not fit, gets a name of its own: stored->final. -1 and e.
 */
int sx_gather_add(struct sx_gather *g, struct sx_part **part,
    const struct sx_dump *dump, struct sx_sync_set *owed,
    struct sx_stored *stored, struct sx_err *e);
/* What was owed could not be synced, errno: nothing more can be added. */
void sx_gather_broken(struct sx_gather *g, int error);

/* As sx_store_finish(). */
int sx_gather_finish(
    struct sx_gather *g, struct sx_stored *stored, struct sx_err *e);

#endif
