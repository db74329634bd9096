/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_KEEP_H
#define SXLIB_STORE_KEEP_H

#include "part.h"
#include "sxlib/store.h"
#include "sync.h"

/*
 * Moves a complete dump from its part to its file in steps, so that many dumps
 * can share the syncs between them: prepare, sync `file`, name, sync the owed
 * items, done.
 */
struct sx_keeping {
	struct sx_store *store;
	struct sx_part *part; /* NULL: consumed */
	const struct sx_dump *dump;
	struct sx_part *file; /* gets the name: the part, or a file made from
				 it; NULL: the dump is added to an existing
				 file */
	const char *suffix;
	struct sx_stored stored;
};

/* Fill in everything but store, part and dump. Returns -1 and sets e on
 * failure; nothing has changed. */
int sx_keep_prepare(struct sx_keeping *k, struct sx_err *e);
/*
 * Sync k->file if it is dirty and give it its name. What must be synced to make
 * the name durable is added to `owed`, or synced if that is NULL. Returns 0; -1
 * and sets e: it has no name, see sx_keep_undo(), unless only a sync after the
 * naming failed: then k->file->placed.
 */
int sx_keep_name(
    struct sx_keeping *k, struct sx_sync_set *owed, struct sx_err *e);
/* Report that the owed items could not be synced, with errno. */
void sx_keep_unsynced(struct sx_keeping *k, int error);
/* Add again what must be synced to make the name durable. Returns 0; -1 and
 * sets e on failure. */
int sx_keep_owe(
    struct sx_keeping *k, struct sx_sync_set *owed, struct sx_err *e);
/* Everything is synced: free the parts. */
void sx_keep_done(struct sx_keeping *k);
/* Revert to the part alone. */
void sx_keep_undo(struct sx_keeping *k);

#endif
