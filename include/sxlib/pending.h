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
 * A dump that is not a file yet. All its bytes are in a part of a store; it can
 * grow by whole messages until sx_keeper_add() makes a file of it. After a
 * crash the next start recovers the part (sx_store_rescue()). Zeroed: no dump.
 * It may be copied as long as only one copy is used. All calls block on the
 * disk.
 */
struct sx_pending {
	struct sx_part *part; /* NULL: no dump. Otherwise private */
	/* Describes the messages added. The caller may change facts, damage and
	 * nth. */
	struct sx_dump dump;
	bool unfit; /* set by the caller: complete, but not what it should be;
		       the file is named as damaged */
	/* Private. */
	struct sx_piece *pieces; /* the storage of dump.pieces */
	size_t room;
};

/* Make a part for a dump that begins at t; p must be zeroed. Returns 0, or -1
 * and sets e; p is still zeroed then. */
int sx_pending_begin(struct sx_pending *p, struct sx_store *s, struct sx_time t,
    struct sx_err *e);
/* Append n bytes of a message. Returns 0, or -1 and sets e; earlier bytes are
 * kept. */
int sx_pending_append(
    struct sx_pending *p, const uint8_t *data, size_t n, struct sx_err *e);
/*
 * Make the bytes appended since the last call part of the dump; d describes
 * them and is copied. The first d is taken over as a whole; later ones have
 * their facts joined (sx_facts_join()), and the first damage is kept. Returns
 * 0, or -1 and sets e if out of memory, with p unchanged.
 */
int sx_pending_add(
    struct sx_pending *p, const struct sx_dump *d, struct sx_err *e);
/* The bytes appended since the last sx_pending_add(); there must be some. *n is
 * their number. Valid until the next call on p. Returns NULL and sets e if the
 * disk cannot be read. */
const uint8_t *sx_pending_rest(
    struct sx_pending *p, size_t *n, struct sx_err *e);
/* Move those bytes to a separate part, *rest, for a dump that began at t. After
 * a crash they are recovered only once. Returns 0, or -1 and sets e, with p
 * unchanged and *rest zeroed. */
int sx_pending_split(struct sx_pending *p, struct sx_pending *rest,
    struct sx_time t, struct sx_err *e);
/* Make all bytes so far survive a power failure: now, or with an archiver on
 * its thread, without blocking. Does nothing if they already do. Returns 0, or
 * -1 and sets e if this sync, or the last one requested from the archiver,
 * failed. */
int sx_pending_sync(
    struct sx_pending *p, struct sx_archiver *a, struct sx_err *e);

/* The path of its part, borrowed; NULL for "-". */
const char *sx_pending_path(const struct sx_pending *p);
/* Discard the dump: _drop removes its part, _release leaves it for the next
 * start. p is zeroed. There may be no dump. */
void sx_pending_drop(struct sx_pending *p);
void sx_pending_release(struct sx_pending *p);

#endif
