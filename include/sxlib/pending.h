/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PENDING_H
#define SXLIB_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/store.h"

struct sx_archiver;

/*
 * A dump that is not a file yet. Its bytes are in a part of a store from the
 * first one on, and it may grow by whole messages; sx_keeper_add() makes a file
 * of it. After a crash the next start recovers the part (sx_store_rescue()).
 * Zeroed: there is none. May be copied, as long as only one copy is used. All
 * calls block on the disk.
 */
struct sx_pending {
	struct sx_part *part; /* NULL: there is none. Private otherwise */
	/* Of the messages that were added. The caller may change facts, damage
	 * and nth. */
	struct sx_dump dump;
	bool unfit; /* the caller's: not what it should be, though whole, so its
		       file is named as a damaged one */
	/* Private. */
	struct sx_piece *pieces; /* behind dump.pieces */
	size_t room;
};

/* Make a part for a dump that begins at t. p is zeroed. -1 and e: it stays so.
 */
int sx_pending_begin(struct sx_pending *p, struct sx_store *s, struct sx_time t,
    struct sx_err *e);
/* Add n bytes of a message. -1 and e: what was added before is still there. */
int sx_pending_append(
    struct sx_pending *p, const uint8_t *data, size_t n, struct sx_err *e);
/*
 * The bytes appended since the last call are the dump d, now part of this one:
 * of the first d everything counts, of the others facts are joined
 * (sx_facts_join()), and the first damage stays. d is copied. -1 and e: memory
 * ends, and p is as it was.
 */
int sx_pending_add(
    struct sx_pending *p, const struct sx_dump *d, struct sx_err *e);
/* The bytes appended since then, of which there must be some; *n gets their
 * number. Valid until the next call for p. NULL and e: the disk cannot be read.
 */
const uint8_t *sx_pending_rest(
    struct sx_pending *p, size_t *n, struct sx_err *e);
/* Move those bytes to a part of their own, *rest, of a dump that began at t. A
 * start after a crash recovers them once. -1 and e: p is as it was, and *rest
 * is zeroed. */
int sx_pending_split(struct sx_pending *p, struct sx_pending *rest,
    struct sx_time t, struct sx_err *e);
/* Make all bytes so far survive a power cut, now; or with an archiver, on its
 * thread, without blocking. Does nothing if they do already. -1 and e: that, or
 * the last one that the archiver was asked for, has failed. */
int sx_pending_sync(
    struct sx_pending *p, struct sx_archiver *a, struct sx_err *e);

/* The path of its part, borrowed; NULL for "-". */
const char *sx_pending_path(const struct sx_pending *p);
/* Forget the dump: its part is removed, or stays where it is, for the next
 * start. p is zeroed. There may be none. */
void sx_pending_drop(struct sx_pending *p);
void sx_pending_release(struct sx_pending *p);

#endif
