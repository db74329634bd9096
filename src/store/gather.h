/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_GATHER_H
#define SXLIB_STORE_GATHER_H

#include <stdbool.h>

#include "folder.h"
#include "part.h"
#include "sxlib/store.h"
#include "sync.h"

/* Several dumps that become one file, or as few MIDI files as can hold them. */
struct sx_gather;

/* file is a name in the folder, which is borrowed, and has a suffix of three
 * letters; mid: ".mid". copy: see struct sx_store_opts. Returns NULL and sets e
 * if memory runs out. */
struct sx_gather *sx_gather_new(const struct sx_folder *folder,
    const char *file, bool mid, bool copy, struct sx_err *e);
/* g may be NULL. */
void sx_gather_free(struct sx_gather *g);

/*
 * Add a complete dump. Its part can be dropped once the items in owed are
 * synced (owed NULL: at once); *part becomes NULL if it was consumed. A damaged
 * dump, or one that does not fit, gets a separate file: stored->final. Returns
 * -1 and sets e on failure.
 */
int sx_gather_add(struct sx_gather *g, struct sx_part **part,
    const struct sx_dump *dump, struct sx_sync_set *owed,
    struct sx_stored *stored, struct sx_err *e);
/* Report that owed items could not be synced, with errno: nothing more can be
 * added. */
void sx_gather_broken(struct sx_gather *g, int error);

/* As sx_store_finish(). */
int sx_gather_finish(
    struct sx_gather *g, struct sx_stored *stored, struct sx_err *e);

#endif
