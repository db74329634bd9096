/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_KEEP_H
#define SXLIB_STORE_KEEP_H

#include "part.h"
#include "sxlib/store.h"
#include "sync.h"

/*
 * A whole dump on its way from its part to its file, in steps, so that many
 * dumps can share the syncs between them: prepare, sync `file`, name, sync what
 * is owed, done.
 */
struct sx_keeping {
	struct sx_store *store;
	struct sx_part *part; /* NULL: used up */
	const struct sx_dump *dump;
	struct sx_part *file; /* gets the name: the part, or what was made of
				 it; NULL: the dump is added to something */
	const char *suffix;
	struct sx_stored stored;
};

/* All but store, part and dump is filled in. -1 and e: as before. */
int sx_keep_prepare(struct sx_keeping *k, struct sx_err *e);
/*
 * k->file, which is synced if it is still dirty, gets its name; what has to be
 * synced for that to last is added to `owed`, or synced if that is NULL. 0; -1
 * and e: it has none, see sx_keep_undo(), unless only a sync after it has
 * failed: then k->file->placed.
 */
int sx_keep_name(
    struct sx_keeping *k, struct sx_sync_set *owed, struct sx_err *e);
/* What was owed could not be synced: errno. */
void sx_keep_unsynced(struct sx_keeping *k, int error);
/* Once more: add what has to be synced for the name to last. 0; -1 and e. */
int sx_keep_owe(
    struct sx_keeping *k, struct sx_sync_set *owed, struct sx_err *e);
/* All is synced: the parts are no longer needed. */
void sx_keep_done(struct sx_keeping *k);
/* Back to the part alone. */
void sx_keep_undo(struct sx_keeping *k);

#endif
